"""What is drawn is what was given: each array against its own, in its own panel, in its role's colour."""

import functools
import inspect
import io
import re
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.colors import same_color
from matplotlib.figure import Figure
from PIL import Image

from lstm_teach import LSTM, TANH_ONLY, dead_zone_tanh, plots, sigmoid
from lstm_teach.plots.style import CELL_ROLES, ROLES
from lstm_teach.study.statistics import Arrivals
from tools.notebooks import ROOT

N = 41
Z, K = np.linspace(-5, 5, N), np.arange(N)
A, B, C, D, E = np.random.default_rng(0).uniform(0.05, 0.95, (5, N))  # five curves that no other looks like
PLACES = np.sort(A)
IN, F, G, MEMORY = (ROLES[name].color for name in ("input_gate", "forget_gate", "candidate", "cell_state"))
FULL, ONLY = CELL_ROLES["LSTM"].color, CELL_ROLES["TANH_ONLY"].color
PARITY = {"one": C - 0.5, "two": D - 0.5, "three": E - 0.5}
MARKS = np.where(A > 0.6, -1, 1)
ARRIVED = {"LSTM": Arrivals(np.array([300.0, 100.0, np.inf]), 4000), "TANH_ONLY": Arrivals(np.full(3, np.inf), 4000)}
ZERO = ([0, 1], [0, 0])  # a line from end to end
WORK = {"i": C, "g": D, "c": E}
YEARS, MONTHS = np.repeat([1998, 1999], 12), np.tile(np.arange(12), 2)
RACE = {"one": SimpleNamespace(evaluated_at=K * 10, errors=(A, B[:20]), updates_to_criterion=(None, 3)),
        "two": SimpleNamespace(evaluated_at=K * 10, errors=(C,), updates_to_criterion=(None,))}

