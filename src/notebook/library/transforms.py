# SPDX-License-Identifier: GPL-3.0-or-later
# torchvision.transforms: images are tensors from the start, so that little is left to do.
class ToTensor:
    """Images as tensors [1][height][width] with elements from 0 to 1."""
    def __call__(self, image):
        return image
    def __repr__(self):
        return 'ToTensor()'
class Normalize:
    """(x - mean) / std"""
    def __init__(self, mean, std):
        self.mean = mean
        self.std = std
    def __call__(self, image):
        mean = torch.tensor(self.mean).reshape(-1, 1, 1)
        std = torch.tensor(self.std).reshape(-1, 1, 1)
        return (image - mean) / std
class Compose:
    """Transforms one after the other."""
    def __init__(self, transforms):
        self.transforms = transforms
    def __call__(self, image):
        for transform in self.transforms:
            image = transform(image)
        return image
