# SPDX-License-Identifier: GPL-3.0-or-later
# np.random: the same seed gives the same numbers here on every machine, but not those that NumPy gives.
def rand(*d):
    """Random numbers, uniform in [0, 1), of a shape: rand(2, 3)."""
    return np.random._uniform(d if d else None)
def randn(*d):
    """Random numbers, normally distributed, of a shape: randn(2, 3)."""
    return np.random._normal(d if d else None)
def random(size=None):
    """Random numbers, uniform in [0, 1)."""
    return np.random._uniform(size)
random_sample = random
ranf = random
sample = random
def uniform(low=0.0, high=1.0, size=None):
    """Random numbers, uniform in [low, high)."""
    return low + (np.asarray(high) - low) * np.random._uniform(_size(size, low, high))
def normal(loc=0.0, scale=1.0, size=None):
    """Random numbers, normally distributed."""
    if np.any(np.asarray(scale) < 0):
        raise ValueError('scale < 0')
    return loc + np.asarray(scale) * np.random._normal(_size(size, loc, scale))
def standard_normal(size=None):
    """Random numbers with mean 0 and deviation 1."""
    return np.random._normal(size)
def _size(size, *parameters):
    return np.broadcast_shapes(*[np.shape(p) for p in parameters]) or None if size is None else size
def randint(low, high=None, size=None, dtype=int):
    """Random whole numbers from low to below high, or from 0 to below low."""
    low, high = (0, low) if high is None else (low, high)
    made = np.random._integers(low, high, size)
    return made if size is None else made.astype(dtype)
def random_integers(low, high=None, size=None):
    """Random whole numbers from low to high, both included."""
    low, high = (1, low) if high is None else (low, high)
    return randint(low, high + 1, size)
def permutation(x):
    """A range or the rows of an array in random order."""
    if np.ndim(x) == 0:
        return np.random._permutation(int(x))
    x = np.asarray(x)
    return x[np.random._permutation(len(x))]
def shuffle(x):
    """Puts the rows of an array, or a list, in random order, in place."""
    order = np.random._permutation(len(x))
    if isinstance(x, list):
        x[:] = [x[i] for i in order]
    else:
        x[...] = x[order]
def choice(a, size=None, replace=True, p=None):
    """Random elements of an array, or of range(a)."""
    a = np.arange(a) if np.ndim(a) == 0 else np.asarray(a)
    if len(a) == 0:
        raise ValueError("'a' cannot be empty unless no samples are taken")
    shape = () if size is None else tuple(size) if isinstance(size, (tuple, list)) else (size,)
    count = 1
    for n in shape:
        count = count * n
    if p is not None:
        return _weighted(a, count, shape, replace, np.asarray(p, float))
    if replace:
        index = np.random._integers(0, len(a), count)
    elif count > len(a):
        raise ValueError("Cannot take a larger sample than population when 'replace=False'")
    else:
        index = np.random._permutation(len(a))[:count]
    return a[index.reshape(shape)][()]
def _weighted(a, count, shape, replace, p):
    if len(p) != len(a):
        raise ValueError("'a' and 'p' must have same size")
    if np.any(p < 0):
        raise ValueError('probabilities are not non-negative')
    if abs(p.sum() - 1) > 1e-8:
        raise ValueError('probabilities do not sum to 1')
    if not replace and count > np.count_nonzero(p):
        raise ValueError('Fewer non-zero entries in p than size')
    picked = []
    p = p.copy()
    while len(picked) < count:
        ends = np.cumsum(p)
        i = int(np.searchsorted(ends / ends[-1], np.random._uniform(), 'right'))
        picked.append(i)
        if not replace:
            p[i] = 0
    return a[np.array(picked, dtype=int).reshape(shape)][()]
def binomial(n, p, size=None):
    """How many of n tries succeed with probability p."""
    shape = () if size is None else tuple(size) if isinstance(size, (tuple, list)) else (size,)
    return (np.random._uniform(shape + (n,)) < p).sum(axis=-1)
def exponential(scale=1.0, size=None):
    """Random numbers, exponentially distributed."""
    return -np.log(1 - np.random._uniform(_size(size, scale))) * scale
def poisson(lam=1.0, size=None):
    """Random counts with mean lam."""
    def one(limit):
        count, product = 0, np.random._uniform()
        while product > limit:
            count, product = count + 1, product * np.random._uniform()
        return count
    shape = () if size is None else size
    n = np.zeros(shape).size
    return np.array([one(np.exp(-lam)) for i in range(n)]).reshape(shape)[()]

class Generator:
    """What default_rng() gives."""
    def random(self, size=None, dtype=float):
        """Random numbers, uniform in [0, 1)."""
        return random(size)
    def integers(self, low, high=None, size=None, dtype=int, endpoint=False):
        """Random whole numbers from low to below high (or to high, with endpoint=True)."""
        low, high = (0, low) if high is None else (low, high)
        return randint(low, high + 1 if endpoint else high, size, dtype)
    def uniform(self, low=0.0, high=1.0, size=None):
        """Random numbers, uniform in [low, high)."""
        return uniform(low, high, size)
    def normal(self, loc=0.0, scale=1.0, size=None):
        """Random numbers, normally distributed."""
        return normal(loc, scale, size)
    def standard_normal(self, size=None, dtype=float):
        """Random numbers with mean 0 and deviation 1."""
        return standard_normal(size)
    def choice(self, a, size=None, replace=True, p=None, axis=0, shuffle=True):
        """Random elements of an array, or of range(a)."""
        return choice(a, size, replace, p)
    def shuffle(self, x, axis=0):
        """Puts the rows in random order, in place."""
        shuffle(x)
    def permutation(self, x, axis=0):
        """A range or the rows of an array in random order."""
        return permutation(x)
    def binomial(self, n, p, size=None):
        """How many of n tries succeed with probability p."""
        return binomial(n, p, size)
    def exponential(self, scale=1.0, size=None):
        """Random numbers, exponentially distributed."""
        return exponential(scale, size)
    def poisson(self, lam=1.0, size=None):
        """Random counts with mean lam."""
        return poisson(lam, size)

class RandomState(Generator):
    """Generator under its older name, with rand, randn and randint."""
    def __init__(self, seed=None):
        np.random.seed(seed)
    def rand(self, *d):
        """Uniform random numbers from 0 to 1 in this shape."""
        return rand(*d)
    def randn(self, *d):
        """Normal random numbers in this shape."""
        return randn(*d)
    def randint(self, low, high=None, size=None, dtype=int):
        """Random whole numbers."""
        return randint(low, high, size, dtype)
    def random_sample(self, size=None):
        """Uniform random numbers from 0 to 1."""
        return random(size)

def default_rng(seed=None):
    """A generator of random numbers; all share one sequence here."""
    if seed is not None:
        np.random.seed(seed)
    return Generator()
