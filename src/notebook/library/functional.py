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
def linear(input, weight, bias=None):
    """input @ weight.T + bias"""
    return torch._linear(input, weight, bias)
def batch_norm(input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-05):
    """Each channel with mean 0 and variance 1, then scaled and shifted."""
    return torch._batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps)
def sigmoid(input):
    """1 / (1 + exp(-x))"""
    return input.sigmoid()
def tanh(input):
    """Hyperbolic tangent."""
    return input.tanh()
def logsigmoid(input):
    """log(sigmoid(x))"""
    return input.logsigmoid()
def cross_entropy(input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean', label_smoothing=0.0):
    """Minus the logarithm of softmax at the target classes: input [batch][classes], target [batch]."""
    return torch._cross_entropy(input, target, weight, ignore_index, reduction, label_smoothing)
def nll_loss(input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'):
    """Minus the input at the target classes."""
    return torch._nll_loss(input, target, weight, ignore_index, reduction, 0.0)
def pad(input, pad, mode='constant', value=None):
    """A border: (left, right, top, bottom, ...), the last dimension first."""
    return torch._pad(input, pad, mode, value)
def one_hot(input, num_classes=-1):
    """A row with a single 1 for each label."""
    return torch._one_hot(input, num_classes)
def flatten(input, start_dim=0, end_dim=-1):
    """Several dimensions as one."""
    return input.flatten(start_dim, end_dim)
def dropout(input, p=0.5, training=True, inplace=False):
    """Each element is 0 with probability p, else divided by 1 - p."""
    return _placed(input, torch._dropout(input, p, training), inplace)
def dropout2d(input, p=0.5, training=True, inplace=False):
    """Each channel is 0 with probability p, else divided by 1 - p."""
    keep = torch._dropout(torch.ones(tuple(input.shape[:2]) + (1,) * (input.ndim - 2), dtype=input.dtype), p, training)
    return _placed(input, input * keep, inplace)

# -- activations
def _placed(input, result, inplace):
    return input.copy_(result) if inplace else result
def relu(input, inplace=False):
    """max(x, 0)"""
    return input.relu_() if inplace else input.relu()
def relu6(input, inplace=False):
    """min(max(x, 0), 6)"""
    return _placed(input, input.clamp(0, 6), inplace)
def hardtanh(input, min_val=-1.0, max_val=1.0, inplace=False):
    """x within bounds"""
    return _placed(input, input.clamp(min_val, max_val), inplace)
def leaky_relu(input, negative_slope=0.01, inplace=False):
    """x, or negative_slope * x below 0"""
    return _placed(input, torch._leaky_relu(input, negative_slope), inplace)
def prelu(input, weight):
    """x, or weight * x below 0; one weight, or one for each channel"""
    if weight.numel() > 1:
        weight = weight.reshape((-1,) + (1,) * (input.ndim - 2))
    return torch.where(input > 0, input, weight * input)
def elu(input, alpha=1.0, inplace=False):
    """x, or alpha * (exp(x) - 1) below 0"""
    return _placed(input, torch._elu(input, alpha), inplace)
def selu(input, inplace=False):
    """elu, scaled so that mean and variance stay"""
    return _placed(input, 1.0507009873554805 * torch._elu(input, 1.6732632423543772), inplace)
def celu(input, alpha=1.0, inplace=False):
    """max(x, 0) + min(alpha * (exp(x / alpha) - 1), 0)"""
    return _placed(input, input.relu() + (alpha * (input / alpha).expm1()).clamp(max=0), inplace)
def gelu(input, approximate='none'):
    """x times the normal distribution of x"""
    if approximate == 'tanh':
        return 0.5 * input * (1 + (0.7978845608028654 * (input + 0.044715 * input ** 3)).tanh())
    return input.gelu()
def silu(input, inplace=False):
    """x * sigmoid(x)"""
    return _placed(input, input.silu(), inplace)
def mish(input, inplace=False):
    """x * tanh(softplus(x))"""
    return _placed(input, input * input.softplus().tanh(), inplace)
def hardsigmoid(input, inplace=False):
    """x / 6 + 1 / 2, within 0 and 1"""
    return _placed(input, (input / 6 + 0.5).clamp(0, 1), inplace)
def hardswish(input, inplace=False):
    """x * hardsigmoid(x)"""
    return _placed(input, input * (input / 6 + 0.5).clamp(0, 1), inplace)
def softplus(input, beta=1, threshold=20):
    """log(1 + exp(beta * x)) / beta"""
    return torch.where(input * beta > threshold, input, (input * beta).softplus() / beta)
def softsign(input):
    """x / (1 + |x|)"""
    return input / (1 + input.abs())
def tanhshrink(input):
    """x - tanh(x)"""
    return input - input.tanh()
def softshrink(input, lambd=0.5):
    """x moved towards 0 by lambd"""
    return input.sign() * (input.abs() - lambd).relu()
def hardshrink(input, lambd=0.5):
    """x, or 0 within lambd of 0"""
    return torch.where(input.abs() > lambd, input, torch.zeros_like(input))
def threshold(input, threshold, value, inplace=False):
    """x, or `value` up to the threshold"""
    return _placed(input, torch.where(input > threshold, input, torch.full_like(input, value)), inplace)
def glu(input, dim=-1):
    """The first half times sigmoid of the second"""
    a, b = input.chunk(2, dim)
    return a * b.sigmoid()
def _softmax_dim(input, dim):
    return (0 if input.ndim in (0, 1, 3) else 1) if dim is None else dim
def softmax(input, dim=None, dtype=None):
    """Exponentials divided by their sum."""
    input = input if dtype is None else input.to(dtype)
    return input.softmax(_softmax_dim(input, dim))
def softmin(input, dim=None, dtype=None):
    """softmax(-x)"""
    return softmax(-input, dim, dtype)
def log_softmax(input, dim=None, dtype=None):
    """Logarithm of softmax."""
    input = input if dtype is None else input.to(dtype)
    return input.log_softmax(_softmax_dim(input, dim))

# -- normalisation and lookup
def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-05):
    """The last dimensions with mean 0 and variance 1, then scaled and shifted."""
    shape = tuple(normalized_shape)
    if tuple(input.shape[input.ndim - len(shape):]) != shape:
        raise RuntimeError(f'the last dimensions must be {list(shape)}, but the input has shape {list(input.shape)}')
    dims = list(range(-len(shape), 0))
    centred = input - input.mean(dims, keepdim=True)
    result = centred / ((centred * centred).mean(dims, keepdim=True) + eps).sqrt()
    result = result if weight is None else result * weight
    return result if bias is None else result + bias
def group_norm(input, num_groups, weight=None, bias=None, eps=1e-05):
    """Groups of channels with mean 0 and variance 1, then each channel scaled and shifted."""
    if input.shape[1] % num_groups:
        raise RuntimeError(f'{input.shape[1]} channels do not divide into {num_groups} groups')
    groups = input.reshape(input.shape[0], num_groups, -1)
    result = layer_norm(groups, (groups.shape[2],), eps=eps).reshape(input.shape)
    each = (1, -1) + (1,) * (input.ndim - 2)
    result = result if weight is None else result * weight.reshape(each)
    return result if bias is None else result + bias.reshape(each)
def instance_norm(input, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, momentum=0.1, eps=1e-05):
    """Each channel of each image with mean 0 and variance 1."""
    return group_norm(input, input.shape[1], weight, bias, eps)
def normalize(input, p=2.0, dim=1, eps=1e-12):
    """Divided by its p-norm."""
    return input / input.norm(p, dim, True).clamp(min=eps)
def cosine_similarity(x1, x2, dim=1, eps=1e-8):
    """The cosine of the angle between vectors."""
    return (x1 * x2).sum(dim) / (x1.norm(2, dim).clamp(min=eps) * x2.norm(2, dim).clamp(min=eps))
def pairwise_distance(x1, x2, p=2.0, eps=1e-6, keepdim=False):
    """The p-norm of the difference of rows."""
    return (x1 - x2 + eps).norm(p, -1, keepdim)
def embedding(input, weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False):
    """The rows of weight at the indices."""
    if max_norm is not None or scale_grad_by_freq:
        raise NotImplementedError('max_norm and scale_grad_by_freq are not supported')
    rows = weight[input]
    if padding_idx is None:
        return rows
    return torch.where((input == padding_idx % len(weight)).unsqueeze(-1), rows.detach(), rows)

# -- losses
def _reduced(loss, reduction):
    if reduction not in ('mean', 'sum', 'none'):
        raise ValueError("the reduction must be 'mean', 'sum' or 'none'")
    return loss.mean() if reduction == 'mean' else loss.sum() if reduction == 'sum' else loss
def mse_loss(input, target, size_average=None, reduce=None, reduction='mean'):
    """Squared differences."""
    return torch._mse_loss(input, target, reduction)
def l1_loss(input, target, size_average=None, reduce=None, reduction='mean'):
    """Magnitudes of differences."""
    return torch._l1_loss(input, target, reduction)
def smooth_l1_loss(input, target, size_average=None, reduce=None, reduction='mean', beta=1.0):
    """Squared near 0, linear beyond beta."""
    if beta == 1.0:
        return torch._smooth_l1_loss(input, target, reduction)
    if beta == 0:
        return torch._l1_loss(input, target, reduction)
    d = (input - target).abs()
    return _reduced(torch.where(d < beta, 0.5 * d * d / beta, d - 0.5 * beta), reduction)
def huber_loss(input, target, reduction='mean', delta=1.0):
    """Squared near 0, linear beyond delta."""
    d = (input - target).abs()
    return _reduced(torch.where(d < delta, 0.5 * d * d, delta * (d - 0.5 * delta)), reduction)
def binary_cross_entropy(input, target, weight=None, size_average=None, reduce=None, reduction='mean'):
    """Cross entropy of probabilities."""
    if weight is None:
        return torch._bce_loss(input, target, reduction)
    return _reduced(torch._bce_loss(input, target, 'none') * weight, reduction)
def binary_cross_entropy_with_logits(input, target, weight=None, size_average=None, reduce=None, reduction='mean', pos_weight=None):
    """Cross entropy of sigmoid(input)."""
    if weight is None and pos_weight is None:
        return torch._bce_logits_loss(input, target, reduction)
    if pos_weight is None:
        loss = torch._bce_logits_loss(input, target, 'none')
    else:
        loss = (1 - target) * input + (1 + (pos_weight - 1) * target) * (-input).softplus()
    return _reduced(loss if weight is None else loss * weight, reduction)
def kl_div(input, target, size_average=None, reduce=None, reduction='mean', log_target=False):
    """target * (log(target) - input): how far a distribution is from another."""
    loss = target.exp() * (target - input) if log_target else torch.xlogy(target, target) - target * input
    return loss.sum() / input.shape[0] if reduction == 'batchmean' else _reduced(loss, reduction)
def hinge_embedding_loss(input, target, margin=1.0, reduction='mean'):
    """x where the target is 1, max(0, margin - x) where it is -1"""
    return _reduced(torch.where(target == 1, input, (margin - input).relu()), reduction)
def soft_margin_loss(input, target, reduction='mean'):
    """log(1 + exp(-target * x))"""
    return _reduced((-target * input).exp().log1p(), reduction)
def margin_ranking_loss(input1, input2, target, margin=0.0, reduction='mean'):
    """max(0, -target * (input1 - input2) + margin)"""
    return _reduced((-target * (input1 - input2) + margin).relu(), reduction)
def triplet_margin_loss(anchor, positive, negative, margin=1.0, p=2.0, reduction='mean'):
    """max(0, distance to the positive - distance to the negative + margin)"""
    return _reduced((pairwise_distance(anchor, positive, p) - pairwise_distance(anchor, negative, p) + margin).relu(), reduction)
