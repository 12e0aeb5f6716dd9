"""The explorer of notebook 02: tune one unit to the four points, then a product of two."""

import numpy as np
from contourpy import FillType, contour_generator
from matplotlib import colormaps
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.path import Path
from matplotlib.transforms import ScaledTranslation

from ..cell.activations import dead_zone_tanh, sigmoid, tanh
from ..plots.product import CARD, CONTOURS, MARKS, TARGETS, VALUES, listed, over_or_under, signed
from .controls import choice, slider
from .explorer import Explorer

UNITS = {"one tanh": tanh, "one dead zone": dead_zone_tanh, "σ × tanh": tanh}
def _outline(points, starts):
    """The path of a band: its outer edge and then its holes, each from one of the `starts` to the next."""
    codes = np.full(len(points), Path.LINETO, Path.code_type)
    codes[starts[:-1]], codes[starts[1:] - 1] = Path.MOVETO, Path.CLOSEPOLY
    return Path(points, codes)


def picture(figure):
    """Movable picture: a unit the reader tunes, its map over (v, m), and its error at each of the four points.

    Values: `unit` (a key of `UNITS`), `weight_v`, `weight_m`, `bias` of the pre-activation; `scale` and `offset` of
    the output; `gate_weight_m` and `gate_bias`, which only the product uses: σ(gate_weight_m·m + gate_bias).
    """
    figure.set_size_inches(7.6, 3.4)
    left, right = figure.subplots(1, 2, width_ratios=(1.15, 1))
    left.set(xlim=(-1.6, 1.6), ylim=(-0.4, 1.4), xticks=[-1, 0, 1], yticks=[0, 1],
             xlabel="value v (lines: output, 0.4 apart)", ylabel="mark m")
    left.grid(False)
    # Two collections that can be moved: `Axes.contourf` makes new ones, norm and all, a frame.
    v, m = np.meshgrid(np.linspace(-1.6, 1.6, 65), np.linspace(-0.4, 1.4, 61))
    levels = np.linspace(-1.2, 1.2, 13)
    colours = colormaps["RdBu_r"]((levels[1:] / 1.2 + levels[:-1] / 1.2 + 2) / 4)
    bands = left.add_collection(PathCollection([], linewidths=0, alpha=0.75, antialiaseds=False, zorder=0), False)
    contours = left.add_collection(LineCollection([], **CONTOURS), autolim=False)
    left.set(xlim=(-1.6, 1.6), ylim=(-0.4, 1.4))
    left.plot(VALUES, MARKS, "o", color="white", markeredgecolor="black", markersize=9, zorder=3)
    for one_v, one_m, wanted in zip(VALUES, MARKS, TARGETS, strict=True):  # what changes is a text of its own
        over_or_under(left, one_v, one_m, f"\nwanted {signed(wanted)}", bbox=CARD)
    written = [over_or_under(left, *point, "") for point in zip(VALUES, MARKS, strict=True)]
    bars = right.bar(range(4), np.zeros(4), color="#d9d9d9", edgecolor="#333333", width=0.6)
    above = right.transData + ScaledTranslation(0, 2 / 72, figure.dpi_scale_trans)
    heights = [right.text(place, 0, "", transform=above, ha="center", fontsize=9) for place in range(4)]
    right.axhline(0.5, color="black", linestyle="--", linewidth=1.2)
    right.set_xticks(range(4), [f"({signed(v)}, {m:.0f})" for v, m in zip(VALUES, MARKS, strict=True)])
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
            text.set_text(f"{signed(one)}\n")
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
            f"{unit}: outputs at (−1,0), (1,0), (−1,1), (1,1) are {listed(given)}; wanted 0, 0, −1, 1. "
            f"Worst error {errors.max():.3f}, {side} one half."
        )

    return draw


def beat_one_half():
    """Explorer of notebook 02: tune one unit to the four points, then a product of two."""
    return Explorer(
        picture,
        "Write v where the mark m is 1, and 0 where m is 0. Can you get one tanh under one half? And a product?",
        only={"gate_weight_m": ("unit", "σ × tanh"), "gate_bias": ("unit", "σ × tanh")},
        unit=choice("unit", UNITS),
        weight_v=slider("weight of v", 1.0, -10, 10, 0.05),
        weight_m=slider("weight of m", 0.0, -10, 10, 0.05),
        bias=slider("bias", 0.0, -10, 10, 0.05),
        scale=slider("scale of the output", 1.0, -3, 3, 0.05),
        offset=slider("offset of the output", 0.0, -2, 2, 0.05),
        gate_weight_m=slider("product only: gate weight", 0.0, -20, 20, 0.5),
        gate_bias=slider("product only: gate bias", 0.0, -10, 10, 0.5),
    )
