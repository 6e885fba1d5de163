"""The rows of the kernel benchmark in PyTorch, each as a call and what its result is in the benchmark's layout.

Images are [N, channels, height, width] and filters [out, in, height, width], as PyTorch has them; they are brought
into that order once, before anything is timed.
"""

import torch
import torch.nn.functional as F

import hypergradients
import networks


def images_in(x):
    return x.permute(0, 3, 1, 2).contiguous()


def images_out(x):
    return x.permute(0, 2, 3, 1)


def filter_in(x):
    return x.permute(3, 2, 0, 1).contiguous()


def filter_out(x):
    return x.permute(2, 3, 1, 0)


def same(x):
    return x


def single(call, layout=same):
    """A call whose result is one array."""
    return call, lambda result: [layout(result)]


def matmul(_, tensors):
    a, b = tensors
    return single(lambda: a @ b)


def convolution(work, tensors):
    kind, size = work["pass"], [work["images"], work["inChannels"], work["size"], work["size"]]
    filters = [work["outChannels"], work["inChannels"], 3, 3]
    if kind == "forward":
        x, f = images_in(tensors[0]), filter_in(tensors[1])
        return single(lambda: F.conv2d(x, f, padding=1), images_out)
    if kind == "input-gradient":
        y, f = images_in(tensors[0]), filter_in(tensors[1])
        return single(lambda: torch.nn.grad.conv2d_input(size, f, y, padding=1), images_out)
    x, y = images_in(tensors[0]), images_in(tensors[1])
    return single(lambda: torch.nn.grad.conv2d_weight(x, filters, y, padding=1), filter_out)


def pointwise(work, tensors):
    if work["expression"] == "add":
        a, b = tensors
        return single(lambda: a + b)
    a, b, c = tensors
    return single(lambda: a * b + torch.tanh(c))


def reduction(work, tensors):
    (x,) = tensors
    over = work["over"]
    if over == "all":
        return single(lambda: x.sum().reshape(1))
    return single(lambda: x.sum(1 if over == "rows" else 0))


def horizon(work, tensors):
    start, curvature = tensors

    def call():
        w, velocity = start, torch.zeros_like(start)
        for _ in range(work["steps"]):
            velocity = 0.5 * velocity + curvature * w
            w = w - 1e-3 * velocity
        return w

    return single(call)


def ready(work, specs, tensors):
    """A call that does the work once, and the function from its result to the arrays that are checked."""
    kind = work["kind"]
    if kind in ("descent-step", "maml-gradient"):
        spec = specs[work["network"]]
        inputs = [filter_in(one) if one.dim() == 4 else one for one in tensors[: len(spec["parameters"])]]
        batches = [images_in(one) if one.dim() == 4 else one for one in tensors[len(inputs) :]]
        make = networks.descent if kind == "descent-step" else networks.maml_gradient
        outputs = lambda result: [filter_out(one) if one.dim() == 4 else one for one in result]
        return make(work, spec, inputs, batches), outputs
    if kind == "hypergradient":
        return single(hypergradients.ready(work, tensors))
    makers = {
        "matmul": matmul,
        "convolution": convolution,
        "pointwise": pointwise,
        "reduction": reduction,
        "horizon": horizon,
    }
    return makers[kind](work, tensors)
