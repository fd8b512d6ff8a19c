# SPDX-License-Identifier: GPL-3.0-or-later
# torch.nn: layers besides convolution and Linear; each calls its function of torch.nn.functional.
Module = nn.Module
Parameter = nn.Parameter
def _tuple(value, count):
    return tuple(value) if isinstance(value, (tuple, list)) else (value,) * count

# -- activations
class _Activation(Module):
    # What it is made with, in order, becomes attributes; _shown are those that print tells.
    _shown = ()
    def extra_repr(self):
        text = ', '.join([f'{name}={getattr(self, name)}' for name in self._shown])
        return text + (', ' if text else '') + 'inplace=True' if getattr(self, 'inplace', False) else text
class Sigmoid(Module):
    """1 / (1 + exp(-x))"""
    def forward(self, x):
        return x.sigmoid()
class Tanh(Module):
    """Hyperbolic tangent."""
    def forward(self, x):
        return x.tanh()
class ReLU(_Activation):
    """max(x, 0)"""
    def __init__(self, inplace=False):
        super().__init__()
        self.inplace = inplace
    def forward(self, x):
        return F.relu(x, inplace=self.inplace)
class ReLU6(ReLU):
    """min(max(x, 0), 6)"""
    def forward(self, x):
        return F.relu6(x, self.inplace)
class SELU(ReLU):
    """elu, scaled so that mean and variance stay"""
    def forward(self, x):
        return F.selu(x, self.inplace)
class SiLU(ReLU):
    """x * sigmoid(x)"""
    def forward(self, x):
        return F.silu(x, self.inplace)
class Mish(ReLU):
    """x * tanh(softplus(x))"""
    def forward(self, x):
        return F.mish(x, self.inplace)
class Hardsigmoid(Module):
    """x / 6 + 1 / 2, within 0 and 1"""
    def __init__(self, inplace=False):
        super().__init__()
        self.inplace = inplace
    def forward(self, x):
        return F.hardsigmoid(x, self.inplace)
class Hardswish(Hardsigmoid):
    """x * hardsigmoid(x)"""
    def forward(self, x):
        return F.hardswish(x, self.inplace)
class LeakyReLU(_Activation):
    """x, or negative_slope * x below 0"""
    _shown = ('negative_slope',)
    def __init__(self, negative_slope=0.01, inplace=False):
        super().__init__()
        self.negative_slope = negative_slope
        self.inplace = inplace
    def forward(self, x):
        return F.leaky_relu(x, self.negative_slope, self.inplace)
class ELU(_Activation):
    """x, or alpha * (exp(x) - 1) below 0"""
    _shown = ('alpha',)
    def __init__(self, alpha=1.0, inplace=False):
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace
    def forward(self, x):
        return F.elu(x, self.alpha, self.inplace)
class CELU(ELU):
    """max(x, 0) + min(alpha * (exp(x / alpha) - 1), 0)"""
    def forward(self, x):
        return F.celu(x, self.alpha, self.inplace)
class Hardtanh(_Activation):
    """x within bounds"""
    _shown = ('min_val', 'max_val')
    def __init__(self, min_val=-1.0, max_val=1.0, inplace=False):
        super().__init__()
        self.min_val = min_val
        self.max_val = max_val
        self.inplace = inplace
    def forward(self, x):
        return F.hardtanh(x, self.min_val, self.max_val, self.inplace)
class Threshold(_Activation):
    """x, or `value` up to the threshold"""
    _shown = ('threshold', 'value')
    def __init__(self, threshold, value, inplace=False):
        super().__init__()
        self.threshold = threshold
        self.value = value
        self.inplace = inplace
    def forward(self, x):
        return F.threshold(x, self.threshold, self.value, self.inplace)
class PReLU(Module):
    """x, or weight * x below 0, with a weight that is learned"""
    def __init__(self, num_parameters=1, init=0.25):
        super().__init__()
        self.num_parameters = num_parameters
        self.weight = Parameter(torch.full((num_parameters,), float(init)))
    def forward(self, x):
        return F.prelu(x, self.weight)
    def extra_repr(self):
        return f'num_parameters={self.num_parameters}'
