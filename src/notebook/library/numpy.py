# SPDX-License-Identifier: GPL-3.0-or-later
# What np has besides its functions in C: made of those.
def _axis(axis, ndim):
    """An axis counted from either end as one counted from the first."""
    if axis < -ndim or axis >= ndim:
        raise ValueError('axis ' + str(axis) + ' is out of bounds for array of dimension ' + str(ndim))
    return axis % ndim

def _at(axis, index):
    """What selects `index` along an axis."""
    return (slice(None),) * axis + (index,)

# -- making arrays
def identity(n, dtype=None):
    """The identity matrix."""
    return np.eye(n, dtype=dtype)

def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    """Evenly spaced numbers from start to stop."""
    if num < 0:
        raise ValueError('the number of points cannot be negative')
    start, stop = np.asarray(start) * 1.0, np.asarray(stop) * 1.0
    parts = num - 1 if endpoint else num
    delta = stop - start
    y = np.arange(0, num, dtype=float).reshape((-1,) + (1,) * np.ndim(delta))
    step = delta / parts if parts > 0 else np.nan
    y = y * step + start if parts > 0 else y * delta + start
    if endpoint and num > 1:
        y[-1] = stop
    if dtype is not None:
        y = np.floor(y).astype(dtype) if np.dtype(dtype).kind in 'iu' else y.astype(dtype)
    return (y, step) if retstep else y

def logspace(start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0):
    """Numbers evenly spaced on a logarithmic scale: base ** linspace(start, stop)."""
    y = np.power(base, linspace(start, stop, num, endpoint))
    return y if dtype is None else y.astype(dtype)

def geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0):
    """Numbers each a constant factor after the one before."""
    y = logspace(np.log10(start), np.log10(stop), num, endpoint)
    if num > 0:
        y[0] = start
    if num > 1 and endpoint:
        y[-1] = stop
    return y if dtype is None else y.astype(dtype)

def indices(dimensions, dtype=int, sparse=False):
    """For each axis an array with each element's index along it."""
    n = len(dimensions)
    grids = [np.arange(size, dtype=dtype).reshape((1,) * i + (size,) + (1,) * (n - i - 1)) for i, size in enumerate(dimensions)]
    if sparse:
        return tuple(grids)
    if n == 0:
        return np.zeros((0,), dtype=dtype)
    return np.stack([np.broadcast_to(grid, dimensions) for grid in grids])

def fromfunction(function, shape, dtype=float, **kwargs):
    """What a function makes of all indices: function(rows, columns, ...)."""
    return function(*indices(shape, dtype), **kwargs)

def fromiter(iter, dtype, count=-1):
    """An array of what an iterable gives."""
    items = list(iter)
    return np.array(items if count < 0 else items[:count], dtype=dtype)

def meshgrid(*xi, copy=True, sparse=False, indexing='xy'):
    """Coordinates of a grid: one array for each vector, in the grid's shape."""
    if indexing not in ('xy', 'ij'):
        raise ValueError("indexing is 'xy' or 'ij'")
    vectors = [np.ravel(x) for x in xi]
    swap = indexing == 'xy' and len(vectors) > 1
    order = [1, 0] + list(range(2, len(vectors))) if swap else list(range(len(vectors)))
    shape = tuple([len(vectors[i]) for i in order])
    grids = []
    for i, vector in enumerate(vectors):
        place = order.index(i)
        grid = vector.reshape((1,) * place + (-1,) + (1,) * (len(shape) - place - 1))
        grids.append(grid if sparse else np.broadcast_to(grid, shape).copy())
    return grids

class _Grid:
    """np.mgrid and np.ogrid: a grid made by slices; an imaginary step is not supported."""
    def __init__(self, sparse):
        self._sparse = sparse
    def __getitem__(self, key):
        if not isinstance(key, tuple):
            return self._line(key)
        lines = [self._line(part) for part in key]
        n = len(lines)
        grids = [line.reshape((1,) * i + (-1,) + (1,) * (n - i - 1)) for i, line in enumerate(lines)]
        if self._sparse:
            return grids
        shape = tuple([len(line) for line in lines])
        return np.stack([np.broadcast_to(grid, shape) for grid in grids])
    def _line(self, part):
        return np.arange(0 if part.start is None else part.start, part.stop, 1 if part.step is None else part.step)

