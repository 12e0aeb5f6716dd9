"""The explorer of appendix A2, for any network: one unit over time, its gates, candidate, memory or output."""

import numpy as np

from ..checks import complaint, describe, whole_number
from ..plots.own import OTHER_UNITS
from ..plots.sequence import LETTERS, label_time, named_steps, named_traces, values_of
from ..plots.style import ROLES
from .controls import choice, whole_slider
from .explorer import Explorer
from .frames import wipe


def picture_of(trace, labels=None, window=None, sequence=0, fed="input x", marked=None):
    """A movable picture of any `Trace`: what came in, and one quantity of one unit, with the other units in grey.

    `trace` may also map titles to the traces of a network's layers and directions; what came in is that of the first: a
    line for each input, or, of more than a dozen, as those of a text, the number of the strongest.
    Returns `picture(figure)`. `window` is the number of steps shown (all when left out), `fed` says above it what came
    in, and `marked`, (T,) booleans, which steps to shade. Raises `ValueError` when `marked` is not one boolean a step,
    for an empty batch, and for a sequence that is not there.
    `draw(unit, start, shown, layer)`: the unit's number, the number of steps left out before the window (both are kept
    inside what there is), what to show, one of i f o g c h, or "gates" for the three gates, and whose, one of the
    titles (the first when left out).
    """
    traces = named_traces(trace)
    first_trace = next(iter(traces.values()))
    labels, steps = named_steps(labels, len(first_trace)), len(first_trace)
    values_by_title = {
        title: {letter: values_of(one, letter, sequence) for letter in LETTERS} for title, one in traces.items()
    }
    x = values_of(first_trace, "x", sequence)
    wide = x.shape[1] > 12
    x = x.argmax(axis=1)[:, None] if wide else x
    dots = {"linestyle": "none", "marker": "o", "markersize": 2.5} if wide else {}
    window = steps if window is None else min(whole_number("window", window), steps)
    marked = np.zeros(steps, bool) if marked is None else np.asarray(marked)
    if marked.shape != (steps,) or marked.dtype != bool:
        raise complaint("marked", f"{steps} booleans, one a step", describe(marked))
    edges = np.flatnonzero(np.diff(marked, prepend=False, append=False)) + 0.5  # where a shade begins and ends

    def picture(figure):
        figure.set_size_inches(7.2, 3.4)
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[1, 2])
        top.set_title(fed, parse_math=False)
        top.set_ylabel("strongest\ninput" if wide else "input")
        bottom.set_ylabel("value")
        drawn = {}  # the lines, made anew for another quantity and otherwise moved

        def draw(unit, start, shown, layer=None):
            layer = next(iter(traces)) if layer is None else layer
            values = values_by_title[layer]
            first = int(np.clip(start, 0, steps - window))
            unit = int(np.clip(unit, 0, values["c"].shape[1] - 1))
            view, letters = slice(first, first + window), "ifo" if shown == "gates" else shown
            time = np.arange(first, first + window) + 1
            if drawn.get("what") != (layer, letters):
                for axes in (top, bottom):
                    wipe(axes)
                others = values[letters].shape[1] if len(letters) == 1 else 0
                for low, high in edges.reshape(-1, 2):
                    for axes in (top, bottom):
                        axes.axvspan(low, high, color="#e8e8e8", linewidth=0, zorder=0.6)
                drawn["input"] = top.plot(time, x[view], color="#555555", linewidth=1, **dots)
                drawn["others"] = [bottom.plot([], [], **OTHER_UNITS)[0] for _ in range(others)]
                roles = [ROLES[LETTERS[letter]] for letter in letters]
                drawn["unit"] = [bottom.plot([], [], **role.line, linewidth=1.8, label=role.label)[0] for role in roles]
                reach = 1.05 * max(abs(values[letters[0]]).max(), 1)
                bottom.set_ylim(*((-0.02, 1.02) if letters[0] in "ifo" else (-reach, reach)))
                legend = bottom.legend(loc="lower left", ncols=3, fontsize=8.5, borderpad=0, bbox_to_anchor=(0, 1))
                legend.set_zorder(1)  # behind the lines, so that it rests while they move
            for line, value in zip(drawn["input"], x[view].T, strict=True):
                line.set_data(time, value)
            for line, value in zip(drawn["others"], values[letters[0]][view].T, strict=False):
                line.set_data(time, value)
            for line, letter in zip(drawn["unit"], letters, strict=True):
                line.set_data(time, values[letter][view, unit])
            bottom.set_title(f"{layer} " * bool(layer) + f"unit {unit}", loc="right", parse_math=False)
            if drawn.get("first") != first:
                bottom.set_xlim(first + 1, first + max(window, 2))
                label_time(bottom, labels, first, first + window)
            drawn.update(what=(layer, letters), first=first)
            words = ", ".join(
                f"{ROLES[LETTERS[letter]].label} {part.mean():.2f} (from {part.min():.2f} to {part.max():.2f})"
                for letter in letters for part in [values[letter][view, unit]]
            )
            whose = f"Unit {unit}" + f" of {layer}" * bool(layer)
            ends = [
                f"step {k + 1}" if len(str(labels[k])) < 2 and labels.dtype.kind in "UO" else str(labels[k])
                for k in (first, first + window - 1)  # a single character says nothing of where it stands
            ]
            figure.set_label(f"{whose}, {' to '.join(ends)}, mean and range: {words}.")

        return draw

    return picture


def own_unit(trace, labels=None, window=120, sequence=0, fed="input x", marked=None, unit=0, start=None,
             shown="gates"):
    """Explorer of appendix A2, for any network: one unit over time, its gates, candidate, memory or output.

    `trace` is a `Trace`, or maps titles to those of a network's layers and directions, as `Run.traces` does. `labels`
    are the steps' names, `window` the number of steps shown, `sequence` picks one of a batch; `fed` says what came in,
    and `marked`, (T,) booleans, which steps to shade. It starts with `shown`, one of i f o g c h or "gates", of `unit`,
    after `start` steps (by default all but the last window).
    """
    names = {"i": "input gate i", "f": "forget gate f", "o": "output gate o", "g": "candidate g", "c": "memory c",
             "h": "output h"}
    traces = named_traces(trace)
    steps, units = len(next(iter(traces.values()))), max(one.c.shape[-1] for one in traces.values())
    last_start = max(steps - window, 0)
    start = last_start if start is None else start
    layers = {"layer": choice("layer", traces)} if len(traces) > 1 else {}
    return Explorer(
        picture_of(trace, labels, window, sequence, fed, marked),
        "Which unit repeats the same swing again and again, and which marks what is out of the ordinary?",
        **layers,
        unit=whole_slider("unit", unit, 0, units - 1, f"of {units}, from 0"),
        start=whole_slider("start after step", start, 0, last_start, f"(to {last_start})"),
        shown=choice("show", [("all three gates", "gates"), *((name, letter) for letter, name in names.items())],
                     shown),
    )