# Picture: (its arguments, for each panel what its lines are among others: (x, y) or (x, y, colour)).
LINES = {
    "two_curves": ((Z, A, B, C, D), [[(Z, A, IN), (Z, B, G)], [(Z, C, IN), (Z, D, G)]]),
    "two_humps": ((PLACES, (1.0, 2.0), np.array([A, B]), np.array([C, D])),
                  [[(PLACES, 2 * PLACES - 1), (PLACES, A), (PLACES, B)], [(PLACES, C), (PLACES, D)]]),
    "price_of_spread": ((Z, A, B, C, (1.0, 2.0), (0.2, 0.6)),
                        [[(Z, A, IN), ((1.0, 2.0), (0.2, 0.6))], [(Z, B, IN), (Z, C, G)]]),
    "three_rests": ((0.5, {"tanh": [(0, 0.4, "there")], "sigmoid": [(-4, 0.01, "here")]}),
                    [[([0], [0])], [([-4], [sigmoid(-4.0)])]]),
    "shifted_by_the_mark": (({"one": np.tanh, "two": sigmoid}, 2.0, 3.0, 0.5), [
        [([-1.5, 2.5], curve([-1.5, 2.5])), ([1.5, 5.5], curve([1.5, 5.5]))] for curve in (np.tanh, sigmoid)]),
    "pair_of_tanh": (((1.0, 3.0),), [[(v := np.linspace(-8, 8, 500), dead_zone_tanh(v, 1.0)),
                                     (v, dead_zone_tanh(v, 3.0))]]),
    "live_race": ((RACE, 0.1), [[
        ([0, 1], [0.1, 0.1]), (K * 10, A, MEMORY), (K[:20] * 10, B[:20], MEMORY), (K * 10, C)]]),
    "tug_of_war": ((K + 1, {"one": (A, -B), "two": (C, -D)}, {"one": 0.1, "two": 0.5}), [
        [(K + 1, A), (K + 1, -B), (K + 1, A - B, G), ([0.1], [0]), ZERO],
        [(K + 1, C), (K + 1, -D), (K + 1, C - D, G), ([0.5], [0]), ZERO]]),
    "price_of_shutting": ((Z, {"gate": A, "candidate": B}, {"open": C, "shut": D, "candidate": E}, 0.1),
                          [[(Z, A, IN), (Z, B, G)], [(Z, C, IN), (Z, D, IN), (Z, E, G)]]),
    "along_the_cell": (({"one": (A, B), "two": (C, D)},),
                       [[(K, A, MEMORY), (K, B, F)], [(K, C, MEMORY), (K, D, F)]]),
    "running_parity": ((MARKS, np.cumprod(MARKS), PARITY), [
        [ZERO, (K + 1, state), ((K + 1)[wrong := np.sign(state) != np.cumprod(MARKS)], np.cumprod(MARKS)[wrong])]
        for state in PARITY.values()]),
    "erasing": ((PLACES, {"tanh": B, "σ": C}), [[(PLACES, B, F), (PLACES, C, F)]]),
    "partly_open": ((np.array([A, B, C, D]).T, (0.1, 0.4, 0.6, 0.9), E, {0.5: B, 0.9: C}),
                    [[(K, A), (K, B), (K, C), (K, D)], [ZERO, (K, E), (K, B), (K, C)]]),
    "wander_climb_hold": (({"wander": np.array([[A, B], [C, D]]), "hold": np.array([[E, A], [B, C]])}, 5), [
        [ZERO, ([0], [0], ONLY)], [ZERO, ([-5], [sigmoid(-5.0)], FULL)],
        [ZERO, (K, A, ONLY), (K, B, ONLY), (K, C, ONLY), (K, D, ONLY)], [(K, E, FULL), (K, A), (K, B), (K, C)]]),
    "read_by_a_line": (({"tanh-only": {"short": (A, B)}, "LSTM": {"short": (C, D)}},),
                       [[(A, B, ONLY)], [(C, D, FULL)]]),
    "forget_bound": ((PLACES, B, np.array([C, D]).T, 0.5, 70.0),
                     [[(PLACES, B, F), (C[::6], D[::6]), ([1], [70.0], IN), ([0, 1], [0.5, 0.5])]]),
    "weight_conflict": ((K + 1, {"tanh": (A, B), "dead zone": (C, D)}, E, 0.3), [
        [(K + 1, A), (K + 1, B)], [(K + 1, B / A), (K + 1, D / C), (K + 1, E, IN), ([0, 1], [0.3, 0.3])]]),
    "forgetting": (({0: A, 3: B},), [[(K, A, F), (K, B, F), ([0, 1], [0.5, 0.5])]]),
    "fluctuating_gate": ((np.array([A, B]), 0.4, 0.5), [[(K, A), (K, B), (K, 0.5**K), (K, 0.4**K, F)]]),
    "gate_at_work": ((B, MARKS < 0, WORK, (A, D)), [
        [((K + 1)[MARKS < 0], B[MARKS < 0])], [(K + 1, C, IN)], [(K + 1, D, G)], [(K + 1, E, MEMORY), (K + 1, D)]]),
    "what_it_hangs_on": (({"LSTM": {"cut": [0.1, 0.4, 0.2]}, "TANH_ONLY": {"frozen": [0.4, 0.5]}}, 0.6, 0.01), [[
        ([0.1, 0.4, 0.2], [-0.2, 0, 0.2], FULL), ([0.2, 0.2], [-0.34, 0.34], FULL),
        ([0.4, 0.5], [1.15, 1.55], ONLY), ([0.6, 0.6], [0, 1]), ([0.01, 0.01], [0, 1])]]),
    "by_month": ((A[:24], MONTHS, YEARS, (1999,)), [[
        (np.arange(12), A[:12]), (np.arange(12), A[12:24]), (np.arange(12), (A[:12] + A[12:24]) / 2, F),
        (np.arange(12), A[12:24], MEMORY)]]),
    "without_gates": (({"input_gate": {"as its mean": 0.8, "as 1": 0.9}, "forget_gate": {"as its mean": 1.0, "as 1": 2},
                        "output_gate": {"as its mean": 1.5, "as 1": 1.6}}, 0.5, 0.7, "°C"), [[
        ([0.8], [0], IN), ([0.9], [0], IN), ([1.0], [-1], F), ([2], [-1], F), ([1.6], [-2]), ([0.5, 0.5], [0, 1]),
        ([0.7, 0.7], [0, 1])]]),
    "errors_over_data": (({"task": ("wrong", {"LSTM": ("LSTM", {10: (A, B), 20: (C, D)}),
                                             "tanh-only": ("TANH_ONLY", {10: (B, C), 20: (D, E)})})},), [[
        *(([x] * 2, [low.mean(), high.mean()], colour) for x, low, high, colour in (
            (-0.1, A, B, FULL), (0.9, C, D, FULL), (0.1, B, C, ONLY), (1.1, D, E, ONLY))),
        *((x + np.linspace(-0.06, 0.06, N), test) for x, test in ((-0.1, B), (0.9, D), (0.1, C), (1.1, E)))]]),
    "errors_by_count": (({"LSTM": ("LSTM", 1008, [0.3, 0.4]), "tanh-only": ("TANH_ONLY", 756, [0.5, 0.7])},), [[
        ([0.5, 0.7], [-0.22, 0.22], ONLY), ([0.6, 0.6], [-0.36, 0.36], ONLY),
        ([0.3, 0.4], [0.78, 1.22], FULL), ([0.35, 0.35], [0.64, 1.36], FULL)]]),
    "fading": (({"LSTM": ("LSTM", A), "tanh-only": ("TANH_ONLY", B)},), [[(K + 1, A, FULL), (K + 1, B, ONLY)]]),
    "equal_counts_two_jobs": (({"tanh-only": [0.1, 0.2, -0.9, 0.8], "other": [0, 0.3, -1, 1]},
                               {"tanh-only": 9 * A, "other": 3 * B}, 12), [
        [(np.arange(4) - 0.12, [0.1, 0.2, -0.9, 0.8], ONLY), (np.arange(4) + 0.12, [0, 0.3, -1, 1]),
         *(([at - 0.3, at + 0.3], [wanted] * 2) for at, wanted in enumerate((0, 0, -1, 1)))],
        [(K + 1, 9 * A, ONLY), (K + 1, 3 * B)]]),
    "three_tasks": (({"last": (A, MARKS < 0, 0.3), "every": (B, MARKS > 0, C)}, N), [
        [((K + 1)[MARKS < 0], A[MARKS < 0]), ([N], [0.3])], [((K + 1)[MARKS > 0], B[MARKS > 0]), (K + 1, C, MEMORY)]]),
    # Two of three got there: each a dot at its updates, the third a cross beyond the cap, a bar at the lower median.
    "every_seed": (({"task": ARRIVED},), [[
        ([300, 100], [0, 0], FULL), ([6080], [0], FULL), ([300, 300], [-0.36, 0.36]),
        ([6080] * 3, 1 + 0.12 * np.array([-1, 0, 1]), ONLY)]]),
    "lags": (({cell: {25: ARRIVED["LSTM"], 50: ARRIVED["TANH_ONLY"]} for cell in ("LSTM", "TANH_ONLY", "COUPLED")},), [[
        (shift + np.array([-0.045, 0, 0.045]), [300, 100, 6080]) for shift in (-0.12, 0.12, 0)] + [
        ([-0.12, 0.88], [300, 6080], FULL), ([0.12, 1.12], [300, 6080], ONLY), ([0, 1], [300, 6080])]]),
}


