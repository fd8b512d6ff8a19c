// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What generated programs are made of (program.h). The first alternative of each rule needs no other
 * rule. Much of it is there to be nasty: containers that contain themselves, methods that change
 * what is being walked through, views of what is assigned to, errors in the middle of everything.
 */
#include "config.h"

#include "fuzz/program.h"

#include "base/alloc.h"

const char program_prelude[] =
    "import numpy as np\n"
    "import torch\n"
    "from torch import nn, optim\n"
    "import torch.nn.functional as F\n"
    "i = 2; j = -1; f = 0.5; s = 'text'; k = None\n"
    "a = [1, 2.5, 'x', (3, 4)]; b = [3, 1, 2]; d = {'k': 1, 2: [3]}; p = (1, a)\n"
    "X = np.arange(12.0).reshape(3, 4); Y = np.array([1, 2, 3, 4])\n"
    "x = torch.arange(12.).reshape(3, 4); y = torch.tensor([0, 2, 1])\n"
    "w = torch.ones(3, 4, requires_grad=True); c = torch.ones(2, 3, 5, 5)\n"
    "m = nn.Sequential(nn.Linear(4, 3), nn.Sigmoid(), nn.Linear(3, 2)); h = nn.Conv2d(3, 2, 3)\n"
    "class A:\n"
    "\tv = 1\n"
    "\tdef __init__(self, v=2):\n"
    "\t\tself.v = v\n"
    "\tdef __eq__(self, other):\n"
    "\t\ta.clear()\n"
    "\t\treturn self.v == 2\n"
    "\tdef __lt__(self, other):\n"
    "\t\ta.append(self)\n"
    "\t\treturn w\n"
    "\tdef __len__(self):\n"
    "\t\td.clear()\n"
    "\t\treturn self.v\n"
    "\tdef __getitem__(self, at):\n"
    "\t\treturn a[at]\n"
    "\tdef __enter__(self):\n"
    "\t\treturn [self]\n"
    "\tdef __exit__(self, *rest):\n"
    "\t\treturn d.pop('k')\n"
    "\tdef __call__(self, *args, **rest):\n"
    "\t\treturn args, rest\n"
    "class B(A):\n"
    "\tdef __init__(self, v=0):\n"
    "\t\tsuper().__init__(v)\n"
    "\tdef __iter__(self):\n"
    "\t\treturn self\n"
    "\tdef __next__(self):\n"
    "\t\tself.v += 1\n"
    "\t\tif self.v > 3:\n"
    "\t\t\traise StopIteration\n"
    "\t\treturn a\n"
    "\tdef __add__(self, other):\n"
    "\t\treturn other + self\n"
    "\tdef __repr__(self):\n"
    "\t\tb.clear()\n"
    "\t\treturn f'{a}'\n"
    "u = A(); z = B(); o = B(1)\n"
    "def g(q=1, *rest, **named):\n"
    "\tif q is None:\n"
    "\t\traise ValueError(rest)\n"
    "\treturn q\n";

