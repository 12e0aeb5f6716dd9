"""Pictures of notebooks 02 and D3: what one unit can do with two pieces of evidence, and what a product can."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation

from ..cell.activations import dead_zone_tanh
from .style import ROLES, styled

# The four points: a value v of −1 or +1, a mark m of 0 or 1, the target m·v, and the word that each stands for.
VALUES = np.array([-1.0, 1.0, -1.0, 1.0])
MARKS = np.array([0.0, 0.0, 1.0, 1.0])
TARGETS = MARKS * VALUES
WORDS = ("cabinet", "cabinets", "key", "keys")

CONTOURS = {"colors": "#444444", "linewidths": 0.7, "linestyles": "-"}
CARD = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.2}


@styled
def three_maps(units):
    """What units write over the (v, m) plane, with the four words and an arrow for what the mark does to each value.

    `units` maps a title to a function of arrays (v, m). Beside each word stands what is written there.
    """
    figure = Figure(figsize=(7.6, 3.2))
    axes = figure.subplots(1, len(units), sharey=True, squeeze=False)[0]
    v, m = np.meshgrid(np.linspace(-1.9, 1.9, 153), np.linspace(-0.5, 1.5, 81))
    arrow = {"arrowstyle": "->", "shrinkA": 5, "shrinkB": 5, "lw": 1.3}
    for ax, (title, unit) in zip(axes, units.items(), strict=True):
        image = ax.imshow(unit(v, m), cmap="RdBu_r", vmin=-1.25, vmax=1.25, alpha=0.8, origin="lower", aspect="auto",
                          extent=(-1.9, 1.9, -0.5, 1.5), interpolation="bilinear")
        given = unit(VALUES, MARKS)
        for word, one_v, one_m, wanted, said in zip(WORDS, VALUES, MARKS, TARGETS, given, strict=True):
            ax.plot(one_v, one_m, "o", color="white", markeredgecolor="black", markersize=7, zorder=3)
            _outside(ax, one_v, one_m, f"{word} {signed(said)}\nwanted {signed(wanted)}")
        for one_v in (-1, 1):
            ax.annotate("", (one_v, 1), (one_v, 0), arrowprops=arrow)
        ax.set_title(f"{title}\nworst error {np.abs(given - TARGETS).max():.2f}")
        ax.set(xlim=(-1.9, 1.9), ylim=(-0.5, 1.5), xticks=[-1, 0, 1], yticks=[0, 1], xlabel="value v")
        ax.grid(False)
    axes[0].set_ylabel("mark m")
    figure.colorbar(image, ax=list(axes), label="written", ticks=[-1, 0, 1], shrink=0.8)
    figure.set_label(
        f"Written for {', '.join(WORDS)}: "
        + "; ".join(f"{title} {listed(unit(VALUES, MARKS))}" for title, unit in units.items())
        + f"; wanted {listed(TARGETS)}."
    )
    return figure


def _outside(ax, v, m, words):
    """Text above a point with the mark, below one without: off the arrow between them."""
    beside = ax.transData + ScaledTranslation(0, (8 if m else -8) / 72, ax.figure.dpi_scale_trans)
    ax.text(v, m, words, transform=beside, ha="center", va="bottom" if m else "top", fontsize=8, bbox=CARD)


def over_or_under(ax, v, m, words, **style):
    """Text next to a point, on the side where the other point of the same v is not."""
    beside = ax.transData + ScaledTranslation(0, (-9 if m else 9) / 72, ax.figure.dpi_scale_trans)
    return ax.text(v, m, words, transform=beside, ha="center", va="top" if m else "bottom", fontsize=8, **style)


def signed(number, digits=2):
    """A number with its sign, but plain 0 for what rounds to it, and an integer without decimals."""
    text = f"{number:+.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text in ("+0", "-0", "+", "-") else text.replace("-", "−")


def listed(numbers):
    return ", ".join(signed(number) for number in numbers)


@styled
def shifted_by_the_mark(curves, alpha, beta, gamma):
    """Where the four points fall on the curve of a single unit, and how the mark moves both values the same way.

    `curves` maps a label to an activation; the pre-activation is z = αv + βm + γ.
    """
    figure = Figure(figsize=(7.2, 2.8))
    axes = figure.subplots(1, len(curves), sharey=True, squeeze=False)[0]
    z = np.linspace(-8, 8, 400)
    arrow = {"arrowstyle": "->", "connectionstyle": "arc3,rad=-0.25", "shrinkA": 4, "shrinkB": 4}
    before, after = (alpha * np.array([-1, 1]) + beta * m + gamma for m in (0, 1))
    for ax, (label, curve) in zip(axes, curves.items(), strict=True):
        ax.plot(z, curve(z), **ROLES["candidate"].line)
        ax.plot(before, curve(before), "o", color="white", markeredgecolor="black", label="m = 0", zorder=3)
        ax.plot(after, curve(after), "o", color="black", label="m = 1", zorder=3)
        for sign, start, end in zip("−+", before, after, strict=True):
            ax.annotate("", (end, curve(end)), (start, curve(start)), arrowprops=arrow)
            shift, side = {"−": (-8, "right"), "+": (8, "left")}[sign]
            place = {"xytext": (shift, -12), "textcoords": "offset points", "ha": side}
            ax.annotate(f"v = {sign}1", (start, curve(start)), fontsize=8.5, **place)
        ax.set(title=label, xlabel="z = αv + βm + γ", ylim=(-1.35, 1.35), yticks=[-1, 0, 1])
    axes[0].set_ylabel("output")
    axes[-1].legend(loc="lower right")
    moved = "; ".join(
        f"{label}: v=−1 goes from {signed(curve(before[0]))} to {signed(curve(after[0]))}, "
        f"v=+1 from {signed(curve(before[1]))} to {signed(curve(after[1]))}"
        for label, curve in curves.items()
    )
    figure.set_label(f"The mark (open circle to full circle) moves both values to the right. {moved}.")
    return figure


@styled
def bars(values, quantity):
    """One bar a design: `values` maps its name to a number of at least 0, `quantity` says what the number is."""
    figure = Figure(figsize=(7.2, 0.8 + 0.3 * len(values)))
    ax = figure.subplots()
    drawn = ax.barh(list(values), list(values.values()), color="#d9d9d9", edgecolor="#333333", height=0.62)
    ax.bar_label(drawn, [f"{value:.3f}" for value in values.values()], padding=4, fontsize=9)
    ax.invert_yaxis()
    ax.grid(False, axis="y")
    ax.set(xlabel=quantity, xlim=(0, 1.15 * max(values.values())))
    listed = "; ".join(f"{name} {value:.3f}" for name, value in values.items())
    figure.set_label(f"{quantity[0].upper()}{quantity[1:]}: {listed}.")
    return figure


@styled
def pair_of_tanh(offsets):
    """½[tanh(v − K) + tanh(v + K)] over v for several K: two tanh units that together can be silent."""
    figure = Figure(figsize=(7.2, 2.6))
    ax = figure.subplots()
    v = np.linspace(-8, 8, 500)
    for offset, style in zip(offsets, ("-", "--", "-.", ":"), strict=False):
        ax.plot(v, dead_zone_tanh(v, offset), linestyle=style, color="black", label=f"K = {offset:g}")
    ax.axvspan(-1, 1, color="#eeeeee", zorder=0)
    ax.set(xlabel="v (the shaded part is |v| ≤ 1)", ylabel="half the sum of the pair", yticks=[-1, 0, 1])
    ax.legend(loc="upper left")
    ends = ", ".join(f"{dead_zone_tanh(1.0, offset):.2g} at K = {offset:g}" for offset in offsets)
    figure.set_label(f"The larger K, the less the pair says for |v| ≤ 1: its output at v = 1 is {ends}.")
    return figure
