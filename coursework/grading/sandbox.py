"""Starting and ending the process in which a submission runs: in bubblewrap where it is installed, else as it is.

In bubblewrap a submission has no network, is an unprivileged user, sees Python, NumPy, `worker.py` and its own folder
and nothing else, can write in its own folder and a temporary one that goes with it, and leaves no process behind.
Without it, it runs as whoever grades, with limits on time, memory (on Linux) and output only.
"""

import atexit
import ctypes
import os
import select
import shutil
import socket
import subprocess
import sys
import sysconfig
from functools import cache, partial
from pathlib import Path

import psutil

_HERE = Path(__file__).parent
ALLOWED = {"4_count_match_compare"}  # done with lstm_teach; all others are written in NumPy alone
_PACKAGES = sysconfig.get_paths()["purelib"]
_PYTHON = os.path.realpath(sys.executable)
_HOME = "/tmp"  # of the sandbox, in memory and empty
_FONTS = f"{_HOME}/matplotlib"
_PLAIN = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1",
          "LANG": "C.UTF-8"}
_READABLE = ("/usr", "/lib", "/lib64", "/lib32", "/bin", "/etc/ld.so.cache", "/etc/fonts")
NOTICE = (
    "NOTICE: bubblewrap is not installed or may not run here, so submissions run WITHOUT A SANDBOX: as you, with your "
    "files, your network and the gradebook in reach.\n        Install it (Debian: apt-get install bubblewrap), or "
    "grade in a container or as a user of its own. coursework/README.md says what is then not defended.")
ELSEWHERE = "        On Windows and macOS there is no limit on memory either."


