"""Pictures of 06 and D5: who learns what, how soon, at which settings, and what the trained gates look like."""

import numpy as np
from matplotlib.figure import Figure

from ..cell.saturation import share_near_an_end
from .style import BLACK, CELL_ROLES, GREY, ROLES, plain_ticks, styled

CELL_NAMES = {
    "LSTM": "LSTM", "TANH_ONLY": "tanh-only", "COUPLED": "coupled, i = 1 − f", "VANILLA_RNN": "vanilla RNN",
    "DEAD_ZONE": "dead zone", "NO_FORGET_GATE": "no forget gate", "TANH_GATE": "tanh gate",
    "LINEAR_GATE": "linear gate", "LINEAR_CANDIDATE": "linear candidate", "RELU_CANDIDATE": "ReLU candidate",
    "LSTM_F1": "σ gate",
}


@styled
def three_tasks(examples, length):
    """One sequence of each task.

    `examples` maps a task's name to (values (T,), marks (T,), target): the target is (T,) if it is asked for at every
    step, else a number, asked for at the last.
    """
    figure = Figure(figsize=(7.2, 2.5))
    every_axes = figure.subplots(1, len(examples))
    steps = np.arange(1, length + 1)
    for axes, (name, (values, marks, target)) in zip(every_axes, examples.items(), strict=True):
        axes.vlines(steps, 0, values, color="#c4c4c4", linewidth=1.2)
        axes.plot(steps[marks == 1], values[marks == 1], "o", color=BLACK, markersize=5, label="marked")
        if np.size(target) > 1:
            axes.step(steps, target, where="post", **ROLES["cell_state"].line, linewidth=1.2, label="target")
        else:
            axes.plot([length], [target], "D", color="white", markeredgecolor=BLACK, markersize=7, clip_on=False,
                      label="target", zorder=4)
        axes.set(title=name, xlabel="step", xlim=(0, length + 1), ylim=(-1.1, 2.1), xticks=[1, 25, 50],
                 yticks=[-1, 0, 1, 2])
        axes.legend(loc="upper left", fontsize=8, borderpad=0, handlelength=1.4)
    every_axes[0].set_ylabel("value")
    marked = {name: int(marks.sum()) for name, (_, marks, _) in examples.items()}
    ends = {name: float(np.ravel(target)[-1]) for name, (_, _, target) in examples.items()}
    figure.set_label(
        "One sequence of each task (grey: values, dots: the marked ones). "
        + "; ".join(f"{name}: {marked[name]} marked of {length}, last target {ends[name]:.2f}" for name in examples)
        + ". Everything unmarked is to be ignored."
    )
    return figure


@styled
def live_race(histories, criterion):
    """Test errors over the updates: `histories` maps a name to a `History`; one line a seed."""
    figure = Figure(figsize=(7.2, 2.6))
    axes = figure.subplots()
    styles = [{"color": BLACK, "linestyle": "-"}, {"color": GREY, "linestyle": (0, (4, 1.5))}]
    for (name, history), style in zip(histories.items(), styles, strict=True):
        for k, errors in enumerate(history.errors):
            axes.plot(history.evaluated_at[: len(errors)], errors, **style, linewidth=1.5, label=None if k else name)
    axes.axhline(criterion, color="#444444", linewidth=0.8)
    axes.text(axes.get_xlim()[1], criterion * 1.1, "solved", ha="right", fontsize=8.5, color="#444444")
    axes.set(yscale="log", xlabel="updates", ylabel="test error")
    plain_ticks(axes.yaxis, [0.01, 0.03, 0.1, 0.3])
    axes.legend(loc="upper right")
    figure.set_label("Test error while training, one line a seed. Updates to the criterion: " + "; ".join(
        f"{name} {', '.join(str(u) if u else 'not yet' for u in history.updates_to_criterion)}"
        for name, history in histories.items()) + ".")
    return figure


