"""What a submission's process is given and what is kept from it, by the command that starts it; and how it is ended."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from grading import sandbox

from tools.notebooks import ROOT

NAME, WITH_PACKAGE = "2_one_step", "4_count_match_compare"


def completed(code):
    return lambda *_, **__: SimpleNamespace(returncode=code)


def failed(error):
    def run(*_, **__):
        raise error
    return run


@pytest.mark.parametrize(("program", "setting", "run", "there"), [
    ("/usr/bin/bwrap", "", completed(0), True), ("/usr/bin/bwrap", "off", completed(0), False),
    (None, "", completed(0), False), ("/usr/bin/bwrap", "", completed(1), False),
    ("/usr/bin/bwrap", "", failed(PermissionError()), False),
    ("/usr/bin/bwrap", "", failed(subprocess.TimeoutExpired("bwrap", 20)), False),
])
def test_the_sandbox_is_there_if_bubblewrap_is_is_not_refused_and_nobody_said_no(
        program, setting, run, there, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: program)
    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setenv("COURSEWORK_SANDBOX", setting)
    assert sandbox.available.__wrapped__() is there


@pytest.mark.parametrize(("there", "platform", "lines"), [
    (True, "linux", 0), (False, "linux", 2), (False, "darwin", 3), (False, "win32", 3)])
def test_no_sandbox_is_said_and_where_no_limit_on_memory_holds_that_too(there, platform, lines, monkeypatch, capsys):
    monkeypatch.setattr(sandbox, "available", lambda: there)
    monkeypatch.setattr(sys, "platform", platform)
    sandbox.warn_once.__wrapped__()
    said = capsys.readouterr().err
    assert len(said.splitlines()) == lines and ("no limit on memory" in said) == (lines == 3)


@pytest.fixture
def walls(monkeypatch, tmp_path):
    """A function that makes the command line of a sandbox: its words, and what it binds: [(how, from, to)]."""
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/bwrap")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    def made(assignment):
        words, folder = sandbox._sandboxed(assignment, tmp_path / "mine")
        assert folder == "/submission" and words[0] == "/usr/bin/bwrap"
        binds = [(word, *words[k + 1:k + 3]) for k, word in enumerate(words) if "bind" in word]
        return words[:words.index(sandbox._PYTHON)], words[words.index(sandbox._PYTHON):], binds
    return made


def test_in_the_sandbox_nothing_but_the_folder_can_be_written_and_nothing_of_the_course_is_there(walls, tmp_path):
    words, program, binds = walls(NAME)
    assert [one for one in binds if not one[0].startswith("--ro-bind")] == [
        ("--bind", str(tmp_path / "mine"), "/submission")]
    grading = ROOT / "coursework" / "grading"
    own = {source for _, source, _ in binds if ROOT in Path(source).parents and "site-packages" not in source}
    assert own == {str(grading / name) for name in ("worker.py", "wire.py", "stand_ins.py", "salvage.py")}
    python = {sys.base_prefix, sys.base_exec_prefix, sandbox._PACKAGES}
    system = {"/usr", "/lib", "/lib64", "/lib32", "/bin", "/etc/ld.so.cache", "/etc/fonts"}
    assert {source for _, source, _ in binds} == own | python | system | {str(tmp_path / "mine")}
    assert {"--unshare-all", "--die-with-parent", "--new-session", "--clearenv"} <= set(words)
    pairs = list(zip(words, words[1:], strict=False))
    nobody = {("--uid", "65534"), ("--gid", "65534")}
    assert nobody | {("--tmpfs", sandbox._HOME), ("--chdir", "/submission")} <= set(pairs)
    assert words[words.index("--tmpfs") - 2:words.index("--tmpfs")] == ["--size", str(2**28)]  # holds for the next one
    assert {words[k + 1] for k, word in enumerate(words) if word == "--setenv"} == {
        *sandbox._PLAIN, "HOME", "PATH", "MPLCONFIGDIR", "IPYTHONDIR"}
    assert program == [sandbox._PYTHON, "-S", "-X", "utf8", "/marking/worker.py", sandbox._PACKAGES, ""]


def test_only_the_assignment_done_with_the_package_has_it_and_only_to_read(walls):
    *_, program, binds = walls(WITH_PACKAGE)
    assert program[-1] == "/packages"
    assert ("--ro-bind", str(ROOT / "lstm_teach"), "/packages/lstm_teach") in binds
    assert sandbox._command(WITH_PACKAGE)[-1] == str(ROOT) and sandbox._command(NAME)[-1] == ""


def test_the_newest_list_of_fonts_goes_along_if_there_is_one(walls, tmp_path):
    assert sandbox._font_list() is None
    folder = tmp_path / "matplotlib"
    folder.mkdir()
    for name in ("fontlist-v330.json", "fontlist-v390.json", "other.json"):
        (folder / name).touch()
    *_, binds = walls(NAME)
    assert ("--ro-bind", str(folder / "fontlist-v390.json"), f"{sandbox._FONTS}/fontlist-v390.json") in binds


@pytest.mark.parametrize("sandboxed", [True, False])
def test_the_seed_of_the_hidden_cases_is_in_no_environment(sandboxed, monkeypatch, tmp_path):
    started = []
    monkeypatch.setattr(sandbox, "_popen", lambda *given: started.append(given) or (None, None))
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/bwrap")
    for name, value in (("COURSEWORK_SEED", "1997"), ("PATH", "/bin"), ("LANG", "fr_FR"), ("OMP_NUM_THREADS", "8")):
        monkeypatch.setenv(name, value)
    process = sandbox.Process(NAME, tmp_path, sandboxed)
    ((_, environment),) = started
    assert process.folder == ("/submission" if sandboxed else str(tmp_path))
    if sandboxed:
        assert environment == {"PATH": "/bin"}
    else:
        assert environment.items() >= {**sandbox._PLAIN, "PATH": "/bin"}.items() and "1997" not in environment.values()


def test_a_worker_that_goes_on_is_ended_with_all_that_it_left_and_with_nothing_else(monkeypatch, tmp_path):
    ended = []
    monkeypatch.setattr(sandbox, "_command", lambda assignment: ["sleep", "60"])
    monkeypatch.setattr(sandbox, "end_all", lambda *given: ended.append(given))
    with subprocess.Popen(["sleep", "60"]) as other:
        try:
            process = sandbox.Process(NAME, tmp_path, False)
            process.end()
            assert process.exit_code() == -9 and process.socket.fileno() == -1 and other.poll() is None
            ((before,),) = ended
            assert other.pid in {one.pid for one in before}
        finally:
            other.kill()


def test_a_fork_is_waited_for_and_what_does_not_end_by_itself_is_ended(monkeypatch):
    ended = []
    monkeypatch.setattr(sandbox, "_end", lambda found: ended.append({one.pid for one in found()}))
    with subprocess.Popen(["sh", "-c", "sh -c 'echo $$; sleep 60 & echo $!; wait' & wait"],
                          stdout=subprocess.PIPE) as server:
        inner, sleep = (int(server.stdout.readline()) for _ in range(2))
        try:
            # What is to be read: that all who held the other end are gone; or nothing.
            for waited, meanwhile in (([sandbox], []), ([], [{inner, sleep}])):
                fork = sandbox.Fork.__new__(sandbox.Fork)
                fork.socket, fork._held, fork._process = socket.socket(), socket.socket(), server
                monkeypatch.setattr(sandbox.select, "select", lambda *_, waited=waited: (waited, [], []))
                fork.end()
                assert fork.socket.fileno() == fork._held.fileno() == -1 and fork.exit_code() == 0
                assert ended == meanwhile
        finally:
            psutil.Process(sleep).kill()


def test_a_process_that_runs_has_no_exit_code(monkeypatch):
    process = sandbox.Process.__new__(sandbox.Process)
    process._process = SimpleNamespace(wait=failed(subprocess.TimeoutExpired("x", 1)))
    assert process.exit_code() is None
    process._process = SimpleNamespace(wait=lambda timeout: 3)
    assert process.exit_code() == 3


def test_whatever_descends_from_what_is_new_is_new_but_for_what_was_there_before():
    with subprocess.Popen(["sh", "-c", "sleep 60 & echo $!; wait"], stdout=subprocess.PIPE) as shell:
        sleep = psutil.Process(int(shell.stdout.readline()))
        own = psutil.Process(shell.pid)
        try:
            assert {own, sleep} <= sandbox._new(set())
            assert not {own, sleep} & sandbox._new({own})
            assert sandbox._new(sandbox.descendants()) == sandbox._new(sandbox.descendants() - {sleep}) == set()
            sandbox.end_all(sandbox.descendants() - {own, sleep})
            assert not own.is_running() and not sleep.is_running()
        finally:
            for one in (own, sleep):
                if one.is_running():
                    one.kill()


def test_what_ended_is_cleared_away_and_not_alive():
    ended = subprocess.Popen(["true"])
    process = psutil.Process(ended.pid)
    while process.status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    assert sandbox._alive(process) is False
    with pytest.raises(ChildProcessError):
        os.waitpid(ended.pid, 0)
    ended.wait()
    looks = []
    sandbox._end(lambda: looks.append(1) or {process})
    assert looks == [1]  # nothing is left to wait for
    assert sandbox._alive(process) is False and sandbox._alive(psutil.Process()) is True
