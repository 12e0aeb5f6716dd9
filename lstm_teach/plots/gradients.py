"""Pictures of the gradient: what pushes on a weight, the price of a shut gate, and what comes back through time."""

import numpy as np
from matplotlib.figure import Figure

from .style import CELL_ROLES, ROLES, styled

_GATE, _FORGET, _CANDIDATE = ROLES["input_gate"], ROLES["forget_gate"], ROLES["candidate"]


@styled
def tug_of_war(weights, pushes, balance):
    """The mean push on one weight, from the step to be stored and from the steps to be ignored, over the weight.

    `weights` (n,), above 0; `pushes` maps a title to a pair of arrays (n,): of the step to be stored, of all others
    together; `balance` maps it to the weight at which the two cancel.
    """
    figure = Figure(figsize=(7.2, 2.8))
    every_axes = figure.subplots(1, len(pushes), sharey=True)
    for axes, (title, (store, ignore)) in zip(every_axes, pushes.items(), strict=True):
        axes.axhline(0, color="#444444", linewidth=0.8)
        axes.plot(weights, store, color="#6b6b6b", linestyle=(0, (5, 1.5)), label="the step to be stored")
        axes.plot(weights, ignore, color="#000000", linestyle=(0, (1, 1.2)), label="the 49 to be ignored")
        axes.plot(weights, store + ignore, **_CANDIDATE.line, alpha=0.95, linewidth=1.6, label="sum")
        at = balance[title]
        axes.plot([at], [0], "o", color="#000000", markersize=6, zorder=5)
        axes.annotate(f"rests at w = {at:.3g}", (at, 0), (14, -17) if at < 0.3 else (0, -17), fontsize=9,
                      textcoords="offset points", ha="left" if at < 0.3 else "right")
        axes.set(title=title, xscale="log", xlabel="weight w of the candidate", xlim=(weights[0], weights[-1]))
        axes.set(ylim=(-0.75, 0.45), xticks=[0.001, 0.01, 0.1, 1], xticklabels=["0.001", "0.01", "0.1", "1"])
        axes.minorticks_off()
    every_axes[0].set_ylabel("mean push on w")
    every_axes[1].legend(loc="lower left", borderpad=0)
    figure.set_label(
        "What pushes on the candidate's one weight: "
        + "; ".join(f"{title}, the pushes cancel at w = {balance[title]:.3g}" for title in pushes)
        + "."
    )
    return figure


@styled
def price_of_shutting(z, masks, steps, moved):
    """The gradient's two masks over the gate's pre-activation, and the steps of gradient descent they cost.

    `z` (n,); `masks` holds the arrays "gate" and "candidate" (n,); `steps` the arrays "open", "shut", "candidate"
    (n,), NaN where there is nothing to count; `moved` is how far the value had to move.
    """
    figure = Figure(figsize=(7.2, 2.8))
    left, right = figure.subplots(1, 2)
    left.plot(z, masks["candidate"], **_CANDIDATE.line)
    left.plot(z, masks["gate"], **_GATE.line)
    left.text(1.2, 0.88, "candidate's\nmask $i$", fontsize=9, color="#9c4a7d", ha="right", va="center")
    left.text(2.3, 0.2, "gate's mask\n$i(1-i)$", fontsize=9, color=_GATE.color, va="center")
    left.set(title="what each mask lets through", xlabel="gate's $z_i$", ylabel="factor", ylim=(0, 1.05))
    right.plot(z, steps["open"], **_GATE.line)
    right.plot(z, steps["shut"], color=_GATE.color, linestyle=(0, (1, 1.2)))
    right.plot(z, steps["candidate"], **_CANDIDATE.line)
    right.text(-3.5, 60, "gate,\nto open", fontsize=9, color=_GATE.color)
    right.text(3.5, 60, "gate,\nto shut", fontsize=9, color=_GATE.color, ha="right")
    right.text(-4.8, 2, "candidate", fontsize=9, color="#9c4a7d")
    right.set(title=f"steps until the value has moved by {moved:g}", xlabel="gate's $z_i$ at the start", yscale="log",
              ylabel="steps", ylim=(0.8, 300), yticks=[1, 10, 100], yticklabels=["1", "10", "100"])
    right.minorticks_off()
    for axes in (left, right):
        axes.set(xlim=(z[0], z[-1]), xticks=[-4, -2, 0, 2, 4])
    figure.set_label(
        f"Left: the factors that gate and candidate learn through. Right: plain gradient descent at rate 1 needs "
        f"{steps['open'][0]:.0f} steps to open a gate from z = {z[0]:g}, {steps['shut'][-1]:.0f} to shut one from "
        f"{z[-1]:g}, and {steps['candidate'][0]:.0f} for a candidate behind the shut gate, "
        f"{steps['candidate'][-1]:.0f} behind the open one."
    )
    return figure


