"""Pictures of the second study: what is drawn is what was given, and each cell has its own colour."""

import matplotlib

matplotlib.use("Agg")

import numpy as np
import pytest
from matplotlib.colors import to_hex

from lstm_teach import plots
from lstm_teach.plots.style import CELL_ROLES


def lines_of(axes):
    return {line.get_label(): line for line in axes.lines}


def test_each_ratio_stands_with_its_interval_and_the_bound_beside_the_last_group_only():
    groups = {"asked": [("rival", 4.0, 3.0, 5.0)], "null": [("other", 0.9, 0.8, 1.1)]}
    figure = plots.ratios_with_intervals(groups, 1.25)
    (axes,) = figure.axes
    drawn = [tuple(line.get_xdata()) for line in axes.lines]
    assert {(3.0, 5.0), (4.0,), (0.8, 1.1), (0.9,), (1.25, 1.25)} <= set(drawn)
    places = dict(zip([text.get_text() for text in axes.get_yticklabels()], axes.get_yticks(), strict=True))
    (bound,) = (line for line in axes.lines if tuple(line.get_xdata()) == (1.25, 1.25))
    low, high = sorted(bound.get_ydata())
    assert places["rival"] < low < places["other"] < high
    assert "rival 4.00 [3.00, 5.00]" in figure.get_label()


def test_errors_by_length_are_drawn_a_line_a_cell():
    errors = {"LSTM": [0.01, 0.02], "TANH_ONLY": [0.02, 0.2], "DEAD_ZONE": [0.01, 0.1]}
    figure = plots.errors_by_length({"clean": errors, "large": errors}, (1, 2), 0.01)
    lines = lines_of(figure.axes[0])
    for cell, values in errors.items():
        assert list(lines[plots.CELL_NAMES[cell]].get_ydata()) == values
    for cell in ("LSTM", "TANH_ONLY"):
        assert to_hex(lines[plots.CELL_NAMES[cell]].get_color()) == CELL_ROLES[cell].color.lower()
    assert "clean: LSTM 0.01, 0.02; tanh-only 0.02, 0.2" in figure.get_label()


@pytest.mark.parametrize("cell", ["LSTM", "TANH_ONLY"])
def test_a_marked_and_an_ignored_value_are_told_apart(cell):
    moved = {name: {"marked": [0.4, 0.6], "ignored": [0.4, 0.1]} for name in ("LSTM", "TANH_ONLY")}
    figure = plots.moved_by_a_value(moved, (0, 1))
    axes = figure.axes[list(moved).index(cell)]
    filled = {tuple(np.asarray(line.get_ydata()).tolist()): line.get_markerfacecolor() for line in axes.lines}
    assert filled == {(0.4, 0.6): CELL_ROLES[cell].color, (0.4, 0.1): "white"}
    assert [text.get_text() for text in axes.texts] == ["marked value", "ignored value"]