@functools.cache
def drawn(name):
    return getattr(plots, name)(*LINES[name][0])


def stands_in(axes, x, y, colour=None):
    """Whether one of the lines of these axes is this one."""
    return any(
        np.shape(line.get_xdata()) == np.shape(x) and np.allclose(line.get_xdata(), x)
        and np.allclose(line.get_ydata(), y) and (colour is None or same_color(line.get_color(), colour))
        for line in axes.lines)


@pytest.mark.parametrize("name", LINES)
def test_each_line_is_the_array_that_was_given(name):
    for axes, lines in zip(drawn(name).axes, LINES[name][1], strict=False):
        for number, line in enumerate(lines):
            assert stands_in(axes, *line), f"line {number} of the panel {axes.get_title('left')!r}"


def test_every_picture_is_drawn_by_a_test_of_its_own():
    texts = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").glob("*/test_*.py"))
    pictures = [name for name, one in vars(plots).items() if inspect.isfunction(one)
                and one.__module__ != plots.show.__module__]
    assert [name for name in pictures if name not in LINES and f"{name}(" not in texts] == []


def in_words(labels):
    return any(re.search("[a-zA-Zσ]", label.get_text()) for label in labels)


@pytest.mark.parametrize("name", LINES)
def test_both_axes_say_what_they_count(name):
    """By a name, by words at their marks, or in the legend of their lines."""
    figure = drawn(name)
    places = {axes: axes.get_subplotspec() for axes in figure.axes if axes.get_subplotspec()}
    for axes in (axes for axes, place in places.items() if place.is_last_row()):
        assert axes.get_xlabel() or in_words(axes.get_xticklabels()) or figure.get_supxlabel()
    assert any(axes.get_ylabel() or in_words(axes.get_yticklabels()) or axes.get_legend()
               for axes, place in places.items() if place.is_first_col())


