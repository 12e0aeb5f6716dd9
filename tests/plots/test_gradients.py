"""The gradient over the lag: one panel, each line in its cell's colour and named where it ends."""

import numpy as np
from matplotlib.colors import same_color

from lstm_teach import plots
from lstm_teach.plots.style import CELL_ROLES


def test_each_line_has_its_cells_colour_and_its_name_at_its_end():
    lines = {"LSTM, bias 3": ("LSTM", np.full(51, 1.3)), "tanh-only": ("TANH_ONLY", np.full(51, 0.9)),
             "vanilla RNN": ("VANILLA_RNN", np.geomspace(1, 1e-12, 51))}
    figure = plots.gradient_by_lag(lines)
    (axes,) = figure.axes
    assert [line.get_color() for line in axes.lines] == [CELL_ROLES[cell].color for cell, _ in lines.values()]
    for text, (label, (cell, sizes)) in zip(axes.texts, lines.items(), strict=True):
        assert text.get_text() == label and text.xy == (50, sizes[50])
        assert same_color(text.get_color(), CELL_ROLES[cell].color)
    assert "At lag 50: LSTM, bias 3 1.3, tanh-only 0.9, vanilla RNN 1e-12" in figure.get_label()


def test_two_lines_that_end_close_are_named_above_and_below():
    texts = plots.gradient_by_lag({"a": ("LSTM", np.ones(51)), "b": ("TANH_ONLY", np.full(51, 0.9))}).axes[0].texts
    assert [text.get_va() for text in texts] == ["bottom", "top"]