@styled
def every_seed(panels, title="updates to the criterion"):
    """Every seed a dot: one panel a task, one row a cell.

    `panels` maps a panel's title to a mapping from cell (a key of `CELL_NAMES`) to its arrivals: `updates` (n,),
    infinity for what did not get there within `cap`, and `median_text`. What did not stands in the grey strip at the
    right.
    """
    names = list(next(iter(panels.values())))
    figure = Figure(figsize=(7.2, 1.15 + 0.3 * len(names)))
    every_axes = figure.subplots(1, len(panels), sharey=True)
    for axes, (task, cells) in zip(np.atleast_1d(every_axes), panels.items(), strict=True):
        cap = next(iter(cells.values())).cap
        axes.axvspan(cap * 1.12, cap * 2.1, color="#e4e4e4", linewidth=0)
        for row, (cell, own) in enumerate(cells.items()):
            done = np.isfinite(own.updates)
            at = np.where(done, own.updates, cap * 1.52)
            # Dots at one place are stacked, so that each is seen.
            rank = np.array([np.sum(at[:k] == at[k]) for k in range(len(at))])
            total = np.array([np.sum(at == value) for value in at])
            height = row + np.clip(0.62 / np.maximum(total, 5), 0, 0.12) * (rank - (total - 1) / 2)
            role = CELL_ROLES.get(cell.removesuffix("_F1"))  # the same cell that forgets nothing
            mine = {"color": role.color if role else "#5c5c5c", "linestyle": "none"}
            axes.plot(at[done], height[done], "o", **mine, markersize=2.6, markeredgewidth=0)
            axes.plot(at[~done], height[~done], "x", **mine, markersize=2.8, markeredgewidth=0.7)
            if np.isfinite(own.median):
                axes.plot([own.median] * 2, [row - 0.36, row + 0.36], color=BLACK, linewidth=1.4)
            axes.text(cap * 2.3, row, f"{done.sum()}/{len(done)}", fontsize=7.5, va="center", color="#333333")
        first = min(float(min(own.updates.min(), cap)) for own in cells.values())
        axes.set(title=task, xscale="log", xlim=(min(70, 0.75 * first), cap * 2.1), ylim=(len(names) - 0.5, -0.5))
        ticks = [100, 300, 1000, cap] if cap > 3000 and len(panels) < 4 else [100, 300, cap]  # more would touch
        plain_ticks(axes.xaxis, ticks)
        axes.set_yticks(range(len(names)), [CELL_NAMES[name] for name in names])
        axes.tick_params(axis="y", length=0)
        axes.grid(False, axis="y")
    figure.supxlabel(f"{title}; grey: not within the cap", fontsize="medium")
    short = {cell: name.split(",")[0] for cell, name in CELL_NAMES.items()}
    parts = [f"{task}: " + ", ".join(f"{short[cell]} {own.median_text}" for cell, own in cells.items())
             for task, cells in panels.items()]
    figure.set_label("Each seed a dot, or a cross if it did not get there; bar: median. Median updates: "
                     + "; ".join(parts) + ".")
    return figure


@styled
def setting_maps(grids):
    """Which settings solve: `grids` maps a task to a mapping from cell to a grid.

    A grid has `rates` (down) and `values` of its `knob` (across), `solved` and `medians` (rates, values), the `seeds`
    that ran at each setting and their `cap`: the same rates, knob, seeds and cap in all.
    """
    cells = list(next(iter(grids.values())))
    one = grids[next(iter(grids))][cells[0]]
    rates, knobs, seeds, cap = one.rates, one.values, one.seeds, one.cap
    figure = Figure(figsize=(7.2, 1.5 * len(cells) + 0.7))
    every_axes = figure.subplots(len(cells), len(grids), sharex=True, sharey=True)
    for column, (task, maps) in enumerate(grids.items()):
        for row, cell in enumerate(cells):
            axes, count, medians = every_axes[row, column], maps[cell].solved, maps[cell].medians
            axes.imshow(count, cmap="Greys", vmin=0, vmax=1.4 * seeds, aspect="auto")
            for r in range(len(rates)):
                for k in range(len(knobs)):
                    half = 2 * count[r, k] > seeds
                    text = f"{count[r, k]}: {medians[r, k]:.0f}" if half else f"{count[r, k]}"
                    axes.text(k, r, text, ha="center", va="center", fontsize=8.5,
                              color="white" if count[r, k] > 0.8 * seeds else "black")
            axes.set_xticks(range(len(knobs)), [f"{value:g}" for value in knobs])
            axes.set_yticks(range(len(rates)), [f"{rate:g}" for rate in rates])
            axes.tick_params(length=0)
            axes.grid(False)
            axes.spines[["left", "bottom"]].set_visible(False)
            if row == 0:
                axes.set_title(task)
            if row == len(cells) - 1:
                axes.set_xlabel(one.knob.replace("_", " "))
    for row, cell in enumerate(cells):
        every_axes[row, 0].set_ylabel(f"{CELL_NAMES[cell]}\nlearning rate")
    parts = [f"{CELL_NAMES[cell]} " + ", ".join(f"{task} {int(np.sum(2 * maps[cell].solved > seeds))}"
                                                for task, maps in grids.items()) for cell in cells]
    figure.set_label(f"Seeds solved of {seeds} within {cap} updates and, if more than half, the median updates. "
                     f"Settings of {one.solved.size} that solve more than half: " + "; ".join(parts) + ".")
    return figure


