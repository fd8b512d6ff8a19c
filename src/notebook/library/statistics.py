# SPDX-License-Identifier: GPL-3.0-or-later
# Averages of plain numbers.
def _checked(data, least, name):
    data = list(data)
    if len(data) < least:
        raise ValueError(name + '() needs at least ' + str(least) + ' values')
    return data
def mean(data):
    """the arithmetic mean"""
    data = _checked(data, 1, 'mean')
    total = sum(data) / len(data)
    return int(total) if total == int(total) and all([isinstance(x, int) for x in data]) else total
def median(data):
    """the middle value, or the mean of the two in the middle"""
    data = sorted(_checked(data, 1, 'median'))
    half = len(data) // 2
    return data[half] if len(data) % 2 else (data[half - 1] + data[half]) / 2
def _squares(data):
    centre = sum(data) / len(data)
    return sum([(x - centre) ** 2 for x in data])
def variance(data):
    """the variance of a sample"""
    data = _checked(data, 2, 'variance')
    return _squares(data) / (len(data) - 1)
def stdev(data):
    """the standard deviation of a sample"""
    return variance(data) ** 0.5
def pvariance(data):
    """the variance of all values"""
    data = _checked(data, 1, 'pvariance')
    return _squares(data) / len(data)
def pstdev(data):
    """the standard deviation of all values"""
    return pvariance(data) ** 0.5
