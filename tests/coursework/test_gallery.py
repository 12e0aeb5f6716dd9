"""The coursework in plain subprocesses: the reference, the untouched release, and a gallery of wrong submissions."""

import json
import re

import pytest
from grading import assignments, plain

from tools.notebooks import ROOT

NAMES = assignments.ASSIGNMENTS
SOURCES = {name: assignments.read(assignments.source_path(name)) for name in NAMES}
GALLERY = {name: json.loads((ROOT / "coursework" / "gallery" / f"{name}.json").read_text(encoding="utf-8"))
           for name in NAMES}
HIDDEN = re.compile(r"^### BEGIN HIDDEN TESTS\n(.*?)^### END HIDDEN TESTS", re.M | re.S)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_are_four_assignments_and_each_has_its_gallery():
    assert len(NAMES) == 4 and all(len(GALLERY[name]) >= 20 for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", [0, 1997, 31])
def test_the_reference_gets_full_marks(name, seed):
    said = plain.verdicts(assignments.solved(SOURCES[name]), name, seed)
    assert said == dict.fromkeys(assignments.points(SOURCES[name]))


@pytest.mark.parametrize("name", NAMES)
def test_the_untouched_release_gets_nothing_and_raises_only_not_implemented(name):
    for notebook in (assignments.released(SOURCES[name]), assignments.marked(SOURCES[name])):
        said = plain.verdicts(notebook, name)
        assert set(said) == set(assignments.points(SOURCES[name]))
        assert all((one or "").startswith("NotImplementedError") for one in said.values()), said
        # Every cell runs, or says that something is not written yet: as if each were a test.
        cells = code(notebook)
        for number, cell in enumerate(cells):
            cell.metadata["nbgrader"] = {"grade": True, "solution": False, "grade_id": f"cell {number}"}
        for one in plain.verdicts(notebook, name).values():
            assert one is None or one.startswith("NotImplementedError"), one


@pytest.mark.parametrize(("name", "wrong"), [(name, one) for name in NAMES for one in GALLERY[name]],
                         ids=lambda one: one if isinstance(one, str) else one["mistake"])
def test_a_mistake_loses_exactly_its_points(name, wrong):
    notebook = assignments.solved(SOURCES[name], wrong["change"])
    notebook.cells = list(filter(assignments.grade_id, notebook.cells))  # without plots and reports, for speed
    said = plain.verdicts(notebook, name)
    lost = {test: one for test, one in said.items() if one}
    assert set(lost) == set(wrong["loses"]), lost
    for test, message in wrong["loses"].items():
        assert message in lost[test]


@pytest.mark.parametrize("name", NAMES)
def test_every_point_is_lost_by_some_mistake(name):
    """A test that no wrong submission fails would be a check that cannot fail."""
    assert {test for wrong in GALLERY[name] for test in wrong["loses"]} == set(assignments.points(SOURCES[name]))


@pytest.mark.parametrize("name", NAMES)
def test_one_point_for_one_named_behaviour_with_a_hidden_part(name):
    for cell in filter(assignments.is_test, SOURCES[name].cells):
        assert cell.metadata.nbgrader["points"] == 1
        assert cell.source.startswith("# 1 point: "), cell.source[:40]
        assert HIDDEN.search(cell.source), assignments.grade_id(cell)


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_release_is_the_source_without_what_is_secret(name):
    release = assignments.read(ROOT / "coursework" / "release" / name / f"{name}.ipynb")
    source = SOURCES[name]
    assert [(cell.id, cell.cell_type) for cell in release.cells] == [(cell.id, cell.cell_type) for cell in source.cells]
    for mine, theirs in zip(source.cells, release.cells, strict=True):
        assert "BEGIN" not in theirs.source
        if not assignments.is_solution(mine):
            assert theirs.source == HIDDEN.sub("", mine.source).rstrip("\n")
    assert not any(cell.get("outputs") for cell in release.cells)
    for secret in (line.strip() for cell in source.cells for part in HIDDEN.findall(cell.source)
                   for line in part.split("\n") if line.strip().startswith("with unseen(")):
        assert not any(secret in cell.source for cell in release.cells)


def test_the_helpers_are_the_same_everywhere():
    helpers = {cell.source for name in NAMES for cell in SOURCES[name].cells if assignments.grade_id(cell) == "helpers"}
    assert len(helpers) == 1


def altered(name, change):
    """The reference solution of an assignment as submitted by somebody who changed the notebook itself."""
    notebook = assignments.solved(SOURCES[name])
    change(notebook)
    return plain.verdicts(assignments.restore(notebook, SOURCES[name]), name)


def test_deleted_edited_doubled_and_moved_cells_become_what_they_were():
    name = "2_one_step"

    def without_tests(notebook):
        notebook.cells = [cell for cell in notebook.cells if assignments.is_solution(cell)][::-1]

    def always_right(notebook):
        for cell in notebook.cells:
            if assignments.is_test(cell) or assignments.grade_id(cell) == "helpers":
                cell.source = "pass"
                cell.metadata.nbgrader["points"] = 100

    def doubled(notebook):
        notebook.cells += notebook.cells

    for change in (without_tests, always_right, doubled):
        assert not any(altered(name, change).values()), change.__name__

    def no_solution(notebook):
        always_right(notebook)
        for cell in filter(assignments.is_solution, notebook.cells):
            cell.source = "pass"

    assert all(altered(name, no_solution).values())


@pytest.mark.parametrize("name", [name for name in NAMES if name[0] in "123"])
def test_the_package_cannot_be_imported_where_numpy_alone_is_asked_for(name):
    first = next(assignments.grade_id(cell) for cell in SOURCES[name].cells if assignments.is_test(cell))
    for line in ("import lstm_teach", "from lstm_teach.cell.cells import step"):
        notebook = assignments.solved(SOURCES[name])
        next(cell for cell in notebook.cells if assignments.grade_id(cell) == first).source = line
        assert "write it in NumPy" in plain.verdicts(notebook, name)[first]


def test_what_ends_or_holds_up_the_process_is_said_so():
    notebook = assignments.solved(SOURCES["2_one_step"])
    code(notebook)[1].source += "\nimport os\nos._exit(3)"
    with pytest.raises(RuntimeError, match="exit code 3"):
        plain.verdicts(notebook, "2_one_step")
    code(notebook)[1].source = "while True: pass"
    with pytest.raises(TimeoutError, match="more than 1 seconds"):
        plain.verdicts(notebook, "2_one_step", seconds=1)
