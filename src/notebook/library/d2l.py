# SPDX-License-Identifier: GPL-3.0-or-later
# What the course 'Dive into Deep Learning' calls d2l.
def load_data_fashion_mnist(batch_size, resize=None, root=None):
    """A loader of the training images, shuffled, and one of the test images."""
    if resize is not None:
        raise NotImplementedError('resize is not supported')
    train = torchvision.datasets.FashionMNIST(root, train=True)
    test = torchvision.datasets.FashionMNIST(root, train=False)
    return (torch.utils.data.DataLoader(train, batch_size, shuffle=True),
            torch.utils.data.DataLoader(test, batch_size, shuffle=False))
def get_fashion_mnist_labels(labels):
    """The names of label numbers."""
    count, names = torch._dataset(False)
    return [names[int(i)] for i in labels]
def sgd(params, lr, batch_size=1):
    """p -= lr * gradient / batch_size, then gradients are 0."""
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()
def try_gpu(i=0):
    """The CPU."""
    return torch.device('cpu')
