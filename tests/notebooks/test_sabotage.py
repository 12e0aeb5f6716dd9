"""Every claim of every notebook can fail: a plausible mistake in the notebook's own code makes that claim raise.

`sabotage/<notebook>.json` lists, for each claim call in order, the claim's id, a text that occurs in the notebook's
code, and the wrong text to put in its place.
"""

import contextlib
import io
import json
from unittest.mock import patch

import pytest

import lstm_teach as lt
from lstm_teach.walk.claims import claim
from tools.notebooks import PATHS, ROOT, code_cells, read


def declared(path):
    file = ROOT / "tests" / "notebooks" / "sabotage" / f"{path.stem}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else []


def claims_until_one_fails(source):
    """Execute a notebook's code without its pictures; return the ids of the claims made and the one that failed."""
    made = []

    def recorded(id, *arguments, **conditions):
        made.append(id)
        claim(id, *arguments, **conditions)

    with patch.object(lt, "claim", recorded), patch("lstm_teach.plots.show"), contextlib.redirect_stdout(io.StringIO()):
        try:
            exec(compile(source, "notebook", "exec"), {"__name__": "__main__"})
        except lt.ClaimError:
            return made[:-1], made[-1]
    return made, None


def source_of(path):
    cells = [cell for cell in code_cells(read(path)) if "nbval-ignore-output" not in cell.metadata.get("tags", [])]
    return "\n".join(cell.source for cell in cells)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_each_claim_falls_to_its_sabotage(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    source, sabotages = source_of(path), declared(path)
    made, failed = claims_until_one_fails(source)
    assert failed is None
    assert [sabotage["claim"] for sabotage in sabotages] == made, "each claim call needs its sabotage, in order"
    for position, sabotage in enumerate(sabotages):
        assert sabotage["replace"] in source, sabotage
        held, failed = claims_until_one_fails(source.replace(sabotage["replace"], sabotage["by"]))
        assert (held, failed) == (made[:position], made[position]), sabotage