@cache
def available():
    """Whether bubblewrap is there and may do here what it has to."""
    program = shutil.which("bwrap")
    if not program or os.environ.get("COURSEWORK_SANDBOX") == "off":
        return False
    try:
        tried = subprocess.run([program, *_walls(), "--ro-bind", "/", "/", "--proc", "/proc", "true"],
                               capture_output=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0


@cache
def warn_once():
    """Say once, loudly, that there is no sandbox, where there is none."""
    if not available():
        print(NOTICE + ("\n" + ELSEWHERE if sys.platform != "linux" else ""), file=sys.stderr, flush=True)


def _walls():
    return ["--unshare-all", "--uid", "65534", "--gid", "65534", "--die-with-parent", "--new-session", "--clearenv"]


def _package_folder(assignment):
    """The folder that holds `lstm_teach`, or an empty text where it is not to be had."""
    if assignment not in ALLOWED:
        return ""
    import lstm_teach
    return str(Path(lstm_teach.__file__).parent.parent)


def _font_list():
    """Matplotlib's list of fonts, which takes seconds to make: one that was made before, or None."""
    cache_folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "matplotlib"
    return max(cache_folder.glob("fontlist-v*.json"), default=None)


def _command(assignment):
    return [_PYTHON, "-S", "-X", "utf8", str(_HERE / "worker.py"), _PACKAGES, _package_folder(assignment)]


def _sandboxed(assignment, folder):
    """The command line in bubblewrap, and the submission's folder as it is called in there."""
    package = _package_folder(assignment)
    walls = [shutil.which("bwrap"), *_walls()]
    for name, value in {**_PLAIN, "HOME": _HOME, "PATH": "/usr/bin:/bin", "MPLCONFIGDIR": _FONTS,
                        "IPYTHONDIR": f"{_HOME}/ipython"}.items():
        walls += ["--setenv", name, value]
    for path in _READABLE:
        walls += ["--ro-bind-try", path, path]
    walls += ["--proc", "/proc", "--dev", "/dev", "--size", str(2**28), "--tmpfs", _HOME, "--dir", _FONTS]
    for path in dict.fromkeys((sys.base_prefix, sys.base_exec_prefix, _PACKAGES)):
        walls += ["--ro-bind", path, path]
    for name in ("worker.py", "wire.py", "stand_ins.py", "salvage.py"):
        walls += ["--ro-bind", str(_HERE / name), f"/marking/{name}"]
    if fonts := _font_list():
        walls += ["--ro-bind", str(fonts), f"{_FONTS}/{fonts.name}"]
    if package:
        walls += ["--ro-bind", f"{package}/lstm_teach", "/packages/lstm_teach"]
    walls += ["--bind", str(folder), "/submission", "--chdir", "/submission"]
    walls += [_PYTHON, "-S", "-X", "utf8", "/marking/worker.py", _PACKAGES, "/packages" if package else ""]
    return walls, "/submission"


class Process:
    """A running worker: `socket` to speak with it, `folder` as it is called there, and `end()`.

    `snapshots` says whether it can be asked for copies of itself.
    """

    snapshots = hasattr(os, "fork")

    def __init__(self, assignment, folder, sandboxed):
        adopt_orphans()
        self._before = descendants()
        if sandboxed:
            command, self.folder = _sandboxed(assignment, folder)
            environment = {"PATH": os.environ.get("PATH", "")}
        else:
            command, self.folder = _command(assignment), str(folder)
            environment = os.environ | _PLAIN
            environment.pop("COURSEWORK_SEED", None)
        self.socket, self._process = _popen(command, environment)

    def exit_code(self):
        """How the process ended, or None while it runs."""
        try:
            return self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return None

    def end(self):
        """End the worker and every process that it left behind."""
        self.socket.close()
        self._process.kill()
        self._process.wait()
        end_all(self._before)


def _popen(command, environment, **options):
    mine, theirs = socket.socketpair()
    if hasattr(theirs, "share"):  # Windows: the socket is handed over through a pipe
        process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        handle = theirs.share(process.pid)
        process.stdin.write(b"%d\n" % len(handle) + handle)
        process.stdin.flush()
    else:
        process = subprocess.Popen(command, env=environment, stdin=theirs, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, **options)
    theirs.close()
    return mine, process


@cache
def _forks(assignment):
    """A worker that has its imports done and forks one for each submission (for trusted work: the tests use it).

    What those leave behind becomes its own, and is gone when it ends, since the worker asks for no exit code.
    """
    connection, process = _popen([*_command(assignment), "fork"], os.environ | _PLAIN, preexec_fn=adopt_orphans)
    connection.recv(1)
    atexit.register(lambda: (connection.close(), process.kill(), process.wait()))
    return connection, process


class Fork:
    """Like `Process`, from one that has its imports done: without the sandbox, and in a twentieth of the time."""

    snapshots = True

    def __init__(self, assignment, folder, _):
        (connection, self._process), self.folder = _forks(assignment), str(folder)
        self.socket, theirs = socket.socketpair()
        self._held, holding = socket.socketpair()  # by every process of the submission, for as long as it lives
        socket.send_fds(connection, [b"."], [theirs.fileno(), holding.fileno()])
        theirs.close()
        holding.close()

    def exit_code(self):
        return 0

    def end(self):
        """Wait until every process has ended, as they do when nobody listens; end those that do not."""
        self.socket.close()
        with self._held:
            if not select.select([self._held], [], [], 1)[0]:
                _end(partial(psutil.Process(self._process.pid).children, recursive=True))


def adopt_orphans():
    """On Linux: what a submission's processes leave behind becomes a child of this process, so it can be found."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def descendants():
    return set(psutil.Process().children(recursive=True))


def end_all(before):
    """End every descendant of this process that was not there before. An empty environment hides none of them.

    What a process that was there before has started meanwhile is left alone: in JupyterLab's server, where the
    formgrader grades, that is what runs in a terminal or under another notebook.
    """
    _end(partial(_new, before))


def _end(found):
    """End what found() gives, until it gives nothing that runs."""
    for _ in range(20):
        left = [one for one in found() if _alive(one)]
        if not left:
            return
        for one in left:
            try:
                one.kill()
            except psutil.Error:
                continue
        psutil.wait_procs(left, timeout=1)


def _new(before):
    """The new children of this process, with all that descends from them."""
    children = {}
    for pid in psutil.pids():  # once for all of them: each look at the table of processes takes milliseconds
        try:
            one = psutil.Process(pid)
            children.setdefault(one.ppid(), []).append(one)
        except psutil.Error:
            continue
    waiting = [child for child in children.get(os.getpid(), ()) if child not in before]
    found = set()
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += children.get(one.pid, ())
    return found


def _alive(process):
    """Whether a process still runs; the remains of one that ended are cleared away."""
    try:
        if process.status() != psutil.STATUS_ZOMBIE:
            return True
        os.waitpid(process.pid, os.WNOHANG)
    except (psutil.Error, ChildProcessError, OSError):
        pass
    return False
