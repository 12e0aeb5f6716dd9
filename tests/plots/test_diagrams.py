"""Cell diagrams: drawn from the cell, lacking what it lacks, nothing on top of anything else."""

import itertools
from dataclasses import replace

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pytest

from lstm_teach import CELLS, COUPLED, LINEAR_GATE, LSTM, TANH_ONLY, VANILLA_RNN, Cell
from lstm_teach.cell.activations import ACTIVATIONS
from lstm_teach.cell.cells import PLACES
from lstm_teach.plots import draw_cell, draw_cells

MORE_CELLS = {
    "CONSTANT_GATES": Cell(0.5, 0.95, 0.25),
    "COUPLED_TANH": Cell("coupled", "tanh", None),
    "ODD": Cell("dead_zone_tanh", "dead_zone_tanh", "dead_zone_tanh", "dead_zone_tanh", "dead_zone_tanh"),
}
cells = pytest.mark.parametrize("cell", (CELLS | MORE_CELLS).values(), ids=CELLS | MORE_CELLS)


def text_artists(figure):
    return [text for ax in figure.axes for text in (*ax.texts, ax.title) if text.get_text()]


def texts(figure):
    return [text.get_text() for text in text_artists(figure)]


@cells
def test_the_diagram_has_what_the_cell_has(cell):
    shown = texts(draw_cell(cell))
    for place, letter in PLACES.items():
        has_weights = place in cell.places
        assert (place.replace("_", " ") in shown) == has_weights
        assert (f"$W_{letter}$" in shown) == has_weights
        assert (f"${letter}$" in shown) == (getattr(cell, place) is not None)
    symbols = [getattr(cell, place) for place in (*cell.places, "readout")]
    for symbol in {ACTIVATIONS[name].symbol for name in symbols}:
        assert shown.count(symbol) == sum(ACTIVATIONS[name].symbol == symbol for name in symbols)
    assert shown.count("×") == sum(gate is not None for gate in (cell.input_gate, cell.forget_gate, cell.output_gate))


def test_the_threads_proposal_lacks_the_input_gate_only():
    lost = set(texts(draw_cell(LSTM))) - set(texts(draw_cell(TANH_ONLY)))
    assert lost == {"input gate", "$W_i$", "$i$"}


@pytest.mark.parametrize("name", ["NO_FORGET_GATE", "TANH_ONLY", "NO_OUTPUT_GATE", "NO_GATES"])
def test_a_missing_gate_is_a_ghost_beside_the_cell_that_has_it(name):
    figure = draw_cell(CELLS[name], whole=LSTM)
    missing = {f"no {place.replace('_', ' ')}" for place in LSTM.places if getattr(CELLS[name], place) is None}
    assert missing and set(texts(figure)) - set(texts(draw_cell(CELLS[name]))) == missing
    assert overlapping_texts(figure) == [] and texts(draw_cell(LSTM, whole=LSTM)) == texts(draw_cell(LSTM))


def test_what_stands_in_the_place_of_a_gate():
    assert "$1-f$" in texts(draw_cell(COUPLED)) and "input gate" not in texts(draw_cell(COUPLED))
    assert "0" in texts(draw_cell(VANILLA_RNN)) and "0.95" in texts(draw_cell(MORE_CELLS["CONSTANT_GATES"]))
    assert "id" in texts(draw_cell(LINEAR_GATE)) and "input gate" in texts(draw_cell(LINEAR_GATE))


def overlapping_texts(figure):
    figure.draw_without_rendering()
    extents = [(text.get_text(), text.get_window_extent()) for text in text_artists(figure)]
    return [(one, other) for (one, a), (other, b) in itertools.combinations(extents, 2) if a.overlaps(b)]


@cells
def test_no_text_on_another(cell):
    assert overlapping_texts(draw_cell(cell)) == []


def test_a_text_on_another_is_noticed():
    figure = draw_cell(LSTM)
    place = next(text for text in text_artists(figure) if text.get_text() == "readout")
    figure.axes[0].text(*place.get_position(), "here too")
    assert overlapping_texts(figure) == [("readout", "here too")]


def test_several_cells_on_one_figure():
    steps = {"no gates": CELLS["NO_GATES"], "+ input gate": Cell(forget_gate=None, output_gate=None), "all": LSTM}
    figure = draw_cells(steps)
    assert [ax.get_title() for ax in figure.axes] == [*steps, ""]
    assert [len(ax.texts) for ax in figure.axes[:3]] == [len(texts(draw_cell(cell))) for cell in steps.values()]
    assert overlapping_texts(figure) == []
    assert plt.get_fignums() == []


def test_text_is_in_proportion_to_the_axes():
    figure, axes = plt.subplots(1, 2, figsize=(9.2, 2.4))
    plt.close(figure)
    for ax, gate in zip(axes, (None, "sigmoid"), strict=True):
        assert draw_cell(replace(LSTM, input_gate=gate), ax) is figure
    left, right, whole = (ax.texts[0].get_fontsize() for ax in (*axes, draw_cell(LSTM).axes[0]))
    width = axes[0].get_position().width
    assert left == right == pytest.approx(width * whole, rel=1e-6)
    assert overlapping_texts(figure) == []


def test_the_label_says_what_is_drawn():
    assert "forget gate σ, no input gate, candidate tanh" in draw_cell(TANH_ONLY).get_label()
    assert "input gate 1 − f" in draw_cell(COUPLED).get_label()
    assert "forget gate 0," in draw_cell(VANILLA_RNN).get_label()


def test_no_figure_is_left_open():
    draw_cell(LSTM)
    assert plt.get_fignums() == []


def test_bad_input_gets_one_sentence():
    with pytest.raises(ValueError, match="^cell: expected a Cell such as LSTM, got 'LSTM'$"):
        draw_cell("LSTM")
    with pytest.raises(ValueError, match="^cells: expected a mapping of titles to cells, got {}$"):
        draw_cells({})
    with pytest.raises(ValueError, match="^columns: expected a whole number of at least 1, got 0$"):
        draw_cells(CELLS, columns=0)
