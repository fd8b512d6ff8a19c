# SPDX-License-Identifier: GPL-3.0-or-later
# np: arithmetic, products, statistics, comparisons and searching that need no C.
def _axis(axis, ndim):
    if axis < -ndim or axis >= ndim:
        raise ValueError('axis ' + str(axis) + ' is out of bounds for array of dimension ' + str(ndim))
    return axis % ndim

def _at(axis, index):
    return (slice(None),) * axis + (index,)

def _float(a):
    a = np.asarray(a)
    return a if a.dtype.kind == 'f' else a.astype(float)

# -- element by element
def positive(x):
    """+x"""
    return np.asarray(x) + 0

def reciprocal(x):
    """1 / x; of integers an integer."""
    x = np.asarray(x)
    return 1 / x if x.dtype.kind == 'f' else np.trunc(1 / x).astype(x.dtype)

def divmod(x1, x2):
    """(x1 // x2, x1 % x2)"""
    return np.floor_divide(x1, x2), np.remainder(x1, x2)

def modf(x):
    """(fraction, whole part)"""
    x = _float(x)
    return x - np.trunc(x), np.trunc(x)

def left_shift(x1, x2):
    """x1 * 2 ** x2"""
    return np.multiply(x1, np.power(2, x2))

def right_shift(x1, x2):
    """x1 // 2 ** x2"""
    return np.floor_divide(x1, np.power(2, x2))

def signbit(x):
    """Is the sign a minus?"""
    return np.copysign(1, x) < 0

def sinc(x):
    """sin(pi x) / (pi x)"""
    y = np.pi * np.where(np.asarray(x) == 0, 1.0e-20, x)
    return np.sin(y) / y

def gcd(x1, x2):
    """The greatest common divisor of each pair."""
    a, b = np.broadcast_arrays(np.abs(x1), np.abs(x2))
    a, b = a.copy(), b.copy()
    while np.any(b != 0):
        a, b = np.where(b != 0, b, a), np.where(b != 0, a % np.where(b == 0, 1, b), 0)
    return a[()] if a.ndim == 0 else a

def lcm(x1, x2):
    """The least common multiple of each pair."""
    common = gcd(x1, x2)
    return np.abs(x1) // np.where(common == 0, 1, common) * np.abs(x2)

def nan_to_num(x, copy=True, nan=0.0, posinf=None, neginf=None):
    """With numbers instead of nan and infinities."""
    x = np.asarray(x)
    if x.dtype.kind != 'f':
        return x.copy()
    x = np.where(np.isnan(x), nan, x).astype(x.dtype)
    x = np.where(x == np.inf, np.finfo(x.dtype).max if posinf is None else posinf, x).astype(x.dtype)
    return np.where(x == -np.inf, np.finfo(x.dtype).min if neginf is None else neginf, x).astype(x.dtype)

def interp(x, xp, fp, left=None, right=None):
    """Between the points (xp, fp) along straight lines."""
    x, xp, fp = np.asarray(x), np.asarray(xp, float), np.asarray(fp, float)
    j = np.clip(np.searchsorted(xp, x, 'right') - 1, 0, len(xp) - 2)
    slope = (fp[j + 1] - fp[j]) / (xp[j + 1] - xp[j])
    y = slope * (x - xp[j]) + fp[j]
    y = np.where(x < xp[0], fp[0] if left is None else left, y)
    y = np.where(x > xp[-1], fp[-1] if right is None else right, y)
    y = np.where(x == xp[-1], fp[-1], y)
    return y[()]

def piecewise(x, condlist, funclist):
    """A function for each condition; one more is for the rest."""
    x = np.asarray(x)
    y = np.zeros(x.shape, dtype=x.dtype)
    conditions = [np.asarray(c) for c in condlist]
    if len(funclist) == len(conditions) + 1:
        rest = np.ones(x.shape, dtype=bool)
        for c in conditions:
            rest = rest & ~c
        conditions = conditions + [rest]
    for condition, function in zip(conditions, funclist):
        y[condition] = function(x[condition]) if callable(function) else function
    return y

def select(condlist, choicelist, default=0):
    """The choice of the first condition that holds."""
    made = np.asarray(default)
    for condition, choice in reversed(list(zip(condlist, choicelist))):
        made = np.where(condition, choice, made)
    return made

