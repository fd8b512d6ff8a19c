# SPDX-License-Identifier: GPL-3.0-or-later
# torch.optim: steps with PyTorch's operations in PyTorch's order.
class Optimizer:
    """What all optimisers share."""
    def __init__(self, params, defaults):
        if isinstance(params, torch.Tensor):
            raise TypeError('an optimizer needs a list of parameters, not a ' + type(params).__name__)
        if defaults.get('lr', 0) < 0:
            raise ValueError('the learning rate cannot be negative')
        params = list(params)
        if not params:
            raise ValueError('an optimizer needs parameters')
        self.defaults = defaults
        self.param_groups = []
        self.state = {}
        for group in (params if isinstance(params[0], dict) else [{'params': params}]):
            self.add_param_group(group)
    def add_param_group(self, param_group):
        """Further parameters, with settings of their own."""
        given = param_group['params']
        made = {'params': [given] if isinstance(given, torch.Tensor) else list(given)}
        made.update(self.defaults)
        made.update({name: value for name, value in param_group.items() if name != 'params'})
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
    def step(self, closure=None):
        """One step; a closure computes the loss and its gradients first."""
        loss = None if closure is None else closure()
        before = torch._set_grad(False)
        for g, group in enumerate(self.param_groups):
            for i, p in enumerate(group['params']):
                if p.grad is not None:
                    if (g, i) not in self.state:
                        self.state[(g, i)] = {'step': 0}
                    self._update(p, -p.grad if group.get('maximize') else p.grad, group, self.state[(g, i)])
        torch._set_grad(before)
        return loss
    def _decayed(self, p, change, group):
        return change + group['weight_decay'] * p if group['weight_decay'] != 0 else change
    def state_dict(self):
        """What a later load_state_dict() needs: running values and settings."""
        groups = [{name: value for name, value in group.items() if name != 'params'} for group in self.param_groups]
        copied = {key: {name: value.clone() if isinstance(value, torch.Tensor) else value for name, value in kept.items()} for key, kept in self.state.items()}
        return {'state': copied, 'param_groups': groups}
    def load_state_dict(self, state_dict):
        """Takes over running values and settings."""
        if len(state_dict['param_groups']) != len(self.param_groups):
            raise ValueError('the state has another number of parameter groups')
        for group, saved in zip(self.param_groups, state_dict['param_groups']):
            group.update(saved)
        self.state = {key: dict(kept) for key, kept in state_dict['state'].items()}
    def __repr__(self):
        text = type(self).__name__ + ' ('
        for i, group in enumerate(self.param_groups):
            text += f'\nParameter Group {i}\n'
            for name in sorted(group.keys()):
                if name != 'params':
                    text += f'    {name}: {group[name]}\n'
        return text + ')'

class SGD(Optimizer):
    """p -= lr * v with v = momentum * v + gradient + weight_decay * p"""
    def __init__(self, params, lr, momentum=0, dampening=0, weight_decay=0, nesterov=False, maximize=False, foreach=None, differentiable=False):
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError('nesterov needs a momentum and no dampening')
        super().__init__(params, {'lr': lr, 'momentum': momentum, 'dampening': dampening, 'weight_decay': weight_decay,
                                  'nesterov': nesterov, 'maximize': maximize, 'foreach': foreach, 'differentiable': differentiable})
    def _update(self, p, change, group, state):
        change = self._decayed(p, change, group)
        if group['momentum'] != 0:
            if 'velocity' not in state:
                state['velocity'] = change.clone()
            else:
                state['velocity'].mul_(group['momentum']).add_(change, 1 - group['dampening'])
            change = change + group['momentum'] * state['velocity'] if group['nesterov'] else state['velocity']
        p.add_(change, -group['lr'])

class Adam(Optimizer):
    """Steps scaled by running means of the gradient and its square (Kingma and Ba 2015)."""
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay=0, amsgrad=False, foreach=None, maximize=False, capturable=False, differentiable=False, fused=False):
        for beta in betas:
            if beta < 0 or beta >= 1:
                raise ValueError(f'betas must be from 0 to below 1, not {beta}')
        super().__init__(params, {'lr': lr, 'betas': betas, 'eps': eps, 'weight_decay': weight_decay, 'amsgrad': amsgrad, 'maximize': maximize,
                                  'foreach': foreach, 'capturable': capturable, 'differentiable': differentiable, 'fused': fused})
    def _update(self, p, change, group, state):
        self._adam(p, self._decayed(p, change, group), group, state)
    def _adam(self, p, change, group, state):
        b1, b2 = group['betas']
        state['step'] += 1
        if 'mean' not in state:
            state['mean'], state['square'] = torch.zeros_like(p), torch.zeros_like(p)
        state['mean'].mul_(b1).add_(change, 1 - b1)
        state['square'].mul_(b2).add_(change * change, 1 - b2)
        square = state['square']
        if group['amsgrad']:
            state['largest'] = torch.maximum(state['largest'], square) if 'largest' in state else square.clone()
            square = state['largest']
        scale = math.sqrt(1 - b2 ** state['step'])
        p.sub_(group['lr'] / (1 - b1 ** state['step']) * (state['mean'] / (square.sqrt() / scale + group['eps'])))

