"""The played cell: its scores, its hand-set weights, and the pictures of a cell over time."""

import numpy as np
import pytest

import lstm_teach as lt
from lstm_teach import plots


def play(score, cell=lt.LSTM):
    return lt.unroll(cell, lt.hand_set_params(cell), lt.encode_score(score))


def test_a_score_raises_its_lines():
    assert lt.encode_score("+ − d b e- r .").tolist() == [
        [1, 1, 0, 0], [-1, 1, 0, 0], [1, 0, 0, 0], [-1, 0, 0, 0], [-1, 1, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0],
    ]


@pytest.mark.parametrize("score, read, remark", [
    ("", [], "The score is empty"), ("  \n", [], "The score is empty"), ("+ w+ r", ["+", "r"], "'w+' is left out"),
    ("+- r", ["r"], "'+-' is left out"), ("db", [], "'db' is left out"),
    ("++", [], "'++' is left out"), ("E R", ["e", "r"], ""),
    ("x" * 99, [], "'xxxxxxxxxxx…' is left out"),
])
def test_what_cannot_be_read_is_left_out_and_said(score, read, remark):
    steps, said = lt.read_score(score)
    assert steps == read and said.startswith(remark) and bool(said) == bool(remark)
    if remark:
        with pytest.raises(ValueError, match="^score: expected"):
            lt.encode_score(score)


def test_each_gate_listens_to_its_event():
    trace = play("+ d e r")
    for gate, event in (("i", [1, 0, 0, 0]), ("f", [1, 1, 0, 1]), ("o", [0, 0, 0, 1])):
        stands = lt.sigmoid(np.where(event, 5.0, -5.0))  # as far open as shut
        np.testing.assert_allclose(getattr(trace, gate)[:, 0], stands, rtol=1e-12)
    assert play("+ d").z_g.ravel().tolist() == [0.5, 0.5]


@pytest.mark.parametrize("name", lt.CELLS)
def test_weights_for_every_cell(name):
    cell = lt.CELLS[name]
    params = lt.hand_set_params(cell)
    assert params.places == cell.places and params.hidden == 1 and params.inputs == 4
    full = lt.hand_set_params()
    assert all(np.array_equal(params[place].W_x, full[place].W_x) for place in cell.places)


def test_bad_weights_get_one_sentence():
    with pytest.raises(ValueError, match="^weights: expected for input_gate a mapping of h, value"):
        lt.hand_set_params(lt.LSTM, {"candidate": {}})
    with pytest.raises(ValueError, match="^weights: expected"):
        lt.hand_set_params(lt.TANH_ONLY, lt.HAND_SET | {"candidate": {"wrong": 1}})
    with pytest.raises(ValueError, match="^score: expected a text"):
        lt.read_score(3)


@pytest.mark.parametrize("name", lt.CELLS)
def test_any_trace_can_be_drawn(name):
    cell = lt.CELLS[name]
    x = np.random.default_rng(0).normal(size=(50, 3, 2))
    trace = lt.unroll(cell, lt.init_params(cell, 2, 5, rng=0), x)
    assert "over 50 steps" in plots.gates_over_time(trace, unit=4, sequence=2).get_label()
    assert "5 units over 50 steps" in plots.units_by_time(trace, names="ifogch").get_label()
    assert len(plots.as_png(plots.units_by_time({"one": trace, "two": trace}, units=[1, 3]))) > 4000


def test_pictures_refuse_what_is_not_there():
    trace = play("+ r")
    with pytest.raises(ValueError, match="^unit: expected one of 0 to 0, got 1"):
        plots.gates_over_time(trace, unit=1)
    with pytest.raises(ValueError, match="^labels: expected 2 of them, one a step"):
        plots.gates_over_time(trace, labels=["+"])
    with pytest.raises(ValueError, match="^names: expected letters"):
        plots.units_by_time(trace, names="iz")
    with pytest.raises(ValueError, match="^units: expected indices"):
        plots.units_by_time(trace, units=[7])


def test_a_sentence_says_the_verb_that_each_memory_chooses():
    cells = {"LSTM": lt.LSTM, "tanh-only": lt.TANH_ONLY}
    sentences = {"A key to these cabinets is": ". - . . d r", "Keys, a cabinet, a cupboard are": "+ . b . b r"}
    traces = {sentence: {name: play(score, cell) for name, cell in cells.items()}
              for sentence, score in sentences.items()}
    said = plots.sentence_scores(traces).get_label()
    for (sentence, score), verbs in zip(sentences.items(), (("is", "are"), ("are", "is")), strict=True):
        for (name, cell), verb in zip(cells.items(), verbs, strict=True):
            c = f"{play(score, cell).c[-1, 0]:+.2f}".replace("-", "−")
            assert f"{sentence}: {name} {c}, “{verb}”" in said
    assert len(plots.as_png(plots.sentence_scores({"A key is": {"LSTM": play(". - r")}}))) > 4000
