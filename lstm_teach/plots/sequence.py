"""Pictures of a cell over time, for any `Trace`: every gate in a lane of its own, and units × time.

A trace may hold one sequence or a batch, (T, hidden) or (T, batch, hidden), of which `sequence` picks one. `labels`,
one a step, name the steps (numbers from 1 when left out) and may be any text; another number of them, an empty batch
and a sequence that is not there raise `ValueError`.
"""

import functools

import matplotlib.patheffects as patheffects
import numpy as np
from matplotlib import font_manager
from matplotlib.figure import Figure

from ..cell.cells import PLACES, Trace
from ..checks import complaint, describe, whole_number
from .style import CELL_ROLES, GREY, PALE, ROLES, styled

LETTERS = {letter: place for place, letter in PLACES.items()} | {"c": "cell_state", "h": "hidden_state"}
GATES = {letter: LETTERS[letter] for letter in "ifo"}
LONGEST = 24  # steps of a score that fit the picture
_CHARACTERS = 80  # steps of one character each that do
_SCORE = set("+-.der") | {"e+", "e-"}  # events of a score, in which a minus and a rest are drawn larger
_SIGNS = {" ": "␣", "\n": "↵", "\t": "⇥", "": "∅"}  # what would be nothing to see


def values_of(trace, letter, sequence=0):
    """One quantity of a trace as (T, units): of the `sequence`-th sequence, all axes between folded."""
    values = getattr(trace, letter)
    if values.size == 0:
        raise complaint("trace", "at least one sequence", f"an empty batch, {letter} of shape {values.shape}")
    values = values.reshape(len(values), -1, values.shape[-1])
    if whole_number("sequence", sequence, at_least=0) >= values.shape[1]:
        raise complaint("sequence", f"one of 0 to {values.shape[1] - 1}", sequence)
    return values[:, sequence].astype(float)


def named_steps(labels, steps):
    """The labels as an array of one a step; the numbers from 1 when left out."""
    labels = np.arange(1, steps + 1) if labels is None else np.asarray(labels)
    if labels.shape != (steps,):
        raise complaint("labels", f"{steps} of them, one a step", describe(labels))
    return labels


