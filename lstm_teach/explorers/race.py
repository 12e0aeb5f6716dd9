"""The explorer of notebook D5: a task, a rival of the LSTM, the terms; error curves and who had solved it by when."""

import numpy as np
from matplotlib.ticker import NullFormatter

from ..plots.race import CELL_NAMES
from ..plots.style import BLACK, GREY, plain_ticks
from .controls import choice
from .explorer import Explorer

RACES = {
    "latch (T = 50)": ("latch", 50), "once (T = 50)": ("once", 50), "adding (T = 50)": ("adding", 50),
    "echo (T = 50)": ("echo", 50), "temporal order (T = 50)": ("temporal_order", 50),
}
RIVALS = {name: cell for cell, name in CELL_NAMES.items() if cell not in ("LSTM", "LSTM_F1", "RELU_CANDIDATE")}
TERMS = {
    "equal parameters, each tuned": ("count", "confirm"),
    "equal width, each tuned": ("width", "confirm"),
    "equal parameters, one setting": ("count", "common"),
}
_MOST = 20  # seeds


def picture_of(found):
    """The movable picture of the race, over the records `found` of the study: a function of a figure.

    Left: the errors of every seed over the updates, up to where it met the criterion. Right: the share of seeds that
    had met it.
    """
    from ..studies import first

    def picture(figure):
        figure.set_size_inches(7.2, 3.0)
        left, right = figure.subplots(1, 2)
        looks = [{"color": GREY, "linestyle": (0, (3, 1.2))}, {"color": BLACK, "linestyle": "-"}]
        curves = [[left.plot([], [], **look, linewidth=0.8, alpha=0.8)[0] for _ in range(_MOST)] for look in looks]
        ends = [left.plot([], [], marker, color=look["color"], markersize=3.5, linestyle="none")[0]
                for look, marker in zip(looks, "so", strict=True)]
        shares = [right.plot([], [], **look, drawstyle="steps-post")[0] for look in looks]
        words = [right.text(0.02, y, "", fontsize=8.5, transform=right.transAxes, color=color)
                 for y, color in zip((1.02, 1.09), ("#555555", BLACK), strict=True)]
        level = left.axhline(0.01, color="#444444", linewidth=0.8)
        missing = left.text(0.5, 0.5, "", ha="center", va="center", transform=left.transAxes, fontsize=9)
        raced = [record for records in found.values() for record in records if record.errors and record.length == 50]
        soonest, cap = min(record.every for record in raced), max(record.cap for record in raced)
        for axes in (left, right):  # one axis for every task, also for those that ran to half as many updates
            axes.set(xscale="log", xlim=(0.8 * soonest, cap), xlabel="updates")
            plain_ticks(axes.xaxis, [soonest, 200, 1000, cap])
        left.set(yscale="log", ylabel="test error (line: solved)", title="each seed; marked where it solved")
        right.set(ylim=(-0.03, 1.03), ylabel="share of seeds solved")
        left.yaxis.set_minor_formatter(NullFormatter())

        def draw(race, rival, terms):
            (task, length), cell, (size, phase) = RACES[race], RIVALS[rival], TERMS[terms]
            lstm = first.pick(found, task, "LSTM", "count", phase, length)
            theirs = first.pick(found, task, cell, size, phase, length)
            lowest, highest, parts = 0.004, 0.5, []
            for records, lines, end, share, word, name, sign in zip(
                (theirs, lstm), curves, ends, shares, words, (rival, "LSTM"), ("╌", "—"), strict=True
            ):
                curves_shown = [record.curve() for record in records]
                for k, line in enumerate(lines):
                    at, errors = curves_shown[k] if k < len(records) else (np.array([]), np.array([]))
                    line.set_data(at, np.maximum(errors, 1e-4))
                    if np.isfinite(errors).any():
                        lowest = min(lowest, max(np.nanmin(errors), 1e-4) * 0.8)
                        highest = max(highest, min(np.nanmax(errors), 3) * 1.1)
                done = [(record.updates, max(np.interp(record.updates, *curve), 1e-4))
                        for record, curve in zip(records, curves_shown, strict=True) if record.solved]
                end.set_data(*(np.array(done).T if done else ([], [])))
                if not records:
                    share.set_data([], [])
                    word.set_text("")
                    continue
                arrived = first.arrivals(records)
                at = np.arange(records[0].every, arrived.cap + 1, records[0].every)
                share.set_data(at, arrived.share_by(at))
                count, of, low, high = first.solved(records)
                width = records[0].hidden
                word.set_text(f"{sign} {name}, {width} units: {count} of {of}, median {arrived.median_text}")
                parts.insert(0, f"{name} ({width} units) {count} of {of} seeds (95 % interval of the share "
                                f"{low:.2f} to {high:.2f}), median {arrived.median_text} updates")
            criterion = first.STUDY.tasks[task](length).criterion
            level.set_ydata([criterion] * 2)
            left.set_ylim(min(lowest, 0.7 * criterion), highest)
            text = "" if lstm and theirs else "the study did not run\n" + (f"{rival} here" if lstm else "this race")
            missing.set_text(text)
            figure.set_label(f"{race}, {terms}: " + ("; ".join(parts) if parts else "nothing")
                             + ("." if not text else f"; {' '.join(text.split())}."))

        return draw

    return picture


def race(found=None):
    """Explorer of notebook D5: a task, a rival of the LSTM, the terms; error curves and who had solved it by when.

    `found` are the study's records as `first.load` returns them; by default the committed ones.
    """
    from ..studies import first  # only here: no other explorer needs the study

    return Explorer(
        picture_of(first.load() if found is None else found),
        "Tanh only is the LSTM without its input gate. On which task does it win? Does another rival, on other terms?",
        race=choice("task", RACES, "once (T = 50)"),
        rival=choice("LSTM against", RIVALS),
        terms=choice("compared at", TERMS),
    )
