"""Grade a class of thirty, and say what one submission takes: `python -m benchmarks.coursework [students]`.

The class hands in assignment 2, half of it with mistakes, in a copy of the course. Beside nbgrader's time stands that
of `grading.plain` on the same submissions in turn, in one process each, without kernel and gradebook.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import nbformat
from grading import assignments, plain

COURSEWORK = Path(__file__).parent.parent / "coursework"

ASSIGNMENT = "2_one_step"


def main(students=30):
    course = Path(tempfile.mkdtemp()) / "coursework"
    shutil.copytree(COURSEWORK, course, ignore=shutil.ignore_patterns(
        "submitted", "autograded", "feedback", "reports", "gradebook.*", "__pycache__"))
    run = [sys.executable, "-m", "grading"]
    subprocess.run([*run, "release"], cwd=course, check=True, stdout=subprocess.DEVNULL)
    source = assignments.read(assignments.source_path(ASSIGNMENT))
    gallery = json.loads((COURSEWORK / "gallery" / f"{ASSIGNMENT}.json").read_text(encoding="utf-8"))
    with_kernel, without = [], []
    for number in range(students):
        mistake = gallery[number % len(gallery)]["change"] if number % 2 else ()
        notebook, student = assignments.solved(source, mistake), f"student{number:02}"
        path = course / "submitted" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(nbformat.writes(notebook), encoding="utf-8")
        start = perf_counter()
        subprocess.run([*run, "grade", ASSIGNMENT, "--student", student], cwd=course, check=True,
                       stdout=subprocess.DEVNULL)
        middle = perf_counter()
        plain.verdicts(notebook, ASSIGNMENT)
        with_kernel.append(middle - start)
        without.append(perf_counter() - middle)
    low, middle, high = statistics.quantiles(with_kernel, n=4)
    ratio = statistics.median(one / other for one, other in zip(with_kernel, without, strict=True))
    text = (
        f"# Grading a class of {students}\n\nAssignment 2, one student after another on one machine: "
        f"**{middle:.1f} s** a submission (median; quartiles {low:.1f} and {high:.1f}), "
        f"{sum(with_kernel) / 60:.1f} minutes for the class, imports, kernel and gradebook included. "
        "Executing the same notebook in one plain process takes "
        f"{statistics.median(without):.2f} s; nbgrader takes {ratio:.0f} times that.\n")
    (Path(__file__).with_name("results") / "coursework.md").write_text(text, encoding="utf-8")
    shutil.rmtree(course.parent)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
