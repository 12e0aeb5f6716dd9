"""Release, sample submissions, grading: what `python -m grading` does. nbgrader does the rest."""

import csv
import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from time import monotonic, sleep

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderApp

from . import plain, referee, sandbox
from .assignments import (
    ASSIGNMENTS,
    COURSE,
    grade_id,
    is_solution,
    marked,
    points,
    read,
    recognised,
    released,
    restore,
    solved,
    source_path,
)
from .exchange import LARGEST, SECRET, new_secret
from .marks import GRADED, read_report, report_path

DATABASE = COURSE / "gradebook.db"
GALLERY = COURSE / "gallery"


NAME = re.compile(r"[\w@][\w.@+ -]*")  # of a student's folder: what no page and no table takes for anything else


class Refused(Exception):
    """What was asked for is not done; the text says why, in one sentence."""


class Unreadable(Exception):
    """A submission that cannot be graded: its status, and a sentence."""


def release():
    """Make release/ from source/ with nbgrader, where something changed, and check it."""
    for assignment in ASSIGNMENTS:
        source, path = read(source_path(assignment)), _release_path(assignment)
        if path.exists():
            _refuse_work(path, source)
        if not path.exists() or not same_cells(read(path), released(source)) or not _is_known(assignment, source):
            _nbgrader("generate_assignment", assignment, "--force")
        _validate(assignment, source, read(path))


def _release_path(assignment):
    return COURSE / "release" / assignment / f"{assignment}.ipynb"


def _refuse_work(path, source):
    """Raise Refused where a release holds somebody's work: a solution that is no stub, or a file that is not ours."""
    stubs = {grade_id(cell): cell.source for cell in released(source).cells}
    own = next((grade_id(cell) for cell in read(path).cells if is_solution(cell) and not _is_stub(cell, stubs)), None)
    others = [one.name for one in path.parent.iterdir() if one != path and one.name != ".ipynb_checkpoints"]
    if own or others:
        raise Refused(f"release/{path.parent.name} holds somebody's work ({own or others[0]}) and was left as it is: "
                      "move that folder away, and run this again.")


def _is_stub(cell, stubs):
    return cell.source == stubs.get(grade_id(cell)) or "raise NotImplementedError()" in cell.source.splitlines()[-1]


def same_cells(one, other):
    """Whether two notebooks have the same cells: kind, source, id and what nbgrader says of them."""
    def content(notebook):
        return [(cell.cell_type, cell.source, cell.id, dict(cell.metadata.get("nbgrader", {})))
                for cell in notebook.cells]

    return content(one) == content(other)


def _is_known(assignment, source):
    """Whether the gradebook has this assignment with these very cells."""
    if not DATABASE.exists():
        return False
    with Gradebook(f"sqlite:///{DATABASE}") as book:
        try:
            known = book.find_notebook(assignment, assignment).source_cells
        except MissingEntry:
            return False
        return {cell.name: cell.source for cell in known} == {
            grade_id(cell): cell.source for cell in marked(source).cells if grade_id(cell)}


def _nbgrader(*arguments):
    """Run nbgrader in the course's folder. Raises Refused with its last words when it fails."""
    code, said = _launched(arguments, 600)
    if code != 0:
        raise Refused(f"nbgrader {' '.join(arguments)} failed: {_last_words(said)}")


def _launched(arguments, seconds):
    """nbgrader in a process of its own: its exit code, or None if it took longer than so many seconds, and its log.

    The process is a fork of this one where there is fork, to spare the imports.
    """
    # nbgrader looks for alembic, which is installed beside it.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        if hasattr(os, "fork"):
            code = _fork(arguments, log, seconds, path)
        else:
            command = [sys.executable, "-m", "nbgrader", *arguments]
            try:
                code = subprocess.run(command, cwd=COURSE, env=os.environ | {"PATH": path}, stdin=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL, stderr=log, timeout=seconds).returncode
            except subprocess.TimeoutExpired:
                code = None
        log.seek(0)
        return code, log.read()


def _last_words(log):
    """The line of a log that says what went wrong: the exception if there is one, else the first ERROR."""
    raised = [line for line in log.splitlines() if re.match(r"\s*[\w.]+(Error|Exception|Timeout\w*): ", line)]
    errors = [line.split("ERROR] ")[-1] for line in log.splitlines() if "ERROR" in line]
    return next(iter(raised[-1:] or errors), log.strip()[-200:] or "without a word").strip()[:300]


def _validate(assignment, source, made):
    """Raise Refused unless the reference earns all points, the release none, and nothing hidden is in the release."""
    best, worst = plain.verdicts(solved(source), assignment), plain.verdicts(made, assignment)
    lost, won = [name for name, said in best.items() if said], [name for name, said in worst.items() if not said]
    stray = [name for name, said in worst.items() if said and not said.startswith("NotImplementedError")]
    told = [text for text in ("BEGIN SOLUTION", "BEGIN HIDDEN") if any(text in cell.source for cell in made.cells)]
    if lost or won or stray or told:
        raise Refused(f"{assignment}: the reference loses {lost}, the untouched release earns {won}, fails otherwise "
                      f"than by NotImplementedError in {stray}, and holds {told}.")
    by_machine, by_hand = sum(points(source).values()), sum(points(source, written=True).values())
    print(f"{assignment}: {by_machine} points by machine, {by_hand} by hand; the reference earns all, the release none")


