"""The ledger gathers what the saved notebooks hold, and refuses to be written while a claim is unsettled."""

import json
import re

import pytest

from lstm_teach.walk.claims import CLAIM_MIME
from lstm_teach.walk.ledger import CLAIMS, ledger, settled_claims
from tools.notebooks import FOLDER, read


def saved_notebook(folder, ids, name="01_all"):
    outputs = [
        {"data": {CLAIM_MIME: {"id": id, "verdict": f"On |{id}|.", "measured": "3", "at_least": "2"}}} for id in ids
    ]
    cells = [{"cell_type": "markdown", "id": "a"}, {"cell_type": "code", "id": "b", "outputs": outputs}]
    (folder / f"{name}.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")


def test_every_claim_with_verdict_number_and_link(tmp_path):
    saved_notebook(tmp_path, CLAIMS)
    text = ledger(tmp_path)
    for id in CLAIMS:
        assert f"**{id}.**" in text and rf"| On \|{id}\|. | 3 | at least 2 | [01](01_all.ipynb#cell-id=b) |" in text


def test_the_core_comes_first_then_the_deeper_notebooks_then_the_appendices(tmp_path):
    for name in ("A1_ledger", "D2_deeper", "08_core", "D1_deeper", "00_core"):
        saved_notebook(tmp_path, ["C1"], name)
    assert [one.notebook[:2] for one in settled_claims(tmp_path)] == ["00", "08", "D1", "D2", "A1"]


def test_a_claim_without_a_settling_cell_is_named(tmp_path):
    saved_notebook(tmp_path, [id for id in CLAIMS if id not in ("C2", "C12", "C15")])
    with pytest.raises(ValueError, match="notebooks: expected a claim cell for every claim, got none for C2, C12, C15"):
        ledger(tmp_path)


def test_a_folder_without_notebooks(tmp_path):
    with pytest.raises(ValueError, match="^folder: expected a folder with the series' notebooks"):
        settled_claims(tmp_path)


def test_the_saved_notebooks_are_read():
    found = settled_claims(FOLDER)
    assert len(found) > 20 and {one.id for one in found} <= set(CLAIMS)
    assert all(one.required and one.measured and (FOLDER / one.notebook).exists() for one in found)


def in_short():
    """Claim -> what the table that opens the ledger says of it."""
    text = "\n".join(cell.source for cell in read(FOLDER / "A1_the_ledger.ipynb").cells)
    return {id: said for id, said in re.findall(r"^\| (C\d+)\. .+? \| (.+) \|$", text, re.MULTILINE)}


@pytest.mark.parametrize("id", CLAIMS)
def test_the_ledger_in_short_says_what_the_verdicts_say(id):
    said, own = in_short()[id], [one for one in settled_claims(FOLDER) if one.id == id]
    links = re.findall(r"\]\((.+?)\)", said)
    assert {one.notebook for one in own} >= set(links)
    assert any(one.verdict.startswith(re.match("Right|Half right|Wrong|Open", said)[0])
               for one in own if one.notebook[0] == "0")
    numbers = re.findall(r"\d+(?:\.\d+)?", re.sub(r"\[.+?\]\(.+?\)", "", said))
    verdicts = {number for one in own for number in re.findall(r"\d+(?:\.\d+)?", one.verdict)}
    assert set(numbers) <= verdicts
