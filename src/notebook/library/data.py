# SPDX-License-Identifier: GPL-3.0-or-later
# torch.utils.data
class Dataset:
    """The base of datasets: derive from it, define __getitem__ and __len__."""
    def __add__(self, other):
        return ConcatDataset([self, other])

class TensorDataset(Dataset):
    """Rows of tensors side by side."""
    def __init__(self, *tensors):
        if any([len(tensor) != len(tensors[0]) for tensor in tensors]):
            raise AssertionError('the tensors of a TensorDataset must have the same number of rows')
        self.tensors = tensors
    def __len__(self):
        return len(self.tensors[0])
    def __getitem__(self, index):
        return tuple([tensor[index] for tensor in self.tensors])
    def _batch(self, indices):
        return [tensor[indices] for tensor in self.tensors]

class Subset(Dataset):
    """Some items of a dataset."""
    def __init__(self, dataset, indices):
        self.dataset = dataset
        self.indices = list(indices)
    def __len__(self):
        return len(self.indices)
    def __getitem__(self, index):
        return self.dataset[[self.indices[i] for i in index] if isinstance(index, list) else self.indices[index]]

class ConcatDataset(Dataset):
    """Datasets one after the other."""
    def __init__(self, datasets):
        self.datasets = list(datasets)
        if not self.datasets:
            raise AssertionError('a ConcatDataset needs at least one dataset')
    def __len__(self):
        return sum([len(dataset) for dataset in self.datasets])
    def __getitem__(self, index):
        at = index + len(self) if index < 0 else index
        for dataset in self.datasets:
            if 0 <= at < len(dataset):
                return dataset[at]
            at -= len(dataset)
        raise IndexError(f'index {index} is out of range for {len(self)} items')

def random_split(dataset, lengths, generator=None):
    """Subsets of the given lengths, or shares of 1, without common items."""
    lengths, count = list(lengths), len(dataset)
    if sum(lengths) <= 1 and any([isinstance(n, float) for n in lengths]):
        sizes = [int(math.floor(count * share)) for share in lengths]
        for i in range(count - sum(sizes)):
            sizes[i % len(sizes)] += 1
        lengths = sizes
    if sum(lengths) != count:
        raise ValueError(f'the lengths {lengths} do not add up to the {count} items of the dataset')
    order, parts, at = torch.randperm(count).tolist(), [], 0
    for n in lengths:
        parts.append(Subset(dataset, order[at:at + n]))
        at += n
    return parts

# -- in which order
class Sampler:
    """The base of samplers: derive from it, define __iter__ and __len__."""
    def __init__(self, data_source=None):
        self.data_source = data_source
    def __len__(self):
        return len(self.data_source)
class SequentialSampler(Sampler):
    """0, 1, 2, ..."""
    def __iter__(self):
        return iter(range(len(self.data_source)))
class RandomSampler(Sampler):
    """All indices in random order."""
    def __init__(self, data_source, replacement=False, num_samples=None, generator=None):
        super().__init__(data_source)
        self.replacement = replacement
        self.num_samples = len(data_source) if num_samples is None else num_samples
    def __iter__(self):
        count = len(self.data_source)
        order = torch.randint(count, (self.num_samples,)) if self.replacement else torch.randperm(count)[:self.num_samples]
        return iter(order.tolist())
    def __len__(self):
        return self.num_samples
class SubsetRandomSampler(Sampler):
    """Given indices in random order."""
    def __init__(self, indices, generator=None):
        super().__init__(indices)
        self.indices = indices
    def __iter__(self):
        return iter([self.indices[i] for i in torch.randperm(len(self.indices)).tolist()])
class WeightedRandomSampler(Sampler):
    """Indices drawn with weights."""
    def __init__(self, weights, num_samples, replacement=True, generator=None):
        super().__init__(weights)
        self.weights = torch.as_tensor(weights, dtype=torch.float64)
        self.num_samples = num_samples
        self.replacement = replacement
    def __iter__(self):
        return iter(torch.multinomial(self.weights, self.num_samples, self.replacement).tolist())
    def __len__(self):
        return self.num_samples