# -- products
def inner(a, b):
    """Sum of products over the last axes."""
    a, b = np.asarray(a), np.asarray(b)
    if a.ndim == 0 or b.ndim == 0:
        return a * b
    return np.tensordot(a, b, axes=(-1, -1))[()]

def outer(a, b, out=None):
    """a[i] * b[j] for all i and j."""
    return np.multiply(np.ravel(a)[:, None], np.ravel(b)[None, :], out)

def vdot(a, b):
    """Scalar product of all elements."""
    return np.dot(np.ravel(a), np.ravel(b))

def kron(a, b):
    """Each element of a times the whole of b."""
    a, b = np.asarray(a), np.asarray(b)
    n = max(a.ndim, b.ndim)
    a, b = a.reshape((1,) * (n - a.ndim) + a.shape), b.reshape((1,) * (n - b.ndim) + b.shape)
    made = np.tensordot(a, b, axes=0)
    order = []
    for i in range(n):
        order = order + [i, n + i]
    return made.transpose(order).reshape([p * q for p, q in zip(a.shape, b.shape)])

def cross(a, b, axis=-1):
    """Vector product of vectors with 3 (or 2) elements."""
    a, b = np.moveaxis(np.asarray(a), axis, -1), np.moveaxis(np.asarray(b), axis, -1)
    if a.shape[-1] not in (2, 3) or b.shape[-1] not in (2, 3):
        raise ValueError('incompatible dimensions for cross product\n(dimension must be 2 or 3)')
    z = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    if a.shape[-1] == 2 and b.shape[-1] == 2:
        return np.asarray(z)
    a2 = a[..., 2] if a.shape[-1] == 3 else 0 * a[..., 0]
    b2 = b[..., 2] if b.shape[-1] == 3 else 0 * b[..., 0]
    made = [a[..., 1] * b2 - a2 * b[..., 1], a2 * b[..., 0] - a[..., 0] * b2, z]
    return np.moveaxis(np.stack(np.broadcast_arrays(*made), -1), -1, axis)

def tensordot(a, b, axes=2):
    """Sum of products over pairs of axes."""
    a, b = np.asarray(a), np.asarray(b)
    if isinstance(axes, int):
        of_a, of_b = list(range(a.ndim - axes, a.ndim)), list(range(axes))
    else:
        of_a, of_b = axes
        of_a = [of_a] if isinstance(of_a, int) else list(of_a)
        of_b = [of_b] if isinstance(of_b, int) else list(of_b)
    of_a, of_b = [_axis(i, a.ndim) for i in of_a], [_axis(i, b.ndim) for i in of_b]
    if [a.shape[i] for i in of_a] != [b.shape[i] for i in of_b]:
        raise ValueError('shape-mismatch for sum')
    rest_a = [i for i in range(a.ndim) if i not in of_a]
    rest_b = [i for i in range(b.ndim) if i not in of_b]
    count = 1
    for i in of_a:
        count = count * a.shape[i]
    left = a.transpose(rest_a + of_a).reshape(-1, count) if a.ndim else a.reshape(1, 1)
    right = b.transpose(of_b + rest_b).reshape(count, -1) if b.ndim else b.reshape(1, 1)
    made = np.dot(left, right)
    return made.reshape([a.shape[i] for i in rest_a] + [b.shape[i] for i in rest_b])

def einsum(subscripts, *operands):
    """Sums of products by letters, such as 'ij,jk->ik'."""
    left, arrow, right = subscripts.replace(' ', '').partition('->')
    terms = left.split(',')
    operands = [np.asarray(a) for a in operands]
    if '.' in left:
        raise NotImplementedError("einsum() takes no '...' here; name each axis by a letter")
    if len(terms) != len(operands):
        raise ValueError('einsum() needs an operand for each of ' + left)
    letters = sorted(set(left.replace(',', '')))
    if not arrow:
        right = ''.join([c for c in letters if left.count(c) == 1])
    for c in right:
        if c not in left or right.count(c) > 1:
            raise ValueError("the output '" + right + "' must be different letters of '" + left + "'")
    sizes = {}
    parts = []
    for term, a in zip(terms, operands):
        if len(term) != a.ndim:
            raise ValueError("'" + term + "' has not as many letters as its operand has axes")
        while len(set(term)) < len(term):
            twice = [c for c in term if term.count(c) > 1][0]
            i, j = term.index(twice), term.rindex(twice)
            a = np.diagonal(a, 0, i, j)
            term = term[:i] + term[i + 1:j] + term[j + 1:] + twice
        for c, n in zip(term, a.shape):
            if sizes.setdefault(c, n) != n:
                raise ValueError("the sizes of '" + c + "' differ: " + str(sizes[c]) + ' and ' + str(n))
        parts.append((term, a))
    return _contract(parts, right, sizes)[()]

