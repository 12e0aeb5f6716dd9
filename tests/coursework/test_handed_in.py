"""What lies in a student's folder, and what is made of it before anything runs."""

import nbformat
import pytest
from grading import assignments, course, marks

from tests.coursework.submissions import NAMES, SOURCES, data, reference

NAME = "2_one_step"
RIGHT = nbformat.writes(reference(NAME))


@pytest.fixture
def folder(tmp_path):
    """A function that makes a student's folder with these files in it."""
    def made(student="ada", **files):
        path = tmp_path / student / NAME
        path.mkdir(parents=True)
        for name, text in files.items():
            (path / f"{name}.ipynb").write_text(text, encoding="utf-8")
        return path

    return made


def problem(path):
    with pytest.raises(course.Unreadable) as caught:
        course._find(path, NAME)
    return caught.value.args


def test_the_notebook_is_taken_under_its_name_or_as_the_only_one_with_answers(folder):
    _, note = course._find(folder("ada", **{NAME: RIGHT, "copy": RIGHT}), NAME)
    assert note == ""
    notebook, note = course._find(folder("bo", final=RIGHT, notes=nbformat.writes(nbformat.v4.new_notebook()),
                                         broken="{"), NAME)
    assert note == "handed in as final.ipynb" and len(notebook.cells) == len(SOURCES[NAME].cells)
    assert problem(folder("cy", b=RIGHT, a=RIGHT)) == (
        "missing", f"expected {NAME}.ipynb, found a.ipynb, b.ipynb")
    assert problem(folder("di")) == ("missing", f"expected {NAME}.ipynb, found nothing")
    status, note = problem(folder("eve", **{NAME: "{", "copy": RIGHT}))
    assert status == "not a notebook" and note.startswith(f"{NAME}.ipynb is not a notebook: ")


@pytest.mark.parametrize("student", ["ada", "a.b@c+d e-1", "@ada", "Ünal", "7"])
def test_usual_names_of_folders_are_taken(folder, student):
    assert course._find(folder(student, **{NAME: RIGHT}), NAME)[1] == ""


@pytest.mark.parametrize("student", ["-ada", ".ada", " ada", "a<b", "a=b", "a'b", "a;b", "a\nb"])
def test_names_that_a_page_or_a_table_would_take_for_something_else_are_not(folder, student):
    status, note = problem(folder(student, **{NAME: RIGHT}))
    assert status == "not graded" and note.startswith("the student's folder has characters in its name other than")


def test_links_and_what_is_too_large_are_not_opened(folder, tmp_path, monkeypatch):
    path = folder(**{NAME: RIGHT})
    monkeypatch.setattr(course, "LARGEST", len(RIGHT.encode()))
    assert course._find(path, NAME)[1] == ""
    (path / "more.txt").write_text("1", encoding="utf-8")
    assert problem(path) == ("not graded", "larger than 0 MB")
    (path / "more.txt").unlink()
    (path / "link").symlink_to(path / f"{NAME}.ipynb")
    assert problem(path) == ("not graded", "a link stands in the place of a file or folder")
    (tmp_path / "bo").symlink_to(tmp_path / "ada")
    (path / "link").unlink()
    assert problem(tmp_path / "bo" / NAME) == ("not graded", "a link stands in the place of a file or folder")


def test_a_folder_is_graded_again_when_a_file_changes_its_content_or_its_name(folder, monkeypatch):
    path = folder(**{NAME: "one"})
    prints = [course._fingerprint(path)]
    (path / f"{NAME}.ipynb").write_text("two", encoding="utf-8")
    prints.append(course._fingerprint(path))
    (path / f"{NAME}.ipynb").rename(path / "other.ipynb")
    prints.append(course._fingerprint(path))
    assert len(set(prints)) == 3 and {len(one) for one in prints} == {16}
    (path / "link").symlink_to(path / "other.ipynb")
    (path / "large").write_bytes(b"1234")
    monkeypatch.setattr(course, "LARGEST", 3)
    assert course._fingerprint(path) == prints[-1]  # neither is read


