# The beginning of what torch.sh lets Python do: document D0's class, the other net of model_samples.c, a check.
import sys
import traceback

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


class NeuralNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.lenet5 = nn.Sequential(
            nn.Conv2d(1, 6, (5, 5), stride=1, padding=2), nn.Sigmoid(),
            nn.AvgPool2d((2, 2), stride=(2, 2), padding=(0, 0)),
            nn.Conv2d(6, 16, (5, 5), stride=1), nn.Sigmoid(),
            nn.AvgPool2d((2, 2), stride=(2, 2), padding=(0, 0)),
            nn.Flatten(), nn.Linear(16 * 5 * 5, 120), nn.Sigmoid(),
            nn.Linear(120, 84), nn.Sigmoid(), nn.Linear(84, 10))

    def forward(self, x):
        return self.lenet5(x)


class Other(nn.Module):
    def __init__(self):
        super().__init__()
        self.other = nn.Sequential(
            nn.Conv2d(1, 5, (3, 2), stride=(2, 1), padding=(1, 0)), nn.Tanh(),
            nn.MaxPool2d((3, 3), stride=(2, 2), padding=(1, 1)),
            nn.Conv2d(5, 7, (2, 2)), nn.ReLU(),
            nn.AvgPool2d((2, 3), stride=(1, 2), padding=(1, 0)),
            nn.Flatten(), nn.Linear(7 * 5 * 4, 9), nn.ReLU(), nn.Linear(9, 4))

    def forward(self, x):
        return self.other(x)


NETS = [('lenet5', NeuralNetwork, 'images.npy', 'logits.npy'),
        ('other', Other, 'other-images.npy', 'other-logits.npy')]


TESTS = []


def check_logits(net, images, logits):
    with torch.no_grad():
        error = np.abs(net(torch.tensor(np.load(images))).numpy() - np.load(logits)).max()
    assert error < 1e-5, error
