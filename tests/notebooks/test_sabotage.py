"""Every claim of every notebook can fail: a plausible mistake in the notebook's own code makes that claim raise.

`sabotage/<notebook>.json` lists, for each claim call in order, the claim's id, a text that occurs in the notebook's
code, and the wrong text to put in its place.
"""

import contextlib
import io
import json
import os
from unittest.mock import patch

import pytest

import lstm_teach as lt
from lstm_teach.walk.claims import claim
from tools.notebooks import PATHS, ROOT, code_cells, read, taken_by


def declared(path):
    file = ROOT / "tests" / "notebooks" / "sabotage" / f"{path.stem}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else []


def makes_claim(cell):
    return "lt.claim(" in cell.source


class Notebook:
    """What a notebook's claims take of it, run cell by cell, without pictures: `made` are the claims so far."""

    def __init__(self, sources):
        self.sources, self.names, self.made = sources, {"__name__": "__main__"}, []

    def _claim(self, id, *arguments, **conditions):
        self.made.append(id)
        claim(id, *arguments, **conditions)

    def run(self, k):
        with patch.object(lt, "claim", self._claim), patch("lstm_teach.plots.show"), \
                contextlib.redirect_stdout(io.StringIO()):
            exec(compile(self.sources[k], f"cell {k}", "exec"), self.names)

    def until_one_fails(self, start):
        """Run on from cell `start`; return the claims that held and the one that did not, or None."""
        try:
            for k in range(start, len(self.sources)):
                self.run(k)
        except lt.ClaimError:
            return self.made[:-1], self.made[-1]
        return self.made, None


def in_a_fork(work):
    """What `work()` returns, as JSON, computed by a copy of this process: nothing it does is left behind here."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            with open(writing, "w", encoding="utf-8") as answer:
                try:
                    json.dump(work(), answer)
                except BaseException as error:  # told to the parent, which fails with it
                    json.dump(f"{type(error).__name__}: {error}", answer)
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with open(reading, encoding="utf-8") as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return json.loads(text)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_each_claim_falls_to_its_sabotage(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    sources = [cell.source for cell in taken_by(makes_claim, code_cells(read(path)))]
    sabotages, notebook, found = declared(path), Notebook(sources), {}
    begins = {}  # each mistake is made in a copy of the process that has run all cells before it
    for position, sabotage in enumerate(sabotages):
        cells = [k for k, source in enumerate(sources) if sabotage["replace"] in source]
        assert cells, sabotage
        begins.setdefault(cells[0], []).append(position)
    for k in range(len(sources)):
        for position in begins.get(k, ()):
            wrong = sabotages[position]

            def broken(wrong=wrong, k=k):
                notebook.sources = [source.replace(wrong["replace"], wrong["by"]) for source in sources]
                return notebook.until_one_fails(k)

            found[position] = in_a_fork(broken)
        notebook.run(k)
    made = notebook.made
    assert [sabotage["claim"] for sabotage in sabotages] == made, "each claim call needs its sabotage, in order"
    for position, sabotage in enumerate(sabotages):
        assert found[position] == [made[:position], made[position]], sabotage