def _contract(parts, right, sizes):
    """Two operands at a time, summing what neither a later one nor the result needs."""
    while len(parts) > 1:
        (one, a), (two, b) = parts[0], parts[1]
        later = right + ''.join([term for term, rest in parts[2:]])
        if not [c for c in one if c in two and c in later]:
            shared = [c for c in one if c in two]
            made = tensordot(a, b, ([one.index(c) for c in shared], [two.index(c) for c in shared]))
            term = ''.join([c for c in one + two if c not in shared])
        else:
            term = one + ''.join([c for c in two if c not in one])
            made = _spread(one, a, term, sizes) * _spread(two, b, term, sizes)
        parts = [(term, made)] + parts[2:]
    term, a = parts[0]
    gone = [i for i, c in enumerate(term) if c not in right]
    a = np.sum(a, axis=tuple(gone)) if gone else a
    term = ''.join([c for c in term if c in right])
    return np.transpose(a, [term.index(c) for c in right]) if len(right) > 1 else a

def _spread(term, a, onto, sizes):
    """With its axes in the order of `onto`, size 1 where it has none."""
    a = np.transpose(a, [term.index(c) for c in onto if c in term])
    return a.reshape([sizes[c] if c in term else 1 for c in onto])

def convolve(a, v, mode='full'):
    """Discrete convolution: v is turned around, unlike in correlate."""
    a, v = np.atleast_1d(a), np.atleast_1d(v)
    a, v = _signals(v, a) if len(v) > len(a) else _signals(a, v)
    return _slide(a, v[::-1], mode)

def _signals(a, v):
    a, v = np.atleast_1d(a), np.atleast_1d(v)
    for name, x in (('a', a), ('v', v)):
        if len(x) == 0:
            raise ValueError(name + ' cannot be empty')
        if x.ndim > 1:
            raise ValueError('object too deep for desired array')
    return a, v

def correlate(a, v, mode='valid'):
    """Cross-correlation: sums of products of v with each window of a."""
    a, v = _signals(a, v)
    if len(v) > len(a):
        return _slide(v, a, mode)[::-1]
    return _slide(a, v, mode)

def _slide(a, v, mode):
    n = len(v)
    if mode not in ('full', 'same', 'valid'):
        raise ValueError("mode must be one of 'valid', 'same', or 'full' (got '" + str(mode) + "')")
    before = n - 1 if mode == 'full' else n // 2 if mode == 'same' else 0
    after = n - 1 if mode == 'full' else n - 1 - n // 2 if mode == 'same' else 0
    dtype = np.result_type(a, v)
    x = np.zeros(len(a) + before + after, dtype=dtype)
    x[before:before + len(a)] = a
    made = np.zeros(len(x) - n + 1, dtype=dtype)
    for i in range(n):
        made = made + x[i:i + len(made)] * v[i]
    return made.astype(dtype)

# -- differences and sums
def diff(a, n=1, axis=-1, prepend=None, append=None):
    """Differences of neighbours, n times over."""
    a = np.asarray(a)
    axis = _axis(axis, a.ndim)
    ends = [None if e is None else np.asarray(e) for e in (prepend, append)]
    shape = a.shape[:axis] + (1,) + a.shape[axis + 1:]
    ends = [np.broadcast_to(e, shape) if e is not None and e.ndim == 0 else e for e in ends]
    parts = [p for p in (ends[0], a, ends[1]) if p is not None]
    a = np.concatenate(parts, axis) if len(parts) > 1 else a
    for i in range(n):
        after, before = a[_at(axis, slice(1, None))], a[_at(axis, slice(None, -1))]
        a = after != before if a.dtype == bool else after - before
    return a

def ediff1d(ary, to_end=None, to_begin=None):
    """Differences of neighbours of the flat array."""
    ary = np.ravel(ary)
    parts = [np.ravel(p) for p in (to_begin, ary[1:] - ary[:-1], to_end) if p is not None]
    return np.concatenate(parts)

