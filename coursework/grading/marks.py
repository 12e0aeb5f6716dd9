"""The table of marks that `nbgrader export` writes, with a status for each student."""

import csv

from nbgrader.api import MissingEntry
from nbgrader.plugins import ExportPlugin

from .assignments import COURSE

FIELDS = ("student_id", "assignment", "status", "score", "max_score", "by_machine", "by_hand", "still_to_mark",
          "late_penalty", "note")
GRADED = "graded"
TO_MARK = "answers to mark"  # its score is not final
TOO_HIGH = "score above the maximum"  # and therefore not exported


def report_path(assignment):
    """Where `python -m grading grade` keeps what became of each student's submission."""
    return COURSE / "reports" / f"{assignment}.csv"


def read_report(assignment):
    """{student: row} of the last grading, empty when there was none."""
    if not report_path(assignment).exists():
        return {}
    with open(report_path(assignment), newline="", encoding="utf-8") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


class Marks(ExportPlugin):
    """One row a student and assignment, also for a submission that could not be graded: its score stays empty."""

    def export(self, gradebook):
        target = self.to or "marks.csv"
        rows = self.rows(gradebook)
        for row in rows:
            if row["status"] == TOO_HIGH:
                self.log.error("%s, %s: %s", row["student_id"], row["assignment"], row["note"])
        with open(target, "w", newline="", encoding="utf-8") as file:
            self.write(csv.writer(file), rows, gradebook)
        self.log.info("Wrote %d rows to %s", len(rows), target)

    def write(self, table, rows, gradebook):
        """One line for each row, under the names of the fields."""
        table.writerow(FIELDS)
        table.writerows([row.get(name, "") for name in FIELDS] for row in rows)

    def rows(self, gradebook):
        """A row for each assignment and each student of whom anything is known."""
        reports = {assignment.name: read_report(assignment.name) for assignment in gradebook.assignments}
        students = sorted({one.id for one in gradebook.students}.union(*reports.values()))
        return [self._row(gradebook, assignment, student, reports[assignment.name].get(student, {}))
                for assignment in gradebook.assignments
                if not self.assignment or assignment.name in self.assignment
                for student in students if not self.student or student in map(str, self.student)]

    def _row(self, gradebook, assignment, student, report):
        row = {"student_id": student, "assignment": assignment.name, "max_score": assignment.max_score,
               "status": report.get("status", "nothing handed in"), "note": report.get("note", "")}
        if report and report["status"] != GRADED:
            return row
        try:
            submission = gradebook.find_submission(assignment.name, student)
        except MissingEntry:
            return row
        grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
        by_hand = [grade for grade in grades if grade.cell.cell_type == "markdown"]
        too_high = next((grade for grade in grades if grade.score > grade.max_score), None)
        if too_high or submission.score > submission.max_score:
            return row | {"status": TOO_HIGH, "note": (
                f"the gradebook says {submission.score:g} of {submission.max_score:g}"
                + (f", in {too_high.name} {too_high.score:g} of {too_high.max_score:g}" if too_high else "")
                + ": somebody or something wrote to it. Grade it again")}
        still_to_mark = sum(grade.needs_manual_grade for grade in by_hand)
        return row | {
            "status": TO_MARK if still_to_mark else GRADED, "late_penalty": submission.late_submission_penalty,
            "score": max(0.0, submission.score - submission.late_submission_penalty),
            "by_hand": sum(grade.score for grade in by_hand),
            "still_to_mark": still_to_mark,
            "by_machine": sum(grade.score for grade in grades if grade.cell.cell_type == "code"),
        }


class Moodle(Marks):
    """For Moodle's import of grades (Grades, Import, CSV file): identify users by "ID number", map each assignment.

    A score that is not final, or that is not there, is left out as "-", which Moodle leaves as it was.
    """

    def write(self, table, rows, gradebook):
        names = list(dict.fromkeys(row["assignment"] for row in rows))
        table.writerow(["ID number", "Email address", *(part for name in names for part in (name, f"{name} feedback"))])
        for student, (email, _), found in _by_student(rows, gradebook):
            table.writerow([student, email, *(part for name in names for part in (
                _final(found.get(name, {}), "-"), found.get(name, {}).get("note", "")))])


class Canvas(Marks):
    """For Canvas's import of a gradebook: Student, ID, SIS User ID, SIS Login ID, Section, then the assignments.

    The second line holds the points possible. Canvas knows a student by SIS User ID or SIS Login ID if ID is empty.
    """

    def write(self, table, rows, gradebook):
        most = {row["assignment"]: row["max_score"] for row in rows}
        table.writerow(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *most])
        table.writerow(["Points Possible", "", "", "", "", *most.values()])
        for student, (_, name), found in _by_student(rows, gradebook):
            table.writerow([name, "", student, student, "", *(_final(found.get(one, {}), "") for one in most)])


def _by_student(rows, gradebook):
    """(student, (email, "last, first"), {assignment: row}) for each student of the rows."""
    known = {one.id: (one.email or "", ", ".join(filter(None, (one.last_name, one.first_name))))
             for one in gradebook.students}
    for student in dict.fromkeys(row["student_id"] for row in rows):
        email, name = known.get(student, ("", ""))
        yield student, (email, name or student), {
            row["assignment"]: row for row in rows if row["student_id"] == student}


def _final(row, otherwise):
    """A score that is final, or what stands for none."""
    return row["score"] if row.get("status") == GRADED and "score" in row else otherwise
