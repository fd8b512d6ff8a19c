# SPDX-License-Identifier: GPL-3.0-or-later
# Plain functions of every program.
def conv2d(X, K, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """F.conv2d; an image and a kernel of two dimensions do as well."""
    if X.ndim == 2:
        y = torch._conv(X.reshape(1, 1, X.shape[0], X.shape[1]), K.reshape(1, 1, K.shape[0], K.shape[1]), bias, 2, stride, padding, dilation, groups, 'zeros')
        return y.reshape(y.shape[2], y.shape[3])
    return torch._conv(X, K, bias, 2, stride, padding, dilation, groups, 'zeros')
def _panel(image, low, high, cmap, title=''):
    return {'image': image, 'vmin': low, 'vmax': high, 'cmap': cmap, 'title': title, 'bare': False}
def _is_color(x):
    return x.shape[-3] == 3 and x.shape[-1] > 1 and x.min().item() >= 0 and x.max().item() <= 255
def _colors(x):
    top = x.max().item()
    return x.permute(1, 2, 0) / (1 if top <= 1 else 255)
def _panels(x, vmin, vmax, cmap):
    low = x.min().item() if vmin is None else vmin
    high = x.max().item() if vmax is None else vmax
    if x.ndim == 2:
        return [_panel(x, low, high, cmap)], 1, 1
    if _is_color(x) and x.ndim == 3:
        return [_panel(_colors(x), 0, 1, cmap)], 1, 1
    if x.ndim == 3:
        return [_panel(x[i], low, high, cmap, str(i)) for i in range(min(len(x), 100))], 1, 0
    if _is_color(x):
        return [_panel(_colors(x[i]), 0, 1, cmap, str(i)) for i in range(min(len(x), 100))], 1, 0
    if x.shape[1] == 1:
        return _panels(x[:, 0], low, high, cmap)
    rows, cols = x.shape[0], x.shape[1]
    if rows * cols > 100:
        raise ValueError('there are ' + str(rows) + ' times ' + str(cols) + ' maps to draw; show(x[0]) draws those of the first')
    panels = []
    for i in range(rows):
        for j in range(cols):
            panel = _panel(x[i, j], low, high, cmap, str(i) + ', ' + str(j))
            panel['row'], panel['col'] = i, j
            panels.append(panel)
    return panels, rows, cols
def show(x, title='', file=None, cmap=None, vmin=None, vmax=None):
    """Draws a matrix, an image (3, H, W), maps (C, H, W) or a batch (N, C, H, W). file='x.svg' writes a picture instead."""
    x = torch.as_tensor(x).detach()
    if x.numel() == 0:
        raise ValueError('there is nothing to draw: the shape is ' + str(tuple(x.shape)))
    if x.ndim > 4:
        raise ValueError('show() draws up to 4 dimensions, this has ' + str(x.ndim))
    if x.dtype == torch.bool:
        x = x.long()
    if x.ndim < 2:
        x = x.reshape(1, -1)
    while x.ndim > 2 and x.shape[0] == 1:
        x = x[0]
    panels, rows, cols = _panels(x, vmin, vmax, cmap)
    torch._figure({'title': title, 'rows': rows, 'cols': cols, 'panels': panels}, file)
def plot(x, y=None, title='', file=None, labels=None):
    """Draws y over x, or x over 0, 1, 2, ...; each column of a matrix is a curve. file='x.svg' writes a picture instead."""
    ys = torch.as_tensor(x if y is None else y).detach()
    if ys.ndim < 1 or ys.ndim > 2:
        raise ValueError('plot takes a vector or a matrix with a curve in each column')
    if ys.ndim == 1:
        ys = ys.reshape(-1, 1)
    xs = torch.arange(len(ys)) if y is None else torch.as_tensor(x).detach()
    if xs.ndim != 1 or len(xs) != len(ys):
        raise ValueError('x and y must have the same length, but have the shapes ' + str(tuple(xs.shape)) + ' and ' + str(tuple(torch.as_tensor(y).shape)))
    if ys.shape[1] > 10:
        raise ValueError('plot draws up to 10 curves, these are ' + str(ys.shape[1]))
    names = ['y' if i == 0 else 'y' + str(i + 1) for i in range(ys.shape[1])] if labels is None else labels
    curves = [{'x': xs, 'y': ys[:, i], 'label': str(names[i]) if i < len(names) else '', 'color': i} for i in range(ys.shape[1])]
    panel = {'title': title, 'curves': curves, 'grid': True, 'legend': labels is not None or len(curves) > 1}
    torch._figure({'panels': [panel]}, file)
