# SPDX-License-Identifier: GPL-3.0-or-later
# torch.nn.functional: what works on windows of images. The engine pools the usual windows itself (torch._pool);
# here stand the others, which are made of indices: a table of the places that each window covers.
def _sizes(value, axes, name):
    sizes = [value] * axes if isinstance(value, int) else list(value)
    if len(sizes) == 1:
        sizes = sizes * axes
    if len(sizes) != axes:
        raise RuntimeError(f'{name} needs {axes} numbers, not {len(sizes)}')
    return sizes

# -- places of windows along one axis
def _places(size, kernel, stride, padding, dilation, ceil_mode):
    # [windows][kernel] indices, those in the padding negative or beyond the size.
    span = dilation * (kernel - 1) + 1
    room = size + 2 * padding - span
    count = (room + (stride - 1 if ceil_mode else 0)) // stride + 1
    if ceil_mode and (count - 1) * stride >= size + padding:
        count -= 1
    if count < 1:
        raise RuntimeError(f'a window of {span} is larger than the input of {size} with its padding')
    return torch.arange(count).reshape(-1, 1) * stride - padding + torch.arange(kernel) * dilation
def _window_places(x, axes, kernel, stride, padding, dilation, ceil_mode):
    kernel = _sizes(kernel, axes, 'kernel_size')
    stride = kernel if stride is None or stride == [] else _sizes(stride, axes, 'stride')
    padding, dilation = _sizes(padding, axes, 'padding'), _sizes(dilation, axes, 'dilation')
    for p, k in zip(padding, kernel):
        if p > k // 2:
            raise RuntimeError(f'padding {p} is more than half the pooling window of {k}')
    return [_places(n, *rest, ceil_mode) for n, rest in zip(x.shape[x.ndim - axes:], zip(kernel, stride, padding, dilation))]
def _spread(tables, axis):
    # A table's entries along their own window and place axes among those of all: [windows...][kernel...].
    shape = [1] * (2 * len(tables))
    shape[axis], shape[len(tables) + axis] = tables[axis].shape
    return tables[axis].reshape(shape)
def _windows(x, tables, fill):
    # x [...][size...] as [...][windows...][all places of a window], `fill` outside; and the flat places.
    axes = len(tables)
    sizes = x.shape[x.ndim - axes:]
    flat, inside = 0, True
    for i, table in enumerate(tables):
        places = _spread(tables, i)
        inside = inside & (places >= 0) & (places < sizes[i])
        flat = flat * sizes[i] + places.clamp(0, sizes[i] - 1)
    flat = flat.flatten(axes)
    inside = inside.flatten(axes)
    picked = x.flatten(x.ndim - axes)[..., flat]
    return (picked if bool(inside.all()) else picked.masked_fill(~inside, fill)), flat, inside

# -- pooling
def _check(x, axes):
    if x.ndim != axes + 1 and x.ndim != axes + 2:
        raise RuntimeError(f'{axes}d pooling needs {axes + 1} or {axes + 2} dimensions, not {x.ndim}')
    return x
def _max(x, tables, return_indices):
    windows, flat, inside = _windows(x, tables, -math.inf)
    values, at = windows.max(-1)
    return (values, flat.expand(windows.shape).gather(-1, at.unsqueeze(-1)).squeeze(-1)) if return_indices else values
def _max_pool(x, axes, kernel_size, stride, padding, dilation, ceil_mode, return_indices):
    if axes < 3 and not ceil_mode and not return_indices and (dilation == 1 or dilation == (1,) * axes):
        return torch._pool(x, 'max', axes, kernel_size, stride, padding, True)
    return _max(x, _window_places(_check(x, axes), axes, kernel_size, stride, padding, dilation, ceil_mode), return_indices)
