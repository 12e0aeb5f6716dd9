"""Pictures of notebook 03: what one unit can do with two pieces of evidence, and what a product can."""

import numpy as np
from contourpy import FillType, contour_generator
from matplotlib import colormaps
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.transforms import ScaledTranslation

from ..cell.activations import dead_zone_tanh, sigmoid, tanh
from .style import ROLES, styled

# The four points of the notebook: a value v of −1 or +1, a mark m of 0 or 1, and the target m·v.
VALUES = np.array([-1.0, 1.0, -1.0, 1.0])
MARKS = np.array([0.0, 0.0, 1.0, 1.0])
TARGETS = MARKS * VALUES

_CONTOURS = {"colors": "#444444", "linewidths": 0.7, "linestyles": "-"}
_CARD = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.2}
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
        + "; ".join(f"{title} {_listed(unit(VALUES, MARKS))}" for title, unit in units.items())
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
        ax.contour(v, m, output, crossed, **_CONTOURS)
    for point in zip(VALUES, MARKS, TARGETS, unit(VALUES, MARKS), strict=True):
        _draw_point(ax, *point)
    ax.set(xlim=(-1.6, 1.6), ylim=(-0.4, 1.4), xticks=[-1, 0, 1], yticks=[0, 1], xlabel="value v")
    ax.grid(False)
    return image


def _outline(points, starts):
    """The path of a band: its outer edge and then its holes, each from one of the `starts` to the next."""
    codes = np.full(len(points), Path.LINETO, Path.code_type)
    codes[starts[:-1]], codes[starts[1:] - 1] = Path.MOVETO, Path.CLOSEPOLY
    return Path(points, codes)


def _draw_point(ax, v, m, wanted, given):
    ax.plot(v, m, "o", color="white", markeredgecolor="black", markersize=9, zorder=3)
    _over_or_under(ax, v, m, f"{_signed(given)}\nwanted {_signed(wanted)}", bbox=_CARD)


def _over_or_under(ax, v, m, words, **style):
    """Text next to a point, on the side where the other point of the same v is not."""
    beside = ax.transData + ScaledTranslation(0, (-9 if m else 9) / 72, ax.figure.dpi_scale_trans)
    return ax.text(v, m, words, transform=beside, ha="center", va="top" if m else "bottom", fontsize=8, **style)


def _signed(number, digits=2):
    """A number with its sign, but plain 0 for what rounds to it, and an integer without decimals."""
    text = f"{number:+.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text in ("+0", "-0", "+", "-") else text.replace("-", "−")


def _listed(numbers):
    return ", ".join(_signed(number) for number in numbers)


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
        f"{label}: v=−1 goes from {_signed(curve(before[0]))} to {_signed(curve(after[0]))}, "
        f"v=+1 from {_signed(curve(before[1]))} to {_signed(curve(after[1]))}"
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


UNITS = {"one tanh": tanh, "one dead zone": dead_zone_tanh, "σ × tanh": tanh}


def beat_one_half_picture(figure):
    """Movable picture: a unit the reader tunes, its map over (v, m), and its error at each of the four points.

    Values: `unit` (a key of `UNITS`), `weight_v`, `weight_m`, `bias` of the pre-activation; `scale` and `offset` of
    the output; `gate_weight_m` and `gate_bias`, which only the product uses: σ(gate_weight_m·m + gate_bias).
    """
    figure.set_size_inches(7.6, 3.4)
    left, right = figure.subplots(1, 2, width_ratios=(1.15, 1))
    left.set(xlim=(-1.6, 1.6), ylim=(-0.4, 1.4), xticks=[-1, 0, 1], yticks=[0, 1],
             xlabel="value v (lines: output, 0.4 apart)", ylabel="mark m")
    left.grid(False)
    # `_draw_map` again, in two collections that can be moved: `Axes.contourf` makes new ones, norm and all, a frame.
    v, m = np.meshgrid(np.linspace(-1.6, 1.6, 65), np.linspace(-0.4, 1.4, 61))
    levels = np.linspace(-1.2, 1.2, 13)
    colours = colormaps["RdBu_r"]((levels[1:] / 1.2 + levels[:-1] / 1.2 + 2) / 4)
    bands = left.add_collection(PathCollection([], linewidths=0, alpha=0.75, antialiaseds=False, zorder=0), False)
    contours = left.add_collection(LineCollection([], **_CONTOURS), autolim=False)
    left.set(xlim=(-1.6, 1.6), ylim=(-0.4, 1.4))
    left.plot(VALUES, MARKS, "o", color="white", markeredgecolor="black", markersize=9, zorder=3)
    for one_v, one_m, wanted in zip(VALUES, MARKS, TARGETS, strict=True):  # what changes is a text of its own
        _over_or_under(left, one_v, one_m, f"\nwanted {_signed(wanted)}", bbox=_CARD)
    written = [_over_or_under(left, *point, "") for point in zip(VALUES, MARKS, strict=True)]
    bars = right.bar(range(4), np.zeros(4), color="#d9d9d9", edgecolor="#333333", width=0.6)
    above = right.transData + ScaledTranslation(0, 2 / 72, figure.dpi_scale_trans)
    heights = [right.text(place, 0, "", transform=above, ha="center", fontsize=9) for place in range(4)]
    right.axhline(0.5, color="black", linestyle="--", linewidth=1.2)
    right.set_xticks(range(4), [f"({_signed(v)}, {m:.0f})" for v, m in zip(VALUES, MARKS, strict=True)])
    right.set(title="error (dashed: ½)", xlabel="(v, m); hatched: the worst", ylabel="error")
    right.grid(False, axis="x")

    def draw(unit, weight_v, weight_m, bias, scale, offset, gate_weight_m, gate_bias):
        def output(v, m):
            gate = sigmoid(gate_weight_m * m + gate_bias) if unit == "σ × tanh" else 1.0
            return scale * gate * UNITS[unit](weight_v * v + weight_m * m + bias) + offset

        given = output(VALUES, MARKS)
        errors = np.abs(given - TARGETS)
        mapped = output(v, m)
        filled, shown = contour_generator(v, m, np.clip(mapped, -1.19, 1.19), fill_type=FillType.OuterOffset).filled, []
        for low, high, colour in zip(levels, levels[1:], colours, strict=False):
            shown += [(_outline(*part), colour) for part in zip(*filled(low, high), strict=True)]
        bands.set_paths([path for path, _ in shown])
        bands.set_facecolor([colour for _, colour in shown])
        lines_at = contour_generator(v, m, mapped).lines
        contours.set_segments([line for level in levels[::2] for line in lines_at(level)])
        for text, one in zip(written, given, strict=True):
            text.set_text(f"{_signed(one)}\n")
        left.set_title(f"{unit}: red above 0, blue below")
        for place, error in enumerate(errors):
            bars[place].set(height=error, hatch="////" if error > errors.max() - 0.0005 else "")
            heights[place].set_y(error)
            heights[place].set_text(f"{error:.2f}")
        # One of a few heights, so that a changed error is seen and the axis rests while a slider moves.
        reach = next(limit for limit in (1.15, 2.3, 4.6, 9.2) if 1.1 * errors.max() <= limit)
        right.set_ylim(0, reach)
        right.set_title(f"worst: {errors.max():.3f}", loc="right")
        side = "under" if errors.max() < 0.5 else "not under"
        figure.set_label(
            f"{unit}: outputs at (−1,0), (1,0), (−1,1), (1,1) are {_listed(given)}; wanted 0, 0, −1, 1. "
            f"Worst error {errors.max():.3f}, {side} one half."
        )

    return draw
