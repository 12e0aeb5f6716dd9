"""What executing the notebooks writes back, with a stand-in for the kernel; and the cell that installs the package."""

import os
import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools import execute, put_install_cell
from tools.notebooks import EXPLORERS, INSTALL, LAY, PATHS, install_cell, read, text_of
from tools.put_install_cell import METADATA, put


@pytest.fixture
def run(monkeypatch, tmp_path):
    """A function that executes a notebook of one cell, whose kernel puts out these outputs: (complaint, notebook)."""
    path = tmp_path / "one.ipynb"
    asked = []

    def ran(*outputs, metadata=(), of_notebook=(), error=None):
        class Client:
            def __init__(self, notebook, **options):
                self.notebook = notebook
                asked.append(options)

            def execute(self):
                self.notebook.cells[0].outputs = list(outputs)
                self.notebook.metadata["language_info"] = {"version": "3.11.9"}
                if error:
                    raise error

        monkeypatch.setattr(execute, "NotebookClient", Client)
        if not path.exists():
            notebook = new_notebook(cells=[new_code_cell("1", id="a", metadata=dict(metadata))],
                                    metadata=dict(of_notebook))
            path.write_text(nbformat.writes(notebook), encoding="utf-8")
        said = execute.execute(path)
        assert asked[-1]["resources"] == {"metadata": {"path": tmp_path}} and asked[-1]["record_timing"] is False
        return said, nbformat.read(path, as_version=4)

    ran.path = path
    return ran


def stream(text, name="stdout"):
    return new_output("stream", text=text, name=name)


def test_what_a_kernel_cuts_is_joined_and_what_changes_from_run_to_run_is_dropped(run, capsys):
    shown = new_output("display_data", data={execute.WIDGET: {"model_id": "1"}, "text/plain": "stays"})
    kept = {"tags": ["x"], "jupyter": {"source_hidden": True}}
    said, notebook = run(stream("a"), stream("b\n"), shown, stream("c"), stream("d"),
                         metadata=kept | {"scrolled": True}, of_notebook={"title": "T", "more": 1})
    (cell,) = notebook.cells
    assert said is None and [one.get("text") for one in cell.outputs] == ["ab\n", None, "cd"]
    assert cell.outputs[1].data == {"text/plain": "stays"}
    assert cell.metadata == kept
    assert notebook.metadata == execute.METADATA | {"title": "T"} and "version" not in str(notebook.metadata)
    text = run.path.read_text(encoding="utf-8")
    assert text.endswith("}\n") and not text.endswith("\n\n")
    assert capsys.readouterr().out == "one.ipynb: executed, changed\n"


def test_a_notebook_that_says_the_same_is_not_written_again(run, capsys):
    _, notebook = run(stream("a"), metadata={"tags": []})
    assert notebook.cells[0].metadata == {}
    os.utime(run.path, ns=(0, 0))
    run(stream("a"))
    assert run.path.stat().st_mtime_ns == 0 and capsys.readouterr().out.endswith("one.ipynb: executed, the same\n")
    assert run(stream("b"))[1].cells[0].outputs[0].text == "b" and run.path.stat().st_mtime_ns > 0


@pytest.mark.parametrize(("outputs", "error", "said"), [
    ([stream("a"), stream("careful", "stderr")], None, "one.ipynb: a cell wrote to stderr: careful"),
    ([stream("a")], RuntimeError("no"), "one.ipynb: no"),
])
def test_a_notebook_that_raised_or_wrote_to_stderr_stays_as_it_was(run, outputs, error, said):
    run(stream("before"))
    assert run(*outputs, error=error)[0] == said
    assert "before" in run.path.read_text(encoding="utf-8")


def test_streams_of_two_names_are_two_outputs():
    joined = execute._joined([stream("a"), stream("b", "stderr"), stream("c", "stderr")])
    assert [(one.name, one.text) for one in joined] == [("stdout", "a"), ("stderr", "bc")]


def test_what_reads_the_verdicts_of_others_is_executed_after_them_the_ledger_last(monkeypatch):
    order = []
    monkeypatch.setattr(execute, "execute", lambda path, kernel: order.append((path.stem, kernel)) or (
        f"{path.stem}: no" if path.stem.startswith("0") else None))
    complaints = execute.execute_all(PATHS[::-1], "other")
    stems = [stem for stem, _ in order]
    assert sorted(stems) == [path.stem for path in PATHS] and {kernel for _, kernel in order} == {"other"}
    assert stems[-2:] == list(execute.READERS)
    assert sorted(complaints) == [f"{path.stem}: no" for path in PATHS if path.name.startswith("0")]


def test_the_command_executes_what_is_named_or_all_and_fails_with_a_complaint(monkeypatch, capsys):
    given = []
    monkeypatch.setattr(execute, "execute_all", lambda paths: given.append(paths) or [])
    assert execute.main([]) == execute.main([f"notebooks/{PATHS[1].name}", EXPLORERS.name]) == 0
    assert given == [[*PATHS, EXPLORERS], [PATHS[1], EXPLORERS]] and capsys.readouterr().err == ""
    monkeypatch.setattr(execute, "execute_all", lambda paths: ["a: no", "b: no"])
    assert execute.main([]) == 1 and capsys.readouterr().err == "a: no\nb: no\n"
    with pytest.raises(SystemExit, match="^expected some of 00_.*; got nothing.ipynb, 07$"):
        execute.main(["nothing.ipynb", PATHS[0].name, "07"])


def test_the_cell_that_installs_takes_the_place_of_an_older_one_and_the_counts_move_on():
    result = new_output("execute_result", data={"text/plain": "1"}, execution_count=1)
    notebook = new_notebook(cells=[
        new_markdown_cell("# 00"), new_markdown_cell("then"), new_code_cell("old", id="00-00"),
        new_code_cell("1", id="00-01", execution_count=1, outputs=[stream("s"), result]),
    ])
    put(notebook, PATHS[0])
    assert [cell.source for cell in notebook.cells] == ["# 00", INSTALL, "then", "1"]
    _, new, _, last = notebook.cells
    assert (new.id, new.metadata, new.execution_count, last.execution_count) == ("00-00", METADATA, 1, 2)
    assert last.outputs[1].execution_count == 2 and "execution_count" not in last.outputs[0]


def test_only_a_notebook_without_that_cell_is_written_anew(tmp_path, monkeypatch, capsys):
    paths = [Path(shutil.copy(path, tmp_path)) for path in PATHS[:2]]
    notebook = read(paths[1])
    del notebook.cells[1]
    nbformat.write(notebook, paths[1])
    os.utime(paths[0], ns=(0, 0))
    monkeypatch.setattr(put_install_cell, "PATHS", paths)
    put_install_cell.main()
    assert [path.read_bytes() for path in paths] == [path.read_bytes() for path in PATHS[:2]]
    assert paths[0].stat().st_mtime_ns == 0 and capsys.readouterr().out == f"{paths[1].name}: changed\n"


def test_the_appendices_lay_their_data_beside_them_and_no_other_notebook_does():
    assert {path.name[0] for path in PATHS if install_cell(path) == INSTALL + LAY} == {"A"}
    assert {path.name[0] for path in PATHS if install_cell(path) == INSTALL} == {"0", "D"}


def test_an_output_in_words_is_one_line():
    assert text_of(stream("a\n  b\n")) == "a b"
    assert text_of(new_output("display_data", data={"text/plain": "c\nd", "text/html": "<b>"})) == "c d"
    assert text_of(new_output("display_data", data={"image/png": "x"})) == ""
