# SPDX-License-Identifier: GPL-3.0-or-later
# torchvision.datasets
class FashionMNIST:
    """Images of garments: convtutor's own copy of Fashion-MNIST, or its synthetic garments."""
    def __init__(self, root=None, train=True, transform=None, target_transform=None, download=False):
        self.train = train
        self.transform = transform
        self.root = root
        self._count, self.classes = torch._dataset(train)
    def __len__(self):
        return self._count
    def _batch(self, indices):
        images, labels = torch._batch(self.train, indices)
        return (images if self.transform is None else self.transform(images)), labels
    def __getitem__(self, index):
        if index < 0:
            index += self._count
        images, labels = torch._batch(self.train, [index])
        return (images[0] if self.transform is None else self.transform(images[0])), labels.item()
