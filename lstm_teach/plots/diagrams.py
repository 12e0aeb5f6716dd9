"""The wiring of a cell, drawn from the `Cell` value itself: what the cell lacks, the diagram lacks.

Memory runs along the top from c_{t−1} to c_t; h_{t−1} and x_t come in at the bottom, and h_t leaves there. A large box,
reached by an arrow W, has weights and shows its activation; a small dashed box has none and shows what stands in the
gate's place; × and + act unit by unit. Every place keeps its position from cell to cell, so that diagrams side by side
show what changed.
"""

import math
from collections.abc import Mapping

import matplotlib.pyplot as plt
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from ..cell.activations import ACTIVATIONS
from ..cell.cells import PLACES, Cell
from ..checks import complaint, describe, whole_number
from .style import ROLES

# Drawing units: a column for each place and for the readout, a row for each line of the drawing.
WIDTH, HEIGHT = 13.6, 7.1
SIZE = 9.2  # inches: the width for which the sizes of text and lines are given
COLUMNS = {"forget_gate": 2.5, "input_gate": 4.7, "candidate": 6.9, "output_gate": 9.1, "readout": 11.3}
MEMORY, READOUT, WRITING, READING, BOXES, BUS = 6.2, 5.1, 4.4, 3.65, 2.45, 0.75
LEFT, RIGHT = 0.95, WIDTH - 0.95  # where lines enter and leave
BOX, SMALL_BOX, RADIUS = (1.84, 1.15), (0.86, 0.62), 0.27
COLOURS = {name: role.color for name, role in ROLES.items()}
INK = "#333333"  # for what has no role of its own: the stacked input and the operators
GHOST = "#8C8C8C"  # for what is not there


def draw_cell(cell, ax=None, whole=None):
    """The diagram of `cell`, on `ax` when given, else on a Figure of its own.

    `whole`, when given, is the cell it is compared with: a gate that it has and `cell` has not stands there as a
    dashed ghost. Text and lines are in proportion to the size of the axes. Returns the Figure. Raises `ValueError` if
    `cell` is not a `Cell`.
    """
    if not isinstance(cell, Cell):
        raise complaint("cell", "a Cell such as LSTM", describe(cell))
    if ax is None:
        ax = _axes(1, 1, SIZE, title=0)[0]
    ax.set(xlim=(0, WIDTH), ylim=(0, HEIGHT), aspect="equal")
    ax.set_axis_off()
    ax.add_patch(FancyBboxPatch(
        (1.2, 0.35), WIDTH - 2.4, HEIGHT - 0.5, "round,pad=0,rounding_size=0.3", fc="#F4F4F4", ec="none", zorder=0,
    ))
    _draw_inputs(ax, cell)
    _draw_writing(ax, cell)
    _draw_reading(ax, cell)
    for place in whole.places if whole else ():
        if getattr(cell, place) is None:
            _ghost(ax, place)
    figure = ax.get_figure(root=True)
    figure.set_label(f"A cell's wiring: {_in_words(cell)}.")
    return figure


def _in_words(cell):
    """Each place of a cell in the order of the drawing: "forget gate σ, no input gate, candidate tanh, …"."""
    words = []
    for place in ("forget_gate", "input_gate", "candidate", "output_gate", "readout"):
        kind, name = getattr(cell, place), place.replace("_", " ")
        if kind in ACTIVATIONS:
            words.append(f"{name} {ACTIVATIONS[kind].symbol}")
        elif kind is None:
            words.append(f"no {name}")
        else:
            words.append(f"{name} {'1 − f' if kind == 'coupled' else format(kind, 'g')}")
    return ", ".join(words)


def draw_cells(cells, columns=2, whole=None):
    """Several diagrams on one Figure, row by row: `cells` maps titles to cells, so a diagram can be seen to grow.

    `whole` as in `draw_cell`. Returns the Figure. Raises `ValueError` unless `cells` is a mapping of at least one
    `Cell`.
    """
    if not isinstance(cells, Mapping) or not cells:
        raise complaint("cells", "a mapping of titles to cells", describe(cells))
    columns = min(whole_number("columns", columns), len(cells))
    axes = _axes(math.ceil(len(cells) / columns), columns, 0.65 * SIZE, title=0.35)
    for ax in axes:
        ax.set_axis_off()
    for ax, (title, cell) in zip(axes, cells.items(), strict=False):  # the last row may have room left
        draw_cell(cell, ax, whole)
        ax.set_title(title)
    axes[0].figure.set_label("; ".join(f"{title}: {_in_words(cell)}" for title, cell in cells.items()) + ".")
    return axes[0].figure


