"""The pictures of appendix A2 take any trace: one step or many, a simple RNN, one unit, labels or none."""

import numpy as np
import pytest
from matplotlib.text import Text

from lstm_teach import LSTM, VANILLA_RNN, init_params, plots, unroll

MONTHS = np.arange("1999-03", "2040-01", dtype="datetime64[M]")


def trace_of(cell, steps, hidden, batch=()):
    params = init_params(cell, 2, hidden, 0)
    return unroll(cell, params, np.random.default_rng(1).standard_normal((steps, *batch, 2)))


@pytest.mark.parametrize(
    "cell, steps, hidden, batch, labels",
    [(LSTM, 1, 1, (1,), "none"), (VANILLA_RNN, 3, 2, (), "texts"), (LSTM, 200, 70, (2,), "months")],
)
def test_any_trace_is_drawn(cell, steps, hidden, batch, labels):
    trace = trace_of(cell, steps, hidden, batch)
    labels = {"none": None, "months": MONTHS[:steps], "texts": [f"word{k}" for k in range(steps)]}[labels]
    figure = plots.units_by_time(trace, "ifo", labels=labels)
    assert len(plots.as_png(figure)) > 4000 and f"{hidden} unit" in figure.get_label()


def test_labels_must_fit():
    trace = trace_of(LSTM, 5, 2)
    with pytest.raises(ValueError, match=r"labels: expected 5 of them, one a step, got an array of shape \(4,\)"):
        plots.units_by_time(trace, labels=MONTHS[:4])


def layers_of(batch=(2,)):
    """The traces of a network: an LSTM in both directions, and a wider one that reads it."""
    x = np.random.default_rng(1).standard_normal((30, *batch, 2))
    params = init_params(LSTM, 2, 3, 0)
    first = {"forward": unroll(LSTM, params, x), "reverse": unroll(LSTM, params, x, reverse=True)}
    h = np.concatenate([trace.h for trace in first.values()], axis=-1)
    return first | {"second": unroll(LSTM, init_params(LSTM, 6, 5, 0), h)}


def test_columns_of_a_deep_network_share_the_name_of_the_time_axis_and_leave_room_for_their_titles():
    traces = {f"model.encoder.lstm.l{k}, {way}": trace for k in (0, 1) for way, trace in list(layers_of().items())[:2]}
    figure = plots.units_by_time(traces, "fc", labels=list("thirty characters, one a step."))
    figure.canvas.draw()
    assert figure.get_supxlabel() == "step"  # thirty characters do not fit a quarter of the width
    assert not any(axes.get_xlabel() for axes in figure.axes)
    titles = [text for axes in figure.axes for text in axes.findobj(Text) if "\n" in text.get_text()]
    assert [title.get_text() for title in titles][:2] == ["…der.lstm.l0\nforward", "…der.lstm.l0\nreverse"]
    boxes = [title.get_window_extent() for title in titles]
    assert all(left.x1 < right.x0 for left, right in zip(boxes, boxes[1:], strict=False))
    figure = plots.units_by_time(layers_of() | {"third": layers_of()["second"]}, "f")
    assert [axes.get_title("left") for axes in figure.axes][:4] == ["forward", "reverse", "second", "third"]


def test_layers_and_directions_are_drawn():
    traces = layers_of()
    label = plots.units_by_time(traces, "ifc", labels=[f"word{k}" for k in range(30)]).get_label()
    assert label.startswith("i, f, c of 5 units over 30 steps") and "forward:" in label and "second:" in label
    assert len(plots.as_png(plots.gate_histograms(traces))) > 4000
    together = np.concatenate([trace.f.ravel() for trace in traces.values()])
    assert f"f {100 * np.mean(together < 0.1):.1f} % and" in plots.gate_histograms(traces).get_label()
    assert len(plots.as_png(plots.units_by_time(traces, "f", units=[0, 2]))) > 4000


def test_a_heat_map_has_each_value_at_its_step_and_a_sign_where_it_is_negative():
    trace = trace_of(LSTM, 12, 3, (2,))
    figure = plots.units_by_time(trace, "ic", start=4, sequence=1)
    for axes, values in zip(figure.axes, (trace.i, trace.c), strict=False):
        np.testing.assert_array_equal(axes.images[0].get_array(), values[4:, 1].T)
        assert tuple(axes.images[0].get_extent()) == (4.5, 12.5, 2.5, -0.5)
    (signs,) = (line for line in figure.axes[1].lines if line.get_marker() == "_")
    limit = max(1, abs(trace.c[4:, 1]).max())
    steps, units = np.nonzero(trace.c[4:, 1] < -0.15 * limit)
    assert set(zip(*signs.get_data(), strict=True)) == set(zip(steps + 5, units, strict=True)) and len(steps) > 3
    assert [figure.axes[k].images[0].get_clim() for k in (0, 1)] == [(0, 1), (-limit, limit)]


