# SPDX-License-Identifier: GPL-3.0-or-later
# Plain functions of every program.
def conv2d(X, K, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """F.conv2d; an image and a kernel of two dimensions do as well."""
    if X.ndim == 2:
        y = torch._conv(X.reshape(1, 1, X.shape[0], X.shape[1]), K.reshape(1, 1, K.shape[0], K.shape[1]), bias, 2, stride, padding, dilation, groups, 'zeros')
        return y.reshape(y.shape[2], y.shape[3])
    return torch._conv(X, K, bias, 2, stride, padding, dilation, groups, 'zeros')
