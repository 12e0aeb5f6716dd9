"""The README's numbers are those that the notebooks and the study's records hold."""

import lstm_teach as lt
from lstm_teach.studies import first
from lstm_teach.walk.ledger import settled_claims
from tools.notebooks import FOLDER, ROOT

TEXT = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())


def measured(notebook, words):
    """The measurement of the one verdict of a notebook that has these words in it."""
    (found,) = (one.measured for one in settled_claims(FOLDER) if one.notebook[:2] == notebook and words in one.verdict)
    return found


def test_what_was_proved_and_computed():
    assert measured("02", "yet one fails") == "0.5" and "wrong by at least 0.5" in TEXT
    assert float(measured("02", "Right for two sums")) < 0.01 and "wrong by less than 0.01" in TEXT
    assert float(measured("03", "climbing tanh is no filter")) <= 0.25 and "who knows how many steps" in TEXT
    assert f"one part in {1 / lt.sigmoid(-5.0):.0f}" in TEXT and measured("03", "lets in 1/149")
    assert measured("08", "exactly three quarters") == "[0.75]" and "drops a quarter of the layer" in TEXT


def test_what_was_trained():
    found = first.load()

    def ratio(task, cell, size="count"):
        records = (first.pick(found, task, one, where) for one, where in (("LSTM", "count"), (cell, size)))
        return first.updates_ratio(*records).value

    def best_ratio(task):
        swept = (first.pick(found, task, cell, phase="sweep") for cell in ("LSTM", "TANH_ONLY"))
        return first.updates_ratio(*map(first.best_setting, swept)).value

    once, adding = best_ratio("once"), best_ratio("adding")
    assert f"needed {ratio('latch', 'TANH_ONLY'):.1f} times the LSTM's updates on one task" in TEXT
    assert f"and {once:.1f} and {adding:.1f} times on two others" in TEXT
    assert f"({ratio('echo', 'TANH_ONLY'):.2f} times the updates without it)" in TEXT
    for cell in ("COUPLED", "LINEAR_GATE", "TANH_GATE", "DEAD_ZONE"):
        for task in ("latch", "once", "adding"):
            assert first.solved(first.pick(found, task, cell, "width"))[:2] == (20, 20)
    assert measured("07", "Never: no.") == "[20, 10, 10]"
    digits = []
    for size in (100, 300, 1000):
        lstm, smaller = ([
            record.final_error for record in found["overfit"]
            if (record.phase, record.task, record.training_sequences) == ("overfit", "digits", size)
            and (record.cell, record.hidden) == (cell, 12)
        ] for cell in ("LSTM", "TANH_ONLY"))
        digits.append(first.bootstrap_ratio(lstm, smaller)[0])
    assert "made {:.2f}, {:.2f} and {:.2f} times the LSTM's errors".format(*digits) in TEXT
