# SPDX-License-Identifier: GPL-3.0-or-later
# torch.autograd
def grad(outputs, inputs, grad_outputs=None, retain_graph=None, create_graph=False, only_inputs=True, allow_unused=False):
    """The gradients of outputs with respect to the inputs only; .grad stays as it is."""
    if create_graph:
        raise NotImplementedError('gradients of gradients are not supported')
    outputs = [outputs] if isinstance(outputs, torch.Tensor) else list(outputs)
    inputs = [inputs] if isinstance(inputs, torch.Tensor) else list(inputs)
    weights = [None] * len(outputs) if grad_outputs is None else [grad_outputs] if isinstance(grad_outputs, torch.Tensor) else grad_outputs
    total = [None] * len(inputs)
    for i, (output, weight) in enumerate(zip(outputs, weights)):
        found = torch._gradients(output, inputs, weight, bool(retain_graph) or i + 1 < len(outputs))
        total = [new if old is None else old if new is None else old + new for old, new in zip(total, found)]
    if not allow_unused and any([g is None for g in total]):
        raise RuntimeError('one of the tensors was not used in the graph; give allow_unused=True if that is meant')
    return tuple(total)
def backward(tensors, grad_tensors=None, retain_graph=None, create_graph=False):
    """backward() of several tensors."""
    tensors = [tensors] if isinstance(tensors, torch.Tensor) else list(tensors)
    for i, x in enumerate(tensors):
        x.backward(None if grad_tensors is None else grad_tensors[i], retain_graph=True)
def Variable(data, requires_grad=False):
    """The tensor itself, as it was written once."""
    return data.detach().requires_grad_(requires_grad)