def gradient(f, *varargs, axis=None, edge_order=1):
    """Central differences, one-sided at the ends; the spacing is 1, a number or coordinates."""
    f = _float(f)
    axes = list(range(f.ndim)) if axis is None else [_axis(i, f.ndim) for i in (axis if isinstance(axis, tuple) else (axis,))]
    spaces = list(varargs) * len(axes) if len(varargs) == 1 else list(varargs) if varargs else [1.0] * len(axes)
    if len(spaces) != len(axes):
        raise TypeError('invalid number of arguments')
    made = [_gradient(f, i, np.asarray(h), edge_order) for i, h in zip(axes, spaces)]
    return made[0] if len(made) == 1 else made

def _gradient(f, axis, h, edge_order):
    n = f.shape[axis]
    if n < edge_order + 1:
        raise ValueError('Shape of array too small to calculate a numerical gradient, at least (edge_order + 1) elements are required.')
    def part(start, stop):
        return f[_at(axis, slice(start, stop))]
    g = np.empty_like(f)
    even = h.ndim == 0 or (np.diff(h) == np.diff(h)[0]).all()
    if even:
        h = h if h.ndim == 0 else np.diff(h)[0]
        g[_at(axis, slice(1, -1))] = (part(2, None) - part(None, -2)) / (2.0 * h)
        first, last = h, h
    else:
        steps = np.diff(h).reshape((-1,) + (1,) * (f.ndim - axis - 1))
        a, b = steps[:-1], steps[1:]
        inside = -b / (a * (a + b)) * part(None, -2) + (b - a) / (a * b) * part(1, -1) + a / (b * (a + b)) * part(2, None)
        g[_at(axis, slice(1, -1))] = inside
        first, last = steps.ravel()[0], steps.ravel()[-1]
    if edge_order == 1:
        g[_at(axis, slice(0, 1))] = (part(1, 2) - part(0, 1)) / first
        g[_at(axis, slice(n - 1, n))] = (part(n - 1, n) - part(n - 2, n - 1)) / last
    elif even:
        g[_at(axis, slice(0, 1))] = (-1.5 / first) * part(0, 1) + (2.0 / first) * part(1, 2) + (-0.5 / first) * part(2, 3)
        g[_at(axis, slice(n - 1, n))] = (0.5 / last) * part(n - 3, n - 2) + (-2.0 / last) * part(n - 2, n - 1) + (1.5 / last) * part(n - 1, n)
    else:
        raise NotImplementedError('edge_order=2 needs even spacing here')
    return g

def trapz(y, x=None, dx=1.0, axis=-1):
    """The area under straight lines between the points."""
    y = np.asarray(y)
    d = dx if x is None else np.diff(x)
    axis = _axis(axis, y.ndim)
    if x is not None and np.ndim(d) == 1:
        d = d.reshape((-1,) + (1,) * (y.ndim - axis - 1))
    return (d * (y[_at(axis, slice(1, None))] + y[_at(axis, slice(None, -1))]) / 2.0).sum(axis)

def polyfit(x, y, deg):
    """The polynomial of this degree nearest to the points, by least squares; highest power first."""
    x, y = _float(x), _float(y)
    powers = np.vander(x, deg + 1)
    scale = np.sqrt((powers * powers).sum(axis=0))
    q = powers / scale
    return np.linalg.lstsq(q, y)[0] / scale

def polyval(p, x):
    """The value of a polynomial, highest power first."""
    y = np.zeros_like(np.asarray(x))
    for c in p:
        y = y * x + c
    return y

# -- statistics
def average(a, axis=None, weights=None, returned=False, keepdims=False):
    """Mean with weights."""
    a = np.asarray(a)
    if weights is None:
        made = a.mean(axis, keepdims=keepdims)
        total = made * 0 + a.size / np.size(made)
    else:
        weights = np.asarray(weights)
        if weights.shape != a.shape:
            if axis is None:
                raise TypeError('Axis must be specified when shapes of a and weights differ.')
            if weights.ndim != 1 or weights.shape[0] != a.shape[axis]:
                raise ValueError('Length of weights not compatible with specified axis.')
            weights = np.swapaxes(np.broadcast_to(weights, (a.ndim - 1) * (1,) + weights.shape), -1, axis)
            weights = np.broadcast_to(weights, a.shape)
        total = weights.sum(axis, keepdims=keepdims, dtype=np.result_type(a.dtype, weights.dtype, float))
        if np.any(total == 0.0):
            raise ZeroDivisionError("Weights sum to zero, can't be normalized")
        made = np.multiply(a, weights).sum(axis, keepdims=keepdims) / total
    return (made, total) if returned else made