class GELU(Module):
    """x times the normal distribution of x"""
    def __init__(self, approximate='none'):
        super().__init__()
        self.approximate = approximate
    def forward(self, x):
        return F.gelu(x, self.approximate)
    def extra_repr(self):
        return f"approximate='{self.approximate}'"
class Softplus(Module):
    """log(1 + exp(beta * x)) / beta"""
    def __init__(self, beta=1, threshold=20):
        super().__init__()
        self.beta = beta
        self.threshold = threshold
    def forward(self, x):
        return F.softplus(x, self.beta, self.threshold)
    def extra_repr(self):
        return f'beta={self.beta}, threshold={self.threshold}'
class Softsign(Module):
    """x / (1 + |x|)"""
    def forward(self, x):
        return F.softsign(x)
class Tanhshrink(Module):
    """x - tanh(x)"""
    def forward(self, x):
        return F.tanhshrink(x)
class LogSigmoid(Module):
    """log(sigmoid(x))"""
    def forward(self, x):
        return F.logsigmoid(x)
class Softshrink(Module):
    """x moved towards 0 by lambd"""
    def __init__(self, lambd=0.5):
        super().__init__()
        self.lambd = lambd
    def forward(self, x):
        return F.softshrink(x, self.lambd)
    def extra_repr(self):
        return str(self.lambd)
class Hardshrink(Softshrink):
    """x, or 0 within lambd of 0"""
    def forward(self, x):
        return F.hardshrink(x, self.lambd)
class Softmax(Module):
    """Exponentials divided by their sum."""
    def __init__(self, dim=None):
        super().__init__()
        self.dim = dim
    def forward(self, x):
        return F.softmax(x, self.dim)
    def extra_repr(self):
        return f'dim={self.dim}'
class LogSoftmax(Softmax):
    """Logarithm of softmax."""
    def forward(self, x):
        return F.log_softmax(x, self.dim)
    def extra_repr(self):
        return f'dim={self.dim}'
class Softmin(Softmax):
    """softmax(-x)"""
    def forward(self, x):
        return F.softmin(x, self.dim)
class GLU(Softmax):
    """The first half times sigmoid of the second."""
    def __init__(self, dim=-1):
        super().__init__(dim)
    def forward(self, x):
        return F.glu(x, self.dim)

# -- pooling
class _Pool(Module):
    _axes = 2
    def __init__(self, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None):
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override
    def extra_repr(self):
        return f'kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}'
class _MaxPool(_Pool):
    def __init__(self, kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False):
        super().__init__(kernel_size, stride, padding, ceil_mode)
        self.dilation = dilation
        self.return_indices = return_indices
    def extra_repr(self):
        return super().extra_repr() + f', dilation={self.dilation}, ceil_mode={self.ceil_mode}'
class AvgPool1d(_Pool):
    """The mean of each window."""
    def forward(self, x):
        return F.avg_pool1d(x, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)
    def extra_repr(self):
        return f'kernel_size={_tuple(self.kernel_size, 1)}, stride={_tuple(self.stride, 1)}, padding={_tuple(self.padding, 1)}'
class AvgPool2d(_Pool):
    """The mean of each window."""
    def forward(self, x):
        return F.avg_pool2d(x, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad, self.divisor_override)
class AvgPool3d(_Pool):
    """The mean of each window."""
    def forward(self, x):
        return F.avg_pool3d(x, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad, self.divisor_override)
class MaxPool1d(_MaxPool):
    """The largest element of each window."""
    def forward(self, x):
        return F.max_pool1d(x, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode, self.return_indices)
class MaxPool2d(_MaxPool):
    """The largest element of each window."""
    def forward(self, x):
        return F.max_pool2d(x, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode, self.return_indices)
class MaxPool3d(_MaxPool):
    """The largest element of each window."""
    def forward(self, x):
        return F.max_pool3d(x, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode, self.return_indices)