class AdamW(Adam):
    """Adam with a weight decay of its own (Loshchilov and Hutter 2019)."""
    def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-08, weight_decay=0.01, amsgrad=False, maximize=False):
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, None, maximize)
    def _update(self, p, change, group, state):
        p.mul_(1 - group['lr'] * group['weight_decay'])
        self._adam(p, change, group, state)

class Adamax(Optimizer):
    """Adam with the largest gradient in place of the mean square."""
    def __init__(self, params, lr=0.002, betas=(0.9, 0.999), eps=1e-08, weight_decay=0):
        super().__init__(params, {'lr': lr, 'betas': betas, 'eps': eps, 'weight_decay': weight_decay})
    def _update(self, p, change, group, state):
        change = self._decayed(p, change, group)
        b1, b2 = group['betas']
        state['step'] += 1
        if 'mean' not in state:
            state['mean'], state['largest'] = torch.zeros_like(p), torch.zeros_like(p)
        state['mean'].mul_(b1).add_(change, 1 - b1)
        state['largest'] = torch.maximum(state['largest'] * b2, change.abs() + group['eps'])
        p.sub_(group['lr'] / (1 - b1 ** state['step']) * (state['mean'] / state['largest']))

class RMSprop(Optimizer):
    """Steps divided by a running root mean square of the gradient."""
    def __init__(self, params, lr=0.01, alpha=0.99, eps=1e-08, weight_decay=0, momentum=0, centered=False):
        super().__init__(params, {'lr': lr, 'momentum': momentum, 'alpha': alpha, 'eps': eps, 'centered': centered, 'weight_decay': weight_decay})
    def _update(self, p, change, group, state):
        change = self._decayed(p, change, group)
        alpha = group['alpha']
        if 'square' not in state:
            state['square'], state['mean'], state['velocity'] = torch.zeros_like(p), torch.zeros_like(p), torch.zeros_like(p)
        state['square'].mul_(alpha).add_(change * change, 1 - alpha)
        if group['centered']:
            state['mean'].mul_(alpha).add_(change, 1 - alpha)
            scale = (state['square'] - state['mean'] * state['mean']).sqrt() + group['eps']
        else:
            scale = state['square'].sqrt() + group['eps']
        if group['momentum'] > 0:
            state['velocity'].mul_(group['momentum']).add_(change / scale)
            p.add_(state['velocity'], -group['lr'])
        else:
            p.add_(change / scale, -group['lr'])

class Adagrad(Optimizer):
    """Steps divided by the root of the sum of all squared gradients."""
    def __init__(self, params, lr=0.01, lr_decay=0, weight_decay=0, initial_accumulator_value=0, eps=1e-10):
        super().__init__(params, {'lr': lr, 'lr_decay': lr_decay, 'eps': eps, 'weight_decay': weight_decay, 'initial_accumulator_value': initial_accumulator_value})
    def _update(self, p, change, group, state):
        change = self._decayed(p, change, group)
        state['step'] += 1
        if 'sum' not in state:
            state['sum'] = torch.full_like(p, group['initial_accumulator_value'])
        state['sum'].add_(change * change)
        p.add_(change / (state['sum'].sqrt() + group['eps']), -group['lr'] / (1 + (state['step'] - 1) * group['lr_decay']))

class Adadelta(Optimizer):
    """Steps scaled by the ratio of running squares of steps and gradients."""
    def __init__(self, params, lr=1.0, rho=0.9, eps=1e-06, weight_decay=0):
        super().__init__(params, {'lr': lr, 'rho': rho, 'eps': eps, 'weight_decay': weight_decay})
    def _update(self, p, change, group, state):
        change = self._decayed(p, change, group)
        rho, eps = group['rho'], group['eps']
        if 'square' not in state:
            state['square'], state['steps'] = torch.zeros_like(p), torch.zeros_like(p)
        state['square'].mul_(rho).add_(change * change, 1 - rho)
        delta = (state['steps'] + eps).sqrt() / (state['square'] + eps).sqrt() * change
        state['steps'].mul_(rho).add_(delta * delta, 1 - rho)
        p.add_(delta, -group['lr'])