def _avg_pool(x, axes, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override):
    if axes < 3 and not ceil_mode and divisor_override is None:
        return torch._pool(x, 'avg', axes, kernel_size, stride, padding, count_include_pad)
    tables = _window_places(_check(x, axes), axes, kernel_size, stride, padding, 1, ceil_mode)
    windows, flat, inside = _windows(x, tables, 0)
    if divisor_override is not None:
        return windows.sum(-1) / divisor_override
    if not count_include_pad:
        return windows.sum(-1) / inside.sum(-1)
    counts = 1
    for i, (table, pad) in enumerate(zip(tables, _sizes(padding, axes, 'padding'))):
        counts = counts * (_spread(tables, i) < x.shape[x.ndim - axes + i] + pad)
    return windows.sum(-1) / counts.flatten(axes).sum(-1)
def max_pool1d(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    """The largest element of each window."""
    return _max_pool(input, 1, kernel_size, stride, padding, dilation, ceil_mode, return_indices)
def max_pool2d(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    """The largest element of each window."""
    return _max_pool(input, 2, kernel_size, stride, padding, dilation, ceil_mode, return_indices)
def max_pool3d(input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False):
    """The largest element of each window."""
    return _max_pool(input, 3, kernel_size, stride, padding, dilation, ceil_mode, return_indices)
def avg_pool1d(input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """The mean of each window."""
    return _avg_pool(input, 1, kernel_size, stride, padding, ceil_mode, count_include_pad, None)
def avg_pool2d(input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None):
    """The mean of each window."""
    return _avg_pool(input, 2, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)
def avg_pool3d(input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None):
    """The mean of each window."""
    return _avg_pool(input, 3, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)
def _lp_pool(x, axes, norm_type, kernel_size, stride, ceil_mode):
    field = 1
    for k in _sizes(kernel_size, axes, 'kernel_size'):
        field *= k
    out = _avg_pool(x ** norm_type, axes, kernel_size, stride, 0, ceil_mode, True, None)
    return (out.sign() * out.abs().relu() * field) ** (1.0 / norm_type)
def lp_pool1d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    """The p-norm of each window."""
    return _lp_pool(input, 1, norm_type, kernel_size, stride, ceil_mode)
def lp_pool2d(input, norm_type, kernel_size, stride=None, ceil_mode=False):
    """The p-norm of each window."""
    return _lp_pool(input, 2, norm_type, kernel_size, stride, ceil_mode)

# -- adaptive pooling: the output's size is given
def _output_size(x, axes, output_size):
    sizes = [output_size] * axes if output_size is None or isinstance(output_size, int) else list(output_size)
    return [n if want is None else want for n, want in zip(x.shape[x.ndim - axes:], sizes)]
def _adaptive_edges(size, count):
    return [(i * size // count, -(-(i + 1) * size // count)) for i in range(count)]
def _adaptive_avg(x, axes, output_size):
    first = _check(x, axes).ndim - axes
    for i, count in enumerate(_output_size(x, axes, output_size)):
        size = x.shape[first + i]
        weights = torch.zeros(count, size, dtype=x.dtype)
        for k, (a, b) in enumerate(_adaptive_edges(size, count)):
            weights[k, a:b] = 1 / (b - a)
        x = (x.movedim(first + i, -1) @ weights.T).movedim(-1, first + i)
    return x
def _adaptive_max(x, axes, output_size, return_indices):
    tables = []
    for size, count in zip(x.shape[_check(x, axes).ndim - axes:], _output_size(x, axes, output_size)):
        edges = _adaptive_edges(size, count)
        longest = max([b - a for a, b in edges])
        tables.append(torch.tensor([[min(a + j, b - 1) for j in range(longest)] for a, b in edges]))
    return _max(x, tables, return_indices)
def adaptive_avg_pool1d(input, output_size):
    """Means over as many windows as the output is long."""
    return _adaptive_avg(input, 1, output_size)
def adaptive_avg_pool2d(input, output_size):
    """Means over as many windows as the output has places."""
    return _adaptive_avg(input, 2, output_size)
def adaptive_avg_pool3d(input, output_size):
    """Means over as many windows as the output has places."""
    return _adaptive_avg(input, 3, output_size)
def adaptive_max_pool1d(input, output_size, return_indices=False):
    """Maxima over as many windows as the output is long."""
    return _adaptive_max(input, 1, output_size, return_indices)
def adaptive_max_pool2d(input, output_size, return_indices=False):
    """Maxima over as many windows as the output has places."""
    return _adaptive_max(input, 2, output_size, return_indices)
def max_unpool2d(input, indices, kernel_size, stride=None, padding=0, output_size=None):
    """Puts maxima back to the places that max_pool2d(..., return_indices=True) told, zeros elsewhere."""
    if output_size is None:
        k = _sizes(kernel_size, 2, 'kernel_size')
        s, p = k if stride is None else _sizes(stride, 2, 'stride'), _sizes(padding, 2, 'padding')
        output_size = [(n - 1) * s[i] - 2 * p[i] + k[i] for i, n in enumerate(input.shape[-2:])]
    size = list(output_size)[-2:]
    lead = list(input.shape[:-2])
    made = torch.zeros(lead + [size[0] * size[1]], dtype=input.dtype)
    made = made.scatter(-1, indices.flatten(-2), input.flatten(-2))
    return made.reshape(lead + size)

# -- columns of windows, and back
def _columns(size, kernel, stride, padding, dilation):
    tables = []
    for i in range(2):
        places = _places(size[i] + 2 * padding[i], kernel[i], stride[i], 0, dilation[i], False)
        tables.append(places)
    flat = _spread(tables, 0) * (size[1] + 2 * padding[1]) + _spread(tables, 1)
    return flat.flatten(2).flatten(0, 1).T
def unfold(input, kernel_size, dilation=1, padding=0, stride=1):
    """The windows of images as columns: [batch][channels * kh * kw][windows]."""
    if input.ndim == 3:
        return unfold(input.unsqueeze(0), kernel_size, dilation, padding, stride)[0]
    k, d, p, s = [_sizes(v, 2, 'unfold()') for v in (kernel_size, dilation, padding, stride)]
    flat = _columns(input.shape[2:], k, s, p, d)
    x = F.pad(input, (p[1], p[1], p[0], p[0])).flatten(2)
    return x[:, :, flat].flatten(1, 2)
def fold(input, output_size, kernel_size, dilation=1, padding=0, stride=1):
    """Columns of windows added up to images: what unfold() takes apart."""
    if input.ndim == 2:
        return fold(input.unsqueeze(0), output_size, kernel_size, dilation, padding, stride)[0]
    size, k, d, p, s = [_sizes(v, 2, 'fold()') for v in (output_size, kernel_size, dilation, padding, stride)]
    flat = _columns(size, k, s, p, d)
    if input.shape[1] % (k[0] * k[1]) or input.shape[2] != flat.shape[1]:
        raise RuntimeError(f'fold() needs a multiple of {k[0] * k[1]} rows and {flat.shape[1]} columns, not {tuple(input.shape[1:])}')
    channels = input.shape[1] // (k[0] * k[1])
    height, width = size[0] + 2 * p[0], size[1] + 2 * p[1]
    columns = input.reshape(input.shape[0], channels, -1)
    made = torch.zeros(input.shape[0], channels, height * width, dtype=input.dtype)
    made = made.scatter_add(2, flat.reshape(-1).expand(columns.shape), columns)
    return made.reshape(input.shape[0], channels, height, width)[:, :, p[0]:height - p[0], p[1]:width - p[1]]

# -- transposed convolution: zeros between the inputs, then a convolution with the kernel turned round
def _conv_transpose(x, weight, bias, axes, stride, padding, output_padding, groups, dilation):
    if x.ndim == axes + 1:
        return _conv_transpose(x.unsqueeze(0), weight, bias, axes, stride, padding, output_padding, groups, dilation)[0]
    s, p, o, d = [_sizes(v, axes, 'conv_transpose()') for v in (stride, padding, output_padding, dilation)]
    if x.ndim != axes + 2 or x.shape[1] != weight.shape[0]:
        raise RuntimeError(f'an input of shape {tuple(x.shape)} does not fit a weight of shape {tuple(weight.shape)}, which needs {weight.shape[0]} channels')
    spread = [(n - 1) * step + 1 for n, step in zip(x.shape[2:], s)]
    if spread != list(x.shape[2:]):
        wide = torch.zeros(list(x.shape[:2]) + spread, dtype=x.dtype)
        wide[(slice(None), slice(None)) + tuple([slice(None, None, step) for step in s])] = x
        x = wide
    border = []
    for k, step, pad, more, dil in list(zip(weight.shape[2:], s, p, o, d))[::-1]:
        if more >= step and more >= dil:
            raise RuntimeError('output_padding must be smaller than stride or dilation')
        border += [dil * (k - 1) - pad, dil * (k - 1) - pad + more]
    each = weight.shape[1]
    kernel = weight.flip(list(range(2, 2 + axes)))
    kernel = kernel.reshape([groups, weight.shape[0] // groups] + list(kernel.shape[1:])).swapaxes(1, 2)
    kernel = kernel.reshape([groups * each, weight.shape[0] // groups] + list(weight.shape[2:]))
    return torch._conv(F.pad(x, border), kernel, bias, axes, 1, 0, d, groups, 'zeros')
def conv_transpose1d(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """The transposed convolution: what conv1d does to gradients."""
    return _conv_transpose(input, weight, bias, 1, stride, padding, output_padding, groups, dilation)
def conv_transpose2d(input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """The transposed convolution: input [batch][in][h][w], weight [in][out / groups][kh][kw]."""
    return _conv_transpose(input, weight, bias, 2, stride, padding, output_padding, groups, dilation)

# -- other sizes
def _resize_weights(size, count, scale, mode, align_corners, dtype):
    # [count][size]: how much each input counts for each output.
    step = size / count if scale is None else 1 / scale
    if mode == 'nearest':
        at = (torch.arange(count, dtype=torch.float64) * step).long().clamp(0, size - 1)
        return F.one_hot(at, size).to(dtype)
    if align_corners:
        at = torch.arange(count, dtype=torch.float64) * ((size - 1) / (count - 1) if count > 1 else 0)
    else:
        at = ((torch.arange(count, dtype=torch.float64) + 0.5) * step - 0.5).clamp(min=0)
    low = at.floor().long().clamp(0, size - 1)
    high = (low + 1).clamp(0, size - 1)
    share = (at - low).unsqueeze(1)
    return (F.one_hot(low, size) * (1 - share) + F.one_hot(high, size) * share).to(dtype)
def interpolate(input, size=None, scale_factor=None, mode='nearest', align_corners=None, recompute_scale_factor=None):
    """Images in another size: nearest, linear, bilinear, trilinear or area."""
    axes = input.ndim - 2
    kinds = {'nearest': 0, 'linear': 1, 'bilinear': 2, 'trilinear': 3, 'area': 0}
    if mode not in kinds or (kinds[mode] and kinds[mode] != axes):
        raise NotImplementedError(f'interpolation by {mode} of an input with {input.ndim} dimensions is not supported; use nearest, linear, bilinear, trilinear or area')
    if (size is None) == (scale_factor is None):
        raise ValueError('interpolate() needs either size or scale_factor')
    scales = [None] * axes
    if size is None:
        scales = [scale_factor] * axes if isinstance(scale_factor, (int, float)) else list(scale_factor)
        size = [int(math.floor(n * f)) for n, f in zip(input.shape[2:], scales)]
        scales = [None] * axes if recompute_scale_factor else scales
    size = _sizes(size, axes, 'size')
    if mode == 'area':
        return _adaptive_avg(input, axes, size)
    x = input
    for i in range(axes):
        weights = _resize_weights(x.shape[2 + i], size[i], scales[i], mode, align_corners, x.dtype)
        x = (x.movedim(2 + i, -1) @ weights.T).movedim(-1, 2 + i)
    return x
def upsample(input, size=None, scale_factor=None, mode='nearest', align_corners=None):
    """The same as interpolate()."""
    return interpolate(input, size, scale_factor, mode, align_corners)
def pixel_shuffle(input, upscale_factor):
    """Channels become pixels: [batch][c * r * r][h][w] to [batch][c][h * r][w * r]."""
    n, c, h, w = input.shape
    r = upscale_factor
    return input.reshape(n, c // (r * r), r, r, h, w).permute(0, 1, 4, 2, 5, 3).reshape(n, c // (r * r), h * r, w * r)
