# SPDX-License-Identifier: GPL-3.0-or-later
# matplotlib.pyplot: figures are described here and drawn by torch._figure when show() or savefig() is called.
_color_names = {'b': 0, 'blue': 0, 'tab:blue': 0, 'orange': 1, 'tab:orange': 1, 'g': 2, 'green': 2, 'tab:green': 2,
    'r': 3, 'red': 3, 'tab:red': 3, 'purple': 4, 'tab:purple': 4, 'brown': 5, 'tab:brown': 5, 'm': 6, 'magenta': 6,
    'pink': 6, 'tab:pink': 6, 'gray': 7, 'grey': 7, 'tab:gray': 7, 'y': 8, 'yellow': 8, 'olive': 8, 'c': 9, 'cyan': 9,
    'k': 10, 'black': 10}
rcParams = {'figure.figsize': (6.4, 4.8)}

def _vector(v):
    v = torch.as_tensor(v).detach()
    return v.reshape(1) if v.ndim == 0 else v

class Axes:
    """One plot or image of a figure."""
    def __init__(self, row=0, col=0):
        self.row = row
        self.col = col
        self.cla()
    def __repr__(self):
        return '<Axes: ' + (f"title={{'center': {self._panel['title']!r}}}" if self._panel['title'] else '') + '>'
    def cla(self):
        """Empties the plot."""
        self._panel = {'title': '', 'row': self.row, 'col': self.col, 'curves': [], 'bare': False}
        self._next = 0
    def clear(self):
        """Empties the plot."""
        self.cla()
    def _color(self, color, fmt=''):
        if color is None:
            for c in fmt:
                if c in _color_names:
                    return _color_names[c]
            color = 'C' + str(self._next)
            self._next += 1
        if isinstance(color, str) and len(color) > 1 and color[0] == 'C' and color[1:].isdigit():
            return int(color[1:]) % 10
        return _color_names.get(color, 0)
    def _add(self, x, y, label, color, mark):
        _now.touched = True
        x, y = _vector(x), _vector(y)
        if len(x) != len(y):
            raise ValueError('x and y must have same first dimension, but have shapes ' + str(tuple(x.shape)) + ' and ' + str(tuple(y.shape)))
        columns = [y] if y.ndim == 1 else [y[:, i] for i in range(y.shape[1])]
        for i, column in enumerate(columns):
            name = '' if label is None else str(label) if len(columns) == 1 else str(label) + ' ' + str(i + 1)
            if len(self._panel['curves']) == 10:
                raise ValueError('a plot has at most 10 curves; show() it and begin another')
            if mark == 0 and len(column) == 1:
                mark = 3
            self._panel['curves'].append({'x': x, 'y': column, 'label': name, 'color': color if i == 0 else self._color(None), 'mark': mark})
    def plot(self, *args, label=None, color=None, c=None, linestyle=None, ls=None, marker=None, **options):
        """plot(y), plot(x, y), plot(x, y, 'r--'): a line through points; label= names it in the legend."""
        rest = list(args)
        if len(rest) == 0:
            raise TypeError('plot() needs the points of a line')
        while len(rest) > 0:
            y = rest.pop(0)
            x = None
            if len(rest) > 0 and not isinstance(rest[0], str):
                x, y = y, rest.pop(0)
            fmt = rest.pop(0) if len(rest) > 0 else ''
            y = _vector(y)
            if x is None:
                x = torch.arange(len(y))
            style = linestyle if linestyle is not None else ls if ls is not None else fmt
            mark = 1 if '--' in style or style == 'dashed' or '-.' in style else 2 if ':' in style or style == 'dotted' else 0
            if mark == 0 and '-' not in fmt and linestyle is None and ls is None and any([m in fmt for m in 'o.x+*s^v']):
                mark = 3
            self._add(x, y, label, self._color(c if color is None else color, fmt), mark)
    def semilogy(self, *args, **options):
        """plot() with a logarithmic y axis."""
        self.plot(*args, **options)
        self.set_yscale('log')
    def semilogx(self, *args, **options):
        """plot() with a logarithmic x axis."""
        self.plot(*args, **options)
        self.set_xscale('log')
    def loglog(self, *args, **options):
        """plot() with two logarithmic axes."""
        self.semilogx(*args, **options)
        self.set_yscale('log')
    def scatter(self, x, y, s=None, c=None, label=None, color=None, **options):
        """Points, without lines between them."""
        named = c if isinstance(c, str) else None
        self._add(x, y, label, self._color(named if color is None else color), 3)
    def bar(self, x, height, width=0.8, label=None, color=None, **options):
        """Bars of these heights."""
        height = _vector(height)
        places = list(range(len(height))) if len(x) > 0 and isinstance(x[0], str) else x
        self._add(places, height, label, self._color(color), 4)
    def hist(self, x, bins=10, range=None, label=None, color=None, **options):
        """Bars that count how many values lie in each of `bins` equal parts of their range."""
        values = [v for v in _vector(x).reshape(-1).double().tolist() if v == v]
        if len(values) == 0:
            raise ValueError('hist() needs at least one value')
        low, high = (min(values), max(values)) if range is None else range
        if low == high:
            low, high = low - 0.5, high + 0.5
        counts = [0] * bins
        for v in values:
            if low <= v <= high:
                counts[min(int((v - low) / (high - low) * bins), bins - 1)] += 1
        step = (high - low) / bins
        self._add([low + (i + 0.5) * step for i, n in enumerate(counts)], counts, label, self._color(color), 4)
    def imshow(self, X, cmap=None, vmin=None, vmax=None, **options):
        """An image: (H, W) or (H, W, 3). cmap='gray' draws greys."""
        X = torch.as_tensor(X).detach()
        if X.dtype == torch.bool:
            X = X.long()
        if X.ndim == 3 and X.shape[2] == 1:
            X = X[:, :, 0]
        if X.ndim == 3 and X.shape[2] == 3 and X.numel() > 0 and X.max().item() > 1:
            X = X / 255
        if X.ndim != 2 and (X.ndim != 3 or X.shape[2] != 3):
            raise TypeError('Invalid shape ' + str(tuple(X.shape)) + ' for image data')
        _now.touched = True
        self._panel['image'] = X
        self._panel['cmap'] = cmap
        self._panel['vmin'] = vmin
        self._panel['vmax'] = vmax
    def matshow(self, X, **options):
        """The same as imshow."""
        self.imshow(X, **options)
    def axhline(self, y=0, label=None, color=None, c=None, linestyle='-', ls=None, **options):
        """A level line at y, over the width of the curves so far."""
        ends = [e for curve in self._panel['curves'] for e in (min(curve['x']), max(curve['x']))]
        low, high = (min(ends), max(ends)) if len(ends) > 0 else (0, 1)
        self.plot([float(low), float(high)], [y, y], label=label, color=c if color is None else color, linestyle=linestyle if ls is None else ls)
    def axvline(self, x=0, label=None, color=None, c=None, linestyle='-', ls=None, **options):
        """An upright line at x, over the height of the curves so far."""
        ends = [e for curve in self._panel['curves'] for e in (min(curve['y']), max(curve['y']))]
        low, high = (min(ends), max(ends)) if len(ends) > 0 else (0, 1)
        self.plot([x, x], [float(low), float(high)], label=label, color=c if color is None else color, linestyle=linestyle if ls is None else ls)
    def text(self, x, y, s, **options):
        """Accepted; words inside of a plot are not drawn."""
    def annotate(self, text, xy=None, **options):
        """Accepted; words inside of a plot are not drawn."""
    def set_title(self, label, **options):
        """The words above the plot."""
        _now.touched = True
        self._panel['title'] = str(label)
    def set_xlabel(self, label, **options):
        """What the x axis shows."""
        self._panel['xlabel'] = str(label)
    def set_ylabel(self, label, **options):
        """What the y axis shows."""
        self._panel['ylabel'] = str(label)
    def _limit(self, name, low, high):
        if high is None and isinstance(low, (tuple, list)):
            low, high = low
        if low is not None:
            self._panel[name + 'min'] = low
        if high is not None:
            self._panel[name + 'max'] = high
    def set_xlim(self, left=None, right=None):
        """The ends of the x axis."""
        self._limit('x', left, right)
    def set_ylim(self, bottom=None, top=None):
        """The ends of the y axis."""
        self._limit('y', bottom, top)
    def set_xscale(self, value):
        """'linear' or 'log'."""
        self._panel['xlog'] = value == 'log'
    def set_yscale(self, value):
        """'linear' or 'log'."""
        self._panel['ylog'] = value == 'log'
    def set_xticks(self, *args, **options):
        """Accepted; the ticks stand at round numbers."""
    def set_yticks(self, *args, **options):
        """Accepted; the ticks stand at round numbers."""
    def set_xticklabels(self, *args, **options):
        """Accepted; the ticks are numbers."""
    def set_yticklabels(self, *args, **options):
        """Accepted; the ticks are numbers."""
    def tick_params(self, *args, **options):
        """Accepted; does nothing."""
    def set_aspect(self, *args, **options):
        """Accepted; pixels are square."""
    def set_axis_off(self):
        """Without axes and scale."""
        self._panel['bare'] = True
    def axis(self, option=None):
        """axis('off'): without axes and scale; axis([xmin, xmax, ymin, ymax]) sets the ends."""
        if isinstance(option, (tuple, list)):
            self.set_xlim(option[0], option[1])
            self.set_ylim(option[2], option[3])
        elif option == 'off' or option == False:
            self._panel['bare'] = True
        elif option == 'on' or option == True:
            self._panel['bare'] = False
    def grid(self, visible=True, **options):
        """Lines at the ticks."""
        self._panel['grid'] = visible is not False
    def legend(self, labels=None, **options):
        """Names the curves: by their labels, or by this list."""
        _now.touched = True
        self._panel['legend'] = True
        if labels is not None:
            for curve, label in zip(self._panel['curves'], labels):
                curve['label'] = str(label)
    def set(self, **options):
        """set(title=..., xlabel=..., ylabel=..., xlim=..., ylim=..., xscale=..., yscale=...)"""
        for name, value in options.items():
            if name == 'title':
                self.set_title(value)
            elif name == 'xlabel' or name == 'ylabel':
                self._panel[name] = str(value)
            elif name == 'xlim' or name == 'ylim':
                self._limit(name[0], value[0], value[1])
            elif name == 'xscale' or name == 'yscale':
                self._panel[name[0] + 'log'] = value == 'log'

