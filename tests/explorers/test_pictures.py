"""What the pictures of single explorers say is what the mathematics says."""

import re

import numpy as np
import pytest

from lstm_teach import (
    LSTM,
    VANILLA_RNN,
    encode_score,
    explorers,
    framework_parameters,
    gated_write,
    hand_set_params,
    init_params,
    normal_sd,
    unroll,
)

MONTHS = np.arange("1999-03", "2040-01", dtype="datetime64[M]")


def test_saturation_says_another_thing_at_every_end_of_its_controls():
    explorer = explorers.saturation()
    spread, mean = (explorer.controls[name] for name in ("scale", "mean"))
    seen = set()
    for activation in ("sigmoid", "tanh"):
        for scale in (spread.min, spread.max):
            for middle in (mean.min, 0.0, mean.max):
                explorer.move(activation=activation, scale=scale, mean=middle)
                assert "nan" not in explorer.words
                seen.add(explorer.words)
    assert len(seen) == 12


def test_what_only_rounds_to_zero_or_one_is_said_to_be_about_that():
    explorer = explorers.masks()
    assert "σ([-20, -15, 10, 20]) = [≈0, ≈0, ≈1, ≈1]" in explorer.words
    explorer.move(gate="tanh", z1=0.0)
    assert "tanh([0, -15, 10, 20]) = [0, ≈-1, ≈1, ≈1]" in explorer.words


def test_every_bar_as_high_as_the_worst_is_hatched():
    explorer = explorers.beat_one_half()
    for weight, hatched in ((np.arctanh(0.5), [True] * 4), (1.0, [True, True, False, False])):
        figure = explorer.still(unit="one tanh", weight_v=weight)
        assert [bool(bar.get_hatch()) for bar in figure.axes[1].patches] == hatched


def test_no_run_leaves_the_picture_of_silence():
    explorer = explorers.silence()
    for rest in (0.0, 6.0):
        for ignored in (10, 200):
            for known in explorer.controls["known"].options:
                for sd in (0.0, 2.0):
                    figure = explorer.still(rest=rest, ignored=ignored, known=known, sd=sd)
                    assert "nan" not in figure.get_label()
                    for axes, within in zip(figure.axes, ("get_ylim", "get_ylim", "get_xlim", "get_xlim"), strict=True):
                        values = [getattr(line, f"get_{within[4]}data")() for line in axes.lines]
                        low, high = getattr(axes, within)()
                        assert all(low <= np.min(part) and np.max(part) <= high for part in values)


def test_silence_says_when_a_tanh_that_climbs_can_be_read():
    def told(**values):
        said = explorers.silence().still(**values).get_label()
        found = re.findall(r"sd of ([\d.e-]+), and tells .*? in (\d+) %", said)
        return [(float(sd), int(share)) for sd, share in found]

    known, unknown = explorers.silence().controls["known"].options
    sd = 10 * normal_sd(np.tanh, 0, 0.5)
    (wandering, share), (gate_sd, gate_share) = told(known=known)
    assert wandering == pytest.approx(sd, rel=0.15) and share < 70
    assert gate_sd == pytest.approx(10 * gated_write(-5, 0, 0.5)[1], rel=0.15) and gate_share == 100
    (climbing, share), gate = told(rest=5.0, known=known)
    assert climbing == pytest.approx(10 * normal_sd(np.tanh, 5, 0.5), rel=0.3) and share == 100
    assert gate == (gate_sd, gate_share)
    (lost, share), (_, gate_share) = told(rest=5.0, known=unknown)
    assert lost == pytest.approx(100 / np.sqrt(12), rel=0.15) and share < 60 and gate_share == 100


def play(score):
    return unroll(LSTM, hand_set_params(LSTM), encode_score(score))


def test_the_explorer_of_the_cell_says_what_the_step_computed():
    said = explorers.full_cell().still(score="+ r what", cell="LSTM", at=9).get_label()
    h = play("+ r").h[1, 0]
    assert said.startswith("'what' is left out") and "Step 2 of 2 is 'r'" in said and f"h = {h:.3g} (" in said


def test_a_reduced_cell_is_compared_and_not_the_full_one_with_itself():
    explorer = explorers.full_cell()
    full, reduced = (explorer.still(score="dr", cell=cell, at=1).get_label()
                     for cell in ("LSTM", "tanh-only: no input gate"))
    h = play("dr").h[0, 0]
    assert "the LSTM has" not in full
    assert "; the LSTM has c = " in reduced and f" and h = {h:.3g}." in reduced


