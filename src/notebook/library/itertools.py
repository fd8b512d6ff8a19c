# SPDX-License-Identifier: GPL-3.0-or-later
# itertools
def count(start=0, step=1):
    """start, start + step, ... without end."""
    while True:
        yield start
        start += step
def cycle(iterable):
    """All items again and again."""
    items = list(iterable)
    while items:
        for x in items:
            yield x
def repeat(x, times=None):
    """x again and again, or so many times."""
    while times is None or times > 0:
        yield x
        if times is not None:
            times -= 1
class chain:
    """All items of the first, then all of the second, ..."""
    def __init__(self, *iterables):
        self._items = _chained(iterables)
    @classmethod
    def from_iterable(cls, iterables):
        """The same of the items of one."""
        return _chained(iterables)
    def __iter__(self):
        return self._items
    def __next__(self):
        return next(self._items)
def _chained(iterables):
    for iterable in iterables:
        for x in iterable:
            yield x
def islice(iterable, start, stop=-1, step=1):
    """Some of the items: islice(x, stop) or islice(x, start, stop, step)."""
    if stop == -1:
        start, stop = 0, start
    wanted = 0 if start is None else start
    if stop is not None and wanted >= stop:
        return
    for i, x in enumerate(iterable):
        if i == wanted:
            yield x
            wanted += step
        if stop is not None and (wanted >= stop or i + 1 >= stop):
            return
def accumulate(iterable, func=None, initial=None):
    """Running sums, or running results of func."""
    total = initial
    if initial is not None:
        yield total
    for x in iterable:
        if total is None:
            total = x
        else:
            total = total + x if func is None else func(total, x)
        yield total
def pairwise(iterable):
    """(a, b), (b, c), (c, d), ..."""
    items = list(iterable)
    yield from zip(items, items[1:])
def product(*iterables, repeat=1):
    """All combinations of one item of each."""
    rows = [()]
    for pool in [tuple(iterable) for iterable in iterables] * repeat:
        rows = [row + (x,) for row in rows for x in pool]
    yield from rows
def permutations(iterable, r=None):
    """All orders of r of the items."""
    items = tuple(iterable)
    r = len(items) if r is None else r
    for row in product(range(len(items)), repeat=r):
        if len(set(row)) == r:
            yield tuple([items[i] for i in row])
def combinations(iterable, r):
    """All choices of r of the items, in their order."""
    items = tuple(iterable)
    if r == 0:
        yield ()
    else:
        for i in range(len(items)):
            for rest in combinations(items[i + 1:], r - 1):
                yield (items[i],) + rest
def zip_longest(*iterables, fillvalue=None):
    """As zip, but until the last ends."""
    lists = [list(iterable) for iterable in iterables]
    for i in range(max([len(items) for items in lists], default=0)):
        yield tuple([items[i] if i < len(items) else fillvalue for items in lists])
def takewhile(predicate, iterable):
    """Items up to the first that fails."""
    for x in iterable:
        if not predicate(x):
            return
        yield x
def dropwhile(predicate, iterable):
    """Items from the first that fails."""
    dropping = True
    for x in iterable:
        dropping = dropping and predicate(x)
        if not dropping:
            yield x
def starmap(function, iterable):
    """function(*items) for each."""
    for items in iterable:
        yield function(*items)
def groupby(iterable, key=None):
    """Runs of neighbours with the same key: (key, iterator)."""
    group, current = [], None
    for x in iterable:
        k = x if key is None else key(x)
        if group and k != current:
            yield current, iter(group)
            group = []
        current = k
        group.append(x)
    if group:
        yield current, iter(group)

def combinations_with_replacement(values, r):
    """every choice of r of the values, each as often as one likes"""
    values = tuple(values)
    if r == 0:
        yield ()
    else:
        for i, x in enumerate(values):
            for rest in combinations_with_replacement(values[i:], r - 1):
                yield (x,) + rest

def filterfalse(predicate, values):
    """the values for which the function is false"""
    for x in values:
        if not (predicate(x) if predicate else x):
            yield x
