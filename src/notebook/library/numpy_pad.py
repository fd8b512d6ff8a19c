# SPDX-License-Identifier: GPL-3.0-or-later
# np.pad: each axis in turn; all modes but those with values of their own pick elements by index.
def _pairs(value, n, what):
    """A number, (before, after), or a pair for each axis, as a list of pairs."""
    value = np.asarray(value)
    try:
        return np.broadcast_to(value, (n, 2)).tolist()
    except ValueError:
        raise ValueError(what + ' needs a number, (before, after), or a pair for each of the ' + str(n) + ' axes')

def _wrap(i, n):
    return i % n
def _edge(i, n):
    return np.clip(i, 0, n - 1)
def _symmetric(i, n):
    i = i % (2 * n)
    return np.where(i < n, i, 2 * n - 1 - i)
def _reflect(i, n):
    if n == 1:
        return i * 0
    i = i % (2 * n - 2)
    return np.where(i < n, i, 2 * n - 2 - i)

_picks = {'wrap': _wrap, 'edge': _edge, 'symmetric': _symmetric, 'reflect': _reflect}
_values = {'maximum': np.max, 'minimum': np.min, 'mean': np.mean}

def _part(axis, start, stop):
    return (slice(None),) * axis + (slice(start, stop),)

def _framed(a, axis, before, after, low, high):
    """With these values before and after along an axis."""
    n = a.shape[axis]
    shape = list(a.shape)
    shape[axis] = before + n + after
    made = np.empty(shape, dtype=a.dtype)
    made[_part(axis, before, before + n)] = a
    made[_part(axis, 0, before)] = low
    made[_part(axis, before + n, None)] = high
    return made

def _ramp(a, axis, before, after, ends):
    """From the end values to the edges along straight lines."""
    n = a.shape[axis]
    shape = [1] * a.ndim
    shape[axis] = -1
    first, last = a[_part(axis, 0, 1)], a[_part(axis, n - 1, n)]
    low = ends[0] + (first - ends[0]) * (np.arange(before) / max(before, 1)).reshape(shape)
    high = ends[1] + (last - ends[1]) * (np.arange(after)[::-1] / max(after, 1)).reshape(shape)
    if a.dtype.kind != 'f':
        low, high = np.floor(low), np.floor(high)
    return _framed(a, axis, before, after, low.astype(a.dtype), high.astype(a.dtype))

def _statistic(a, axis, function):
    made = function(a, axis=axis, keepdims=True)
    return np.round(made).astype(a.dtype) if a.dtype.kind != 'f' else made

def pad(array, pad_width, mode='constant', **options):
    """With a border: constant, edge, reflect, symmetric, wrap, linear_ramp, maximum, minimum, mean, median or empty."""
    a = np.asarray(array)
    widths = _pairs(pad_width, a.ndim, 'pad_width')
    allowed = {'constant': ['constant_values'], 'linear_ramp': ['end_values']}.get(mode, [])
    for name in options:
        if name not in allowed:
            raise ValueError("unsupported keyword arguments for mode '" + str(mode) + "': " + name)
    ends = _pairs(options.get(allowed[0], 0) if allowed else 0, a.ndim, 'the value')
    for axis, (before, after) in enumerate(widths):
        if before < 0 or after < 0:
            raise ValueError("index can't contain negative values")
        n = a.shape[axis]
        if callable(mode):
            raise NotImplementedError('pad() takes the name of a mode here, not a function')
        if mode in _picks:
            if n == 0 and before + after > 0:
                raise ValueError("can't extend empty axis " + str(axis) + " using modes other than 'constant' or 'empty'")
            a = a[(slice(None),) * axis + (_picks[mode](np.arange(-before, n + after), n),)]
        elif mode == 'constant':
            a = _framed(a, axis, before, after, ends[axis][0], ends[axis][1])
        elif mode == 'empty':
            a = _framed(a, axis, before, after, 0, 0)
        elif mode == 'linear_ramp':
            a = _ramp(a, axis, before, after, ends[axis])
        elif mode in _values:
            value = _statistic(a, axis, _values[mode])
            a = _framed(a, axis, before, after, value, value)
        elif mode == 'median':
            value = _statistic(a, axis, np.median)
            a = _framed(a, axis, before, after, value, value)
        else:
            raise ValueError("mode '" + str(mode) + "' is not supported")
    return a
