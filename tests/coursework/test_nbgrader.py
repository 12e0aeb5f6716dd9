"""The coursework through nbgrader: five students from release to marks and feedback, and a class of hostile ones."""

import csv
import html
import json
import os
import re
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import nbformat
import psutil
import pytest
from grading import assignments

from tests.coursework import commands
from tools.notebooks import ROOT

STATE = ("submitted", "autograded", "feedback", "reports", "gradebook.*", "*.csv", "__pycache__", ".ipynb_checkpoints")
ENVIRONMENT = os.environ | {
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "COURSEWORK_CELL_SECONDS": "6", "COURSEWORK_SECONDS": "60",
}


def run(course, *arguments, module="grading", code=0, **environment):
    """What a command says, after checking its exit code."""
    ended, said = commands.run(module, arguments, course, ENVIRONMENT | environment)
    assert ended == code, said[-2000:]
    return said


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course with nothing handed in, released anew by nbgrader."""
    folder = tmp_path_factory.mktemp("course") / "coursework"
    shutil.copytree(ROOT / "coursework", folder, ignore=shutil.ignore_patterns(*STATE, "release"))
    said = run(folder, "release")
    assert said.count("the reference earns all, the release none") == 4
    return folder


def submit(course, student, assignment, notebook):
    path = course / "submitted" / student / assignment / f"{assignment}.ipynb"
    path.parent.mkdir(parents=True)
    if notebook is not None:
        path.write_text(notebook if isinstance(notebook, str) else nbformat.writes(notebook), encoding="utf-8")
    return path


def marks(course):
    run(course, "export", "--to=marks.csv", module="nbgrader")
    with open(course / "marks.csv", newline="", encoding="utf-8") as file:
        return {(row["student_id"], row["assignment"]): row for row in csv.DictReader(file)}


def test_nbgrader_makes_the_committed_release_to_the_byte(course):
    for name in assignments.ASSIGNMENTS:
        made, committed = (folder / "release" / name / f"{name}.ipynb" for folder in (course, ROOT / "coursework"))
        assert made.read_bytes() == committed.read_bytes(), f"{name}: run make coursework"


def test_a_release_somebody_worked_in_is_left_alone(course):
    path = course / "release" / "2_one_step" / "2_one_step.ipynb"
    before = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(before, as_version=4)
    next(filter(assignments.is_solution, notebook.cells)).source = "def pre_activations(*rest): return {}"
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    try:
        assert "holds somebody's work (pre_activations)" in run(course, "release", code=1)
        assert "return {}" in path.read_text(encoding="utf-8")
    finally:
        path.write_text(before, encoding="utf-8")


def seen(page):
    """What a reader of an HTML page sees, without the spaces."""
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", "", page)))


def test_five_students_from_release_to_feedback(course):
    name = "1_saturation"
    assert run(course, "samples", name).count("\n") == 5
    assert "left as it is" in run(course, "samples", name)
    assert run(course, "grade", name).count(": graded") == 5
    assert run(course, "grade", name).count("as before") == 5, "an interrupted run goes on where it stopped"

    source = assignments.read(assignments.source_path(name))
    full, written = sum(assignments.points(source).values()), assignments.points(source, written=True)
    row = marks(course)
    scores = {student: float(row[student, name]["score"]) for student in ("ada", "bo", "chris", "dana", "eli")}
    assert scores["ada"] == full > scores["bo"] > scores["chris"] > scores["eli"] == 0 < scores["dana"] < full
    assert (row["ada", name]["status"], row["ada", name]["still_to_mark"]) == ("answers to mark", "1")

    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:  # what the formgrader does
        grade = book.find_grade(*written, name, name, "ada")
        grade.manual_score, grade.needs_manual_grade = 2, False
        book.find_comment(*written, name, name, "ada").manual_comment = "One of two numbers, and why the ends are flat."
        book.db.commit()
    ada = marks(course)["ada", name]
    assert (float(ada["score"]), ada["by_hand"], ada["still_to_mark"]) == (full + 2, "2.0", "0")
    assert ada["status"] == "graded"

    run(course, "generate_feedback", name, module="nbgrader")
    pages = {student: (course / "feedback" / student / name / f"{name}.html").read_text(encoding="utf-8")
             for student in scores}
    assert "whytheendsareflat" in seen(pages["ada"])
    shown = re.sub(r"\s+", "", "".join(cell.source for cell in assignments.released(source).cells))
    hidden = [line for cell in source.cells
              for part in re.findall(r"### BEGIN HIDDEN TESTS\n(.*?)### END", cell.source, re.S)
              for line in re.sub(r"[ \t]+", "", part).split("\n") if len(line) > 25 and line not in shown]
    for student, page in pages.items():
        text = seen(page)
        assert len(hidden) > 10 and not [line for line in hidden if line in text], student
        # Every point that was lost has its reason on the page.
        graded = assignments.read(course / "autograded" / student / name / f"{name}.ipynb")
        reasons = [next((x for x in cell.outputs if x.output_type == "error" or x.get("name") == "stderr"), None)
                   for cell in filter(assignments.is_test, graded.cells)]
        assert len(list(filter(None, reasons))) == full - scores[student]
        for reason in filter(None, reasons):
            words = reason.get("evalue") or reason.get("ename") or "Warning"
            assert re.sub(r"\s+", "", words)[:50] in text, (student, words)


def reference(extra=None, at="new_hidden_state"):
    notebook = assignments.solved(assignments.read(assignments.source_path("2_one_step")))
    for cell in notebook.cells:
        if assignments.grade_id(cell) == at and extra:
            cell.source = re.sub(r"(?m)^    return ", f"    {extra}\n    return ", cell.source, count=1)
    return notebook


def without_tests():
    notebook = reference()
    notebook.cells = [cell for cell in notebook.cells if not assignments.is_test(cell)]
    return notebook


def with_tests_of_its_own():
    notebook = reference()
    for cell in notebook.cells:
        if assignments.is_test(cell):
            cell.source, cell.metadata.nbgrader["points"] = "pass", 100
        elif assignments.is_solution(cell):
            cell.source = "pass"
    return notebook


def with_halves():
    """Halves of a pair of UTF-16, which a file can name and not hold: in a solution, in what is printed and raised."""
    notebook = reference("raise ValueError(chr(0xdfff))", "impossible")
    notebook.cells += map(nbformat.v4.new_code_cell, ("print('\\ud800')", "# \ud800"))
    return notebook


def text_of(notebook, **changes):
    """A notebook as a file that another program wrote."""
    notebook = nbformat.from_dict(notebook)
    if "metadata" in changes:
        for cell in notebook.cells:
            cell.metadata = {}
    if "ids" in changes:
        notebook.nbformat_minor = 4
        for cell in notebook.cells:
            cell.pop("id")
    return changes.get("before", "") + json.dumps(notebook)


def stranger():
    """A notebook with answers, of which neither names nor ids are known."""
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell.source) for cell in reference().cells
                                           if assignments.is_solution(cell)])


STUBBORN = "import time\n    while True:\n        try: time.sleep(1)\n        except BaseException: pass"
NO_ENVIRONMENT = "import subprocess; subprocess.Popen(['sleep', '98765'], env={}, start_new_session=True)"
# What is handed in, and the score that it must get; a text is a status in the score's place.
HOSTILE = {
    "loop": (reference("while True: pass", "impossible"), 15),
    "stubborn": (reference(STUBBORN, "impossible"), 15),
    "exit": (reference("import os; os._exit(0)"), 15),
    "quit": (reference("get_ipython().ask_exit()"), 17),
    "crash": (reference("import ctypes; ctypes.string_at(0)"), 15),
    "memory": (reference("a = []\n    while True: a.append(bytes(10**8))", "impossible"), 15),  # asked for, untouched
    "loud": (reference("print('x' * 10**7)", "impossible"), 17),
    "orphan": (reference("import subprocess; subprocess.Popen(['sleep', '98765'], start_new_session=True)"), 17),
    "nameless": (reference(NO_ENVIRONMENT), 17),
    "halves": (text_of(with_halves()), 15),
    "peeker": (reference("import sys; print(sys._getframe(1).f_locals)", "impossible"), 17),
    "deleted": (without_tests(), 17),
    "edited": (with_tests_of_its_own(), 0),
    "bom": (text_of(reference(), before="\ufeff"), 17),
    "stripped": (text_of(reference(), metadata=None), 17),
    "old": (text_of(reference(), ids=None), 17),
    "stranger": (stranger(), "not graded"),
    "blank": (nbformat.v4.new_notebook(), "not graded"),
    "broken": ('{"cells": [', "not a notebook"),
    "empty": ("", "not a notebook"),
    "missing": (None, "missing"),
    "huge": (" " * 21_000_000, "not graded"),
    "neighbour": (reference(), 17),
}


def test_whatever_is_handed_in_ends_in_a_mark_or_a_status(course):
    name = "2_one_step"
    for student, (notebook, _) in HOSTILE.items():
        submit(course, student, name, notebook)
    submit(course, "linked", name, None).symlink_to(course / "submitted" / "neighbour" / name / f"{name}.ipynb")
    renamed = submit(course, "renamed", name, reference())
    renamed.rename(renamed.with_name("2_one_step (1).ipynb"))
    submit(course, "a<b onerror=alert(1)>", name, reference())
    before = {key: row for key, row in marks(course).items() if key[1] != name}
    run(course, "grade", name, COURSEWORK_CELL_SECONDS="3")  # "loop" is at work for all of them, twice
    rows = marks(course)
    assert "no solution cell recognised" in rows["stranger", name]["note"]
    assert rows["renamed", name]["note"] == "handed in as 2_one_step (1).ipynb"
    others = {"linked": (None, "not graded"), "a<b onerror=alert(1)>": (None, "not graded"), "renamed": (None, 17)}
    for student, (_, expected) in (HOSTILE | others).items():
        row = rows[student, name]
        if isinstance(expected, str):
            assert (row["status"], row["score"]) == (expected, "") and row["note"], row
            continue
        assert row["status"] == "graded" and float(row["max_score"]) == 17, row
        assert float(row["score"]) == expected, row
        assert (course / "autograded" / student / name / f"{name}.ipynb").stat().st_size < 6_000_000
    left = {key: row for key, row in rows.items() if key[1] != name and key in before}
    assert left == before, "the marks of others"
    assert not [one for one in psutil.process_iter(["cmdline"]) if one.info["cmdline"] == ["sleep", "98765"]]

    # A new and broken version takes the place of a mark; the mark does not stand for it.
    path = course / "submitted" / "neighbour" / name / f"{name}.ipynb"
    path.write_text("no notebook", encoding="utf-8")
    run(course, "grade", name, "--student", "neighbour")
    assert marks(course)["neighbour", name]["status"] == "not a notebook"


def test_a_student_alone_marks_a_notebook_without_the_gradebook(tmp_path):
    path = tmp_path / "2_one_step.ipynb"
    path.write_text(nbformat.writes(reference("c = c / 2")), encoding="utf-8")
    said = run(ROOT / "coursework", "check", str(path))
    assert "16 of 17 points" in said and "0 of 1  hidden_reads_tanh: NotYet: h is the output gate times" in said
    path.write_text(nbformat.writes(stranger()), encoding="utf-8")
    assert "no solution cell recognised" in run(ROOT / "coursework", "check", str(path), code=1)
    assert "is none of the assignments" in run(ROOT / "coursework", "check", "my.ipynb", code=1)
    assert "could not be marked" in run(ROOT / "coursework", "check", "3_backwards.ipynb", code=1)


def test_a_score_above_the_maximum_is_not_exported(course):
    """Somebody who reaches the gradebook can write there what he likes; the table says so."""
    name = "1_saturation"
    with closing(sqlite3.connect(course / "gradebook.db")) as book, book:
        kept = book.execute("select id, manual_score from grade").fetchall()
        book.execute("update grade set manual_score = 99")
    rows = marks(course)
    with closing(sqlite3.connect(course / "gradebook.db")) as book, book:
        book.executemany("update grade set manual_score = ? where id = ?", [(score, key) for key, score in kept])
    assert (rows["ada", name]["status"], rows["ada", name].get("score")) == ("score above the maximum", "")
    assert "somebody or something wrote to it" in rows["ada", name]["note"]
    assert marks(course)["ada", name]["status"] != "score above the maximum"
