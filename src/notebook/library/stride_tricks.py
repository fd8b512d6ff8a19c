# SPDX-License-Identifier: GPL-3.0-or-later
# np.lib.stride_tricks
def sliding_window_view(x, window_shape, axis=None, subok=False, writeable=False):
    """All windows of a shape: the places first, then the window itself. Sharing x's memory."""
    x = np.asarray(x)
    window = tuple(window_shape) if isinstance(window_shape, (tuple, list)) else (window_shape,)
    axes = list(range(x.ndim)) if axis is None else [i % x.ndim for i in (axis if isinstance(axis, (tuple, list)) else (axis,))]
    if len(window) != len(axes):
        raise ValueError('Must provide matching length window_shape and axis; got ' + str(len(window)) + ' window_shape elements and ' + str(len(axes)) + ' axes elements.')
    shape = list(x.shape)
    for i, n in zip(axes, window):
        if n < 0:
            raise ValueError('`window_shape` cannot contain negative values')
        if shape[i] < n:
            raise ValueError('window shape cannot be larger than input array shape')
        shape[i] = shape[i] - n + 1
    strides = x.strides + tuple([x.strides[i] for i in axes])
    return as_strided(x, tuple(shape) + window, strides)

def as_strided(x, shape=None, strides=None, subok=False, writeable=True):
    """A view with a shape and strides (in bytes) of one's own; it must stay inside of x."""
    x = np.asarray(x)
    return np._strided(x, x.shape if shape is None else shape, x.strides if strides is None else strides)

def broadcast_to(array, shape):
    """The same as np.broadcast_to."""
    return np.broadcast_to(array, shape)
