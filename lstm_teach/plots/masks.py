"""Pictures of gates as masks: two doors, a mask on four units, how fast a state can grow, and tanh as a forget gate."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from .style import DARK, GREY, PALE, ROLES, styled

_DOORS = {  # both stand in the forget gate's place: its colour, told apart by line style and label
    "σ": {"color": ROLES["forget_gate"].color, "linestyle": "-"},
    "tanh": {"color": ROLES["forget_gate"].color, "linestyle": (0, (4, 1))},
}


@styled
def two_doors(z, normal, revolving, nearly_shut):
    """The factor of both doors over the pre-activation z, with the stretch where |factor| < `nearly_shut` shaded.

    z, normal, revolving: arrays of one length; `nearly_shut` a number in (0, 1).
    """
    figure = Figure()
    left, right = figure.subplots(1, 2, sharey=True)
    edge, half = np.log(nearly_shut / (1 - nearly_shut)), np.arctanh(nearly_shut)
    doors = (
        (left, "σ", "normal door: σ", normal, (z[0], edge),
         (("shut", -7.6, 0.10), ("ajar", 0.5, 0.40), ("open", 5.6, 0.80))),
        (right, "tanh", "revolving door: tanh", revolving, (-half, half),
         (("sent back", -7.6, -0.85), ("stopped", 0.5, -0.16), ("sent on", 4.6, 0.80))),
    )
    for axes, name, title, factor, shut, words in doors:
        axes.axvspan(*shut, color=PALE, zorder=0)
        axes.axhline(0, color=GREY, linewidth=0.8)
        axes.plot(z, factor, **_DOORS[name])
        for word, x, y in words:
            axes.text(x, y, word, fontsize=9, color=DARK)
        axes.set(title=title, xlabel="pre-activation z", xlim=(z[0], z[-1]), ylim=(-1.1, 1.1))
    left.annotate("", (z[0], -0.35), (edge, -0.35), arrowprops={"arrowstyle": "->", "color": DARK})
    left.text(edge - 0.2, -0.44, f"nearly shut:\nz < −{-edge:.2f}", fontsize=9, color=DARK, va="top", ha="right")
    right.annotate(
        f"nearly shut:\n{2 * half:.2f} wide", (-half, 0.55), (-7.6, 0.55), fontsize=9, color=DARK, va="center",
        arrowprops={"arrowstyle": "->", "color": DARK},
    )
    left.set_ylabel("factor")
    figure.set_label(
        f"The factor is within {nearly_shut:g} of 0 (shaded) for every z below {edge:.2f} at the normal door σ, "
        f"and on a stretch {2 * half:.2f} wide at the revolving door tanh."
    )
    return figure


@styled
def fastest_growth(states, target):
    """|c_t| of cells pushed one way with all pre-activations at ±z, against the bound |c_t| < t and a target.

    states: z -> array of c_1 … c_T from c_0 = 0 (all of one length); `target` the |c| to be reached.
    """
    figure = Figure()
    axes = figure.subplots()
    steps = np.arange(1, 1 + len(next(iter(states.values()))))
    axes.fill_between(steps, steps, 2 * steps[-1], color=PALE, linewidth=0)
    axes.plot([0, steps[-1]], [0, steps[-1]], color=GREY, linewidth=3.5, alpha=0.5)
    axes.text(14, 54, "out of reach: |c| ≥ t", fontsize=9, color=DARK)
    axes.plot([0, steps[-1]], [target, target], color=GREY, linewidth=1.2, linestyle=":")
    axes.text(1.6, target - 5, f"|c| = {target:g}", fontsize=9, color=DARK)
    words = []
    for (z, state), style in zip(states.items(), ("-", "--", "-.", ":"), strict=False):
        size = np.abs(state)
        axes.plot(steps, size, color=ROLES["cell_state"].color, linestyle=style)
        beside = size[-1] - (3 if size[-1] > 0.99 * steps[-1] else 0)
        axes.text(steps[-1] + 0.7, beside, f"z = ±{z:g}", fontsize=9, va="center")
        there = np.flatnonzero(size >= target)
        words.append(f"z = ±{z:g} reaches {target:g} at step {there[0] + 1}" if len(there) else
                     f"z = ±{z:g} stands at {size[-1]:.1f} after {steps[-1]} steps")
    axes.set(xlabel="step t", ylabel="size of the state |c|", xlim=(0, steps[-1] + 7.5), ylim=(0, 64),
             title="From c = 0, |c| stays below t (z = ±10 runs just under it)")
    figure.set_label("A cell pushed one way from 0 stays below the line |c| = t: " + ", ".join(words) + ".")
    return figure


@styled
def writes(z_g, writes, gates):
    """What one step writes, i·g, over the candidate's pre-activation z_g, one curve for each opening of the gate.

    z_g: (n,); writes: (k, n); gates: (k,) the values of i, falling.
    """
    figure = Figure()
    axes = figure.subplots()
    axes.axhline(0, color=GREY, linewidth=0.8)
    for gate, write, style in zip(gates, writes, ("-", (0, (6, 1)), "--", "-.", ":"), strict=True):
        axes.plot(z_g, write, color=ROLES["input_gate"].color, linestyle=style)
        nearly_shut = gate < 0.01
        axes.text(z_g[-1] * 1.02, write[-1], f"i = {gate:.{2 if nearly_shut else 3}g}", fontsize=9,
                  va="top" if nearly_shut else "center")
    axes.text(z_g[0] * 0.97, -0.31, "decrement", fontsize=9, va="center")
    axes.text(z_g[-1] * 0.97, 0.31, "increment", fontsize=9, va="center", ha="right")
    axes.set(xlabel="pre-activation of the candidate $z_g$", ylabel="write  i·g", xlim=(z_g[0], z_g[-1] * 1.2),
             ylim=(-1.08, 1.08), title="The gate sets how much; the candidate sets which way, and how far")
    figure.set_label(
        "The largest write a gate allows is its own opening: "
        + ", ".join(f"{np.max(np.abs(write)):.3g} at i = {gate:.3g}" for gate, write in zip(gates, writes, strict=True))
        + "."
    )
    return figure


@styled
def running_parity(marks, truth, states):
    """The running product of ±1 marks, and what each way of computing it holds.

    marks, truth: (T,) of ±1; states: name -> (T,) array, drawn from top to bottom.
    """
    figure = Figure(figsize=(7.2, 3.4))
    rows = figure.subplots(len(states), 1, sharex=True)
    steps = np.arange(1, 1 + len(marks))
    words = []
    for axes, (name, state) in zip(rows, states.items(), strict=True):
        right = np.sign(state) == truth
        for step in steps[marks < 0]:
            axes.axvline(step, color=PALE, linewidth=2.5)
        axes.axhline(0, color=GREY, linewidth=0.8)
        axes.step(steps, state, where="mid", color=ROLES["cell_state"].color, linewidth=1.6)
        axes.plot(steps[~right], truth[~right], "x", color=DARK, markersize=5, mew=1.4)
        axes.set(ylim=(-1.5, 1.5), yticks=(-1, 0, 1))
        axes.grid(False)
        title = f"{name}: sign right at {right.sum()} of {len(steps)} steps"
        tiny = np.abs(state) < 0.001
        if tiny.any():
            title += f", but |c| < 0.001 from step {steps[tiny][0]} on"
        axes.set_title(title, fontsize=9.5)
        words.append(f"{name} {right.sum()}")
    rows[-1].set(xlabel="step (grey: a mark of −1; cross: the running product where the sign of c is wrong)",
                 xlim=(0.3, len(marks) + 0.7))
    rows[len(rows) // 2].set_ylabel("state c")
    figure.set_label(
        f"Steps of {len(steps)}, {int(np.sum(marks < 0))} of them marks of −1, at which the sign of c is the running "
        "product: " + ", ".join(words) + "."
    )
    return figure


@styled
def weight_trade_off(weights, doors, most_lost):
    """What a gate loses while keeping and leaves while erasing, over its weight: one panel a gate.

    weights: (n,); doors: "tanh" and "σ" -> (lost, left), each (n,); the first weight with lost ≤ `most_lost` is marked.
    """
    figure = Figure(figsize=(7.2, 3.0))
    words = []
    for axes, (name, (lost, left)) in zip(figure.subplots(1, 2, sharey=True), doors.items(), strict=True):
        at = int(np.argmax(lost <= most_lost))
        axes.loglog(weights, left, **_DOORS[name])
        axes.loglog(weights, lost, color=ROLES["cell_state"].color, linestyle=":")
        axes.axvline(weights[at], color=GREY, linewidth=0.8)
        axes.plot(weights[at], left[at], "o", color="black", markerfacecolor="white", zorder=4)
        beside, side = ((8, -12), "left") if left[at] > 0.1 else ((-7, -9), "right")
        axes.annotate(f"{left[at]:.2g} left", (weights[at], left[at]), beside, textcoords="offset points", ha=side,
                      fontsize=9)
        axes.text(weights[0] * 1.1, 1.3 * lost[0], "lost in 100 steps of keeping", fontsize=9,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})
        axes.text(weights[0] * 1.1, 0.45 * left[0], "left by one erasing", fontsize=9,
                  color=ROLES["forget_gate"].color, va="top")
        axes.set(title=f"forget gate f = {name}", xlabel="weight w", ylim=(3e-5, 4), xlim=(weights[0], weights[-1]),
                 xticks=[0.5, 1, 2, 5, 10, 20, 50])
        axes.xaxis.set_major_formatter("{x:g}")
        axes.xaxis.set_minor_locator(NullLocator())
        words.append(f"{name} needs w = {weights[at]:.1f} and leaves {left[at]:.2g} when erasing")
    figure.axes[0].set_ylabel("share of the memory")
    figure.set_label(f"To lose at most {most_lost:.0%} in 100 steps of keeping, " + "; ".join(words) + ".")
    return figure


@styled
def partly_open(kept, gates, signal, averages):
    """Left: what a vector gate leaves of a 1 in each unit, step after step. Right: a partly open gate as an average.

    kept: (T + 1, units); gates: (units,) rising; signal: (n,); averages: f -> (n,) running averages of the signal.
    """
    figure = Figure()
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.25))
    for gate, column, style in zip(gates, kept.T, (":", "-.", "--", "-"), strict=True):
        left.plot(column, color=ROLES["cell_state"].color, linestyle=style)
        at = int(np.argmin(np.abs(column - 0.12))) if column[-1] < 0.12 else len(column) - 14
        left.text(at + 1.2, column[at] + 0.035, f"f = {gate:.3g}", fontsize=9)
    left.set(xlabel="steps", ylabel="share kept", title="one vector gate, four units", ylim=(-0.04, 1.14),
             xlim=(0, len(kept) - 1))
    right.axhline(0, color=GREY, linewidth=0.8)
    right.plot(signal, "o", color=GREY, markersize=2.5, label="candidate")
    for (gate, average), style in zip(averages.items(), ("-", "--"), strict=True):
        right.plot(average, color=ROLES["cell_state"].color, linestyle=style, linewidth=1.5, label=f"f = {gate:g}")
    right.set(xlabel="step", title="partly open: a running average", ylim=(-1.1, 1.5), xlim=(0, len(signal)))
    right.legend(loc="upper left", ncols=3, columnspacing=0.9, handlelength=1.8, handletextpad=0.4, borderaxespad=0)
    quarter = slice(-len(signal) // 4, None)
    figure.set_label(
        f"After {len(kept) - 1} steps the units keep "
        + ", ".join(f"{last:.2g} (f = {gate:.3g})" for gate, last in zip(gates, kept[-1], strict=True))
        + f"; in the last {len(signal[quarter])} steps the candidate has sd {np.std(signal[quarter]):.2f}, its average "
        + " and ".join(f"{np.std(average[quarter]):.2f} (f = {gate:g})" for gate, average in averages.items()) + "."
    )
    return figure
