"""The explorer of notebook 04: how quiet is "off", and what do 100 steps of noise leave of a stored 1?"""

import numpy as np

from ..cell import memory
from ..cell.activations import sigmoid, tanh
from ..plots.style import ROLES
from .controls import slider
from .explorer import Explorer

_REACHES = [2, 5, 15, 50, 150]


def picture(figure):
    """Movable: a noise cloud on the map of |σ(z_i)·tanh(z_g)|, and 100 steps of a cell that holds a 1 under it.

    `draw(mean_i, mean_g, sd, forget)`: the two means (any finite), the noise on both (≥ 0), and f in [0, 1].
    """
    figure.set_size_inches(7.2, 3.0)
    plane, track = figure.subplots(1, 2, width_ratios=[1, 1.15])
    z_i, z_g = np.linspace(-10, 10, 161), np.linspace(-6, 6, 121)
    size = abs(sigmoid(z_i) * tanh(z_g)[:, None])
    plane.pcolormesh(z_i, z_g, size, cmap="Greys", vmin=0, vmax=1.3, rasterized=True)
    levels = plane.contour(z_i, z_g, size, [0.01, 0.1, 0.5], colors="#000000", linewidths=0.8)
    plane.clabel(levels, fmt=lambda level: f"{level:g}", fontsize=7.5, manual=[(-4.6, -5), (-2.2, -5), (0, -5)])
    (cloud,) = plane.plot([], [], "o", markersize=3.2, color=ROLES["candidate"].color, markeredgecolor="#000000",
                          markeredgewidth=0.4)
    plane.set(title="size of the write: the darker, the larger", xlabel="gate's $z_i$", ylabel="candidate's $z_g$")
    plane.set(xlim=(-10, 10), ylim=(-6, 6))
    plane.grid(False)
    rng = np.random.default_rng(4)
    noise = rng.standard_normal((2, 8, 100))  # gate and candidate; runs; steps
    steps = np.arange(101)
    runs = track.plot(steps, np.zeros((101, 8)), color=ROLES["cell_state"].color, linewidth=0.7)
    for limit in (0.5, 1.5):  # between them the stored 1 can still be told
        track.axhline(limit, color="#444444", linewidth=1, linestyle=":")
    runs[0].set_label("eight runs, each with its own noise")
    (kept,) = track.plot(steps, steps, **ROLES["forget_gate"].line, linewidth=1.6, label="what stays of the 1: $f^t$")
    band = track.fill_between(steps, -1, 1, color="#cccccc", linewidth=0, label="theory, 2 sd either way")
    track.set(title="a stored 1 in 100 noisy steps", xlabel="step", ylabel="cell c", xlim=(0, 100))
    track.legend(loc="lower left", fontsize=8, borderpad=0)

    def draw(mean_i, mean_g, sd, forget):
        gates, candidates = mean_i + sd * noise[0], mean_g + sd * noise[1]
        cloud.set_data(gates[:2].ravel(), candidates[:2].ravel())
        cells = memory.hold(sigmoid(gates) * tanh(candidates), forget)
        for line, cell in zip(runs, cells, strict=True):
            line.set_ydata(cell)
        write, write_sd = memory.gated_write(mean_i, mean_g, sd)
        left_over = memory.hold(np.zeros(100), forget)
        centre = memory.hold(np.full(100, write), forget)
        spread = np.array([memory.noise_sd(write_sd, int(step), forget) for step in steps])
        kept.set_ydata(left_over)
        band.set_data(steps, centre - 2 * spread, centre + 2 * spread)
        reach = max(abs(cells).max(), abs(centre).max() + 2 * spread.max())
        limit = next(limit for limit in _REACHES if reach <= limit)  # a few fixed scales, so that changes are seen
        track.set_ylim(-limit, limit)
        end, drifted = left_over[-1], centre[-1] - left_over[-1]
        figure.set_label(
            f"Mean z_i {mean_i:g}, mean z_g {mean_g:g}, noise sd {sd:g}, f = {forget:g}: a write is "
            f"{write + 0.0:.2g} ± {write_sd:.2g}. After 100 steps {100 * end:.3g} % of the stored 1 is left; the "
            f"writes have added {drifted + 0.0:.2g}, with an sd of {spread[-1]:.2g}."
        )

    return draw


def silence():
    """Explorer of notebook 04: how quiet is "off", and what do 100 steps of noise leave of a stored 1?"""
    return Explorer(
        picture,
        "Where may the cloud stand so that all eight runs still end between ½ and 1½ after 100 steps?",
        mean_i=slider("gate's mean z_i", 0.0, -8.0, 8.0, 0.5),
        mean_g=slider("candidate's mean z_g", 0.0, -4.0, 4.0, 0.25),
        sd=slider("noise, sd on both", 0.5, 0.0, 3.0, 0.1),
        forget=slider("forget gate f", 1.0, 0.0, 1.0, 0.01),
    )
