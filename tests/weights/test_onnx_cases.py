"""The recurrent node cases that the onnx package ships, each from a file: equal, or refused by name."""

import numpy as np
import onnx
import pytest
from onnx.backend.test.case import node
from onnx.backend.test.case.node import gru, lstm, rnn  # what these modules define adds to the cases

from lstm_teach import load_layers, load_weights, unroll_layers

CASES = {case.name: case for case in node._NodeTestCases if case.model.graph.node[0].op_type in ("LSTM", "RNN", "GRU")}
REFUSED = {name: "the operator GRU" for name in CASES if "_gru_" in name} | {
    "test_lstm_with_peepholes": "an LSTM without peepholes, got one with them",
}


def stored(case, path):
    """The case's model as a file that holds its weights, the rest of its inputs by name, and its outputs by name."""
    model = onnx.ModelProto()
    model.CopyFrom(case.model)
    (inputs, outputs), layer = case.data_sets[0], model.graph.node[0]
    named = dict(zip(filter(None, layer.input), inputs, strict=True))
    weights = {name: named.pop(name) for name in ("W", "R", "B", "P") if name in named}
    kept = [one for one in model.graph.input if one.name not in weights]
    del model.graph.input[:]
    model.graph.input.extend(kept)
    model.graph.initializer.extend(onnx.numpy_helper.from_array(array, name) for name, array in weights.items())
    onnx.save(model, path)
    return named, dict(zip(filter(None, layer.output), outputs, strict=True))


def test_there_are_the_eighteen_that_we_know():
    assert len(CASES) == 18 and {gru.GRU, lstm.LSTM, rnn.RNN}
    assert set(REFUSED) < set(CASES) and len(REFUSED) == 7


@pytest.mark.parametrize("name", CASES)
def test_equal_or_refused_by_name(name, tmp_path):
    path = tmp_path / "case.onnx"
    inputs, outputs = stored(CASES[name], path)
    if name in REFUSED:
        for load in (load_layers, load_weights):
            with pytest.raises(ValueError, match=REFUSED[name]):
                load(path)
        return
    layers = load_layers(path)
    batch_first = any(one.name == "layout" and one.i == 1 for one in CASES[name].model.graph.node[0].attribute)
    x = inputs["X"].swapaxes(0, 1) if batch_first else inputs["X"]
    result = unroll_layers(layers, x)
    states = {"Y_h": "h", "Y_c": "c"}
    for output, expected in outputs.items():
        ways = list(result.traces.values())
        if output == "Y":  # (T, directions, batch, hidden)
            got = np.stack([trace.h for trace in ways], axis=1)
            expected = expected.transpose(1, 2, 0, 3) if batch_first else expected
        else:  # (directions, batch, hidden); with sequence_lens, those of the whole length
            got = np.stack([getattr(trace, states[output])[trace.order[-1]] for trace in ways])
            expected = expected.swapaxes(0, 1) if batch_first else expected
        lengths = inputs.get("sequence_lens", np.full(x.shape[1], len(x)))
        assert (lengths == len(x)).all()
        np.testing.assert_allclose(got, expected, rtol=0, atol=1e-6)