mgrid = _Grid(False)
ogrid = _Grid(True)

class _Index:
    """np.s_[1:3, ::2]: the index itself; of np.index_exp always a tuple."""
    def __init__(self, always):
        self._always = always
    def __getitem__(self, key):
        return (key,) if self._always and not isinstance(key, tuple) else key

s_ = _Index(False)
index_exp = _Index(True)

class _Concatenate:
    """np.r_[a, b] and np.c_[a, b]: joined; slices are ranges."""
    def __init__(self, columns):
        self._columns = columns
    def __getitem__(self, key):
        parts = key if isinstance(key, tuple) else (key,)
        parts = [np.arange(0 if p.start is None else p.start, p.stop, 1 if p.step is None else p.step) if isinstance(p, slice) else p for p in parts]
        if self._columns:
            return column_stack(parts)
        return np.concatenate([np.atleast_1d(p) for p in parts])

r_ = _Concatenate(False)
c_ = _Concatenate(True)

def diag(v, k=0):
    """A matrix's k-th diagonal, or a matrix with this diagonal."""
    v = np.asarray(v)
    if v.ndim == 2:
        return np.diagonal(v, k).copy()
    if v.ndim != 1:
        raise ValueError('diag() needs one or two dimensions')
    n = len(v) + abs(k)
    made = np.zeros((n, n), dtype=v.dtype)
    rows = np.arange(len(v))
    made[rows + max(-k, 0), rows + max(k, 0)] = v
    return made

def diagflat(v, k=0):
    """A matrix with these elements on its diagonal."""
    return diag(np.ravel(v), k)

def tri(N, M=None, k=0, dtype=float):
    """Ones on and below the k-th diagonal."""
    return np.tril(np.ones((N, N if M is None else M), dtype=dtype), k)

def vander(x, N=None, increasing=False):
    """Powers of x, one column each."""
    x = np.asarray(x)
    powers = np.arange(len(x) if N is None else N)
    return x[:, None] ** (powers if increasing else powers[::-1])

# -- joining and splitting
def atleast_1d(*arys):
    """With at least one axis."""
    made = [np.asarray(a).reshape(-1) if np.ndim(a) == 0 else np.asarray(a) for a in arys]
    return made[0] if len(made) == 1 else made

def atleast_2d(*arys):
    """With at least two axes."""
    made = []
    for a in arys:
        a = atleast_1d(a)
        made.append(a[None, :] if a.ndim == 1 else a)
    return made[0] if len(made) == 1 else made

def atleast_3d(*arys):
    """With at least three axes."""
    made = []
    for a in arys:
        a = np.asarray(a)
        made.append(a.reshape(1, 1, 1) if a.ndim == 0 else a[None, :, None] if a.ndim == 1 else a[:, :, None] if a.ndim == 2 else a)
    return made[0] if len(made) == 1 else made

def vstack(tup, dtype=None):
    """One below the other."""
    return np.concatenate([atleast_2d(a) for a in tup], 0, dtype=dtype)

row_stack = vstack

def hstack(tup, dtype=None):
    """Side by side."""
    parts = [atleast_1d(a) for a in tup]
    return np.concatenate(parts, 0 if parts and parts[0].ndim == 1 else 1, dtype=dtype)

def dstack(tup):
    """Along the third axis."""
    return np.concatenate([atleast_3d(a) for a in tup], 2)

def column_stack(tup):
    """Vectors as the columns of a matrix."""
    parts = [np.asarray(a) for a in tup]
    return np.concatenate([np.reshape(a, (-1, 1)) if a.ndim < 2 else a for a in parts], 1)

def block(arrays):
    """Nested lists of blocks as one array."""
    if not isinstance(arrays, list):
        return np.asarray(arrays)
    depth, inner = 0, arrays
    while isinstance(inner, list):
        depth, inner = depth + 1, inner[0]
    return _block(arrays, depth, depth)

