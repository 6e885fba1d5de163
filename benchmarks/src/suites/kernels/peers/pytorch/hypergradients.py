"""Hypergradients of two quadratics: d outer(w_T)/dλ after T inner steps w ← Φ(w, λ), by the methods of the benchmark.

λ has p numbers, each for a group of neighbouring weights. Second derivatives come from `create_graph=True`.
"""

import torch
from torch.autograd import grad


def tracking(tensors, groups):
    """L(w, λ) = ½ Σ G (w − λ)², by gradient descent with the rate 0.1."""
    G, w0, hyperparameters, c = tensors

    def step(w, lam, create_graph):
        loss = 0.5 * (G * (w - lam[groups]) ** 2).sum()
        (g,) = grad(loss, w, create_graph=create_graph)
        return w - 0.1 * g

    return step, w0, hyperparameters, c


def rates(tensors, groups):
    """L(w) = ½ Σ h (w − m)², by gradient descent whose rates are λ."""
    h, m, w0, hyperparameters, c = tensors

    def step(w, lam, create_graph):
        loss = 0.5 * (h * (w - m) ** 2).sum()
        (g,) = grad(loss, w, create_graph=create_graph)
        return w - lam[groups] * g

    return step, w0, hyperparameters, c


def ready(work, tensors):
    """A call that does T inner steps and gives the hypergradient, or the weights where there is no method."""
    d, p, T = work["weights"], work["hyperparameters"], work["steps"]
    groups = torch.arange(d, device=tensors[0].device) * p // d
    step, w0, lam, c = {"tracking": tracking, "rates": rates}[work["problem"]](tensors, groups)
    lam.requires_grad_()

    def outer(w):
        return 0.5 * ((w - c) ** 2).sum()

    def forwards(steps, each=lambda t, w: None):
        """w after some steps, none of which is recorded; `each` sees w where a step begins."""
        w, fixed = w0.clone(), lam.detach()
        for t in range(1, steps + 1):
            each(t, w)
            w = step(w.requires_grad_(), fixed, False).detach()
        return w

    def inner_steps():
        return forwards(T)

    def exact_reverse():
        w = w0.clone().requires_grad_()
        for _ in range(T):
            w = step(w, lam, True)
        return grad(outer(w), lam)[0]

    def one_step():
        w = forwards(T - 1).requires_grad_()
        return grad(outer(step(w, lam, True)), lam)[0]

    def neumann():
        w = forwards(T).requires_grad_()
        (q,) = grad(outer(w), w)
        following, total = step(w, lam, True), q
        for _ in range(work["terms"]):
            (q,) = grad(following, w, q, retain_graph=True)
            total = total + q
        return grad(following, lam, total)[0]

    def hyperdistill():
        gamma, point = work["gamma"], [w0]

        def join(t, w):
            kept = (gamma - gamma**t) / (1 - gamma**t)
            point[0] = kept * point[0] + (1 - kept) * w.detach()

        w = forwards(T, join).requires_grad_()
        (alpha,) = grad(outer(w), w)
        following = step(point[0].requires_grad_(), lam, True)
        (v,) = grad(following, lam, alpha)
        return work["theta"] * (1 - gamma**T) / (1 - gamma) * v

    return {
        "inner-steps": inner_steps,
        "exact-reverse": exact_reverse,
        "one-step": one_step,
        "neumann": neumann,
        "hyperdistill": hyperdistill,
    }[work["method"]]
