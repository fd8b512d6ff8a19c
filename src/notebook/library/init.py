# SPDX-License-Identifier: GPL-3.0-or-later
# torch.nn.init: weights to start from.
def _fans(tensor):
    if tensor.ndim < 2:
        raise ValueError('fan in and fan out need a tensor of two dimensions or more')
    field = 1
    for size in tensor.shape[2:]:
        field *= size
    return tensor.shape[1] * field, tensor.shape[0] * field
def calculate_gain(nonlinearity, param=None):
    """The recommended gain of an activation."""
    if nonlinearity == 'tanh':
        return 5.0 / 3
    if nonlinearity == 'relu':
        return math.sqrt(2.0)
    if nonlinearity == 'leaky_relu':
        slope = 0.01 if param is None else param
        return math.sqrt(2.0 / (1 + slope ** 2))
    return 1
def uniform_(tensor, a=0.0, b=1.0):
    """Uniform between a and b."""
    tensor.data.uniform_(a, b)
    return tensor
def normal_(tensor, mean=0.0, std=1.0):
    """Normally distributed."""
    tensor.data.normal_(mean, std)
    return tensor
def constant_(tensor, val):
    """One number everywhere."""
    tensor.data.fill_(val)
    return tensor
def zeros_(tensor):
    """Zeros."""
    return constant_(tensor, 0)
def ones_(tensor):
    """Ones."""
    return constant_(tensor, 1)
def xavier_uniform_(tensor, gain=1.0):
    """Uniform within gain * sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010)."""
    fan_in, fan_out = _fans(tensor)
    bound = gain * math.sqrt(6.0 / (fan_in + fan_out))
    return uniform_(tensor, -bound, bound)
def xavier_normal_(tensor, gain=1.0):
    """Normal with deviation gain * sqrt(2 / (fan_in + fan_out))."""
    fan_in, fan_out = _fans(tensor)
    return normal_(tensor, 0.0, gain * math.sqrt(2.0 / (fan_in + fan_out)))
def kaiming_uniform_(tensor, a=0, mode='fan_in', nonlinearity='leaky_relu'):
    """Uniform within gain * sqrt(3 / fan) (He et al. 2015)."""
    fan_in, fan_out = _fans(tensor)
    bound = calculate_gain(nonlinearity, a) * math.sqrt(3.0 / (fan_in if mode == 'fan_in' else fan_out))
    return uniform_(tensor, -bound, bound)
def kaiming_normal_(tensor, a=0, mode='fan_in', nonlinearity='leaky_relu'):
    """Normal with deviation gain / sqrt(fan)."""
    fan_in, fan_out = _fans(tensor)
    return normal_(tensor, 0.0, calculate_gain(nonlinearity, a) / math.sqrt(fan_in if mode == 'fan_in' else fan_out))
