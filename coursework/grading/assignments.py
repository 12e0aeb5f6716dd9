"""Notebooks as the course needs them: what students get, what is marked, what a submission becomes before that."""

from copy import deepcopy
from pathlib import Path

import nbformat
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions, ComputeChecksums, NbGraderPreprocessor

COURSE = Path(__file__).parent.parent
ASSIGNMENTS = sorted(path.name for path in (COURSE / "source").iterdir() if path.is_dir())


def source_path(assignment):
    """The source notebook of an assignment, with its solutions and hidden tests."""
    return COURSE / "source" / assignment / f"{assignment}.ipynb"


def read(path):
    """A notebook file as nbformat reads it. Raises ValueError, in one sentence, for what is no notebook."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")  # with or without a byte order mark
        notebook = nbformat.reads(text, as_version=4)
        for number, cell in enumerate(notebook.cells):
            if notebook.nbformat_minor < 5 or "id" not in cell:  # from before cells had ids
                cell["id"] = (grade_id(cell) or f"without-id-{number}").replace("_", "-")[:64]
        notebook.nbformat_minor = 5
        nbformat.validate(notebook)
    except OSError:
        raise
    except Exception as error:  # whatever the parsers raise
        reason = (str(error).strip() or type(error).__name__).splitlines()[0][:160]
        raise ValueError(f"{Path(path).name} is not a notebook: {reason}") from None
    return notebook


def _said(cell, key):
    return cell.metadata.get("nbgrader", {}).get(key)


def grade_id(cell):
    """The name by which nbgrader knows a cell, or None."""
    return _said(cell, "grade_id")


def is_solution(cell):
    """Whether a cell is the student's to fill in."""
    return bool(_said(cell, "solution"))


def is_test(cell):
    """Whether a cell carries points and is marked by executing it."""
    return bool(_said(cell, "grade")) and not is_solution(cell)


def points(notebook, written=False):
    """{grade_id: points} of the cells marked by the machine, or of those marked by hand."""
    return {grade_id(cell): cell.metadata.nbgrader["points"] for cell in notebook.cells
            if _said(cell, "grade") and is_solution(cell) == written}


def marked(source):
    """The notebook that is marked: a source with stubs in place of its solutions, with hidden tests and checksums."""
    notebook = deepcopy(source)
    for step in (ClearSolutions(), ComputeChecksums()):
        notebook, _ = step.preprocess(notebook, {"language": "python"})
    return notebook


def released(source):
    """What students get: a source without solutions and without hidden tests."""
    notebook, _ = ClearHiddenTests().preprocess(marked(source), {})
    return ComputeChecksums().preprocess(notebook, {})[0]


def solved(source, changes=()):
    """A marked notebook with the reference solutions in it, after replacing texts in them: pairs (text, by).

    Raises ValueError for a text that no solution has.
    """
    result, missing = marked(source), [text for text, _ in changes]
    solutions = {grade_id(cell): cell.source for cell in source.cells if is_solution(cell)}
    for cell in result.cells:
        if is_solution(cell):
            lines = solutions[grade_id(cell)].split("\n")
            cell.source = "\n".join(line for line in lines if "### BEGIN S" not in line and "### END S" not in line)
            for text, by in changes:
                if text in cell.source:
                    cell.source = cell.source.replace(text, by)
                    missing = [one for one in missing if one != text]
    if missing:
        raise ValueError(f"no solution has the text {missing[0]!r}")
    return result


def restore(submission, source):
    """A submission in the order of its source: only the solutions, and cells of the student's own, are the student's.

    Deleted, edited, doubled or moved cells of the assignment become what they were. A solution that is missing is the
    stub again, so its tests fail as in an untouched release. A cell of the student's own stays behind the cell of the
    assignment that it followed. A cell is known by nbgrader's name for it, or, where an editor dropped that, by its id.
    """
    result = marked(source)
    by_id = {cell.id: cell for cell in result.cells}
    known = {grade_id(cell): cell for cell in result.cells if grade_id(cell)}
    theirs, own, last = {}, {None: []}, None
    for cell in submission.cells:
        mine = known.get(grade_id(cell)) or by_id.get(cell.get("id"))
        if mine is not None:
            last = mine.id
            if mine.cell_type == cell.cell_type and _is_theirs(mine):
                theirs.setdefault(mine.id, cell.source)
        elif cell.source.strip():
            own.setdefault(last, []).append(_plain(cell, len(own.get(last, [])), last))
    cells = list(own[None])
    for cell in result.cells:
        cell.source = theirs.get(cell.id, cell.source)
        cells += [cell, *own.get(cell.id, [])]
    result.cells = cells
    return result


def _is_theirs(cell):
    """Whether what a student makes of a cell counts: a solution, and code that carries no points and no test."""
    return is_solution(cell) or (cell.cell_type == "code" and not grade_id(cell))


def recognised(submission, source):
    """How many solution cells of the source a submission has, by nbgrader's name or by id."""
    names = {name for cell in submission.cells for name in (grade_id(cell), cell.get("id")) if name}
    return sum(is_solution(cell) and bool({grade_id(cell), cell.id} & names) for cell in source.cells)


def _plain(cell, number, after):
    """A cell of the student's own, as an ordinary cell with an id that no other cell has."""
    kind = nbformat.v4.new_code_cell if cell.cell_type == "code" else nbformat.v4.new_markdown_cell
    return kind(cell.source, id=f"own-{after or 'first'}-{number}"[:64])


class Restore(NbGraderPreprocessor):
    """`restore` as a step of `nbgrader autograde`, in the place of its OverwriteCells."""

    def preprocess(self, notebook, resources):
        return restore(notebook, read(source_path(resources["nbgrader"]["assignment"]))), resources