def test_bands_are_two_standard_deviations_either_way():
    for axes, put_in, value, come_out in zip(drawn("three_rests").axes, (0, -4),
                                             (0, sigmoid(-4.0)), (0.4, 0.01), strict=True):
        given, left = (band.get_datalim(axes.transData) for band in axes.collections)
        assert (given.x0, given.x1) == pytest.approx((put_in - 1, put_in + 1))
        assert (left.y0, left.y1) == pytest.approx((value - 2 * come_out, value + 2 * come_out))
        assert (left.x0, left.x1) == (-6, put_in)


def test_values_stand_on_zero_the_marked_ones_over_the_others():
    marked = MARKS < 0
    for name, parts in (("gate_at_work", (A, B[~marked], B[marked])), ("three_tasks", (A,))):
        axes = drawn(name).axes[0]
        for lines, values in zip(axes.collections, parts, strict=True):
            ends = np.array(lines.get_segments())
            assert (ends[:, 0, 1] == 0).all() and np.array_equal(ends[:, 1, 1], values)


def test_a_line_that_fades_is_named_at_its_end():
    axes = drawn("fading").axes[0]
    assert [(text.get_text(), text.xy) for text in axes.texts] == [("LSTM", (N, A[-1])), ("tanh-only", (N, B[-1]))]


def heights(axes):
    return [bar.get_height() for bar in axes.patches]


def test_histograms_of_gates_are_densities_of_what_was_given():
    gate = np.concatenate([np.full(30, 0.51), np.full(10, 0.27)])
    figure = plots.counted_outputs([gate, gate[:30]], (1.0, 2.0), (0.5, 0.55), ((0.25, 0.3), (0.75, 0.8)))
    for axes, (middle, side) in zip(figure.axes, ((15, 5), (20, 0)), strict=True):
        found = dict(zip((round(bar.get_x() + bar.get_width() / 2, 3) for bar in axes.patches), axes.patches,
                         strict=True))
        assert found[0.525].get_height() == pytest.approx(middle)
        assert found[0.275].get_height() == pytest.approx(side) and sum(heights(axes)) == pytest.approx(20)
        looks = [tuple(found[centre].get_facecolor()) for centre in (0.525, 0.275, 0.775, 0.125)]
        assert looks[1] == looks[2] and len(set(looks)) == 3  # the middle, the sides, the rest
    assert "15.00 against 2.50 at s = 1, 20.00 against 0.00 at s = 2" in figure.get_label()


