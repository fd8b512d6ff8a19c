# SPDX-License-Identifier: GPL-3.0-or-later
# np.linalg: small matrices, in the language itself.
class LinAlgError(ValueError):
    """A matrix for which there is no answer."""

def _matrix(a, square=False):
    a = np.asarray(a)
    a = a if a.dtype.kind == 'f' else a.astype(float)
    if a.ndim < 2:
        raise LinAlgError(str(a.ndim) + '-dimensional array given. Array must be at least two-dimensional')
    if square and a.shape[-1] != a.shape[-2]:
        raise LinAlgError('Last 2 dimensions of the array must be square')
    return a

def _each(function, a):
    """A function of a matrix for each matrix of a stack."""
    if a.ndim == 2:
        return function(a)
    made = np.stack([np.asarray(function(m)) for m in a.reshape((-1,) + a.shape[-2:])])
    return made.reshape(a.shape[:-2] + made.shape[1:])

def _eliminate(a, b):
    """Gauss with row exchanges: (upper triangle, the right side changed with it, the exchanges' sign)."""
    u, y, sign, n = a.copy(), b.copy(), 1.0, len(a)
    for i in range(n):
        p = i + int(np.argmax(np.abs(u[i:, i])))
        if u[p, i] == 0:
            continue
        if p != i:
            u[[i, p]] = u[[p, i]]
            y[[i, p]] = y[[p, i]]
            sign = -sign
        factors = (u[i + 1:, i] / u[i, i])[:, None]
        u[i + 1:, i:] -= factors * u[i, i:]
        y[i + 1:] -= factors * y[i]
    return u, y, sign

def _solve(a, b):
    u, x, sign = _eliminate(a, b)
    if np.any(np.diagonal(u) == 0):
        raise LinAlgError('Singular matrix')
    for i in range(len(a) - 1, -1, -1):
        x[i] = (x[i] - np.dot(u[i, i + 1:], x[i + 1:])) / u[i, i]
    return x

def solve(a, b):
    """The x for which a @ x == b."""
    a, b = _matrix(a, True), np.asarray(b) * 1.0
    if a.ndim > 2:
        raise NotImplementedError('solve() takes one matrix here, not a stack of them')
    if len(b) != len(a):
        raise ValueError('solve: the sizes ' + str(len(a)) + ' and ' + str(len(b)) + ' differ')
    return _solve(a, b.reshape(-1, 1)).ravel() if b.ndim == 1 else _solve(a, b)

def inv(a):
    """The inverse matrix."""
    a = _matrix(a, True)
    return _each(lambda m: _solve(m, np.eye(len(m), dtype=m.dtype)), a)

def det(a):
    """The determinant."""
    a = _matrix(a, True)
    return _each(_det, a)

def _det(m):
    """By logarithms, as LAPACK's users do, so that large matrices do not overflow."""
    u, y, sign = _eliminate(m, m[:, :0])
    d = np.diagonal(u)
    if np.any(d == 0):
        return d[:1].sum() * 0.0
    logarithm = 0.0
    for x in d:
        sign = sign if x > 0 else -sign
        logarithm = logarithm + np.log(np.abs(x))
    return sign * np.exp(logarithm)

def matrix_power(a, n):
    """a @ a @ ... n times."""
    a = np.asarray(a)
    if a.ndim != 2 or a.shape[0] != a.shape[1]:
        raise LinAlgError('Last 2 dimensions of the array must be square')
    if n < 0:
        a, n = inv(a), -n
    made = np.eye(len(a), dtype=a.dtype)
    while n > 0:
        if n % 2:
            made = made @ a
        a, n = a @ a, n // 2
    return made

def _singular(a):
    """Singular values, largest first, by turning pairs of columns until all are orthogonal."""
    u = (a if a.shape[0] >= a.shape[1] else a.T).copy()
    n = u.shape[1]
    for sweep in range(60):
        turned = 0.0
        for i in range(n - 1):
            for j in range(i + 1, n):
                p, q, r = np.dot(u[:, i], u[:, i]), np.dot(u[:, j], u[:, j]), np.dot(u[:, i], u[:, j])
                if abs(r) <= 1e-16 * (p * q) ** 0.5 or r == 0:
                    continue
                turned = max(turned, abs(r) / (p * q) ** 0.5)
                z = (q - p) / (2 * r)
                t = (1 if z >= 0 else -1) / (abs(z) + (1 + z * z) ** 0.5)
                c = 1 / (1 + t * t) ** 0.5
                left, right = c * u[:, i] - c * t * u[:, j], c * t * u[:, i] + c * u[:, j]
                u[:, i] = left
                u[:, j] = right
        if turned < 1e-15:
            break
    return np.sort(np.sqrt((u * u).sum(axis=0)))[::-1]

