# SPDX-License-Identifier: GPL-3.0-or-later
# What torch has besides its functions on tensors.
class device:
    """Where a tensor lives. Here that is always the CPU."""
    def __init__(self, type='cpu', index=None):
        if type.split(':')[0] != 'cpu':
            raise RuntimeError('there is no device ' + type + ' here; use cpu')
        self.type = 'cpu'
        self.index = index
    def __str__(self):
        return self.type
    def __repr__(self):
        return "device(type='cpu')"
    def __eq__(self, other):
        return str(other) == 'cpu'

cpu_device = device('cpu')

class _Mode:
    """A mode for a block, or as a decorator for a function: each call enters it anew."""
    def __call__(self, function):
        mode = type(self)
        def inner(*args, **kwargs):
            with mode():
                return function(*args, **kwargs)
        return inner

class no_grad(_Mode):
    """with torch.no_grad(): operators inside are not recorded."""
    def __enter__(self):
        self._before = torch._set_grad(False)
    def __exit__(self, *rest):
        torch._set_grad(self._before)

class inference_mode(no_grad):
    """The same as no_grad."""

class enable_grad(_Mode):
    """with torch.enable_grad(): operators inside are recorded."""
    def __enter__(self):
        self._before = torch._set_grad(True)
    def __exit__(self, *rest):
        torch._set_grad(self._before)

class set_grad_enabled:
    """with torch.set_grad_enabled(flag): recorded or not."""
    def __init__(self, mode):
        self._before = torch._set_grad(mode)
    def __enter__(self):
        return None
    def __exit__(self, *rest):
        torch._set_grad(self._before)

def cross_entropy(*args, **kwargs):
    """The same as F.cross_entropy."""
    return torch.nn.functional.cross_entropy(*args, **kwargs)

# -- printing
_PROFILES = {'default': (4, 1000, 3, 80), 'short': (2, 1000, 2, 80), 'full': (4, math.inf, 3, 80)}
def set_printoptions(precision=None, threshold=None, edgeitems=None, linewidth=None, profile=None, sci_mode=None):
    """How tensors are printed: digits after the point, elements before dots, characters of a line, 1e-05 or not."""
    if profile is not None:
        if profile not in _PROFILES:
            raise ValueError(f"a print profile is 'default', 'short' or 'full', not {profile!r}")
        torch._print_settings(*_PROFILES[profile])
    torch._print_settings(precision, threshold, edgeitems, linewidth, 0 if sci_mode is None else 2 if sci_mode else 1)

# -- making
def scalar_tensor(s, dtype=None):
    """A tensor without dimensions."""
    return torch.tensor(s, dtype=dtype or torch.float32)
def logspace(start, end, steps=100, base=10.0, dtype=None, requires_grad=False, device=None):
    """Powers of a base with evenly spaced exponents."""
    made = (base ** torch.linspace(start, end, steps, dtype=torch.float64)).to(dtype or torch.float32)
    return made.requires_grad_(requires_grad)
def normal(mean=0.0, std=1.0, size=None, dtype=None, requires_grad=False, device=None):
    """Random numbers, normally distributed."""
    if size is None:
        size = mean.shape if isinstance(mean, torch.Tensor) else std.shape
    return (torch.randn(size, dtype=dtype) * std + mean).detach().requires_grad_(requires_grad)
def meshgrid(*tensors, indexing='ij'):
    """Grids of the coordinates along each dimension."""
    tensors = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors
    if indexing == 'xy' and len(tensors) > 1:
        return tuple([grid.transpose(0, 1) for grid in _swapped(meshgrid(*_swapped(tensors)))])
    sizes = [len(x) for x in tensors]
    shapes = [[-1 if i == k else 1 for i in range(len(sizes))] for k in range(len(sizes))]
    return tuple([x.reshape(shape).expand(sizes) for x, shape in zip(tensors, shapes)])
def _swapped(items):
    return [items[1], items[0]] + list(items[2:])
def cartesian_prod(*tensors):
    """All combinations of elements, one in a row."""
    return torch.stack([grid.reshape(-1) for grid in meshgrid(*tensors)], -1)
