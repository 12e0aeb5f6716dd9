"""What single explorers draw is what the mathematics says, by the artists of their pictures; none is rendered."""

import importlib
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.figure import Figure

from lstm_teach import (
    COUPLED,
    LSTM,
    TANH_ONLY,
    dead_zone_tanh,
    encode_score,
    explorers,
    framework_parameters,
    hand_set_params,
    init_params,
    saturated_probability,
    sigmoid,
    tanh,
    unroll,
)
from lstm_teach.cell import memory
from lstm_teach.cell.counting import count_parameters
from lstm_teach.cell.saturation import mean_slope
from lstm_teach.plots.saturation import exact_density
from lstm_teach.plots.style import CELL_ROLES

V, M, WANTED = np.array([-1, 1, -1, 1]), np.array([0, 0, 1, 1]), np.array([0, 0, -1, 1])
UNIT = {"unit": "one tanh", "weight_v": 1.0, "weight_m": 0.0, "bias": 0.0, "scale": 1.0, "offset": 0.0,
        "gate_weight_m": 0.0, "gate_bias": 0.0}


def moved(name, *, of=None):
    """A function that moves an explorer's picture, and returns its figure."""
    figure = Figure()
    draw = (of or importlib.import_module(f"lstm_teach.explorers.{name}").picture)(figure)

    def move(**values):
        draw(**values)
        return figure

    return move


def of_kind(axes, kind):
    (found,) = (one for one in axes.collections if type(one) is kind)
    return found


def texts_of(axes):
    return [text.get_text() for text in axes.texts]


def ends_of(spans):
    """(left, right) of spans that `axvspan` drew."""
    return [(span.get_x(), span.get_x() + span.get_width()) for span in spans]


# beat_one_half

@pytest.mark.parametrize("unit, curve", [("one tanh", tanh), ("one dead zone", dead_zone_tanh), ("σ × tanh", tanh)])
def test_a_unit_is_the_sum_it_says_and_its_bars_are_its_errors(unit, curve):
    figure = moved("beat_one_half")(unit=unit, weight_v=4.5, weight_m=-0.5, bias=0.3, scale=2.0, offset=-0.1,
                                    gate_weight_m=3.0, gate_bias=-1.0)
    gate = sigmoid(3.0 * M - 1.0) if unit == "σ × tanh" else 1
    given = 2 * gate * curve(4.5 * V - 0.5 * M + 0.3) - 0.1
    errors, (left, right) = abs(given - WANTED), figure.axes
    assert [bar.get_height() for bar in right.patches] == pytest.approx(errors)
    assert [(text.get_text(), text.get_position()[1]) for text in right.texts] == [
        (f"{error:.2f}", pytest.approx(error)) for error in errors]
    written = [float(text.strip().replace("−", "-")) for text in texts_of(left) if "wanted" not in text]
    assert written == pytest.approx(given, abs=0.005)


def test_the_map_is_red_above_0_blue_below_and_lines_stand_0_4_apart():
    """Also where the output is beyond the last of the bands."""
    figure = moved("beat_one_half")(**UNIT | {"scale": 3.0})
    bands = of_kind(figure.axes[0], PathCollection)

    def colour_at(point):
        (found,) = {tuple(colour) for path, colour in zip(bands.get_paths(), bands.get_facecolor(), strict=True)
                    if path.contains_point(point)}
        return found

    for v in (0.3, 1.5):
        (red, _, blue, _), (red_below, _, blue_below, _) = colour_at((v, 0.5)), colour_at((-v, 0.5))
        assert red - blue > 0.15 and blue_below - red_below > 0.15
    lines = of_kind(figure.axes[0], LineCollection).get_segments()
    assert sorted(3 * np.tanh(np.mean(line[:, 0])) for line in lines) == pytest.approx(
        [-1.2, -0.8, -0.4, 0, 0.4, 0.8, 1.2], abs=0.01)