class Figure:
    """A figure: plots in rows and columns."""
    def __init__(self, figsize=None):
        self._size = figsize
        self.clf()
    def __repr__(self):
        width, height = rcParams['figure.figsize'] if self._size is None else self._size
        return f'<Figure size {width * 100:.0f}x{height * 100:.0f} with {len(self.axes)} Axes>'
    def clf(self):
        """Empties the figure."""
        self.axes = []
        self._title = ''
        self._rows, self._cols = 1, 1
    def clear(self):
        """Empties the figure."""
        self.clf()
    def _place(self, rows, cols, row, col):
        self._rows, self._cols = max(rows, self._rows), max(cols, self._cols)
        for ax in self.axes:
            if ax.row == row and ax.col == col:
                return ax
        ax = Axes(row, col)
        self.axes.append(ax)
        return ax
    def add_subplot(self, *args, **options):
        """add_subplot(rows, cols, index): the plot at this place, counted from 1."""
        rows, cols, index = _grid_place(args)
        return self._place(rows, cols, (index - 1) // cols, (index - 1) % cols)
    def gca(self):
        """The newest plot."""
        return self.axes[-1] if len(self.axes) > 0 else self.add_subplot(1, 1, 1)
    def suptitle(self, t, **options):
        """The words above the figure."""
        self._title = str(t)
    def tight_layout(self, *args, **options):
        """Accepted; plots never overlap."""
    def subplots_adjust(self, *args, **options):
        """Accepted; plots never overlap."""
    def colorbar(self, *args, **options):
        """Accepted; the scale stands below each image."""
    def set_size_inches(self, w, h=None):
        """The size of the picture."""
        self._size = w if h is None else (w, h)
    def _describe(self):
        size = self._size
        if size is None and tuple(rcParams['figure.figsize']) != (6.4, 4.8):
            size = rcParams['figure.figsize']
        spec = {'title': self._title, 'rows': self._rows, 'cols': self._cols, 'panels': [ax._panel for ax in self.axes]}
        if size is not None:
            spec['width'], spec['height'] = size
        return spec
    def show(self):
        """Draws the figure."""
        if len(self.axes) > 0:
            torch._figure(self._describe(), None)
    def savefig(self, fname, **options):
        """Writes the figure: 'x.svg' as a picture, 'x.txt' as a drawing of letters."""
        torch._figure(self._describe(), fname)

class _Grid:
    def __init__(self, rows):
        self._rows = rows
        self.shape = (len(rows), len(rows[0]))
        self.flat = [ax for row in rows for ax in row]
    def __getitem__(self, index):
        if isinstance(index, tuple):
            return self._rows[index[0]][index[1]]
        return self._rows[index]
    def __len__(self):
        return len(self._rows)
    def flatten(self):
        return self.flat
    def ravel(self):
        return self.flat

class _State:
    def __init__(self):
        self.figure = None
        self.axes = None
        self.touched = False
_now = _State()

# At the prompt a figure is drawn as it grows.
def _draft():
    if _now.touched and _now.figure is not None:
        _now.touched = False
        if any(['image' in ax._panel or len(ax._panel['curves']) > 0 for ax in _now.figure.axes]):
            _now.figure.show()

def _grid_place(args):
    if len(args) == 0:
        return 1, 1, 1
    if len(args) == 1 and isinstance(args[0], int) and 111 <= args[0] <= 999:
        args = (args[0] // 100, args[0] // 10 % 10, args[0] % 10)
    if len(args) != 3:
        raise TypeError('subplot() takes rows, columns and the index of the plot')
    if args[0] < 1 or args[1] < 1:
        raise ValueError('a figure has at least one row and one column of plots')
    index = args[2][0] if isinstance(args[2], tuple) else args[2]
    if index < 1 or index > args[0] * args[1]:
        raise ValueError('num must be an integer with 1 <= num <= ' + str(args[0] * args[1]) + ', not ' + str(index))
    return args[0], args[1], index

def figure(num=None, figsize=None, **options):
    """A new figure. figsize is its size in inches."""
    _now.figure = Figure(figsize)
    _now.axes = None
    return _now.figure
def gcf():
    """The figure that is being made."""
    _now.touched = True
    return figure() if _now.figure is None else _now.figure
def gca():
    """The plot that is being made."""
    _now.touched = True
    if _now.axes is None:
        _now.axes = gcf().gca()
    return _now.axes
def subplot(*args, **options):
    """subplot(rows, cols, index): goes on in the plot at this place, counted from 1."""
    _now.axes = gcf().add_subplot(*args)
    return _now.axes
def subplots(nrows=1, ncols=1, figsize=None, squeeze=True, **options):
    """A new figure and its plots: one, a row of them, or rows of them."""
    fig = figure(figsize=figsize)
    rows = [[fig._place(nrows, ncols, i, j) for j in range(ncols)] for i in range(nrows)]
    _now.axes = rows[0][0]
    if squeeze and nrows == 1 and ncols == 1:
        return fig, rows[0][0]
    if squeeze and nrows == 1:
        return fig, _Row(rows[0])
    if squeeze and ncols == 1:
        return fig, _Row([row[0] for row in rows])
    return fig, _Grid(rows)
class _Row:
    def __init__(self, items):
        self._items = items
        self.shape = (len(items),)
        self.flat = items
    def __getitem__(self, index):
        return self._items[index]
    def __len__(self):
        return len(self._items)
    def flatten(self):
        return self._items
    def ravel(self):
        return self._items
def sca(ax):
    """Goes on in this plot."""
    _now.axes = ax
def show(*args, **options):
    """Draws the figure, and begins a new one."""
    if _now.figure is not None:
        fig = _now.figure
        close()
        fig.show()
def draw():
    """Draws the figure as it is."""
    gcf().show()
def pause(interval):
    """Draws the figure as it is."""
    gcf().show()
def savefig(fname, **options):
    """Writes the figure: 'x.svg' as a picture, 'x.txt' as a drawing of letters."""
    gcf().savefig(fname, **options)
def close(fig=None):
    """Forgets the figure."""
    _now.figure = None
    _now.axes = None
def clf():
    """Empties the figure."""
    gcf().clf()
    _now.axes = None
def cla():
    """Empties the plot."""
    gca().cla()
def ion():
    """Accepted; figures are drawn by show()."""
def ioff():
    """Accepted; figures are drawn by show()."""
def axes(*args, **options):
    """The plot that is being made."""
    return gca()
def plot(*args, **options):
    """plot(y), plot(x, y), plot(x, y, 'r--'): a line through points; label= names it in the legend."""
    gca().plot(*args, **options)
def semilogy(*args, **options):
    """plot() with a logarithmic y axis."""
    gca().semilogy(*args, **options)
def semilogx(*args, **options):
    """plot() with a logarithmic x axis."""
    gca().semilogx(*args, **options)
def loglog(*args, **options):
    """plot() with two logarithmic axes."""
    gca().loglog(*args, **options)
def scatter(x, y, s=None, c=None, label=None, color=None, **options):
    """Points, without lines between them."""
    gca().scatter(x, y, s, c, label, color)
def bar(x, height, width=0.8, label=None, color=None, **options):
    """Bars of these heights."""
    gca().bar(x, height, width, label, color)
def hist(x, bins=10, range=None, label=None, color=None, **options):
    """Bars that count how many values lie in each of `bins` equal parts of their range."""
    gca().hist(x, bins, range, label, color)
def imshow(X, cmap=None, vmin=None, vmax=None, **options):
    """An image: (H, W) or (H, W, 3). cmap='gray' draws greys."""
    gca().imshow(X, cmap, vmin, vmax)
def matshow(X, **options):
    """The same as imshow."""
    gca().imshow(X, **options)
def axhline(y=0, **options):
    """A level line at y."""
    gca().axhline(y, **options)
def axvline(x=0, **options):
    """An upright line at x."""
    gca().axvline(x, **options)
def text(x, y, s, **options):
    """Accepted; words inside of a plot are not drawn."""
def annotate(text, xy=None, **options):
    """Accepted; words inside of a plot are not drawn."""
def title(label, **options):
    """The words above the plot."""
    gca().set_title(label)
def suptitle(t, **options):
    """The words above the figure."""
    gcf().suptitle(t)
def xlabel(label, **options):
    """What the x axis shows."""
    gca().set_xlabel(label)
def ylabel(label, **options):
    """What the y axis shows."""
    gca().set_ylabel(label)
def xlim(left=None, right=None):
    """The ends of the x axis."""
    gca().set_xlim(left, right)
def ylim(bottom=None, top=None):
    """The ends of the y axis."""
    gca().set_ylim(bottom, top)
def xscale(value):
    """'linear' or 'log'."""
    gca().set_xscale(value)
def yscale(value):
    """'linear' or 'log'."""
    gca().set_yscale(value)
def xticks(*args, **options):
    """Accepted; the ticks stand at round numbers."""
def yticks(*args, **options):
    """Accepted; the ticks stand at round numbers."""
def axis(option=None):
    """axis('off'): without axes and scale; axis([xmin, xmax, ymin, ymax]) sets the ends."""
    gca().axis(option)
def grid(visible=True, **options):
    """Lines at the ticks."""
    gca().grid(visible)
def legend(labels=None, **options):
    """Names the curves: by their labels, or by this list."""
    gca().legend(labels)
def colorbar(*args, **options):
    """Accepted; the scale stands below each image."""
def tight_layout(*args, **options):
    """Accepted; plots never overlap."""
def subplots_adjust(*args, **options):
    """Accepted; plots never overlap."""
