"""Pictures of notebooks 03 and D3: what a silent write looks like, and what distractors do to a stored value."""

import numpy as np
from matplotlib.figure import Figure

from ..cell import memory
from ..cell.activations import sigmoid, tanh
from ..cell.memory import r_squared
from .style import CELL_ROLES, DARK, GREY, ROLES, plain_ticks, styled

# What is compared here is not a role of the cell: greys with a line style each.
_TANH = {"color": "#000000", "linestyle": (0, (4, 1))}
_DEAD_ZONE = {"color": "#6b6b6b", "linestyle": ":"}
_LEVELS = [0.01, 0.05, 0.2, 0.5]


@styled
def off_maps(z, write, slope, lines):
    """Maps of |σ(z_i)·tanh(z_g)| and of its slope, and the same two quantities for functions of one z.

    `z` (n,) is used for every axis; `write` and `slope` (n, n) are indexed [z_g, z_i], the slope being the
    length of the gradient; `lines` maps "tanh" and
    "dead zone" to a pair of arrays (n,): |write| and slope.
    """
    figure = Figure(figsize=(7.2, 2.9))
    grid = figure.add_gridspec(2, 3, width_ratios=[1, 1, 0.92])
    for column, (title, values) in enumerate({"size of the write": write, "slope of the write": slope}.items()):
        axes = figure.add_subplot(grid[:, column])
        axes.pcolormesh(z, z, values, cmap="Greys", vmin=0, vmax=1, rasterized=True)
        lines_of_level = axes.contour(
            z, z, values, _LEVELS, colors=["#000000", "#000000", "#555555", "#ffffff"], linewidths=[0.8, 1.8, 0.8, 0.8]
        )
        row = -4.4  # labels side by side, where the contours are upright
        along = values[np.argmin(abs(z - row)), : len(z) // 2 + 12]
        places = [(z[np.argmin(abs(along - level))], row) for level in _LEVELS[: 4 if column == 0 else 2]]
        axes.clabel(lines_of_level, fmt=lambda level: f"{level:g}", fontsize=7.5, manual=places)
        axes.text(-4.5, 4.6, "silent", fontsize=9, ha="center", va="center",
                  bbox={"facecolor": "#ffffff", "edgecolor": "none", "pad": 1.5})
        axes.set(title=title, xlabel="gate's $z_i$", xticks=[-6, -3, 0, 3, 6], yticks=[-6, -3, 0, 3, 6])
        axes.grid(False)
        if column == 0:
            axes.set_ylabel("candidate's $z_g$")
    for row, label in enumerate(("size", "slope")):
        axes = figure.add_subplot(grid[row, 2])
        axes.axhspan(0, 0.05, color="#dddddd")
        for name, style in (("tanh", _TANH), ("dead zone", _DEAD_ZONE)):
            axes.plot(z, lines[name][row], **style, linewidth=1.6, label=name)
        axes.set(ylim=(0, 1.05), xlim=(z[0], z[-1]), xticks=[-6, -3, 0, 3, 6], yticks=[0, 1], ylabel=label)
        if row == 0:
            axes.set_title("one z only")
            axes.tick_params(labelbottom=False)
        else:
            axes.set_xlabel("z")
            axes.legend(loc="upper right", fontsize=7.5, handlelength=1.8, borderpad=0, bbox_to_anchor=(1.06, 1.12))
    quiet = (write < 0.05) & (slope < 0.05)
    parts = {name: np.mean((size < 0.05) & (steep < 0.05)) for name, (size, steep) in lines.items()}
    figure.set_label(
        f"Size and slope of the write between −6 and 6: both are below 0.05 on {100 * quiet.mean():.0f} % of the plane "
        f"for the product (left of the heavy contour), on {100 * parts['dead zone']:.0f} % of the line for the dead "
        f"zone, and on {100 * parts['tanh']:.0f} % of it for tanh, whose 0 is its steepest point."
    )
    return figure


@styled
def wander_climb_hold(runs, mark, depth=5.0, sd=0.5):
    """A memory under distractors in up to three ways of being silent, a panel each, with the curve above that decides.

    `runs` maps "wander", "climb" or "hold" to memories (2, n, T + 1): first those that stored +1 at step `mark`, then
    those that stored −1. The curve is the tanh that rests at 0 or at `depth`, or the gate that rests at −`depth`; the
    noise of standard deviation `sd` moves z along its thick part.
    """
    figure = Figure(figsize=(max(3.4, 2.4 * len(runs)), 3.9))
    grid = figure.subplots(2, len(runs), sharey="row", squeeze=False, height_ratios=[1, 2.9])
    words = []
    for (above, axes), (name, (plus, minus)) in zip(grid.T, runs.items(), strict=True):
        curve, rest, title, remark = {
            "wander": (tanh, 0.0, "wander: tanh rests at 0", "adds 0, steep"),
            "climb": (tanh, depth, f"climb: tanh rests at {depth:g}", "flat, adds 1"),
            "hold": (sigmoid, -depth, f"hold: σ rests at −{depth:g}", "flat, lets in 0"),
        }[name]
        color = CELL_ROLES["LSTM" if name == "hold" else "TANH_ONLY"].color
        z, moved = np.linspace(-8, 8, 161), np.linspace(rest - 2 * sd, rest + 2 * sd, 41)
        above.axhline(0, color=GREY, linewidth=0.7)
        above.plot(z, curve(z), color=GREY, linewidth=1.2)
        above.plot(moved, curve(moved), color=color, linewidth=4.5, alpha=0.5, solid_capstyle="round")
        above.plot([rest], [curve(rest)], "o", color=color, markersize=5)
        above.text(0.98 if name == "wander" else 0.02, 0.04 if name == "wander" else 0.96, remark, fontsize=8.5,
                   transform=above.transAxes, ha="right" if name == "wander" else "left",
                   va="bottom" if name == "wander" else "top")
        above.set(title=title, xlim=(-8, 8), ylim=(-1.25, 1.25), xticks=[], yticks=[-1, 0, 1])
        steps = np.arange(plus.shape[-1])
        _pair_of_writers(axes, steps, plus, minus, color)
        axes.axvline(mark, color=GREY, linewidth=0.8, linestyle=":")
        axes.set(xlabel="step", xlim=(0, steps[-1]), xticks=[0, mark, steps[-1]], ylim=(-6, 8))
        ends = plus[:, -1], minus[:, -1]
        if max(abs(ends[0]).max(), abs(ends[1]).max()) > 8:
            inset = axes.inset_axes([0.56, 0.1, 0.4, 0.38])
            _pair_of_writers(inset, steps, plus, minus, color)
            inset.set(xlim=(0, steps[-1]), ylim=(0, 1.05 * ends[0].max()), xticks=[], yticks=[0, 100])
            inset.tick_params(labelsize=7.5)
            inset.set_title(f"all {steps[-1]} steps", fontsize=8, pad=2)
        words.append(f"{name}: {_range(ends[0])} and {_range(ends[1])}")
    grid[0, 0].set_ylabel("curve", fontsize=9)
    grid[1, 0].set_ylabel("memory c")
    grid[1, -1].plot([], [], color=DARK, label="wrote +1")
    grid[1, -1].plot([], [], color=DARK, linestyle=(0, (4, 1.5)), label="wrote −1")
    grid[1, -1].legend(loc="lower right", fontsize=8, borderpad=0.4)
    figure.set_label(
        f"Memories that wrote +1 (solid) or −1 (dashed) at step {mark} and ignored every other step. After "
        f"{steps[-1]} steps, those of +1 and those of −1: {'; '.join(words)}."
    )
    return figure


def _pair_of_writers(axes, steps, plus, minus, color):
    axes.axhline(0, color=GREY, linewidth=0.7)
    axes.plot(steps, minus.T, color=color, linewidth=1, linestyle=(0, (4, 1.5)))
    axes.plot(steps, plus.T, color=color, linewidth=1)


def _range(values):
    low, high = (f"{value:.2f}".replace("-", "−") for value in (values.min(), values.max()))
    return low if low == high else f"{low} to {high}"


@styled
def read_by_a_line(memories):
    """What a memory holds against what is wanted of it, with the best straight-line reading: a panel each.

    `memories` maps a row's cell ("tanh-only" or "LSTM") to {column's title: (wanted (n,), c (n,))}; the first 600 of
    the n sequences are drawn.
    """
    columns = list(next(iter(memories.values())))
    figure = Figure(figsize=(7.2, 3.6))
    grid = figure.subplots(len(memories), len(columns), sharex=True, squeeze=False)
    words = []
    for axes, title in zip(grid[0], columns, strict=True):
        axes.set_title(title)
    for row, (name, panels) in zip(grid, memories.items(), strict=True):
        role = next(role for role in CELL_ROLES.values() if role.label == name)
        for axes, (title, (wanted, c)) in zip(row, panels.items(), strict=True):
            share = r_squared(c, wanted)
            axes.plot(wanted[:600], c[:600], ".", color=role.color, markersize=2.5, markeredgewidth=0)
            axes.text(0.03, 0.95, f"R² = {share:.2f}", transform=axes.transAxes, va="top", fontsize=9,
                      bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1})
            words.append(f"{name}, {title}: {share:.2f}")
        row[0].set_ylabel(f"c, {name}")
    figure.supxlabel("the sum of the two marked values", fontsize=10)
    figure.set_label(
        "The memory at the end against the sum that it should hold, a dot a sequence. A straight line reads off a "
        f"share R² of the sum's variance: {'; '.join(words)}."
    )
    return figure