def samples(assignment):
    """Put the work of five made-up students into submitted/. Leaves alone what is there already."""
    source, gallery = read(source_path(assignment)), json.loads((GALLERY / f"{assignment}.json").read_text("utf-8"))
    told = json.loads((GALLERY / "samples.json").read_text("utf-8"))
    for student, work in told.items():
        path = COURSE / "submitted" / student / assignment / f"{assignment}.ipynb"
        if path.exists():
            print(f"{student}: handed in before, left as it is")
            continue
        mistakes = gallery[::work["every"]] if work["every"] else []
        notebook = released(source)
        done = solutions_with(source, mistakes)
        names = [grade_id(cell) for cell in notebook.cells if is_solution(cell) and cell.cell_type == "code"]
        for cell in notebook.cells:
            if grade_id(cell) in names[:round(work["share"] * len(names))]:
                cell.source = done[grade_id(cell)]
            elif is_solution(cell) and cell.cell_type == "markdown" and work["answers"].get(assignment):
                cell.source = work["answers"][assignment]
        path.parent.mkdir(parents=True)
        path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
        print(f"{student}: {work['about']}")


def solutions_with(source, mistakes):
    """{grade_id: text} of the reference solutions with as many of these gallery mistakes as can stand together."""
    changes = []
    for one in mistakes:
        try:
            solved(source, [*changes, *one["change"]])
        except ValueError:  # a mistake before it has taken its place
            continue
        changes += one["change"]
    return {grade_id(cell): cell.source for cell in solved(source, changes).cells if is_solution(cell)}


def check(notebook):
    """Print what a notebook earns, cell by cell, hidden cases included. Writes nothing."""
    path = Path(notebook)
    assignment = next((name for name in ASSIGNMENTS if path.stem.startswith(name)), None)
    if assignment is None:
        raise Refused(f"{path.name} is none of the assignments: expected one of {', '.join(ASSIGNMENTS)} and .ipynb.")
    source = read(source_path(assignment))
    try:
        submission = read(path)
    except (OSError, ValueError) as reason:
        raise Refused(f"{path.name} could not be marked: {reason}") from None
    if not recognised(submission, source):
        raise Refused(f"{path.name} could not be marked: no solution cell recognised.")
    marking = referee.mark(restore(submission, source), assignment)
    worth = points(source)
    for name, said in marking.verdicts.items():
        print(f"{0 if said else worth[name]} of {worth[name]}  {name}{': ' + said.splitlines()[-1] if said else ''}")
    if marking.over:
        print(marking.over)
    by_hand = sum(points(source, written=True).values())
    print(f"{sum(worth[name] for name, said in marking.verdicts.items() if not said)} of {sum(worth.values())} points"
          + (f", and {by_hand} for what you wrote, by the rubric in the notebook" if by_hand else ""))


def grade(assignment, again=False, student=None):
    """Autograde what was handed in, one student at a time. An interrupted run goes on where it stopped.

    What became of each is kept in reports/ASSIGNMENT.csv as soon as it is known. A submission that cannot be graded
    leaves the gradebook as it was.
    """
    if not _is_known(assignment, read(source_path(assignment))):
        raise Refused(f"The gradebook does not know this {assignment}: run `make coursework` first.")
    report = read_report(assignment)
    folders = sorted(path for path in (COURSE / "submitted").glob(f"*/{assignment}") if path.parent.name[0] != ".")
    if student:
        folders = [path for path in folders if path.parent.name == student]
    sandbox.warn_once()
    if not folders:
        expected = f"submitted/{student or 'STUDENT'}/{assignment}/{assignment}.ipynb"
        raise Refused(f"Nothing is handed in: expected {expected}.")
    for folder in folders:
        name, before = folder.parent.name, report.get(folder.parent.name)
        handed_in = _fingerprint(folder)
        if before and before["handed_in"] == handed_in and not again:
            print(f"{name}: {before['status']}, as before")
            continue
        status, note = _grade_one(folder, name, assignment)
        report[name] = {"student_id": name, "status": status, "note": note, "handed_in": handed_in}
        _write_report(assignment, report)
        print(f"{name}: {status}{': ' + note if note else ''}", flush=True)


