# SPDX-License-Identifier: GPL-3.0-or-later
# collections
class OrderedDict(dict):
    """A dict: they all keep their order."""
    def move_to_end(self, key, last=True):
        """Puts an item behind all others, or in front of them."""
        items = [(k, v) for k, v in self.items() if k != key]
        item = (key, self[key])
        self.clear()
        self.update(items + [item] if last else [item] + items)
    def __repr__(self):
        return 'OrderedDict(' + (repr(list(self.items())) if self else '') + ')'

class defaultdict(dict):
    """A dict that makes what is missing by a call."""
    def __init__(self, default_factory=None, *args, **kwargs):
        self.update(*args, **kwargs)
        self.default_factory = default_factory
    def __missing__(self, key):
        if self.default_factory is None:
            raise KeyError(key)
        value = self.default_factory()
        self[key] = value
        return value
    def __repr__(self):
        return f'defaultdict({self.default_factory!r}, {dict(self)!r})'

class Counter(dict):
    """How often each item occurs."""
    def __init__(self, iterable=None, **kwargs):
        self.update(iterable, **kwargs)
    def __missing__(self, key):
        return 0
    def update(self, iterable=None, **kwargs):
        """Counts more items, or adds counts."""
        if isinstance(iterable, dict):
            for key, count in iterable.items():
                self[key] = self[key] + count
        elif iterable is not None:
            for key in iterable:
                self[key] = self[key] + 1
        for key, count in kwargs.items():
            self[key] = self[key] + count
    def subtract(self, iterable):
        """Takes counts away."""
        for key, count in Counter(iterable).items():
            self[key] = self[key] - count
    def most_common(self, n=None):
        """Items and their counts, the most frequent first."""
        pairs = sorted(self.items(), key=lambda pair: pair[1], reverse=True)
        return pairs if n is None else pairs[:n]
    def elements(self):
        """Each item as often as it occurs."""
        for key, count in self.items():
            for i in range(count):
                yield key
    def total(self):
        """The sum of all counts."""
        return sum(self.values())
    def __add__(self, other):
        result = Counter(self)
        result.update(other)
        return Counter({key: count for key, count in result.items() if count > 0})
    def __sub__(self, other):
        result = Counter(self)
        result.subtract(other)
        return Counter({key: count for key, count in result.items() if count > 0})
    def __repr__(self):
        if not self:
            return 'Counter()'
        return 'Counter({' + ', '.join([f'{k!r}: {v!r}' for k, v in self.most_common()]) + '})'

class deque:
    """A list with two ends; with maxlen it forgets from the other end."""
    def __init__(self, iterable=(), maxlen=None):
        self.maxlen = maxlen
        self._items = []
        self.extend(iterable)
    def append(self, x):
        """Adds on the right."""
        self._items.append(x)
        if self.maxlen is not None and len(self._items) > self.maxlen:
            del self._items[0]
    def appendleft(self, x):
        """Adds on the left."""
        self._items.insert(0, x)
        if self.maxlen is not None and len(self._items) > self.maxlen:
            del self._items[-1]
    def extend(self, iterable):
        """Adds all on the right."""
        for x in iterable:
            self.append(x)
    def extendleft(self, iterable):
        """Adds one after the other on the left."""
        for x in iterable:
            self.appendleft(x)
    def pop(self):
        """Takes from the right."""
        if not self._items:
            raise IndexError('pop from an empty deque')
        return self._items.pop()
    def popleft(self):
        """Takes from the left."""
        if not self._items:
            raise IndexError('pop from an empty deque')
        return self._items.pop(0)
    def clear(self):
        """Forgets all."""
        self._items.clear()
    def count(self, x):
        """How often x occurs."""
        return self._items.count(x)
    def rotate(self, n=1):
        """Moves n items from the right end to the left one."""
        if self._items:
            n %= len(self._items)
            self._items = self._items[len(self._items) - n:] + self._items[:len(self._items) - n]
    def __len__(self):
        return len(self._items)
    def __iter__(self):
        return iter(self._items)
    def __getitem__(self, index):
        return self._items[index]
    def __setitem__(self, index, value):
        self._items[index] = value
    def __contains__(self, x):
        return x in self._items
    def __eq__(self, other):
        return isinstance(other, deque) and self._items == other._items
    def __repr__(self):
        end = '' if self.maxlen is None else f', maxlen={self.maxlen}'
        return f'deque({self._items!r}{end})'

class _Named:
    def __init__(self, *values, **named):
        fields = type(self)._fields
        if len(values) > len(fields):
            raise TypeError(type(self).__name__ + ' has the fields ' + ', '.join(fields))
        for name, value in zip(fields, values):
            self.__dict__[name] = value
        for name, value in named.items():
            if name not in fields or name in self.__dict__:
                raise TypeError(type(self).__name__ + ' got an unexpected field ' + name)
            self.__dict__[name] = value
        for name in fields:
            if name not in self.__dict__:
                raise TypeError(type(self).__name__ + ' misses the field ' + name)
    def __setattr__(self, name, value):
        raise AttributeError('the fields of a namedtuple cannot be set; use x._replace()')
    def _values(self):
        return tuple([self.__dict__[name] for name in type(self)._fields])
    def __len__(self):
        return len(type(self)._fields)
    def __getitem__(self, i):
        return self._values()[i]
    def __iter__(self):
        return iter(self._values())
    def __eq__(self, other):
        return self._values() == (other._values() if isinstance(other, _Named) else other)
    def __lt__(self, other):
        return self._values() < tuple(other)
    def __add__(self, other):
        return self._values() + tuple(other)
    def _replace(self, **named):
        """A copy with other values of some fields."""
        return type(self)(**(self.__dict__ | named))
    def _asdict(self):
        """The fields as a dict."""
        return dict(zip(type(self)._fields, self._values()))
    def __repr__(self):
        return type(self).__name__ + '(' + ', '.join([name + '=' + repr(self.__dict__[name]) for name in type(self)._fields]) + ')'
def namedtuple(typename, field_names):
    """A class of tuples whose items have names."""
    if isinstance(field_names, str):
        field_names = field_names.replace(',', ' ').split()
    class made(_Named):
        _fields = tuple(field_names)
    made.__name__ = typename
    return made
