import torch, numpy as np
from torch import nn
x = torch.arange(12).view(3, 4).float()
x[:, 1:3] = 0
w = torch.ones(4, 2, requires_grad=True)
((x @ w).sigmoid().sum(dim=0, keepdim=True) ** 2).mean().backward()
print(w.grad, x[x > 2], x.T.shape, np.pad(np.arange(4).reshape(2, 2), ((1, 1), (0, 2))))
c = nn.Conv2d(1, 2, (3, 3), stride=2, padding=1, bias=False)
print(c, c(torch.zeros(1, 1, 5, 5)).shape, x.max(1), x.reshape(2, -1)[None, ..., 0])
print(torch.cat([x, x], dim=1).shape, torch.stack([x[0], x[1]]), np.array([[1, 2.5], [3, 4]]))
