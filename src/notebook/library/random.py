# SPDX-License-Identifier: GPL-3.0-or-later
# random. The numbers are those of torch's generator: torch.manual_seed starts it, too. The same seed
# gives the same numbers each time, but others than Python's.
def seed(a=None):
    """The same seed gives the same numbers each time; they are not Python's."""
    torch.manual_seed(0 if a is None else int(a))
def random():
    """A number from 0 to below 1."""
    return torch.rand((), dtype=torch.float64).item()
def uniform(a, b):
    """A number between two bounds."""
    return a + (b - a) * random()
def randrange(start, stop=None, step=1):
    """One of range(start, stop, step)."""
    numbers = range(start) if stop is None else range(start, stop, step)
    if len(numbers) == 0:
        raise ValueError('randrange() of an empty range')
    return numbers[torch.randint(0, len(numbers), (1,)).item()]
def randint(a, b):
    """A whole number from a to b, both included."""
    return randrange(a, b + 1)
def choice(seq):
    """One of the items."""
    if len(seq) == 0:
        raise IndexError('choice() of an empty sequence')
    return seq[randrange(len(seq))]
def choices(population, weights=None, k=1):
    """k items, each drawn from all of them."""
    if weights is None:
        return [choice(population) for i in range(k)]
    picked = torch.multinomial(torch.tensor(weights, dtype=torch.float64), k, replacement=True)
    return [population[i] for i in picked.tolist()]
def shuffle(x):
    """Puts a list into random order."""
    for i in range(len(x) - 1, 0, -1):
        j = randrange(i + 1)
        x[i], x[j] = x[j], x[i]
def sample(population, k):
    """k different items."""
    items = list(population)
    if k < 0 or k > len(items):
        raise ValueError(f'sample() of {k} items from {len(items)}')
    shuffle(items)
    return items[:k]
def gauss(mu=0.0, sigma=1.0):
    """A normally distributed number."""
    return mu + sigma * torch.randn((), dtype=torch.float64).item()
def normalvariate(mu=0.0, sigma=1.0):
    """A normally distributed number."""
    return gauss(mu, sigma)
