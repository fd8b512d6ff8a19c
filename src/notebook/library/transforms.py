# SPDX-License-Identifier: GPL-3.0-or-later
# torchvision.transforms. Images are tensors [channels][height][width] from the start. What works on a
# whole batch [n][channels][height][width] as on one image says so: a loader then does it at once.
def _pair(size):
    return tuple(size) if isinstance(size, (tuple, list)) else (size, size)

class ToTensor:
    """Images as tensors [channels][height][width]; arrays of bytes become numbers from 0 to 1."""
    _of_batches = True
    def __call__(self, pic):
        if not isinstance(pic, np.ndarray):
            return pic
        image = torch.from_numpy(pic if pic.ndim == 3 else pic[:, :, None])
        image = image.permute(2, 0, 1).contiguous()
        return image.float() / 255 if str(image.dtype) == 'torch.uint8' else image
    def __repr__(self):
        return 'ToTensor()'

class Normalize:
    """(x - mean) / std, each with a number for each channel."""
    _of_batches = True
    def __init__(self, mean, std, inplace=False):
        self.mean = mean
        self.std = std
    def __call__(self, tensor):
        mean = torch.tensor(self.mean).reshape(-1, 1, 1)
        std = torch.tensor(self.std).reshape(-1, 1, 1)
        return (tensor - mean) / std
    def __repr__(self):
        return f'Normalize(mean={self.mean}, std={self.std})'

class Lambda:
    """A function of your own."""
    def __init__(self, lambd):
        self.lambd = lambd
    def __call__(self, img):
        return self.lambd(img)
    def __repr__(self):
        return 'Lambda()'

class Pad:
    """Zeros around the image."""
    _of_batches = True
    def __init__(self, padding, fill=0):
        sides = padding if isinstance(padding, (tuple, list)) else (padding, padding)
        self.padding = padding
        self.fill = fill
        left, top = sides[0], sides[1]
        right, bottom = (sides[2], sides[3]) if len(sides) == 4 else (left, top)
        self._sides = (left, right, top, bottom)
    def __call__(self, img):
        return F.pad(img, self._sides, value=self.fill)
    def __repr__(self):
        return f'Pad(padding={self.padding}, fill={self.fill}, padding_mode=constant)'

class Resize:
    """The image in another size, by linear interpolation; one number is the length of the shorter side."""
    _of_batches = True
    def __init__(self, size):
        self.size = size
    def __call__(self, img):
        h, w = img.shape[-2:]
        short = min(h, w)
        size = self.size if isinstance(self.size, (tuple, list)) else (h * self.size // short, w * self.size // short)
        whole = img.reshape(-1, 1, h, w)
        resized = F.interpolate(whole, size=tuple(size), mode='bilinear', align_corners=False)
        return resized.reshape(tuple(img.shape[:-2]) + tuple(size))
    def __repr__(self):
        return f'Resize(size={self.size}, interpolation=bilinear)'

class CenterCrop:
    """The middle of the image."""
    _of_batches = True
    def __init__(self, size):
        self.size = _pair(size)
    def __call__(self, img):
        h, w = self.size
        if h > img.shape[-2] or w > img.shape[-1]:
            raise ValueError(f'CenterCrop({self.size}) is larger than the image {tuple(img.shape[-2:])}')
        top, left = round((img.shape[-2] - h) / 2), round((img.shape[-1] - w) / 2)
        return img[..., top:top + h, left:left + w]
    def __repr__(self):
        return f'CenterCrop(size={self.size})'

class RandomCrop:
    """A piece of the image from anywhere, after zeros have been put around it."""
    def __init__(self, size, padding=None):
        self.size = _pair(size)
        self.padding = padding
    def __call__(self, img):
        if self.padding is not None:
            img = Pad(self.padding)(img)
        h, w = self.size
        if h > img.shape[-2] or w > img.shape[-1]:
            raise ValueError(f'RandomCrop({self.size}) is larger than the image {tuple(img.shape[-2:])}')
        top = torch.randint(0, img.shape[-2] - h + 1, (1,)).item()
        left = torch.randint(0, img.shape[-1] - w + 1, (1,)).item()
        return img[..., top:top + h, left:left + w]
    def __repr__(self):
        return f'RandomCrop(size={self.size}, padding={self.padding})'

class RandomHorizontalFlip:
    """Left and right change places with probability p."""
    def __init__(self, p=0.5):
        self.p = p
    def __call__(self, img):
        return img.flip(-1) if torch.rand(1).item() < self.p else img
    def __repr__(self):
        return f'RandomHorizontalFlip(p={self.p})'

class RandomVerticalFlip:
    """Top and bottom change places with probability p."""
    def __init__(self, p=0.5):
        self.p = p
    def __call__(self, img):
        return img.flip(-2) if torch.rand(1).item() < self.p else img
    def __repr__(self):
        return f'RandomVerticalFlip(p={self.p})'

class Compose:
    """Transforms one after the other."""
    def __init__(self, transforms):
        self.transforms = transforms
        self._of_batches = all([getattr(t, '_of_batches', False) for t in transforms])
    def __call__(self, img):
        for transform in self.transforms:
            img = transform(img)
        return img
    def __repr__(self):
        return 'Compose(\n' + ''.join([f'    {t}\n' for t in self.transforms]) + ')'
