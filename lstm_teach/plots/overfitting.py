"""Pictures of notebooks 08 and D7: errors of trained networks, on what they learned from and on what they did not."""

import numpy as np
from matplotlib.figure import Figure

from .style import BLACK, CELL_ROLES, styled

# In the order of the legend: the colour is the cell's, the marker tells two widths of one cell apart.
_MARKERS = "osD^"


@styled
def errors_over_data(panels):
    """Training and test errors of several cells over the size of the training set, every network a dot.

    `panels` maps a title to (what the error is, errors), errors mapping a label to (cell, {size: (training, test)}): a
    cell of the package by name, and two arrays with one number a network; at most four labels. Errors that are all
    above 0 get a logarithmic axis. A line joins the mean on the training set, a hollow mark, to the mean on the test
    set, a full one: its length is the gap.
    """
    figure = Figure(figsize=(7.2, 3.5))
    said = []
    for ax, (title, (unit, errors)) in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels.items(),
                                           strict=True):
        sizes = sorted(next(iter(errors.values()))[1])
        everything = np.concatenate([part for _, by_size in errors.values() for pair in by_size.values()
                                     for part in pair])
        for k, (label, (cell, by_size)) in enumerate(errors.items()):
            style = {"marker": _MARKERS[k], "color": CELL_ROLES[cell].color if cell in CELL_ROLES else BLACK}
            for at, size in enumerate(sizes):
                training, test = by_size[size]
                x = at + 0.2 * (k - (len(errors) - 1) / 2)
                means = np.mean(training), np.mean(test)
                ax.plot(x + np.linspace(-0.06, 0.06, len(test)), test, ls="none", marker=".", ms=3, color="#b5b5b5")
                ax.plot([x, x], means, color=style["color"], lw=1.2, zorder=2)
                ax.plot(x, means[0], ls="none", ms=5, mfc="white", mec=style["color"], marker=style["marker"], zorder=3)
                ax.plot(x, means[1], ls="none", ms=6, mec="black", mew=0.5, zorder=3, **style,
                        label=label if at == 0 else None)
        if everything.min() > 0:
            ax.set_yscale("log")
        else:
            ax.set_ylim(bottom=-0.02)
        ax.set_xticks(range(len(sizes)), [f"{size:,}" for size in sizes])
        ax.set(title=title, xlabel="training examples", ylabel=unit)
        ax.grid(False, axis="x")
        shown = "; ".join(
            f"{label} " + ", ".join(f"{np.mean(by_size[size][1]):.2g}" for size in sizes)
            for label, (_, by_size) in errors.items()
        )
        said.append(f"{title.split(':')[0]}, mean test error at {', '.join(map(str, sizes))} examples: {shown}.")
    figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=len(_MARKERS))
    figure.set_label(" ".join(said))
    return figure


@styled
def errors_by_count(networks):
    """Test errors of several kinds of network, one row each, from the lowest parameter count down; every network a dot.

    `networks` maps a label to (cell, count, errors): a cell of the package by name, and one error a network.
    """
    figure = Figure(figsize=(7.2, 1.1 + 0.36 * len(networks)))
    ax = figure.subplots()
    rows = sorted(networks.items(), key=lambda item: item[1][1])
    for at, (_, (cell, _, errors)) in enumerate(rows):
        color = CELL_ROLES[cell].color if cell in CELL_ROLES else BLACK
        ax.plot(errors, at + np.linspace(-0.22, 0.22, len(errors)), ls="none", marker=".", ms=5, color=color, alpha=0.5)
        ax.plot([np.mean(errors)] * 2, [at - 0.36, at + 0.36], color=color, lw=2.5)
        ax.annotate(f"{np.mean(errors):.3f}", (1, at), (4, 0), xycoords=("axes fraction", "data"),
                    textcoords="offset points", va="center")
    ax.set_yticks(range(len(rows)), [f"{label}: {count:,}" for label, (_, count, _) in rows])
    ax.invert_yaxis()
    ax.set(xlabel="share of new images that are wrong (line: mean)")
    for x, side, heading in ((0, "right", "network: weights"), (1, "left", "mean")):
        ax.annotate(heading, (x, 1), (-8 if x == 0 else 4, 3), xycoords="axes fraction", textcoords="offset points",
                    ha=side, va="bottom")
    ax.grid(False, axis="y")
    said = "; ".join(f"{label} ({count}) {np.mean(errors):.3f}" for label, (_, count, errors) in rows)
    figure.set_label(f"Mean share of new images that are wrong, by weights in the layer: {said}.")
    return figure
