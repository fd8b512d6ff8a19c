# SPDX-License-Identifier: GPL-3.0-or-later
# torch.linalg
def _array(x):
    return x if isinstance(x, (np.ndarray, torch.Tensor)) else np.array(x)
def norm(x, ord=None, axis=None, keepdims=False, dim=None, keepdim=False):
    """The norm of a vector, or of all elements: 2, 1, inf or another p."""
    x = _array(x) * 1.0
    axis = dim if axis is None else axis
    if x.ndim == 2 and axis is None and ord is not None and ord != 'fro':
        raise NotImplementedError('matrix norms are not supported; name an axis for the norms of vectors')
    if ord == 'fro' or ord is None:
        ord = 2
    if ord == 0:
        return (x != 0).sum(axis) * 1.0
    if ord == -math.inf:
        return x.abs().min() if axis is None else x.abs().amin(axis)
    return x.norm(ord, axis, keepdims or keepdim)
def vector_norm(x, ord=2, dim=None, keepdim=False):
    """The p-norm."""
    return x.norm(ord, dim, keepdim)
def _eliminate(a, b):
    # Gauss and Jordan with row exchange: the solution and the determinant.
    n = a.shape[0]
    if a.ndim != 2 or a.shape[1] != n:
        raise RuntimeError('a square matrix is needed')
    a, b, det = [row for row in a * 1.0], [row for row in b * 1.0], 1.0
    for i in range(n):
        p = i
        for k in range(i + 1, n):
            if abs(float(a[k][i])) > abs(float(a[p][i])):
                p = k
        if float(a[p][i]) == 0:
            return None, det * 0.0
        if p != i:
            a[i], a[p], b[i], b[p], det = a[p], a[i], b[p], b[i], -det
        det = det * a[i][i]
        for k in range(n):
            if k != i:
                factor = a[k][i] / a[i][i]
                b[k], a[k] = b[k] - factor * b[i], a[k] - factor * a[i]
    return [row / a[i][i] for i, row in enumerate(b)], det
def _rows(x, rows):
    if rows is None:
        raise RuntimeError('the matrix is singular')
    return torch.stack(rows) if isinstance(x, torch.Tensor) else np.stack(rows)
def solve(a, b):
    """The x with a @ x == b."""
    a, b = _array(a), _array(b)
    return _rows(a, _eliminate(a, b)[0])
def inv(a):
    """The inverse matrix."""
    a = _array(a)
    return _rows(a, _eliminate(a, torch.eye(len(a), dtype=a.dtype) if isinstance(a, torch.Tensor) else np.eye(len(a)))[0])
def det(a):
    """The determinant."""
    a = _array(a)
    return _eliminate(a, a)[1]
