# SPDX-License-Identifier: GPL-3.0-or-later
# np: picking, finding, comparing, sets, functions over axes, printing.
def _axis(axis, ndim):
    if axis < -ndim or axis >= ndim:
        raise ValueError('axis ' + str(axis) + ' is out of bounds for array of dimension ' + str(ndim))
    return axis % ndim

def _at(axis, index):
    return (slice(None),) * axis + (index,)

# -- picking
def take(a, indices, axis=None, out=None, mode='raise'):
    """The elements at these indices along an axis."""
    a = np.asarray(a)
    if axis is None:
        a, axis = a.ravel(), 0
    axis = _axis(axis, a.ndim)
    indices = np.asarray(indices)
    if mode == 'wrap':
        indices = indices % a.shape[axis]
    elif mode == 'clip':
        indices = np.clip(indices, 0, a.shape[axis] - 1)
    return a[_at(axis, indices)]

def put(a, ind, v, mode='raise'):
    """Writes into the flat array at these indices."""
    ind = np.ravel(ind)
    flat = a.flat
    flat[ind] = np.resize(v, ind.shape)
    if not np.shares_memory(flat, a):
        a[...] = flat.reshape(a.shape)

def take_along_axis(arr, indices, axis):
    """For each place of `indices` the element of arr along the axis."""
    arr, indices = np.asarray(arr), np.asarray(indices)
    if axis is None:
        arr, axis = arr.ravel(), 0
    return arr[_along(indices, _axis(axis, arr.ndim))]

def put_along_axis(arr, indices, values, axis):
    """Writes where take_along_axis would read."""
    arr[_along(np.asarray(indices), _axis(axis, arr.ndim))] = values

def _along(indices, axis):
    n = indices.ndim
    grids = [np.arange(size).reshape((1,) * i + (-1,) + (1,) * (n - i - 1)) for i, size in enumerate(indices.shape)]
    return tuple([indices if i == axis else grid for i, grid in enumerate(grids)])

def repeat(a, repeats, axis=None):
    """Each element so many times."""
    a = np.asarray(a)
    if axis is None:
        a, axis = a.ravel(), 0
    axis = _axis(axis, a.ndim)
    n = a.shape[axis]
    repeats = np.asarray(repeats)
    if np.any(repeats < 0):
        raise ValueError('repeats may not contain negative values.')
    if repeats.size == 1:
        times = int(repeats.ravel()[0])
        index = np.arange(n * times) // max(times, 1)
    else:
        if repeats.shape != (n,):
            raise ValueError('operands could not be broadcast together with shape (' + str(n) + ',) ' + str(repeats.shape))
        ends = np.cumsum(repeats)
        index = np.searchsorted(ends, np.arange(ends[-1] if n else 0), 'right')
    return a[_at(axis, index)]

def compress(condition, a, axis=None):
    """The slices along an axis where the condition is true."""
    a = np.asarray(a)
    if axis is None:
        a, axis = a.ravel(), 0
    return take(a, np.flatnonzero(condition), axis)

def extract(condition, arr):
    """The elements where the condition is true."""
    return np.ravel(arr)[np.flatnonzero(condition)]

def place(arr, mask, vals):
    """Writes vals, again and again, where the mask is true."""
    mask = np.asarray(mask, bool)
    arr[mask] = np.resize(vals, (int(mask.sum()),))

def putmask(a, mask, values):
    """Writes the values where the mask is true."""
    a[mask] = np.resize(values, a.shape)[mask]

def copyto(dst, src, casting='same_kind', where=True):
    """dst[...] = src, only where the mask is true."""
    dst[...] = src if where is True else np.where(where, src, dst)

def fill_diagonal(a, val, wrap=False):
    """Writes the diagonal."""
    n = min(a.shape)
    a[(np.arange(n),) * a.ndim] = val

def choose(a, choices):
    """From each place the choice with the number that stands there."""
    a = np.asarray(a)
    made = np.asarray(choices[0])
    for i, choice in enumerate(choices):
        made = np.where(a == i, choice, made)
    return made

def diagonal(a, offset=0, axis1=0, axis2=1):
    """The elements with equal indices, offset to the right."""
    a = np.asarray(a)
    if a.ndim < 2:
        raise ValueError('diag requires an array of at least two dimensions')
    one, two = _axis(axis1, a.ndim), _axis(axis2, a.ndim)
    rest = [i for i in range(a.ndim) if i not in (one, two)]
    a = a.transpose(rest + [one, two])
    n = max(min(a.shape[-2] + min(offset, 0), a.shape[-1] - max(offset, 0)), 0)
    along = np.arange(n)
    return a[..., along + max(-offset, 0), along + max(offset, 0)]

