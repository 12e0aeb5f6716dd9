"""What becomes of a submission where it is graded: limits reach the marking, and nothing in it runs in a browser."""

import base64

import nbformat
import pytest
from grading import limits, referee
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.coursework.submissions import SOURCES

NAME = "2_one_step"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n and more").decode()


def test_each_limit_the_student_and_the_seed_reach_the_marking(monkeypatch):
    asked = []

    def mark(*arguments):
        asked.append(arguments)
        return referee.Marking(outputs={0: [new_output("stream", text="new")]})

    monkeypatch.setattr(referee, "mark", mark)
    step = limits.Mark(cell_seconds=1, total_seconds=2, most_memory=3, most_output=4, seed=5)
    old = {"outputs": [new_output("stream", text="handed in")], "execution_count": 7}
    notebook = new_notebook(cells=[new_code_cell("1", **old), new_markdown_cell("2"), new_code_cell("3", **old)])
    for student in ("ada", "bo"):
        step.preprocess(notebook, {"nbgrader": {"assignment": NAME, "student": student}})
    assert [one[1:] for one in asked] == [
        (NAME, f"5 {student}", referee.Limits(cell=1, total=2, memory=3, output=4)) for student in ("ada", "bo")]
    first, _, last = notebook.cells
    assert [one.text for one in first.outputs] == ["new"] and last.outputs == []
    assert first.execution_count is last.execution_count is None


@pytest.mark.parametrize("kept", [
    "a < b, a<1 and x<-1 & y", "AT&T and R&D", "$a \\cdot b$ and \\hrule", "line\n\ttab",
    "[a](https://example.org/a?b=c#d) [b](http://example.org) [c](mailto:ada@example.org)",
    "[d](03_silence.ipynb) [e](03_silence.ipynb#one) [f](#two) [g]()",
])
def test_what_harms_nobody_stays_as_it_was_written(kept):
    assert limits.harmless_markdown(kept) == kept


@pytest.mark.parametrize(("written", "shown"), [
    ("<b>", "&lt;b>"), ("</b>", "&lt;/b>"), ("<!-- x", "&lt;!-- x"), ("<?x", "&lt;?x"), ("<B>", "&lt;B>"),
    ("&lt;", "& lt;"), ("&#60;", "& #60;"), ("a\x00b\x08c\x0bd\x1fe\x7ff\ud800g\udfffh", "abcdefgh"),
    ("javascript:x", "javascript :x"), ("JavaScript:x", "JavaScript :x"), ("vbscript:x", "vbscript :x"),
    ("data:x", "data :x"), ("file:x", "file :x"), ("attachment:x", "attachment :x"), ("data \\:x", "data :x"),
    ("java\x01script:x", "javascript :x"),  # what is taken out first joins what stood around it
    ("[a](page.html)", "[a] (page.html)"), ("[a](//example.org)", "[a] (//example.org)"),
    ("[a](https://example.org 'title')", "[a] (https://example.org 'title')"), ("[a]: x", "[a] : x"),
    ("[a](folder/x.ipynb.html)", "[a] (folder/x.ipynb.html)"), ("[a](ftp://example.org)", "[a] (ftp://example.org)"),
    ("[a](https://example.org\\)", "[a] (https://example.org\\)"),
    ("\\HREF{x}{y}", "\\ HREF{x}{y}"),
    *((f"\\{name}{{x}}", f"\\ {name}{{x}}") for name in (
        "href", "url", "require", "style", "class", "cssId", "html", "htmlData", "unicode", "action", "toggle", "def",
        "let", "newcommand", "renewcommand", "csname", "DeclareMathOperator", "newenvironment")),
])
def test_what_a_page_would_make_something_of_becomes_text(written, shown):
    assert limits.harmless_markdown(f"x {written} y") == f"x {shown} y"


def test_only_what_is_the_students_is_changed_and_what_belongs_to_nobody_has_no_metadata():
    notebook = nbformat.from_dict(SOURCES[NAME])
    task = next(cell for cell in notebook.cells if cell.cell_type == "markdown" and not cell.metadata.get("nbgrader"))
    written = new_markdown_cell("<b>", metadata={"nbgrader": {"grade_id": "why", "solution": True}})
    own = new_markdown_cell("<b>", id="own-x-0", metadata={"tags": ["x"]})
    code = new_code_cell("'<b>'", id="own-x-1", outputs=[
        new_output("display_data", data={}), new_output("stream", text="<b>\udfff")])
    task.source, task["attachments"] = "<b>", {"x.svg": {}}
    made, _ = limits.Harmless().preprocess(new_notebook(cells=[task, written, own, code]), {})
    assert [cell.source for cell in made.cells] == ["<b>", "&lt;b>", "&lt;b>", "'<b>'"]
    assert made.cells[1].metadata.nbgrader["grade_id"] == "why" and made.cells[2].metadata == {}
    assert "attachments" not in made.cells[0] and [one.text for one in made.cells[3].outputs] == ["<b>"]


def test_an_output_is_made_anew_of_its_text_and_its_pictures():
    def made(kind, **content):
        return limits.harmless_output(nbformat.from_dict({"output_type": kind, **content}))

    stream = made("stream", name="<script>", text=["a\x1b[0m", "b"], more="x")
    assert stream == {"output_type": "stream", "name": "stdout", "text": "a[0mb"}
    assert made("stream", name="stderr", text="").name == "stderr"
    error = made("error", ename="E" * 99, evalue="no\x00", traceback=["one\x07", "two"])
    assert (error.ename, error.evalue, error.traceback) == ("E" * 80, "no", ["one", "two"])
    shown = made("execute_result", execution_count=3, metadata={"x": 1}, data={
        "text/plain": ["a", "b\x00"], "text/html": "<b>", "image/png": PNG})
    assert shown == {"output_type": "display_data", "metadata": {}, "data": {"text/plain": "ab", "image/png": PNG}}
    assert made("display_data", data={"text/html": "x", "y" * 99: "x"}).data == {
        "text/plain": f"(not shown: text/html, {'y' * 60})"}
    assert made("display_data", data={}) is None


@pytest.mark.parametrize(("kind", "content", "kept"), [
    ("image/png", PNG, PNG), ("image/png", PNG[:8] + "\n" + PNG[8:], PNG), ("image/jpeg", PNG, None),
    ("image/jpeg", "/9j/4AAQ", "/9j/4AAQ"), ("image/png", "/9j/4AAQ", None), ("image/png", PNG + "\"><b>", None),
    ("image/png", "é", None), ("image/svg+xml", "<svg>", None), ("image/png", "", None),
])
def test_a_picture_is_what_it_says_it_is_or_is_not_shown(kind, content, kept):
    made = limits.harmless_output(new_output("display_data", data={kind: content, "text/plain": "said"}))
    assert made.data == {"text/plain": "said"} | ({kind: kept} if kept else {})
    assert (limits.harmless_output(new_output("display_data", data={kind: content})) is None) == (
        not kept and kind in ("image/png", "image/jpeg"))