def test_fresh_outputs_are_counted_over_the_range_of_their_activation():
    figure = plots.fresh_outputs([("input_gate", "sigmoid", np.array([0.5, 0.55, 0.9, 0.1]), 1.0),
                                  ("candidate", "tanh", np.array([0.0, 0.5, -0.15, -0.9]), 1.0)])
    for axes, (low, high) in zip(figure.axes, ((0, 1), (-1, 1)), strict=True):
        assert axes.get_xlim() == (low, high) and len(heights(axes)) == 30 and sum(heights(axes)) == pytest.approx(1)
        at, share = axes.lines[0].get_data()
        assert np.trapezoid(share, at) == pytest.approx((high - low) / 30, rel=0.01)  # as much as all bars together
    assert figure.get_label().endswith("0.50 for the input gate i, 0.50 for the candidate g.")


def test_maps_of_units_have_the_four_words_at_their_points():
    figure = plots.three_maps({"one": lambda v, m: v + 0 * m, "two": lambda v, m: 0 * v + m})
    along_v, along_m = (axes.images[0].get_array() for axes in figure.axes[:2])
    assert along_v[0, 0] == -1.9 and along_v[0, -1] == 1.9 and along_m[0, 0] == -0.5 and along_m[-1, 0] == 1.5
    assert all(axes.images[0].get_extent() == [-1.9, 1.9, -0.5, 1.5] for axes in figure.axes[:2])
    assert [stands_in(figure.axes[0], [v], [m]) for v in (-1, 1) for m in (0, 1)] == [True] * 4
    assert [axes.get_title("left") for axes in figure.axes[:2]] == ["one\nworst error 1.00", "two\nworst error 2.00"]
    assert figure.get_label().endswith("one −1, +1, −1, +1; two 0, 0, +1, +1; wanted 0, 0, −1, +1.")


def test_bars_are_as_long_as_their_numbers_from_top_to_bottom():
    axes = plots.bars({"long": 0.5, "short": 0.125}, "worst error").axes[0]
    assert [bar.get_width() for bar in axes.patches] == [0.5, 0.125] and axes.get_ylim()[0] > axes.get_ylim()[1]
    assert [text.get_text() for text in axes.texts] == ["0.500", "0.125"]


def test_maps_of_settings_say_how_many_solved_and_the_median_where_most_did():
    solved, medians = np.array([[10, 5, 6], [0, 9, 1]]), np.array([[100, 200, 300], [400, 500, 600]])
    grid = SimpleNamespace(rates=(0.01, 0.1), knob="forget_bias", values=(0, 1, 3), solved=solved, medians=medians,
                           seeds=10, cap=4000)
    other = SimpleNamespace(**vars(grid) | {"solved": 10 - solved})
    figure = plots.setting_maps({"task": {"LSTM": grid, "TANH_ONLY": other},
                                 "next": {"LSTM": other, "TANH_ONLY": grid}})
    assert [np.array_equal(axes.images[0].get_array(), solved) for axes in figure.axes] == [True, False, False, True]
    for axes in (figure.axes[0], figure.axes[3]):
        said = {tuple(text.get_position()): text.get_text() for text in axes.texts}
        assert said == {(0, 0): "10: 100", (1, 0): "5", (2, 0): "6: 300", (0, 1): "0", (1, 1): "9: 500", (2, 1): "1"}
    assert "LSTM task 3, next 2; tanh-only task 2, next 3." in figure.get_label()


def test_gates_before_and_after_training_stand_in_rows_with_their_shares_near_an_end():
    fresh, trained = np.full(50, 2), np.r_[np.full(5, 9), np.zeros(45)]
    before, after = dict.fromkeys("ifo", fresh), {"i": trained, "f": fresh, "o": trained}
    figure = plots.gate_ends({"one": before, "two": before}, {"one": before, "two": after})
    shares = [[text.get_text() for text in axes.texts] for axes in figure.axes]
    assert shares == [["i: 20.0 %", "f: 20.0 %", "o: 20.0 %"]] * 3 + [["i: 100.0 %", "f: 20.0 %", "o: 100.0 %"]]
    stairs = [part.get_data() for part in figure.axes[3].patches if hasattr(part, "get_data")]
    assert np.array_equal(stairs[0].values, trained / 9) and (stairs[1].values == 1).all()