def test_a_hole_in_a_band_is_none_of_it():
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]])
    outline = importlib.import_module("lstm_teach.explorers.beat_one_half")._outline(
        np.concatenate([3 * square, 1 + square]), np.array([0, 5, 10]))
    assert outline.codes.tolist() == [1, 2, 2, 2, 79] * 2


def test_exactly_one_half_is_not_under_it_and_only_the_worst_bar_is_hatched():
    move = moved("beat_one_half")
    said = move(**UNIT | {"weight_v": 40.0, "scale": 0.5}).get_label()
    assert said.endswith("Worst error 0.500, not under one half.")
    figure = move(**UNIT | {"weight_v": 40.0, "scale": 0.5, "offset": 0.02})
    assert [bool(bar.get_hatch()) for bar in figure.axes[1].patches] == [False, True, True, False]


@pytest.mark.parametrize("worst", [1.0, 1.1, 2.2, 4.5, 8.0])
def test_a_bar_leaves_room_for_the_number_over_it(worst):
    axes = moved("beat_one_half")(**UNIT | {"scale": 0.0, "offset": worst - 1}).axes[1]
    assert axes.get_ylim()[1] >= 1.08 * worst


def test_what_only_the_product_uses_is_moved_only_then():
    explorer = explorers.beat_one_half()
    for unit, disabled in (("one tanh", True), ("σ × tanh", False)):
        explorer.controls["unit"].value = unit
        assert {name for name, one in explorer.controls.items() if one.disabled} == (
            {"gate_weight_m", "gate_bias"} if disabled else set())


# counter

BLOCKS = {"LSTM": "ifgo", "LSTM with σ dropped from i": "ifgo", "tanh-only": "fgo", "coupled, i = 1 − f": "fgo",
          "no gates i and f": "go", "vanilla RNN": "g", "GRU": "zrn"}


@pytest.mark.parametrize("layer", BLOCKS)
def test_a_layer_has_its_blocks_beside_the_lstms_four(layer):
    move = moved("counter")
    move(inputs=10, hidden=20, layer="LSTM" if layer != "LSTM" else "GRU", framework="textbook")
    figure = move(inputs=10, hidden=20, layer=layer, framework="textbook")
    left, right = figure.axes
    rows, count = len(BLOCKS[layer]), len(BLOCKS[layer]) * 20 * 31
    assert [text.get_text() for text in left.get_yticklabels() if text.get_text() != "none"] == list(BLOCKS[layer])
    assert len(left.get_yticklabels()) == 4 and left.get_title() == f"{rows} × h rows, h + d + 1 columns"
    assert f": {count:,} parameters, {rows / 4:.3f} of the LSTM's 2,480." in figure.get_label()
    bars = [bar.get_width() for bar in right.patches]
    assert bars[:2] == [2480, count] and texts_of(right)[:4] == ["2,480", "h = 20", f"{count:,}", "h = 20"]


@pytest.mark.parametrize("framework, layer", [("textbook", "tanh-only"), ("PyTorch", "tanh-only"), ("Keras", "GRU")])
def test_no_other_width_comes_nearer_to_the_lstms_budget(framework, layer):
    figure = moved("counter")(inputs=3, hidden=34, layer=layer, framework=framework)

    def count(width, of=layer):
        if framework == "textbook":
            return count_parameters(TANH_ONLY if of == "tanh-only" else LSTM, 3, width)
        if of == "tanh-only":  # three of the four blocks of an LSTM
            return framework_parameters(framework.lower(), "lstm", 3, width) * 3 // 4
        return framework_parameters(framework.lower(), of.lower(), 3, width)

    budget = count(34, "LSTM")
    width = min(range(1, 100), key=lambda width: abs(count(width) - budget))
    off = 100 * (count(width) / budget - 1)
    assert figure.get_label().endswith(f"h = {width}, {count(width):,} parameters, {off:+.1f} %.")
    right = figure.axes[1]
    assert right.patches[2].get_width() == count(width) and texts_of(right)[4:] == [f"{count(width):,}", f"h = {width}"]
    (border,) = right.lines
    assert list(border.get_xdata()) == [budget, budget]


