"""Pictures of notebook 07: one unit of a trained network over time, and what the answer hangs on."""

import numpy as np
from matplotlib.figure import Figure

from .style import BLACK, CELL_ROLES, GREY, ROLES, styled


@styled
def gate_at_work(values, marked, lanes, again=None):
    """One unit over one sequence: a lane for the values, then one for each of `lanes`.

    `values` (T,) and `marked` (T,) booleans; `lanes` maps "i", "g" and "c" to (T,) arrays; `again`, when given, is
    (values, c) with other distractors, drawn thin behind.
    """
    names = {"i": ("input_gate", "gate i"), "g": ("candidate", "candidate g"), "c": ("cell_state", "memory c")}
    figure = Figure(figsize=(7.2, 4.2))
    axes = figure.subplots(1 + len(lanes), 1, sharex=True, height_ratios=[1.3] + [1] * len(lanes))
    steps = np.arange(1, len(values) + 1)
    if again is not None:
        axes[0].vlines(steps + 0.3, 0, again[0], color="#cfcfcf", linewidth=1.2, label="other distractors")
        axes[0].legend(loc="lower right", bbox_to_anchor=(1, 0.98), fontsize=8.5, borderpad=0)
    axes[0].vlines(steps[~marked], 0, values[~marked], color=GREY, linewidth=1.6)
    axes[0].vlines(steps[marked], 0, values[marked], color=BLACK, linewidth=2.6)
    axes[0].plot(steps[marked], values[marked], "o", color=BLACK, markersize=6)
    axes[0].set_ylabel("values")
    for ax, (letter, lane) in zip(axes[1:], lanes.items(), strict=True):
        role, label = names[letter]
        if letter == "c" and again is not None:
            ax.plot(steps, again[1], color="#b8b8b8", linewidth=3.2, label="other distractors")
        ax.plot(steps, lane, **ROLES[role].line, linewidth=1.6)
        ax.set_ylabel(label)
    for ax in axes:
        for step in steps[marked]:
            ax.axvline(step, color="#e2e2e2", linewidth=6, zorder=0)
        ax.grid(False)
    axes[1].set(ylim=(-0.05, 1.05), yticks=[0, 0.5, 1])
    axes[-1].set(xlabel="step (grey bars: the two marked ones)", xlim=(0.5, len(values) + 0.5))
    if again is not None:
        axes[-1].legend(loc="upper left", fontsize=8.5)
    figure.align_ylabels(axes)
    gate = lanes["i"]
    figure.set_label(
        f"One unit over {len(values)} steps. Its gate at the marked steps {', '.join(map(str, steps[marked]))}: "
        f"{', '.join(f'{value:.2f}' for value in gate[marked])}; at all others at most {gate[~marked].max():.2f}. "
        f"Its memory ends at {lanes['c'][-1]:.2f}"
        + (f", with other distractors at {again[1][-1]:.2f}." if again is not None else ".")
    )
    return figure


@styled
def what_it_hangs_on(errors, baseline, before):
    """Errors after an intervention, a dot a network: `errors` maps a cell to {what was done: errors (n,)}.

    `baseline` is the error of always saying the mean, `before` the criterion that all these networks had met.
    """
    figure = Figure(figsize=(7.2, 0.8 + 0.36 * sum(map(len, errors.values()))))
    ax = figure.subplots()
    row, ticks = 0, []
    for cell, done in errors.items():
        role = CELL_ROLES[cell]
        for what, values in done.items():
            values = np.asarray(values, float)
            ax.plot(values, row + np.linspace(-0.2, 0.2, len(values)), "o", color=role.color, markersize=3.6)
            ax.plot([np.median(values)] * 2, [row - 0.34, row + 0.34], color=role.color, linewidth=2)
            ticks.append((row, f"{role.label}: {what}"))
            row += 1
        row += 0.35
    for x, text in ((before, "solved"), (baseline, "always the mean")):
        ax.axvline(x, color="#444444", linewidth=0.9, linestyle=":")
        ax.annotate(text, (x, 1), (0, 3), xycoords=("data", "axes fraction"), textcoords="offset points", ha="center",
                    fontsize=8.5, color="#444444")
    ax.set(xscale="log", xlabel="error afterwards")
    ax.set_yticks(*zip(*ticks, strict=True))
    ax.invert_yaxis()
    ax.grid(False, axis="y")
    said = "; ".join(f"{CELL_ROLES[cell].label}, {what}: {np.median(values):.2g}" for cell, done in errors.items()
                     for what, values in done.items())
    figure.set_label(f"Error after an intervention, a dot a network, bar: median. {said}. Always the mean: "
                     f"{baseline:.2g}.")
    return figure