def trace(a, offset=0, axis1=0, axis2=1):
    """The sum of a diagonal."""
    return diagonal(a, offset, axis1, axis2).sum(-1)

def tril_indices(n, k=0, m=None):
    """The indices of the triangle on and below a diagonal."""
    return np.nonzero(np.tri(n, m, k, dtype=bool))

def triu_indices(n, k=0, m=None):
    """The indices of the triangle on and above a diagonal."""
    return np.nonzero(~np.tri(n, m, k - 1, dtype=bool))

def diag_indices(n, ndim=2):
    """The indices of the main diagonal."""
    return (np.arange(n),) * ndim

def ix_(*args):
    """Indices of all combinations of rows and columns."""
    n = len(args)
    lines = [np.asarray(a) for a in args]
    lines = [np.flatnonzero(a) if a.dtype == bool else a for a in lines]
    return tuple([a.reshape((1,) * i + (-1,) + (1,) * (n - i - 1)) for i, a in enumerate(lines)])

def unravel_index(indices, shape):
    """Indices of the flat array as one index for each axis."""
    shape = shape if isinstance(shape, (tuple, list)) else (shape,)
    rest, parts = np.asarray(indices), []
    for n in reversed(shape):
        parts.insert(0, (rest % n)[()])
        rest = rest // n
    if np.any(rest != 0):
        raise ValueError('index ' + str(indices) + ' is out of bounds for array with these sizes')
    return tuple(parts)

def ravel_multi_index(multi_index, dims):
    """One index for each axis as an index of the flat array."""
    made = 0
    for index, n in zip(multi_index, dims):
        made = made * n + np.asarray(index)
    return made

# -- finding
def argwhere(a):
    """The indices of elements that are not 0, one row each."""
    return np.stack(np.nonzero(a), -1) if np.ndim(a) else np.zeros((int(bool(a)), 0), dtype=int)

def flatnonzero(a):
    """The indices of elements of the flat array that are not 0."""
    return np.nonzero(np.ravel(a))[0]

def searchsorted(a, v, side='left', sorter=None):
    """Where v would have to stand in a sorted array."""
    a = np.asarray(a)
    return np._searchsorted(a if sorter is None else a[sorter], v, side == 'right')

def lexsort(keys, axis=-1):
    """The indices that sort by the last key, then the one before, ..."""
    order = np.argsort(keys[0])
    for key in keys[1:]:
        order = order[np.argsort(np.asarray(key)[order])]
    return order

def partition(a, kth, axis=-1):
    """Sorted, which is more than what was asked for."""
    return np.sort(a, axis)

def argpartition(a, kth, axis=-1):
    """The indices that sort it, which is more than what was asked for."""
    return np.argsort(a, axis)

# -- sets
def unique(ar, return_index=False, return_inverse=False, return_counts=False, axis=None):
    """The different elements, sorted."""
    ar = np.asarray(ar)
    if axis is not None:
        return _unique_rows(ar, return_index, return_inverse, return_counts, _axis(axis, ar.ndim))
    flat = ar.ravel()
    order = np.argsort(flat)
    s = flat[order]
    return _unique(s, s[1:] != s[:-1], order, (return_index, return_inverse, return_counts))

def _unique(s, changes, order, wanted):
    first = np.concatenate([np.ones(min(len(s), 1), dtype=bool), changes])
    starts = np.flatnonzero(first)
    made = [s[first]]
    if wanted[0]:
        made.append(order[first])
    if wanted[1]:
        inverse = np.empty(len(s), dtype=int)
        inverse[order] = np.cumsum(first) - 1
        made.append(inverse)
    if wanted[2]:
        made.append(np.diff(np.append(starts, len(s))))
    return made[0] if len(made) == 1 else tuple(made)

def _unique_rows(ar, return_index, return_inverse, return_counts, axis):
    ar = np.moveaxis(ar, axis, 0)
    rows = ar.reshape(ar.shape[0], -1)
    order = lexsort(rows.T[::-1])
    s = rows[order]
    made = _unique(s, (s[1:] != s[:-1]).any(axis=1), order, (return_index, return_inverse, return_counts))
    first = made[0] if isinstance(made, tuple) else made
    first = np.moveaxis(first.reshape((-1,) + ar.shape[1:]), 0, axis)
    return (first,) + made[1:] if isinstance(made, tuple) else first

