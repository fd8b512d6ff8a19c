# SPDX-License-Identifier: GPL-3.0-or-later
# copy
def copy(x):
    """A copy whose parts are those of x."""
    if isinstance(x, (list, dict, set)):
        return x.copy()
    if isinstance(x, (torch.Tensor, np.ndarray)):
        return x.clone() if isinstance(x, torch.Tensor) else x.copy()
    return _copy_object(x, lambda part: part)
def deepcopy(x, memo=None):
    """A copy of all parts, too; what occurs twice is copied once."""
    return _deep(x, {} if memo is None else memo)
_CONSTANTS = (bool, int, float, str, range, slice, type(None), type)
def _deep(x, memo):
    if isinstance(x, _CONSTANTS):
        return x
    if id(x) in memo:
        return memo[id(x)][0]
    made = _deep_new(x, memo)
    memo[id(x)] = (made, x)
    return made
def _deep_new(x, memo):
    if isinstance(x, torch.Tensor):
        return _deep_tensor(x)
    if isinstance(x, np.ndarray):
        return x.copy()
    if isinstance(x, list):
        made = []
        memo[id(x)] = (made, x)
        made.extend([_deep(part, memo) for part in x])
        return made
    if type(x) is tuple:
        return tuple([_deep(part, memo) for part in x])
    if isinstance(x, dict):
        made = x.copy()
        memo[id(x)] = (made, x)
        for key, value in x.items():
            made[key] = _deep(value, memo)
        return made
    if isinstance(x, set):
        return x.copy()
    return _copy_object(x, lambda part: _deep(part, memo), memo)
def _deep_tensor(x):
    if not x.is_leaf:
        raise RuntimeError('deepcopy() copies leaves of the graph only: x.detach() first')
    made = x.detach().clone()
    made = torch.nn.Parameter(made, x.requires_grad) if isinstance(x, torch.nn.Parameter) else made.requires_grad_(x.requires_grad)
    if x.grad is not None:
        made.grad = x.grad.clone()
    return made
def _copy_object(x, part, memo=None):
    if not hasattr(x, '__dict__'):
        return x
    made = object.__new__(type(x))
    if memo is not None:
        memo[id(x)] = (made, x)
    for name, value in x.__dict__.items():
        made.__dict__[name] = part(value)
    return made
