"""Records that are not as declared are refused in one sentence, and nothing is overwritten."""

import json
from dataclasses import replace

import pytest

from lstm_teach.studies.first.report import report
from lstm_teach.studies.first.table import STUDY
from lstm_teach.study import job, store
from lstm_teach.study.command import main
from lstm_teach.study.declaration import Record
from lstm_teach.study.store import ResultsError
from tests.study.miniature import ROWS, record

A_RECORD = record(100)


def core(folder):
    return folder / "core.jsonl"


def lines_of(path):
    return path.read_text(encoding="utf-8").splitlines(keepends=True)


def rewrite(path, change):
    """Make another list of lines of a file's lines."""
    path.write_text("".join(change(lines_of(path))), encoding="utf-8")


def edit(path, number, change):
    lines = lines_of(path)
    lines[number] = json.dumps(json.loads(lines[number]) | change) + "\n"
    rewrite(path, lambda _lines: lines)


@pytest.mark.parametrize("damage, sentence", [
    (lambda path: rewrite(path, lambda lines: [*lines[:-1], lines[-1][:-9]]), "its last line, [0-9]+, is cut off; "),
    (lambda path: rewrite(path, lambda lines: ["half a line\n", *lines]), "line 1 is no record of the study; "),
    (lambda path: edit(path, 3, {"declaration": "0123456789ab"}), "line 4 was made with another declaration "),
    (lambda path: edit(path, 3, {"seed": 77}), "line 4 was made with another declaration "),
    (lambda path: rewrite(path, lambda lines: lines + lines), "line [0-9]+ is there for the second time "),
    (lambda path: edit(path, -1, {"setting": {"learning_rate": 5}}), ".* was made at {'learning_rate': 5}, but "),
    (lambda path: rewrite(path, lambda lines: lines[:-1]), "1 of [0-9]+ records are missing"),
    (lambda path: path.unlink(), "([0-9]+) of \\1 records are missing"),
    (lambda path: (path.unlink(), path.mkdir()), "cannot be read \\(Is a directory\\)"),
])
def test_records_that_are_not_as_declared_are_refused(copy, damage, sentence):
    store.load(STUDY, copy, ROWS)
    damage(core(copy))
    with pytest.raises(ResultsError, match=f"^{core(copy)}: {sentence}"):
        store.load(STUDY, copy, ROWS)


@pytest.mark.parametrize("damage, sentence", [
    (lambda path: edit(path, 3, {"declaration": "0123456789ab"}), "line 4 was made with another declaration "),
    (lambda path: rewrite(path, lambda lines: [*lines, "my notes"]), "its last line is no record of the study; "),
])
def test_a_run_changes_nothing_in_a_file_it_refuses(copy, damage, sentence):
    damage(core(copy))
    before = core(copy).read_bytes()
    with pytest.raises(SystemExit, match=f"^{core(copy)}: {sentence}.*nothing was changed"):
        main(STUDY, report, arguments=["run", "--smoke", "--folder", str(copy), "--workers", "1"])
    assert core(copy).read_bytes() == before


def test_a_file_is_repaired_only_where_a_kill_cut_a_record_of_ours(tmp_path):
    path, whole = tmp_path / "core.jsonl", A_RECORD.line()
    assert store.repair(path, "core") is None and not path.exists()
    for content, left in ((whole * 2, whole * 2), (whole + "{", whole), (whole + whole[:-1], whole), (whole[:9], "")):
        path.write_text(content, encoding="utf-8")
        said = store.repair(path, "core")
        assert path.read_text(encoding="utf-8") == left and (said is None) == (content == left)
    for content in (whole + "x", whole + whole[1:-1], whole + whole[:-1].replace("core", "lag")):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(ResultsError, match=f"^{path}: its last line is no record of the study; nothing was"):
            store.repair(path, "core")
        assert path.read_text(encoding="utf-8") == content


def test_an_unwritable_file(tmp_path, monkeypatch):
    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)  # root may write anywhere: the file's own rights would not do
    with pytest.raises(ResultsError, match=r"cannot be written \(Permission denied\)"):
        store.append(tmp_path / "core.jsonl", [A_RECORD], 0)


def test_two_runs_in_one_folder_do_not_mix(copy):
    before = core(copy).read_bytes()
    with pytest.raises(ResultsError, match="something else is writing to it; this run ends and leaves it as it is"):
        store.append(core(copy), [A_RECORD], len(before) - 1)
    assert core(copy).read_bytes() == before


def test_a_record_is_its_line_and_the_line_its_record(copy):
    for line in lines_of(core(copy)):
        assert json.loads(Record.from_line(line).line()) == json.loads(line)
    assert "errors" not in json.loads(A_RECORD.line()) and json.loads(A_RECORD.line())["diverged"] is None


# --- going on beside records of other versions ------------------------------------------------------------------------


def drop_the_last(path, **changed):
    """Take the last record of a file away, and set fields of all the others."""
    rewrite(path, lambda lines: [json.dumps(json.loads(line) | changed) + "\n" for line in lines[:-1]])


def test_complete_files_of_any_version_are_neither_refused_nor_rewritten(copy, capsys):
    others = {"numpy": "1.0", "lstm_teach": "9"}
    for path in copy.glob("*.jsonl"):
        rewrite(path, lambda lines: [json.dumps(json.loads(line) | others) + "\n" for line in lines])
    before = {path: path.read_bytes() for path in copy.glob("*.jsonl")}
    main(STUDY, report, arguments=["run", "--smoke", "--folder", str(copy), "--workers", "1"])
    assert capsys.readouterr().out.startswith("0 records made;")
    assert {path: path.read_bytes() for path in copy.glob("*.jsonl")} == before


def test_missing_records_are_made_beside_those_of_another_version_that_computes_the_same(copy, capsys):
    drop_the_last(core(copy), numpy="1.0")
    main(STUDY, report, arguments=["run", "--smoke", "--folder", str(copy), "--workers", "1"])
    out, err = capsys.readouterr()
    assert out.startswith("1 records made;")
    assert "has records made with numpy 1.0, this is python " in err and "its first losses come out the same" in err


def test_missing_records_are_not_made_beside_those_that_come_out_otherwise(copy, monkeypatch):
    drop_the_last(core(copy))
    before, first_losses = core(copy).read_bytes(), job.first_losses
    monkeypatch.setattr(job, "first_losses", lambda *which: [loss * (1 + 1e-5) for loss in first_losses(*which)])
    with pytest.raises(SystemExit, match=f"^{core(copy)}: the first losses of .* come out otherwise now .*"
                                         "made with other versions: none.; nothing was changed"):
        main(STUDY, report, arguments=["run", "--smoke", "--folder", str(copy), "--workers", "1"])
    assert core(copy).read_bytes() == before


def test_records_without_losses_to_compare_go_on_with_a_remark():
    other = replace(A_RECORD, versions=job.running_versions() | {"numpy": "1.0"})
    remark = store.check_that_it_goes_on(STUDY, "f", [other], ROWS)
    assert remark.startswith("f: has records made with numpy 1.0, this is python ") and "holds no losses" in remark
    assert store.check_that_it_goes_on(STUDY, "f", [replace(other, versions=job.running_versions())], ROWS) is None