def tril_indices(row, col, offset=0):
    """The indices of the triangle below the diagonal."""
    return torch.ones(row, col).tril(offset).nonzero().T
def triu_indices(row, col, offset=0):
    """The indices of the triangle above the diagonal."""
    return torch.ones(row, col).triu(offset).nonzero().T
def block_diag(*tensors):
    """Matrices along a diagonal."""
    tensors = [x.reshape(1, -1) if x.ndim < 2 else x for x in tensors]
    made = torch.zeros(sum([x.shape[0] for x in tensors]), sum([x.shape[1] for x in tensors]), dtype=tensors[0].dtype)
    row, column = 0, 0
    for x in tensors:
        made[row:row + x.shape[0], column:column + x.shape[1]] = x
        row += x.shape[0]
        column += x.shape[1]
    return made
def LongTensor(data):
    """A tensor of int64."""
    return torch.tensor(data, dtype=torch.int64)
def DoubleTensor(data):
    """A tensor of float64."""
    return torch.tensor(data, dtype=torch.float64)
def BoolTensor(data):
    """A tensor of bool."""
    return torch.tensor(data, dtype=torch.bool)

def where(condition, *values):
    """Elements of the first value where the condition is true, of the second elsewhere; or the indices."""
    return torch._where(condition, *values) if values else condition.nonzero(as_tuple=True)

# -- joining and shapes
def atleast_1d(x):
    """With one dimension or more."""
    return x.reshape(1) if x.ndim == 0 else x
def atleast_2d(x):
    """With two dimensions or more."""
    return x.reshape(1, -1) if x.ndim < 2 else x
def vstack(tensors):
    """Joined one below the other."""
    return torch.cat([atleast_2d(x) for x in tensors], 0)
def hstack(tensors):
    """Joined side by side."""
    tensors = [atleast_1d(x) for x in tensors]
    return torch.cat(tensors, 0 if tensors[0].ndim == 1 else 1)
def dstack(tensors):
    """Joined along the third dimension."""
    return torch.cat([x.reshape(1, -1, 1) if x.ndim < 2 else x.unsqueeze(2) if x.ndim == 2 else x for x in tensors], 2)
def column_stack(tensors):
    """Joined as columns."""
    return torch.cat([x.reshape(-1, 1) if x.ndim < 2 else x for x in tensors], 1)
def broadcast_shapes(*shapes):
    """The shape that shapes broadcast to."""
    shapes = [[s] if isinstance(s, int) else list(s) for s in shapes]
    longest = max([len(s) for s in shapes])
    shapes = [[1] * (longest - len(s)) + s for s in shapes]
    result = []
    for sizes in zip(*shapes):
        others = [s for s in sizes if s != 1]
        if any([s != others[0] for s in others]):
            raise RuntimeError(f'shapes with the sizes {list(sizes)} in one dimension do not broadcast')
        result.append(others[0] if others else 1)
    return torch.Size(result)
def broadcast_tensors(*tensors):
    """All in the shape that they broadcast to."""
    shape = broadcast_shapes(*[tuple(x.shape) for x in tensors])
    return tuple([x.expand(shape) for x in tensors])

# -- Einstein's notation
def _einsum_terms(equation, operands):
    sides = equation.replace(' ', '').split('->')
    left, arrow = sides[0], len(sides) > 1
    terms = left.split(',')
    if len(terms) != len(operands):
        raise RuntimeError(f'einsum: {len(terms)} terms for {len(operands)} tensors')
    spare = [c for c in 'ZYXWVUTSRQ' if c not in equation]
    most, result = 0, []
    for term, x in zip(terms, operands):
        dots = x.ndim - len(term.replace('...', ''))
        if dots < 0 or (dots > 0 and '...' not in term):
            raise RuntimeError(f'einsum: {term} does not name the {x.ndim} dimensions of its tensor')
        most = max(most, dots)
        result.append(term.replace('...', ''.join(spare[most - dots:most][::-1]) if dots else ''))
    rest = ''.join(spare[:most][::-1])
    if arrow:
        return result, sides[1].replace('...', rest)
    letters = sorted(left.replace(',', '').replace('.', ''))
    return result, rest + ''.join([c for c in letters if letters.count(c) == 1])
