# SPDX-License-Identifier: GPL-3.0-or-later
# torch.optim.lr_scheduler: each step sets the learning rates of the optimiser's groups.
class LRScheduler:
    """What all schedules share: derive from it and define get_lr."""
    def __init__(self, optimizer, last_epoch=-1, verbose=False):
        self.optimizer = optimizer
        self.base_lrs = [group['lr'] for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self.step()
    def get_last_lr(self):
        """The learning rates that were set last."""
        return self._last_lr
    def step(self, epoch=None):
        """The next epoch's learning rates."""
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        for group, lr in zip(self.optimizer.param_groups, self.get_lr()):
            group['lr'] = lr
        self._last_lr = [group['lr'] for group in self.optimizer.param_groups]
    def get_lr(self):
        """The learning rates of this epoch."""
        return [base * self._factor(self.last_epoch) for base in self.base_lrs]
    def state_dict(self):
        """What load_state_dict() needs."""
        return {name: value for name, value in self.__dict__.items() if name != 'optimizer'}
    def load_state_dict(self, state_dict):
        """Goes on where another schedule was."""
        for name, value in state_dict.items():
            setattr(self, name, value)
class _Chained(LRScheduler):
    # Each epoch's rate comes from the one before.
    def get_lr(self):
        """The learning rates of this epoch."""
        rates = [group['lr'] for group in self.optimizer.param_groups]
        return rates if self.last_epoch == 0 else [rate * self._ratio(self.last_epoch) for rate in rates]
class StepLR(_Chained):
    """Times gamma every step_size epochs."""
    def __init__(self, optimizer, step_size, gamma=0.1, last_epoch=-1, verbose=False):
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)
    def _ratio(self, epoch):
        return self.gamma if epoch % self.step_size == 0 else 1.0
class MultiStepLR(_Chained):
    """Times gamma at each milestone."""
    def __init__(self, optimizer, milestones, gamma=0.1, last_epoch=-1, verbose=False):
        self.milestones = list(milestones)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)
    def _ratio(self, epoch):
        return self.gamma ** self.milestones.count(epoch)
class ExponentialLR(_Chained):
    """Times gamma every epoch."""
    def __init__(self, optimizer, gamma, last_epoch=-1, verbose=False):
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)
    def _ratio(self, epoch):
        return self.gamma
class LambdaLR(LRScheduler):
    """Times what a function says of the epoch."""
    def __init__(self, optimizer, lr_lambda, last_epoch=-1, verbose=False):
        count = len(optimizer.param_groups)
        self.lr_lambdas = list(lr_lambda) if isinstance(lr_lambda, (list, tuple)) else [lr_lambda] * count
        super().__init__(optimizer, last_epoch)
    def get_lr(self):
        """The learning rates of this epoch."""
        return [base * factor(self.last_epoch) for base, factor in zip(self.base_lrs, self.lr_lambdas)]
class LinearLR(LRScheduler):
    """From start_factor to end_factor within total_iters epochs."""
    def __init__(self, optimizer, start_factor=1.0 / 3, end_factor=1.0, total_iters=5, last_epoch=-1, verbose=False):
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)
    def _factor(self, epoch):
        return self.start_factor + (self.end_factor - self.start_factor) * min(epoch, self.total_iters) / self.total_iters
class ConstantLR(LRScheduler):
    """Times a factor until total_iters epochs are over."""
    def __init__(self, optimizer, factor=1.0 / 3, total_iters=5, last_epoch=-1, verbose=False):
        self.factor = factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)
    def _factor(self, epoch):
        return self.factor if epoch < self.total_iters else 1.0
class PolynomialLR(LRScheduler):
    """Down to 0 within total_iters epochs, by a power of what is left."""
    def __init__(self, optimizer, total_iters=5, power=1.0, last_epoch=-1, verbose=False):
        self.total_iters = total_iters
        self.power = power
        super().__init__(optimizer, last_epoch)
    def _factor(self, epoch):
        return (1 - min(epoch, self.total_iters) / self.total_iters) ** self.power
class CosineAnnealingLR(LRScheduler):
    """Half a cosine from the rate down to eta_min within T_max epochs."""
    def __init__(self, optimizer, T_max, eta_min=0, last_epoch=-1, verbose=False):
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)
    def get_lr(self):
        """The learning rates of this epoch."""
        share = (1 + math.cos(math.pi * self.last_epoch / self.T_max)) / 2
        return [self.eta_min + (base - self.eta_min) * share for base in self.base_lrs]
class ReduceLROnPlateau:
    """Times a factor when a loss has not fallen for `patience` epochs."""
    def __init__(self, optimizer, mode='min', factor=0.1, patience=10, threshold=1e-4, threshold_mode='rel', cooldown=0, min_lr=0, eps=1e-8, verbose=False):
        if factor >= 1.0:
            raise ValueError('the factor should be below 1')
        self.optimizer = optimizer
        self.mode = mode
        self.factor = factor
        self.patience = patience
        self.threshold = threshold
        self.threshold_mode = threshold_mode
        self.cooldown = cooldown
        self.min_lr = min_lr
        self.eps = eps
        self.best = math.inf if mode == 'min' else -math.inf
        self.num_bad_epochs = 0
        self.cooldown_counter = 0
        self.last_epoch = 0
    def _is_better(self, value):
        step = abs(self.best) * self.threshold if self.threshold_mode == 'rel' and abs(self.best) != math.inf else self.threshold
        return value < self.best - step if self.mode == 'min' else value > self.best + step
    def step(self, metrics, epoch=None):
        """Looks at this epoch's loss."""
        value = float(metrics)
        self.last_epoch += 1
        if self._is_better(value):
            self.best = value
            self.num_bad_epochs = 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            for group in self.optimizer.param_groups:
                lower = max(group['lr'] * self.factor, self.min_lr)
                if group['lr'] - lower > self.eps:
                    group['lr'] = lower
            self.cooldown_counter = self.cooldown
            self.num_bad_epochs = 0
        self._last_lr = [group['lr'] for group in self.optimizer.param_groups]
