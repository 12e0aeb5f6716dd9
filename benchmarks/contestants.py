"""What the training engine is compared with. Each function returns `step()`: one update on the same kind of batch.

One update is forward, loss at the last step, gradient, clipping of its norm, Adam; float32; the input is written anew.
Sizes are (T, B, D, H): steps, sequences, inputs, hidden units; one output.
"""

import numpy as np
import torch

from lstm_teach.cell import cells
from lstm_teach.training.network import Network
from lstm_teach.training.train import _clip, _Stack


def batch(T, B, D):
    rng = np.random.default_rng(0)
    return rng.standard_normal((T, B, D)).astype(np.float32), rng.standard_normal((B, 1)).astype(np.float32)


def network(T, B, D, H, cell=cells.LSTM, replicas=1):
    """A network of the engine with first weights, and its batch: (network, input, targets)."""
    x, y = batch(T, B, D)
    net = Network(cell, T, replicas, D, H, 1, B, "squared", "last", np.float32)
    for r in range(replicas):
        net.weights[r], net.head[r] = cells.init_params(cell, D, H, r).weights, 0.1
    return net, np.swapaxes(x, -1, -2)[:, None], y.T[None, None]


def engine(T, B, D, H, cell=cells.LSTM, replicas=1):
    net, x, y = network(T, B, D, H, cell, replicas)
    stack, update = _Stack(None, net, np.arange(replicas), np.full((replicas, 1), 1e-3)), 0

    def step():
        nonlocal update
        update += 1
        net.x[...] = x
        net.learn(y)
        _clip(net.gradient, 1.0)
        stack.descend(update)

    return step


def torch_step(forward, parameters, T, B, D):
    """The part that both torch contestants share; the fused Adam is torch's fastest."""
    optimiser = torch.optim.Adam(parameters, lr=1e-3, fused=True)
    x, y = (torch.from_numpy(array) for array in batch(T, B, D))

    def step():
        optimiser.zero_grad()
        loss = ((forward(x.clone()) - y) ** 2).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()

    return step


def torch_lstm(T, B, D, H):
    """torch.nn.LSTM with autograd."""
    lstm, head = torch.nn.LSTM(D, H), torch.nn.Linear(H, 1)
    return torch_step(lambda x: head(lstm(x)[0][-1]), [*lstm.parameters(), *head.parameters()], T, B, D)


def torch_cell(T, B, D, H, kind="LSTM"):
    """A cell written by hand in torch: the inputs of all steps projected at once, unbound, one product a step.

    `kind` is LSTM, TANH_ONLY (no input gate), COUPLED or VANILLA_RNN. Blocks stand in the order (i) f o g, so that one
    σ serves the gates.
    """
    blocks = {"LSTM": 4, "TANH_ONLY": 3, "COUPLED": 3, "VANILLA_RNN": 1}[kind]
    shapes = (D, blocks * H), (H, blocks * H), (blocks * H,)
    W_x, W_h, b = (torch.nn.Parameter(torch.randn(*shape) / H**0.5) for shape in shapes)
    head = torch.nn.Linear(H, 1)

    def forward(x):
        h = c = x.new_zeros(B, H)
        for projected in torch.addmm(b, x.view(T * B, D), W_x).view(T, B, -1).unbind(0):
            z = torch.addmm(projected, h, W_h)
            if kind == "VANILLA_RNN":
                h = torch.tanh(z)
                continue
            gates, g = torch.sigmoid(z[:, : -H]), torch.tanh(z[:, -H:])
            if kind == "LSTM":
                i, f, o = gates.chunk(3, 1)
                c = torch.addcmul(f * c, i, g)
            else:
                f, o = gates.chunk(2, 1)
                c = torch.addcmul(g, f, c) if kind == "TANH_ONLY" else torch.lerp(g, c, f)
            h = o * torch.tanh(c)
        return head(h)

    return torch_step(forward, [W_x, W_h, b, *head.parameters()], T, B, D)


def course_numpy(T, B, D, H):
    """NumPy as a course writes it: columns are sequences, [h, x] joined at every step, four products, cached tuples."""
    rng = np.random.default_rng(0)
    p = {"W" + gate: rng.standard_normal((H, H + D)).astype(np.float32) / np.float32(H**0.5) for gate in "fico"}
    p |= {"b" + gate: np.zeros((H, 1), np.float32) for gate in "fico"}
    p |= {"Wy": rng.standard_normal((1, H)).astype(np.float32), "by": np.zeros((1, 1), np.float32)}
    m, v = ({name: np.zeros_like(value) for name, value in p.items()} for _ in range(2))
    x, y = batch(T, B, D)
    update = 0

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def step():
        nonlocal update
        update += 1
        h = c = np.zeros((H, B), np.float32)
        caches = []
        for t in range(T):
            joined = np.concatenate([h, x[t].T], axis=0)
            f, i = sigmoid(p["Wf"] @ joined + p["bf"]), sigmoid(p["Wi"] @ joined + p["bi"])
            g, o = np.tanh(p["Wc"] @ joined + p["bc"]), sigmoid(p["Wo"] @ joined + p["bo"])
            c_previous, c = c, f * c + i * g
            h = o * np.tanh(c)
            caches.append((joined, f, i, g, o, c_previous, c))
        error = (p["Wy"] @ h + p["by"] - y.T) * (2 / B)
        d = {name: np.zeros_like(value) for name, value in p.items()}
        d["Wy"], d["by"] = error @ h.T, error.sum(axis=1, keepdims=True)
        dh, dc = p["Wy"].T @ error, np.zeros((H, B), np.float32)
        for joined, f, i, g, o, c_previous, c in reversed(caches):
            tanh_c = np.tanh(c)
            dc = dc + dh * o * (1 - tanh_c**2)
            dz = {"o": dh * tanh_c * o * (1 - o), "c": dc * i * (1 - g**2), "i": dc * g * i * (1 - i),
                  "f": dc * c_previous * f * (1 - f)}
            d_joined = 0
            for gate, value in dz.items():
                d["W" + gate] += value @ joined.T
                d["b" + gate] += value.sum(axis=1, keepdims=True)
                d_joined = d_joined + p["W" + gate].T @ value
            dh, dc = d_joined[:H], dc * f
        norm = np.sqrt(sum((value**2).sum() for value in d.values()))
        for name, value in d.items():
            value = value * min(1, 1 / norm)
            m[name] = 0.9 * m[name] + 0.1 * value
            v[name] = 0.999 * v[name] + 0.001 * value**2
            p[name] = p[name] - 1e-3 * (m[name] / (1 - 0.9**update)) / (np.sqrt(v[name] / (1 - 0.999**update)) + 1e-8)

    return step
