"""Hypergradients d outer(w_T, λ)/dλ after T inner steps w, v ← Φ(w, v, λ), by the methods of the benchmark.

v is the state of the inner optimiser, and λ a list of tensors. Second derivatives come from `create_graph=True`.
"""

import torch
import torch.nn.functional as F
from torch.autograd import grad


def groups_of(work, device):
    """Which number of λ each weight of a quadratic has: one for each group of neighbours."""
    return torch.arange(work["weights"], device=device) * work["hyperparameters"] // work["weights"]


def distance_to(goal):
    """The outer loss of a quadratic."""
    return lambda w, _: 0.5 * ((w - goal) ** 2).sum()


def tracking(work, tensors):
    """L(w, λ) = ½ Σ G (w − λ)², by gradient descent with the rate 0.1."""
    G, start, lam, c = tensors
    groups = groups_of(work, c.device)

    def step(w, v, lam, create_graph):
        loss = 0.5 * (G * (w - lam[0][groups]) ** 2).sum()
        (g,) = grad(loss, w, create_graph=create_graph)
        return w - 0.1 * g, v

    return step, distance_to(c), start, [lam]


def rates(work, tensors):
    """L(w) = ½ Σ h (w − m)², by gradient descent whose rates are λ."""
    h, m, start, lam, c = tensors
    groups = groups_of(work, c.device)

    def step(w, v, lam, create_graph):
        loss = 0.5 * (h * (w - m) ** 2).sum()
        (g,) = grad(loss, w, create_graph=create_graph)
        return w - lam[0][groups] * g, v

    return step, distance_to(c), start, [lam]


def sine(work, tensors):
    """ANIL on sine waves side by side: λ are the hidden layers, w is each wave's own last layer; rate 0.01, momentum 0.9."""
    *lam, weight, bias, x, y, query_x, query_y = tensors

    def losses(w, lam, inputs, targets):
        for layer, shift in zip(lam[::2], lam[1::2]):
            inputs = F.relu(inputs @ layer + shift)
        return ((inputs @ w[:, :-1, None] + w[:, None, -1:] - targets) ** 2).mean((1, 2))

    def step(w, v, lam, create_graph):
        (g,) = grad(losses(w, lam, x, y).sum(), w, create_graph=create_graph)
        v = 0.9 * v + g
        return w - 0.01 * v, v

    def outer(w, lam):
        return losses(w, lam, query_x, query_y).mean()

    return step, outer, torch.cat([weight.flatten(), bias]).repeat(len(x), 1), lam


def ready(work, tensors):
    """A call that does T inner steps and gives the hypergradient, or the weights where there is no method."""
    T = work["steps"]
    step, outer, w0, lam = {"tracking": tracking, "rates": rates, "sine": sine}[work["problem"]](work, tensors)
    for one in lam:
        one.requires_grad_()

    def flat(parts):
        return parts[0] if len(parts) == 1 else torch.cat([one.flatten() for one in parts])

    def forwards(steps, each=lambda t, w: None):
        """w and v after some steps, none of which is recorded; `each` sees w where a step begins."""
        w, v, fixed = w0.clone(), torch.zeros_like(w0), [one.detach() for one in lam]
        for t in range(1, steps + 1):
            each(t, w)
            w, v = (one.detach() for one in step(w.requires_grad_(), v, fixed, False))
        return w.requires_grad_(), v

    def outer_at(w):
        """∂outer/∂w, and ∂outer/∂λ: 0 where λ is not in it."""
        alpha, *direct = grad(outer(w, lam), [w, *lam], allow_unused=True)
        return alpha, [0 if one is None else one for one in direct]

    def inner_steps():
        return forwards(T)[0]

    def exact_reverse():
        w, v = w0.clone().requires_grad_(), torch.zeros_like(w0)
        for _ in range(T):
            w, v = step(w, v, lam, True)
        return flat(grad(outer(w, lam), lam))

    def one_step():
        w, v = forwards(T - 1)
        return flat(grad(outer(step(w, v, lam, True)[0], lam), lam))

    def neumann():
        w, v = forwards(T)
        q, direct = outer_at(w)
        following, total = step(w, v, lam, True)[0], q
        for _ in range(work["terms"]):
            (q,) = grad(following, w, q, retain_graph=True)
            total = total + q
        return flat([a + b for a, b in zip(direct, grad(following, lam, total))])

    def hyperdistill():
        gamma, point = work["gamma"], [w0]

        def join(t, w):
            kept = (gamma - gamma**t) / (1 - gamma**t)
            point[0] = kept * point[0] + (1 - kept) * w.detach()

        w, v = forwards(T, join)
        alpha, direct = outer_at(w)
        following = step(point[0].requires_grad_(), v, lam, True)[0]
        size = work["theta"] * (1 - gamma**T) / (1 - gamma)
        return flat([a + size * b for a, b in zip(direct, grad(following, lam, alpha))])

    return {
        "inner-steps": inner_steps,
        "exact-reverse": exact_reverse,
        "one-step": one_step,
        "neumann": neumann,
        "hyperdistill": hyperdistill,
    }[work["method"]]
