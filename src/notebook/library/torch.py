# SPDX-License-Identifier: GPL-3.0-or-later
# What torch has besides its functions on tensors.
class device:
    """Where a tensor lives. Here that is always the CPU."""
    def __init__(self, type='cpu', index=None):
        if type.split(':')[0] != 'cpu':
            raise RuntimeError('there is no device ' + type + ' here; use cpu')
        self.type = 'cpu'
        self.index = index
    def __str__(self):
        return self.type
    def __repr__(self):
        return "device(type='cpu')"
    def __eq__(self, other):
        return str(other) == 'cpu'

cpu_device = device('cpu')

class _Mode:
    """A mode for a block, or as a decorator for a function: each call enters it anew."""
    def __call__(self, function):
        mode = type(self)
        def inner(*args, **kwargs):
            with mode():
                return function(*args, **kwargs)
        return inner

class no_grad(_Mode):
    """with torch.no_grad(): operators inside are not recorded."""
    def __enter__(self):
        self._before = torch._set_grad(False)
    def __exit__(self, *rest):
        torch._set_grad(self._before)

class inference_mode(no_grad):
    """The same as no_grad."""

class enable_grad(_Mode):
    """with torch.enable_grad(): operators inside are recorded."""
    def __enter__(self):
        self._before = torch._set_grad(True)
    def __exit__(self, *rest):
        torch._set_grad(self._before)

class set_grad_enabled:
    """with torch.set_grad_enabled(flag): recorded or not."""
    def __init__(self, mode):
        self._before = torch._set_grad(mode)
    def __enter__(self):
        return None
    def __exit__(self, *rest):
        torch._set_grad(self._before)

def cross_entropy(*args, **kwargs):
    """The same as F.cross_entropy."""
    return torch.nn.functional.cross_entropy(*args, **kwargs)

def outer(a, b):
    """a[i] * b[j] for all i and j."""
    return a.reshape(-1, 1) * b.reshape(1, -1)

def split(tensor, size, dim=0):
    """Parts of `size` along a dimension; the last may be smaller."""
    parts = []
    total = tensor.shape[dim]
    for start in range(0, total, size):
        parts.append(tensor.transpose(0, dim)[start:min(start + size, total)].transpose(0, dim))
    return tuple(parts)

def chunk(tensor, chunks, dim=0):
    """About equal parts along a dimension."""
    return split(tensor, -(-tensor.shape[dim] // chunks), dim)
