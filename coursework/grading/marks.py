"""The table of marks that `nbgrader export` writes, with a status for each student."""

import csv

from nbgrader.api import MissingEntry
from nbgrader.plugins import ExportPlugin

from .assignments import COURSE

FIELDS = ("student_id", "assignment", "status", "score", "max_score", "by_machine", "by_hand", "still_to_mark",
          "late_penalty", "note")
GRADED = "graded"
TO_MARK = "answers to mark"  # its score is not final


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
        rows = [self._row(gradebook, assignment, student, report.get(student, {}))
                for assignment in gradebook.assignments
                if not self.assignment or assignment.name in self.assignment
                for report in [read_report(assignment.name)]
                for student in sorted({one.id for one in gradebook.students} | set(report))
                if not self.student or student in map(str, self.student)]
        with open(target, "w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, FIELDS)
            table.writeheader()
            table.writerows(rows)
        self.log.info("Wrote %d rows to %s", len(rows), target)

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
        still_to_mark = sum(grade.needs_manual_grade for grade in by_hand)
        return row | {
            "status": TO_MARK if still_to_mark else GRADED, "late_penalty": submission.late_submission_penalty,
            "score": max(0.0, submission.score - submission.late_submission_penalty),
            "by_hand": sum(grade.score for grade in by_hand),
            "still_to_mark": still_to_mark,
            "by_machine": sum(grade.score for grade in grades if grade.cell.cell_type == "code"),
        }
