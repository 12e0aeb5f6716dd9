"""The tables that Moodle and Canvas import: their columns, and nobody's score taken away or given to another."""

import csv
import io
from types import SimpleNamespace

import pytest
from grading.marks import GRADED, TO_MARK, TOO_HIGH, Canvas, Moodle

CLASS = [SimpleNamespace(id=one, email=f"{one}@example.org", first_name=one.title(), last_name="L")
         for one in ("ada", "bo", "chris", "dana")]
ROWS = [{"student_id": student, "assignment": assignment, "status": status, "max_score": 2.0, **score}
        for assignment, student, status, score in (
            ("one", "ada", GRADED, {"score": 1.5}), ("one", "bo", GRADED, {"score": 0.0}),
            ("one", "chris", TOO_HIGH, {}), ("one", "dana", TO_MARK, {"score": 1.0}),
            ("two", "ada", GRADED, {"score": 2.0}), ("two", "bo", "nothing handed in", {}),
            ("two", "chris", "nothing handed in", {}), ("two", "dana", "nothing handed in", {}),
            *(("three", student, "nothing handed in", {}) for student in ("ada", "bo", "chris", "dana")))]


def table(kind, rows=ROWS, students=CLASS):
    text = io.StringIO()
    kind(to="").write(csv.writer(text), rows, SimpleNamespace(students=students))
    return list(csv.reader(io.StringIO(text.getvalue())))


def test_moodle_knows_students_by_number_or_mail_and_has_a_column_for_each_assignment():
    assert table(Moodle) == [["ID number", "Email address", "one", "two"], ["ada", "ada@example.org", "1.5", "2.0"],
                             ["bo", "bo@example.org", "0.0", "-"]]


def test_moodle_gets_no_blank_mail_which_it_would_take_for_the_student_before():
    some = [SimpleNamespace(**vars(one) | ({"email": None} if one.id == "bo" else {})) for one in CLASS]
    assert table(Moodle, students=some) == [["ID number", "one", "two"], ["ada", "1.5", "2.0"], ["bo", "0.0", "-"]]


def test_canvas_has_its_five_columns_and_the_points_possible_in_the_second_line():
    assert table(Canvas) == [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "one", "two"],
                             ["Points Possible", "", "", "", "", "2.0", "2.0"],
                             ["L, Ada", "", "ada", "ada", "", "1.5", "2.0"], ["L, Bo", "", "bo", "bo", "", "0.0", ""]]


@pytest.mark.parametrize("kind", [Moodle, Canvas])
def test_who_has_no_final_score_has_no_line_that_would_take_one_away(kind):
    assert "three" not in table(kind)[0], "nor has an assignment a column"
    lines = table(kind, [row for row in ROWS if row["assignment"] == "two"])
    assert [line for line in lines if "ada" in line] and not [line for line in lines if {"bo", "dana"} & set(line)]
