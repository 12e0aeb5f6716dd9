"""The README's numbers are those that the notebooks and the study's records hold."""

from lstm_teach import comparisons, declaration, results
from lstm_teach.ledger import settled_claims
from notebooks import FOLDER, ROOT

TEXT = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())


def measured(notebook, words):
    """The measurement of the one verdict of a notebook that has these words in it."""
    (found,) = (one.measured for one in settled_claims(FOLDER) if one.notebook[:2] == notebook and words in one.verdict)
    return found


def test_what_was_proved_and_computed():
    assert measured("03", "the best tanh found") == "0.5" and "wrong by at least 0.5" in TEXT
    assert float(measured("03", "two pre-activations passes")) < 0.01 and "wrong by less than 0.01" in TEXT
    assert measured("04", "as a bare tanh").startswith("[149.") and "149 times as clean" in TEXT
    assert measured("08", "exactly three quarters") == "[0.75]" and "drops a quarter of the layer" in TEXT


def test_what_was_trained():
    found = results.load(results.FOLDER, declaration.declare())

    def ratio(task, cell, size="count"):
        records = (comparisons.pick(found, task, one, where) for one, where in (("LSTM", "count"), (cell, size)))
        return results.bootstrap_ratio(*comparisons.paired(*records))[0]

    latch, once, adding = (ratio(task, "TANH_ONLY") for task in ("latch", "once", "adding"))
    assert f"needed {latch:.1f} times the LSTM's updates on one task, and at least {once:.1f} and {adding:.1f}" in TEXT
    assert f"({ratio('echo', 'TANH_ONLY'):.2f} times the updates without it)" in TEXT
    for cell in ("COUPLED", "LINEAR_GATE", "TANH_GATE", "DEAD_ZONE"):
        for task in ("latch", "once", "adding"):
            assert comparisons.solved(comparisons.pick(found, task, cell, "width"))[:2] == (20, 20)
    assert measured("07", "Never: no.") == "[20, 10, 10]"
    overfit = [record for record in found["overfit"] if record["phase"] == "overfit"]
    overfit = [record for record in overfit if record["training_sequences"] == 100]
    errors = {
        size: [record["final_error"] for record in overfit if (record["cell"], record["hidden"]) == size]
        for size in (("LSTM", 12), ("TANH_ONLY", 14))
    }
    digits = results.bootstrap_ratio(*errors.values())[0]
    assert f"test error on small sets of digits was {digits:.2f} times the LSTM's" in TEXT
