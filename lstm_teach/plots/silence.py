"""Pictures of notebook 04: what "off" looks like, and what noise does to a stored value."""

import numpy as np
from matplotlib.figure import Figure

from ..cell import memory
from .style import ROLES, plain_ticks, styled

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
        axes.text(-4.5, 4.6, "quiet", fontsize=9, ha="center", va="center",
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
def drift(cells, bands, content):
    """A stored 1 under noise: one panel a variant.

    `cells` maps a variant's name to its runs (runs, T + 1); `bands` maps it to the theory's standard deviation
    (T + 1,), `content` to what is left of the stored value (T + 1,).
    """
    figure = Figure(figsize=(7.2, 2.5))
    every_axes = figure.subplots(1, len(cells), sharey=True)
    for axes, (name, runs) in zip(every_axes, cells.items(), strict=True):
        steps = np.arange(runs.shape[-1])
        quiet = bands[name][-1] < 0.2  # too quiet to be seen at this scale
        where = axes.inset_axes([0.3, 0.04, 0.68, 0.32]) if quiet else axes
        where.fill_between(
            steps, content[name] - 2 * bands[name], content[name] + 2 * bands[name], color="#d4d4d4", linewidth=0
        )
        where.plot(steps, runs.T, color=ROLES["cell_state"].color, linewidth=0.6 if quiet else 0.8)
        axes.plot(steps, content[name], color="#ffffff", linewidth=2.6)
        axes.plot(steps, content[name], **ROLES["forget_gate"].line, linewidth=1.5)
        axes.set(title=name, xlabel="step", xlim=(0, steps[-1]), xticks=[0, 50, 100])
        if quiet:
            where.set(xlim=(0, steps[-1]), ylim=(0.75, 1.25), xticks=[], yticks=[0.8, 1, 1.2])
            where.tick_params(labelsize=7.5)
            where.set_title("magnified", fontsize=8, pad=2)
    every_axes[0].set(ylabel="cell c", ylim=(-9.5, 11.5))
    ends = "; ".join(f"{name}: {bands[name][-1]:.3g}" for name in cells)
    figure.set_label(
        f"A stored 1 through {steps[-1]} noisy steps (black: runs; grey: theory, two sd either way; dashed: what is "
        f"left of the 1). Standard deviation of the noise at the end, by theory: {ends}."
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
def marked_writers(cells, mark):
    """One marked write of +1 or −1 among noise: one panel a way of adding the marker in.

    `cells` maps a name to runs (2, runs, T + 1): first those that should store +1, then those for −1; `mark` is the
    step of the write.
    """
    figure = Figure(figsize=(7.2, 2.6))
    every_axes = figure.subplots(1, len(cells), sharey=True)
    for axes, (name, (plus, minus)) in zip(every_axes, cells.items(), strict=True):
        steps = np.arange(plus.shape[-1])
        axes.axvline(mark, color="#999999", linewidth=0.8, linestyle=":")
        axes.plot(steps, minus.T, color="#8a8a8a", linewidth=0.9, linestyle=(0, (4, 1.5)))
        axes.plot(steps, plus.T, color=ROLES["cell_state"].color, linewidth=0.9)
        axes.set(title=name, xlabel="step", xlim=(0, steps[-1]), xticks=[0, 50, 100], ylim=(-2.6, 2.6))
    every_axes[0].set_ylabel("cell c")
    every_axes[-1].plot([], [], color=ROLES["cell_state"].color, linewidth=1.2, label="wrote +1")
    every_axes[-1].plot([], [], color="#8a8a8a", linewidth=1.2, linestyle=(0, (4, 1.5)), label="wrote −1")
    every_axes[-1].legend(loc="upper right", fontsize=8, borderpad=0)
    ends = "; ".join(
        f"{' '.join(name.split())} {plus[:, -1].mean():+.2f} and {minus[:, -1].mean():+.2f}"
        for name, (plus, minus) in cells.items()
    ).replace("-", "−")
    figure.set_label(
        f"Cells told by a marker to write +1 (solid) or −1 (dashed) at step {mark}, noise before and after. "
        f"Mean of the three runs at the end: {ends}."
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
