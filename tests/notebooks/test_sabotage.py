"""Every claim of every notebook can fail: a plausible mistake in the notebook's own code makes that claim raise.

`sabotage/<notebook>.json` lists, for each claim call in order, the claim's id, a text that occurs in the notebook's
code, and the wrong text to put in its place.
"""

import ast
import contextlib
import io
import json
import os
from typing import NamedTuple
from unittest.mock import patch

import pytest

import lstm_teach as lt
from lstm_teach.walk.claims import claim
from tools.notebooks import PATHS, ROOT, code_cells, read, taken_by


def declared(path):
    file = ROOT / "tests" / "notebooks" / "sabotage" / f"{path.stem}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else []


class Piece(NamedTuple):
    """A code cell, or a statement of one that makes claims, with the `id` of its cell."""

    id: str
    source: str

    def makes_claim(self):
        return "lt.claim(" in self.source


def pieces_of(path):
    """A notebook's code as pieces, those that no claim takes left out."""
    pieces = []
    for cell in code_cells(read(path)):
        whole = Piece(cell.id, cell.source)
        statements = ast.parse(cell.source).body if whole.makes_claim() else []
        lines = cell.source.splitlines()
        pieces += [Piece(cell.id, "\n".join(lines[one.lineno - 1:one.end_lineno])) for one in statements] or [whole]
    return taken_by(Piece.makes_claim, pieces)


def makers(pieces, claims):
    """For each of so many claims the place of the piece that makes it; one piece may make them in a loop."""
    places = [k for k, piece in enumerate(pieces) if piece.makes_claim()]
    loops = [k for k in places if isinstance(ast.parse(pieces[k].source).body[0], ast.For)]
    assert len(loops) <= 1, "of the claims of two loops nobody knows which are whose"
    more = claims - len(places)
    return [place for k in places for place in [k] * (1 + more * (k in loops))]


class Notebook:
    """A notebook's pieces, run one by one, without pictures: `made` are the claims so far."""

    def __init__(self, sources):
        self.sources, self.names, self.made = sources, {"__name__": "__main__"}, []

    def _claim(self, id, *arguments, **conditions):
        self.made.append(id)
        claim(id, *arguments, **conditions)

    def run(self, k):
        with patch.object(lt, "claim", self._claim), patch("lstm_teach.plots.show"), \
                contextlib.redirect_stdout(io.StringIO()):
            exec(compile(self.sources[k], f"piece {k}", "exec"), self.names)

    def until_one_fails(self, places):
        """Run on with the pieces at these places; return the claims that held and the one that did not, or None."""
        try:
            for k in places:
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
    pieces, sabotages, found = pieces_of(path), declared(path), {}
    sources, last = [piece.source for piece in pieces], makers(pieces, len(sabotages))
    notebook = Notebook(sources)
    begins = {}  # each mistake is made in a copy of the process that has run all pieces before it
    for position, sabotage in enumerate(sabotages):
        wrong = [source.replace(sabotage["replace"], sabotage["by"]) for source in sources]
        start = next((k for k, source in enumerate(sources) if source != wrong[k]), None)
        assert start is not None, sabotage
        # On from there with what this claim and those before it take.
        taken = taken_by(Piece.makes_claim, pieces[:last[position] + 1])
        places = [k for k in range(start, last[position] + 1) if pieces[k] in taken]
        begins.setdefault(start, []).append((position, wrong, places))
    for k in range(len(sources)):
        for position, wrong, places in begins.get(k, ()):

            def broken(wrong=wrong, places=places):
                notebook.sources = wrong
                return notebook.until_one_fails(places)

            found[position] = in_a_fork(broken)
        notebook.run(k)
    made = notebook.made
    assert [sabotage["claim"] for sabotage in sabotages] == made, "each claim call needs its sabotage, in order"
    for position, sabotage in enumerate(sabotages):
        assert found[position] == [made[:position], made[position]], sabotage