class LPPool2d(Module):
    """The p-norm of each window."""
    def __init__(self, norm_type, kernel_size, stride=None, ceil_mode=False):
        super().__init__()
        self.norm_type = norm_type
        self.kernel_size = kernel_size
        self.stride = stride
        self.ceil_mode = ceil_mode
    def forward(self, x):
        return F.lp_pool2d(x, float(self.norm_type), self.kernel_size, self.stride, self.ceil_mode)
    def extra_repr(self):
        return f'norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride}, ceil_mode={self.ceil_mode}'
class _Adaptive(Module):
    def __init__(self, output_size, return_indices=False):
        super().__init__()
        self.output_size = output_size
        self.return_indices = return_indices
    def extra_repr(self):
        return f'output_size={self.output_size}'
class AdaptiveAvgPool1d(_Adaptive):
    """Means over as many windows as the output is long."""
    def forward(self, x):
        return F.adaptive_avg_pool1d(x, self.output_size)
class AdaptiveAvgPool2d(_Adaptive):
    """Means over as many windows as the output has places."""
    def forward(self, x):
        return F.adaptive_avg_pool2d(x, self.output_size)
class AdaptiveMaxPool1d(_Adaptive):
    """Maxima over as many windows as the output is long."""
    def forward(self, x):
        return F.adaptive_max_pool1d(x, self.output_size, self.return_indices)
class AdaptiveMaxPool2d(_Adaptive):
    """Maxima over as many windows as the output has places."""
    def forward(self, x):
        return F.adaptive_max_pool2d(x, self.output_size, self.return_indices)

# -- shapes and borders
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
        return x.unflatten(self.dim, self.unflattened_size)
    def extra_repr(self):
        return f'dim={self.dim}, unflattened_size={self.unflattened_size}'
class _Pad(Module):
    _mode = 'constant'
    def __init__(self, padding):
        super().__init__()
        self.padding = _tuple(padding, 4)
    def forward(self, x):
        return F.pad(x, self.padding, self._mode)
    def extra_repr(self):
        return str(self.padding)
class ZeroPad2d(_Pad):
    """Zeros around images: (left, right, top, bottom)."""
class ReflectionPad2d(_Pad):
    """Images mirrored at their borders."""
    _mode = 'reflect'
class ReplicationPad2d(_Pad):
    """The border pixels repeated."""
    _mode = 'replicate'
class ConstantPad2d(_Pad):
    """A number around images."""
    def __init__(self, padding, value):
        super().__init__(padding)
        self.value = value
    def forward(self, x):
        return F.pad(x, self.padding, 'constant', self.value)
    def extra_repr(self):
        return f'padding={self.padding}, value={self.value}'
class Upsample(Module):
    """Images in another size."""
    def __init__(self, size=None, scale_factor=None, mode='nearest', align_corners=None):
        super().__init__()
        self.size = size
        self.scale_factor = None if scale_factor is None else tuple([float(f) for f in scale_factor]) if isinstance(scale_factor, tuple) else float(scale_factor)
        self.mode = mode
        self.align_corners = align_corners
    def forward(self, x):
        return F.interpolate(x, self.size, self.scale_factor, self.mode, self.align_corners)
    def extra_repr(self):
        return (f'scale_factor={self.scale_factor}' if self.scale_factor is not None else f'size={self.size}') + f', mode={self.mode}'
class Unfold(Module):
    """The windows of images as columns."""
    def __init__(self, kernel_size, dilation=1, padding=0, stride=1):
        super().__init__()
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride
    def forward(self, x):
        return F.unfold(x, self.kernel_size, self.dilation, self.padding, self.stride)
    def extra_repr(self):
        return f'kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, stride={self.stride}'
class Fold(Unfold):
    """Columns of windows added up to images."""
    def __init__(self, output_size, kernel_size, dilation=1, padding=0, stride=1):
        super().__init__(kernel_size, dilation, padding, stride)
        self.output_size = output_size
    def forward(self, x):
        return F.fold(x, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)
    def extra_repr(self):
        return f'output_size={self.output_size}, ' + super().extra_repr()
