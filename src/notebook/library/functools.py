# SPDX-License-Identifier: GPL-3.0-or-later
# functools
_NOTHING = []

def reduce(function, iterable, initial=_NOTHING):
    """function(function(function(a, b), c), d): one value from many."""
    for x in iterable:
        initial = x if initial is _NOTHING else function(initial, x)
    if initial is _NOTHING:
        raise TypeError('reduce() of nothing needs an initial value')
    return initial

class partial:
    """A function with some of its arguments given already."""
    def __init__(self, func, *args, **keywords):
        self.func = func
        self.args = args
        self.keywords = keywords
    def __call__(self, *args, **keywords):
        return self.func(*self.args, *args, **{**self.keywords, **keywords})

def wraps(function, *rest):
    """A decorator: the function below it takes over name and text of another."""
    def decorate(wrapper):
        wrapper.__name__ = getattr(function, '__name__', '')
        wrapper.__doc__ = getattr(function, '__doc__', None)
        wrapper.__wrapped__ = function
        return wrapper
    return decorate

def lru_cache(maxsize=128, typed=False):
    """A decorator: results are remembered by their arguments."""
    if callable(maxsize):
        return _remember(maxsize, 128)
    def decorator(function):
        return _remember(function, maxsize)
    return decorator
def cache(function):
    """A decorator: results are remembered by their arguments."""
    return _remember(function, None)
def _remember(function, maxsize):
    known = {}
    def wrapper(*args, **keywords):
        key = (args, tuple(keywords.items()))
        if key not in known:
            value = function(*args, **keywords)
            if maxsize is not None and len(known) >= maxsize > 0:
                del known[next(iter(known))]
            known[key] = value
        return known[key]
    return wrapper

def cmp_to_key(compare):
    """A key for sorted() from a function that says -1, 0 or 1."""
    class Key:
        def __init__(self, value):
            self.value = value
        def __lt__(self, other):
            return compare(self.value, other.value) < 0
    return Key