def test_a_bar_of_weights_leaves_room_for_two_columns_of_numbers():
    move = moved("counter")
    for hidden in range(1, 257, 5):
        axes = move(inputs=10, hidden=hidden, layer="tanh-only", framework="ONNX").axes[1]
        assert 1.7 * max(bar.get_width() for bar in axes.patches) < axes.get_xlim()[1]


def test_columns_are_as_wide_as_h_x_and_the_biases():
    move = moved("counter")
    move(inputs=1, hidden=1, layer="LSTM", framework="textbook")
    figure = move(inputs=5, hidden=33, layer="LSTM", framework="PyTorch")
    tinted = of_kind(figure.axes[0], PolyCollection)
    assert [np.ptp(path.vertices[:, 0]) for path in tinted.get_paths()[:3]] == pytest.approx([33 / 40, 5 / 40, 2 / 40])
    assert "h + d + 2 columns" in figure.axes[0].get_title()
    keras = move(inputs=5, hidden=33, layer="GRU", framework="Keras")
    assert "h + d + 2 columns" in keras.axes[0].get_title()


# full_cell

def shown_by_the_cell(**values):
    figure = moved("full_cell")(**{"score": "+ . r", "cell": "LSTM", "at": 1} | values)
    return figure, figure.axes[-1]


@pytest.mark.parametrize("title, c", [
    ("no forget gate", lambda i, f, g: i[0] * g[0] + i[1] * g[1]), ("no gate at all", lambda i, f, g: g[0] + g[1]),
    ("no output gate", lambda i, f, g: f[1] * i[0] * g[0] + i[1] * g[1]),
])
def test_a_cell_with_a_gate_less_is_the_lstm_without_it(title, c):
    full = unroll(LSTM, hand_set_params(LSTM), encode_score("+ de"))
    c = c(full.i, full.f, full.g)[0]
    h = np.tanh(c) * (full.o[1, 0] if title == "no forget gate" else 1)
    said = shown_by_the_cell(score="+ de", cell=title, at=2)[0].get_label().split(";")[0]
    assert said.endswith(f"c = {c:.3g} and h = {h:.3g} ({title})".replace("-", "−").replace("tanh−only", "tanh-only"))


def test_the_coupled_cell_shuts_its_forget_gate_where_it_writes_or_is_to_erase():
    said = {at: shown_by_the_cell(score="+ . e", cell="coupled: i = 1 − f, and f hears write too", at=at)[0].get_label()
            for at in (1, 2, 3)}
    assert all("i = 0.993, f = 0.00669" in said[at] for at in (1, 3)) and "i = 0.00669, f = 0.993" in said[2]
    assert COUPLED.input_gate == "coupled"


def test_what_stands_at_the_step_looked_at_is_its_memory_and_its_output():
    trace = unroll(LSTM, hand_set_params(LSTM), encode_score("+ . r"))
    for at in (1, 2, 3):
        figure, states = shown_by_the_cell(at=at)
        assert texts_of(states)[:2] == [
            f"{letter} at {at}\n{'0' if value < 5e-5 else f'{value:.3g}'}"
            for letter, value in (("c", trace.c[at - 1, 0]), ("h", trace.h[at - 1, 0]))]
        assert ends_of([axes.patches[0] for axes in figure.axes]) == [(at - 0.5, at + 0.5)] * 5


def test_a_new_score_or_cell_is_played_in_the_place_of_the_old():
    move = moved("full_cell")
    for score, cell in (("+ . r", "LSTM"), ("- . r", "LSTM"), ("- . r", "no output gate"), ("+ r", "no output gate")):
        figure = move(score=score, cell=cell, at=9)
        states, steps = figure.axes[-1], score.split()
        memories = [line.get_ydata() for line in states.lines if len(line.get_ydata()) == len(steps) > 0
                    and line.get_marker() == "o"]
        assert len(memories) == 1 and (memories[0][0] > 0) == (steps[0] == "+")
        assert f"Step {len(steps)} of {len(steps)} is '{steps[-1]}'" in figure.get_label()
        assert figure.axes[0].get_title() == cell