@styled
def forget_bound(forgets, ratios, sequences, best, shut_gate):
    """Signal-to-noise of a forget gate alone, over constant factors and over whole sequences of them.

    `forgets`, `ratios` (n,): constant f and its ratio; `sequences` (m, 2): pairs (geometric mean of f, ratio), of
    which every sixth is drawn; `best`: the bound; `shut_gate`: the ratio with a shut input gate.
    """
    figure = Figure(figsize=(7.2, 2.8))
    axes = figure.subplots()
    axes.axhline(best, color="#000000", linewidth=1)
    axes.text(0.8505, best * 1.5, f"bound at f = 1: {best:.3f}", fontsize=9)
    axes.plot(*sequences[::6].T, "o", markersize=3, color="#8a8a8a", markeredgewidth=0)
    axes.plot(forgets, ratios, **ROLES["forget_gate"].line)
    axes.plot([1], [shut_gate], "D", color=ROLES["input_gate"].color, clip_on=False, zorder=5)
    axes.text(0.9975, shut_gate, f"input gate shut, f = 1: {shut_gate:.1f}", ha="right", va="center", fontsize=9,
              color=ROLES["input_gate"].color)
    axes.annotate("constant f", (0.875, np.interp(0.875, forgets, ratios)), (0.882, 1.5e-7), fontsize=9,
                  color=ROLES["forget_gate"].color, arrowprops={"arrowstyle": "-", "color": "#888888"})
    axes.text(0.935, 8e-6, "random sequences of f", fontsize=9, color="#555555")
    axes.set(yscale="log", xlim=(0.85, 1.0), ylim=(3e-8, 300), xlabel="forget factor a step (geometric mean)",
             ylabel="signal / noise, T = 100")
    figure.set_label(
        f"Signal-to-noise of a value stored 100 steps ago: no forget factor and no sequence of them passes "
        f"{best:.3f} (the best random sequence here: {sequences[:, 1].max():.3f}); a shut input gate reaches "
        f"{shut_gate:.1f}."
    )
    return figure


