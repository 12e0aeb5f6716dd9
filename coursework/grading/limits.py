"""`nbgrader autograde` with the referee in the place of a kernel, and a notebook that harms nobody who opens it."""

import base64
import binascii
import re

from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Integer

from . import referee
from .assignments import grade_id, is_solution


class Mark(NbGraderPreprocessor):
    """Runs and marks a submission (see `referee`), in the place of nbgrader's Execute."""

    cell_seconds = Integer(30, help="Seconds that a cell may take").tag(config=True)
    total_seconds = Integer(300, help="Seconds that a whole notebook may take").tag(config=True)
    most_memory = Integer(3 * 2**30, help="Bytes of memory that a submission may use").tag(config=True)
    most_output = Integer(4_000_000, help="Bytes of output that a submission may make").tag(config=True)
    seed = Integer(1997, help="Seed of the hidden random cases; each student's is made from it").tag(config=True)

    def preprocess(self, notebook, resources):
        told = resources["nbgrader"]
        limits = referee.Limits(self.cell_seconds, self.total_seconds, self.most_memory, self.most_output)
        marking = referee.mark(notebook, told["assignment"], f"{self.seed} {told.get('student')}", limits)
        for place, cell in enumerate(notebook.cells):
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = marking.outputs.get(place, []), None
        return notebook, resources


_TAG = re.compile(r"<(?=[a-zA-Z/!?])")
_ENTITY = re.compile(r"&(?=#|\w+;)")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # and halves of a pair, which no file can hold
_SCHEME = re.compile(r"(javascript|vbscript|data|file|attachment)[\s\\]*:", re.I)
# A link that leads neither to the web nor to a notebook or a heading, and every definition of a link. A page that was
# handed in beside the notebook would be shown by the formgrader as one of its own.
_LINK = re.compile(r"\](?=\((?!(?:https?://|mailto:)[^\s()&\\]*\)|(?:[\w./-]+\.ipynb)?(?:#[\w-]*)?\))|:)")
_MACRO = re.compile(r"\\(?=(?:href|url|require|style|class|cssId|html\w*|unicode|action|toggle|def|let|newcommand|"
                    r"renewcommand|csname|DeclareMathOperator|newenvironment)\b)", re.I)
_SHOWN = ("text/plain", "image/png", "image/jpeg")


class Harmless(NbGraderPreprocessor):
    """Takes out of a submission what could run in the browser of who reads it, in feedback, formgrader or JupyterLab.

    Of what its cells put out, text and pictures of points stay. In a student's Markdown, tags and entities become text,
    links lead to the web or nowhere, and formulas have no macros that make links.
    """

    def preprocess_cell(self, cell, resources, index):
        cell.pop("attachments", None)
        if cell.cell_type == "code":
            cell.outputs = [one for one in map(harmless_output, cell.outputs) if one]
        elif is_solution(cell) or cell.id.startswith("own-"):
            cell.source = harmless_markdown(cell.source)
        if not grade_id(cell):
            cell.metadata = {}
        return cell, resources


def harmless_markdown(text):
    """A student's Markdown in which nothing runs."""
    text = _ENTITY.sub("& ", _CONTROL.sub("", text))  # a blank: escaped as &amp; it would be decoded twice in a link
    return _TAG.sub("&lt;", _MACRO.sub(r"\\ ", _LINK.sub("] ", _SCHEME.sub(r"\1 :", text))))


def harmless_output(output):
    """An output made anew from its text and pictures, or None."""
    kind = output.output_type
    if kind == "stream":
        name = output.get("name") if output.get("name") in ("stdout", "stderr") else "stdout"
        return new_output("stream", name=name, text=_text(output.get("text")))
    if kind == "error":
        return new_output("error", ename=_text(output.get("ename"))[:80], evalue=_text(output.get("evalue")),
                          traceback=[_text(line) for line in output.get("traceback", [])])
    given = output.get("data", {})
    data = {name: one for name, one in ((name, _datum(name, given.get(name))) for name in _SHOWN) if one}
    dropped = [name for name in given if name not in _SHOWN]
    if not data and dropped:
        data = {"text/plain": f"(not shown: {', '.join(_text(name)[:60] for name in dropped)})"}
    return new_output("display_data", data=data) if data else None


def _text(value):
    return _CONTROL.sub("", value if isinstance(value, str) else "".join(map(str, value or "")))


def _datum(name, value):
    """What a picture or a text is, checked; None for anything else."""
    if value is None or name == "text/plain":
        return value and _text(value)
    try:
        raw = base64.b64decode(_text(value).replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        return None
    start = {"image/png": b"\x89PNG\r\n", "image/jpeg": b"\xff\xd8\xff"}[name]
    return base64.b64encode(raw).decode() if raw.startswith(start) else None
