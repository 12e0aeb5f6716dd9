"""Pictures of notebooks 08 and D8: the weights of a layer drawn to scale, and what equal counts do and do not share."""

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ..cell.cells import PLACES
from ..cell.counting import count_parameters
from .style import BLACK, CELL_ROLES, ROLES, styled

_TINTS = (0.85, 0.5, 0.25)  # of the columns for h, x and 1


def blocks_of(cell):
    """(letter, colour) for each of an LSTM's four rows of blocks, None where this cell has no block."""
    return [(PLACES[place], ROLES[place].color) if place in cell.places else None for place in PLACES]


def draw_matrix(ax, blocks, widths, height):
    """The weight matrix acting on [h; x; 1]: a unit of area is one weight, a missing block is dashed and hatched.

    `widths` are those of the columns for h, x and 1, `height` that of a block. Returns what `move_columns` moves.
    """
    columns = sum(widths)
    places = [k for k, block in enumerate(blocks) if block is not None]
    for k in set(range(len(blocks))) - set(places):
        # A little inside its place, so that the white frames of its neighbours do not cover it.
        ax.add_patch(Rectangle(
            (0, (k + 0.04) * height), columns, 0.91 * height, fc="none", ec="#777777", ls="--", lw=1, hatch="////",
        ))
    tints = [to_rgba(blocks[k][1], tint) for k in places for tint in _TINTS]
    tinted = ax.add_collection(PolyCollection([], facecolors=tints, edgecolors="white", linewidths=2), autolim=False)
    edges = [(k * height, (k + 1) * height, np.nan) for k in places]
    seams = ax.add_line(Line2D([0] * 6 * len(places), np.repeat(edges, 2, axis=0).ravel(), color="black", lw=1))
    parts = tinted, seams, [edge[:2] for edge in edges]
    move_columns(parts, widths)
    ax.set(xlim=(-0.01 * columns, 1.01 * columns), ylim=(4.03 * height, -0.03 * height))
    ax.grid(False)
    ax.spines[:].set_visible(False)
    return parts


def move_columns(parts, widths):
    """Give the columns of a drawn matrix other widths with the same sum."""
    tinted, seams, rows = parts
    edges = np.cumsum((0, *widths))
    sides = [(left, right) for left, right in zip(edges[:-1], edges[1:], strict=True)]
    tinted.set_verts([
        [(left, top), (right, top), (right, bottom), (left, bottom)] for top, bottom in rows for left, right in sides
    ])
    seams.set_xdata(np.tile(np.repeat(edges[1:3], 3), len(rows)))


@styled
def blocks_to_scale(cells, inputs, hidden):
    """Weight matrices of several cells side by side at one scale: area is the number of weights.

    `cells` maps a title to a `Cell`; a block that a cell lacks is hatched.
    """
    figure = Figure(figsize=(7.2, 3.0))
    axes = figure.subplots(1, len(cells), sharey=True, squeeze=False)[0]
    counts = {title: count_parameters(cell, inputs, hidden) for title, cell in cells.items()}
    for ax, (title, cell) in zip(axes, cells.items(), strict=True):
        blocks = blocks_of(cell)
        draw_matrix(ax, blocks, (hidden, inputs, 1), hidden)
        for k, block in enumerate(blocks):
            if block is not None:
                ax.text(
                    (hidden + inputs + 1) / 2, (k + 0.5) * hidden, block[0], ha="center", va="center", fontsize=11,
                    fontweight="bold", bbox={"fc": "white", "ec": "none", "pad": 1.5, "alpha": 0.9}, zorder=4,
                )
        ax.set_title(f"{title}\n{counts[title]:,}", loc="center", fontsize=9.5)
        ax.set_xticks([hidden / 2, hidden + inputs / 2, hidden + inputs + 0.5], ["$W_h$", "$W_x$", "$b$"])
        ax.tick_params(length=0)
        ax.set_yticks([])
    named = "; ".join(" ".join(title.split()) + f" {count}" for title, count in counts.items())
    figure.set_label(f"Weights drawn to scale for {inputs} inputs and {hidden} hidden units: {named}.")
    return figure


@styled
def equal_counts_two_jobs(written, counted, parameters):
    """Two cells of equal count, and two jobs of which each can do one.

    `written` maps a cell's name, tanh-only first, to what it writes at the four points (v, m) = (−1,0), (1,0), (−1,1),
    (1,1); `counted` maps it to |c| after 1, 2, … steps. `parameters` is the count of both.
    """
    figure = Figure(figsize=(7.2, 2.8))
    left, right = figure.subplots(1, 2)
    styles = [
        {**CELL_ROLES["TANH_ONLY"].line, "marker": "s"},
        {"color": BLACK, "linestyle": "-", "marker": "D"},
    ]
    wanted = np.array([0, 0, -1, 1])
    for at, value in enumerate(wanted):
        left.plot([at - 0.3, at + 0.3], [value, value], color="black", lw=3, label="wanted" if at == 0 else None)
    for shift, style, (name, values) in zip((-0.12, 0.12), styles, written.items(), strict=True):
        left.plot(np.arange(4) + shift, values, linestyle="none", color=style["color"], marker=style["marker"],
                  label=name, markeredgecolor="black", markeredgewidth=0.6)
    left.set_xticks(range(4), ["(−1, 0)", "(1, 0)", "(−1, 1)", "(1, 1)"])
    left.set(xlabel="(value v, mark m)", ylabel="written into c", ylim=(-1.3, 2.7), yticks=[-1, 0, 1],
             title="job 1: write m·v")
    left.legend(loc="upper left", fontsize=8.5)
    for style, (name, values) in zip(styles, counted.items(), strict=True):
        steps = np.arange(1, len(values) + 1)
        right.plot(steps, values, color=style["color"], linestyle=style["linestyle"], label=name)
        right.annotate(f"{values[-1]:.0f}", (steps[-1], values[-1]), (4, 0), textcoords="offset points", va="center")
    right.set(xlabel="step", ylabel="largest |c|", title="job 2: add 1 at every step", xlim=(0, 1.1 * len(values)))
    right.legend(loc="upper left", fontsize=8.5)
    errors = "; ".join(f"{name} {np.abs(np.asarray(values) - wanted).max():.3f}" for name, values in written.items())
    ends = "; ".join(f"{name} {values[-1]:.0f}" for name, values in counted.items())
    figure.set_label(
        f"One unit and {parameters} parameters each. Writing m·v, worst error: {errors}. Largest |c| after "
        f"{len(values)} steps: {ends}."
    )
    return figure