class BatchSampler(Sampler):
    """Lists of as many indices as a batch has."""
    def __init__(self, sampler, batch_size, drop_last):
        super().__init__(sampler)
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last
    def __iter__(self):
        indices = list(self.sampler)
        batches = [indices[i:i + self.batch_size] for i in range(0, len(indices), self.batch_size)]
        return iter(batches[:len(self)])
    def __len__(self):
        count = len(self.sampler)
        return count // self.batch_size if self.drop_last else -(-count // self.batch_size)

# -- loading
def default_collate(batch):
    """Items as one batch: numbers and tensors become tensors, tuples and dicts stay what they are."""
    first = batch[0]
    if isinstance(first, torch.Tensor):
        return torch.stack(batch)
    if isinstance(first, np.ndarray):
        return torch.stack([torch.from_numpy(item) for item in batch])
    if isinstance(first, (tuple, list)):
        if any([len(item) != len(first) for item in batch]):
            raise RuntimeError('each item of a batch must have the same number of elements')
        return [default_collate([item[i] for item in batch]) for i in range(len(first))]
    if isinstance(first, dict):
        return {key: default_collate([item[key] for item in batch]) for key in first}
    if isinstance(first, str):
        return batch
    if isinstance(first, float):
        return torch.tensor(batch, dtype=torch.float64)
    if isinstance(first, int):
        return torch.tensor(batch)
    return torch.as_tensor(np.array(batch))

class _Batches:
    # Goes once through a loader.
    def __init__(self, loader):
        self._loader = loader
        self._at = 0
        if loader.batch_sampler is not None:
            self._lists = list(loader.batch_sampler)
        elif loader.sampler is not None:
            self._order = torch.tensor(list(loader.sampler), dtype=torch.int64)
        else:
            count = len(loader.dataset)
            self._order = torch.randperm(count) if loader.shuffle else torch.arange(count)
    def __iter__(self):
        return self
    def _next_indices(self):
        loader = self._loader
        if loader.batch_sampler is not None:
            if self._at == len(self._lists):
                raise StopIteration
            self._at += 1
            return torch.tensor(self._lists[self._at - 1], dtype=torch.int64)
        size = 1 if loader.batch_size is None else loader.batch_size
        indices = self._order[self._at:self._at + size]
        if len(indices) == 0 or (loader.drop_last and len(indices) < size):
            raise StopIteration
        self._at += size
        return indices
    def __next__(self):
        loader = self._loader
        indices = self._next_indices()
        if loader.collate_fn is None and loader.batch_size is not None and hasattr(loader.dataset, '_batch'):
            return loader.dataset._batch(indices)
        items = [loader.dataset[i] for i in indices.tolist()]
        if loader.batch_size is None and loader.batch_sampler is None:
            return items[0] if loader.collate_fn is None else loader.collate_fn(items[0])
        return (loader.collate_fn or default_collate)(items)
    def __len__(self):
        return len(self._loader)

class DataLoader:
    """Batches of a dataset, shuffled anew each time it is gone through."""
    def __init__(self, dataset, batch_size=1, shuffle=False, sampler=None, batch_sampler=None, num_workers=0, collate_fn=None, pin_memory=False, drop_last=False, **options):
        if batch_size is not None and batch_size < 1:
            raise ValueError('batch_size must be at least 1')
        if shuffle and sampler is not None:
            raise ValueError('a sampler decides the order: leave shuffle out')
        self.dataset = dataset
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.sampler = sampler
        self.batch_sampler = batch_sampler
        self.collate_fn = collate_fn
        self.drop_last = drop_last
    def __len__(self):
        if self.batch_sampler is not None:
            return len(self.batch_sampler)
        count = len(self.dataset) if self.sampler is None else len(self.sampler)
        size = 1 if self.batch_size is None else self.batch_size
        return count // size if self.drop_last else -(-count // size)
    def __iter__(self):
        return _Batches(self)
