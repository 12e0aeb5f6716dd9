"""Blocks to scale: what a cell lacks is hatched, and nothing else."""

import lstm_teach as lt
from lstm_teach import plots


def test_the_block_that_a_cell_lacks_is_hatched():
    cells = {"LSTM": lt.LSTM, "curve dropped": lt.LINEAR_GATE, "gate dropped": lt.TANH_ONLY}
    figure = plots.blocks_to_scale(cells, inputs=10, hidden=20)
    hatched = [[patch.get_bbox().bounds for patch in axes.patches if patch.get_hatch()] for axes in figure.axes]
    assert hatched[:2] == [[], []]
    ((left, bottom, width, height),) = hatched[2]
    assert (left, width) == (0, 31) and 0 <= bottom < bottom + height <= 20  # the first of four, 31 columns wide
    assert "LSTM 2480; curve dropped 2480; gate dropped 1860" in figure.get_label()


def test_errors_by_count_stand_from_the_smallest_count_down():
    figure = plots.errors_by_count({"LSTM, 12 units": ("LSTM", 1008, [0.3, 0.4]),
                                    "tanh-only, 12 units": ("TANH_ONLY", 756, [0.5, 0.7])})
    rows = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert rows == ["tanh-only, 12 units: 756", "LSTM, 12 units: 1,008"]
    assert figure.get_label().endswith("tanh-only, 12 units (756) 0.600; LSTM, 12 units (1008) 0.350.")
