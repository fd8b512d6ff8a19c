# SPDX-License-Identifier: GPL-3.0-or-later
# torch.utils.data
class Dataset:
    """The base of datasets: derive from it, define __getitem__ and __len__."""

class TensorDataset(Dataset):
    """Rows of tensors side by side."""
    def __init__(self, *tensors):
        self.tensors = tensors
    def __len__(self):
        return len(self.tensors[0])
    def __getitem__(self, index):
        return tuple([tensor[index] for tensor in self.tensors])
    def _batch(self, indices):
        return tuple([tensor[indices] for tensor in self.tensors])

class Subset(Dataset):
    """Some items of a dataset."""
    def __init__(self, dataset, indices):
        self.dataset = dataset
        self.indices = list(indices)
    def __len__(self):
        return len(self.indices)
    def __getitem__(self, index):
        return self.dataset[self.indices[index]]

def _collate(items):
    first = items[0]
    if isinstance(first, (tuple, list)):
        return tuple([_collate([item[i] for item in items]) for i in range(len(first))])
    if isinstance(first, torch.Tensor):
        return torch.stack(items)
    return torch.tensor(items)

class _Batches:
    def __init__(self, loader):
        self._loader = loader
        self._at = 0
        count = len(loader.dataset)
        self._order = torch.randperm(count) if loader.shuffle else torch.arange(count)
    def __iter__(self):
        return self
    def __next__(self):
        loader = self._loader
        indices = self._order[self._at:self._at + loader.batch_size]
        if len(indices) == 0 or (loader.drop_last and len(indices) < loader.batch_size):
            raise StopIteration
        self._at += loader.batch_size
        if hasattr(loader.dataset, '_batch'):
            return loader.dataset._batch(indices)
        return _collate([loader.dataset[i] for i in indices.tolist()])

class DataLoader:
    """Batches of a dataset, shuffled anew each time it is gone through."""
    def __init__(self, dataset, batch_size=1, shuffle=False, num_workers=0, drop_last=False, **options):
        if batch_size < 1:
            raise ValueError('batch_size must be at least 1')
        self.dataset = dataset
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.drop_last = drop_last
    def __len__(self):
        count = len(self.dataset)
        return count // self.batch_size if self.drop_last else -(-count // self.batch_size)
    def __iter__(self):
        return _Batches(self)
