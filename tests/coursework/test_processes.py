"""What grading ends, and what it leaves alone."""

import secrets
import subprocess
import sys
import time

import psutil
import pytest
from grading import referee, sandbox

from tests.coursework.submissions import reference


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted on Linux")
def test_what_a_submission_left_is_ended_and_what_others_started_meanwhile_is_not():
    """In JupyterLab's server a kernel or a terminal goes on beside the grading, and starts processes of its own."""
    sandbox.adopt_orphans()
    seconds = secrets.randbelow(10**6) + 10**6  # by which these two are told from all others on the machine
    terminals, lefts = f"sleep {seconds}", f"sleep {seconds}.5"
    command = (f"import subprocess, sys; sys.stdin.readline(); subprocess.Popen({terminals.split()}); "
               "sys.stdin.readline()")
    with subprocess.Popen([sys.executable, "-c", command], stdin=subprocess.PIPE, encoding="utf-8") as terminal:
        before = sandbox.descendants()
        terminal.stdin.write("\n")
        terminal.stdin.flush()
        left = subprocess.Popen([sys.executable, "-c", "import os, time\nif os.fork() == 0:\n    os.setsid()\n"
                                 f"    os.execve('/usr/bin/sleep', {lefts.split()}, {{}})"])
        left.wait()
        for _ in range(100):
            running = {" ".join(one.info["cmdline"] or ()): one for one in psutil.process_iter(["cmdline"])}
            if {terminals, lefts} <= set(running):
                break
            time.sleep(0.1)
        try:
            sandbox.end_all(before)
            assert not running[lefts].is_running()
            assert terminal.poll() is None and running[terminals].status() != psutil.STATUS_ZOMBIE
        finally:
            running[terminals].kill()
            terminal.stdin.write("\n")


def test_a_process_that_does_not_start_is_an_error_and_no_zero(monkeypatch):
    """A grader without NumPy, say, or a bubblewrap that is refused."""
    monkeypatch.setattr(sandbox, "_command", lambda assignment: [sys.executable, "-c", "import no_such_module"])
    with pytest.raises(RuntimeError, match="does not start here"):
        referee.mark(reference("2_one_step"), "2_one_step", sandboxed=False)
