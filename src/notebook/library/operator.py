# SPDX-License-Identifier: GPL-3.0-or-later
# The operators as functions.
add = lambda a, b: a + b
sub = lambda a, b: a - b
mul = lambda a, b: a * b
truediv = lambda a, b: a / b
floordiv = lambda a, b: a // b
mod = lambda a, b: a % b
pow = lambda a, b: a ** b
matmul = lambda a, b: a @ b
neg = lambda a: -a
not_ = lambda a: not a
eq = lambda a, b: a == b
ne = lambda a, b: a != b
lt = lambda a, b: a < b
le = lambda a, b: a <= b
gt = lambda a, b: a > b
ge = lambda a, b: a >= b
contains = lambda a, b: b in a
getitem = lambda a, b: a[b]
def itemgetter(*items):
    """A function that gives x[item], or a tuple for several."""
    if len(items) == 1:
        return lambda x: x[items[0]]
    return lambda x: tuple([x[item] for item in items])
def attrgetter(name):
    """A function that gives x.name."""
    def get(x):
        for part in name.split('.'):
            x = getattr(x, part)
        return x
    return get
