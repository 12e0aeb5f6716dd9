"""Right work gets full marks: solutions that differ in structure, the reference, and what an assignment is made of."""

import inspect
import re

import pytest
from grading import assignments, stand_ins

from tests.coursework.submissions import NAMES, RIGHT, SOURCES, attack, data, lost, reference, sections, submission
from tools.notebooks import ROOT

HIDDEN = re.compile(r"\n*^### BEGIN HIDDEN TESTS\n(.*?)^### END HIDDEN TESTS", re.M | re.S)


def test_there_are_six_structures_an_assignment():
    assert len(NAMES) == 4 and all(sum(path.parent.name == name for path in RIGHT) >= 6 for name in NAMES)


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_right_work_gets_full_marks(path):
    assignment = path.parent.name
    for seed, at_once in ((0, False), (1997, True)):
        assert lost(submission(assignment, sections(path)), assignment, seed, at_once=at_once) == {}


@pytest.mark.parametrize("name", [name for name, one in data("attacks").items() if one.get("loses") == []])
def test_what_was_marked_wrong_though_it_is_right(name):
    assert lost(attack(name), data("attacks")[name]["assignment"]) == {}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", [0, 1997, "31 a student"])
def test_the_reference_gets_full_marks(name, seed):
    assert lost(reference(name), name, seed, at_once=seed != 0) == {}


@pytest.mark.parametrize("name", NAMES)
def test_the_untouched_release_gets_nothing_and_raises_only_not_implemented(name):
    said = lost(assignments.released(SOURCES[name]), name)
    assert set(said) == set(assignments.points(SOURCES[name])) and set(said.values()) == {"NotImplementedError"}


@pytest.mark.parametrize("name", NAMES)
def test_one_point_for_one_named_behaviour_with_a_hidden_part(name):
    for cell in filter(assignments.is_test, SOURCES[name].cells):
        assert cell.metadata.nbgrader["points"] == 1
        assert cell.source.startswith("# 1 point: "), cell.source[:40]
        assert HIDDEN.search(cell.source) and "@_unseen" in cell.source, assignments.grade_id(cell)


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_ours_takes_the_place_of_one_of_the_students(name):
    """What tests and their helpers define begins with _; other given names are few, and for students to use."""
    given = {"sigmoid", "forward", "logit", "normal_below", "erfc", "pi", "sqrt", "EVALUATION", "contextmanager",
             "FunctionType"}
    space = {}
    for cell in assignments.released(SOURCES[name]).cells:
        if cell.cell_type != "code" or not assignments.grade_id(cell):
            continue
        before = dict(space)
        if assignments.is_test(cell):
            space["_test"] = lambda check: None
        exec(compile(cell.source, assignments.grade_id(cell), "exec"), space)
        new = [one for one in space if space[one] is not before.get(one) and not one.startswith("_")
               and not inspect.ismodule(space[one])]
        if not assignments.is_solution(cell):
            assert not set(new) - (set() if assignments.is_test(cell) else given), cell.id


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_release_is_the_source_without_what_is_secret(name):
    release = assignments.read(ROOT / "coursework" / "release" / name / f"{name}.ipynb")
    source = SOURCES[name]
    assert [(cell.id, cell.cell_type) for cell in release.cells] == [(cell.id, cell.cell_type) for cell in source.cells]
    for mine, theirs in zip(source.cells, release.cells, strict=True):
        assert "BEGIN" not in theirs.source and "@_unseen" not in theirs.source
        if not assignments.is_solution(mine):
            assert theirs.source.rstrip("\n") == HIDDEN.sub("", mine.source).rstrip("\n")
    assert not any(cell.get("outputs") for cell in release.cells)


def test_the_helpers_are_the_same_everywhere_and_the_process_of_a_submission_has_their_stand_ins():
    helpers = {cell.source for name in NAMES for cell in SOURCES[name].cells if assignments.grade_id(cell) == "helpers"}
    assert len(helpers) == 1
    assert inspect.getsource(stand_ins._replaced).strip() in helpers.pop()


@pytest.mark.parametrize("name", NAMES)
def test_the_tests_a_student_reads_pass_in_a_notebook_of_ones_own(name):
    """Without our marking, in one namespace, as in the student's kernel; hidden tests too, as for an instructor."""
    import matplotlib
    matplotlib.use("agg")
    space = {"__name__": "__main__"}
    for cell in reference(name).cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, cell.id, "exec"), space)