def _block(arrays, depth, total):
    if depth == 0:
        a = np.asarray(arrays)
        return a.reshape((1,) * (total - a.ndim) + a.shape) if a.ndim < total else a
    return np.concatenate([_block(a, depth - 1, total) for a in arrays], -depth)

def array_split(ary, indices_or_sections, axis=0):
    """Parts of about equal length, or cut at these indices."""
    ary = np.asarray(ary)
    axis = _axis(axis, ary.ndim)
    n = ary.shape[axis]
    if np.ndim(indices_or_sections) == 0:
        count = int(indices_or_sections)
        if count <= 0:
            raise ValueError('number sections must be larger than 0.')
        small, larger = n // count, n % count
        cuts = [i * small + min(i, larger) for i in range(1, count)]
    else:
        cuts = [int(i) for i in indices_or_sections]
    starts, stops = [0] + cuts, cuts + [n]
    return [ary[_at(axis, slice(start, stop))] for start, stop in zip(starts, stops)]

def split(ary, indices_or_sections, axis=0):
    """Equal parts, or parts cut at these indices."""
    if np.ndim(indices_or_sections) == 0 and np.shape(ary)[axis] % indices_or_sections:
        raise ValueError('array split does not result in an equal division')
    return array_split(ary, indices_or_sections, axis)

def hsplit(ary, indices_or_sections):
    """Parts side by side."""
    return split(ary, indices_or_sections, 1 if np.ndim(ary) > 1 else 0)

def vsplit(ary, indices_or_sections):
    """Parts one below the other."""
    if np.ndim(ary) < 2:
        raise ValueError('vsplit only works on arrays of 2 or more dimensions')
    return split(ary, indices_or_sections, 0)

def dsplit(ary, indices_or_sections):
    """Parts along the third axis."""
    return split(ary, indices_or_sections, 2)

def append(arr, values, axis=None):
    """With values at the end; flat unless an axis is given."""
    return np.concatenate([arr, values], axis)

def insert(arr, obj, values, axis=None):
    """With values in front of an index."""
    arr = np.asarray(arr)
    if axis is None:
        arr, axis = arr.ravel(), 0
    axis = _axis(axis, arr.ndim)
    n = arr.shape[axis]
    places = np.atleast_1d(np.asarray(obj))
    places = np.where(places < 0, places + n, places)
    if (places < 0).any() or (places > n).any():
        raise IndexError('index ' + str(obj) + ' is out of bounds for axis ' + str(axis) + ' with size ' + str(n))
    single = np.ndim(obj) == 0
    values = np.asarray(values).astype(arr.dtype)
    if single:
        count = np.size(values) if arr.ndim == 1 else values.shape[axis] if values.ndim == arr.ndim else 1
        target = places[0] + np.arange(count)
    else:
        order = np.argsort(places)
        target = np.empty(len(places), dtype=int)
        target[order] = places[order] + np.arange(len(places))
    old = np.ones(n + len(target), dtype=bool)
    old[target] = False
    shape = list(arr.shape)
    shape[axis] = n + len(target)
    made = np.empty(shape, dtype=arr.dtype)
    made[_at(axis, old)] = arr
    made[_at(axis, target)] = values
    return made

def delete(arr, obj, axis=None):
    """Without what stands at these indices."""
    arr = np.asarray(arr)
    if axis is None:
        arr, axis = arr.ravel(), 0
    axis = _axis(axis, arr.ndim)
    if not isinstance(obj, slice) and np.ndim(obj) == 0 and not -arr.shape[axis] <= obj < arr.shape[axis]:
        raise IndexError('index ' + str(obj) + ' is out of bounds for axis ' + str(axis) + ' with size ' + str(arr.shape[axis]))
    keep = np.ones(arr.shape[axis], dtype=bool)
    keep[obj] = False
    return arr[_at(axis, keep)]

