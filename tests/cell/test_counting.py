"""Parameter counts: against the weights themselves, layers really instantiated, and answers given in public."""

import json
import pathlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_teach import (
    CELLS,
    COUPLED,
    LINEAR_GATE,
    LSTM,
    TANH_ONLY,
    VANILLA_RNN,
    count_parameters,
    framework_parameters,
    init_params,
    matched_hidden,
    to_framework,
)

GOLDEN = pathlib.Path(__file__).parent / "golden" / "counts.json"
INSTANTIATED = json.loads(GOLDEN.read_text(encoding="utf-8"))["counts"]
sizes = st.integers(1, 60)


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
@pytest.mark.parametrize("inputs, hidden", [(1, 1), (3, 5), (10, 20)])
def test_count_is_the_number_of_weights(cell, inputs, hidden):
    assert count_parameters(cell, inputs, hidden) == init_params(cell, inputs, hidden, 0).weights.size


def test_what_the_thread_asks_about():
    assert count_parameters(LSTM, 10, 20) == 2480
    assert count_parameters(TANH_ONLY, 10, 20) == 1860
    assert count_parameters(COUPLED, 10, 20) == 1860
    assert count_parameters(LINEAR_GATE, 10, 20) == 2480  # its activation removed, its weights kept


@settings(deadline=None)  # on a busy machine the first example is slow
@given(st.sampled_from(list(CELLS.values())), sizes, st.integers(1, 20_000))
def test_no_width_is_nearer_to_the_budget(cell, inputs, budget):
    def distance(hidden):
        return abs(count_parameters(cell, inputs, hidden) - budget)

    answer = matched_hidden(cell, inputs, budget)
    nearest = min(range(1, answer + 50), key=distance)  # min keeps the first, hence the smaller width at a tie
    assert answer == nearest


@settings(deadline=None)  # on a busy machine the first example is slow
@given(st.sampled_from(list(CELLS.values())), sizes, sizes)
def test_own_count_gives_own_width(cell, inputs, hidden):
    assert matched_hidden(cell, inputs, count_parameters(cell, inputs, hidden)) == hidden


def test_a_tie_goes_to_the_smaller_width():
    assert [count_parameters(VANILLA_RNN, 1, hidden) for hidden in (2, 3)] == [8, 15]
    assert [count_parameters(COUPLED, 2, hidden) for hidden in (2, 3)] == [30, 54]
    assert matched_hidden(COUPLED, 2, 42) == 2
    assert matched_hidden(COUPLED, 2, 43) == 3


def test_huge_budgets_are_exact():
    hidden = 10**12 + 1
    assert matched_hidden(LSTM, 7, count_parameters(LSTM, 7, hidden)) == hidden


@pytest.mark.parametrize("row", INSTANTIATED, ids=lambda row: "-".join(map(str, row.values())))
def test_counts_of_layers_really_instantiated(row):
    name, layer, inputs, hidden, options, count = row.values()
    assert framework_parameters(name, layer, inputs, hidden, **options) == count


@pytest.mark.parametrize(
    "layer, inputs, hidden, options, count",
    [
        ("lstm", 4096, 256, {}, 4_457_472),
        ("lstm", 1, 9, {}, 396),
        ("lstm", 25, 100, {}, 50_400),
        ("gru", 32, 32, {}, 6_336),
        ("gru", 16, 32, {"bidirectional": True}, 9_600),
    ],
)
def test_answers_given_in_public(layer, inputs, hidden, options, count):
    assert framework_parameters("keras", layer, inputs, hidden, **options) == count


@settings(deadline=None)  # on a busy machine the first example is slow
@given(sizes, sizes)
def test_relations_between_frameworks(inputs, hidden):
    def count(name, layer, **options):
        return framework_parameters(name, layer, inputs, hidden, **options)

    assert count("keras", "lstm") == count_parameters(LSTM, inputs, hidden)
    assert count("keras", "rnn") == count_parameters(VANILLA_RNN, inputs, hidden)
    assert count("pytorch", "lstm") == count("onnx", "lstm") == count("keras", "lstm") + 4 * hidden
    assert count("keras", "gru") == count("pytorch", "gru") == count("onnx", "gru")
    assert count("onnx", "lstm", peepholes=True) == count("onnx", "lstm") + 3 * hidden
    for layer in ("lstm", "gru", "rnn"):
        assert count("pytorch", layer, bias=False) == count("keras", layer, bias=False)


@pytest.mark.parametrize("name", ["pytorch", "keras", "onnx"])
@pytest.mark.parametrize("cell, layer", [(LSTM, "lstm"), (VANILLA_RNN, "rnn")])
def test_counts_agree_with_the_arrays_we_write(name, cell, layer):
    arrays = to_framework(name, init_params(cell, 3, 5, 0))
    assert sum(array.size for array in arrays.values()) == framework_parameters(name, layer, 3, 5)


@pytest.mark.parametrize("reset_after, biases", [(True, 2), (False, 1)])
def test_reset_after_is_a_second_bias(reset_after, biases):
    assert framework_parameters("keras", "gru", 3, 5, reset_after=reset_after) == 3 * 5 * (3 + 5 + biases)


@pytest.mark.parametrize(
    "call, sentence",
    [
        (lambda: count_parameters("LSTM", 1, 1), "cell: expected a Cell such as LSTM, got 'LSTM'"),
        (lambda: count_parameters(LSTM, 0, 1), "inputs: expected a whole number of at least 1, got 0"),
        (lambda: count_parameters(LSTM, 1, 2.5), "hidden: expected a whole number of at least 1, got 2.5"),
        (lambda: matched_hidden(LSTM, 1, 0), "budget: expected a whole number of at least 1, got 0"),
        (lambda: matched_hidden(None, 1, 9), "cell: expected a Cell such as LSTM, got None"),
        (
            lambda: framework_parameters("jax", "lstm", 1, 1),
            "name: expected one of 'pytorch', 'keras', 'onnx', got 'jax'",
        ),
        (
            lambda: framework_parameters("keras", "LSTM", 1, 1),
            "layer: expected one of 'lstm', 'gru', 'rnn', got 'LSTM'",
        ),
        (
            lambda: framework_parameters("pytorch", "gru", 1, 1, reset_after=True),
            "option of pytorch gru: expected one of 'bias', 'bidirectional', got 'reset_after'",
        ),
        (
            lambda: framework_parameters("keras", "lstm", 1, 1, peepholes=True),
            "option of keras lstm: expected one of 'bias', 'bidirectional', got 'peepholes'",
        ),
        (lambda: framework_parameters("keras", "gru", 1, 1, bias=1), "bias: expected True or False, got 1"),
    ],
)
def test_bad_input_gets_one_sentence(call, sentence):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value) == sentence


def test_numpy_numbers_are_numbers():
    assert count_parameters(LSTM, np.int64(10), np.int32(20)) == 2480
    assert framework_parameters("keras", "lstm", 1, 9, bias=np.True_) == 396
