# SPDX-License-Identifier: GPL-3.0-or-later
# torch.nn: modules.
def _tuple(value, count):
    return tuple(value) if isinstance(value, (tuple, list)) else (value,) * count

def _indented(text):
    return text.replace('\n', '\n  ')

class _IncompatibleKeys:
    # What load_state_dict gives.
    def __init__(self, missing_keys, unexpected_keys):
        self.missing_keys = missing_keys
        self.unexpected_keys = unexpected_keys
    def __repr__(self):
        if not self.missing_keys and not self.unexpected_keys:
            return '<All keys matched successfully>'
        return f'_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})'

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
    def named_parameters(self, prefix='', recurse=True):
        """Pairs (name, parameter) of all that is learned."""
        found = []
        for prefix, module in (self.named_modules(prefix) if recurse else [(prefix, self)]):
            for name, value in module._own_parameters():
                if not any([value is other for old, other in found]):
                    found.append((prefix + '.' + name if prefix else name, value))
        return iter(found)
    def parameters(self, recurse=True):
        """All that is learned."""
        return iter([value for name, value in self.named_parameters('', recurse)])
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
    def get_submodule(self, target):
        """The module of a dotted name."""
        for name, module in self.named_modules():
            if name == target:
                return module
        raise AttributeError(f'{type(self).__name__} has no module {target}')
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
        return _IncompatibleKeys(missing, unexpected)
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
        """The module itself, with parameters of another dtype where one is given."""
        for target in list(args) + list(kwargs.values()):
            if isinstance(target, str):
                torch.device(target)
            elif target in (torch.float32, torch.float64):
                self._convert(target)
        return self
    def _convert(self, dtype):
        for value in list(self.parameters()) + [b for b in self.buffers() if b.dtype.is_floating_point]:
            value.data = value.data.to(dtype)
            value.grad = None
        return self
    def double(self):
        """Parameters as float64."""
        return self._convert(torch.float64)
    def cpu(self):
        """The module itself: everything is computed on the CPU."""
        return self
    def float(self):
        """Parameters as float32."""
        return self._convert(torch.float32)
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
    def __delitem__(self, index):
        modules = list(self.named_children())
        del modules[index]
        for name in self._order:
            del self.__dict__[name]
        self._order = []
        for i, (name, module) in enumerate(modules):
            self._put(str(i), module)
    def __setitem__(self, index, module):
        setattr(self, self._order[index], module)
    def __len__(self):
        return len(self._order)
    def __iter__(self):
        return iter(self.children())
    def __getitem__(self, index):
        if isinstance(index, slice):
            return Sequential(dict(self.named_children()[index]))
        return self.children()[index]

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
