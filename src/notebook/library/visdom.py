# SPDX-License-Identifier: GPL-3.0-or-later
# visdom: lines become curves of the live plot.
class Visdom:
    """Curves that grow while a program runs."""
    def __init__(self, env=None, **options):
        self.env = env
    def line(self, Y, X=None, win=None, env=None, opts=None, update=None, name=None):
        """Adds a point for each row of Y (one curve a column)."""
        opts = {} if opts is None else opts
        Y = torch.as_tensor(Y)
        if Y.ndim < 2:
            Y = Y.reshape(-1, 1)
        count = Y.shape[1]
        legend = list(opts.get('legend', [name if name else 'curve ' + str(i + 1) for i in range(count)]))
        title = opts.get('title', win if win else 'plot')
        for i, row in enumerate(Y.tolist()):
            x = i
            if X is not None:
                X = torch.as_tensor(X)
                x = X.reshape(len(Y), -1)[i, 0].item()
            torch._plot(title, legend, x, row)
        return win if win else 'window'
    def image(self, img, win=None, opts=None):
        """Draws an image."""
        show(img, title='' if opts is None else opts.get('title', ''))
        return win
    def check_connection(self):
        """True: no server is needed."""
        return True
