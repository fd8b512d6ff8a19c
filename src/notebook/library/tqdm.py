# SPDX-License-Identifier: GPL-3.0-or-later
# tqdm: the items pass through; how far they are shows where programs show progress.
class tqdm:
    """Goes through the items."""
    def __init__(self, iterable=None, desc=None, total=None, **options):
        self.iterable = iterable
        self.total = total
    def __iter__(self):
        return iter(self.iterable)
    def __len__(self):
        return len(self.iterable) if self.total is None else self.total
    def __enter__(self):
        return self
    def __exit__(self, *error):
        return None
    def update(self, n=1):
        """Nothing to do."""
    def close(self):
        """Nothing to do."""
    def set_description(self, desc=None, refresh=True):
        """Nothing to do."""
    def set_postfix(self, ordered_dict=None, refresh=True, **values):
        """Nothing to do."""
    def write(self, text):
        """Prints a line."""
        print(text)
def trange(*args, **options):
    """tqdm(range(...))"""
    return tqdm(range(*args), **options)