class PixelShuffle(Module):
    """Channels become pixels."""
    def __init__(self, upscale_factor):
        super().__init__()
        self.upscale_factor = upscale_factor
    def forward(self, x):
        return F.pixel_shuffle(x, self.upscale_factor)
    def extra_repr(self):
        return f'upscale_factor={self.upscale_factor}'

# -- transposed convolution
class ConvTranspose2d(Module):
    """The transposed convolution of images: what Conv2d does to gradients."""
    _axes = 2
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1, bias=True, dilation=1):
        super().__init__()
        if in_channels % groups != 0 or out_channels % groups != 0:
            raise ValueError('in_channels and out_channels must be divisible by groups')
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = _tuple(kernel_size, self._axes)
        self.stride = _tuple(stride, self._axes)
        self.padding = _tuple(padding, self._axes)
        self.output_padding = _tuple(output_padding, self._axes)
        self.groups = groups
        self.dilation = _tuple(dilation, self._axes)
        field = out_channels // groups
        for k in self.kernel_size:
            field *= k
        bound = 1 / math.sqrt(field) if field > 0 else 0
        self.weight = Parameter(torch.empty((in_channels, out_channels // groups) + self.kernel_size).uniform_(-bound, bound))
        self.bias = Parameter(torch.empty(out_channels).uniform_(-bound, bound)) if bias else None
    def forward(self, x):
        compute = F.conv_transpose2d if self._axes == 2 else F.conv_transpose1d
        return compute(x, self.weight, self.bias, self.stride, self.padding, self.output_padding, self.groups, self.dilation)
    def extra_repr(self):
        text = f'{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}'
        for name, usual in (('padding', 0), ('dilation', 1), ('output_padding', 0)):
            if getattr(self, name) != (usual,) * self._axes:
                text += f', {name}={getattr(self, name)}'
        return text + (f', groups={self.groups}' if self.groups != 1 else '') + (', bias=False' if self.bias is None else '')
class ConvTranspose1d(ConvTranspose2d):
    """The transposed convolution along one axis."""
    _axes = 1

# -- dropout, norms, embedding
class Dropout(Module):
    """While training each element is 0 with probability p, else divided by 1 - p."""
    def __init__(self, p=0.5, inplace=False):
        super().__init__()
        if p < 0 or p > 1:
            raise ValueError(f'the dropout probability must be between 0 and 1, not {p}')
        self.p = p
        self.inplace = inplace
    def forward(self, x):
        return F.dropout(x, self.p, self.training, self.inplace)
    def extra_repr(self):
        return f'p={self.p}, inplace={self.inplace}'
class Dropout2d(Dropout):
    """While training each channel is 0 with probability p, else divided by 1 - p."""
    def forward(self, x):
        return F.dropout2d(x, self.p, self.training, self.inplace)
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
        momentum = self.momentum
        if momentum is None:
            momentum = 1.0 / float(self.num_batches_tracked)
        return torch._batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, training, momentum, self.eps)
    def extra_repr(self):
        return f'{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, track_running_stats={self.track_running_stats}'
class BatchNorm1d(BatchNorm2d):
    """Each feature with mean 0 and variance 1 over the batch."""
class BatchNorm3d(BatchNorm2d):
    """Each channel of volumes with mean 0 and variance 1 over the batch."""
class LayerNorm(Module):
    """The last dimensions with mean 0 and variance 1, then scaled and shifted."""
    def __init__(self, normalized_shape, eps=1e-05, elementwise_affine=True):
        super().__init__()
        self.normalized_shape = _tuple(normalized_shape, 1)
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        self.weight = Parameter(torch.ones(self.normalized_shape)) if elementwise_affine else None
        self.bias = Parameter(torch.zeros(self.normalized_shape)) if elementwise_affine else None
    def forward(self, x):
        return F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)
    def extra_repr(self):
        return f'{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}'
class GroupNorm(Module):
    """Groups of channels with mean 0 and variance 1, then each channel scaled and shifted."""
    def __init__(self, num_groups, num_channels, eps=1e-05, affine=True):
        super().__init__()
        if num_channels % num_groups:
            raise ValueError('num_channels must be divisible by num_groups')
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = eps
        self.affine = affine
        self.weight = Parameter(torch.ones(num_channels)) if affine else None
        self.bias = Parameter(torch.zeros(num_channels)) if affine else None
    def forward(self, x):
        return F.group_norm(x, self.num_groups, self.weight, self.bias, self.eps)
    def extra_repr(self):
        return f'{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}'
class InstanceNorm2d(Module):
    """Each channel of each image with mean 0 and variance 1."""
    def __init__(self, num_features, eps=1e-05, momentum=0.1, affine=False, track_running_stats=False):
        super().__init__()
        if track_running_stats:
            raise NotImplementedError('track_running_stats is not supported')
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = False
        self.weight = Parameter(torch.ones(num_features)) if affine else None
        self.bias = Parameter(torch.zeros(num_features)) if affine else None
    def forward(self, x):
        return F.instance_norm(x, None, None, self.weight, self.bias, True, 0.1, self.eps)
    def extra_repr(self):
        return f'{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, track_running_stats={self.track_running_stats}'
class InstanceNorm1d(InstanceNorm2d):
    """Each channel of each line with mean 0 and variance 1."""
class Embedding(Module):
    """A row of numbers for each index, learned."""
    def __init__(self, num_embeddings, embedding_dim, padding_idx=None):
        super().__init__()
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = padding_idx
        self.weight = Parameter(torch.randn(num_embeddings, embedding_dim))
        if padding_idx is not None:
            self.weight.data[padding_idx] = 0
    def forward(self, x):
        return F.embedding(x, self.weight, self.padding_idx)
    def extra_repr(self):
        text = f'{self.num_embeddings}, {self.embedding_dim}'
        return text if self.padding_idx is None else text + f', padding_idx={self.padding_idx}'
def _from_pretrained(embeddings, freeze=True, padding_idx=None):
    """An Embedding with given rows."""
    made = Embedding(embeddings.shape[0], embeddings.shape[1], padding_idx)
    made.weight = Parameter(embeddings, requires_grad=not freeze)
    return made
Embedding.from_pretrained = _from_pretrained
class CosineSimilarity(Module):
    """The cosine of the angle between vectors."""
    def __init__(self, dim=1, eps=1e-08):
        super().__init__()
        self.dim = dim
        self.eps = eps
    def forward(self, x1, x2):
        return F.cosine_similarity(x1, x2, self.dim, self.eps)

# -- losses
class _Loss(Module):
    def __init__(self, size_average=None, reduce=None, reduction='mean'):
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
    """Squared near 0, linear beyond beta."""
    def __init__(self, size_average=None, reduce=None, reduction='mean', beta=1.0):
        super().__init__(size_average, reduce, reduction)
        self.beta = beta
    def forward(self, input, target):
        return F.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)
