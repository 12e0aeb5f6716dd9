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
    """For Moodle's import of grades (Import, CSV file): map "ID number" or "Email address", then each assignment.

    Moodle takes a blank e-mail for the student of the line before, and stops at a student it does not know, so that
    column is only there where every line has one. It reads "-" as no grade, also where it had one. There is no column
    of feedback, since Moodle drops the grades where such a one is mapped alone.
    """

    def write(self, table, rows, gradebook):
        names, students = _table(rows, gradebook)
        emails = all(email for _, email, _, _ in students)
        table.writerow(["ID number", *(["Email address"] if emails else []), *names])
        for student, email, _, scores in students:
            table.writerow([student, *([email] if emails else []), *(scores.get(one, "-") for one in names)])


class Canvas(Marks):
    """For Canvas's import of a gradebook: Student, ID, SIS User ID, SIS Login ID, Section, then the assignments.

    The second line holds the points possible. Canvas looks for a student by SIS User ID and then by SIS Login ID where
    ID is empty, and for an assignment by its title. An empty score is no score, also where Canvas had one.
    """

    def write(self, table, rows, gradebook):
        names, students = _table(rows, gradebook)
        table.writerow(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *names])
        table.writerow(["Points Possible", "", "", "", "", *names.values()])
        for student, _, name, scores in students:
            table.writerow([name, "", student, student, "", *(scores.get(one, "") for one in names)])


def _table(rows, gradebook):
    """({assignment: points possible}, [(student, email, "last, first", {assignment: final score})]).

    A student or an assignment without a final score is left out: what is empty would take away what the platform has.
    """
    known = {one.id: (one.email or "", ", ".join(filter(None, (one.last_name, one.first_name))))
             for one in gradebook.students}
    scores, names = {}, {}
    for row in rows:
        if row["status"] == GRADED and "score" in row:
            scores.setdefault(row["student_id"], {})[row["assignment"]] = row["score"]
            names[row["assignment"]] = row["max_score"]
    students = [(student, known[student][0], known[student][1] or student, final) for student, final in scores.items()]
    return names, students