def test_of_a_long_score_the_first_steps_are_played_and_of_an_empty_one_a_silent_step():
    said = shown_by_the_cell(score=" ".join("+" * 30), at=24)[0].get_label()
    assert said.startswith("Only the first 24 steps are played. Step 24 of 24 is '+'")
    said = shown_by_the_cell(score="what " + " ".join("+" * 30), at=24)[0].get_label()
    assert said.startswith("'what' is left out: ") and "Step 24 of 24 is '+'" in said
    assert shown_by_the_cell(score="", at=24)[0].get_label().startswith("The score is empty. Step 1 of 1 is '.'")


def test_a_memory_that_grows_stays_in_its_picture():
    for score in ("+ r", " ".join("d" * 24)):
        _, states = shown_by_the_cell(score=score, cell="no gate at all")
        low, high = states.get_ylim()
        assert high == -low >= max(np.max(np.abs(line.get_ydata())) for line in states.lines)


# gradient

def test_what_is_left_of_a_gradient_is_the_product_of_its_gates():
    figure = moved("gradient")(bias=1.5, length=30, spread=2.0)
    gate, track = figure.axes
    runs = [line for line in track.lines if line.get_color() == "#b4b4b4"]
    *_, steady, typical = (line for line in track.lines if len(line.get_xdata()) == 31 and line not in runs)
    chrono = next(line for line in track.lines if line.get_label().startswith("bias made for T"))
    back = np.arange(31)
    np.testing.assert_allclose(steady.get_ydata(), sigmoid(1.5) ** back)
    np.testing.assert_allclose(typical.get_ydata(), memory.typical_forget(1.5, 2.0) ** back)
    np.testing.assert_allclose(chrono.get_ydata(), (28 / 29 + 1 / 29 - 1 / 30) ** back)
    assert chrono.get_label().endswith(f"ln(T − 1) = {np.log(29):.2f}")
    assert chrono.get_label() in [text.get_text() for text in track.get_legend().get_texts()]
    cloud = next(line for line in gate.lines if line.get_marker() == "o")
    z = cloud.get_xdata()
    np.testing.assert_allclose(cloud.get_ydata(), sigmoid(z))
    np.testing.assert_allclose(runs[0].get_ydata(), np.cumprod([1, *sigmoid(z[:30])]))
    assert abs(np.mean(z) - 1.5) < 1 and np.std(z) == pytest.approx(2, rel=0.3) and track.get_xlim() == (0, 30)
    said = [f"{one:.2g}" for one in (sigmoid(1.5) ** 30, memory.typical_forget(1.5, 2.0) ** 30, (29 / 30) ** 30)]
    assert f": {said[0]} is left on the direct path with no spread, {said[1]} typically with it." in figure.get_label()
    assert figure.get_label().endswith(f"would leave {said[2]}.")


# masks

MASKS = {
    "forget gate: C₂ under F₃": ((-0.7, -0.11, -0.07, 1.06), (-20, -15, 10, 20)),
    "output gate: tanh C₃ under O₃": ((-1, -1, -1, 1), (-20, 20, -20, 20)),
    "O₃ taken for pre-activations": ((-1, -1, -1, 1), (0, 1, 0, 1)),
}


def test_an_example_is_the_threads_and_what_is_drawn_is_its_product():
    explorer, move = explorers.masks(), moved("masks")
    for example, (values, z) in MASKS.items():
        explorer.controls["example"].value = example
        assert [explorer.values[f"z{k}"] for k in (1, 2, 3, 4)] == list(z)
        figure, gate = move(**explorer.values), sigmoid(np.array(z, float))
        left, right = figure.axes
        assert [bar.get_height() for bar in left.patches] == pytest.approx(gate)
        labelled = {line.get_label(): line for line in right.lines}
        before, after = labelled["before"], labelled["after"]
        assert list(before.get_ydata()) == list(values) and after.get_ydata() == pytest.approx(gate * values)
        links = [line.get_ydata() for line in right.lines if line.get_linewidth() == 1.2]
        np.testing.assert_allclose(links, np.transpose([values, gate * values]))
        short = [f"{round(one, 3) + 0.0:.3g}" for one in (*gate, *(gate * values))]
        assert [text.removeprefix("≈") for text in texts_of(left)[:4] + texts_of(right)] == short
        assert texts_of(left)[4:] == [f"z = {one:g}" for one in z] and left.get_title() == "gate = σ(z)"


