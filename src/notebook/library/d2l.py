# SPDX-License-Identifier: GPL-3.0-or-later
# What courses after 'Dive into Deep Learning' call d2l: data, small models, training loops, clocks.
def load_data_fashion_mnist(batch_size, resize=None, root=None):
    """A loader of the training images, shuffled, and one of the test images."""
    steps = [torchvision.transforms.ToTensor()]
    if resize is not None:
        steps.insert(0, torchvision.transforms.Resize(resize))
    transform = torchvision.transforms.Compose(steps)
    train = torchvision.datasets.FashionMNIST(root, train=True, transform=transform)
    test = torchvision.datasets.FashionMNIST(root, train=False, transform=transform)
    return (torch.utils.data.DataLoader(train, batch_size, shuffle=True),
            torch.utils.data.DataLoader(test, batch_size, shuffle=False))
def get_fashion_mnist_labels(labels):
    """The names of label numbers."""
    count, names = torch._dataset(False)
    return [names[int(i)] for i in labels]
def get_dataloader_workers():
    """Processes that read data: none are needed."""
    return 0
def load_array(data_arrays, batch_size, is_train=True):
    """A loader of rows of tensors side by side; shuffled for training."""
    dataset = torch.utils.data.TensorDataset(*data_arrays)
    return torch.utils.data.DataLoader(dataset, batch_size, shuffle=is_train)
def synthetic_data(w, b, num_examples):
    """Random X, and y = X w + b with a little noise."""
    X = torch.randn(num_examples, len(w))
    y = X @ w + b
    y += 0.01 * torch.randn(*y.shape)
    return X, y.reshape(-1, 1)

def linreg(X, w, b):
    """X w + b"""
    return X @ w + b
def squared_loss(y_hat, y):
    """Half the squared difference, for each element."""
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2
def sgd(params, lr, batch_size=1):
    """p -= lr * gradient / batch_size, then gradients are 0."""
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()
def corr2d(X, K):
    """Cross-correlation of two matrices, window by window."""
    h, w = K.shape
    rows, columns = X.shape[0] - h + 1, X.shape[1] - w + 1
    Y = torch.zeros(rows, columns)
    for i in range(rows):
        for j in range(columns):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y

class Residual(nn.Module):
    """Two 3x3 convolutions whose result is added to their input (or to a 1x1 convolution of it)."""
    def __init__(self, input_channels, num_channels, use_1x1conv=False, strides=1):
        super().__init__()
        self.conv1 = nn.Conv2d(input_channels, num_channels, 3, padding=1, stride=strides)
        self.conv2 = nn.Conv2d(num_channels, num_channels, 3, padding=1)
        self.conv3 = nn.Conv2d(input_channels, num_channels, 1, stride=strides) if use_1x1conv else None
        self.bn1 = nn.BatchNorm2d(num_channels)
        self.bn2 = nn.BatchNorm2d(num_channels)
    def forward(self, X):
        Y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(X)))))
        return F.relu(Y + (X if self.conv3 is None else self.conv3(X)))

def try_gpu(i=0):
    """The CPU."""
    return torch.device('cpu')
def try_all_gpus():
    """The CPU, in a list."""
    return [torch.device('cpu')]

class Timer:
    """A stopwatch that remembers its times."""
    def __init__(self):
        self.times = []
        self.start()
    def start(self):
        """Starts the clock."""
        self._begin = time.time()
    def stop(self):
        """Stops the clock; the seconds since its start."""
        self.times.append(time.time() - self._begin)
        return self.times[-1]
    def sum(self):
        """All times together."""
        return sum(self.times)
    def avg(self):
        """The mean time."""
        return sum(self.times) / len(self.times)
    def cumsum(self):
        """The times added up one after the other."""
        return np.array(self.times).cumsum().tolist()

class Accumulator:
    """So many running sums side by side."""
    def __init__(self, n):
        self.data = [0.0] * n
    def add(self, *args):
        """Adds a number to each sum."""
        self.data = [total + float(x) for total, x in zip(self.data, args)]
    def reset(self):
        """All sums are 0 again."""
        self.data = [0.0] * len(self.data)
    def __getitem__(self, idx):
        return self.data[idx]

class Animator:
    """Curves that grow while a program runs."""
    def __init__(self, xlabel=None, ylabel=None, legend=None, xlim=None, ylim=None, xscale='linear',
                 yscale='linear', fmts=None, nrows=1, ncols=1, figsize=None):
        self._title = ylabel or xlabel or 'plot'
        self._legend = list(legend) if legend else []
    def add(self, x, y):
        """A point of each curve; None where a curve has none."""
        y = list(y) if isinstance(y, (tuple, list)) else [y]
        while len(self._legend) < len(y):
            self._legend.append('curve ' + str(len(self._legend) + 1))
        values = [float('nan') if value is None else float(value) for value in y]
        torch._plot(self._title, self._legend[:len(y)], float(x), values)

def accuracy(y_hat, y):
    """How many predictions are right."""
    if y_hat.ndim > 1 and y_hat.shape[1] > 1:
        y_hat = y_hat.argmax(1)
    return float((y_hat.type(y.dtype) == y).sum())
