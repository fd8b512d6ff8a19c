# SPDX-License-Identifier: GPL-3.0-or-later
# torch.nn: modules.
def _tuple(value, count):
    return tuple(value) if isinstance(value, (tuple, list)) else (value,) * count

def _indented(text):
    return text.replace('\n', '\n  ')

class Module:
    """The base of all layers and networks: derive from it, call super().__init__(), define forward."""
    def __init__(self):
        self.training = True
    def forward(self, *args):
        raise NotImplementedError('the module ' + type(self).__name__ + ' has no forward')
    def __call__(self, *args, **kwargs):
        return self.forward(*args, **kwargs)
    def named_children(self):
        """Pairs (name, module) of the modules directly inside."""
        return [(name, value) for name, value in self.__dict__.items() if isinstance(value, Module)]
    def children(self):
        """The modules directly inside."""
        return [module for name, module in self.named_children()]
    def named_modules(self, prefix=''):
        """Pairs (name, module) of this module and all inside it."""
        found = [(prefix, self)]
        for name, module in self.named_children():
            found += module.named_modules(prefix + '.' + name if prefix else name)
        return found
    def modules(self):
        """This module and all inside it."""
        return [module for name, module in self.named_modules()]
    def _own_parameters(self):
        return [(name, value) for name, value in self.__dict__.items() if isinstance(value, Parameter)]
    def _own_buffers(self):
        names = self.__dict__.get('_buffer_names', [])
        return [(name, self.__dict__[name]) for name in names if self.__dict__[name] is not None]
    def named_parameters(self):
        """Pairs (name, parameter) of all that is learned."""
        found = []
        for prefix, module in self.named_modules():
            for name, value in module._own_parameters():
                if not any([value is other for old, other in found]):
                    found.append((prefix + '.' + name if prefix else name, value))
        return found
    def parameters(self):
        """All that is learned."""
        return [value for name, value in self.named_parameters()]
    def named_buffers(self):
        """Pairs (name, tensor) of what is kept but not learned."""
        return [(prefix + '.' + name if prefix else name, value)
                for prefix, module in self.named_modules() for name, value in module._own_buffers()]
    def buffers(self):
        """What is kept but not learned."""
        return [value for name, value in self.named_buffers()]
    def register_buffer(self, name, tensor, persistent=True):
        """Keeps a tensor that is saved but not learned."""
        if '_buffer_names' not in self.__dict__:
            self._buffer_names = []
        self._buffer_names.append(name)
        setattr(self, name, tensor)
    def register_parameter(self, name, param):
        """The same as self.name = param."""
        setattr(self, name, param)
    def add_module(self, name, module):
        """The same as self.name = module."""
        setattr(self, name, module)
    def register_module(self, name, module):
        """The same as self.name = module."""
        setattr(self, name, module)
    def get_parameter(self, target):
        """The parameter of a dotted name."""
        return dict(self.named_parameters())[target]
    def state_dict(self):
        """Names and values of all parameters and buffers."""
        state = {}
        for prefix, module in self.named_modules():
            for name, value in module._own_parameters() + module._own_buffers():
                state[prefix + '.' + name if prefix else name] = value.detach()
        return state
    def load_state_dict(self, state_dict, strict=True):
        """Takes over values by their names; all must be there and fit."""
        own = self.state_dict()
        missing = [name for name in own if name not in state_dict]
        unexpected = [name for name in state_dict if name not in own]
        if strict and (missing or unexpected):
            raise RuntimeError('the state does not fit: missing ' + str(missing) + ', unexpected ' + str(unexpected))
        for name, value in own.items():
            if name in state_dict:
                if value.shape != state_dict[name].shape:
                    raise RuntimeError(name + ' has shape ' + str(tuple(value.shape)) + ', but the state has ' + str(tuple(state_dict[name].shape)))
                value.copy_(state_dict[name])
    def train(self, mode=True):
        """Training mode: dropout and batch normalisation behave so."""
        for module in self.modules():
            module.training = mode
        return self
    def eval(self):
        """Evaluation mode."""
        return self.train(False)
    def apply(self, fn):
        """Calls fn for every module inside and for this one."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self
    def zero_grad(self, set_to_none=False):
        """Sets all gradients to 0."""
        for value in self.parameters():
            if value.grad is not None:
                if set_to_none:
                    value.grad = None
                else:
                    value.grad.zero_()
    def requires_grad_(self, requires_grad=True):
        """Asks for gradients of all parameters, or not."""
        for value in self.parameters():
            value.requires_grad_(requires_grad)
        return self
    def to(self, *args, **kwargs):
        """The module itself: everything is on the CPU."""
        for target in args:
            if isinstance(target, str):
                torch.device(target)
        return self
    def cpu(self):
        """The module itself: everything is computed on the CPU."""
        return self
    def float(self):
        """The module itself: parameters are float32."""
        return self
    def extra_repr(self):
        return ''
    def __repr__(self):
        children = self.named_children()
        text = type(self).__name__ + '(' + self.extra_repr()
        if not children:
            return text + ')'
        for name, module in children:
            text += '\n  (' + name + '): ' + _indented(repr(module))
        return text + '\n)'

class Sequential(Module):
    """Modules one after the other."""
    def __init__(self, *modules):
        super().__init__()
        self._order = []
        if len(modules) == 1 and isinstance(modules[0], dict):
            for name, module in modules[0].items():
                self._put(name, module)
        else:
            for i, module in enumerate(modules):
                self._put(str(i), module)
    def _put(self, name, module):
        if not isinstance(module, Module):
            raise TypeError('a Sequential takes modules, not a ' + type(module).__name__)
        self._order.append(name)
        setattr(self, name, module)
    def add_module(self, name, module):
        """Adds a module at the end."""
        self._put(name, module)
    def append(self, module):
        """Adds a module at the end."""
        self._put(str(len(self._order)), module)
        return self
    def forward(self, x):
        for module in self.children():
            x = module(x)
        return x
    def __len__(self):
        return len(self._order)
    def __iter__(self):
        return iter(self.children())
    def __getitem__(self, index):
        if isinstance(index, slice):
            return Sequential(*self.children()[index])
        return self.children()[index]

class ModuleList(Sequential):
    """A list of modules."""
    def __init__(self, modules=()):
        super().__init__(*modules)
    def forward(self, x):
        raise NotImplementedError('a ModuleList is not called; call its modules')

class Identity(Module):
    """Gives its input back."""
    def __init__(self, *args, **kwargs):
        super().__init__()
    def forward(self, x):
        return x

class _Conv(Module):
    _axes = 2
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True, padding_mode='zeros', device=None, dtype=None):
        super().__init__()
        if in_channels % groups != 0:
            raise ValueError('in_channels must be divisible by groups')
        if out_channels % groups != 0:
            raise ValueError('out_channels must be divisible by groups')
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = _tuple(kernel_size, self._axes)
        self.stride = _tuple(stride, self._axes)
        self.padding = padding if isinstance(padding, str) else _tuple(padding, self._axes)
        self.dilation = _tuple(dilation, self._axes)
        self.groups = groups
        self.padding_mode = padding_mode
        self.weight = Parameter(torch.empty((out_channels, in_channels // groups) + self.kernel_size))
        self.bias = Parameter(torch.empty(out_channels)) if bias else None
        self.reset_parameters()
    def reset_parameters(self):
        """Fresh weights, uniform within 1 / sqrt(fan_in)."""
        field = 1
        for size in self.weight.shape[1:]:
            field *= size
        bound = 1 / math.sqrt(field) if field > 0 else 0
        self.weight.data.uniform_(-bound, bound)
        if self.bias is not None:
            self.bias.data.uniform_(-bound, bound)
    def forward(self, x):
        return torch._conv(x, self.weight, self.bias, self._axes, self.stride, self.padding, self.dilation, self.groups, self.padding_mode)
    def extra_repr(self):
        text = f'{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}'
        if self.padding != (0,) * self._axes:
            text += f', padding={self.padding}'
        if self.dilation != (1,) * self._axes:
            text += f', dilation={self.dilation}'
        if self.groups != 1:
            text += f', groups={self.groups}'
        if self.bias is None:
            text += ', bias=False'
        if self.padding_mode != 'zeros':
            text += f', padding_mode={self.padding_mode}'
        return text

class Conv1d(_Conv):
    """Convolution along one axis: [batch][in_channels][length]."""
    _axes = 1
class Conv2d(_Conv):
    """Convolution of images: [batch][in_channels][height][width]."""
    _axes = 2
class Conv3d(_Conv):
    """Convolution of volumes: [batch][in_channels][depth][height][width]."""
    _axes = 3

class Linear(Module):
    """x @ weight.T + bias"""
    def __init__(self, in_features, out_features, bias=True, device=None, dtype=None):
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(torch.empty(out_features, in_features))
        self.bias = Parameter(torch.empty(out_features)) if bias else None
        self.reset_parameters()
    def reset_parameters(self):
        """Fresh weights, uniform within 1 / sqrt(in_features)."""
        bound = 1 / math.sqrt(self.in_features) if self.in_features > 0 else 0
        self.weight.data.uniform_(-bound, bound)
        if self.bias is not None:
            self.bias.data.uniform_(-bound, bound)
    def forward(self, x):
        return torch._linear(x, self.weight, self.bias)
    def extra_repr(self):
        return f'in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}'

class Sigmoid(Module):
    """1 / (1 + exp(-x))"""
    def forward(self, x):
        return x.sigmoid()
class Tanh(Module):
    """Hyperbolic tangent."""
    def forward(self, x):
        return x.tanh()
class ReLU(Module):
    """max(x, 0)"""
    def __init__(self, inplace=False):
        super().__init__()
        self.inplace = inplace
    def forward(self, x):
        return x.relu()
    def extra_repr(self):
        return 'inplace=True' if self.inplace else ''
class LeakyReLU(Module):
    """x, or negative_slope * x below 0"""
    def __init__(self, negative_slope=0.01, inplace=False):
        super().__init__()
        self.negative_slope = negative_slope
    def forward(self, x):
        return torch._leaky_relu(x, self.negative_slope)
    def extra_repr(self):
        return f'negative_slope={self.negative_slope}'
class GELU(Module):
    """x times the normal distribution of x"""
    def forward(self, x):
        return x.gelu()
class SiLU(Module):
    """x * sigmoid(x)"""
    def forward(self, x):
        return x.silu()
class Softmax(Module):
    """Exponentials divided by their sum."""
    def __init__(self, dim=None):
        super().__init__()
        self.dim = dim
    def forward(self, x):
        return x.softmax(1 if self.dim is None else self.dim)
    def extra_repr(self):
        return f'dim={self.dim}'
class LogSoftmax(Softmax):
    """Logarithm of softmax."""
    def forward(self, x):
        return x.log_softmax(1 if self.dim is None else self.dim)

class _Pool(Module):
    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
class AvgPool1d(_Pool):
    """The mean of each window."""
    def forward(self, x):
        return torch._pool(x, 'avg', 1, self.kernel_size, self.stride, self.padding, True)
    def extra_repr(self):
        k, s, p = _tuple(self.kernel_size, 1), _tuple(self.stride, 1), _tuple(self.padding, 1)
        return f'kernel_size={k}, stride={s}, padding={p}'
class MaxPool1d(_Pool):
    """The largest element of each window."""
    def forward(self, x):
        return torch._pool(x, 'max', 1, self.kernel_size, self.stride, self.padding, True)
    def extra_repr(self):
        return f'kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, dilation=1, ceil_mode=False'
class AvgPool2d(_Pool):
    """The mean of each window."""
    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
        super().__init__(kernel_size, stride, padding)
        self.count_include_pad = count_include_pad
        if ceil_mode:
            raise NotImplementedError('ceil_mode is not supported')
    def forward(self, x):
        return torch._pool(x, 'avg', 2, self.kernel_size, self.stride, self.padding, self.count_include_pad)
    def extra_repr(self):
        return f'kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}'
class MaxPool2d(_Pool):
    """The largest element of each window."""
    def __init__(self, kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False):
        super().__init__(kernel_size, stride, padding)
        if ceil_mode or return_indices or dilation != 1:
            raise NotImplementedError('dilation, return_indices and ceil_mode are not supported')
    def forward(self, x):
        return torch._pool(x, 'max', 2, self.kernel_size, self.stride, self.padding, True)
    def extra_repr(self):
        return f'kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, dilation=1, ceil_mode=False'

class Flatten(Module):
    """All dimensions but the first as one."""
    def __init__(self, start_dim=1, end_dim=-1):
        super().__init__()
        self.start_dim = start_dim
        self.end_dim = end_dim
    def forward(self, x):
        return x.flatten(self.start_dim, self.end_dim)
    def extra_repr(self):
        return f'start_dim={self.start_dim}, end_dim={self.end_dim}'

class Unflatten(Module):
    """One dimension as several."""
    def __init__(self, dim, unflattened_size):
        super().__init__()
        self.dim = dim
        self.unflattened_size = unflattened_size
    def forward(self, x):
        return x.reshape(tuple(x.shape[:self.dim]) + tuple(self.unflattened_size) + tuple(x.shape[self.dim + 1:]))
    def extra_repr(self):
        return f'dim={self.dim}, unflattened_size={self.unflattened_size}'

class Dropout(Module):
    """While training each element is 0 with probability p, else divided by 1 - p."""
    def __init__(self, p=0.5, inplace=False):
        super().__init__()
        self.p = p
        self.inplace = inplace
    def forward(self, x):
        return torch._dropout(x, self.p, self.training)
    def extra_repr(self):
        return f'p={self.p}, inplace={self.inplace}'
class Dropout2d(Dropout):
    """Dropout."""

class BatchNorm2d(Module):
    """Each channel with mean 0 and variance 1 over the batch, then scaled and shifted."""
    def __init__(self, num_features, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True):
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        self.weight = Parameter(torch.ones(num_features)) if affine else None
        self.bias = Parameter(torch.zeros(num_features)) if affine else None
        self.register_buffer('running_mean', torch.zeros(num_features) if track_running_stats else None)
        self.register_buffer('running_var', torch.ones(num_features) if track_running_stats else None)
        self.register_buffer('num_batches_tracked', torch.tensor(0) if track_running_stats else None)
    def forward(self, x):
        training = self.training or not self.track_running_stats
        if self.training and self.track_running_stats:
            self.num_batches_tracked += 1
        return torch._batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, training, self.momentum, self.eps)
    def extra_repr(self):
        return f'{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, track_running_stats={self.track_running_stats}'
class BatchNorm1d(BatchNorm2d):
    """Each feature with mean 0 and variance 1 over the batch."""

class _Loss(Module):
    def __init__(self, reduction='mean', size_average=None, reduce=None):
        super().__init__()
        self.reduction = reduction
class MSELoss(_Loss):
    """Mean squared difference."""
    def forward(self, input, target):
        return torch._mse_loss(input, target, self.reduction)
class L1Loss(_Loss):
    """Mean magnitude of the difference."""
    def forward(self, input, target):
        return torch._l1_loss(input, target, self.reduction)
class SmoothL1Loss(_Loss):
    """Squared near 0, linear beyond 1."""
    def forward(self, input, target):
        return torch._smooth_l1_loss(input, target, self.reduction)
class BCELoss(_Loss):
    """Binary cross entropy of probabilities."""
    def forward(self, input, target):
        return torch._bce_loss(input, target, self.reduction)
class BCEWithLogitsLoss(_Loss):
    """Binary cross entropy of sigmoid(input)."""
    def forward(self, input, target):
        return torch._bce_logits_loss(input, target, self.reduction)
class CrossEntropyLoss(Module):
    """Minus the logarithm of softmax at the target classes."""
    def __init__(self, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean', label_smoothing=0.0):
        super().__init__()
        self.weight = weight
        self.ignore_index = ignore_index
        self.reduction = reduction
        self.label_smoothing = label_smoothing
    def forward(self, input, target):
        return torch._cross_entropy(input, target, self.weight, self.ignore_index, self.reduction, self.label_smoothing)
class NLLLoss(CrossEntropyLoss):
    """Minus the input at the target classes."""
    def forward(self, input, target):
        return torch._nll_loss(input, target, self.weight, self.ignore_index, self.reduction, 0.0)
