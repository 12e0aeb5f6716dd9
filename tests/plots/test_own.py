"""The pictures of appendix A2 take any trace: one step or many, a simple RNN, one unit, labels or none."""

import numpy as np
import pytest

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