def test_lanes_and_states_are_those_of_the_unit_and_the_sequence():
    trace = trace_of(LSTM, 9, 3, (2,))
    *lanes, states = plots.gates_over_time(trace, unit=2, sequence=1).axes
    for axes, letter in zip(lanes, "ifog", strict=True):
        for stairs in axes.patches:
            np.testing.assert_array_equal(stairs.get_data().values, getattr(trace, letter)[:, 1, 2])
            np.testing.assert_array_equal(stairs.get_data().edges, np.arange(0.5, 10))
    c, h = (line for line in states.lines if len(line.get_xdata()) == 9)
    for line, values in ((c, trace.c), (h, trace.h)):
        np.testing.assert_array_equal(line.get_data(), (np.arange(1, 10), values[:, 1, 2]))


STRANGE = ["$\\frac$", "a_b^c$", "\n", " ", "", "\t", "😀", "漢字", "a" * 80, "\x00", "10%", "\\alpha", "None", "ü"]


@pytest.mark.parametrize("labels", [STRANGE, [text[:1] for text in STRANGE], [None] * len(STRANGE), list(range(14))])
def test_labels_may_be_any_text(labels):
    trace = trace_of(LSTM, len(labels), 2)
    pictures = [
        plots.units_by_time({"$\\frac$": trace}, labels=labels), plots.gates_over_time(trace, labels=labels),
        plots.units_by_time(trace, units={"$x_": 0}, labels=labels),
    ]
    assert all(len(plots.as_png(figure)) > 4000 for figure in pictures)


def test_single_characters_stand_under_their_steps():
    text = "Call me Ishmael.\nSome years ago--never"
    figure = plots.gates_over_time(trace_of(LSTM, len(text), 2), labels=list(text))
    shown = [label.get_text() for label in figure.axes[-1].get_xticklabels()]
    assert "".join(shown) == text.replace(" ", "␣").replace("\n", "↵")
    score = plots.gates_over_time(trace_of(LSTM, 3, 2), labels=["+", ".", "-"])  # a score's signs are drawn larger
    assert [label.get_text() for label in score.axes[-1].get_xticklabels()] == ["+", "·", "−"]


EMPTY = trace_of(LSTM, 5, 2, (0,))
FOUR = trace_of(LSTM, 5, 2, (4,))
WRONG = {
    "an empty batch": (lambda: plots.units_by_time(EMPTY),
                       "trace: expected at least one sequence, got an empty batch, i of shape (5, 0, 2)"),
    "an empty batch over time": (lambda: plots.gates_over_time(EMPTY), "trace: expected at least one sequence, got an"),
    "an empty batch of gates": (lambda: plots.gate_histograms(EMPTY),
                                "trace: expected at least one sequence, got an empty batch"),
    "sequence": (lambda: plots.units_by_time(FOUR, sequence=9), "sequence: expected one of 0 to 3, got 9"),
    "sequence over time": (lambda: plots.gates_over_time(FOUR, sequence=4), "sequence: expected one of 0 to 3, got 4"),
    "sequence from the end": (lambda: plots.units_by_time(FOUR, sequence=-1),
                              "sequence: expected a whole number of at least 0, got -1"),
    "unit": (lambda: plots.gates_over_time(FOUR, unit=2), "unit: expected one of 0 to 1, got 2"),
    "units": (lambda: plots.units_by_time(FOUR, units=[0, 5]), "units: expected indices from 0 to 1, got {"),
    "start": (lambda: plots.units_by_time(FOUR, start=5), "start: expected one of 0 to 4, got 5"),
    "start of the shares": (lambda: plots.gate_histograms(FOUR, start=5), "start: expected one of 0 to 4, got 5"),
    "letters": (lambda: plots.units_by_time(FOUR, "ix"), "names: expected letters out of i, f, o, g, c, h, got 'ix'"),
    "no letters": (lambda: plots.units_by_time(FOUR, ""), "names: expected letters out of i, f, o, g, c, h, got ''"),
    "no trace": (lambda: plots.gate_histograms(np.ones(3)),
                 "trace: expected a Trace, as unroll returns it, or a mapping of titles to them, got an array"),
    "no traces": (lambda: plots.units_by_time({}), "trace: expected a Trace, as unroll returns it, or a mapping of"),
    "lengths": (lambda: plots.units_by_time({"a": FOUR, "b": trace_of(LSTM, 6, 2, (4,))}),
                "trace: expected traces with the same number of steps, got a: 5, b: 6"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_index_gets_one_sentence(case):
    call, sentence = WRONG[case]
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(sentence)