def _fingerprint(folder):
    """A text that changes when a file that was handed in does."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= LARGEST:
            digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _write_report(assignment, report):
    path = report_path(assignment)
    path.parent.mkdir(exist_ok=True)
    new = path.with_suffix(".new")
    with open(new, "w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, ("student_id", "status", "note", "handed_in"))
        table.writeheader()
        table.writerows(report[name] for name in sorted(report))
    new.replace(path)  # whole or not at all


def _find(folder, assignment):
    """(notebook, note) of what was handed in, read. Raises Unreadable, with a status, where it cannot be graded."""
    if not NAME.fullmatch(folder.parent.name):
        raise Unreadable("not graded", "the student's folder has characters in its name other than letters, digits and "
                                       "any of . _ @ + - and blanks")
    if any(one.is_symlink() for one in (folder.parent, folder, *folder.rglob("*"))):
        raise Unreadable("not graded", "a link stands in the place of a file or folder")
    if sum(one.stat().st_size for one in folder.rglob("*")) > LARGEST:
        raise Unreadable("not graded", f"larger than {LARGEST // 10**6} MB")
    source, path = read(source_path(assignment)), folder / f"{assignment}.ipynb"
    if path.is_file():
        try:
            notebook, note = read(path), ""
        except (OSError, ValueError) as reason:
            raise Unreadable("not a notebook", str(reason)) from None
    else:
        others = _others(folder, source)
        if len(others) != 1:
            found = ", ".join(sorted(one.name for one in folder.iterdir())[:5]) or "nothing"
            raise Unreadable("missing", f"expected {path.name}, found {found}")
        (name, notebook), = others.items()
        note = f"handed in as {name}"
    if not recognised(notebook, source):
        raise Unreadable(
            "not graded", "no solution cell recognised: neither nbgrader's names nor the cells' ids are "
            "those of the release. Ask for the notebook that was given out, with its answers")
    return notebook, note


def _others(folder, source):
    """{name: notebook} of the notebooks under other names that have solution cells of this assignment."""
    found = {}
    for path in sorted(folder.glob("*.ipynb")):
        try:
            notebook = read(path)
        except (OSError, ValueError):
            continue
        if recognised(notebook, source):
            found[path.name] = notebook
    return found


def _grade_one(folder, student, assignment):
    """Run `nbgrader autograde` for one student. Returns the status and a note; (GRADED, …) when all went well."""
    try:
        notebook, said = _find(folder, assignment)
    except Unreadable as problem:
        _drop(student, assignment)
        return problem.args
    kept = DATABASE.with_suffix(".kept")
    _copy_database(DATABASE, kept)
    with tempfile.TemporaryDirectory(prefix="submitted-") as staged:
        # Nothing but the notebook is taken: no file beside it, and of the notebook the current format in UTF-8. In JSON
        # a text may have half of a pair of UTF-16, which is no UTF-8.
        target = Path(staged) / student / assignment
        target.mkdir(parents=True)
        (target / f"{assignment}.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8", errors="replace")
        for name in ("timestamp.txt", SECRET):
            if (folder / name).is_file():
                shutil.copy(folder / name, target)
        if not (target / SECRET).exists():  # not from the exchange: feedback goes by hand
            (target / SECRET).write_text(new_secret(), encoding="ascii")
        status, note = _autograde(student, assignment, staged)
    if status != GRADED:
        _copy_database(kept, DATABASE)
        _drop(student, assignment)
    kept.unlink()
    return status, note or said


def _copy_database(source, target):
    """Copy an SQLite database, by SQLite, so that the copy is whole whatever was going on."""
    with sqlite3.connect(source) as one, sqlite3.connect(target) as other:
        one.backup(other)


def _drop(student, assignment):
    """Remove what an earlier submission of this student left, so that its mark does not stand for the new one."""
    for stage in ("autograded", "feedback"):
        shutil.rmtree(COURSE / stage / student / assignment, ignore_errors=True)
    with Gradebook(f"sqlite:///{DATABASE}") as book:
        try:
            book.remove_submission(assignment, student)
        except MissingEntry:
            pass


def _autograde(student, assignment, staged):
    """`nbgrader autograde` for one student, and the end of whatever the submission left running."""
    seconds = int(os.environ.get("COURSEWORK_SECONDS", 300)) + 120
    sandbox.adopt_orphans()
    before = sandbox.descendants()
    code, said = _launched(["autograde", assignment, f"--student={student}", "--force",
                            f"--CourseDirectory.submitted_directory={staged}"], seconds)
    sandbox.end_all(before)
    if code is None:
        return "not graded", f"the grader had not finished after {seconds} seconds"
    return (GRADED, "") if code == 0 else ("not graded", _last_words(said))


def _fork(arguments, log, seconds, path):
    """The exit code of nbgrader in a fork, or None if it took longer."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.chdir(COURSE)
            os.environ["PATH"] = path
            nothing = os.open(os.devnull, os.O_RDWR)
            for stream, to in ((0, nothing), (1, nothing), (2, log.fileno())):
                os.dup2(to, stream)
            NbGraderApp.launch_instance(arguments)
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
        finally:
            sys.__stderr__.flush()
            os._exit(code)
    deadline = monotonic() + seconds
    while monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None