def evaluate_accuracy(net, data_iter):
    """The part of all predictions that is right."""
    if isinstance(net, nn.Module):
        net.eval()
    right, count = 0.0, 0
    with torch.no_grad():
        for X, y in data_iter:
            right += accuracy(net(X), y)
            count += y.numel()
    return right / count
def evaluate_accuracy_gpu(net, data_iter, device=None):
    """The same as evaluate_accuracy."""
    return evaluate_accuracy(net, data_iter)
def evaluate_loss(net, data_iter, loss):
    """The mean loss over all examples."""
    total, count = 0.0, 0
    with torch.no_grad():
        for X, y in data_iter:
            out = net(X)
            l = loss(out, y.reshape(out.shape))
            total += float(l.sum())
            count += l.numel()
    return total / count

def train_epoch_ch3(net, train_iter, loss, updater):
    """One epoch; the mean loss and the part that was right. loss gives one number an example."""
    if isinstance(net, nn.Module):
        net.train()
    sums = Accumulator(3)
    for X, y in train_iter:
        y_hat = net(X)
        l = loss(y_hat, y)
        if isinstance(updater, torch.optim.Optimizer):
            updater.zero_grad()
            l.mean().backward()
            updater.step()
        else:
            l.sum().backward()
            updater(X.shape[0])
        sums.add(float(l.sum()), accuracy(y_hat, y), y.numel())
    return sums[0] / sums[2], sums[1] / sums[2]
def train_ch3(net, train_iter, test_iter, loss, num_epochs, updater):
    """Trains, with curves of loss and accuracy."""
    curves = Animator('epoch', legend=['train loss', 'train acc', 'test acc'])
    for epoch in range(num_epochs):
        train_loss, train_acc = train_epoch_ch3(net, train_iter, loss, updater)
        test_acc = evaluate_accuracy(net, test_iter)
        curves.add(epoch + 1, (train_loss, train_acc, test_acc))
    print(f'loss {train_loss:.3f}, train acc {train_acc:.3f}, test acc {test_acc:.3f}')
def train_ch6(net, train_iter, test_iter, num_epochs, lr, device=None):
    """Trains a convolutional network by SGD from Xavier's weights, with curves."""
    def init_weights(m):
        if type(m) == nn.Linear or type(m) == nn.Conv2d:
            nn.init.xavier_uniform_(m.weight)
    net.apply(init_weights)
    print('training on', device if device is not None else try_gpu())
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    loss = nn.CrossEntropyLoss()
    curves = Animator('epoch', legend=['train loss', 'train acc', 'test acc'])
    timer, num_batches = Timer(), len(train_iter)
    timer.times.clear()
    for epoch in range(num_epochs):
        sums = Accumulator(3)
        net.train()
        for i, (X, y) in enumerate(train_iter):
            timer.start()
            optimizer.zero_grad()
            y_hat = net(X)
            l = loss(y_hat, y)
            l.backward()
            optimizer.step()
            sums.add(float(l.detach()) * X.shape[0], accuracy(y_hat, y), X.shape[0])
            timer.stop()
            if (i + 1) % max(num_batches // 5, 1) == 0 or i == num_batches - 1:
                curves.add(epoch + (i + 1) / num_batches, (sums[0] / sums[2], sums[1] / sums[2], None))
        test_acc = evaluate_accuracy(net, test_iter)
        curves.add(epoch + 1, (None, None, test_acc))
    print(f'loss {sums[0] / sums[2]:.3f}, train acc {sums[1] / sums[2]:.3f}, test acc {test_acc:.3f}')
    print(f'{sums[2] * num_epochs / timer.sum():.1f} examples/sec on {device if device is not None else try_gpu()}')

def show_images(imgs, num_rows=1, num_cols=None, titles=None, scale=1.5):
    """Draws images one after the other."""
    for i, img in enumerate(imgs):
        show(torch.as_tensor(img).squeeze(), titles[i] if titles else '')
def predict_ch3(net, test_iter, n=6):
    """Draws the first images with what they are and what they are taken for."""
    for X, y in test_iter:
        break
    with torch.no_grad():
        guesses = net(X[:n]).argmax(1)
    names = zip(get_fashion_mnist_labels(y[:n]), get_fashion_mnist_labels(guesses))
    show_images(X[:n, 0], titles=[f'{true}, taken for {guess}' for true, guess in names])
def plot(X, Y=None, xlabel=None, ylabel=None, legend=None, xlim=None, ylim=None, xscale='linear',
         yscale='linear', fmts=None, figsize=None, axes=None):
    """Curves of Y over X, or of X over 0, 1, 2, ...; a list of vectors is several curves."""
    def is_many(values):
        return isinstance(values, (tuple, list)) and isinstance(values[0], (tuple, list, np.ndarray, torch.Tensor))
    if Y is None:
        X, Y = None, X
    curves = [torch.as_tensor(c).tolist() for c in (Y if is_many(Y) else [Y])]
    xs = list(range(len(curves[0]))) if X is None else torch.as_tensor(X[0] if is_many(X) else X).tolist()
    picture = Animator(xlabel, ylabel, legend)
    for row in zip(xs, *curves):
        picture.add(row[0], row[1:])
def use_svg_display():
    """Nothing to do: curves and images are drawn as they are."""
def set_figsize(figsize=(3.5, 2.5)):
    """Nothing to do: a picture takes the room that there is."""