@styled
def lags(arrived):
    """Updates over the length of the task: `arrived` maps a cell to a mapping from length to its arrivals.

    Arrivals are as in `every_seed`, of one cap.
    """
    figure = Figure(figsize=(7.2, 2.7))
    axes = figure.subplots()
    lstm, tanh_only = CELL_ROLES["LSTM"], CELL_ROLES["TANH_ONLY"]
    looks = {"LSTM": (lstm.color, lstm.linestyle, "o"), "TANH_ONLY": (tanh_only.color, tanh_only.linestyle, "s"),
             "COUPLED": (GREY, ":", "^")}
    cap = next(iter(next(iter(arrived.values())).values())).cap
    axes.axhspan(cap * 1.12, cap * 2.1, color="#e4e4e4", linewidth=0)
    places = {}
    for shift, (cell, by_length) in zip((-0.12, 0.12, 0), arrived.items(), strict=True):
        color, style, marker = looks[cell]
        medians = []
        for place, (length, own) in enumerate(by_length.items()):
            places[place] = length
            at = np.where(np.isfinite(own.updates), own.updates, cap * 1.52)
            spread = np.linspace(-0.045, 0.045, len(at))
            axes.plot(place + shift + spread, at, marker, color=color, markersize=3, alpha=0.75, markeredgewidth=0)
            medians.append(own.median if np.isfinite(own.median) else cap * 1.52)
        axes.plot(np.arange(len(medians)) + shift, medians, color=color, linestyle=style, linewidth=1.4,
                  label=CELL_NAMES[cell])
    axes.text(-0.32, cap * 1.5, f"not within {cap}", fontsize=8.5, va="center", color="#333333")
    axes.set(yscale="log", ylim=(100, cap * 2.1), xlim=(-0.35, 2.95), ylabel="updates to the criterion",
             xlabel="length T of the adding task")
    axes.set_xticks(list(places), [f"{length}" for length in places.values()])
    plain_ticks(axes.yaxis, [100, 300, 1000, cap])
    axes.legend(loc="center right", fontsize=8.5)
    parts = [f"{CELL_NAMES[cell]} " + ", ".join(own.median_text for own in by.values())
             for cell, by in arrived.items()]
    figure.set_label("Adding at T = " + ", ".join(str(length) for length in places.values())
                     + ": each seed a dot, lines through the medians. Median updates: " + "; ".join(parts) + ".")
    return figure


@styled
def gate_ends(fresh, trained):
    """Histograms of the gates before and after training: both map a task to a mapping from "i", "f", "o" to (50,)."""
    figure = Figure(figsize=(7.2, 3.3))
    every_axes = figure.subplots(2, len(trained), sharex=True)
    roles = {"i": ROLES["input_gate"], "f": ROLES["forget_gate"], "o": ROLES["output_gate"]}
    edges = np.linspace(0, 1, 51)
    for row, (when, counts) in enumerate({"fresh": fresh, "trained": trained}.items()):
        for axes, (task, gates) in zip(every_axes[row], counts.items(), strict=True):
            for low, high in ((0, 0.1), (0.9, 1)):
                axes.axvspan(low, high, color="#e8e8e8", linewidth=0)
            for gate, values in gates.items():
                axes.stairs(values / values.max(), edges, color=roles[gate].color, linestyle=roles[gate].linestyle,
                            linewidth=1.5, label=roles[gate].label)
            axes.set(xlim=(0, 1), ylim=(0, 1.32), xticks=[0, 0.5, 1], yticks=[])
            axes.grid(False)
            for place, gate in zip((0.2, 0.5, 0.8), gates, strict=True):
                axes.text(place, 1.12, f"{gate}: {100 * share_near_an_end(gates[gate]):.1f} %", fontsize=7.5,
                          ha="center", color=roles[gate].color)
            if row == 0:
                axes.set_title(task)
            else:
                axes.set_xlabel("gate")
        every_axes[row, 0].set_ylabel(when)
    handles, labels = every_axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=8.5)
    parts = [f"{task} " + ", ".join(
        f"{gate} {100 * share_near_an_end(fresh[task][gate]):.1f} → "
        f"{100 * share_near_an_end(trained[task][gate]):.1f}" for gate in trained[task]) for task in trained]
    figure.set_label("Gates of the LSTM over all steps and units. Per cent within 0.1 of shut or open (grey), fresh → "
                     "trained: " + "; ".join(parts) + ".")
    return figure