def matrix_rank(A, tol=None):
    """How many rows are independent."""
    A = np.asarray(A)
    if A.ndim < 2:
        return int(np.any(A != 0))
    s = _singular(_matrix(A))
    if tol is None:
        tol = s.max() * max(A.shape) * np.finfo(float).eps
    return int((s > tol).sum())

def cond(x):
    """How much errors grow: the largest singular value divided by the smallest."""
    s = _singular(_matrix(x))
    return s[0] / s[-1]

def lstsq(a, b, rcond=None):
    """The x for which a @ x comes nearest to b: (x, residuals, rank, singular values)."""
    a, b = _matrix(a), np.asarray(b) * 1.0
    x = solve(a.T @ a, a.T @ b)
    x = x + solve(a.T @ a, a.T @ (b - a @ x))
    rest = ((b - a @ x) ** 2).sum(axis=0)
    rank = matrix_rank(a)
    many = a.shape[0] > a.shape[1] and rank == a.shape[1]
    return x, np.atleast_1d(rest) if many else np.array([]), rank, _singular(a)

def pinv(a):
    """The inverse of a matrix that need not be square, with independent rows or columns."""
    a = _matrix(a)
    return inv(a.T @ a) @ a.T if a.shape[0] >= a.shape[1] else a.T @ inv(a @ a.T)

def _vector_norm(x, ord, axis, keepdims):
    size = np.abs(x)
    if ord is None or ord == 2:
        return np.sqrt((x * x).sum(axis=axis, keepdims=keepdims))
    if ord == np.inf:
        return size.max(axis=axis, keepdims=keepdims)
    if ord == -np.inf:
        return size.min(axis=axis, keepdims=keepdims)
    if ord == 0:
        return (x != 0).astype(x.dtype).sum(axis=axis, keepdims=keepdims)
    if ord == 1:
        return size.sum(axis=axis, keepdims=keepdims)
    if isinstance(ord, str):
        raise ValueError("Invalid norm order '" + ord + "' for vectors")
    return (size ** ord).sum(axis=axis, keepdims=keepdims) ** (1.0 / ord)

def _matrix_norm(x, ord, axis, keepdims):
    rows, columns = [i % x.ndim for i in axis]
    if ord is None or ord == 'fro':
        return np.sqrt((x * x).sum(axis=axis, keepdims=keepdims))
    if ord in (1, -1):
        made = np.abs(x).sum(axis=rows, keepdims=True)
        made = made.max(axis=columns, keepdims=True) if ord > 0 else made.min(axis=columns, keepdims=True)
    elif ord in (np.inf, -np.inf):
        made = np.abs(x).sum(axis=columns, keepdims=True)
        made = made.max(axis=rows, keepdims=True) if ord > 0 else made.min(axis=rows, keepdims=True)
    elif ord in (2, -2, 'nuc'):
        if x.ndim != 2:
            raise NotImplementedError('this norm takes one matrix here, not a stack of them')
        s = _singular(x)
        made = np.reshape(s.sum() if ord == 'nuc' else s[0] if ord > 0 else s[-1], (1, 1))
    else:
        raise ValueError('Invalid norm order for matrices.')
    return made if keepdims else np.squeeze(made, (rows, columns))[()]

def norm(x, ord=None, axis=None, keepdims=False):
    """The length of a vector, or a norm of a matrix."""
    x = np.asarray(x)
    x = x if x.dtype.kind == 'f' else x.astype(float)
    if axis is None:
        if ord is None:
            made = np.sqrt(np.dot(x.ravel(), x.ravel()))
            return np.reshape(made, (1,) * x.ndim) if keepdims else made
        axis = tuple(range(x.ndim))
    axis = axis if isinstance(axis, tuple) else (axis,)
    if len(axis) == 1:
        return _vector_norm(x, ord, axis[0], keepdims)
    if len(axis) == 2:
        return _matrix_norm(x, ord, axis, keepdims)
    raise ValueError('Improper number of dimensions to norm.')

def eig(a):
    """Not supported."""
    raise NotImplementedError('eigenvalues and decompositions are not supported here; np.linalg has norm, inv, det, solve, lstsq, matrix_rank')

eigh = eig
eigvals = eig
svd = eig
qr = eig

def cholesky(a):
    """The lower triangle whose product with its transpose is a."""
    a = _matrix(a, True)
    n = len(a)
    made = np.zeros_like(a)
    for j in range(n):
        rest = a[j, j] - np.dot(made[j, :j], made[j, :j])
        if rest <= 0:
            raise LinAlgError('Matrix is not positive definite')
        made[j, j] = rest ** 0.5
        made[j + 1:, j] = (a[j + 1:, j] - made[j + 1:, :j] @ made[j, :j]) / made[j, j]
    return made

def slogdet(a):
    """The determinant's sign and the logarithm of its magnitude."""
    d = det(a)
    return np.sign(d), np.log(np.abs(d))

def multi_dot(arrays):
    """The product of several matrices."""
    made = arrays[0]
    for a in arrays[1:]:
        made = np.dot(made, a)
    return made
