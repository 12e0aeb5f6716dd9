"""Pictures of the second study: ratios with their intervals, errors at other lengths, what one value moves."""

import numpy as np
from matplotlib.figure import Figure

from .race import CELL_NAMES
from .style import BLACK, CELL_ROLES, GREY, plain_ticks, styled

# Grey, told apart by line and mark.
_RIVALS = {"LINEAR_GATE": ("-.", "s"), "TANH_GATE": (":", "^"), "DEAD_ZONE": ((0, (6, 2)), "D")}


@styled
def ratios_with_intervals(groups, bound):
    """Ratios of updates, a line each, with their 95 % intervals.

    `groups` maps a group's title to a list of (what it says, ratio, low, high); `bound` is the ratio below which the
    intervals of the last group were predicted to lie, those of the others above 1.
    """
    lines = sum(len(own) for own in groups.values())
    figure = Figure(figsize=(7.2, 1.1 + 0.29 * (lines + len(groups))))
    axes = figure.subplots()
    row, ticks, last = 0, [], list(groups)[-1]
    for title, own in groups.items():
        ticks.append((row, title))
        for says, ratio, low, high in own:
            row += 1
            axes.plot([low, high], [row, row], color=BLACK, linewidth=1.6)
            axes.plot([ratio], [row], "o", color=BLACK, markersize=4.5)
            ticks.append((row, says))
        row += 1.35
    top = row - 1.35 - len(groups[last])
    axes.plot([bound] * 2, [top + 0.4, row - 0.8], color=GREY, linewidth=1.2, linestyle="--")
    axes.text(bound * 1.04, top + 0.2, f"{bound:g}", fontsize=8.5, color="#444444", va="center")
    axes.axvline(1, color="#444444", linewidth=0.8)
    axes.set(xscale="log", xlabel="updates of the rival over those of σ, 95 % interval", ylim=(row - 0.6, -0.6))
    plain_ticks(axes.xaxis, [0.5, 1, 2, 5, 10, 20])
    axes.set_yticks(*zip(*ticks, strict=True), fontsize=8.5)
    for label, (_, text) in zip(axes.get_yticklabels(), ticks, strict=True):
        label.set_fontweight("bold" if text in groups else "normal")
    axes.tick_params(axis="y", length=0)
    axes.grid(False, axis="y")
    figure.set_label("Updates of the rival over those of σ, with 95 % intervals. " + " ".join(
        f"{title}: " + "; ".join(f"{says} {ratio:.2f} [{low:.2f}, {high:.2f}]" for says, ratio, low, high in own) + "."
        for title, own in groups.items()))
    return figure


@styled
def errors_by_length(panels, times, criterion):
    """Median errors at `times` the length that was trained on: `panels` maps a title to cell -> errors like `times`."""
    figure = Figure(figsize=(7.2, 2.9))
    every_axes = figure.subplots(1, len(panels), sharex=True, sharey=True)
    for axes, (title, cells) in zip(every_axes, panels.items(), strict=True):
        for cell, errors in cells.items():
            role = CELL_ROLES.get(cell)
            style, marker = (role.linestyle, "o") if role else _RIVALS[cell]
            axes.plot(times, errors, marker, color=role.color if role else "#6a6a6a", linestyle=style, linewidth=1.5,
                      markersize=4.5, label=CELL_NAMES[cell])
        axes.axhline(criterion, color="#444444", linewidth=0.8, linestyle=":")
        axes.set(title=title, xscale="log", yscale="log", xlabel="times the length trained on")
        plain_ticks(axes.xaxis, times)
    every_axes[0].set_ylabel("median error")
    plain_ticks(every_axes[0].yaxis, [0.01, 0.1, 1])
    every_axes[0].text(times[-1], criterion * 1.12, "solved", ha="right", fontsize=8.5, color="#444444")
    figure.legend(*every_axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=5, fontsize=8.5)
    figure.set_label(f"Median errors at {', '.join(map(str, times))} times the length trained on. " + ". ".join(
        f"{title}: " + "; ".join(f"{CELL_NAMES[cell]} {', '.join(f'{error:.2g}' for error in errors)}"
                                 for cell, errors in cells.items()) for title, cells in panels.items()) + ".")
    return figure


@styled
def moved_by_a_value(moved, later):
    """How far one value has moved the memory: `moved` maps a cell to {"ignored": like `later`, "marked": likewise}.

    `later` are steps after the value came; numbers are per unit of the value.
    """
    figure = Figure(figsize=(7.2, 2.7))
    every_axes = figure.subplots(1, len(moved), sharey=True)
    for axes, (cell, kinds) in zip(every_axes, moved.items(), strict=True):
        role = CELL_ROLES[cell]
        for kind, filled in (("marked", role.color), ("ignored", "white")):
            axes.plot(range(len(later)), kinds[kind], marker="o", color=role.color, linestyle=role.linestyle,
                      markerfacecolor=filled, markersize=6, linewidth=1.5, clip_on=False)
            at = (len(later) - 1, max(kinds[kind][-2:]))
            axes.annotate(f"{kind} value", at, (0, 9), textcoords="offset points", fontsize=8.5, color=role.color,
                          ha="right")
        axes.set(title=role.label, ylim=(0, None), xlabel="steps after the value came")
        axes.set_xticks(range(len(later)), [str(k) for k in later])
    every_axes[0].set_ylabel("memory moved by")
    highest = max(np.max(values) for kinds in moved.values() for values in kinds.values())
    every_axes[0].set_ylim(0, 1.15 * highest)
    figure.set_label(f"By how much one value, per unit of it, has moved the memory {', '.join(map(str, later))} steps "
                     "later, medians over networks. " + " ".join(
        f"{CELL_ROLES[cell].label}: " + "; ".join(f"{kind} {', '.join(f'{value:.2g}' for value in values)}"
                                                  for kind, values in kinds.items()) + "."
        for cell, kinds in moved.items()))
    return figure
