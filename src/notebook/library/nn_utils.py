# SPDX-License-Identifier: GPL-3.0-or-later
# torch.nn.utils
def _with_grad(parameters):
    parameters = [parameters] if isinstance(parameters, torch.Tensor) else list(parameters)
    return [p for p in parameters if p.grad is not None]
def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    """Shortens all gradients together to a norm of max_norm; gives the norm that they had."""
    parameters = _with_grad(parameters)
    if not parameters:
        return torch.tensor(0.0)
    norm = torch.stack([p.grad.detach().norm(norm_type) for p in parameters]).norm(norm_type)
    if error_if_nonfinite and not bool(norm.isfinite()):
        raise RuntimeError('the norm of the gradients is not finite')
    share = (max_norm / (norm + 1e-6)).clamp(max=1.0)
    for p in parameters:
        p.grad.detach().mul_(share)
    return norm
def clip_grad_value_(parameters, clip_value):
    """Keeps each element of all gradients within [-clip_value, clip_value]."""
    for p in _with_grad(parameters):
        p.grad.data.clamp_(-float(clip_value), float(clip_value))
def parameters_to_vector(parameters):
    """All parameters in one row."""
    return torch.cat([p.view(-1) for p in parameters])
def vector_to_parameters(vec, parameters):
    """The elements of a row back into parameters."""
    at = 0
    for p in parameters:
        p.data = vec[at:at + p.numel()].view_as(p).data
        at += p.numel()
