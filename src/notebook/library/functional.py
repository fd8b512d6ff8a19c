# SPDX-License-Identifier: GPL-3.0-or-later
# torch.nn.functional
def conv1d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Cross-correlation along one axis: input [batch][in][length], weight [out][in / groups][kernel]."""
    return torch._conv(input, weight, bias, 1, stride, padding, dilation, groups, 'zeros')
def conv2d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Cross-correlation of images: input [batch][in][height][width], weight [out][in / groups][kh][kw]."""
    return torch._conv(input, weight, bias, 2, stride, padding, dilation, groups, 'zeros')
def conv3d(input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Cross-correlation of volumes: input [batch][in][depth][height][width]."""
    return torch._conv(input, weight, bias, 3, stride, padding, dilation, groups, 'zeros')
def max_pool1d(input, kernel_size, stride=None, padding=0):
    """The largest element of each window."""
    return torch._pool(input, 'max', 1, kernel_size, stride, padding, True)
def max_pool2d(input, kernel_size, stride=None, padding=0):
    """The largest element of each window."""
    return torch._pool(input, 'max', 2, kernel_size, stride, padding, True)
def avg_pool1d(input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """The mean of each window."""
    return torch._pool(input, 'avg', 1, kernel_size, stride, padding, count_include_pad)
def avg_pool2d(input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """The mean of each window."""
    return torch._pool(input, 'avg', 2, kernel_size, stride, padding, count_include_pad)
def linear(input, weight, bias=None):
    """input @ weight.T + bias"""
    return torch._linear(input, weight, bias)
def batch_norm(input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-05):
    """Each channel with mean 0 and variance 1, then scaled and shifted."""
    return torch._batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps)
def dropout(input, p=0.5, training=True, inplace=False):
    """Each element is 0 with probability p, else divided by 1 - p."""
    return torch._dropout(input, p, training)
def relu(input, inplace=False):
    """max(x, 0)"""
    return input.relu()
def leaky_relu(input, negative_slope=0.01, inplace=False):
    """x, or negative_slope * x below 0"""
    return torch._leaky_relu(input, negative_slope)
def elu(input, alpha=1.0, inplace=False):
    """x, or alpha * (exp(x) - 1) below 0"""
    return torch._elu(input, alpha)
def sigmoid(input):
    """1 / (1 + exp(-x))"""
    return input.sigmoid()
def tanh(input):
    """Hyperbolic tangent."""
    return input.tanh()
def gelu(input):
    """x times the normal distribution of x"""
    return input.gelu()
def silu(input, inplace=False):
    """x * sigmoid(x)"""
    return input.silu()
def softplus(input):
    """log(1 + exp(x))"""
    return input.softplus()
def logsigmoid(input):
    """log(sigmoid(x))"""
    return input.logsigmoid()
def softmax(input, dim, dtype=None):
    """Exponentials divided by their sum."""
    return input.softmax(dim)
def log_softmax(input, dim, dtype=None):
    """Logarithm of softmax."""
    return input.log_softmax(dim)
def cross_entropy(input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean', label_smoothing=0.0):
    """Minus the logarithm of softmax at the target classes: input [batch][classes], target [batch]."""
    return torch._cross_entropy(input, target, weight, ignore_index, reduction, label_smoothing)
def nll_loss(input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'):
    """Minus the input at the target classes."""
    return torch._nll_loss(input, target, weight, ignore_index, reduction, 0.0)
def mse_loss(input, target, reduction='mean'):
    """Squared differences."""
    return torch._mse_loss(input, target, reduction)
def l1_loss(input, target, reduction='mean'):
    """Magnitudes of differences."""
    return torch._l1_loss(input, target, reduction)
def smooth_l1_loss(input, target, reduction='mean'):
    """Squared near 0, linear beyond 1."""
    return torch._smooth_l1_loss(input, target, reduction)
def binary_cross_entropy(input, target, reduction='mean'):
    """Cross entropy of probabilities."""
    return torch._bce_loss(input, target, reduction)
def binary_cross_entropy_with_logits(input, target, reduction='mean'):
    """Cross entropy of sigmoid(input)."""
    return torch._bce_logits_loss(input, target, reduction)
def pad(input, pad, mode='constant', value=None):
    """A border: (left, right, top, bottom, ...), the last dimension first."""
    return torch._pad(input, pad, mode, value)
def one_hot(input, num_classes=-1):
    """A row with a single 1 for each label."""
    return torch._one_hot(input, num_classes)
def flatten(input, start_dim=0, end_dim=-1):
    """Several dimensions as one."""
    return input.flatten(start_dim, end_dim)