def test_a_tanh_near_minus_1_is_said_to_be_about_that_and_0_is_0():
    figure = moved("masks")(example="O₃ taken for pre-activations", gate="tanh", z1=-20.0, z2=20.0, z3=0.0, z4=-0.0001)
    assert "tanh([-20, 20, 0, 0]) = [≈-1, ≈1, 0, ≈0] turns [-1, -1, -1, 1] into [≈1, ≈-1, 0, ≈0]." in figure.get_label()


# own_unit

def trace_of(steps=40, hidden=3, batch=2, inputs=2):
    x = np.random.default_rng(1).standard_normal((steps, batch, inputs))
    return unroll(LSTM, init_params(LSTM, inputs, hidden, 0), x)


def unit_moved(trace, *arguments, **options):
    return moved("own_unit", of=importlib.import_module("lstm_teach.explorers.own_unit").picture_of(
        trace, *arguments, **options))


@pytest.mark.parametrize("shown", ["gates", "f", "c", "h"])
def test_a_unit_is_drawn_over_the_others_at_its_steps_beside_what_came_in(shown):
    trace, letters = trace_of(), "ifo" if shown == "gates" else shown
    move = unit_moved(trace, window=10, sequence=1, fed="what came in")
    move(unit=0, start=3, shown=shown)
    figure = move(unit=2, start=25, shown=shown)
    top, bottom = figure.axes
    window, time = slice(25, 35), np.arange(26, 36)
    np.testing.assert_allclose([line.get_ydata() for line in top.lines], trace.x[window, 1].T)
    drawn = [line.get_ydata() for line in bottom.lines]
    others = [] if shown == "gates" else list(getattr(trace, shown)[window, 1].T)
    np.testing.assert_allclose(drawn, others + [getattr(trace, letter)[window, 1, 2] for letter in letters])
    assert all(line.get_xdata().tolist() == time.tolist() for axes in figure.axes for line in axes.lines)
    assert bottom.get_xlim() == (26, 35) and top.get_title() == "what came in"
    assert [text.get_text() for text in bottom.get_xticklabels()][0] == "26"
    low, high = bottom.get_ylim()
    assert (low > -0.5) == (letters[0] in "ifo") and min(map(np.min, drawn)) > low and max(map(np.max, drawn)) < high
    part = getattr(trace, letters[-1])[window, 1, 2]
    assert figure.get_label().startswith("Unit 2, 26 to 35, mean")
    assert figure.get_label().endswith(f" {part.mean():.2f} (from {part.min():.2f} to {part.max():.2f}).")


def test_a_memory_beyond_1_stays_in_its_picture():
    trace = unroll(LSTM, hand_set_params(LSTM), encode_score(" ".join("+" * 9)))
    bottom = unit_moved(trace)(unit=0, start=0, shown="c").axes[1]
    assert bottom.get_ylim()[1] > trace.c.max() > 3


def test_another_layer_is_drawn_anew_with_as_many_lines_as_it_has_units():
    first = trace_of()
    second = unroll(LSTM, init_params(LSTM, 3, 5, 0), first.h)
    move = unit_moved({"first": first, "second": second})
    for layer, trace in (("first", first), ("second", second), ("first", first)):
        bottom = move(unit=1, start=0, shown="c", layer=layer).axes[1]
        np.testing.assert_allclose([line.get_ydata() for line in bottom.lines], [*trace.c[:, 0].T, trace.c[:, 0, 1]])