def isin(element, test_elements, assume_unique=False, invert=False):
    """Is each element among those?"""
    element = np.asarray(element)
    s = np.sort(np.ravel(test_elements))
    if len(s) == 0:
        return np.full(element.shape, invert)
    found = s[np.minimum(searchsorted(s, element), len(s) - 1)] == element
    return ~found if invert else found

def in1d(ar1, ar2, assume_unique=False, invert=False):
    """Is each element of the flat array among those?"""
    return isin(np.ravel(ar1), ar2, False, invert)

def intersect1d(ar1, ar2):
    """What both have, sorted."""
    ar1 = unique(ar1)
    return ar1[isin(ar1, ar2)]

def union1d(ar1, ar2):
    """What one of them has, sorted."""
    return unique(np.concatenate([np.ravel(ar1), np.ravel(ar2)]))

def setdiff1d(ar1, ar2):
    """What the first has and the second has not, sorted."""
    ar1 = unique(ar1)
    return ar1[~isin(ar1, ar2)]

def setxor1d(ar1, ar2):
    """What exactly one of them has, sorted."""
    return np.sort(np.concatenate([setdiff1d(ar1, ar2), setdiff1d(ar2, ar1)]))

# -- comparing
def isclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Is each pair equal up to atol + rtol * |b|?"""
    a, b = np.asarray(a), np.asarray(b)
    finite = np.isfinite(a) & np.isfinite(b)
    close = finite & (np.abs(np.where(finite, a, 0) - np.where(finite, b, 0)) <= atol + rtol * np.abs(np.where(finite, b, 0)))
    close = close | (a == b)
    return close | (np.isnan(a) & np.isnan(b)) if equal_nan else close

def allclose(a, b, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Are all pairs equal up to atol + rtol * |b|?"""
    return bool(np.all(isclose(a, b, rtol, atol, equal_nan)))

def array_equal(a1, a2, equal_nan=False):
    """Have both the same shape and elements?"""
    a1, a2 = np.asarray(a1), np.asarray(a2)
    if a1.shape != a2.shape:
        return False
    same = a1 == a2
    return bool(np.all(same | (np.isnan(a1) & np.isnan(a2)) if equal_nan else same))

def array_equiv(a1, a2):
    """Are they equal once broadcast?"""
    try:
        return bool(np.all(np.asarray(a1) == np.asarray(a2)))
    except ValueError:
        return False

def isneginf(x):
    """Is it minus infinity?"""
    return np.asarray(x) == -np.inf

def isposinf(x):
    """Is it plus infinity?"""
    return np.asarray(x) == np.inf

# -- ignoring nan
def _without(a, instead):
    a = np.asarray(a)
    return np.where(np.isnan(a), instead, a).astype(a.dtype) if a.dtype.kind == 'f' else a

def _count(a, axis, keepdims):
    return np.sum(~np.isnan(a), axis=axis, keepdims=keepdims)

def nansum(a, axis=None, dtype=None, keepdims=False):
    """Sum, nan counting as 0."""
    return np.sum(_without(a, 0), axis=axis, dtype=dtype, keepdims=keepdims)

def nanprod(a, axis=None, dtype=None, keepdims=False):
    """Product, nan counting as 1."""
    return np.prod(_without(a, 1), axis=axis, dtype=dtype, keepdims=keepdims)

def nanmax(a, axis=None, keepdims=False):
    """Largest element that is not nan."""
    made = np.max(_without(a, -np.inf), axis=axis, keepdims=keepdims)
    return np.where(_count(a, axis, keepdims) == 0, np.nan, made)[()] if np.asarray(a).dtype.kind == 'f' else made

def nanmin(a, axis=None, keepdims=False):
    """Smallest element that is not nan."""
    made = np.min(_without(a, np.inf), axis=axis, keepdims=keepdims)
    return np.where(_count(a, axis, keepdims) == 0, np.nan, made)[()] if np.asarray(a).dtype.kind == 'f' else made

def nanargmax(a, axis=None):
    """Index of the largest element that is not nan."""
    return np.argmax(_without(a, -np.inf), axis=axis)

def nanargmin(a, axis=None):
    """Index of the smallest element that is not nan."""
    return np.argmin(_without(a, np.inf), axis=axis)

def nanmean(a, axis=None, dtype=None, keepdims=False):
    """Mean of what is not nan."""
    return np.divide(nansum(a, axis, dtype, keepdims), _count(a, axis, keepdims))

def nanvar(a, axis=None, dtype=None, ddof=0, keepdims=False):
    """Variance of what is not nan."""
    a = np.asarray(a)
    d = a - nanmean(a, axis, dtype, True)
    return np.divide(nansum(d * d, axis, dtype, keepdims), _count(a, axis, keepdims) - ddof)

