"""The series' style sheet: one word for one thing, budgets of words, guesses left to the reader, short verdicts."""

import json
import re

import pytest

from lstm_teach.walk.claims import CLAIM_MIME
from tools.notebooks import PATHS, code_cells, read

CORE = [path for path in PATHS if path.name[0] == "0"]
WALK = [path for path in PATHS if path.name[0] in "0D"]
WORDS = {"00": 650, "01": 900, "02": 900, "03": 1000, "04": 1150, "05": 700, "06": 900, "07": 680, "08": 1100}
ALL_WORDS, LIMITS_WORDS, VERDICT_WORDS = 9500, 60, 20

# What is said in place of each: never in the prose of a notebook, whatever its case.
NEVER = {
    "tanh-only": [r"bare tanh", r"(?<!not )\bjust tanh\b", r"(?<!has )(?<!with )no[- ]input[- ]gate"],
    "LSTM": [r"full cell\b(?!\*)", r"gated cell"],
    "shut / half open / open": [r"\bajar\b", r"gates? (is|are|stands?) (off|closed)"],
    "silent": [r"flat zero"],
    "wander / climb / hold": [r"\bdrowns?\b", r"\bleaks?\b"],
    "offset": [r"\bdrifts?\b"],
    "value v, mark m": [r"\bmarkers?\b"],
    "candidate g": [r"cell gate"],
    "memory c": [r"cell state"],
    "output h": [r"hidden state"],
    "update, step": [r"\biterations?\b"],
}
# Words that belong to others: the thread's own, frameworks' names, and literature.
QUOTED = re.compile(r"“[^”]*”|\*[^*]*\*|`[^`]*`|^> .*$|\[[^]]*\]\([^)]*\)", re.M)


def prose(path):
    return "\n\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")


def words(text):
    text = re.sub(r"```.*?```|<[^>]+>|\$[^$]*\$|\]\([^)]*\)", " ", text, flags=re.S)
    return len(re.findall(r"[^\W_][\w’'.,-]*", text))


def verdicts(path):
    return [output.data[CLAIM_MIME]["verdict"] for cell in code_cells(read(path)) for output in cell.outputs
            if CLAIM_MIME in output.get("data", {})]


@pytest.mark.parametrize("path", WALK, ids=lambda path: path.stem)
def test_one_word_for_one_thing(path):
    text = QUOTED.sub(" ", prose(path))
    found = {(use, match[0]) for use, never in NEVER.items() for pattern in never
             for match in re.finditer(pattern, text, re.I)}
    if path.name.startswith("04"):  # its title is the issue's own
        found = {(use, word) for use, word in found if word.lower() != "full cell"}
    assert found == set()


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_a_core_notebook_keeps_its_budget_of_words(path):
    assert words(prose(path)) <= WORDS[path.name[:2]], words(prose(path))


def test_the_core_keeps_its_budget_of_words_and_minutes():
    assert sum(words(prose(path)) for path in CORE) <= ALL_WORDS
    minutes = [int(re.search(r"\*\*Time:\*\* about (\d+) minutes", prose(path))[1]) for path in CORE]
    assert max(minutes) <= 25 and sum(minutes) <= 150


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_a_core_notebook_has_one_question_five_beats_and_one_paragraph_of_limits(path):
    text = prose(path)
    beats = [heading for heading in re.findall(r"^## .*", text, re.M) if re.match(r"## \d ·", heading)]
    assert 1 <= len(beats) <= 5 and [int(one[3]) for one in beats] == list(range(1, len(beats) + 1))
    limits = re.findall(r"^\*\*Limits\.\*\*.*$", text, re.M)
    assert len(limits) == 1 and words(limits[0]) <= LIMITS_WORDS, words(limits[0])
    assert text.count("**To carry away") == 1


@pytest.mark.parametrize("path", WALK, ids=lambda path: path.stem)
def test_guesses_are_the_readers(path):
    guesses = [line for cell in code_cells(read(path)) for line in cell.source.splitlines()
               if re.match(r"guess\w* = ", line)]
    assert all(re.match(r"guess\w* = None\b", line) for line in guesses)
    if path in CORE:
        assert guesses


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_no_answer_stands_open_under_its_question(path):
    for cell in code_cells(read(path)):
        if "lt.answer(" in cell.source:
            assert cell.metadata.get("jupyter", {}).get("outputs_hidden") is True, cell.id
            replies = [output.data["text/html"] for output in cell.outputs if "text/html" in output.get("data", {})]
            assert replies and all(reply.startswith("<details><summary>No guess yet") for reply in replies)


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_no_picture_under_an_answer_gives_it_away(path):
    under = False
    for cell in read(path).cells:
        under = cell.cell_type == "code" and (under or "lt.answer(" in cell.source)
        if under and cell.outputs:
            assert cell.metadata.get("jupyter", {}).get("outputs_hidden") is True, cell.id


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_the_reader_writes_one_thing_and_it_is_checked(path):
    source = "\n".join(cell.source for cell in code_cells(read(path)))
    assert source.count("lt.check(") == 1


@pytest.mark.parametrize("path", CORE, ids=lambda path: path.stem)
def test_at_most_three_verdicts_and_each_short(path):
    found = verdicts(path)
    assert 1 <= len(found) <= 3
    for verdict in found:
        assert re.match(r"(Right|Half right|Wrong|Open)\b", verdict) and words(verdict) <= VERDICT_WORDS, verdict


def test_every_claim_of_the_thread_is_settled_in_the_core():
    settled = {json.loads(json.dumps(output.data[CLAIM_MIME]))["id"] for path in CORE for cell in code_cells(read(path))
               for output in cell.outputs if CLAIM_MIME in output.get("data", {})}
    assert settled == {f"C{number}" for number in range(1, 17)}
