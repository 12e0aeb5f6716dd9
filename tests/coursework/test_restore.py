"""What was done to cells that are not the student's is undone before marking; no package where NumPy alone is asked."""

import pytest
from grading import assignments, plain

from tests.coursework.submissions import NAMES, SOURCES


def altered(name, change):
    """What the tests say of a notebook that was right and then changed, restored as before marking."""
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
@pytest.mark.parametrize("line", ["import lstm_teach", "from lstm_teach.cell.cells import step"])
def test_the_package_cannot_be_imported_where_numpy_alone_is_asked_for(name, line):
    def imported(notebook):
        cell = next(cell for cell in notebook.cells if cell.cell_type == "code" and assignments.is_solution(cell))
        cell.source = line + "\n" + cell.source

    said = altered(name, imported)
    assert any(message and "did not get that far" in message for message in said.values()), said
