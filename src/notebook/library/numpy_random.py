# SPDX-License-Identifier: GPL-3.0-or-later
# np.random: from the same seed rand, randn, randint, uniform, normal, permutation, shuffle and choice give
# the numbers that NumPy gives. default_rng() is another generator in NumPy: its numbers differ.
def _shape(size):
    return () if size is None else tuple(size) if isinstance(size, (tuple, list)) else (size,)

def _size(size, *parameters):
    """The size asked for, or that of the parameters."""
    return np.broadcast_shapes(*[np.shape(p) for p in parameters]) or None if size is None else size

class RandomState:
    """A generator with a seed of its own; np.random's functions are those of a common one."""
    def __init__(self, seed=None):
        self._state = None
        if seed is not None:
            self.seed(seed)
    def seed(self, seed=None):
        """Makes the random numbers that follow reproducible."""
        self._state = np.random._make_state(seed)
    def _ready(self):
        if self._state is None:
            self.seed()
        return self._state
    def random(self, size=None):
        """Random numbers, uniform in [0, 1)."""
        return np.random._floats(self._ready(), size)
    def random_sample(self, size=None):
        """Random numbers, uniform in [0, 1)."""
        return self.random(size)
    def rand(self, *d):
        """Random numbers, uniform in [0, 1), of a shape: rand(2, 3)."""
        return self.random(d if d else None)
    def randn(self, *d):
        """Random numbers, normally distributed, of a shape: randn(2, 3)."""
        return self.standard_normal(d if d else None)
    def standard_normal(self, size=None):
        """Random numbers with mean 0 and deviation 1."""
        return np.random._normals(self._ready(), size)
    def uniform(self, low=0.0, high=1.0, size=None):
        """Random numbers, uniform in [low, high)."""
        low, high = _number(low), _number(high)
        return low + (high - low) * self.random(_size(size, low, high))
    def normal(self, loc=0.0, scale=1.0, size=None):
        """Random numbers, normally distributed."""
        loc, scale = _number(loc), _number(scale)
        if np.any(np.asarray(scale) < 0):
            raise ValueError('scale < 0')
        return loc + scale * self.standard_normal(_size(size, loc, scale))
    def exponential(self, scale=1.0, size=None):
        """Random numbers, exponentially distributed."""
        made = -np.log(1.0 - self.random(_size(size, scale))) * scale
        return float(made) if np.ndim(made) == 0 else made
    def randint(self, low, high=None, size=None, dtype=int):
        """Random whole numbers from low to below high, or from 0 to below low."""
        low, high = (0, low) if high is None else (low, high)
        made = np.random._integers(self._ready(), low, high, size)
        return made if size is None else made.astype(dtype)
    def random_integers(self, low, high=None, size=None):
        """Random whole numbers from low to high, both included."""
        low, high = (1, low) if high is None else (low, high)
        return self.randint(low, high + 1, size)
    def permutation(self, x):
        """A range or the rows of an array in random order."""
        if np.ndim(x) == 0:
            return np.random._permutation(self._ready(), x)
        x = np.asarray(x)
        return x[np.random._permutation(self._ready(), len(x))]
    def shuffle(self, x):
        """Puts the rows of an array, or a list, in random order, in place."""
        order = np.random._permutation(self._ready(), len(x))
        if isinstance(x, list):
            x[:] = [x[i] for i in order]
        else:
            x[...] = x[order]
    def choice(self, a, size=None, replace=True, p=None):
        """Random elements of an array, or of range(a); p are their probabilities."""
        a = int(a) if np.ndim(a) == 0 else np.asarray(a)
        n = a if isinstance(a, int) else len(a)
        shape = _shape(size)
        count = int(np.prod(shape))
        if n == 0 and count > 0:
            raise ValueError("'a' cannot be empty unless no samples are taken")
        if p is not None:
            index = self._weighted(n, count, replace, np.asarray(p, float))
        elif replace:
            index = np.random._integers(self._ready(), 0, n, count)
        elif count > n:
            raise ValueError("Cannot take a larger sample than population when 'replace=False'")
        else:
            index = self.permutation(n)[:count]
        index = index.reshape(shape)
        return a[index[()]] if not isinstance(a, int) else int(index) if size is None else index
    def _weighted(self, n, count, replace, p):
        if len(p) != n:
            raise ValueError("'a' and 'p' must have same size")
        if np.any(p < 0):
            raise ValueError('probabilities are not non-negative')
        if abs(p.sum() - 1) > 1e-8:
            raise ValueError('probabilities do not sum to 1')
        if not replace and np.count_nonzero(p) < count:
            raise ValueError('Fewer non-zero entries in p than size')
        found = np.zeros(0, dtype=int)
        p = p.copy()
        while len(found) < count:
            x = self.random((count - len(found),))
            p[found] = p[found] if replace else 0
            ends = np.cumsum(p)
            new = np.searchsorted(ends / ends[-1], x, 'right')
            if not replace:
                new = new[np.sort(np.unique(new, return_index=True)[1])]
            found = np.concatenate([found, new])
        return found
    def binomial(self, n, p, size=None):
        """How many of n tries succeed with probability p. The numbers are not NumPy's."""
        made = (self.random(_shape(size) + (n,)) < p).sum(axis=-1)
        return int(made) if size is None else made
    def poisson(self, lam=1.0, size=None):
        """Random counts with mean lam. From a mean of 10 on the numbers are not NumPy's."""
        made = np.array([self._count(np.exp(-lam)) for i in range(int(np.prod(_shape(size))))])
        return int(made[0]) if size is None else made.reshape(size)
    def _count(self, limit):
        count, product = 0, self.random()
        while product > limit:
            count, product = count + 1, product * self.random()
        return count

def _number(x):
    return np.asarray(x, float) if isinstance(x, (list, tuple)) else x

class Generator(RandomState):
    """What default_rng() gives. The same seed gives the same numbers here, but not NumPy's."""
    def random(self, size=None, dtype=float):
        """Random numbers, uniform in [0, 1)."""
        return np.random._floats(self._ready(), size)
    def integers(self, low, high=None, size=None, dtype=int, endpoint=False):
        """Random whole numbers from low to below high (or to high, with endpoint=True)."""
        low, high = (0, low) if high is None else (low, high)
        return self.randint(low, high + 1 if endpoint else high, size, dtype)
    def standard_normal(self, size=None, dtype=float):
        """Random numbers with mean 0 and deviation 1."""
        return np.random._normals(self._ready(), size)
    def shuffle(self, x, axis=0):
        """Puts the rows in random order, in place."""
        order = np.random._permutation(self._ready(), len(x))
        x[:] = [x[i] for i in order] if isinstance(x, list) else x[order]

def default_rng(seed=None):
    """A generator of random numbers with a seed of its own; its numbers are not those that NumPy gives."""
    return seed if isinstance(seed, Generator) else Generator(seed)

_common = RandomState()
seed = _common.seed
random = _common.random
random_sample = _common.random
ranf = _common.random
sample = _common.random
rand = _common.rand
randn = _common.randn
standard_normal = _common.standard_normal
uniform = _common.uniform
normal = _common.normal
exponential = _common.exponential
randint = _common.randint
random_integers = _common.random_integers
permutation = _common.permutation
shuffle = _common.shuffle
choice = _common.choice
binomial = _common.binomial
poisson = _common.poisson