@pytest.mark.parametrize("framework", ["Keras", "PyTorch", "ONNX"])
@pytest.mark.parametrize("title, layer", [("LSTM", "lstm"), ("vanilla RNN", "rnn"), ("GRU", "gru")])
def test_the_counter_counts_as_the_frameworks_do(framework, title, layer):
    """The explorer has one rule for all layers, a second bias counting as one input more."""
    said = explorers.counter().still(inputs=10, hidden=20, layer=title, framework=framework).get_label()
    count = framework_parameters(framework.lower(), layer, 10, 20)
    assert f": {count:,} parameters, {count / framework_parameters(framework.lower(), 'lstm', 10, 20):.3f} of" in said


def trace_of(cell, steps, hidden, batch=()):
    params = init_params(cell, 2, hidden, 0)
    return unroll(cell, params, np.random.default_rng(1).standard_normal((steps, *batch, 2)))


@pytest.mark.parametrize(
    "cell, steps, hidden, batch, labels",
    [(LSTM, 1, 1, (1,), None), (VANILLA_RNN, 3, 2, (), ["one", "two", "three"]), (LSTM, 200, 70, (2,), MONTHS[:200])],
    ids=["one step", "a simple RNN", "many months"],
)
def test_any_trace_has_its_units_explored(cell, steps, hidden, batch, labels):
    explorer = explorers.own_unit(trace_of(cell, steps, hidden, batch), labels, window=50)
    explorer.move(**{name: explorer.controls[name].max for name in ("unit", "start")})
    assert f"Unit {hidden - 1}, " in explorer.words
    if labels is not None:
        assert f" to {labels[-1]}, mean" in explorer.words


def test_the_unit_shown_is_the_unit_asked_for():
    trace = trace_of(LSTM, 40, 3, (2,))
    for sequence in (0, 1):
        label = explorers.own_unit(trace, window=10, sequence=sequence).still(unit=2, start=25, shown="f").get_label()
        mean = trace.f[25:35, sequence, 2].mean()
        assert label.startswith("Unit 2, 26 to 35") and f"forget gate f {mean:.2f}" in label


def test_a_network_has_each_of_its_layers_explored():
    """Layers may differ in width; the unit's slider reaches the widest, and a narrower one shows its last unit."""
    first = trace_of(LSTM, 40, 3, (2,))
    second = unroll(LSTM, init_params(LSTM, 3, 5, 0), first.h, reverse=True)
    explorer = explorers.own_unit({"first": first, "second, reverse": second}, ["$\\frac$"] * 40, window=10)
    assert explorer.controls["unit"].max == 4
    explorer.move(layer="second, reverse", unit=4, start=20, shown="c")
    mean = second.c[20:30, 0, 4].mean()
    assert explorer.view.words.startswith("Unit 4 of second, reverse, ") and f" {mean:.2f} (from" in explorer.view.words
    explorer.move(layer="first")
    assert explorer.view.words.startswith("Unit 2 of first, ")


@pytest.mark.parametrize("options, sentence", [
    ({"sequence": 9}, "sequence: expected one of 0 to 1, got 9"),
    ({"window": 0}, "window: expected a whole number of at least 1, got 0"),
    ({"marked": [True]}, "marked: expected 40 booleans, one a step, got"),
    ({"labels": ["a"]}, "labels: expected 40 of them, one a step, got"),
])
def test_a_wrong_option_of_the_unit_explorer_gets_one_sentence(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        explorers.own_unit(trace_of(LSTM, 40, 3, (2,)), **options)


def test_of_a_text_the_strongest_input_is_drawn():
    x = np.eye(20)[np.arange(40) % 20][:, None]
    trace = unroll(LSTM, init_params(LSTM, 20, 3, 0), x)
    figure = explorers.own_unit(trace, list("abcdefghij" * 4), window=10).still(unit=0, start=5, shown="c")
    (line,) = figure.axes[0].lines
    assert line.get_ydata().tolist() == list(range(5, 15)) and figure.axes[0].get_ylabel() == "strongest\ninput"
    assert [label.get_text() for label in figure.axes[1].get_xticklabels()] == list("fghijabcde")
    assert figure.get_label().startswith("Unit 0, step 6 to step 15, mean")


def test_silence_shows_what_notebook_03_says_is_to_be_found():
    explorer = explorers.silence()
    step, known = explorer.controls["rest"].step, explorer.controls["known"].options

    def share(**values):
        """Of the runs in which the tanh tells +1 from −1, and of those of the gate, in percent."""
        return [int(one) for one in re.findall(r"in (\d+) % of the runs", explorer.still(**values).get_label())]

    assert share(rest=2.25)[0] >= 95 > share(rest=2.25 - step)[0]
    hidden = {rest: share(rest=rest, known=known[1]) for rest in (0, 0.5, 1, 2, 4, explorer.controls["rest"].max)}
    assert {gate for _, gate in hidden.values()} == {100} and max(tanh for tanh, _ in hidden.values()) in (59, 60)
    assert {tanh for rest, (tanh, _) in hidden.items() if rest >= 2} == {51}