def test_marked_steps_are_shaded_from_half_a_step_before_to_half_a_step_behind():
    marked = np.zeros(40, bool)
    marked[[3, 4, 5, 39]] = True
    for axes in unit_moved(trace_of(), marked=marked)(unit=0, start=0, shown="c").axes:
        assert ends_of(axes.patches) == [(3.5, 6.5), (39.5, 40.5)]


@pytest.mark.parametrize("marked", [[True] * 39, [1.0] * 40])
def test_what_marks_no_step_for_sure_is_refused(marked):
    with pytest.raises(ValueError, match="^marked: expected 40 booleans, one a step, got"):
        unit_moved(trace_of(), marked=marked)


@pytest.mark.parametrize("inputs, strongest", [(12, False), (13, True)])
def test_of_more_than_a_dozen_inputs_the_strongest_is_drawn(inputs, strongest):
    lines = unit_moved(trace_of(steps=5, inputs=inputs))(unit=0, start=0, shown="c").axes[0].lines
    assert len(lines) == (1 if strongest else 12)


def test_a_window_is_kept_inside_what_there_is_and_starts_at_the_last():
    trace = trace_of()
    said = unit_moved(trace, window=10)(unit=9, start=99, shown="c").get_label()
    assert said.startswith("Unit 2, 31 to 40, ")
    assert unit_moved(trace, window=99)(unit=0, start=0, shown="c").get_label().startswith("Unit 0, 1 to 40, ")
    assert explorers.own_unit(trace, window=10).values == {"unit": 0, "start": 30, "shown": "gates"}


# saturation

@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_where_outputs_land_is_drawn_and_said_for_the_mean_and_the_spread(activation):
    scale, mean = 2.5, 1.5
    figure = moved("saturation")(activation=activation, scale=scale, mean=mean)
    curve, output = figure.axes
    value, low = {"sigmoid": (sigmoid, 0), "tanh": (tanh, -1)}[activation]
    tenth = (1 - low) / 10
    whole, dots = curve.lines
    np.testing.assert_allclose(whole.get_ydata(), value(whole.get_xdata()))
    np.testing.assert_allclose(dots.get_ydata(), value(dots.get_xdata()))
    assert len(dots.get_xdata()) == 40 and np.mean(dots.get_xdata()) == pytest.approx(mean, abs=1)
    assert [(band.get_y(), band.get_y() + band.get_height()) for band in curve.patches] == [
        pytest.approx((low, low + tenth)), pytest.approx((1 - tenth, 1))]
    assert curve.get_ylim() == pytest.approx((low - tenth / 2, 1 + tenth / 2))
    bars = [(bar.get_x(), bar.get_width(), bar.get_height()) for bar in output.patches]
    left, width, height = np.transpose(bars)
    np.testing.assert_allclose(left, np.linspace(low, 1, 41)[:-1], atol=1e-12)
    np.testing.assert_allclose(width, tenth / 4)
    dark = np.array([bar.get_facecolor()[0] < 0.6 for bar in output.patches])
    assert dark.nonzero()[0].tolist() == [0, 1, 2, 3, 36, 37, 38, 39]
    share = saturated_probability(activation, 0.1, scale, mean)
    assert (height * width)[dark].sum() == pytest.approx(share, abs=0.01) and height.max() < output.get_ylim()[1]
    np.testing.assert_allclose(np.transpose(output.lines[0].get_data()), np.transpose(exact_density(
        activation, scale, mean)))
    assert figure.get_label().endswith(
        f"two humps, {share:.1%} of the outputs in the saturated tenths at the ends, mean slope "
        f"{mean_slope(activation, scale, mean):.4f} of at most {0.25 if activation == 'sigmoid' else 1}.")
    aside = moved("saturation")(activation=activation, scale=scale / 2, mean=3.0).get_label()
    assert "one hump, " in aside


# silence

def silent(**values):
    return moved("silence")(**{"rest": 0.0, "ignored": 100, "known": "known: always so many", "sd": 0.5} | values)


