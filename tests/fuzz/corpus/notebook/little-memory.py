`def f(a, b=2, *args, c=3, **kw):
    return (a, b, args, c, kw)
class A:
    n = 3
    def __init__(self, v):
        self.v = v
    def __repr__(self):
        return f'A({self.v!r:>4})'
a = [i * 2 for i in range(5) if i % 2]
d = {'x': 1, **{}} if False else {k: v for k, v in zip('ab', a)}
try:
    print(f(1, *a, c=A(3)), d['a'], '%5.2f %s' % (1.5, a[::-1]))
    raise ValueError('no')
except (ValueError, KeyError) as e:
    print(e, sorted(a, key=lambda x: -x), "q"[0], a[-1:])
finally:
    del a[0]
while len(a) < 4:
    a.append(len(a)); a += [1]
g = lambda x, y=1: x ** y if x else -y
print(g(3), not a and 1 or 2, 7 // 2, ~3, 1 < 2 <= 3, 'é'.upper(), """x
y""")