@styled
def weight_conflict(weights, curves, gated, bound):
    """One weight with two jobs: what a tanh stores and what the distractors leave, and the ratio of the two.

    `weights` (n,); `curves` maps "tanh" and "dead zone" to a pair of arrays (n,): noise and stored; `gated` (n,) is
    the ratio of a gated tanh; `bound` the largest ratio of any nondecreasing candidate.
    """
    figure = Figure(figsize=(7.2, 2.9))
    left, right = figure.subplots(1, 2)
    noise, stored = curves["tanh"]
    left.plot(weights, noise, color="#6b6b6b", linestyle="-.")
    left.plot(weights, stored, color="#000000")
    left.text(0.013, 13, "left by 100 distractors (sd)", fontsize=8.5, color="#555555")
    left.text(0.4, 0.15, "stored by\nthe signal", fontsize=8.5, va="top")
    left.set(title="one tanh: they rise together", ylabel="size", ylim=(0.005, 30))
    styles = {"tanh": _TANH, "dead zone": _DEAD_ZONE}
    for name, (noise, stored) in curves.items():
        right.plot(weights, stored / noise, **styles[name])
    right.plot(weights, gated, **ROLES["input_gate"].line)
    right.axhline(bound, color="#000000", linewidth=1)
    right.text(0.013, bound * 1.2, f"bound for one weight: {bound:.3f}", fontsize=8.5)
    right.text(0.013, gated[0] * 1.25, "gate on its own evidence", fontsize=8.5, color=ROLES["input_gate"].color)
    right.text(0.8, 0.105, "tanh", fontsize=8.5)
    right.text(6, 0.24, "dead zone", fontsize=8.5, color="#555555")
    right.set(title="signal / noise", ylim=(0.05, 100))
    for axes in (left, right):
        axes.set(xscale="log", yscale="log", xlim=(0.01, 100), xlabel="weight w")
        plain_ticks(axes.xaxis)
        plain_ticks(axes.yaxis)
    best = {name: (stored / noise).max() for name, (noise, stored) in curves.items()}
    figure.set_label(
        f"One weight for signal and distractors: over all weights the ratio of what is stored to what is left of the "
        f"distractors reaches {best['tanh']:.3f} for tanh and {best['dead zone']:.3f} for the dead zone (bound "
        f"{bound:.3f}), with a gate on its own evidence {gated.max():.1f}."
    )
    return figure