def test_without_noise_what_was_stored_stands_where_the_rest_wrote_it():
    figure = silent(rest=1.0, sd=0.0, ignored=10)
    tracks, ends = figure.axes[:2], figure.axes[2:]
    roles = CELL_ROLES["TANH_ONLY"], CELL_ROLES["LSTM"]
    for track, end, written, role in zip(tracks, ends, (10 * np.tanh(1.0), 0.0), roles, strict=True):
        _, *runs = track.lines
        assert {run.get_color() for run in runs} == {role.color}
        assert [run.get_ydata()[0] for run in runs] == [1] * 4 + [-1] * 4
        assert [run.get_ydata()[-1] for run in runs] == pytest.approx([1 + written] * 4 + [written - 1] * 4)
        assert all(run.get_xdata().tolist() == list(range(11)) for run in runs) and track.get_xlim() == (0, 10)
        ones, minus_ones, threshold = end.lines
        assert np.mean(ones.get_xdata()) == pytest.approx(1 + written) and np.min(ones.get_ydata()) > 0.5
        assert np.mean(minus_ones.get_xdata()) == pytest.approx(written - 1) and np.max(minus_ones.get_ydata()) < 0.5
        assert threshold.get_xdata() == pytest.approx([written, written])
    assert "ends 1 above or below 7.62, with an sd of" in figure.get_label() and tracks[0].get_title() == (
        "tanh resting at z = 1")


def test_where_their_number_is_unknown_each_run_ends_at_its_own_from_half_to_half_as_many_again():
    figure = silent(known="unknown: from half of them to half as many again", ignored=60)
    assert figure.get_label().startswith("30 to 90 steps ignored, noise of sd 0.5.")
    last = [run.get_xdata()[-1] for track in figure.axes[:2] for run in track.lines[1:]]
    assert 30 <= min(last) < 45 and 75 < max(last) <= 90 and len(set(last)) > 4
    assert figure.axes[0].get_xlim() == (0, 90)
    one = silent(known="unknown: from half of them to half as many again", ignored=1)
    assert one.get_label().startswith("1 to 1 steps ignored")
    assert all(run.get_xdata().tolist() == [0, 1] for track in one.axes[:2] for run in track.lines[1:])


def test_the_gate_hears_noise_of_its_own_and_no_writes_are_lost():
    """What a shut gate lets through has the variance of its product; that of the two was mirrored, so its mean is 0."""
    figure = silent(sd=2.0)
    (_, sd), = [memory.gated_write(-5, 0, 2.0)]
    assert f"{10 * sd:.1f}"[:3] == f"{float(figure.get_label().split('sd of ')[-1].split(',')[0]):.1f}"[:3]
    assert figure.get_label().count("ends 1 above or below 0,") == 2


# race

@pytest.fixture(scope="module")
def race():
    from lstm_teach.studies import first
    found = first.load()
    return found, moved("race", of=importlib.import_module("lstm_teach.explorers.race").picture_of(found))


ONCE, EQUAL = "once (T = 50)", "equal parameters, each tuned"


@pytest.mark.parametrize("terms, size, phase", [
    (EQUAL, "count", "confirm"), ("equal width, each tuned", "width", "confirm"),
    ("equal parameters, one setting", "count", "common"),
])
def test_a_race_is_over_the_records_of_its_terms(race, terms, size, phase):
    from lstm_teach.studies import first
    found, move = race
    figure = move(race=ONCE, rival="tanh-only", terms=terms)
    left, right = figure.axes
    theirs = first.pick(found, "once", "TANH_ONLY", size, phase, 50)
    lstm = first.pick(found, "once", "LSTM", "count", phase, 50)
    runs = [line for line in left.lines if line.get_linewidth() == 0.8 and line.get_alpha() == 0.8]
    for lines, records, end, share, name, word in zip(
        (runs[:20], runs[20:]), (theirs, lstm), [line for line in left.lines if line.get_linestyle() == "None"],
        right.lines, ("tanh-only", "LSTM"), texts_of(right), strict=True,
    ):
        for line, record in zip(lines, records, strict=False):
            at, errors = record.curve()
            np.testing.assert_array_equal(line.get_data(), [at, np.maximum(errors, 1e-4)])
        assert len(records) == 20
        assert end.get_xdata().tolist() == [record.updates for record in records if record.solved]
        arrived, solved = first.arrivals(records), first.solved(records)
        by = np.arange(records[0].every, records[0].cap + 1, records[0].every)
        np.testing.assert_array_equal(share.get_data(), [by, arrived.share_by(by)])
        said = f"{name}, {records[0].hidden} units: {solved[0]} of {solved[1]}, median {arrived.median_text}"
        assert word.endswith(said)
        assert (f"{name} ({records[0].hidden} units) {solved[0]} of {solved[1]} seeds (95 % interval of the share "
                f"{solved[2]:.2f} to {solved[3]:.2f}), median {arrived.median_text} updates") in figure.get_label()
    assert figure.get_label().index("LSTM (") < figure.get_label().index("; tanh-only (")


