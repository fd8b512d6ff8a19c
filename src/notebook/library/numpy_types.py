# SPDX-License-Identifier: GPL-3.0-or-later
# np: questions about dtypes and numbers; printing options.
_abstract = (np.generic, np.number, np.integer, np.signedinteger, np.unsignedinteger, np.inexact, np.floating)

class finfo:
    """The limits of floats: eps, max, min, tiny, resolution."""
    def __init__(self, dtype):
        self.dtype = np.dtype(dtype)
        if self.dtype.kind != 'f':
            raise ValueError('data type ' + repr(self.dtype) + ' not inexact')
        of = self.dtype.type
        self.bits = self.dtype.itemsize * 8
        self.precision = 15 if self.bits == 64 else 6 if self.bits == 32 else 3
        self.eps = of(2.0 ** {64: -52, 32: -23, 16: -10}[self.bits])
        self.max = of({64: 1.7976931348623157e308, 32: 3.4028234663852886e38, 16: 65504.0}[self.bits])
        self.min = of(-float(self.max))
        self.tiny = of(2.0 ** {64: -1022, 32: -126, 16: -14}[self.bits])
        self.smallest_normal = self.tiny
        self.resolution = of(10.0 ** -self.precision)

class iinfo:
    """The limits of integers: max and min."""
    def __init__(self, type):
        self.dtype = np.dtype(type)
        if self.dtype.kind not in 'iu':
            raise ValueError("Invalid integer data type '" + self.dtype.kind + "'.")
        self.bits = self.dtype.itemsize * 8
        half = 2 ** (self.bits - 2)
        self.max = half - 1 + half if self.dtype.kind == 'i' else 2 * half - 1 + 2 * half
        self.min = -half - half if self.dtype.kind == 'i' else 0

def _class(dtype):
    return dtype if dtype in _abstract else np.dtype(dtype).type

def issubdtype(arg1, arg2):
    """Is a dtype of that kind: np.issubdtype(x.dtype, np.floating)?"""
    if arg1 in _abstract:
        return arg1 == arg2 or arg2 == np.generic
    return isinstance(np.dtype(arg1).type(0), _class(arg2))

def promote_types(type1, type2):
    """The smallest dtype that holds both."""
    return np.result_type(type1, type2)

def can_cast(from_, to, casting='safe'):
    """Can a dtype become another without loss?"""
    from_, to = np.dtype(from_), np.dtype(to)
    if casting == 'unsafe':
        return True
    if casting == 'same_kind':
        return 'buif'.index(from_.kind) <= 'buif'.index(to.kind)
    return from_ == to if casting == 'no' else np.result_type(from_, to) == to

def isscalar(element):
    """Is it a single number or text, not an array?"""
    return isinstance(element, (int, float, bool, str, np.generic))

def iterable(y):
    """Can a loop go over it?"""
    return isinstance(y, (list, tuple, str, dict)) or np.ndim(y) > 0

def size(a, axis=None):
    """The number of elements, or of those along an axis."""
    return np.asarray(a).size if axis is None else np.shape(a)[axis]

def isreal(x):
    """Nothing here is complex."""
    return np.ones(np.shape(x), dtype=bool)[()]

def iscomplexobj(x):
    """Nothing here is complex."""
    return False

def real(val):
    """The array itself: nothing here is complex."""
    return np.asarray(val)

def isfortran(a):
    """Are the elements of a column next to each other?"""
    return False

class errstate:
    """with np.errstate(divide='ignore'): NumPy warns of nothing here anyway."""
    def __init__(self, **kwargs):
        self._options = kwargs
    def __enter__(self):
        return self
    def __exit__(self, *rest):
        pass

def seterr(all=None, divide=None, over=None, under=None, invalid=None):
    """Does nothing: there are no warnings here."""
    return {'divide': 'warn', 'over': 'warn', 'under': 'ignore', 'invalid': 'warn'}

# -- printing
def get_printoptions():
    """How arrays are printed now."""
    names = ('precision', 'threshold', 'edgeitems', 'linewidth', 'suppress')
    options = dict(zip(names, np._print_settings()))
    options['suppress'] = options['suppress'] == 1
    return options

def set_printoptions(precision=None, threshold=None, edgeitems=None, linewidth=None, suppress=None, nanstr=None, infstr=None, formatter=None, sign=None, floatmode=None):
    """How arrays are printed: digits after the point, elements before dots, characters of a line, never 1e-05."""
    if formatter is not None or sign not in (None, '-') or floatmode not in (None, 'maxprec'):
        raise NotImplementedError('set_printoptions() takes precision, threshold, edgeitems, linewidth and suppress')
    np._print_settings(precision, threshold, edgeitems, linewidth, suppress)

class printoptions:
    """with np.printoptions(precision=3): printed so inside."""
    def __init__(self, **options):
        self._options = options
    def __enter__(self):
        self._before = np._print_settings()
        set_printoptions(**self._options)
        return get_printoptions()
    def __exit__(self, *rest):
        np._print_settings(*self._before)

def array2string(a, max_line_width=None, precision=None, suppress_small=None, separator=' ', prefix='', threshold=None, edgeitems=None):
    """An array as text."""
    before = np._print_settings(precision, threshold, edgeitems, max_line_width, suppress_small)
    text = np._array_text(a, separator)
    np._print_settings(*before)
    return text

def array_str(a, max_line_width=None, precision=None, suppress_small=None):
    """An array as print writes it."""
    return array2string(a, max_line_width, precision, suppress_small)

def array_repr(arr, max_line_width=None, precision=None, suppress_small=None):
    """An array as repr writes it."""
    before = np._print_settings(precision, None, None, max_line_width, suppress_small)
    text = repr(np.asarray(arr))
    np._print_settings(*before)
    return text
