"""The picture of notebook 00: how long a first word is remembered."""

import numpy as np
from matplotlib.figure import Figure

from .style import CELL_ROLES, styled


@styled
def fading(left):
    """What is left later on of a change of the first word, on a logarithmic axis: one line a cell.

    `left` maps a label to (key of `CELL_ROLES`, the share that is left after each word (T,)). The first line of a
    cell is drawn strong, the others of the same cell thin. Each line is named at its end.
    """
    figure = Figure(figsize=(7.2, 3.0))
    ax = figure.subplots()
    strong, words = set(), []
    for label, (cell, line) in left.items():
        steps = np.arange(1, len(line) + 1)
        role = CELL_ROLES[cell]
        ax.semilogy(steps, line, **role.line, linewidth=1.2 if cell in strong else 2.4)
        strong.add(cell)
        ax.annotate(label, (steps[-1], line[-1]), (6, 0), textcoords="offset points", va="center", color=role.color,
                    fontsize=9, annotation_clip=False)
        words.append(f"{' '.join(label.split())} {line[0]:.1g}, {line[9]:.1g}, {_small(line[-1])}")
    ax.set(xlabel="word", ylabel="share left of the first word", xlim=(0, len(line)),
           xticks=[1, 10, 20, 30, 40, 51])
    ax.set_yticks([1e-12, 1e-8, 1e-4, 1])
    figure.set_label(f"What is left of the first word at words 1, 10 and {len(line)}: {'; '.join(words)}.")
    return figure


def _small(number):
    """One digit; what is left of rounding errors as a bound, since no two processors agree on it."""
    return f"{number:.1g}" if number > 1e-9 else "less than 1e-9"
