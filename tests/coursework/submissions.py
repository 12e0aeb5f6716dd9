"""Submissions for the tests: sources with other cells in them, and a quick way to have them marked."""

import json
import re
from functools import cache, wraps
from pathlib import Path
from unittest.mock import patch

import nbformat
from grading import assignments, referee, sandbox

import lstm_teach
from tools.notebooks import ROOT

HERE = Path(__file__).parent
NAMES = assignments.ASSIGNMENTS
SOURCES = {name: assignments.read(assignments.source_path(name)) for name in NAMES}
SLOW = {"1-33", "1-35", "3-39", "4-40", "4-42"}  # cells without points that plot, or import what plots, or train
RIGHT = sorted((HERE / "right").glob("*/*.py"))


@cache
def data(name):
    """A JSON file beside this one, or of the gallery."""
    folder = ROOT / "coursework" / "gallery" if name in NAMES else HERE
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def sections(path, change=()):
    """[(grade_id or "own", source)] of a right solution, after replacing texts in it: pairs (text, by)."""
    text = path.read_text(encoding="utf-8")
    for old, new in change:
        assert old in text, old
        text = text.replace(old, new)
    parts = re.split(r"(?m)^# %% (.*)\n", text)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def submission(assignment, cells, own=(), whole=False):
    """A notebook with these sections as its cells, "own" before the one that follows, and `own` at the end."""
    notebook = assignments.marked(SOURCES[assignment])
    solutions = {name: text for name, text in cells if name != "own"}
    before = {cells[k + 1][0]: text for k, (name, text) in enumerate(cells) if name == "own"}
    result = []
    for cell in notebook.cells:
        name = assignments.grade_id(cell)
        if not whole and cell.id in SLOW:
            cell.source = ""
        if name in before:
            result.append(nbformat.v4.new_code_cell(before[name]))
        cell.source = solutions.pop(name, cell.source)
        result.append(cell)
    assert not solutions, solutions
    notebook.cells = result + [nbformat.v4.new_code_cell(one["source"]) if one["cell_type"] == "code"
                               else nbformat.v4.new_markdown_cell(one["source"]) for one in own]
    return notebook


def reference(assignment, change=()):
    """The reference solution as a submission, quick to run."""
    notebook = assignments.solved(SOURCES[assignment], change)
    for cell in notebook.cells:
        if cell.id in SLOW:
            cell.source = ""
    return notebook


def from_right(name, base, change=()):
    """A right solution by its name, after replacing texts in it: pairs (text, by)."""
    return submission(name, sections(HERE / "right" / name / f"{base}.py", change))


@cache
def right_cells(name, base=None):
    """What stands in the cells of a notebook that loses nothing: the reference, or the right solution of that name."""
    notebook = from_right(name, base) if base else reference(name)
    return [cell.source for cell in assignments.restore(notebook, SOURCES[name]).cells]


def attack(name):
    """One of attacks.json as a notebook: the reference with other cells."""
    told = data("attacks")[name]
    cells = {assignments.grade_id(cell): cell.source for cell in reference(told["assignment"]).cells
             if assignments.is_solution(cell)}
    return submission(told["assignment"], list((cells | told["cells"]).items()), told.get("own_cells", ()))


def _trained_once(train):
    """`lstm_teach.train`, which gives the same for the same settings, and is asked for the same by most submissions."""
    made = {}

    @wraps(train)
    def trained(*arguments, **named):
        asked = repr((arguments, named))
        if asked not in made:
            made[asked] = train(*arguments, **named)
        return made[asked]

    return trained


TRAINED_ONCE = _trained_once(lstm_teach.train)


class AtOnce(sandbox.Fork):
    """As a submission's process is on Windows: no copy can be made of it."""

    snapshots = False


def lost(notebook, assignment, seed=0, right=None, at_once=False):
    """{grade_id: what was said} of the points that a notebook loses; marked in a fork, without the sandbox.

    `right` is what stands in one that loses nothing, where this one was made of it. A test meets the process as the
    cells before it left it: up to the first cell that differs the tests would say what they say of `right`, and are
    left out. `at_once`: as on Windows, each test where it stands.
    """
    source = SOURCES[assignment]
    cells, same = assignments.restore(notebook, source), 0
    if right is not None:
        pairs = zip(cells.cells, right, strict=True)
        same = next(place for place, (one, other) in enumerate(pairs) if one.source != other)
    left_out = set(filter(None, map(assignments.grade_id, filter(assignments.is_test, cells.cells[:same]))))
    cells.cells = [cell for cell in cells.cells if assignments.grade_id(cell) not in left_out]
    with patch.object(lstm_teach, "train", TRAINED_ONCE):  # in the marking; a submission has its own process
        marking = referee.mark(cells, assignment, seed, referee.Limits(cell=120, total=120), sandboxed=False,
                               start=AtOnce if at_once else sandbox.Fork)
    assert not marking.over, marking.over
    assert set(marking.verdicts) | left_out == set(assignments.points(source))
    return {name: one for name, one in marking.verdicts.items() if one}
