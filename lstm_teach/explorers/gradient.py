"""The explorer of notebook 05: forget bias, its spread and the length; what of the gradient reaches step 1."""

import numpy as np

from ..cell import memory
from ..cell.activations import sigmoid
from ..plots.style import ROLES
from .controls import slider, whole_slider
from .explorer import Explorer


def picture(figure):
    """Movable: where a forget gate stands, and what its factors leave of a gradient on the way back to step 1.

    `draw(bias, length, spread)`: mean and standard deviation (≥ 0) of the forget pre-activation, and the steps T ≥ 2.
    """
    figure.set_size_inches(7.2, 3.0)
    gate, track = figure.subplots(1, 2, width_ratios=[1, 1.5])
    z = np.linspace(-12, 14, 261)
    gate.plot(z, sigmoid(z), color="#8a8a8a", linewidth=1.2)
    (cloud,) = gate.plot([], [], "o", markersize=4, color=ROLES["forget_gate"].color, markeredgecolor="#000000",
                         markeredgewidth=0.4)
    gate.set(title="where the gate stands", xlabel="forget pre-activation $z_f$", ylabel="forget gate f",
             xlim=(-12, 14), ylim=(-0.03, 1.05))
    noise = np.random.default_rng(6).standard_normal((12, 500))
    runs = [track.plot([], [], color="#b4b4b4", linewidth=0.8)[0] for _ in noise]
    (chrono,) = track.plot([], [], color="#000000", linestyle=(0, (1, 1.2)), linewidth=1.4)
    (steady,) = track.plot([], [], **ROLES["forget_gate"].line, zorder=4)
    (typical,) = track.plot([], [], color="#000000", linewidth=1.4)
    runs[0].set_label("one sequence of gates")
    steady.set_label("no spread: σ(b) at each step")
    typical.set_label("typical, with the spread")
    track.axhline(0.1, color="#000000", linestyle="--", linewidth=0.7)
    track.annotate("a tenth", (0.99, 0.1), xycoords=("axes fraction", "data"), xytext=(0, -2),
                   textcoords="offset points", ha="right", va="top", fontsize=8.5)
    track.set(xlabel="steps back", ylabel="share of the gradient left", yscale="log", ylim=(1e-16, 3))
    track.set_yticks([1e-16, 1e-12, 1e-8, 1e-4, 1])
    track.minorticks_off()
    track.legend(loc="lower left", fontsize=8.5, borderpad=0.3, frameon=True, facecolor="#ffffff",
                     framealpha=0.85, edgecolor="none")

    def draw(bias, length, spread):
        back = np.arange(length + 1)
        gates = sigmoid(bias + spread * noise[:, :length])
        cloud.set_data(bias + spread * noise[0, :40], sigmoid(bias + spread * noise[0, :40]))
        for run, path in zip(runs, memory.hold(np.zeros(gates.shape), gates), strict=True):
            run.set_data(back, path)
        factor, usual = float(sigmoid(float(bias))), memory.typical_forget(bias, spread)
        wanted = memory.chrono_bias(length)
        steady.set_data(back, factor**back)
        typical.set_data(back, usual**back)
        chrono.set_data(back, float(sigmoid(wanted)) ** back)
        chrono.set_label(f"bias made for T: ln(T − 1) = {wanted:.2f}")
        track.legend(loc="lower left", fontsize=8.5, borderpad=0.3, frameon=True, facecolor="#ffffff",
                     framealpha=0.85, edgecolor="none")
        track.set(title=f"the direct path over {length} steps", xlim=(0, length))
        figure.set_label(
            f"Forget bias {bias:g}, spread {spread:g}, {length} steps: {factor**length:.2g} is left on the direct path "
            f"with no spread, {usual**length:.2g} typically with it. Bias {wanted:.2f} would leave "
            f"{float(sigmoid(wanted)) ** length:.2g}."
        )

    return draw


def gradient():
    """Explorer of notebook 05: forget bias, its spread and the length; what of the gradient reaches step 1."""
    return Explorer(
        picture,
        "Which bias lets a tenth of the gradient reach step 1, and what does a restless gate (spread > 0) do to it?",
        bias=slider("forget bias b", 1.0, -2.0, 8.0, 0.25),
        spread=slider("spread of the pre-activation", 2.0, 0.0, 4.0, 0.25),
        length=whole_slider("steps T", 50, 2, 500),
    )