def _axes(rows, columns, width, title):
    """Axes that fill a new Figure, row by row, each `width` inches wide under `title` inches of room for a title."""
    height = width * HEIGHT / WIDTH + title
    size = (columns * width, rows * height)
    figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False, layout="none")
    figure.subplots_adjust(0, 0, 1, 1 - title / (rows * height), 0, title / (height - title))
    plt.close(figure)  # a notebook shows the value of its last line; a figure left open it would show twice
    return axes.ravel()


def _draw_inputs(ax, cell):
    """x_t and h_{t−1}, carried to every place that has weights, and the boxes of those places."""
    _text(ax, 0.5, BUS, "$h_{t-1}$", 16, COLOURS["hidden_state"])
    _text(ax, 1.6, 0.12, "$x_t$", 16, INK)
    _text(ax, 3.6, 0.5, "$[h_{t-1};\\, x_t;\\, 1]$", 12, INK)
    _wire(ax, [(LEFT, BUS), (1.6, BUS)], COLOURS["hidden_state"], 3, arrow=False)
    end = max(COLUMNS[place] for place in cell.places)
    _wire(ax, [(1.6, 0.33), (1.6, BUS), (end, BUS)], INK, arrow=False)
    for place in cell.places:
        x = COLUMNS[place]
        _wire(ax, [(x, BUS), (x, BOXES - BOX[1] / 2)], INK)
        if x < end:
            _dot(ax, x, BUS, INK)
        _text(ax, x + 0.32, 1.3, f"$W_{PLACES[place]}$", 14, INK)
        _activation(ax, x, BOXES, getattr(cell, place), place.replace("_", " "), COLOURS[place])


def _draw_writing(ax, cell):
    """c_t = f c_{t−1} + i g, along the top."""
    forget, write = COLUMNS["forget_gate"], COLUMNS["candidate"]
    _text(ax, 0.5, MEMORY, "$c_{t-1}$", 16, COLOURS["cell_state"])
    _text(ax, WIDTH - 0.5, MEMORY, "$c_t$", 16, COLOURS["cell_state"])
    _wire(ax, [(LEFT, MEMORY), (RIGHT, MEMORY)], COLOURS["cell_state"], 4)
    if cell.forget_gate is not None:
        _gate(ax, cell.forget_gate, "forget_gate", (forget, WRITING), (forget, MEMORY - RADIUS))
        _operator(ax, forget, MEMORY, "×")

    _text(ax, write + 0.28, 3.45, "$g$", 16, COLOURS["candidate"])
    _wire(ax, [(write, BOXES + BOX[1] / 2), (write, MEMORY - RADIUS)], COLOURS["candidate"])
    _operator(ax, write, MEMORY, "+")
    if cell.input_gate is not None:
        gate = cell.input_gate
        if gate == "coupled":
            gate = "$1-f$"
            _wire(ax, [(forget, WRITING), (COLUMNS["input_gate"] - SMALL_BOX[0] / 2, WRITING)], COLOURS["forget_gate"])
            _dot(ax, forget, WRITING, COLOURS["forget_gate"])
        _gate(ax, gate, "input_gate", (COLUMNS["input_gate"], WRITING), (write - RADIUS, WRITING))
        _operator(ax, write, WRITING, "×")


def _draw_reading(ax, cell):
    """h_t = o readout(c_t), down the right-hand side."""
    x, bottom = COLUMNS["readout"], READOUT - BOX[1] / 2
    _wire(ax, [(x, MEMORY), (x, READOUT + BOX[1] / 2)], COLOURS["cell_state"])
    _dot(ax, x, MEMORY, COLOURS["cell_state"])
    _activation(ax, x, READOUT, cell.readout, "readout", COLOURS["cell_state"])
    if cell.output_gate is not None:
        _wire(ax, [(x, bottom), (x, READING + RADIUS)], COLOURS["cell_state"])
        _gate(ax, cell.output_gate, "output_gate", (COLUMNS["output_gate"], READING), (x - RADIUS, READING))
        _operator(ax, x, READING, "×")
        bottom = READING - RADIUS
    _wire(ax, [(x, bottom), (x, BUS), (RIGHT, BUS)], COLOURS["hidden_state"], 3)
    _text(ax, WIDTH - 0.5, BUS, "$h_t$", 16, COLOURS["hidden_state"])


