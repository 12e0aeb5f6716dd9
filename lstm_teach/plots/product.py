"""Pictures of notebook 03: what one unit can do with two pieces of evidence, and what a product can."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation

from ..cell.activations import dead_zone_tanh
from .style import ROLES, styled

# The four points of the notebook: a value v of −1 or +1, a mark m of 0 or 1, and the target m·v.
VALUES = np.array([-1.0, 1.0, -1.0, 1.0])
MARKS = np.array([0.0, 0.0, 1.0, 1.0])
TARGETS = MARKS * VALUES

CONTOURS = {"colors": "#444444", "linewidths": 0.7, "linestyles": "-"}
CARD = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.2}
_LINES = [
    {"color": "#000000", "linestyle": "-"},
    {"color": ROLES["candidate"].color, "linestyle": "--"},
    {"color": ROLES["input_gate"].color, "linestyle": "-."},
]


@styled
def output_maps(units):
    """Contour maps of units over the (v, m) plane, with the four points.

    `units` maps a title to a function of arrays (v, m). Beside each point stands what the unit gives there.
    """
    figure = Figure(figsize=(7.2, 3.3))
    axes = figure.subplots(1, len(units), sharey=True, squeeze=False)[0]
    for ax, (title, unit) in zip(axes, units.items(), strict=True):
        image = _draw_map(ax, unit)
        worst = np.abs(unit(VALUES, MARKS) - TARGETS).max()
        ax.set_title(f"{title}\nworst error {worst:.2f}")
    axes[0].set_ylabel("mark m")
    figure.colorbar(image, ax=list(axes), label="output", ticks=[-1, 0, 1], shrink=0.8)
    figure.set_label(
        "Contours of the output over v and m: straight and parallel for a single unit, bent for the product. "
        "Outputs at (v, m) = (−1,0), (1,0), (−1,1), (1,1): "
        + "; ".join(f"{title} {listed(unit(VALUES, MARKS))}" for title, unit in units.items())
        + "; wanted 0, 0, −1, 1."
    )
    return figure


def _draw_map(ax, unit):
    v, m = np.meshgrid(np.linspace(-1.6, 1.6, 120), np.linspace(-0.4, 1.4, 120))
    levels = np.linspace(-1.2, 1.2, 13)
    image = ax.contourf(v, m, np.clip(unit(v, m), -1.19, 1.19), levels, cmap="RdBu_r", alpha=0.75)
    output = unit(v, m)
    crossed = [level for level in levels[::2] if output.min() < level < output.max()]
    if crossed:  # a constant output has no contour, and Matplotlib would warn
        ax.contour(v, m, output, crossed, **CONTOURS)
    for point in zip(VALUES, MARKS, TARGETS, unit(VALUES, MARKS), strict=True):
        _draw_point(ax, *point)
    ax.set(xlim=(-1.6, 1.6), ylim=(-0.4, 1.4), xticks=[-1, 0, 1], yticks=[0, 1], xlabel="value v")
    ax.grid(False)
    return image


def _draw_point(ax, v, m, wanted, given):
    ax.plot(v, m, "o", color="white", markeredgecolor="black", markersize=9, zorder=3)
    over_or_under(ax, v, m, f"{signed(given)}\nwanted {signed(wanted)}", bbox=CARD)


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
def search_progress(histories):
    """Worst-case error of the best unit found so far, against the number of units tried.

    `histories` maps a label to (tried, best so far): two arrays of equal length.
    """
    figure = Figure(figsize=(7.2, 2.9))
    ax = figure.subplots()
    for line, (label, (tried, best)) in zip(_LINES, histories.items(), strict=False):
        ax.loglog(tried, np.maximum(best, 1e-7), label=label, **line)
    ax.axhline(0.5, color="#888888", linewidth=1, zorder=1)
    right_edge = {"xycoords": ("axes fraction", "data"), "xytext": (4, 0), "textcoords": "offset points"}
    ax.annotate("½", (1.0, 0.5), va="center", **right_edge)
    ax.set(xlabel="units tried", ylabel="worst error of the best", ylim=(1e-7, 3))
    ax.legend(loc="lower left")
    ends = "; ".join(f"{label} {best[-1]:.3f}" for label, (_, best) in histories.items())
    figure.set_label(f"The search comes down to a worst-case error of: {ends}. The thin line is at ½.")
    return figure


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
    figure.set_label(f"The larger K, the quieter the pair for |v| ≤ 1: its output at v = 1 is {ends}.")
    return figure