static const char *const statements[] = {
    "pass", "$v = $e", "$v = $e", "$P = $e", "$l[$k] = $e", "$x[$k] = $e", "$x[$k] = $x[$k]",
    "$X[$k] = $X[$k]", "$v $I $e", "$l[$k] $I $e", "$x[$k] $I $x", "$X[$k] $I $e", "$x $I $x",
    "w.data $I $x", "$l.append($e)", "$l.insert($i, $e)", "$l.extend($g)", "$l.sort(key=$c)",
    "$l.sort(reverse=$b)", "$l.remove($e)", "$l.pop($i)", "$l.reverse()", "$d[$e] = $e",
    "$d.update($d)", "$d.pop($e, $e)", "$l[$K] = $l", "del $l[$k]", "del $d[$e]", "del $v",
    "del $o.$a", "$o.$a = $e", "$o.$a $I $e", "print($e, $e)", "print(format($e, '$F'))",
    "print(f'{$v!r:$F} {$v}')", "$e", "for $P in $g:\n\t$S\n\t$S", "for $v in a:\n\ta.$L",
    "for $v in d:\n\td[$e] = $e", "for $v in $g:\n\t$S\n\tif $b:\n\t\tbreak\nelse:\n\t$S",
    "while $b:\n\t$S\n\tbreak", "if $b:\n\t$S\nelse:\n\t$S", "try:\n\t$S\nexcept $E as error:\n\t$S",
    "try:\n\t$S\nexcept $E:\n\t$S\nelse:\n\t$S\nfinally:\n\t$S", "try:\n\t$S\nfinally:\n\t$S",
    "raise $E($e)", "raise $e", "assert $b, $e", "with torch.no_grad():\n\t$S\n\t$S",
    "with $o as $v:\n\t$S", "with $e:\n\t$S", "def g(q=$e, *rest, **named):\n\t$S\n\treturn $e",
    "def g(q=0):\n\tdef inner(t=$e):\n\t\tnonlocal q\n\t\tq = t\n\t\treturn q\n\t$S\n\treturn inner",
    "def g(q=0):\n\tglobal a\n\tfor t in $g:\n\t\twith o:\n\t\t\treturn $e\n\t$S",
    "def g(q=None):\n\ttry:\n\t\treturn $e\n\tfinally:\n\t\t$S", "class A:\n\t$D\n\t$D",
    "class A(B):\n\t$D\n\t$D", "class B($C):\n\tv = $e\n\t$D\n\t$D",
    "class N(nn.Module):\n\tdef __init__(self, v=0):\n\t\tsuper().__init__()\n\t\tself.q = $e\n\t\tself.n = $m\n\tdef forward(self, t):\n\t\treturn $e\nm = N()",
    "g($e)", "a.append(a)", "d['d'] = d", "p = (p, p)", "o.o = o", "a = [a] * 3", "g.g = g",
    "k = lambda t=$e: $e", "$x.sum().backward()", "$x.backward()", "$x.backward($x)",
    "q = $x; q.sum().backward(); q.sum().backward()",
    "q = ($x * w).sum(); q.backward(retain_graph=True); q.backward()", "w.grad.zero_()", "w.grad = $e",
    "w.requires_grad_($b)", "x.requires_grad = $b", "with torch.no_grad():\n\tw -= $x",
    "x[1:] = x[:-1]", "x[:, 1:] += x[:, :-1]", "X[::-1] = X", "x.copy_($x)", "$x.$M($e)", "$x.$w_()",
    "q = x.$W; q $I $e; $S",
    "t = optim.$Q($m.parameters(), lr=0.1); t.zero_grad(); $x.sum().backward(); t.step()",
    "q = $m; q($x).sum().backward(); $S", "m.$R", "m[$i] = $m", "m.load_state_dict(m.state_dict())",
    "for q in m.parameters():\n\tq.data = $x",
    "for q in m.parameters():\n\tif q.grad is not None:\n\t\tq.data -= q.grad", "nn.init.$Z(w)",
    "np.random.seed($i)", "torch.manual_seed($i)", "i, (j, *k) = $e", "*a, f = $g",
    "for q in torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=2, shuffle=$b):\n\t$S",
    "def g(q=3):\n\tif q:\n\t\treturn g(q - 1)\n\t$S", "A.$a = $c", "setattr($o, $s, $e)", "help($e)",
    "show($x)", "plot($x, $e)",
    "def g(q=2, *rest):\n\tfor t in $g:\n\t\tyield $e\n\t$S",
    "def g(q=1):\n\ttry:\n\t\tyield $e\n\t\tyield from $g\n\tfinally:\n\t\t$S",
    "k = g(); next(k); $S; k = None",
    "k = g($e)\nfor q in k:\n\tnext(k, None)\n\t$S",
    "def g(q=1):\n\tyield next(k)\nk = g()\nnext(k)",
    "@$c\ndef g(q=1, *t):\n\treturn $e",
    "k = $g; next(k); $S; next(k)",
    "for q in zip(k, k):\n\t$S",
    "with $o as $v, $o:\n\t$S",
};
static const char *const expressions[] = {
    "i", "$i", "$f", "$s", "$l", "$d", "$t", "$x", "$X", "$o", "$m", "$c", "None", "$b", "$v", "a",
    "d", "x", "w", "($e $O $e)", "($e)[$k]", "($e).$a", "$c($e)", "$c($e, $e)", "$c(*$g)", "$c(**$d)",
    "($e if $b else $e)", "($b and $e)", "($e or $e)", "(not $e)", "(-$e)", "($v := $e)", "f'{$v:$F}'",
    "'{:$F}'.format($e)", "($s % $e)", "$s.format($e, $e)", "[$e for q in $g]",
    "{q: $e for q in $g if $b}", "{$e for q in $g}", "[*$g, $e]", "next($g)", "iter($e)", "($e in $e)",
    "($e is $e)", "slice($e, $e, $e)", "range($i)", "error", "type($e)", "super()", "($e == $e)",
    "($e for q in $g)",
    "(q for q in $g if $b)",
    "{1, $e} | set($g)",
    "frozenset($g)",
    "d.keys() & $d",
    "$d.items()",
    "sum(q for q in $g)",
    "max(($e for q in $g), default=$e)",
    "k",
    "hash($e)",
    "g()",
};
static const char *const integers[] = {
    "1", "0", "2", "3", "(-1)", "(5)", "i", "j", "($i $O $i)", "len($e)", "int($e)",
    "(9223372036854775807)", "(-9223372036854775807)", "(1 << $i)", "abs($i)", "($i // $i)",
    "($i % $i)", "($i ** $i)", "sum($g)", "round($e, $i)", "ord($s)", "x.shape[$i]", "x.numel()",
    "True", "id($e)",
};
static const char *const floats[] = {
    "0.5", "f", "1e308", "(-0.0)", "float('nan')", "float('inf')", "($i / $i)", "float($e)",
    "($f ** $f)", "$x.item()", "np.pi", "($f // $f)", "($f % $f)", "round($f, $i)", "x.mean().item()",
    "1e-320",
};
static const char *const strings[] = {
    "'k'", "s", "''", "'\u00e4\u4e2d\U0001f600'", "str($e)", "repr($e)", "($s + $s)", "($s * $i)",
    "$s[$k]", "$s.join($g)", "$s.split($s)", "'%s %d %5.2f %r'", "'{} {0:>8} {!r:.3}'", "$s.strip($s)",
    "$s.replace($s, $s)", "$s.upper()", "$s.center($i, $s)", "$s.zfill($i)", "$s.find($s)",
    "'a\\x00b'", "chr($i)", "$s.startswith($e)", "$s.splitlines()", "format($e, $s)", "'__eq__'",
    "'v'",
};
static const char *const lists[] = {
    "a", "b", "[]", "[$e, $e]", "list($g)", "($l + $l)", "($l * $i)", "sorted($g, key=$c)",
    "sorted($g)", "$l[$K]", "d.keys()", "d.items()", "$l.copy()", "[[$e] * 2 for q in range(3)]",
    "d.setdefault('k', [])", "x.tolist()", "X.tolist()", "[q for q in $g if $b]",
};
static const char *const dicts[] = {
    "d", "{}", "{$e: $e}", "dict(v=$e)", "$d.copy()", "o.__dict__", "A.__dict__", "m.state_dict()",
    "{$e, $e}", "set($g)",
};
static const char *const tuples[] = {
    "p", "()", "($e,)", "($e, $e)", "tuple($g)", "($t + $t)", "($t * $i)", "x.shape", "$t[$K]",
    "divmod($i, $i)", "(p, p)", "X.shape[$K]",
};
static const char *const shapes[] = {
    "2, 3", "3, 4", "4", "0", "1, 1, 5, 5", "$i", "$i, $i", "2, $i, 2", "-1", "-1, 2", "12",
    "1000000, 1000000", "6, 2",
};
static const char *const tensors[] = {
    "x", "w", "c", "y", "torch.$N($h)", "torch.tensor($e)", "($x $O $x)", "($x $O $e)", "$x[$k]",
    "$x.$W", "$x.$u", "$x.$M($e)", "torch.$n($x)", "F.$n($x)", "torch.$T($x, $x)", "$m($x)", "m(x)",
    "h(c)", "$x.sum($r)", "$x.mean($r)", "$x.max($r)", "$x.min($r)", "$x.argmax($r)", "$x.std($r)",
    "$x.reshape($h)", "$x.view($h)", "$x.expand($h)", "$x.permute($h)", "$x.transpose($i, $i)",
    "$x.unsqueeze($i)", "$x.squeeze($i)", "torch.cat([$x, $x], $i)", "torch.stack([$x, $x], $i)",
    "torch.where($x > $e, $x, $x)", "F.conv2d(c, torch.ones(2, 3, $i, $i), stride=$i, padding=$i)",
    "F.conv2d($x, $x, bias=$e, stride=$e, padding=$e, dilation=$e, groups=$i)",
    "F.max_pool2d(c, $i, $e, $e)", "F.avg_pool2d($x, $e, $e, $e)",
    "F.pad($x, ($i, $i, $i, $i), mode=$G, value=$e)", "F.softmax($x, $i)", "F.log_softmax($x, dim=$i)",
    "F.cross_entropy($x, $x)", "F.cross_entropy(x, y)", "F.mse_loss($x, $x)",
    "F.nll_loss($x, y, reduction=$G)", "F.one_hot($x, $i)", "F.dropout($x, $f)", "$x.gather($i, $x)",
    "$x.index_select($i, $x)", "torch.arange($e, $e, $e)", "torch.linspace($f, $f, $i)",
    "torch.full(($h), $e)", "torch.from_numpy($X)", "w.grad", "nn.Parameter($x)", "$x.to(torch.$Y)",
    "torch.$N($h, dtype=torch.$Y)", "$x.detach().requires_grad_()", "corr2d($x, $x)",
    "conv2d($x, $x, stride=$i, padding=$i)", "F.linear($x, $x, $x)",
    "F.batch_norm(c, $x, $x, training=$b)", "torch.einsum($s, $x, $x)", "$x.repeat($h)",
    "torch.ones(2, 3, 7).transpose(1, 2)",
    "F.conv1d(torch.ones(1, 2, 8), torch.ones(3, 2, $i), stride=$i, padding=$G)",
    "F.conv3d(torch.ones(1, 1, 4, 4, 4), torch.ones(1, 1, 2, 2, 2))", "$x.masked_fill($x > 1, $e)",
    "$x.flip($h)", "$x.cumsum($i)", "$x.topk($i)", "$x.sort($i)", "torch.split($x, $i)",
    "torch.chunk($x, $i)", "x.data", "w.data", "$x.narrow($i, $i, $i)", "$x.unfold($i, $i, $i)",
    "$x.norm()", "$x.var($r)",
};
static const char *const arrays[] = {
    "X", "Y", "np.array($e)", "np.$N($h)", "np.$N(($h))", "($X $O $X)", "($X $O $e)", "$X[$k]", "$X.T",
    "$X.reshape($h)", "$X.reshape(($h))", "np.$n($X)", "np.$T($X, $X)", "$X.sum(axis=$e)",
    "$X.mean(axis=$e, keepdims=$b)", "np.max($X, axis=$e)", "np.argmax($X)",
    "np.where($X > $e, $X, $e)", "np.concatenate([$X, $X], axis=$i)", "np.stack([$X, $X])",
    "np.pad($X, $e, mode=$G)", "np.arange($e, $e, $e)", "np.linspace($e, $e, $i)", "$X.astype($y)",
    "$X.flatten()", "np.random.$V($h)", "np.random.$V(size=($h))", "np.zeros_like($X)", "$x.numpy()",
    "$x.detach().numpy()", "np.array($l, dtype=$y)", "np.eye($i)", "np.outer($X, $X)",
    "np.dot($X, $X)", "np.expand_dims($X, $i)", "np.transpose($X, ($h))", "np.squeeze($X)",
    "np.tile($X, $e)", "np.repeat($X, $i)", "np.sort($X)", "np.clip($X, $e, $e)", "np.unique($X)",
    "np.cumsum($X)", "np.diff($X)", "np.flip($X, $e)", "$X.copy()", "np.full(($h), $e)",
    "np.meshgrid($X, $X)", "np.any($X)", "np.allclose($X, $X)", "np.nonzero($X)",
    "np.broadcast_to($X, ($h))", "np.roll($X, $i)", "$X.max(axis=$e)", "X[X > $e]",
};
static const char *const modules[] = {
    "m", "h", "nn.Linear($i, $i)", "nn.Conv2d($i, $i, $i)",
    "nn.Conv2d(3, 2, $e, stride=$e, padding=$e, dilation=$e, groups=$e, padding_mode=$G)",
    "nn.Sequential($m, $m)", "nn.ReLU()", "nn.Flatten($i)", "nn.MaxPool2d($e, $e, $e)",
    "nn.AvgPool2d($e)", "nn.BatchNorm2d($i)", "nn.Dropout($f)", "nn.CrossEntropyLoss()",
    "nn.MSELoss(reduction=$G)", "nn.Softmax($i)", "nn.Identity()", "m[$k]", "nn.Module()",
    "nn.Sequential(*$g)", "nn.ModuleList([$m, $m])",
    "nn.Sequential(nn.Conv2d(3, 4, 3, padding=$i), nn.$B(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear($i, 2))",
    "nn.Conv1d(2, 3, $i)", "nn.Conv3d(1, 1, 2)", "nn.$B()",
};
static const char *const objects[] = {
    "u", "z", "o", "A()", "B()", "A($e)", "error", "m", "A", "B", "g", "torch.no_grad()", "x", "d",
    "ValueError($e)", "type(o)", "o.o", "nn", "w",
};
static const char *const callables[] = {
    "g", "A", "B", "u", "z", "len", "str", "repr", "list", "tuple", "dict", "set", "int", "float",
    "bool", "sum", "max", "min", "sorted", "reversed", "enumerate", "zip", "map", "filter", "iter",
    "next", "abs", "print", "range", "type", "isinstance", "getattr", "hasattr",
    "(lambda q=0, *t: $e)", "a.append", "a.count", "a.index", "a.clear", "d.get", "d.pop", "s.join",
    "s.format", "o.__eq__", "o.__len__", "A.__init__", "B.__next__", "torch.tensor", "np.array",
    "torch.Tensor", "m", "m.forward", "x.reshape", "x.add_", "nn.Parameter", "nn.Linear",
    "nn.Sequential", "k", "slice", "object", "Exception", "StopIteration", "callable", "any", "all",
    "round", "m.state_dict", "super", "a.sort", "a.remove", "a.pop", "divmod", "torch.Size",
    "nn.Module.__init__", "F.relu", "A.__lt__",
};
static const char *const subscripts[] = {
    "0", "$i", "-1", "$K", "$K, $K", "$i, $K", "..., $i", "None, $K", "$e", "$l", "$x", "$x > $e",
    "$X > $e", "$i, $i", "[0, 2]", "[0, 1], [1, 2]", "$t", "..., None", "$k, $k", "y", "Y", "'k'",
};
static const char *const slices[] = {
    ":", "1:", ":-1", "::2", "::-1", "$i:$i", "$i:$i:$i", "$e:$e:$e", ":0", "-2:",
};
static const char *const attributes[] = {
    "v", "o", "grad", "data", "shape", "T", "requires_grad", "weight", "bias", "__dict__", "__class__",
    "__name__", "__doc__", "args", "dtype", "is_leaf", "grad_fn", "training", "q", "__init__",
    "__eq__", "__len__", "append", "keys", "items", "ndim", "size", "start", "real", "device",
    "parameters", "forward", "modules", "sum", "__repr__", "names",
};
static const char *const iterables[] = {
    "a", "$l", "$t", "$s", "$d", "range(3)", "range($i, $i, $i)", "$x", "$X", "zip($g, $g)",
    "enumerate($g)", "map($c, $g)", "filter($c, $g)", "reversed($l)", "d.items()", "z", "o",
    "iter($g)", "m", "m.parameters()", "$e", "zip($l, $x)", "A()", "B()", "d", "m.named_parameters()",
    "u",
    "(q for q in $g)",
    "g()",
    "k",
    "d.values()",
    "{$e, $e}",
};
static const char *const booleans[] = {
    "True", "False", "$e", "$e == $e", "$i < $i", "$e < $e", "$e in $l", "$e in $d", "not $b",
    "$i < $i <= $i", "$e is None", "isinstance($e, $C)", "$o == $o", "hasattr($o, $s)", "$l == $l",
    "$l < $l", "$x.all()", "callable($e)", "$t < $t", "$d == $d", "$e != $e", "q", "$i in $l != $b",
};
static const char *const operators[] = {
    "+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<<", ">>", "==", "<", ">=", "!=",
};
static const char *const in_place[] = {
    "+=", "-=", "*=", "/=", "//=", "%=", "**=", "@=", "&=", "|=", "^=", "<<=", ">>=",
};
static const char *const exceptions[] = {
    "Exception", "ValueError", "TypeError", "IndexError", "KeyError", "ZeroDivisionError",
    "RuntimeError", "AttributeError", "NameError", "StopIteration", "(ValueError, KeyError)", "A",
    "$e", "MemoryError", "RecursionError",
};
static const char *const variables[] = {
    "i", "j", "f", "s", "a", "b", "d", "p", "X", "Y", "x", "y", "w", "c", "m", "h", "u", "z", "o", "k",
    "q", "t", "A", "g", "e",
};
static const char *const patterns[] = {
    "q", "q, t", "$v", "(i, (j, q))", "*q, t", "q, *t", "$v, $v", "a[0]", "o.v, d['k']", "x[$k]",
    "a[$K]", "[$v, $P]", "$l[$k], $P",
};
static const char *const definitions[] = {
    "pass", "v = $e", "$S", "def __init__(self, v=0):\n\tself.v = v\n\tself.o = $e",
    "def __init__(self, *v):\n\tsuper().__init__()", "def __eq__(self, other):\n\t$S\n\treturn $e",
    "def __lt__(self, other):\n\t$S\n\treturn $b", "def __len__(self):\n\t$S\n\treturn $i",
    "def __getitem__(self, at):\n\treturn $e", "def __setitem__(self, at, v):\n\t$S",
    "def __iter__(self):\n\treturn $g", "def __next__(self):\n\t$S\n\treturn $e",
    "def __contains__(self, v):\n\treturn $e", "def __enter__(self):\n\treturn $e",
    "def __exit__(self, *v):\n\t$S\n\treturn $e", "def __call__(self, *v, **q):\n\t$S\n\treturn $e",
    "def __add__(self, v):\n\treturn $e", "def __radd__(self, v):\n\treturn $e",
    "def __mul__(self, v):\n\treturn v * self", "def __repr__(self):\n\t$S\n\treturn $s",
    "def __str__(self):\n\treturn $e", "def __neg__(self):\n\treturn $e",
    "def __setattr__(self, n, v):\n\tself.__dict__[n] = $e", "def forward(self, t):\n\treturn $e",
    "def __getattr__(self, n):\n\treturn $e", "def __bool__(self):\n\treturn $e",
    "def __hash__(self):\n\treturn $i", "def __delitem__(self, n):\n\t$S",
    "def __format__(self, n):\n\treturn $s", "o = lambda self, q=0: super().__init__(q)",
    "def v(self):\n\treturn super().__eq__($e)",
    "@property\ndef q(self):\n\t$S\n\treturn $e",
    "@staticmethod\ndef v(t=0):\n\treturn $e",
    "@classmethod\ndef v(t, *q):\n\treturn t",
    "def __iter__(self):\n\t$S\n\tyield $e\n\tyield self",
    "def __del__(self):\n\t$S",
    "def __rsub__(self, v):\n\treturn $e",
};
static const char *const classes[] = {
    "A", "B", "nn.Module", "Exception", "int", "list", "object", "dict", "nn.Linear", "torch.Tensor",
    "(A, B)", "$e", "nn.Sequential", "type($e)",
};
static const char *const formats[] = {
    "", ">8", ".3f", "08.2e", "d", "5", "+,.1%", "^{i}", "{i}", ".{j}", "x", "b", "c", "s", "<5s",
    "#x", "g", ".100000f", "*^9", "=+7d", "_", "n", "{j}",
};
static const char *const list_methods[] = {
    "append(q)", "append($e)", "clear()", "pop()", "insert(0, $e)", "remove($e)", "sort()",
    "reverse()", "extend(a)", "__len__()",
};
static const char *const makers[] = {
    "ones", "zeros", "rand", "randn", "empty", "eye", "arange",
};
static const char *const tensor_unary[] = {
    "T", "abs()", "exp()", "log()", "sqrt()", "sigmoid()", "tanh()", "relu()", "neg()", "square()",
    "float()", "long()", "int()", "double()", "bool()", "half()", "item()", "tolist()", "numpy()",
    "clone()", "detach()", "t()", "flatten()", "contiguous()", "size()", "dim()", "numel()", "sign()",
    "round()", "floor()", "sin()", "any()", "all()", "prod()", "argmin()", "nonzero()", "unique()",
    "cpu()", "type()", "element_size()", "is_contiguous()", "stride()", "softmax(0)", "logsumexp(0)",
    "median()", "mT", "H",
};
static const char *const unary_names[] = {
    "abs", "exp", "log", "sqrt", "sigmoid", "tanh", "relu", "sin", "cos", "sign", "floor", "round",
    "square", "softplus", "gelu", "sum", "mean", "max", "min", "std", "argmax", "isnan", "flatten",
    "prod", "transpose", "squeeze", "numel", "isfinite", "ones_like", "zeros_like", "rand_like",
    "logsigmoid", "elu", "leaky_relu", "nan_to_num", "sort", "argsort", "unique", "cumsum", "diag",
    "triu", "tril", "count_nonzero", "randperm", "ravel", "copy", "shape", "ndim", "size", "trace",
    "var", "median",
};
static const char *const binary_names[] = {
    "matmul", "add", "mul", "sub", "div", "maximum", "minimum", "pow", "mm", "bmm", "dot", "outer",
    "equal", "allclose", "eq", "lt", "fmod", "remainder", "floor_divide", "mse_loss", "l1_loss",
    "power", "multiply", "array_equal", "isclose", "logical_and", "hypot", "arctan2", "atan2",
    "tensordot", "kron", "convolve", "cross", "vstack", "hstack", "inner", "mod",
    "binary_cross_entropy", "smooth_l1_loss",
};
static const char *const tensor_methods[] = {
    "add_", "mul_", "sub_", "div_", "fill_", "copy_", "clamp_", "add", "mul", "pow", "matmul", "mm",
    "dot", "view_as", "expand_as", "reshape", "view", "permute", "squeeze", "unsqueeze", "sum", "mean",
    "max", "min", "argmax", "norm", "type", "to", "index_select", "split", "chunk", "repeat",
    "masked_fill", "flatten", "size", "clamp", "eq", "lt", "softmax", "cumsum", "std", "var",
    "uniform_", "normal_", "set_", "resize_", "requires_grad_", "scatter_", "backward",
    "register_hook", "topk", "sort", "transpose", "movedim", "swapaxes", "unbind", "unfold", "tile",
    "roll", "flip", "where", "gather", "take", "all", "any", "prod", "round", "numpy", "new_zeros",
    "addmm", "bmm", "atan2", "equal", "allclose", "item", "masked_select", "index_add_", "logical_and",
    "bitwise_and",
};
static const char *const in_place_methods[] = {
    "zero", "exp", "sqrt", "abs", "neg", "sigmoid", "relu", "tanh", "detach", "requires_grad",
    "uniform", "normal", "clamp", "t", "squeeze", "round", "random",
};
static const char *const views[] = {
    "T", "t()", "view(-1)", "reshape(-1)", "detach()", "data", "view(2, 6)", "transpose(0, 1)",
    "unsqueeze(0)", "expand(2, 3, 4)", "permute(1, 0)", "flatten()", "numpy()", "clone()",
    "contiguous()", "squeeze()", "grad", "diagonal()", "unbind()",
};
static const char *const reductions[] = {
    "", "0", "1", "-1", "dim=0", "dim=1, keepdim=True", "dim=(0, 1)", "$i", "$e", "dim=$e, keepdim=$b",
    "axis=$e", "0, True",
};
static const char *const words[] = {
    "'zeros'", "'same'", "'valid'", "'constant'", "'reflect'", "'circular'", "'replicate'", "'mean'",
    "'sum'", "'none'", "'edge'", "'wrap'", "$s", "$i", "'full'",
};
static const char *const types[] = {
    "float32", "float64", "int64", "bool", "int32", "uint8", "float16", "long", "float", "int8",
    "double", "bfloat16",
};
static const char *const numpy_types[] = {
    "np.float32", "np.float64", "np.int64", "bool", "int", "float", "np.uint8", "'float32'",
    "np.int32", "$e", "'i4'", "np.bool_",
};
static const char *const randoms[] = {
    "rand", "randn", "randint", "uniform", "normal", "choice", "permutation", "random", "shuffle",
    "seed",
};
static const char *const optimisers[] = {
    "SGD", "Adam",
};
static const char *const module_methods[] = {
    "train()", "eval()", "zero_grad()", "apply(g)", "apply($c)", "to('cpu')", "append($m)",
    "add_module('n', $m)", "add_module($s, $e)", "weight = $e", "training = $e",
    "register_buffer('b', $e)", "load_state_dict($d)", "requires_grad_($b)", "forward = $c", "m = m",
    "register_parameter('r', $e)", "float()", "state_dict().clear()", "__dict__.clear()",
    "_modules.clear()", "_parameters.clear()", "__class__ = A", "children().append(m)", "q = w",
};
static const char *const activations[] = {
    "ReLU", "Sigmoid", "Tanh", "GELU", "SiLU", "Softmax", "Identity", "LeakyReLU", "LogSoftmax",
    "Flatten", "Dropout", "BatchNorm2d",
};
static const char *const initialisers[] = {
    "xavier_uniform_", "normal_", "zeros_", "kaiming_uniform_", "constant_", "uniform_",
};