def test_silent_are_the_places_where_size_and_slope_are_small():
    write, slope = np.full((N, N), 0.5), np.full((N, N), 0.5)
    write[:, :20], slope[:, 10:30] = 0.01, 0.01
    lines = {"tanh": (np.where(K < 10, 0.01, 0.5), A), "dead zone": (np.where(K < 20, 0.01, 0.5), 0 * A)}
    figure = plots.off_maps(np.linspace(-6, 6, N), write + A / 1e3, slope, lines)
    for axes, row in zip(figure.axes[2:], (0, 1), strict=True):
        assert all(stands_in(axes, np.linspace(-6, 6, N), lines[name][row]) for name in lines)
    assert np.array_equal(figure.axes[0].collections[0].get_array(), write + A / 1e3)
    assert np.array_equal(figure.axes[1].collections[0].get_array(), slope)
    assert "on 24 % of the plane" in figure.get_label() and "on 49 % of the line" in figure.get_label()


def test_months_and_settings_and_sizes_are_named_on_their_axes():
    def names(name, axis="x"):
        axes = drawn(name).axes[0]
        return [label.get_text() for label in getattr(axes, f"get_{axis}ticklabels")()]

    assert names("by_month") == "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    assert names("errors_over_data") == ["10", "20"] and names("lags") == ["25", "50"]
    assert names("every_seed", "y") == ["LSTM", "tanh-only"]
    assert names("what_it_hangs_on", "y") == ["LSTM: cut", "tanh-only: frozen"]
    assert names("without_gates", "y") == ["input gate i", "forget gate f", "output gate o"]
    assert names("equal_counts_two_jobs") == ["(−1, 0)", "(1, 0)", "(−1, 1)", "(1, 1)"]


def test_the_seams_of_a_matrix_stand_between_the_columns_over_each_block_that_there_is():
    cells = {"LSTM": (LSTM, (0, 1, 2, 3)), "tanh-only": (TANH_ONLY, (1, 2, 3))}
    figure = plots.blocks_to_scale({title: cell for title, (cell, _) in cells.items()}, inputs=2, hidden=3)
    for axes, (_, blocks) in zip(figure.axes, cells.values(), strict=True):
        seams = axes.lines[0]  # between the columns for h and x, and for x and 1
        assert seams.get_xdata().tolist() == [3, 3, 3, 5, 5, 5] * len(blocks)
        np.testing.assert_array_equal(
            seams.get_ydata(), [y for block in blocks for y in (3 * block, 3 * block + 3, np.nan) * 2])


def test_a_png_is_the_picture_on_white_and_leaves_the_figure_as_it_was(monkeypatch):
    figure = Figure(figsize=(4, 2), dpi=72, facecolor="black", layout="constrained")
    figure.subplots().set(xlabel="steps", ylabel="1000000")
    before, laid_out = (figure.dpi, figure.get_facecolor(), figure.canvas), []
    execute = type(figure.get_layout_engine()).execute
    monkeypatch.setattr(type(figure.get_layout_engine()), "execute",
                        lambda engine, figure: laid_out.append(figure.dpi) or execute(engine, figure))
    pixels = np.asarray(Image.open(io.BytesIO(plots.as_png(figure, dpi=130))).convert("RGB"))
    assert pixels.shape == (260, 520, 3) and pixels[0, 0].tolist() == [255] * 3 and laid_out == [130]
    assert pixels[:, :5].min() == 255 > pixels.min() and pixels[:, -2:].min() == 255, "nothing is cut off"
    assert (figure.dpi, figure.get_facecolor(), figure.canvas) == before
