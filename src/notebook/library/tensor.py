# SPDX-License-Identifier: GPL-3.0-or-later
# Functions of torch that are methods of tensors, too: torch.median(x) and x.median().
def _dim(x, dim):
    if dim < -max(x.ndim, 1) or dim >= max(x.ndim, 1):
        raise IndexError(f'dimension {dim} is out of range for {x.ndim} dimensions')
    return dim % max(x.ndim, 1)
def _tensor(x):
    return x if isinstance(x, torch.Tensor) else torch.tensor(x)

# -- element by element
def frac(x):
    """What is behind the point."""
    return x - x.trunc()
def lerp(x, end, weight):
    """x + weight * (end - x)"""
    return x + weight * (end - x)
def addcmul(x, tensor1, tensor2, value=1):
    """x + value * tensor1 * tensor2"""
    return x + value * (tensor1 * tensor2)
def addcdiv(x, tensor1, tensor2, value=1):
    """x + value * tensor1 / tensor2"""
    return x + value * (tensor1 / tensor2)
def fmod(x, other):
    """The remainder with the sign of x."""
    return x - other * torch.div(x, other, rounding_mode='trunc')
def logcumsumexp(x, dim):
    """Running logarithms of sums of exponentials."""
    top = x.amax(dim, keepdim=True)
    return (x - top).exp().cumsum(dim).log() + top
def cov(x):
    """Covariances of the rows."""
    rows = x.reshape(1, -1) if x.ndim < 2 else x
    rows = rows - rows.mean(1, keepdim=True)
    made = rows @ rows.T / (rows.shape[1] - 1)
    return made if x.ndim > 1 else made.reshape(())
def corrcoef(x):
    """Correlations of the rows."""
    c = cov(x)
    d = c.diagonal().sqrt()
    return c / d[:, None] / d[None, :]
def cdist(x1, x2, p=2.0):
    """Distances of all pairs of rows."""
    return (x1.unsqueeze(-2) - x2.unsqueeze(-3)).norm(p, -1)
def hypot(x, other):
    """sqrt(x * x + other * other)"""
    return (x * x + other * other).sqrt()
def logit(x, eps=None):
    """log(x / (1 - x))"""
    x = x if eps is None else x.clamp(eps, 1 - eps)
    return (x / (1 - x)).log()
def deg2rad(x):
    """Degrees as radians."""
    return x * (math.pi / 180)
def rad2deg(x):
    """Radians as degrees."""
    return x * (180 / math.pi)
def logaddexp(x, other):
    """log(exp(x) + exp(other))"""
    return torch.maximum(x, other) + (-(x - other).abs()).exp().log1p()
def xlogy(x, other):
    """x * log(other), 0 where x is 0"""
    return torch.where(x == 0, torch.zeros_like(x), x * other.log())
def heaviside(x, values):
    """0 below 0, 1 above, `values` at 0"""
    return torch.where(x == 0, values, (x > 0).to(x.dtype))
def copysign(x, other):
    """The magnitude of x with the sign of other."""
    return torch.where(_tensor(other) < 0, -x.abs(), x.abs())
def nan_to_num(x, nan=0.0, posinf=None, neginf=None):
    """Numbers in place of nan and infinity."""
    largest = 1.7976931348623157e+308 if x.dtype == torch.float64 else 3.4028234663852886e+38
    x = x.masked_fill(x.isnan(), nan)
    x = x.masked_fill(x == math.inf, largest if posinf is None else posinf)
    return x.masked_fill(x == -math.inf, -largest if neginf is None else neginf)