def label_time(axes, labels, start=0, stop=None, columns=1, **style):
    """Name the steps of an axis on which step t, counted from 0, stands at t + 1; those from `start` to `stop` show.

    A few short names stand under every step, and so do single characters; of others about eight: Januaries,
    when the labels are months. Of both there is less room where the axis is one of several `columns`. No name is read
    as mathematics, whatever it contains.
    """
    places = np.arange(start, len(labels) if stop is None else stop)
    texts = [str(label) for label in labels[places]]
    monthly, letters = labels.dtype == np.dtype("datetime64[M]"), labels.dtype.kind in "USO"
    longest, most, fit = max(map(len, texts)), max(8 // columns, 2), _CHARACTERS // columns
    if letters and (longest <= 3 and len(texts) <= LONGEST // columns or longest == 1 and len(texts) <= fit):
        if _SCORE.issuperset(texts):
            texts = [text.replace("-", "−").replace(".", "·") for text in texts]
        if longest == 1:
            style = {"fontsize": 9 if len(texts) <= 0.75 * fit else 7.5} | style
        axes.set_xlabel("what arrives, step by step")
    else:
        if monthly:
            januaries = places[labels[places].astype(int) % 12 == 0]
            places = januaries if len(januaries) > 1 else places
        places = places[:: -(-len(places) // most)]
        texts = [str(label)[:4] if monthly and label.astype(int) % 12 == 0 else str(label) for label in labels[places]]
        axes.set_xlabel("" if monthly else "step")
    axes.set_xticks(places + 1, [_legible(text) for text in texts], parse_math=False, **style)


def _legible(text):
    """A label as it can be drawn: short, in one line, with a sign for what has none or is not in the font."""
    text = _SIGNS.get(text, text)
    known = _known_characters()
    text = "".join(one if one.isprintable() and ord(one) in known else _SIGNS.get(one, "□") for one in text)
    return text if len(text) <= 14 else text[:13] + "…"


@functools.cache
def _known_characters():
    """The characters that the series' font has, as numbers; a character in another font would come with a warning."""
    return frozenset(font_manager.get_font(font_manager.findfont("DejaVu Sans")).get_charmap())


def _is_constant(trace, letter):
    """Whether a gate of this trace has no pre-activation: it is absent, a constant, or coupled to the forget gate."""
    return letter in GATES and getattr(trace, f"z_{letter}") is None


def three_digits(value):
    """Three significant digits with a proper minus, and 0 for what is below 0.00005."""
    return "0" if abs(value) < 5e-5 else f"{value:.3g}".replace("-", "−")


@styled
def gates_over_time(trace, labels=None, unit=0, sequence=0):
    """One unit over time: i, f, o on [0, 1] and the candidate about 0, a lane each; below them c and h.

    `trace` as `unroll` returns it, of any cell. Raises `ValueError` for a unit that the trace does not have.
    """
    unit = whole_number("unit", unit, at_least=0)
    if unit >= trace.h.shape[-1]:
        raise complaint("unit", f"one of 0 to {trace.h.shape[-1] - 1}", unit)
    figure = Figure(figsize=(7.2, 4.0))
    lanes, states = lane_axes(figure)
    fill_lanes(lanes, states, trace, unit, sequence)
    label_time(states, named_steps(labels, len(trace)))
    _direct_labels(states, {letter: values_of(trace, letter, sequence)[-1, unit] for letter in "ch"}, len(trace))
    c, h = (values_of(trace, letter, sequence)[:, unit] for letter in "ch")
    loudest = np.argmax(abs(h))
    figure.set_label(
        f"One unit over {len(trace)} steps: the gates i, f, o and the candidate g, and below them the states. c runs "
        f"from {three_digits(c.min())} to {three_digits(c.max())}; h is largest at step {loudest + 1}, "
        f"{three_digits(h[loudest])}."
    )
    return figure


def lane_axes(figure):
    """A lane for each of i, f, o, g, and below them taller axes for the states."""
    *lanes, states = figure.subplots(5, 1, sharex=True, height_ratios=[1, 1, 1, 1, 3.4])
    for axes, letter in zip(lanes, "ifog", strict=True):
        low = -1 if letter == "g" else 0
        axes.set(ylim=(low - 0.12 * (1 - low), 1 + 0.12 * (1 - low)), yticks=[low, 1])
        axes.set_ylabel(letter, rotation=0, ha="right", va="center", color=ROLES[LETTERS[letter]].color, fontsize=12)
        axes.tick_params(bottom=False, labelbottom=False)
        axes.spines["bottom"].set_visible(False)
    lanes[-1].axhline(0, color=GREY, linewidth=0.7)
    states.axhline(0, color=GREY, linewidth=0.7)
    states.set_ylabel("c and h")
    return lanes, states


def fill_lanes(lanes, states, trace, unit=0, sequence=0):
    """Draw one unit of a trace into `lane_axes`; returns the artists, so that they can be removed again."""
    time, artists = np.arange(1, len(trace) + 1), []
    edges = np.concatenate([[0.5], time + 0.5])
    for axes, letter in zip(lanes, "ifog", strict=True):
        role, values = ROLES[LETTERS[letter]], values_of(trace, letter, sequence)[:, unit]
        absent = _is_constant(trace, letter)
        coupled = absent and letter == "i" and trace.z_f is not None and np.array_equal(trace.i, 1 - trace.f)
        style = {"color": GREY, "linestyle": ":"} if absent and not coupled else role.line
        artists.append(axes.stairs(values, edges, baseline=0, fill=True, color=style["color"], alpha=0.22))
        artists.append(axes.stairs(values, edges, baseline=None, linewidth=1.8, **style))
        if absent:
            words = "i = 1 − f" if coupled else f"no gate here: the factor {values[0]:g}"
            artists.append(axes.text(0.995, 0.5, words, fontsize=8.5, ha="right", va="center", transform=axes.transAxes,
                                     bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}))
    dots = {"markersize": 4} if len(time) <= 40 else {"markersize": 0}
    for letter, marker in (("c", "o"), ("h", "s")):
        artists += states.plot(
            time, values_of(trace, letter, sequence)[:, unit], marker=marker, linewidth=1.8, **dots,
            **ROLES[LETTERS[letter]].line,
        )
    states.set_xlim(0.5, len(time) + 0.5)
    return artists


def _direct_labels(axes, ends, length):
    """The letters of the lines at their right end, kept apart."""
    (low, high), letters = axes.get_ylim(), sorted(ends, key=ends.get)
    heights = [ends[letter] for letter in letters]
    gap = 0.13 * (high - low)
    if heights[1] - heights[0] < gap:
        middle = sum(heights) / 2
        heights = [middle - gap / 2, middle + gap / 2]
    for letter, height in zip(letters, heights, strict=True):
        axes.annotate(letter, (length + 0.5, height), (6, 0), textcoords="offset points", va="center", fontsize=12,
                      color=ROLES[LETTERS[letter]].color, annotation_clip=False)


@styled
def units_by_time(traces, names="ifoch", units=None, labels=None, start=0, sequence=0):
    """Heat maps, units × time: gates white shut and black open; g, c, h about 0 in two colours, a − where negative.

    `traces` is a `Trace`, or maps titles to traces with the same number of steps, which stand side by side: cells to
    compare, or the layers and directions of one network. `names` are letters of a trace's quantities; `units` which of
    its units to show: a sequence of indices, or a mapping of names to indices (all when left out). Steps before `start`
    are not shown. Raises `ValueError` for another letter, and for a unit or a step that is not there.
    """
    traces = named_traces(traces)
    steps = len(next(iter(traces.values())))
    labels = named_steps(labels, steps)
    if not names or not set(names) <= set(LETTERS):
        raise complaint("names", "letters out of i, f, o, g, c, h", describe(names))
    start = first_step(start, steps)
    picked = {title: _picked(units, trace.h.shape[-1]) for title, trace in traces.items()}
    shown = {
        title: {name: values_of(trace, name, sequence)[start:, list(picked[title].values())] for name in names}
        for title, trace in traces.items()
    }
    most = max(map(len, picked.values()))
    lane = min(0.14 * most, 1.0) + 0.12
    figure = Figure(figsize=(7.2, max(2.4, 0.85 + lane * len(names))))
    grid = figure.subplots(len(names), len(traces), sharex=True, squeeze=False)
    for row, name in enumerate(names):
        limit = max(1.0, *(np.max(abs(values[name])) for values in shown.values()))
        for axes, title in zip(grid[row], shown, strict=True):
            image = _heat_map(axes, shown[title][name].T, name, limit, start)
            ticks, texts = range(0, len(picked[title]), -(-len(picked[title]) // 8)), list(picked[title])
            named = axes is grid[row, 0] or texts != list(picked[next(iter(picked))])
            texts = [texts[tick] if named else "" for tick in ticks]
            axes.set_yticks(ticks, texts, fontsize=8, parse_math=False)
        grid[row, 0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=12, labelpad=8,
                                color=ROLES[LETTERS[name]].color)
        ends = [0, 1] if name in GATES else [-limit, limit]
        bar = figure.colorbar(image, ax=grid[row, :], pad=0.01, aspect=50 * lane / 7.2, ticks=ends)
        bar.ax.set_yticklabels([three_digits(round(end, 1)) for end in ends], fontsize=7.5)
    for top, bottom, title in zip(grid[0], grid[-1], shown, strict=True):
        top.set_title(_in_column(title, len(shown)), parse_math=False)
        label_time(bottom, labels, start, columns=len(shown))
    if len(shown) > 1:  # once for all of them
        figure.supxlabel(grid[-1, 0].get_xlabel(), fontsize=grid[-1, 0].xaxis.label.get_fontsize())
        for axes in grid[-1]:
            axes.set_xlabel("")
    others = [name for name in names if name not in GATES]
    about = "Largest " + " and ".join(f"|{name}|" for name in others) if others else "Mean (and range)"
    words = "; ".join(f"{title}: " * bool(title) + _in_words(values, picked[title]) for title, values in shown.items())
    figure.set_label(
        f"{', '.join(names)} of {most} unit{'s' * (most > 1)} over {steps - start} steps. {about}: {words}."
    )
    return figure


def _in_column(title, columns):
    """A title, of a layer and its direction in two lines and its end only, where several columns leave no more room."""
    lines = title.split(", ") if columns > 2 else [title]
    room = max(50 // columns, 8)
    return "\n".join(line if len(line) <= room else "…" + line[1 - room :] for line in lines)


def named_traces(traces):
    """One trace, or a mapping of titles to traces of one length, as such a mapping."""
    named = traces if isinstance(traces, dict) else {"": traces}
    if not named or not all(isinstance(trace, Trace) for trace in named.values()):
        raise complaint("trace", "a Trace, as unroll returns it, or a mapping of titles to them", describe(traces))
    traces = named
    if len({len(trace) for trace in traces.values()}) > 1:
        came = ", ".join(f"{title}: {len(trace)}" for title, trace in traces.items())
        raise complaint("trace", "traces with the same number of steps", came)
    return traces


def first_step(start, steps):
    """`start`, if there is a step after as many."""
    if whole_number("start", start, at_least=0) >= steps:
        raise complaint("start", f"one of 0 to {steps - 1}", start)
    return start


def _picked(units, hidden):
    """The units to show of `hidden`, as a mapping of names to indices."""
    units = range(hidden) if units is None else units
    units = dict(units) if isinstance(units, dict) else {f"unit {unit}": unit for unit in units}
    if not units or not all(0 <= unit < hidden for unit in units.values()):
        raise complaint("units", f"indices from 0 to {hidden - 1}", describe(units))
    return units


def _in_words(values, units):
    """The largest size of each quantity that is no gate, or, where only gates are shown, their means and ranges."""
    others = [abs(part).max(axis=0) for name, part in values.items() if name not in GATES]
    if not others:
        return ", ".join(f"{name} {v.mean():.2f} ({v.min():.2f} to {v.max():.2f})" for name, v in values.items())
    sizes = dict(zip(units, zip(*others, strict=True), strict=True))
    if len(units) > 4:
        sizes = {f"all {len(units)} units": [part.max() for part in others]}
    return ", ".join(f"{name} {' and '.join(map(three_digits, numbers))}" for name, numbers in sizes.items())


def _heat_map(axes, values, name, limit, start):
    gate = name in GATES
    image = axes.imshow(
        values, aspect="auto", interpolation="nearest", cmap="Greys" if gate else "RdBu_r",
        vmin=0 if gate else -limit, vmax=1 if gate else limit,
        extent=(start + 0.5, start + values.shape[1] + 0.5, len(values) - 0.5, -0.5),
    )
    axes.grid(False)
    axes.tick_params(length=0)
    for edge in np.arange(0.5, len(values) - 1 if len(values) <= 16 else 0):
        axes.axhline(edge, color="white", linewidth=1)
    if not gate and values.size <= 600:  # in greyscale the two colours look alike
        unit, time = np.nonzero(values < -0.15 * limit)
        axes.plot(start + time + 1, unit, linestyle="none", marker="_", markersize=5, color="black",
                  markeredgewidth=1.3, path_effects=[patheffects.withStroke(linewidth=2.4, foreground="white")])
    return image


@styled
def sentence_scores(sentences):
    """Sentences as scores: the LSTM's gates over the words, and under them what one or two memories hold.

    `sentences` maps sentences of as many words to traces, {"LSTM": …, "tanh-only": …}, of one unit, a step a word,
    played from the lines of `lstm_teach.cell.score`. Nouns without the write line are distractors and shaded; the last
    word is the verb, which the sign of h chooses. The gates are those of the first sentence.
    """
    figure = Figure(figsize=(7.2, 1.0 + 1.7 * len(sentences)))
    rows = figure.subplots(3 + len(sentences), 1, height_ratios=[1] * 3 + [5.5] * len(sentences))
    gates = next(iter(sentences.values()))["LSTM"]
    middle = np.arange(1, len(gates) + 1)
    for axes, letter in zip(rows[:3], "ifo", strict=True):
        role = ROLES[LETTERS[letter]]
        axes.stairs(values_of(gates, letter)[:, 0], np.arange(len(gates) + 1) + 0.5, fill=True, color=role.color)
        axes.set_ylabel(role.label, rotation=0, ha="right", va="center", fontsize=8.5, color=role.color)
        axes.set(xlim=(0.5, len(gates) + 0.5), ylim=(0, 1), xticks=[], yticks=[])
    said = []
    for axes, (sentence, traces) in zip(rows[3:], sentences.items(), strict=True):
        value, write = next(iter(traces.values())).x.reshape(len(gates), -1).T[:2]
        axes.axhline(0, color=GREY, linewidth=0.7)
        for step in middle[(value != 0) & (write == 0)]:
            axes.axvspan(step - 0.5, step + 0.5, color=PALE, linewidth=0, zorder=0)
        ends = {name: values_of(trace, "c")[-1, 0] for name, trace in traces.items()}
        for (name, trace), height in zip(traces.items(), _apart(list(ends.values()), 0.46), strict=True):
            role = next(role for role in CELL_ROLES.values() if role.label == name)
            axes.plot(middle, values_of(trace, "c")[:, 0], marker="o", markersize=3.5, **role.line)
            verb = "are" if values_of(trace, "h")[-1, 0] > 0 else "is"
            axes.annotate(f"{name}: {_signed(ends[name])}\n“{verb}”", (len(gates) + 0.5, height), (4, 0), fontsize=8.5,
                          textcoords="offset points", va="center", color=role.color, annotation_clip=False)
            said.append(f"{sentence}: {name} {_signed(ends[name])}, “{verb}”")
        words = [f"{word}\n{_signed(number, 0) if number else ''}" for word, number in
                 zip(sentence.split(), value, strict=True)]
        axes.set_xticks(middle, words, fontsize=9)
        for label, marked in zip(axes.get_xticklabels(), write, strict=True):
            label.set_fontweight("bold" if marked else "normal")
        axes.tick_params(axis="x", length=0)
        axes.set(xlim=(0.5, len(gates) + 0.5), ylim=(-0.8, 0.8), yticks=[-0.5, 0, 0.5], ylabel="memory c")
    figure.set_label(
        "Words as a score: the subject (bold) opens the input gate, the verb the output gate; distractors are shaded. "
        f"c at the verb, and the verb that it chooses: {'; '.join(said)}."
    )
    return figure


def _apart(heights, gap):
    """One or two heights, moved about their middle until they are `gap` apart."""
    if len(heights) < 2 or abs(heights[0] - heights[1]) >= gap:
        return heights
    middle, up = sum(heights) / 2, 1 if heights[0] >= heights[1] else -1
    return [middle + up * gap / 2, middle - up * gap / 2]


def _signed(value, digits=2):
    return f"{value:+.{digits}f}".replace("-", "−")
