"""Pictures of gates as masks: what a gate lets through, how fast a memory can grow, and other forget gates."""

import numpy as np
from matplotlib.figure import Figure

from .style import DARK, GREY, PALE, ROLES, styled

_DOORS = {  # both stand in the forget gate's place: its colour, told apart by line style and label
    "σ": {"color": ROLES["forget_gate"].color, "linestyle": "-"},
    "tanh": {"color": ROLES["forget_gate"].color, "linestyle": (0, (4, 1))},
}


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
    rows[len(rows) // 2].set_ylabel("memory c")
    figure.set_label(
        f"Steps of {len(steps)}, {int(np.sum(marks < 0))} of them marks of −1, at which the sign of c is the running "
        "product: " + ", ".join(words) + "."
    )
    return figure


@styled
def erasing(noises, left):
    """What one erasing leaves of a memory, over the noise on the gate's evidence: one line a gate.

    noises: (n,) rising; left: "tanh" and "σ" -> (n,) shares, drawn down to 1e-6.
    """
    figure = Figure(figsize=(7.2, 2.9))
    axes = figure.subplots()
    words = []
    for name, shares in left.items():
        axes.semilogy(noises, np.maximum(shares, 1e-6), **_DOORS[name], marker="o", markersize=4)
        middle = len(noises) // 2
        at = (noises[middle], shares[middle])
        axes.annotate(f"f = {name}", at, (10, -12), textcoords="offset points", fontsize=9)
        told = (f"{share:.2g}" if share > 1e-6 else "less than 1e-6" for share in shares)
        words.append(f"{name} " + ", ".join(told))
    axes.set(xlabel="noise on the evidence (standard deviation)", ylabel="share left by one erasing", ylim=(5e-7, 1.5))
    listed = ", ".join(f"{noise:g}" for noise in noises)
    figure.set_label(f"Left by one erasing at noise {listed}: {'; '.join(words)}.")
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
