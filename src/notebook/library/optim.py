# SPDX-License-Identifier: GPL-3.0-or-later
# torch.optim
class Optimizer:
    """What all optimisers share."""
    def __init__(self, params, defaults):
        params = list(params)
        if not params:
            raise ValueError('an optimizer needs parameters')
        self.param_groups = []
        self.state = {}
        if isinstance(params[0], dict):
            for group in params:
                self._add(group, defaults)
        else:
            self._add({'params': params}, defaults)
    def _add(self, group, defaults):
        made = dict(defaults)
        made.update(group)
        made['params'] = list(made['params'])
        for p in made['params']:
            if not isinstance(p, torch.Tensor):
                raise TypeError('an optimizer changes tensors, not a ' + type(p).__name__)
        self.param_groups.append(made)
    def zero_grad(self, set_to_none=False):
        """Sets all gradients to 0."""
        for group in self.param_groups:
            for p in group['params']:
                if p.grad is not None:
                    if set_to_none:
                        p.grad = None
                    else:
                        p.grad.zero_()

class SGD(Optimizer):
    """p -= lr * v with v = momentum * v + gradient + weight_decay * p"""
    def __init__(self, params, lr, momentum=0, dampening=0, weight_decay=0, nesterov=False):
        if lr < 0:
            raise ValueError('the learning rate cannot be negative')
        super().__init__(params, {'lr': lr, 'momentum': momentum, 'dampening': dampening,
                                  'weight_decay': weight_decay, 'nesterov': nesterov})
        self._velocity = {}
    def step(self):
        """One step downhill."""
        before = torch._set_grad(False)
        for g, group in enumerate(self.param_groups):
            for i, p in enumerate(group['params']):
                if p.grad is None:
                    continue
                change = p.grad
                if group['weight_decay'] != 0:
                    change = change + group['weight_decay'] * p
                if group['momentum'] != 0:
                    change = self._with_momentum((g, i), change, group)
                p.add_(change, -group['lr'])
        torch._set_grad(before)
    def _with_momentum(self, key, change, group):
        if key not in self._velocity:
            self._velocity[key] = change.clone()
        else:
            self._velocity[key].mul_(group['momentum']).add_(change, 1 - group['dampening'])
        if group['nesterov']:
            return change + group['momentum'] * self._velocity[key]
        return self._velocity[key]

class Adam(Optimizer):
    """Steps scaled by running means of the gradient and its square (Kingma and Ba 2015)."""
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay=0):
        super().__init__(params, {'lr': lr, 'betas': betas, 'eps': eps, 'weight_decay': weight_decay})
        self._moments = {}
        self._steps = 0
    def step(self):
        """One step."""
        before = torch._set_grad(False)
        self._steps += 1
        for g, group in enumerate(self.param_groups):
            b1, b2 = group['betas']
            for i, p in enumerate(group['params']):
                if p.grad is None:
                    continue
                change = p.grad
                if group['weight_decay'] != 0:
                    change = change + group['weight_decay'] * p
                if (g, i) not in self._moments:
                    self._moments[(g, i)] = (torch.zeros_like(p), torch.zeros_like(p))
                m, v = self._moments[(g, i)]
                m.mul_(b1).add_(change, 1 - b1)
                v.mul_(b2).add_(change * change, 1 - b2)
                scale = math.sqrt(1 - b2 ** self._steps)
                p.sub_(group['lr'] / (1 - b1 ** self._steps) * (m / (v.sqrt() / scale + group['eps'])))
        torch._set_grad(before)