def _einsum_single(term, x):
    # Repeated letters: the diagonal.
    for c in sorted(set(term)):
        while term.count(c) > 1:
            a, b = [i for i, letter in enumerate(term) if letter == c][:2]
            x = x.movedim((a, b), (-2, -1))
            x = x[..., torch.arange(x.shape[-1]), torch.arange(x.shape[-1])]
            term = term.replace(c, '') + c
    return term, x
def _einsum_pair(a, x, b, y, keep):
    both = [c for c in a if c in b]
    for c in list(a):
        if c not in b and c not in keep:
            x, a = x.sum(a.index(c)), a.replace(c, '')
    for c in list(b):
        if c not in a and c not in keep:
            y, b = y.sum(b.index(c)), b.replace(c, '')
    batch, gone = [c for c in both if c in keep], [c for c in both if c not in keep]
    ours, theirs = [c for c in a if c not in both], [c for c in b if c not in both]
    size = {}
    for term, t in ((a, x), (b, y)):
        for c, n in zip(term, t.shape):
            if size.get(c, 1) != 1 and n != 1 and size[c] != n:
                raise RuntimeError(f'einsum: {c} is both {size[c]} and {n}')
            size[c] = max(size.get(c, 1), n)
    def product(letters):
        n = 1
        for c in letters:
            n *= size[c]
        return n
    x = x.permute([a.index(c) for c in batch + ours + gone]).expand([size[c] for c in batch + ours + gone])
    y = y.permute([b.index(c) for c in batch + gone + theirs]).expand([size[c] for c in batch + gone + theirs])
    x = x.reshape(product(batch), product(ours), product(gone))
    y = y.reshape(product(batch), product(gone), product(theirs))
    return ''.join(batch + ours + theirs), (x @ y).reshape([size[c] for c in batch + ours + theirs])
def einsum(equation, *operands):
    """Sums of products by Einstein's notation: einsum('ij,jk->ik', a, b) is a @ b."""
    operands = operands[0] if len(operands) == 1 and isinstance(operands[0], (tuple, list)) else operands
    terms, out = _einsum_terms(equation, operands)
    a, x = _einsum_single(terms[0], operands[0])
    for i in range(1, len(operands)):
        b, y = _einsum_single(terms[i], operands[i])
        a, x = _einsum_pair(a, x, b, y, out + ''.join(terms[i + 1:]))
    for c in list(a):
        if c not in out:
            x, a = x.sum(a.index(c)), a.replace(c, '')
    return x.permute([a.index(c) for c in out])

def inverse(input):
    """The inverse matrix."""
    return torch.linalg.inv(input)
def det(input):
    """The determinant."""
    return torch.linalg.det(input)

# -- dtypes
def get_default_dtype():
    """float32"""
    return torch.float32
def set_default_dtype(d):
    """Only float32 is possible."""
    if d != torch.float32:
        raise NotImplementedError('the default dtype is always float32; give dtype=torch.float64 where it is needed')
def is_floating_point(input):
    """Is it a tensor of floats?"""
    return input.dtype.is_floating_point
def numel(input):
    """The number of elements."""
    return input.numel()
class finfo:
    """Limits of a float dtype."""
    def __init__(self, dtype):
        single = dtype == torch.float32
        self.bits = 32 if single else 64
        self.eps = 1.1920928955078125e-07 if single else 2.220446049250313e-16
        self.max = 3.4028234663852886e+38 if single else 1.7976931348623157e+308
        self.min = -self.max
        self.tiny = 1.1754943508222875e-38 if single else 2.2250738585072014e-308
class iinfo:
    """Limits of an integer dtype."""
    def __init__(self, dtype):
        self.bits = 8 * torch.empty(0, dtype=dtype).element_size()
        signed = dtype != torch.uint8
        self.max = 2 ** (self.bits - 1) - 1 if signed else 255
        self.min = -self.max - 1 if signed else 0
