# SPDX-License-Identifier: GPL-3.0-or-later
# Methods of numpy.ndarray that need no C.
def repeat(self, repeats, axis=None):
    """Each element so many times."""
    return np.repeat(self, repeats, axis)
def take(self, indices, axis=None, out=None, mode='raise'):
    """The elements at these indices along an axis."""
    return np.take(self, indices, axis, out, mode)
def put(self, indices, values, mode='raise'):
    """Writes into the flat array at these indices."""
    np.put(self, indices, values, mode)
def diagonal(self, offset=0, axis1=0, axis2=1):
    """The elements with equal indices."""
    return np.diagonal(self, offset, axis1, axis2)
def trace(self, offset=0, axis1=0, axis2=1, dtype=None, out=None):
    """The sum of a diagonal."""
    return np.trace(self, offset, axis1, axis2)
def ptp(self, axis=None, out=None, keepdims=False):
    """Largest minus smallest."""
    return np.ptp(self, axis, out, keepdims)
def searchsorted(self, v, side='left', sorter=None):
    """Where v would have to stand in a sorted array."""
    return np.searchsorted(self, v, side, sorter)
def compress(self, condition, axis=None, out=None):
    """The slices along an axis where the condition is true."""
    return np.compress(condition, self, axis)
def choose(self, choices, out=None, mode='raise'):
    """From each place the choice with the number that stands there."""
    return np.choose(self, choices)
def conj(self):
    """The array itself: nothing is complex here."""
    return self
conjugate = conj
def partition(self, kth, axis=-1):
    """Sorts in place, which is more than what was asked for."""
    self.sort(axis)
def argpartition(self, kth, axis=-1):
    """The indices that sort it."""
    return self.argsort(axis)
