# SPDX-License-Identifier: GPL-3.0-or-later
# What math has besides its functions of one number.
tau = 6.283185307179586
_log = math.log
def log(x, base=None):
    """natural logarithm, or that to another base"""
    return _log(x) if base is None else _log(x) / _log(base)
def pow(x, y):
    """x to the y, as a float"""
    return float(x) ** float(y)
def hypot(*coordinates):
    """the length of a vector"""
    return dist(coordinates, [0] * len(coordinates))
def dist(p, q):
    """the distance of two points"""
    large = max([abs(a - b) for a, b in zip(p, q)], default=0)
    return large * math.sqrt(sum([((a - b) / large) ** 2 for a, b in zip(p, q)])) if large else 0.0
def degrees(x):
    """an angle in degrees"""
    return x * (180 / math.pi)
def radians(x):
    """an angle in radians"""
    return x * (math.pi / 180)
def modf(x):
    """fraction and whole part"""
    whole = math.copysign(float(math.trunc(x)), x) if math.isfinite(x) else x
    return (math.copysign(x - whole, x) if math.isfinite(x) else math.copysign(0.0, x), whole)
def gcd(*integers):
    """the greatest common divisor"""
    total = 0
    for b in integers:
        a, b = total, abs(b)
        while b:
            a, b = b, a % b
        total = a
    return total
def lcm(*integers):
    """the least common multiple"""
    total = 1
    for x in integers:
        total = abs(x) // gcd(total, x) * total if x else 0
    return total
def factorial(n):
    """1 * 2 * ... * n"""
    if not isinstance(n, int):
        raise TypeError('factorial() needs an integer')
    if n < 0:
        raise ValueError('factorial() needs an integer of at least 0')
    return prod(range(1, n + 1))
def prod(values, start=1):
    """start * all values"""
    for x in values:
        start = start * x
    return start
def perm(n, k=None):
    """how many ordered choices of k of n things there are"""
    k = n if k is None else k
    return prod(range(n - k + 1, n + 1)) if k <= n else 0
def comb(n, k):
    """how many choices of k of n things there are"""
    if k > n:
        return 0
    total = 1
    for i in range(min(k, n - k)):
        total = total * (n - i) // (i + 1)
    return total
def isqrt(n):
    """the whole part of the square root"""
    if n < 0:
        raise ValueError('isqrt() needs an integer of at least 0')
    root = int(math.sqrt(n))
    while root * root > n:
        root -= 1
    while (root + 1) * (root + 1) <= n:
        root += 1
    return root
def isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0):
    """are both equal up to a relative (or absolute) difference?"""
    if a == b:
        return True
    if math.isinf(a) or math.isinf(b):
        return False
    return abs(a - b) <= max(rel_tol * max(abs(a), abs(b)), abs_tol)
def fsum(values):
    """the sum, without the rounding errors on the way"""
    partials = []
    for x in values:
        kept = []
        for y in partials:
            if abs(x) < abs(y):
                x, y = y, x
            high = x + y
            low = y - (high - x)
            if low:
                kept.append(low)
            x = high
        partials = kept + [x]
    return sum(partials, 0.0)
