"""Pictures of appendix A2: the gates of a network trained elsewhere. Traces and labels are those of `sequence`."""

import numpy as np
from matplotlib.figure import Figure

from ..checks import complaint
from .sequence import GATES, first_step, named_traces
from .style import ROLES, styled

OTHER_UNITS = {"color": "#c4c4c4", "linewidth": 0.6}


@styled
def gate_histograms(trace, start=0, near=0.1):
    """How often each kind of gate takes which value, all units and sequences; shaded: within `near` of an end.

    `trace` is a `Trace`, or maps titles to those of a network's layers and directions, which are counted together;
    steps before `start` are left out. Raises `ValueError` for an empty batch and for a step that is not there.
    """
    traces = named_traces(trace)
    start = first_step(start, len(next(iter(traces.values()))))
    figure = Figure(figsize=(7.2, 2.5))
    every_axes = figure.subplots(1, 3, sharey=True)
    words = []
    for axes, (letter, place) in zip(every_axes, GATES.items(), strict=True):
        gate = np.concatenate([getattr(one, letter)[start:].ravel().astype(float) for one in traces.values()])
        if gate.size == 0:
            raise complaint("trace", "at least one sequence", "an empty batch")
        for low in (0, 1 - near):
            axes.axvspan(low, low + near, color="#dddddd", linewidth=0)
        axes.hist(
            gate, np.linspace(0, 1, 21), weights=np.full(gate.size, 20 / gate.size), color=ROLES[place].color, alpha=0.6
        )
        axes.axhline(1, color="#000000", linewidth=0.8, linestyle=":")
        axes.set(xlim=(0, 1), xticks=[0, 0.5, 1], xlabel=ROLES[place].label)
        axes.grid(False)
        words.append(f"{letter} {100 * np.mean(gate < near):.1f} % and {100 * np.mean(gate > 1 - near):.1f} %")
    every_axes[0].set_ylabel("density")
    every_axes[2].text(0.02, 1.06, "if all values\nwere as common", fontsize=8.5)
    figure.set_label(
        f"Where the gates stand. In the grey bands, within {near:g} of shut and within {near:g} of open: "
        f"{'; '.join(words)}."
    )
    return figure


@styled
def by_month(gate, month, year, shown):
    """One gate over the calendar: a thin line a year, the mean of each month, and the years `shown` in black.

    `gate`, `month` (0 … 11), `year` (T,): whole years.
    """
    figure = Figure(figsize=(7.2, 2.8))
    axes = figure.subplots()
    months, styles = np.arange(12), ("-", (0, (4, 1.5)), ":")
    for one in np.unique(year):
        axes.plot(month[year == one], gate[year == one], **OTHER_UNITS)
    mean = np.array([gate[month == one].mean() for one in months])
    axes.plot(months, mean, **ROLES["forget_gate"].line, linewidth=2.6, label="mean of the month")
    for one, style in zip(shown, styles, strict=False):
        axes.plot(month[year == one], gate[year == one], color="#000000", linestyle=style, linewidth=1.4, label=one)
    axes.set(ylim=(0, 1), xlim=(0, 11), ylabel=ROLES["forget_gate"].label)
    axes.set_xticks(months, "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())
    axes.legend(loc="upper left")
    share = np.var(mean[month]) / np.var(gate)
    figure.set_label(
        f"One forget gate over {len(np.unique(year))} years (thin): its mean runs from {mean.min():.2f} to "
        f"{mean.max():.2f} over the calendar, and the month explains {100 * share:.0f} % of its variance."
    )
    return figure


@styled
def without_gates(errors, whole, naive, unit):
    """Forecast errors with one gate taken out, in several ways.

    `errors` maps a gate's place to {way: error}; `whole` and `naive` are the errors of the whole network and of a
    forecast that needs none; `unit` is the errors' unit.
    """
    figure = Figure(figsize=(7.2, 2.8))
    axes = figure.subplots()
    marks = ("o", "s", "o", "s")
    names = list(next(iter(errors.values())))
    for row, (place, ways) in enumerate(errors.items()):
        for number, error in enumerate(ways.values()):
            fill = ROLES[place].color if number < 2 else "#ffffff"
            axes.plot(error, -row, marks[number], color=ROLES[place].color, markerfacecolor=fill, markersize=8)
    for number, way in enumerate(names):
        fill = "#555555" if number < 2 else "#ffffff"
        axes.plot([], [], marks[number], color="#555555", markerfacecolor=fill, label=way)
    for value, name, style in ((whole, "whole network", "-"), (naive, "as last month", ":")):
        axes.axvline(value, color="#000000", linewidth=1, linestyle=style)
        axes.text(value * 1.01, 0.72, name, fontsize=8.5, va="center")
    axes.set(xscale="log", xlabel=f"forecast error on the months kept apart, {unit}", ylim=(-2.5, 0.95), xlim=(0.45, 3))
    axes.set_xticks([0.5, 0.7, 1, 1.5, 2, 3], ["0.5", "0.7", "1", "1.5", "2", "3"])
    axes.set_xticks([], minor=True)
    axes.set_yticks([0, -1, -2], [ROLES[place].label for place in errors])
    axes.legend(loc="lower right", fontsize=8.5)
    first, last = names[0], names[-1]
    words = "; ".join(f"{ROLES[place].label} {ways[first]:.2f}, {ways[last]:.2f}" for place, ways in errors.items())
    figure.set_label(f"Error in {unit} ({first}, then {last}): {words}. The whole network: {whole:.2f}.")
    return figure
