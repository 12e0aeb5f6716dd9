"""The ledger gathers what the saved notebooks hold, and refuses to be written while a claim is unsettled."""

import json

import pytest

from lstm_teach.walk.claims import CLAIM_MIME
from lstm_teach.walk.ledger import CLAIMS, ledger, settled_claims
from tools.notebooks import FOLDER


def saved_notebook(folder, ids):
    outputs = [
        {"data": {CLAIM_MIME: {"id": id, "verdict": f"On |{id}|.", "measured": "3", "at_least": "2"}}} for id in ids
    ]
    cells = [{"cell_type": "markdown", "id": "a"}, {"cell_type": "code", "id": "b", "outputs": outputs}]
    (folder / "01_all.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")


def test_every_claim_with_verdict_number_and_link(tmp_path):
    saved_notebook(tmp_path, CLAIMS)
    text = ledger(tmp_path)
    for id in CLAIMS:
        assert f"**{id}.**" in text and rf"| On \|{id}\|. | 3 | at least 2 | [01](01_all.ipynb#cell-id=b) |" in text


def test_a_claim_without_a_settling_cell_is_named(tmp_path):
    saved_notebook(tmp_path, [id for id in CLAIMS if id not in ("C12", "C15")])
    with pytest.raises(ValueError, match="^notebooks: expected a claim cell for every claim, got none for C12, C15$"):
        ledger(tmp_path)


def test_a_folder_without_notebooks(tmp_path):
    with pytest.raises(ValueError, match="^folder: expected a folder with the series' notebooks"):
        settled_claims(tmp_path)


def test_the_saved_notebooks_are_read():
    found = settled_claims(FOLDER)
    assert len(found) > 20 and {one.id for one in found} <= set(CLAIMS)
    assert all(one.required and one.measured and (FOLDER / one.notebook).exists() for one in found)