def nanstd(a, axis=None, dtype=None, ddof=0, keepdims=False):
    """Standard deviation of what is not nan."""
    return np.sqrt(nanvar(a, axis, dtype, ddof, keepdims))

def nancumsum(a, axis=None):
    """Running sums, nan counting as 0."""
    return np.cumsum(_without(a, 0), axis=axis)

def nanmedian(a, axis=None, keepdims=False):
    """Median of what is not nan."""
    a = np.asarray(a)
    if axis is None:
        return np.median(a[~np.isnan(a)])
    return apply_along_axis(lambda line: np.median(line[~np.isnan(line)]), axis, a)

def nanpercentile(a, q, axis=None, method='linear'):
    """Percentile of what is not nan."""
    a = np.asarray(a)
    if axis is None:
        return np.percentile(a[~np.isnan(a)], q, method=method)
    return apply_along_axis(lambda line: np.percentile(line[~np.isnan(line)], q, method=method), axis, a)

# -- functions over axes
def apply_along_axis(func1d, axis, arr, *args, **kwargs):
    """func1d of each line along an axis."""
    arr = np.asarray(arr)
    axis = _axis(axis, arr.ndim)
    lines = np.moveaxis(arr, axis, -1)
    shape = lines.shape[:-1]
    made = [np.asarray(func1d(line, *args, **kwargs)) for line in lines.reshape(-1, arr.shape[axis])]
    made = np.stack(made).reshape(shape + made[0].shape)
    inner = made.ndim - len(shape)
    return np.moveaxis(made, list(range(len(shape), made.ndim)), list(range(axis, axis + inner)))[()]

def apply_over_axes(func, a, axes):
    """func over one axis after the other, their sizes becoming 1."""
    for axis in (axes if isinstance(axes, (tuple, list)) else (axes,)):
        made = func(a, axis)
        a = made if np.ndim(made) == np.ndim(a) else np.expand_dims(made, axis)
    return a

class vectorize:
    """A function of numbers as a function of arrays, element by element."""
    def __init__(self, pyfunc, otypes=None, excluded=None):
        self.pyfunc = pyfunc
        self.otypes = otypes
    def __call__(self, *args):
        arrays = np.broadcast_arrays(*args)
        if arrays[0].size == 0 and self.otypes is None:
            raise ValueError('cannot call `vectorize` on size 0 inputs unless `otypes` is set')
        made = [self.pyfunc(*items) for items in zip(*[a.ravel() for a in arrays])]
        shape = arrays[0].shape
        if made and isinstance(made[0], tuple):
            return tuple([np.array([m[i] for m in made]).reshape(shape) for i in range(len(made[0]))])
        first = np.asarray(made[0]).dtype if self.otypes is None else self.otypes[0]
        return np.array(made).astype(first).reshape(shape)

def frompyfunc(func, nin, nout):
    """A function of numbers as a function of arrays."""
    return vectorize(func)

# -- going through
def ndenumerate(arr):
    """Pairs of index and element: for (i, j), x in np.ndenumerate(a)."""
    arr = np.asarray(arr)
    for index in ndindex(arr.shape):
        yield index, arr[index]

def ndindex(*shape):
    """All indices of a shape: for i, j in np.ndindex(2, 3)."""
    shape = shape[0] if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else shape
    count = 1
    for n in shape:
        count = count * n
    for i in range(count):
        index = []
        for n in reversed(shape):
            index.insert(0, i % n)
            i = i // n
        yield tuple(index)

def trim_zeros(filt, trim='fb'):
    """Without the zeros at both ends."""
    found = flatnonzero(filt)
    if len(found) == 0:
        return filt[:0]
    first = found[0] if 'f' in trim else 0
    return filt[int(first):int(found[-1]) + 1 if 'b' in trim else len(filt)]

def tril_indices_from(arr, k=0):
    """The indices of an array's triangle on and below a diagonal."""
    return tril_indices(arr.shape[0], k, arr.shape[1])

def triu_indices_from(arr, k=0):
    """The indices of an array's triangle on and above a diagonal."""
    return triu_indices(arr.shape[0], k, arr.shape[1])

def diag_indices_from(arr):
    """The indices of an array's main diagonal."""
    return diag_indices(arr.shape[0], arr.ndim)

def nanquantile(a, q, axis=None, method='linear'):
    """Quantile of what is not nan."""
    return nanpercentile(a, np.multiply(q, 100), axis, method)

def msort(a):
    """Sorted along the first axis."""
    return np.sort(a, 0)

True_ = np.bool_(True)
False_ = np.bool_(False)
