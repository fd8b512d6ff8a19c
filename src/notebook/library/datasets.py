# SPDX-License-Identifier: GPL-3.0-or-later
# torchvision.datasets
def _transform_batch(transform, images):
    if transform is None:
        return images
    if getattr(transform, '_of_batches', False):
        return transform(images)
    return torch.stack([transform(image) for image in images])

class FashionMNIST(torch.utils.data.Dataset):
    """Images of garments: convtutor's own copy of Fashion-MNIST, or its synthetic garments."""
    def __init__(self, root=None, train=True, transform=None, target_transform=None, download=False):
        self.train = train
        self.transform = transform
        self.target_transform = target_transform
        self.root = root
        self._count, self.classes = torch._dataset(train)
        self.class_to_idx = {name: i for i, name in enumerate(self.classes)}
        self._kept = {}
    def _all(self):
        if not self._kept:
            images, labels = [], []
            for start in range(0, self._count, 1000):
                x, y = torch._batch(self.train, list(range(start, min(start + 1000, self._count))))
                images.append((x.squeeze(1) * 255).round().to(torch.uint8))
                labels.append(y)
            self._kept = {'data': torch.cat(images), 'targets': torch.cat(labels)}
        return self._kept
    @property
    def data(self):
        """All images as uint8: [n][28][28]."""
        return self._all()['data']
    @property
    def targets(self):
        """All labels."""
        return self._all()['targets']
    def __len__(self):
        return self._count
    def _batch(self, indices):
        images, labels = torch._batch(self.train, indices)
        if self.target_transform is not None:
            labels = torch.tensor([self.target_transform(label) for label in labels.tolist()])
        return _transform_batch(self.transform, images), labels
    def __getitem__(self, index):
        if index < 0:
            index += self._count
        images, labels = torch._batch(self.train, [index])
        image, label = images[0], labels.item()
        if self.transform is not None:
            image = self.transform(image)
        if self.target_transform is not None:
            label = self.target_transform(label)
        return image, label
    def __repr__(self):
        lines = ['Dataset FashionMNIST', f'    Number of datapoints: {self._count}',
                 f'    Root location: {self.root}', '    Split: ' + ('Train' if self.train else 'Test')]
        if self.transform is not None:
            lines += ['    StandardTransform', f'Transform: {self.transform}']
        return '\n'.join(lines)

class _Absent:
    """Not on board: there are garments only."""
    def __init__(self, *args, **options):
        raise NotImplementedError(type(self).__name__ + ' is not on board: use datasets.FashionMNIST, '
                                  '60000 images [1, 28, 28] of ten kinds of garments')
class MNIST(_Absent):
    """Not on board: use FashionMNIST, which has the same shape and as many classes."""
class CIFAR10(_Absent):
    """Not on board: use FashionMNIST."""