def test_only_what_is_new_or_changed_is_graded_or_what_is_asked_for(tmp_path, monkeypatch, capsys):
    graded = []

    def grade_one(_folder, student, _assignment):
        graded.append(student)
        return "graded", "late" if student == "bo" else ""

    for name, value in (("_is_known", lambda *_: True), ("_grade_one", grade_one), ("COURSE", tmp_path)):
        monkeypatch.setattr(course, name, value)
    monkeypatch.setattr(marks, "COURSE", tmp_path)
    monkeypatch.setattr(course.sandbox, "warn_once", lambda: None)
    for student in ("bo", "ada", ".ipynb_checkpoints"):
        (tmp_path / "submitted" / student / NAME).mkdir(parents=True)
    course.grade(NAME)
    assert graded == ["ada", "bo"] and capsys.readouterr().out == "ada: graded\nbo: graded: late\n"
    course.grade(NAME)
    assert graded == ["ada", "bo"] and capsys.readouterr().out == "ada: graded, as before\nbo: graded, as before\n"
    (tmp_path / "submitted" / "bo" / NAME / "new.ipynb").write_text("1", encoding="utf-8")
    course.grade(NAME)
    course.grade(NAME, again=True, student="ada")
    assert graded == ["ada", "bo", "bo", "ada"]
    report = marks.read_report(NAME)
    assert {student: (row["status"], row["note"]) for student, row in report.items()} == {
        "ada": ("graded", ""), "bo": ("graded", "late")}
    with pytest.raises(course.Refused, match=f"^Nothing is handed in: expected submitted/cy/{NAME}/{NAME}.ipynb.$"):
        course.grade(NAME, student="cy")
    monkeypatch.setattr(course, "_is_known", lambda *_: False)
    with pytest.raises(course.Refused, match=f"^The gradebook does not know this {NAME}: run `make coursework`"):
        course.grade(NAME)


@pytest.mark.parametrize(("log", "words"), [
    ("[x | ERROR] one\nTraceback\nKeyError: 'a'\nsqlite3.OperationalError: no\nlast", "sqlite3.OperationalError: no"),
    ("[x | INFO] start\n[x | ERROR] one went wrong\n[x | ERROR] two\n", "one went wrong"),
    ("a\n  b  \n", "a\n  b"), ("", "without a word"), ("x" * 500, "x" * 200),
    ("ValueError: " + "y" * 400, "ValueError: " + "y" * 288),
])
def test_the_last_words_of_a_log_are_its_last_exception_or_its_first_error(log, words):
    assert course._last_words(log) == words


def test_notebooks_are_the_same_if_kind_text_id_and_nbgraders_words_of_every_cell_are():
    for change in ({"source": "x"}, {"id": "x"}, {"cell_type": "raw"}, {"metadata": nbformat.from_dict({})}):
        notebook = nbformat.from_dict(SOURCES[NAME])
        assert course.same_cells(notebook, SOURCES[NAME])
        cell = next(cell for cell in notebook.cells if assignments.is_test(cell))
        for name, value in change.items():
            cell[name] = value
        assert not course.same_cells(notebook, SOURCES[NAME]), change
    notebook.cells.pop()
    assert not course.same_cells(notebook, SOURCES[NAME])


@pytest.mark.parametrize("name", NAMES)
def test_mistakes_are_made_together_as_far_as_they_can_stand_together(name):
    right, first = course.solutions_with(SOURCES[name], []), data(name)[0]
    changed = course.solutions_with(SOURCES[name], [first])
    assert {cell for cell in right if changed[cell] != right[cell]} and changed.keys() == right.keys()
    assert course.solutions_with(SOURCES[name], [first, first]) == changed  # the second time its place is taken
    assert course.solutions_with(SOURCES[name], [first, {"change": [["no solution has this", "x"]]}]) == changed
