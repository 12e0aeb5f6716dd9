"""Three cells of the second study once more, written apart from it in PyTorch: `python -m tools.second_implementation`.

σ, a linear gate and a dead zone without a gate, each with f = 1, on *adding* with noisy marks and large distractors, at
the settings that the study chose. Nothing of the study's is used but its table's settings, read from its records: the
cells, the data, the optimiser, the clipping and the criterion are written anew, and the random numbers are other ones.
Prints for each cell the updates of every seed, beside the quartiles of the study's. Needs torch, which the series does
not (extra `bench`).
"""

import sys

import numpy as np
import torch

from lstm_teach.studies.second.findings import load, pick

HIDDEN, LENGTH, BATCH, CAP, EVERY, CRITERION = 12, 50, 32, 3000, 10, 0.01


class Net(torch.nn.Module):
    """One layer with f = 1 and an output layer; `kind` is "LSTM_F1", "LINEAR_GATE_F1" or "DEAD_ZONE_F1"."""

    def __init__(self, kind, input_bias, quiet):
        super().__init__()
        self.kind, self.places = kind, ("g", "o") if kind == "DEAD_ZONE_F1" else ("i", "g", "o")
        for place in self.places:
            recurrent = torch.nn.init.orthogonal_(torch.empty(HIDDEN, HIDDEN))
            inputs = torch.nn.init.xavier_uniform_(torch.empty(HIDDEN, 2))
            factor = quiet if place == self.places[0] else 1.0
            self.register_parameter(f"U_{place}", torch.nn.Parameter(recurrent * factor))
            self.register_parameter(f"W_{place}", torch.nn.Parameter(inputs * factor))
            bias = torch.full((HIDDEN,), input_bias if place == "i" else 0.0)
            self.register_parameter(f"b_{place}", torch.nn.Parameter(bias))
        self.head = torch.nn.Linear(HIDDEN, 1)
        torch.nn.init.xavier_uniform_(self.head.weight)
        torch.nn.init.zeros_(self.head.bias)

    def forward(self, x):
        h = c = torch.zeros(x.shape[1], HIDDEN)
        for x_t in x:
            z = {p: x_t @ getattr(self, f"W_{p}").T + h @ getattr(self, f"U_{p}").T + getattr(self, f"b_{p}")
                 for p in self.places}
            if self.kind == "DEAD_ZONE_F1":
                write = (torch.tanh(z["g"] - 3) + torch.tanh(z["g"] + 3)) / 2
            else:
                gate = torch.sigmoid(z["i"]) if self.kind == "LSTM_F1" else z["i"]
                write = gate * torch.tanh(z["g"])
            c = c + write
            h = torch.sigmoid(z["o"]) * torch.tanh(c)
        return self.head(h)


def sequences(rng, batch, marks_sd, distractors_sd):
    """*Adding*: values (uniform on [0, 1] where marked, else from a normal) and marks, (T, B, 2); sums (B, 1)."""
    x = np.zeros((LENGTH, batch, 2))
    x[..., 0] = rng.normal(0, distractors_sd, (LENGTH, batch))
    sums = np.zeros((batch, 1))
    for b in range(batch):
        for low, high in ((0, LENGTH // 2), (LENGTH // 2, LENGTH)):
            t = rng.integers(low, high)
            x[t, b] = rng.uniform(), 1
            sums[b] += x[t, b, 0]
    x[..., 1] += rng.normal(0, marks_sd, (LENGTH, batch))
    return torch.tensor(x, dtype=torch.float32), torch.tensor(sums, dtype=torch.float32)


def updates_to_criterion(kind, setting, seed):
    """Train one network; the first of two evaluations in a row at most at the criterion, or None within the cap."""
    torch.manual_seed(seed)
    rng = np.random.default_rng([seed, 31])
    net = Net(kind, float(setting.get("input_bias", 0)), float(setting.get("quiet", 1)))
    adam = torch.optim.Adam(net.parameters(), lr=setting["learning_rate"])
    test, met = sequences(np.random.default_rng(77), 128, 0.1, 3.0), None
    for update in range(1, CAP + 1):
        x, y = sequences(rng, BATCH, 0.1, 3.0)
        adam.zero_grad()
        torch.mean((net(x) - y) ** 2).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step()
        if update % EVERY == 0:
            with torch.no_grad():
                good = torch.mean((net(test[0]) - test[1]) ** 2).item() <= CRITERION
            if good and met is not None:
                return met
            met = update if good else None
    return None


def main(seeds=4):
    torch.set_num_threads(1)
    found = load()
    for kind in ("LSTM_F1", "LINEAR_GATE_F1", "DEAD_ZONE_F1"):
        study = pick(found, "adding_both", kind)
        quartiles = np.quantile([record.capped for record in study], [0.25, 0.5, 0.75])
        again = [updates_to_criterion(kind, study[0].setting, seed) for seed in range(seeds)]
        print(f"{kind:15} {study[0].setting}: here {again}; the study's quartiles {quartiles}, "
              f"{sum(record.solved for record in study)} of {len(study)} solved", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
