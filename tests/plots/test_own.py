"""The pictures of appendix A2 take any trace: one step or many, a simple RNN, one unit, labels or none."""

import numpy as np
import pytest

from lstm_teach import LSTM, VANILLA_RNN, init_params, plots, unroll, widgets

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
    box = widgets.own_unit(trace, labels, window=50)
    for control in box.children[1:3]:
        control.value = control.max
    assert f"Unit {hidden - 1}, " in box.children[-1].words
    if labels is not None:
        assert f" to {labels[-1]}, mean" in box.children[-1].words


def test_the_unit_shown_is_the_unit_asked_for():
    trace = trace_of(LSTM, 40, 3, (2,))
    for sequence in (0, 1):
        picture = plots.own_unit_picture(trace, window=10, sequence=sequence)
        label = plots.still(picture, unit=2, start=25, shown="f").get_label()
        mean = trace.f[25:35, sequence, 2].mean()
        assert label.startswith("Unit 2, 26 to 35") and f"forget gate f {mean:.2f}" in label


def test_labels_must_fit():
    trace = trace_of(LSTM, 5, 2)
    with pytest.raises(ValueError, match=r"labels: expected 5 of them, one a step, got an array of shape \(4,\)"):
        plots.units_by_time(trace, labels=MONTHS[:4])