def ptp(a, axis=None, out=None, keepdims=False):
    """Largest minus smallest."""
    a = np.asarray(a)
    return np.subtract(a.max(axis, keepdims=keepdims), a.min(axis, keepdims=keepdims), out)

def _flat_axes(a, axis):
    """The array with the axes to reduce as its last one, and how many there were."""
    a = np.asarray(a)
    if axis is None:
        return a.ravel()
    axes = [_axis(i, a.ndim) for i in (axis if isinstance(axis, tuple) else (axis,))]
    rest = [i for i in range(a.ndim) if i not in axes]
    return a.transpose(rest + axes).reshape([a.shape[i] for i in rest] + [-1])

def _keep(made, a, axis, keepdims, lead=0):
    """The reduced axes with size 1, if they are to be kept."""
    if not keepdims:
        return made
    a = np.asarray(a)
    axes = range(a.ndim) if axis is None else [_axis(i, a.ndim) for i in (axis if isinstance(axis, tuple) else (axis,))]
    return np.reshape(made, np.shape(made)[:lead] + tuple([1 if i in axes else n for i, n in enumerate(a.shape)]))

def median(a, axis=None, out=None, overwrite_input=False, keepdims=False):
    """The middle element, or the mean of the two in the middle."""
    flat = _flat_axes(a, axis)
    n = flat.shape[-1]
    if n == 0:
        return np.nan
    s = np.sort(flat, axis=-1)
    made = s[..., n // 2:n // 2 + 1].mean(-1) if n % 2 else s[..., n // 2 - 1:n // 2 + 1].mean(-1)
    if s.dtype.kind == 'f':
        made = np.where(np.isnan(s[..., -1]), np.nan, made)[()]
    return _keep(made, a, axis, keepdims)

def quantile(a, q, axis=None, out=None, overwrite_input=False, method='linear', keepdims=False, interpolation=None):
    """What a share q of the elements lies below."""
    q = np.asarray(q, float)
    if np.any(q < 0) or np.any(q > 1) :
        raise ValueError('Quantiles must be in the range [0, 1]')
    return _quantile(a, q, axis, interpolation or method, keepdims)

def percentile(a, q, axis=None, out=None, overwrite_input=False, method='linear', keepdims=False, interpolation=None):
    """What q percent of the elements lie below."""
    q = np.true_divide(q, 100)
    if np.any(np.asarray(q) < 0) or np.any(np.asarray(q) > 1):
        raise ValueError('Percentiles must be in the range [0, 100]')
    return _quantile(a, np.asarray(q), axis, interpolation or method, keepdims)

def _quantile(a, q, axis, method, keepdims):
    s = np.sort(_flat_axes(a, axis), axis=-1)
    made = np.stack([_at_quantile(s, float(p), method) for p in q.ravel()])
    made = made.reshape(q.shape + made.shape[1:])
    return _keep(made[()], a, axis, keepdims, q.ndim)

def _at_quantile(s, q, method):
    n = s.shape[-1]
    place = q * (n - 1)
    low = int(place)
    high = min(low + 1, n - 1)
    share = place - low
    if s.dtype.kind == 'f' and np.isnan(s[..., -1]).any():
        return np.where(np.isnan(s[..., -1]), np.nan, _at_quantile(np.nan_to_num(s), q, method))
    if method == 'lower':
        return s[..., low]
    if method == 'higher':
        return s[..., high if share > 0 else low]
    if method == 'nearest':
        return s[..., int(np.rint(place))]
    a, b = s[..., low], s[..., high]
    if method == 'midpoint':
        return (a + b) / 2 if share > 0 else a / 1
    if method != 'linear':
        raise NotImplementedError("the methods here are linear, lower, higher, nearest and midpoint, not " + str(method))
    return b - (b - a) * (1 - share) if share >= 0.5 else a + (b - a) * share

def cov(m, y=None, rowvar=True, bias=False, ddof=None):
    """Covariances of variables, one in each row."""
    m = np.atleast_2d(_float(m))
    m = m if rowvar or m.shape[0] == 1 else m.T
    if y is not None:
        y = np.atleast_2d(_float(y))
        m = np.concatenate([m, y if rowvar or y.shape[0] == 1 else y.T])
    n = m.shape[1] - ((0 if bias else 1) if ddof is None else ddof)
    m = m - m.mean(axis=1, keepdims=True)
    return np.squeeze(np.dot(m, m.T) * np.true_divide(1, n))[()]

def corrcoef(x, y=None, rowvar=True):
    """Correlation coefficients of variables, one in each row."""
    c = cov(x, y, rowvar)
    if np.ndim(c) == 0:
        return c / c
    d = np.sqrt(np.diag(c))
    return np.clip(c / d[:, None] / d[None, :], -1, 1)

def histogram(a, bins=10, range=None, density=None, weights=None):
    """How many elements lie in each bin, and the bins' edges."""
    a = np.ravel(a)
    edges = histogram_bin_edges(a, bins, range)
    if np.ndim(bins) == 0:
        keep = (a >= edges[0]) & (a <= edges[-1])
        weights = None if weights is None else np.ravel(weights)[keep]
        a = a[keep]
    place = np.searchsorted(edges, a, 'right') - 1
    place = np.where(a == edges[-1], len(edges) - 2, place)
    inside = (place >= 0) & (place < len(edges) - 1)
    counts = np.bincount(place[inside], None if weights is None else np.ravel(weights)[inside], len(edges) - 1)
    if density:
        return counts / np.diff(edges) / counts.sum(), edges
    return counts, edges

def histogram_bin_edges(a, bins=10, range=None, weights=None):
    """The edges of a histogram's bins."""
    if isinstance(bins, str):
        raise NotImplementedError('give the number of bins or their edges: rules such as ' + repr(bins) + ' are not supported')
    if np.ndim(bins) > 0:
        return np.asarray(bins)
    a = np.ravel(a)
    low, high = range if range is not None else (0, 1) if a.size == 0 else (a.min(), a.max())
    if low == high:
        low, high = low - 0.5, high + 0.5
    return np.linspace(low, high, bins + 1)

def bincount(x, weights=None, minlength=0):
    """How often each of 0, 1, 2, ... occurs."""
    x = np.asarray(x)
    if x.ndim > 1:
        raise ValueError('object too deep for desired array')
    if x.ndim == 0:
        raise ValueError('object of too small depth for desired array')
    if x.size and x.min() < 0:
        raise ValueError("'list' argument must have no negative elements")
    if x.dtype.kind == 'f' and x.size:
        raise TypeError("Cannot cast array data from dtype('float64') to dtype('int64') according to the rule 'safe'")
    n = max(int(x.max()) + 1 if x.size else 0, minlength)
    made = np.zeros(n, dtype=int if weights is None else float)
    np._add_at(made, x.astype(int), 1 if weights is None else np.asarray(weights, float))
    return made

def digitize(x, bins, right=False):
    """Which bin each element lies in."""
    bins = np.asarray(bins)
    if len(bins) > 1 and bins[0] > bins[-1]:
        return len(bins) - np.searchsorted(bins[::-1], x, 'right' if right else 'left')
    return np.searchsorted(bins, x, 'left' if right else 'right')

# -- windows for signals
def _window(M, *factors):
    if M < 1:
        return np.array([])
    if M == 1:
        return np.ones(1)
    n = np.arange(1 - M, M, 2)
    made = factors[0]
    for i, factor in enumerate(factors[1:]):
        made = made + factor * np.cos(np.pi * (i + 1) * n / (M - 1))
    return made

def hanning(M):
    """A window that rises and falls like a cosine."""
    return _window(M, 0.5, 0.5)

def hamming(M):
    """The same, from 0.08."""
    return _window(M, 0.54, 0.46)

def blackman(M):
    """A window with a second cosine."""
    return _window(M, 0.42, 0.5, 0.08)

def bartlett(M):
    """A window that rises and falls along straight lines."""
    if M == 1:
        return np.ones(1)
    n = np.arange(1 - M, M, 2)
    return np.where(n <= 0, 1 + n / (M - 1), 1 - n / (M - 1))

def roots(p):
    """Not supported."""
    raise NotImplementedError('roots of polynomials are not supported here; np.polyval evaluates one')
