"""The table of marks, from a gradebook in memory: every status. (Moodle's and Canvas's: test_tables.py.)"""

import csv
import io
from types import SimpleNamespace

import pytest
from grading import marks
from nbgrader.api import MissingEntry


def grade(name, score, most, by_hand=False, waiting=False):
    kind = "markdown" if by_hand else "code"
    return SimpleNamespace(name=name, score=score, max_score=most, needs_manual_grade=waiting,
                           cell=SimpleNamespace(cell_type=kind))


def handed_in(*grades, late=0.0):
    return SimpleNamespace(notebooks=[SimpleNamespace(grades=list(grades))], score=sum(one.score for one in grades),
                           max_score=sum(one.max_score for one in grades), late_submission_penalty=late)


HANDED_IN = {
    ("ada", "first"): handed_in(grade("a", 3, 3), grade("b", 2, 2), grade("w", 1.5, 2, by_hand=True), late=0.5),
    ("bo", "first"): handed_in(grade("a", 1, 3), grade("b", 0, 2), grade("w", 0, 2, by_hand=True, waiting=True)),
    ("bo", "second"): handed_in(grade("c", 1, 4), late=2.0),
    ("cy", "second"): SimpleNamespace(**vars(handed_in(grade("c", 4, 4))) | {"score": 5}),
    ("cy", "first"): handed_in(grade("a", 0, 3), grade("b", 2.5, 2), grade("w", 0, 2, by_hand=True)),
    ("di", "first"): handed_in(grade("a", 3, 3), grade("b", 2, 2), grade("w", 2, 2, by_hand=True)),
}


class Book:
    assignments = [SimpleNamespace(name="first", max_score=7.0), SimpleNamespace(name="second", max_score=4.0)]
    students = [
        SimpleNamespace(id="bo", email="bo@example.org", first_name="Bo", last_name="Berg"),
        SimpleNamespace(id="ada", email=None, first_name=None, last_name="Lovelace"),
        *(SimpleNamespace(id=name, email="", first_name=None, last_name=None) for name in ("cy", "di")),
    ]

    def find_submission(self, assignment, student):
        if (student, assignment) not in HANDED_IN:
            raise MissingEntry
        return HANDED_IN[student, assignment]


@pytest.fixture(autouse=True)
def report(tmp_path, monkeypatch):
    """What became of two submissions: di's new one could not be graded, eve's neither, and nobody knew of her."""
    monkeypatch.setattr(marks, "COURSE", tmp_path)
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "first.csv").write_text(
        "student_id,status,note,handed_in\nada,graded,handed in as x.ipynb,1\ndi,not a notebook,it is a poem,2\n"
        "eve,missing,nothing,3\n", encoding="utf-8")


def rows(**options):
    return {(row["student_id"], row["assignment"]): row for row in marks.Marks(**options).rows(Book())}


def test_each_student_and_assignment_has_a_row_and_a_status():
    found = rows()
    assert list(found) == [(student, assignment) for assignment in ("first", "second")
                           for student in ("ada", "bo", "cy", "di", "eve")]
    assert found["ada", "first"] == {
        "student_id": "ada", "assignment": "first", "status": "graded", "score": 6.0, "max_score": 7.0,
        "by_machine": 5, "by_hand": 1.5, "still_to_mark": 0, "late_penalty": 0.5, "note": "handed in as x.ipynb"}
    bo = found["bo", "first"]
    assert (bo["status"], bo["score"], bo["by_machine"], bo["still_to_mark"]) == ("answers to mark", 1.0, 1, 1)
    assert found["bo", "second"]["score"] == 0 and found["bo", "second"]["late_penalty"] == 2  # no mark below 0
    for student, status, note in (("di", "not a notebook", "it is a poem"), ("eve", "missing", "nothing")):
        row = found[student, "first"]  # a mark from before does not stand for the new submission
        assert (row["status"], row["note"]) == (status, note) and "score" not in row
    assert found["ada", "second"]["status"] == "nothing handed in" and "score" not in found["ada", "second"]


def test_a_score_above_its_maximum_is_told_with_the_cell_if_it_is_one_and_has_no_score():
    row, whole = rows()["cy", "first"], rows()["cy", "second"]
    assert whole["note"].startswith("the gradebook says 5 of 4: somebody") and "score" not in whole
    assert row["status"] == "score above the maximum" and "score" not in row
    assert row["note"] == ("the gradebook says 2.5 of 7, in b 2.5 of 2: somebody or something wrote to it. Grade it "
                           "again")


def test_some_assignments_and_some_students_may_be_asked_for():
    assert list(rows(assignment=["second"], student=["bo"])) == [("bo", "second")]
    assert {student for student, _ in rows(student=["cy", "eve"])} == {"cy", "eve"}


def lines(kind):
    text = io.StringIO()
    table = kind()
    table.write(csv.writer(text), table.rows(Book()), Book())
    return list(csv.reader(io.StringIO(text.getvalue())))


def test_the_table_has_a_column_a_field_and_leaves_empty_what_is_not_known():
    head, *found = lines(marks.Marks)
    assert head == list(marks.FIELDS) and len(found) == 10
    assert found[3] == ["di", "first", "not a notebook", "", "7.0", "", "", "", "", "it is a poem"]
