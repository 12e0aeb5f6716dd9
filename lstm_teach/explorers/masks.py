"""The explorer of notebook D2: four gate pre-activations act on four values; the thread's examples as presets."""

import numpy as np

from ..cell.activations import sigmoid, tanh
from ..plots.style import DARK, GREY, ROLES
from .controls import choice, slider
from .explorer import Explorer

_GATES = {"σ": sigmoid, "tanh": tanh}
# What the explorer can load: the four values, and the four pre-activations of the gate that acts on them.
MASK_EXAMPLES = {
    "forget gate: C₂ under F₃": ((-0.7, -0.11, -0.07, 1.06), (-20.0, -15.0, 10.0, 20.0)),
    "output gate: tanh C₃ under O₃": ((-1.0, -1.0, -1.0, 1.0), (-20.0, 20.0, -20.0, 20.0)),
    "O₃ taken for pre-activations": ((-1.0, -1.0, -1.0, 1.0), (0.0, 1.0, 0.0, 1.0)),
}


def picture(figure):
    """Movable: a gate of four units beside the four values it acts on, before and after.

    draw(example, gate, z1, z2, z3, z4): `example` a key of `MASK_EXAMPLES` (it chooses the values), `gate` "σ" or
    "tanh", the rest the gate's pre-activations.
    """
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.25))
    places = np.arange(4)
    left.axhline(0, color=GREY, linewidth=0.8)
    right.axhline(0, color=GREY, linewidth=0.8)
    edge = ROLES["forget_gate"].color
    bars = left.bar(places, np.zeros(4), width=0.55, color="#f2c19d", edgecolor=edge, linewidth=1.4)
    written = [left.text(place, 1.13, "", ha="center", fontsize=9, color=DARK) for place in places]
    (before,) = right.plot(places - 0.13, np.zeros(4), "o", mfc="white", mec=DARK, markersize=8, label="before")
    (after,) = right.plot(places + 0.13, np.zeros(4), "s", color=DARK, markersize=7, label="after")
    links = [right.plot([], [], color=GREY, linewidth=1.2)[0] for _ in places]
    figures = [right.text(place, -1.62, "", ha="center", fontsize=9, color=DARK) for place in places]
    named = [left.text(place, -1.2, "", ha="center", va="top", fontsize=9, color=DARK) for place in places]
    left.set(xticks=places, xticklabels=[" "] * 4, xlim=(-0.6, 3.6), ylim=(-1.12, 1.32), yticks=(-1, -0.5, 0, 0.5, 1),
             ylabel="gate")
    right.set(xticks=places, xticklabels=[f"unit {k + 1}" for k in places], xlim=(-0.6, 3.6), ylim=(-1.75, 1.32),
              yticks=(-1, -0.5, 0, 0.5, 1), ylabel="value", title="values before and after")
    right.legend(loc="upper left", ncols=2, borderaxespad=0.1, handletextpad=0.2, columnspacing=1)

    def draw(example, gate, z1, z2, z3, z4):
        values, pre_activations = np.array(MASK_EXAMPLES[example][0]), np.array([z1, z2, z3, z4])
        factors = _GATES[gate](pre_activations)
        kept = factors * values
        for k in places:
            bars[k].set_height(factors[k])
            written[k].set_text(_about(factors[k]))
            named[k].set_text(f"z = {pre_activations[k]:g}")
            links[k].set_data([k - 0.13, k + 0.13], [values[k], kept[k]])
            figures[k].set_text(_about(kept[k]))
        before.set_ydata(values)
        after.set_ydata(kept)
        left.set_title(f"gate = {gate}(z)")
        figure.set_label(
            f"The gate {gate}({_listed(pre_activations)}) = {_listed(factors, _about)} turns {_listed(values)} "
            f"into {_listed(kept, _about)}."
        )

    return draw


def masks():
    """Explorer of notebook D2: four gate pre-activations act on four values; the thread's examples as presets."""
    names = ("z1", "z2", "z3", "z4")
    presets = {title: dict(zip(names, z, strict=True)) for title, (_values, z) in MASK_EXAMPLES.items()}
    start = next(iter(presets.values()))
    return Explorer(
        picture,
        "After = gate × before. With tanh in the gate's place: which z erases a unit, and how exactly must it be set?",
        presets={"example": presets},
        example=choice("values and gate from the thread", presets),
        gate=choice("activation in the gate's place", ("σ", "tanh")),
        **{name: slider(f"z of unit {k}", start[name], -20.0, 20.0, 0.5) for k, name in enumerate(names, 1)},
    )


def _short(number):
    """Three digits at most, and no minus sign before what rounds to nothing."""
    return f"{round(float(number), 3) + 0.0:.3g}"


def _about(number):
    """`_short` of what a gate made: at a finite z neither σ nor tanh gets to 0 or ±1, but for tanh 0."""
    text = _short(number)
    return f"≈{text}" if number and text in ("0", "1", "-1") else text


def _listed(numbers, say=_short):
    return "[" + ", ".join(map(say, numbers)) + "]"