def _ghost(ax, place):
    """The dashed outline of a gate that is not there: its box, its way to the product, and the product."""
    x, bottom, top = COLUMNS[place], BOXES - BOX[1] / 2, BOXES + BOX[1] / 2
    corner, product = {
        "forget_gate": ((x, WRITING), (x, MEMORY)),
        "input_gate": ((x, WRITING), (COLUMNS["candidate"], WRITING)),
        "output_gate": ((x, READING), (COLUMNS["readout"], READING)),
    }[place]
    entry = (x, product[1] - RADIUS) if product[0] == x else (product[0] - RADIUS, product[1])
    for points in ([(x, BUS), (x, bottom)], [(x, top), corner, entry]):
        _wire(ax, points, GHOST, 1.6, arrow=False, line_style="--")
    _box(ax, x, BOXES, BOX, GHOST, "--")
    ax.add_patch(Circle(product, RADIUS, fc="none", ec=GHOST, ls="--", lw=_points(ax, 1.6), zorder=4))
    _text(ax, x, BOXES, f"no {place.replace('_', ' ')}", 12, GHOST)


def _gate(ax, kind, place, corner, target):
    """A gate's value on its way to `target`: up from its box by way of `corner`, or from a small box at `corner`."""
    (x, y), target_x, colour = corner, target[0], COLOURS[place]
    upwards = target_x == x
    if kind in ACTIVATIONS:
        _wire(ax, [(x, BOXES + BOX[1] / 2), corner, target], colour)
    else:
        _box(ax, x, y, SMALL_BOX, colour, "--")
        _text(ax, x, y, kind if isinstance(kind, str) else f"{kind:g}", 14, INK)
        _wire(ax, [(x, y + SMALL_BOX[1] / 2) if upwards else (x + SMALL_BOX[0] / 2, y), target], colour)
    letter_at = (x + 0.27, (WRITING + MEMORY) / 2) if upwards else ((x + target_x) / 2 + 0.1, y + 0.27)
    _text(ax, *letter_at, f"${PLACES[place]}$", 16, colour)


def _activation(ax, x, y, activation, name, colour):
    """A box with weights or the readout: the activation's symbol over the name of the place."""
    symbol = ACTIVATIONS[activation].symbol
    _box(ax, x, y, BOX, colour, "-")
    _text(ax, x, y + 0.2, symbol, 19 if len(symbol) <= 4 else 14, INK)
    _text(ax, x, y - 0.31, name, 12, INK)


# --- marks on the axes ------------------------------------------------------------------------------------------------


def _points(ax, size):
    """`size`, meant for a diagram `SIZE` inches wide, in proportion to the axes."""
    area = ax.get_window_extent()
    return size * min(area.width, area.height * WIDTH / HEIGHT) / (SIZE * ax.get_figure(root=True).dpi)


def _text(ax, x, y, text, size, colour):
    ax.text(x, y, text, size=_points(ax, size), color=colour, ha="center", va="center", zorder=5)


def _wire(ax, points, colour, width=2.2, arrow=True, line_style="-"):
    line = FancyArrowPatch(
        path=Path(points), arrowstyle="-|>" if arrow else "-", mutation_scale=_points(ax, 15), color=colour,
        lw=_points(ax, width), ls=line_style, capstyle="butt", joinstyle="round", zorder=2,
    )
    ax.add_patch(line)


def _box(ax, x, y, size, colour, line_style):
    tint = [0.82 + 0.18 * part for part in to_rgb(colour)] if line_style == "-" else "white"
    corner = (x - size[0] / 2, y - size[1] / 2)
    ax.add_patch(FancyBboxPatch(
        corner, *size, "round,pad=0,rounding_size=0.14", fc=tint, ec=colour, ls=line_style, lw=_points(ax, 2), zorder=3,
    ))


def _operator(ax, x, y, symbol):
    ax.add_patch(Circle((x, y), RADIUS, fc="white", ec=INK, lw=_points(ax, 1.6), zorder=4))
    _text(ax, x, y, symbol, 17, INK)


def _dot(ax, x, y, colour):
    ax.add_patch(Circle((x, y), 0.09, fc=colour, ec="none", zorder=4))