class HuberLoss(_Loss):
    """Squared near 0, linear beyond delta."""
    def __init__(self, reduction='mean', delta=1.0):
        super().__init__(reduction=reduction)
        self.delta = delta
    def forward(self, input, target):
        return F.huber_loss(input, target, self.reduction, self.delta)
class KLDivLoss(_Loss):
    """How far a distribution is from another."""
    def __init__(self, size_average=None, reduce=None, reduction='mean', log_target=False):
        super().__init__(size_average, reduce, reduction)
        self.log_target = log_target
    def forward(self, input, target):
        return F.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)
class BCELoss(_Loss):
    """Binary cross entropy of probabilities."""
    def __init__(self, weight=None, size_average=None, reduce=None, reduction='mean'):
        super().__init__(size_average, reduce, reduction)
        self.weight = weight
    def forward(self, input, target):
        return F.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)
class BCEWithLogitsLoss(_Loss):
    """Binary cross entropy of sigmoid(input)."""
    def __init__(self, weight=None, size_average=None, reduce=None, reduction='mean', pos_weight=None):
        super().__init__(size_average, reduce, reduction)
        self.weight = weight
        self.pos_weight = pos_weight
    def forward(self, input, target):
        return F.binary_cross_entropy_with_logits(input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight)
class CrossEntropyLoss(_Loss):
    """Minus the logarithm of softmax at the target classes."""
    def __init__(self, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean', label_smoothing=0.0):
        super().__init__(size_average, reduce, reduction)
        self.weight = weight
        self.ignore_index = ignore_index
        self.label_smoothing = label_smoothing
    def forward(self, input, target):
        return torch._cross_entropy(input, target, self.weight, self.ignore_index, self.reduction, self.label_smoothing)
class NLLLoss(_Loss):
    """Minus the input at the target classes."""
    def __init__(self, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'):
        super().__init__(size_average, reduce, reduction)
        self.weight = weight
        self.ignore_index = ignore_index
    def forward(self, input, target):
        return torch._nll_loss(input, target, self.weight, self.ignore_index, self.reduction, 0.0)

# -- containers
class ModuleList(Module):
    """A list of modules."""
    def __init__(self, modules=None):
        super().__init__()
        self.extend([] if modules is None else modules)
    def _set(self, modules):
        for name in [name for name, module in self.named_children()]:
            del self.__dict__[name]
        for i, module in enumerate(modules):
            if not isinstance(module, Module):
                raise TypeError(f'a ModuleList takes modules, not a {type(module).__name__}')
            setattr(self, str(i), module)
        return self
    def append(self, module):
        """Adds a module at the end."""
        return self._set(list(self.children()) + [module])
    def extend(self, modules):
        """Adds modules at the end."""
        return self._set(list(self.children()) + list(modules))
    def insert(self, index, module):
        """Adds a module before an index."""
        modules = list(self.children())
        modules.insert(index, module)
        self._set(modules)
    def __len__(self):
        return len(list(self.children()))
    def __iter__(self):
        return iter(list(self.children()))
    def __getitem__(self, index):
        found = list(self.children())[index]
        return ModuleList(found) if isinstance(index, slice) else found
    def __setitem__(self, index, module):
        modules = list(self.children())
        modules[index] = module
        self._set(modules)
    def __delitem__(self, index):
        modules = list(self.children())
        del modules[index]
        self._set(modules)
    def __contains__(self, module):
        return any([module is other for other in self.children()])
class ModuleDict(Module):
    """Modules by names."""
    def __init__(self, modules=None):
        super().__init__()
        self.update({} if modules is None else modules)
    def update(self, modules):
        """Adds the modules of a dict or of pairs."""
        for name, module in (modules.items() if isinstance(modules, (dict, ModuleDict)) else modules):
            self[name] = module
    def __setitem__(self, name, module):
        if not isinstance(module, Module):
            raise TypeError(f'a ModuleDict takes modules, not a {type(module).__name__}')
        setattr(self, name, module)
    def __getitem__(self, name):
        return dict(self.named_children())[name]
    def __delitem__(self, name):
        del self.__dict__[name]
    def __len__(self):
        return len(list(self.children()))
    def __iter__(self):
        return iter(self.keys())
    def __contains__(self, name):
        return name in self.keys()
    def keys(self):
        """The names."""
        return [name for name, module in self.named_children()]
    def values(self):
        """The modules."""
        return list(self.children())
    def items(self):
        """Pairs (name, module)."""
        return list(self.named_children())
    def pop(self, name):
        """Takes a module out."""
        module = self[name]
        del self.__dict__[name]
        return module
class ParameterList(Module):
    """A list of parameters."""
    def __init__(self, values=None):
        super().__init__()
        for value in ([] if values is None else values):
            self.append(value)
    def append(self, value):
        """Adds a parameter at the end."""
        setattr(self, str(len(self)), value if isinstance(value, Parameter) else Parameter(value))
        return self
    def __len__(self):
        return len(self._own_parameters())
    def __getitem__(self, index):
        return [value for name, value in self._own_parameters()][index]
    def __iter__(self):
        return iter([value for name, value in self._own_parameters()])
