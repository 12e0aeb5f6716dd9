"""Train the example of appendix A2: an LSTM that forecasts the sea temperature of the Niño 1+2 region a month ahead.

    python -m tools.make_nino

Needs torch and statsmodels (for the data), which the series does not. Writes notebooks/data/nino.npz: the weights
under PyTorch's own names, the sequence, its dates and its scale. Deterministic on one machine; another processor or
PyTorch may train other weights.
"""

import numpy as np
import statsmodels.datasets
import torch

from .notebooks import FOLDER

HIDDEN, SEEDS = 8, range(5)  # the seed with the smallest validation error is kept
TRAIN, VALIDATION = 35 * 12, 10 * 12  # months: 1950–1984 trains, 1985–1994 says when to stop, 1995–2010 is kept apart
WINDOW, WARM_UP, BATCH, UPDATES = 96, 24, 32, 2000  # the first two years of a window are not scored


class Forecaster(torch.nn.Module):
    """x (T, batch, 1) → the next value at every step (T, batch, 1). The month of the year is never given."""

    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(1, HIDDEN)
        self.head = torch.nn.Linear(HIDDEN, 1)

    def forward(self, x):
        return self.head(self.lstm(x)[0])


def rmse(difference):
    return float(np.sqrt(np.mean(np.square(difference))))


def train(scaled, seed):
    """The smallest validation error (in scaled units) seen in UPDATES updates, and the network that had it."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = Forecaster()
    optimizer = torch.optim.AdamW(network.parameters(), lr=5e-3, weight_decay=1e-2)
    best, kept = np.inf, None
    for update in range(1, UPDATES + 1):
        starts = rng.integers(0, TRAIN - WINDOW, BATCH)
        windows = torch.stack([scaled[start : start + WINDOW + 1] for start in starts], 1)[..., None]
        loss = ((network(windows[:-1]) - windows[1:])[WARM_UP:] ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        if update % 25 == 0:
            error = rmse((forecast(network, scaled) - scaled[1:].numpy())[TRAIN - 1 : TRAIN + VALIDATION - 1])
            if error < best:
                best, kept = error, {name: value.clone() for name, value in network.state_dict().items()}
                when = update
    network.load_state_dict(kept)
    print(f"seed {seed}: validation error {best:.4f} after {when} updates")
    return best, network


def forecast(network, scaled):
    """The forecast of every value but the first, made with all values before it."""
    with torch.no_grad():
        return network(scaled[:-1, None, None]).numpy().ravel()


def report(temperature, forecasts):
    """Root mean square errors in °C on the months kept apart, beside three forecasts that need no network."""
    month = np.arange(len(temperature)) % 12
    first = TRAIN + VALIDATION
    usual = np.array([temperature[:first][month[:first] == one].mean() for one in range(12)])[month]
    rivals = {
        "LSTM (never told the month)": forecasts[first - 1 :],
        "as last month": temperature[first - 1 : -1],
        "as usual in that month": usual[first:],
        "as usual, and as unusual as last month": (usual[1:] + temperature[:-1] - usual[:-1])[first - 1 :],
    }
    for name, values in rivals.items():
        print(f"{name:38s} {rmse(values - temperature[first:]):.3f} °C")


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    table = statsmodels.datasets.elnino.load_pandas().data
    temperature = table.iloc[:, 1:].to_numpy().ravel()
    mean, scale = temperature[:TRAIN].mean(), temperature[:TRAIN].std()
    scaled = torch.tensor((temperature - mean) / scale, dtype=torch.float32)
    _, network = min((train(scaled, seed) for seed in SEEDS), key=lambda result: result[0])
    report(temperature, forecast(network, scaled) * scale + mean)
    np.savez(
        FOLDER / "data" / "nino.npz",
        **{name: value.numpy() for name, value in network.state_dict().items()},
        temperature=temperature,
        date=np.arange("1950-01", "2011-01", dtype="datetime64[M]"),
        mean=mean, scale=scale, train_months=TRAIN, validation_months=VALIDATION,
    )
