"""The README's numbers are those that the notebooks and the studies' records hold."""

import re

import pytest

import lstm_teach as lt
from lstm_teach.studies import first, second
from lstm_teach.walk.ledger import settled_claims
from tools.notebooks import FOLDER, PATHS, ROOT, code_cells, read, text_of

LINES = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
TEXT = " ".join(" ".join(LINES).split())
LEARNED = ("latch", "once", "adding")


def measured(notebook, words):
    """The measurement of the one verdict of a notebook that has these words in it."""
    (found,) = (one.measured for one in settled_claims(FOLDER) if one.notebook[:2] == notebook and words in one.verdict)
    return found


def printed(notebook, words):
    """The number that a notebook prints after these words."""
    (path,) = (path for path in PATHS if path.name.startswith(notebook))
    (output,) = (text_of(output) for cell in code_cells(read(path)) for output in cell.outputs
                 if output.output_type == "stream" and words in text_of(output))
    return re.search(rf"{re.escape(words)} ([\d.]+)", output)[1]


def said(text):
    """Whether the README says this: its whole numbers and words, so that 5 is not found in 15 or 5.2."""
    return re.search(rf"(?<![\d.]){re.escape(text)}(?!\.?\d)", TEXT) is not None


@pytest.fixture(scope="module")
def found():
    return second.load()


def test_what_was_proved_and_computed():
    assert measured("02", "one tanh of one sum errs") == "0.5" and said("wrong by at least 0.5")
    assert float(printed("02", "one of many: worst error")) < 0.01 and said("wrong by less than 0.01")
    assert float(measured("03", "a climbing tanh is no filter")) <= 0.25 and said("how many steps were ignored")


def test_how_many_networks(found):
    assert said(f"{sum(len(own) for study in (first.load(), found) for own in study.values())} small networks")


def test_how_much_later_tanh_only_is(found):
    pairs = [[first.at_best_setting(first.load(), task, cell) for cell in ("LSTM", "TANH_ONLY")] for task in LEARNED]
    assert said("needed {:.1f}, {:.1f} and {:.1f} times".format(*(first.updates_ratio(*pair).value for pair in pairs)))
    assert all(first.solved(other).count == len(other) for _, other in pairs) and said("every seed solved all three")
    shut = second.updates_ratio(*(second.pick(found, "adding", cell) for cell in ("LSTM", "TANH_ONLY")))
    assert said(f"and {shut.value:.0f} times on adding with larger rates and the LSTM's gates shut at the start")
    assert second.pick(found, "adding", "LSTM")[0].setting["input_bias"] == -3
    echo = first.updates_ratio(*(first.pick(first.load(), "echo", cell) for cell in ("LSTM", "TANH_ONLY")))
    assert said(f"it was sooner ({echo.value:.2f} times, at equal count)")


def test_what_was_declared(found):
    declared = {one.name: one for one in second.primary(found)}
    assert said(f"a linear gate needed {declared['P2'].ratio:.1f} times σ's updates")
    assert said(f"{declared['P3'].ratio:.0f} times or more") and declared["P3"].cut[0] > 0
    nulls = second.nulls(found).values()
    ratios = [ratio.value for _, ratio, _ in nulls]
    assert {verdict for *_, verdict in nulls} == {"holds"} and len(ratios) == 5
    assert said(f"at {min(ratios):.2f} to {max(ratios):.2f} times σ's updates")


def test_who_solved_both_disturbances(found):
    counts = [second.solved(second.pick(found, "adding_both", f"{cell}_F1")).count
              for cell in ("LSTM", "LINEAR_GATE", "TANH_GATE", "DEAD_ZONE")]
    assert counts == [20, 2, 0, 0]
    cap = second.pick(found, "adding_both", "LSTM_F1")[0].cap
    assert said(f"σ solved 20 of 20 runs within {cap} updates, the linear gate 2, the tanh gate and the dead zone none")
    helped = second.pick(found, "adding_both", "LINEAR_GATE")
    ratio = second.updates_ratio(second.pick(found, "adding_both", "LSTM"), helped)
    assert second.solved(helped).count == 20 and said(f"20 of 20, at {ratio.value:.1f} times the updates")


def test_text_and_other_lengths(found):
    def bits(cell, hidden):
        own = [one.more["held_out_bits"] for one in found["text"]
               if (one.phase, one.cell, one.hidden) == ("confirm", cell, hidden)]
        return sum(own) / len(own)

    lost = [bits("TANH_ONLY", hidden) - bits("LSTM", 64) for hidden in (64, 76)]
    assert said("lost {:.3f} bits at equal width and {:.3f} at equal count".format(*lost))
    assert said(f"the LSTM's mean squared error was {float(measured('D6', 'twice the length')):.0f} times as large")
    seeds = [one.more["longer"]["2"] / one.final_error for one in second.pick(found, "adding", "LSTM")]
    assert said(f"(single seeds: {min(seeds):.0f} to {max(seeds):.0f} times)")


def test_counting():
    left = lt.count_parameters(lt.TANH_ONLY, 10, 20) / lt.count_parameters(lt.LSTM, 10, 20)
    assert left == 0.75 and said("drops a quarter of the layer")
    digits = []
    for size in (100, 300, 1000):
        lstm, smaller = ([
            record.final_error for record in first.load()["overfit"]
            if (record.phase, record.task, record.training_sequences) == ("overfit", "digits", size)
            and (record.cell, record.hidden) == (cell, 12)
        ] for cell in ("LSTM", "TANH_ONLY"))
        digits.append(first.bootstrap_ratio(lstm, smaller)[0])
    assert said("made {:.2f}, {:.2f} and {:.2f} times the errors".format(*digits))


def test_the_path_names_every_notebook_with_its_minutes_and_their_sum():
    rows = [re.match(r"\| \[(..)\]\(notebooks/(.+?)\) \| .+ \| (\d+) \|$", line) for line in LINES]
    listed = [(row[2], int(row[3])) for row in rows if row]
    stated = [(path.name, int(re.search(r"about (\d+) minutes", read(path).cells[0].source)[1])) for path in PATHS]
    assert sorted(listed) == sorted(stated)
    sums = [int(total) for total in re.findall(r"\| \| \*\*.+?\*\* \| \*\*(\d+)\*\* \|", "\n".join(LINES))]
    assert sums == [sum(minutes for name, minutes in stated if name[0] == kind) for kind in "0DA"]