def resize(a, new_shape):
    """In another shape, repeated as often as it takes."""
    a = np.ravel(a)
    count = 1
    for size in (new_shape if isinstance(new_shape, (tuple, list)) else (new_shape,)):
        count = count * size
    if a.size == 0:
        return np.zeros(new_shape, dtype=a.dtype)
    return a[np.arange(count) % a.size].reshape(new_shape)

# -- axes
def expand_dims(a, axis):
    """With a new axis of size 1, or several."""
    a = np.asarray(a)
    axes = list(axis) if isinstance(axis, (tuple, list)) else [axis]
    n = a.ndim + len(axes)
    axes = [_axis(i, n) for i in axes]
    old = list(a.shape)
    return a.reshape([1 if i in axes else old.pop(0) for i in range(n)])

def moveaxis(a, source, destination):
    """Axes moved to other places, the others keep their order."""
    a = np.asarray(a)
    source = [_axis(i, a.ndim) for i in (source if isinstance(source, (tuple, list)) else [source])]
    destination = [_axis(i, a.ndim) for i in (destination if isinstance(destination, (tuple, list)) else [destination])]
    if len(source) != len(destination):
        raise ValueError('moveaxis() needs as many destinations as sources')
    order = [i for i in range(a.ndim) if i not in source]
    for to, of in sorted(zip(destination, source)):
        order.insert(to, of)
    return a.transpose(order)

def rollaxis(a, axis, start=0):
    """One axis moved in front of another."""
    n = np.ndim(a)
    axis = _axis(axis, n)
    start = start + n if start < 0 else start
    return moveaxis(a, axis, start - 1 if axis < start else start)

def broadcast_to(array, shape, subok=False):
    """In a larger shape, as operators would stretch it."""
    array = np.asarray(array)
    shape = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
    if len(shape) < array.ndim:
        raise ValueError('input operand has more dimensions than allowed by the axis remapping')
    old = (1,) * (len(shape) - array.ndim) + array.shape
    for a, b in zip(old, shape):
        if a != b and a != 1:
            raise ValueError('operands could not be broadcast together with remapped shapes ' + str(array.shape) + ' and requested shape ' + str(shape))
    return np._broadcast(array, shape)

def broadcast_shapes(*args):
    """The shape that these broadcast to."""
    made = []
    for shape in args:
        shape = list(shape) if isinstance(shape, (tuple, list)) else [shape]
        while len(made) < len(shape):
            made.insert(0, 1)
        shape = [1] * (len(made) - len(shape)) + shape
        for i in range(len(made)):
            if made[i] != shape[i] and made[i] != 1 and shape[i] != 1:
                raise ValueError('shape mismatch: objects cannot be broadcast to a single shape')
            made[i] = shape[i] if made[i] == 1 else made[i]
    return tuple(made)

def broadcast_arrays(*args):
    """All in the shape that they broadcast to."""
    shape = broadcast_shapes(*[np.shape(a) for a in args])
    return [broadcast_to(a, shape) for a in args]

def roll(a, shift, axis=None):
    """Shifted along an axis; what falls out comes in again."""
    a = np.asarray(a)
    if axis is None:
        return roll(a.ravel(), shift, 0).reshape(a.shape)
    if isinstance(axis, (tuple, list)):
        shifts = shift if isinstance(shift, (tuple, list)) else [shift] * len(axis)
        for s, i in zip(shifts, axis):
            a = roll(a, s, i)
        return a
    axis = _axis(axis, a.ndim)
    n = a.shape[axis]
    return a.copy() if n == 0 else a[_at(axis, (np.arange(n) - shift) % n)]

def rot90(m, k=1, axes=(0, 1)):
    """Turned by 90 degrees k times, from the first axis towards the second."""
    m = np.asarray(m)
    k = k % 4
    a, b = _axis(axes[0], m.ndim), _axis(axes[1], m.ndim)
    if k == 0:
        return m.copy()
    if k == 2:
        return np.flip(m, (a, b))
    if k == 1:
        return np.swapaxes(np.flip(m, b), a, b)
    return np.flip(np.swapaxes(m, a, b), b)