@styled
def forgetting(survival):
    """What is left of a stored value at constant forget biases: `survival` maps a bias to f^t (T + 1,)."""
    figure = Figure(figsize=(7.2, 2.5))
    axes = figure.subplots()
    steps = np.arange(len(next(iter(survival.values()))))
    for bias, left_over in survival.items():
        axes.plot(steps, left_over, **ROLES["forget_gate"].line, alpha=0.45 + 0.11 * bias)
        at = round(0.7 * steps[-1]) if left_over[-1] > 1e-4 else np.argmin(abs(left_over - (0.02 if bias else 0.0003)))
        axes.annotate(f"b = {bias}", (steps[at], left_over[at]), (5, 3), textcoords="offset points", fontsize=9)
    axes.axhline(0.5, color="#000000", linewidth=0.8)
    axes.text(steps[-1], 0.42, "one half", fontsize=9, ha="right", va="top")
    axes.set(xlabel="step", ylabel="left of a stored 1", yscale="log", xlim=(0, steps[-1]), ylim=(1e-4, 1.6))
    plain_ticks(axes.yaxis)
    half = "; ".join(f"b = {bias}: {memory.half_life(bias):.3g}" for bias in survival)
    figure.set_label(f"What a constant forget gate σ(b) leaves of a stored 1. Half-life in steps: {half}.")
    return figure


@styled
def fluctuating_gate(runs, typical, mean):
    """What a fluctuating forget gate leaves: `runs` (n, T + 1) of ∏ f, and the factors exp(E ln f) and E f."""
    figure = Figure(figsize=(7.2, 2.5))
    axes = figure.subplots()
    steps = np.arange(runs.shape[-1])
    axes.plot(steps, runs.T, color="#b4b4b4", linewidth=0.7)
    axes.plot(steps, mean**steps, color="#000000", linestyle=":", label=f"mean factor, {mean:.3f} a step")
    axes.plot(steps, typical**steps, **ROLES["forget_gate"].line, label=f"typical factor, {typical:.3f} a step")
    axes.set(xlabel="step", ylabel="left of a stored 1", yscale="log", xlim=(0, steps[-1]), ylim=(1e-20, 1e4))
    axes.legend(loc="upper right", fontsize=9, borderpad=0)
    figure.set_label(
        f"{len(runs)} runs of a forget gate that fluctuates about b = 0 shrink to {typical:.3f} a step, faster than "
        f"their mean factor {mean:.3f}."
    )
    return figure
