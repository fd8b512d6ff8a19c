# SPDX-License-Identifier: GPL-3.0-or-later
# os.path: names of files as text.
sep = '/'
def join(path, *parts):
    """the parts with / between them; what begins with / starts anew"""
    for part in parts:
        if part.startswith('/'):
            path = part
        elif not path or path.endswith('/'):
            path += part
        else:
            path += '/' + part
    return path
def split(path):
    """folder and name"""
    at = path.rfind('/') + 1
    head = path[:at]
    return (head.rstrip('/') or head, path[at:])
def dirname(path):
    """the folder"""
    return split(path)[0]
def basename(path):
    """the name without its folder"""
    return split(path)[1]
def splitext(path):
    """name and ending"""
    at = path.rfind('.')
    start = path.rfind('/') + 1
    if at <= start or not path[start:at].strip('.'):
        return (path, '')
    return (path[:at], path[at:])
