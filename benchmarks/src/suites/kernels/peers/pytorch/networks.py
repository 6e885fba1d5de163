"""The networks of the training rows: functions of a list of parameters, as functional PyTorch is written."""

import torch
import torch.nn.functional as F


def perceptron(p, x):
    for weight, bias in zip(p[:-2:2], p[1:-2:2]):
        x = F.relu(x @ weight + bias)
    return x @ p[-2] + p[-1]


def convolutional(p, x):
    for layer in range((len(p) - 2) // 3):
        filters, scale, shift = p[3 * layer : 3 * layer + 3]
        x = F.conv2d(x, filters, padding=1)
        x = F.batch_norm(x, None, None, scale, shift, training=True, eps=1e-5)
        x = F.max_pool2d(F.relu(x), 2)
    return x.flatten(1) @ p[-2] + p[-1]


def loss_of(name, p, x, labels):
    """Mean cross-entropy of a batch; of the sine network the mean squared error."""
    scores = (convolutional if name == "convolutional" else perceptron)(p, x)
    if name == "sine":
        return F.mse_loss(scores, labels)
    return -(labels * F.log_softmax(scores, -1)).sum() / len(labels)


def descent(work, spec, start, batch):
    """A step of gradient descent, which goes on from the last one."""
    state = {"p": [one.requires_grad_() for one in start]}

    def call():
        p = state["p"]
        gradients = torch.autograd.grad(loss_of(work["network"], p, *batch), p)
        with torch.no_grad():
            state["p"] = [(one - spec["learningRate"] * g).requires_grad_() for one, g in zip(p, gradients)]
        return state["p"]

    return call


def maml_gradient(work, spec, start, batches):
    """The gradient of the query loss after some steps on the support batch, through those steps."""
    name, start = work["network"], [one.requires_grad_() for one in start]
    support, query = batches[:2], batches[2:]

    def call():
        p = start
        for _ in range(work["steps"]):
            gradients = torch.autograd.grad(loss_of(name, p, *support), p, create_graph=True)
            p = [one - spec["learningRate"] * g for one, g in zip(p, gradients)]
        return torch.autograd.grad(loss_of(name, p, *query), start)

    return call