@styled
def along_the_cell(lines):
    """What is left of the gradient by steps back: the whole of it and the direct path, one panel a cell.

    `lines` maps a title to a pair of arrays (T + 1,): whole and direct, from 0 steps back to T.
    """
    figure = Figure(figsize=(7.2, 2.6))
    every_axes = figure.subplots(1, len(lines), sharey=True)
    for axes, (title, (whole, direct)) in zip(every_axes, lines.items(), strict=True):
        back = np.arange(len(whole))
        axes.plot(back, whole, **ROLES["cell_state"].line, linewidth=1.6, label="whole gradient")
        axes.plot(back, direct, **_FORGET.line, label=r"direct path $\prod f$")
        axes.set(title=title, xlabel="steps back", yscale="log", xlim=(0, back[-1]), ylim=(1e-10, 1000))
        axes.set_yticks([1e-9, 1e-6, 1e-3, 1])
        axes.minorticks_off()
    every_axes[0].set_ylabel("size of $\\partial c_T/\\partial c_s$")
    every_axes[-1].legend(loc="lower left", borderpad=0)
    ends = "; ".join(f"{' '.join(title.split())}: {w[-1]:.3g} and {d[-1]:.3g}" for title, (w, d) in lines.items())
    figure.set_label(
        f"Gradient of the memory {len(back) - 1} steps back, the whole and along the direct path. {ends}."
    )
    return figure


@styled
def gradient_by_lag(lines):
    """The gradient of the last h with respect to the input of some steps before, over the lag; a labelled line a cell.

    `lines` maps a label to (cell, sizes): a key of `CELL_ROLES`, and sizes (lags,), from lag 0 on. The first line of a
    cell is drawn strong, the others of the same cell thin.
    """
    figure = Figure(figsize=(7.2, 3.4))
    axes = figure.subplots()
    strong = set()
    for label, (cell, sizes) in lines.items():
        axes.plot(sizes, **CELL_ROLES[cell].line, linewidth=1.2 if cell in strong else 2)
        strong.add(cell)
        end = len(sizes) - 1
        first = all(sizes[end] >= others[end] for _, others in lines.values())
        axes.annotate(label, (end, sizes[end]), (6, 5 if first else -5), textcoords="offset points", fontsize=9.5,
                      va="bottom" if first else "top" if sizes[end] > 1e-6 else "center", color=CELL_ROLES[cell].color)
    axes.set(xlabel="lag: steps back from the last word", ylabel="size of $\\partial h_T/\\partial x_{T-k}$",
             yscale="log", xlim=(0, 1.34 * end), ylim=(1e-15, 1e3), xticks=range(0, end + 1, 10))
    axes.set_yticks([1e-12, 1e-9, 1e-6, 1e-3, 1])
    axes.minorticks_off()
    figure.set_label(
        f"Gradient over the lag, fresh cells, median. At lag {end}: "
        + ", ".join(f"{' '.join(label.split())} {sizes[end]:.2g}" for label, (_, sizes) in lines.items()) + "."
    )
    return figure
