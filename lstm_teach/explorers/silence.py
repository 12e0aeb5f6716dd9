"""The explorer of notebook 03: a tanh taken from wandering to climbing, beside a shut gate."""

import numpy as np

from ..cell.activations import sigmoid, tanh
from ..plots.sequence import three_digits
from ..plots.style import CELL_ROLES, DARK, GREY
from .controls import choice, slider, whole_slider
from .explorer import Explorer

KNOWN = "known: always so many"
UNKNOWN = "unknown: from half of them to half as many again"
_GATE, _RUNS, _DRAWN, _DOTS, _MOST = -5.0, 600, 4, 150, 200
_REACHES = [2, 5, 15, 50, 150, 500]  # a few fixed scales, so that changes are seen


def picture(figure):
    """Movable: memories that hold a stored +1 or −1 while distractors pass, and what they hold in the end.

    `draw(rest, ignored, known, sd)`: where the tanh rests (any finite z), how many steps are ignored (1 to 200; when
    the number is `UNKNOWN`, each run has its own, half of them to half as many again), and the noise (≥ 0) on every
    pre-activation, the gate's included.
    """
    figure.set_size_inches(7.2, 4.0)
    tracks, ends = figure.subplots(2, 2, height_ratios=[1.7, 1])
    rng = np.random.default_rng(4)
    noise = rng.standard_normal((2, 2, _RUNS // 2, _MOST * 3 // 2))  # gate and candidate; +1 and −1; runs; steps
    noise = np.concatenate([noise, noise * [[[[1.0]]], [[[-1.0]]]]], axis=2)  # mirrored, so that its mean is 0
    own_length = rng.uniform(0.5, 1.5, (2, _RUNS))
    lift, stored = rng.uniform(-0.28, 0.28, (2, _DOTS)), np.array([1.0, -1.0])
    lines, points = [], []
    for track, end, role in zip(tracks, ends, (CELL_ROLES["TANH_ONLY"], CELL_ROLES["LSTM"]), strict=True):
        track.axhline(0, color=GREY, linewidth=0.7)
        lines.append([
            track.plot([], [], color=role.color, linewidth=0.9, linestyle=style)[0]
            for style in ("-", (0, (4, 1.5))) for _ in range(_DRAWN)
        ])
        dots = {"markersize": 3, "markeredgecolor": role.color, "markeredgewidth": 0.7}
        points.append([end.plot([], [], "o", markerfacecolor=face, **dots)[0] for face in (role.color, "white")])
        end.set(ylim=(-0.5, 1.5), yticks=[0, 1], yticklabels=["−1", "+1"], xlabel="memory c in the end")
        end.grid(False)
        track.set_xlabel("ignored steps")
    thresholds = [end.axvline(0, color=DARK, linewidth=1, linestyle=":") for end in ends]
    tracks[0].set_ylabel("memory c")
    ends[0].set_ylabel("stored")
    tracks[1].set_title("gate shut at z = −5")

    def draw(rest, ignored, known, sd):
        longest = ignored if known == KNOWN else ignored * 3 // 2
        writes = (
            tanh(rest + sd * noise[1, ..., :longest]),
            sigmoid(_GATE + sd * noise[0, ..., :longest]) * tanh(sd * noise[1, ..., :longest]),
        )
        last = np.full((2, _RUNS), ignored) if known == KNOWN else np.maximum(1, ignored * own_length).astype(int)
        steps, said = np.arange(longest + 1), []
        for column, write in enumerate(writes):
            c = stored[:, None, None] + np.concatenate([np.zeros((2, _RUNS, 1)), write.cumsum(axis=-1)], axis=-1)
            end = np.take_along_axis(c, last[..., None], axis=-1)[..., 0]
            for line, run, stop in zip(
                lines[column], c[:, :_DRAWN].reshape(-1, longest + 1), last[:, :_DRAWN].ravel(), strict=True
            ):
                line.set_data(steps[: stop + 1], run[: stop + 1])
            for dots, values, height in zip(points[column], end, (1, 0), strict=True):
                dots.set_data(values[:_DOTS], height + lift[column])
            middle = end.mean(axis=1).mean()
            thresholds[column].set_xdata([middle, middle])
            right = np.mean([end[0] > middle, end[1] < middle])
            spread = np.sqrt(end.var(axis=1).mean())
            said.append(
                f"ends 1 above or below {three_digits(round(middle, 2))}, with an sd of {spread:.2g}, and tells "
                f"+1 from −1 in {100 * right:.0f} % of the runs"
            )
            drawn = np.concatenate([line.get_ydata() for line in lines[column]])
            limit = next(limit for limit in _REACHES if abs(drawn).max() <= limit)
            tracks[column].set(xlim=(0, longest), ylim=(-limit if drawn.min() < -limit / 10 else -limit / 10, limit))
            reach = next(limit for limit in _REACHES if abs(end - middle).max() <= limit)
            ends[column].set_xlim(middle - reach, middle + reach)
        tracks[0].set_title(f"tanh resting at z = {rest:g}")
        number = f"{ignored}" if known == KNOWN else f"{max(1, ignored // 2)} to {longest}"
        figure.set_label(
            f"{number} steps ignored, noise of sd {sd:g}. With a tanh resting at {rest:g} the memory {said[0]}; "
            f"with a shut gate it {said[1]}."
        )

    return draw


def silence():
    """Explorer of notebook 03: when can +1 and −1 still be told apart, after steps that were to be ignored?"""
    return Explorer(
        picture,
        "Take the tanh from 0 to 5: where does it begin to beat the gate? Then hide how many steps were ignored.",
        rest=slider("tanh rests at z", 0.0, 0.0, 6.0, 0.25),
        ignored=whole_slider("steps ignored", 100, 10, _MOST),
        known=choice("their number is", [KNOWN, UNKNOWN]),
        sd=slider("noise, sd on every z", 0.5, 0.0, 2.0, 0.1),
    )
