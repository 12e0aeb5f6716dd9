"""Which setting is a network's own: by seeds solved, then updates, then error; one rate more where it lay at an end."""

from dataclasses import replace

import pytest

from lstm_teach.study.declaration import Row
from lstm_teach.study.selection import best_setting, due_rows, merit, selected, solving_share
from tests.study.miniature import record


def test_selection_prefers_solved_then_updates_then_error():
    best = [[record(100), record(200), record(None)], [record(1900), record(1900), record(1900)]]
    assert min(best, key=merit) == best[1]
    best = [[record(None, 0.2)] * 3, [record(None, 0.1)] * 3, [record(None, None)] * 3]
    assert min(best, key=merit) == best[1]
    best = [[record(None)] + [record(100)] * 2, [record(None)] + [record(50)] * 2]
    assert min(best, key=merit) == best[1]


RATES = (0.005, 0.01, 0.02)


def row(phase, rates, seeds=(7, 8)):
    settings = tuple((("learning_rate", rate), ("forget_bias", 1)) for rate in rates)
    return Row("e", phase, "adding", 50, "LSTM", 12, seeds, 4000, 10, settings)


TABLE = [row("select", RATES), row("edge", (0.002,)), row("edge", (0.04,)), row("confirm", (), (0, 1))]


def made(phase, updates_at):
    """Records of one phase, both seeds alike: {rate: updates}."""
    return [replace(record(updates, seed=seed), experiment="e", phase=phase, task="adding",
                    setting={"learning_rate": rate, "forget_bias": 1})
            for rate, updates in updates_at.items() for seed in (7, 8)]


@pytest.mark.parametrize("updates, due, then, chosen", [
    ((300, 200, 300), None, None, 0.01),
    ((100, 200, 300), 0.002, 50, 0.002),
    ((100, 200, 300), 0.002, 150, 0.005),
    ((None, 200, 100), 0.04, None, 0.02),
    ((None, 200, 100), 0.04, 90, 0.04),
])
def test_an_edge_row_is_due_only_at_the_end_where_the_best_lay(updates, due, then, chosen):
    records = made("select", dict(zip(RATES, updates, strict=True)))
    assert [one for one in due_rows(records, TABLE) if one.phase == "edge"] == [
        one for one in TABLE if one.phase == "edge" and due and dict(one.settings[0])["learning_rate"] == due]
    if due:
        assert selected(records, TABLE) == {}  # not chosen before the edge is known
        records += made("edge", {due: then})
    assert selected(records, TABLE) == {TABLE[0].network: {"learning_rate": chosen, "forget_bias": 1}}


def test_nothing_is_selected_before_all_select_records_are_there():
    records = made("select", dict.fromkeys(RATES, 100))
    assert selected(records[:-1], TABLE) == {} and [r.phase for r in due_rows(records[:-1], TABLE)] == ["select",
                                                                                                    "confirm"]
    assert solving_share(records) == (3, 3)
    assert {r.setting["learning_rate"] for r in best_setting(made("sweep", {0.01: 300, 0.02: 100}))} == {0.02}


def test_a_setting_solves_with_half_of_its_seeds_and_not_with_fewer():
    half = made("sweep", {0.01: 300})[:1] + made("sweep", {0.01: None})[1:]
    assert solving_share(half) == (1, 1) and solving_share(made("sweep", {0.01: None, 0.02: 100})) == (1, 2)
    third = [*half, replace(half[1], seed=9)]
    assert solving_share(third) == (0, 1)