#define RULE(letter, names) {letter, ARRAY_LEN(names), names}
const struct program_rule program_rules[] = {
    RULE('S', statements), RULE('e', expressions), RULE('i', integers), RULE('f', floats),
    RULE('s', strings), RULE('l', lists), RULE('d', dicts), RULE('t', tuples), RULE('h', shapes),
    RULE('x', tensors), RULE('X', arrays), RULE('m', modules), RULE('o', objects),
    RULE('c', callables), RULE('k', subscripts), RULE('K', slices), RULE('a', attributes),
    RULE('g', iterables), RULE('b', booleans), RULE('O', operators), RULE('I', in_place),
    RULE('E', exceptions), RULE('v', variables), RULE('P', patterns), RULE('D', definitions),
    RULE('C', classes), RULE('F', formats), RULE('L', list_methods), RULE('N', makers),
    RULE('u', tensor_unary), RULE('n', unary_names), RULE('T', binary_names),
    RULE('M', tensor_methods), RULE('w', in_place_methods), RULE('W', views), RULE('r', reductions),
    RULE('G', words), RULE('Y', types), RULE('y', numpy_types), RULE('V', randoms),
    RULE('Q', optimisers), RULE('R', module_methods), RULE('B', activations), RULE('Z', initialisers),
    {0, 0, NULL},
};