def isclose(x, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Where |x - other| <= atol + rtol * |other|."""
    close = ((x - other).abs() <= atol + rtol * other.abs()) | (x == other)
    return close | (x.isnan() & other.isnan()) if equal_nan else close
def isin(elements, test_elements):
    """Which elements are among the others?"""
    return (elements.unsqueeze(-1) == _tensor(test_elements).reshape(-1)).any(-1)
def bernoulli(x):
    """1 with the probability that an element says, else 0"""
    return (torch.rand_like(x) < x).to(x.dtype)

# -- along dimensions
def median(x, dim=None, keepdim=False):
    """The middle element, the lower one of two; along a dimension (values, indices)."""
    if dim is None:
        return x.reshape(-1).sort().values[(x.numel() - 1) // 2]
    return _kth('median', x, (x.shape[dim] + 1) // 2, dim, keepdim)
def kthvalue(x, k, dim=-1, keepdim=False):
    """The k-th smallest element along a dimension as (values, indices)."""
    if k < 1 or k > x.shape[dim]:
        raise RuntimeError(f'k must be between 1 and {x.shape[dim]}, not {k}')
    return _kth('kthvalue', x, k, dim, keepdim)
def _kth(name, x, k, dim, keepdim):
    values, indices = x.sort(dim)
    values, indices = values.narrow(dim, k - 1, 1), indices.narrow(dim, k - 1, 1)
    if keepdim:
        return torch._named(name, values, indices)
    return torch._named(name, values.squeeze(dim), indices.squeeze(dim))
def _running_extreme(name, x, dim, better):
    values, indices = [], []
    for i, row in enumerate(x.unbind(dim)):
        best = row >= values[-1] if i and better else row <= values[-1] if i else torch.ones_like(row, dtype=torch.bool)
        values.append(torch.where(best, row, values[-1]) if i else row)
        indices.append(torch.where(best, torch.tensor(i), indices[-1]) if i else torch.zeros_like(row, dtype=torch.int64))
    return torch._named(name, torch.stack(values, dim), torch.stack(indices, dim))
def cummax(x, dim):
    """The largest element so far as (values, indices)."""
    return _running_extreme('cummax', x, dim, True)
def cummin(x, dim):
    """The smallest element so far as (values, indices)."""
    return _running_extreme('cummin', x, dim, False)
def aminmax(x, dim=None, keepdim=False):
    """Smallest and largest element as (min, max)."""
    if dim is None:
        return torch._named('aminmax', x.amin(), x.amax())
    return torch._named('aminmax', x.amin(dim, keepdim), x.amax(dim, keepdim))
def var_mean(x, dim=None, unbiased=True, keepdim=False):
    """Variance and mean."""
    return x.var(dim, keepdim=keepdim, unbiased=unbiased), x.mean(dim, keepdim)
def std_mean(x, dim=None, unbiased=True, keepdim=False):
    """Standard deviation and mean."""
    return x.std(dim, keepdim=keepdim, unbiased=unbiased), x.mean(dim, keepdim)
def nansum(x, dim=None, keepdim=False):
    """The sum without nan."""
    return x.masked_fill(x.isnan(), 0).sum(dim, keepdim)
def nanmean(x, dim=None, keepdim=False):
    """The mean without nan."""
    return nansum(x, dim, keepdim) / (~x.isnan()).sum(dim, keepdim)
def dist(x, other, p=2):
    """The norm of the difference."""
    return (x - other).norm(p)
def quantile(x, q, dim=None, keepdim=False):
    """What a share q of the elements lies below."""
    if dim is None:
        values = quantile(x.reshape(-1), q, 0)
        return values.reshape((1,) * x.ndim) if keepdim else values
    x = x.movedim(dim, 0).sort(0).values
    at = _tensor(q).to(x.dtype) * (len(x) - 1)
    low = at.floor().long()
    high = at.ceil().long()
    weight = (at - low).reshape(at.shape + (1,) * (x.ndim - 1))
    values = x[low] + (x[high] - x[low]) * weight
    return values.unsqueeze(dim) if keepdim else values
def diff(x, n=1, dim=-1):
    """Differences of neighbours."""
    for i in range(n):
        x = x.narrow(dim, 1, x.shape[dim] - 1) - x.narrow(dim, 0, x.shape[dim] - 1)
    return x
def unique(x, sorted=True, return_inverse=False, return_counts=False, dim=None):
    """The different elements, sorted."""
    if dim is not None:
        raise NotImplementedError('unique() along a dimension is not supported')
    values, order = x.reshape(-1).sort(0)
    return _unique(values, order, x.shape, return_inverse, return_counts)
def unique_consecutive(x, return_inverse=False, return_counts=False):
    """One element of each run of equal ones."""
    return _unique(x.reshape(-1), torch.arange(x.numel()), x.shape, return_inverse, return_counts)
def _unique(values, order, shape, return_inverse, return_counts):
    first = torch.ones(len(values), dtype=torch.bool)
    first[1:] = values[1:] != values[:-1]
    found = [values[first]]
    if return_inverse:
        inverse = torch.zeros(len(values), dtype=torch.int64)
        inverse[order] = first.long().cumsum(0) - 1
        found.append(inverse.reshape(shape))
    if return_counts:
        places = first.nonzero().reshape(-1)
        found.append(torch.cat([places[1:], torch.tensor([len(values)])]) - places)
    return tuple(found) if len(found) > 1 else found[0]
def bincount(x, weights=None, minlength=0):
    """How often each number from 0 on occurs."""
    if x.ndim != 1 or x.dtype.is_floating_point:
        raise RuntimeError('bincount() needs whole numbers in one dimension')
    if len(x) and x.min() < 0:
        raise RuntimeError('bincount() needs numbers from 0 on')
    size = max(int(x.max()) + 1 if len(x) else 0, minlength)
    weights = torch.ones_like(x) if weights is None else weights
    return torch.zeros(size, dtype=weights.dtype).scatter_add_(0, x.long(), weights)
def histc(x, bins=100, min=0, max=0):
    """Counts of elements in equal intervals."""
    if min == 0 and max == 0:
        min, max = x.min().item(), x.max().item()
    x = x[(x >= min) & (x <= max)]
    return bincount(((x - min) / (max - min) * bins).long().clamp(0, bins - 1), minlength=bins).to(x.dtype)
def searchsorted(sorted_sequence, values, right=False):
    """Where values would have to stand to keep the order."""
    values = _tensor(values).unsqueeze(-1)
    return (sorted_sequence <= values if right else sorted_sequence < values).sum(-1)
def bucketize(x, boundaries, right=False):
    """The interval that each element falls into."""
    return searchsorted(boundaries, x, right)
def renorm(x, p, dim, maxnorm):
    """Slices along a dimension made no longer than maxnorm."""
    others = [d for d in range(x.ndim) if d != _dim(x, dim)]
    norms = x.norm(p, others, keepdim=True)
    return x * torch.where(norms > maxnorm, maxnorm / (norms + 1e-7), torch.ones_like(norms))
def multinomial(x, num_samples, replacement=False):
    """Indices drawn with the weights that x gives."""
    if x.ndim == 2:
        return torch.stack([multinomial(row, num_samples, replacement) for row in x])
    drawn = []
    left = x.clone()
    for i in range(num_samples):
        sums = left.cumsum(0)
        drawn.append(min(int((sums <= torch.rand(1) * sums[-1]).sum()), len(x) - 1))
        if not replacement:
            left[drawn[-1]] = 0
    return torch.tensor(drawn)

# -- parts
def select(x, dim, index):
    """x[index] along a dimension."""
    return x.movedim(dim, 0)[index]
def narrow(x, dim, start, length):
    """x[start:start + length] along a dimension."""
    return x.swapaxes(0, dim)[start:start + length].swapaxes(0, dim) if x.ndim else x
def index_select(x, dim, index):
    """x[index] along a dimension, for a tensor of indices."""
    return x.swapaxes(0, dim)[index].swapaxes(0, dim)
def take(x, index):
    """Elements of the flattened tensor."""
    return x.reshape(-1)[index]
def masked_select(x, mask):
    """x[mask]"""
    return x.expand_as(mask)[mask] if x.ndim < mask.ndim else x[mask.expand_as(x)]
def take_along_dim(x, indices, dim=None):
    """gather with broadcasting."""
    if dim is None:
        return x.reshape(-1).gather(0, indices.reshape(-1))
    shape = list(torch.broadcast_shapes(tuple(x.narrow(dim, 0, 1).shape), tuple(indices.narrow(dim, 0, 1).shape)))
    ours, theirs = list(shape), list(shape)
    ours[dim], theirs[dim] = x.shape[dim], indices.shape[dim]
    return x.expand(ours).gather(dim, indices.expand(theirs))
def split(tensor, split_size_or_sections, dim=0):
    """Parts of a size along a dimension (the last may be smaller), or of the sizes in a list."""
    sizes = split_size_or_sections
    total = tensor.shape[dim]
    if isinstance(sizes, int):
        if sizes < 1:
            raise RuntimeError('split() needs a size of at least 1')
        sizes = [min(sizes, total - start) for start in range(0, total, sizes)]
    elif sum(sizes) != total:
        raise RuntimeError(f'the sizes {list(sizes)} do not add up to {total}')
    parts, at = [], 0
    for size in sizes:
        parts.append(tensor.narrow(dim, at, size))
        at += size
    return tuple(parts)
def chunk(x, chunks, dim=0):
    """About equal parts along a dimension."""
    return split(x, max(-(-x.shape[dim] // chunks), 1), dim)
def tensor_split(x, indices_or_sections, dim=0):
    """Parts along a dimension: a number of them, or where they begin."""
    total, cuts = x.shape[dim], indices_or_sections
    if isinstance(cuts, int):
        small, more = total // cuts, total % cuts
        cuts = [i * small + min(i, more) for i in range(1, cuts)]
    edges = [0] + [min(cut, total) for cut in cuts] + [total]
    return tuple([x.narrow(dim, a, max(b - a, 0)) for a, b in zip(edges[:-1], edges[1:])])
def unbind(x, dim=0):
    """All slices along a dimension."""
    x = x.movedim(dim, 0)
    return tuple([x[i] for i in range(len(x))])
def nonzero(x, as_tuple=False):
    """The indices of all elements that are not 0, one in a row, or a tensor for each dimension."""
    found = x._nonzero()
    return tuple(found.T.unbind(0)) if as_tuple else found
def argwhere(x):
    """The indices of all elements that are not 0."""
    return x._nonzero()
def scatter(x, dim, index, src):
    """A copy in which elements are written along a dimension."""
    return x.clone().scatter_(dim, index, src)
def scatter_add(x, dim, index, src):
    """A copy in which elements are added along a dimension."""
    return x.clone().scatter_add_(dim, index, src)
def index_add(x, dim, index, source):
    """A copy in which slices are added."""
    return x.clone().index_add_(dim, index, source)
def index_fill(x, dim, index, value):
    """A copy in which slices are set to a number."""
    return x.clone().index_fill_(dim, index, value)

# -- arrangement
def movedim(x, source, destination):
    """Dimensions moved to other places."""
    source = [source] if isinstance(source, int) else list(source)
    destination = [destination] if isinstance(destination, int) else list(destination)
    source, destination = [_dim(x, d) for d in source], [_dim(x, d) for d in destination]
    order = [d for d in range(x.ndim) if d not in source]
    for place, d in sorted(zip(destination, source)):
        order.insert(place, d)
    return x.permute(order)
def moveaxis(x, source, destination):
    """Dimensions moved to other places."""
    return movedim(x, source, destination)
def unflatten(x, dim, sizes):
    """One dimension as several."""
    dim = _dim(x, dim)
    return x.reshape(tuple(x.shape[:dim]) + tuple(sizes) + tuple(x.shape[dim + 1:]))
def roll(x, shifts, dims=None):
    """Shifted along dimensions, or all elements in a row; what falls out comes in again."""
    if dims is None:
        return x.reshape(-1)._roll(shifts, 0).reshape(x.shape)
    if isinstance(shifts, int):
        return x._roll(shifts, dims if isinstance(dims, int) else dims[0])
    if len(shifts) != len(dims):
        raise RuntimeError('roll() needs as many shifts as dimensions')
    for shift, dim in zip(shifts, dims):
        x = x._roll(shift, dim)
    return x
def repeat_interleave(x, repeats, dim=None):
    """Each element several times."""
    if dim is None:
        x, dim = x.reshape(-1), 0
    places = torch.arange(x.shape[dim])
    if isinstance(repeats, int):
        places = places.reshape(-1, 1).expand(-1, repeats).reshape(-1)
    else:
        places = torch.tensor([i for i, count in enumerate(repeats.expand(len(places)).tolist()) for k in range(count)], dtype=torch.int64)
    return index_select(x, dim, places)
def broadcast_to(x, size):
    """The same as x.expand(size)."""
    return x.expand(size)
def rot90(x, k=1, dims=(0, 1)):
    """Turned by 90 degrees k times, from the first to the second dimension."""
    for i in range(k % 4):
        x = x.flip(dims[1]).swapaxes(dims[0], dims[1])
    return x.clone()
def diagonal(x, offset=0, dim1=0, dim2=1):
    """The diagonal of two dimensions, as the last one."""
    x = x.movedim((dim1, dim2), (-2, -1))
    x = x[..., max(-offset, 0):, max(offset, 0):]
    size = min(x.shape[-2:])
    return x._diagonal() if x.ndim == 2 else x[..., torch.arange(size), torch.arange(size)]
def diag(x, diagonal=0):
    """A matrix's diagonal, or a matrix with x on its diagonal."""
    return x.diagonal(diagonal).clone() if x.ndim == 2 else diag_embed(x, diagonal)
def diagflat(x, offset=0):
    """A matrix with the elements of x on its diagonal."""
    return diag_embed(x.reshape(-1), offset)
def diag_embed(x, offset=0):
    """Matrices with the last dimension on their diagonals."""
    size = x.shape[-1] + abs(offset)
    rows = torch.arange(x.shape[-1])
    made = torch.zeros(tuple(x.shape[:-1]) + (size, size), dtype=x.dtype)
    made[..., rows + max(-offset, 0), rows + max(offset, 0)] = x
    return made
def trace(x):
    """The sum of a matrix's diagonal."""
    return x.diagonal().sum()

# -- products
def outer(x, vec2):
    """x[i] * vec2[j] for all i and j"""
    return x.reshape(-1, 1) * vec2.reshape(1, -1)
def ger(x, vec2):
    """The same as outer()."""
    return outer(x, vec2)
def inner(x, other):
    """Products of the last dimensions."""
    return x * other if x.ndim == 0 or other.ndim == 0 else tensordot(x, other, ([-1], [-1]))
def cross(x, other, dim=-1):
    """The vector product."""
    a, b = x.unbind(dim), other.unbind(dim)
    return torch.stack([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]], dim)