def test_the_line_of_the_criterion_and_all_errors_are_in_the_picture(race):
    from lstm_teach.studies import first
    _, move = race
    for title, task in (("latch (T = 50)", "latch"), ("adding (T = 50)", "adding"), (ONCE, "once")):
        left = move(race=title, rival="tanh-only", terms=EQUAL).axes[0]
        (level,) = (line for line in left.lines if line.get_color() == "#444444")
        low, high = left.get_ylim()
        assert level.get_ydata() == [first.STUDY.tasks[task](50).criterion] * 2 and low < level.get_ydata()[0] < high
        errors = np.concatenate([line.get_ydata() for line in left.lines if len(line.get_ydata()) > 2])
        assert low < np.nanmin(errors) and min(np.nanmax(errors), 3) < high
        assert left.get_xlim() == (0.8 * 50, 4000)


def test_what_the_study_did_not_run_leaves_nothing_of_the_race_before(race):
    found, move = race
    move(race=ONCE, rival="tanh-only", terms=EQUAL)
    figure = move(race="echo (T = 50)", rival="dead zone", terms="equal width, each tuned")
    left, right = figure.axes
    said = "the study did not run\ndead zone here"
    assert texts_of(left) == [said] and figure.get_label().endswith("; the study did not run dead zone here.")
    assert len(right.lines[0].get_xdata()) == 0 < len(right.lines[1].get_xdata()) and texts_of(right)[0] == ""
    assert sum(len(line.get_xdata()) > 2 for line in left.lines if line.get_alpha() == 0.8) == 10
    assert not any(len(line.get_xdata()) for line in left.lines if line.get_marker() == "s")
    figure = move(race="echo (T = 50)", rival="dead zone", terms="equal parameters, one setting")
    assert "nothing; the study did not run this race." in figure.get_label()


def test_without_the_lstm_there_is_no_race_and_an_error_of_0_has_a_place_on_a_logarithmic_axis(race):
    from lstm_teach.studies import first
    found, _ = race
    alone = [replace(record, errors=(0.0,) * len(record.errors)) for record in first.pick(found, "once", "TANH_ONLY")]
    picture = importlib.import_module("lstm_teach.explorers.race").picture_of({"core": alone})
    figure = moved("race", of=picture)(race=ONCE, rival="tanh-only", terms=EQUAL)
    assert figure.get_label().endswith("; the study did not run this race.")
    errors = np.concatenate([line.get_ydata() for line in figure.axes[0].lines if line.get_alpha() == 0.8])
    assert set(errors) == {1e-4} and 0 < figure.axes[0].get_ylim()[0] < 1e-4


def test_the_rivals_of_the_race_are_cells_that_raced_the_lstm():
    rivals = importlib.import_module("lstm_teach.explorers.race").RIVALS
    assert set(rivals.values()) == {"TANH_ONLY", "COUPLED", "VANILLA_RNN", "DEAD_ZONE", "NO_FORGET_GATE", "TANH_GATE",
                                    "LINEAR_GATE", "LINEAR_CANDIDATE"}
