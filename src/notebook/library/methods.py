# SPDX-License-Identifier: GPL-3.0-or-later
# Methods of tensors that are not functions of torch.
def new_zeros(self, *size, dtype=None, requires_grad=False):
    """Zeros of the same dtype."""
    return torch.zeros(*size, dtype=dtype or self.dtype, requires_grad=requires_grad)
def new_ones(self, *size, dtype=None, requires_grad=False):
    """Ones of the same dtype."""
    return torch.ones(*size, dtype=dtype or self.dtype, requires_grad=requires_grad)
def new_empty(self, *size, dtype=None, requires_grad=False):
    """A tensor to be filled, of the same dtype."""
    return torch.empty(*size, dtype=dtype or self.dtype, requires_grad=requires_grad)
def new_full(self, size, fill_value, dtype=None, requires_grad=False):
    """One number in every place, of the same dtype."""
    return torch.full(size, fill_value, dtype=dtype or self.dtype, requires_grad=requires_grad)
def new_tensor(self, data, dtype=None, requires_grad=False):
    """A tensor of numbers or lists, of the same dtype."""
    return torch.tensor(data, dtype=dtype or self.dtype, requires_grad=requires_grad)
def squeeze_(self, dim=None):
    """squeeze in place."""
    self.data = self.data.squeeze(dim)
    return self
def unsqueeze_(self, dim):
    """unsqueeze in place."""
    self.data = self.data.unsqueeze(dim)
    return self
def t_(self):
    """Transposed in place."""
    self.data = self.data.t()
    return self
def unfold(self, dimension, size, step):
    """Windows of `size` elements along a dimension, `step` apart, as a last dimension."""
    starts = torch.arange(0, self.shape[dimension] - size + 1, step)
    places = starts.reshape(-1, 1) + torch.arange(size)
    return self.movedim(dimension, 0)[places].movedim(1, -1).movedim(0, dimension)
def masked_fill_(self, mask, value):
    """masked_fill in place."""
    self[mask.expand_as(self)] = value
    return self
def masked_scatter_(self, mask, source):
    """Takes the elements under a mask from the beginning of source."""
    mask = mask.expand_as(self)
    self[mask] = source.reshape(-1)[:int(mask.sum())]
    return self
def index_fill_(self, dim, index, value):
    """Sets slices to a number."""
    self.swapaxes(0, dim)[index] = value
    return self
def index_copy_(self, dim, index, tensor):
    """Sets slices to those of a tensor."""
    self.swapaxes(0, dim)[index] = tensor.swapaxes(0, dim)
    return self
def index_add_(self, dim, index, source, alpha=1):
    """Adds slices; indices may occur more than once."""
    shape = [1] * self.ndim
    shape[dim] = -1
    return self.scatter_add_(dim, index.reshape(shape).expand_as(source), alpha * source)
def index_put_(self, indices, values, accumulate=False):
    """self[indices] = values"""
    if accumulate:
        raise NotImplementedError('accumulate is not supported; use scatter_add_')
    self[tuple(indices)] = values
    return self
def bernoulli_(self, p=0.5):
    """1 with probability p, else 0"""
    return self.copy_((torch.rand_like(self) < p).to(self.dtype))
def exponential_(self, lambd=1):
    """Random numbers of an exponential distribution."""
    return self.copy_(-torch.log(1 - torch.rand_like(self)) / lambd)
def register_hook(self, hook):
    """Not supported."""
    raise NotImplementedError('hooks are not supported; change .grad after backward()')
def share_memory_(self):
    """Itself."""
    return self
def pin_memory(self):
    """Itself."""
    return self
def type(self, dtype=None):
    """The name of its type, or the tensor in another dtype."""
    names = {torch.float32: 'Float', torch.float64: 'Double', torch.int64: 'Long', torch.bool: 'Bool',
             torch.int32: 'Int', torch.int16: 'Short', torch.int8: 'Char', torch.uint8: 'Byte'}
    return 'torch.' + names[self.dtype] + 'Tensor' if dtype is None else self.to(dtype)
def is_floating_point(self):
    """Are its elements floats?"""
    return self.dtype.is_floating_point
def half(self):
    """Not supported."""
    raise NotImplementedError('float16 is not supported; float32 is the smallest float')