def kron(x, other):
    """Each element of x times the whole of other."""
    if x.ndim != 2 or other.ndim != 2:
        return (x.reshape(-1, 1) * other.reshape(1, -1)).reshape(-1)
    return (x[:, None, :, None] * other[None, :, None, :]).reshape(x.shape[0] * other.shape[0], x.shape[1] * other.shape[1])
def addmm(x, mat1, mat2, beta=1, alpha=1):
    """beta * x + alpha * mat1 @ mat2"""
    return beta * x + alpha * (mat1 @ mat2)
def addmv(x, mat, vec, beta=1, alpha=1):
    """beta * x + alpha * mat @ vec"""
    return beta * x + alpha * (mat @ vec)
def baddbmm(x, batch1, batch2, beta=1, alpha=1):
    """beta * x + alpha * batch1 @ batch2"""
    return beta * x + alpha * (batch1 @ batch2)
def tensordot(x, other, dims=2):
    """Sums of products over the last dimensions of x and the first of other, or over those named."""
    if isinstance(dims, int):
        ours, theirs = list(range(x.ndim - dims, x.ndim)), list(range(dims))
    else:
        ours, theirs = [[_dim(t, d) for d in ([dim] if isinstance(dim, int) else dim)] for t, dim in zip((x, other), dims)]
    left = [d for d in range(x.ndim) if d not in ours]
    right = [d for d in range(other.ndim) if d not in theirs]
    shape = [x.shape[d] for d in left] + [other.shape[d] for d in right]
    size = 1
    for d in ours:
        size *= x.shape[d]
    a = x.permute(left + ours).reshape(-1, size)
    b = other.permute(theirs + right).reshape(size, -1)
    return (a @ b).reshape(shape)
