"""The explorer of notebook 08: inputs, width, cell and framework; the weights to scale and the width that matches."""

import numpy as np

from ..cell.cells import COUPLED, LINEAR_GATE, LSTM, TANH_ONLY, VANILLA_RNN, Cell
from ..cell.counting import count_parameters, matched_hidden
from ..plots.counting import blocks_of, draw_matrix, move_columns
from ..plots.style import PALE
from .controls import choice, whole_slider
from .explorer import Explorer
from .frames import wipe

# What the counter can count. A GRU is not a `Cell` here; it has three blocks, so it counts like TANH_ONLY.
LAYERS = {
    "LSTM": LSTM,
    "LSTM with σ dropped from i": LINEAR_GATE,
    "tanh-only": TANH_ONLY,
    "coupled, i = 1 − f": COUPLED,
    "no gates i and f": Cell(input_gate=None, forget_gate=None),
    "vanilla RNN": VANILLA_RNN,
    "GRU": TANH_ONLY,
}
_GRU_BLOCKS = [*((letter, "#666666") for letter in "zrn"), None]
BIASES = {"textbook": 1, "Keras": 1, "PyTorch": 2, "ONNX": 2}
_REACHES = [digit * 10**power for power in range(1, 8) for digit in (1, 1.5, 2, 3, 5, 7)]


def picture(figure):
    """Movable picture: a layer's weights to scale beside the LSTM's outline, and the width that spends its budget.

    Values: `inputs`, `hidden` (whole numbers), `layer` (a key of `LAYERS`), `framework` (a key of `BIASES`).
    """
    figure.set_size_inches(7.6, 3.3)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.35))
    left.set(xticks=[], xlabel="columns for h, x, the constant 1")
    left.tick_params(length=0)
    bars = right.barh(range(3), [1, 1, 1], height=0.62, color=PALE, edgecolor="#333333")
    bars[2].set_facecolor("#ffffff")  # hatched is what a layer lacks
    column = {"transform": right.get_yaxis_transform(), "ha": "right", "va": "center", "fontsize": 9}
    written = [(right.text(0.78, k, "", **column), right.text(1, k, "", **column)) for k in range(3)]
    border = right.axvline(1, color="black", linestyle="--", linewidth=1)
    right.set_yticks(range(3), ["LSTM", "this layer", "this layer,\nnearest size"])
    right.set_ylim(2.45, -0.45)
    right.locator_params(axis="x", nbins=4)
    right.xaxis.set_major_formatter("{x:,.0f}")
    right.grid(False)
    drawn = {}

    def draw(inputs, hidden, layer, framework):
        cell = LAYERS[layer]
        lstm_biases = BIASES[framework]
        biases = 2 if (layer, framework) == ("GRU", "Keras") else lstm_biases  # reset_after, its default
        # A bias is the weight of an input that is always 1: a second bias counts like one input more.
        budget = count_parameters(LSTM, inputs + lstm_biases - 1, hidden)
        count = count_parameters(cell, inputs + biases - 1, hidden)
        width = matched_hidden(cell, inputs + biases - 1, budget)
        matched = count_parameters(cell, inputs + biases - 1, width)

        # Drawn anew for another layer; else only the seams move, in a matrix as wide as its place.
        widths = np.array([hidden, inputs, biases]) / (hidden + inputs + biases)
        if drawn.get("layer") != layer:
            wipe(left)
            blocks = _GRU_BLOCKS if layer == "GRU" else blocks_of(cell)
            drawn.update(layer=layer, matrix=draw_matrix(left, blocks, widths, 1))
            left.set_yticks(np.arange(len(blocks)) + 0.5, [block[0] if block else "none" for block in blocks])
        move_columns(drawn["matrix"], widths)
        left.set_title(f"{len(cell.places)} × h rows, h + d + {biases} columns")
        # One of a few scales: the bars are seen to grow, and the axis rests while a slider moves.
        reach = next(limit for limit in _REACHES if 1.8 * max(budget, count, matched) <= limit)
        counts = {0: (budget, hidden), 1: (count, hidden), 2: (matched, width)}
        for k, (size, units) in counts.items():
            bars[k].set_width(size)
            for text, said in zip(written[k], (f"{size:,}", f"h = {units}"), strict=True):
                text.set_text(said)
        border.set_xdata([budget, budget])
        right.set(title=layer, xlabel=f"parameters, counted by: {framework}", xlim=(0, reach))
        figure.set_label(
            f"{layer} at d = {inputs} and h = {hidden}, counted by {framework}: {count:,} parameters, "
            f"{count / budget:.3f} of the LSTM's {budget:,}. The width nearest to the LSTM's budget: h = {width}, "
            f"{matched:,} parameters, {100 * (matched / budget - 1):+.1f} %."
        )

    return draw


def counter():
    """Explorer of notebook 08: inputs, width, cell and framework; the weights to scale and the width that matches."""
    return Explorer(
        picture,
        "How large is this layer beside an LSTM of its width, and how wide is it at about as many weights?",
        layer=choice("layer", LAYERS, "tanh-only"),
        framework=choice("counted by", BIASES),
        inputs=whole_slider("inputs d", 10, 1, 512, "per step"),
        hidden=whole_slider("width h", 20, 1, 256, "units"),
    )
