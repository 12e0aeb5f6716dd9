"""Marking a notebook: the student's cells run in a process of their own, the tests run here.

A test cell of the source is executed in this process. Where it calls a function of the student's, the call goes to the
worker (see `wire`) and the value comes back, to be compared here. So a submission meets neither the text of a test nor
its numbers, before it is called with them, nor its seed, and it has no say in the comparison.

Each test is asked of a snapshot of the student's process, taken where the test stands in the notebook, and only after
the whole notebook has run: what is called there can print nothing into the outputs, and a crash costs its own point.
All tests that a student can read come before all that are hidden.
"""

import builtins
import hashlib
import socket
import tempfile
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from time import monotonic
from types import FunctionType

import numpy as np
from nbformat.v4 import new_output

from . import sandbox, wire
from .assignments import grade_id, is_solution, is_test, marked, read, source_path

_GRACE = 3.0  # seconds that an interrupted cell has to come back
_START = 120.0  # seconds that the process may take to start, which is not the submission's time


@dataclass
class Limits:
    """What one submission may take: seconds a cell, seconds in all, bytes of memory, bytes of output."""

    cell: float = 30
    total: float = 300
    memory: int = 3 * 2**30
    output: int = 4_000_000


@dataclass
class Marking:
    """What came of a notebook: `verdicts` {grade_id: None or what is not right}, `outputs` of each cell by its place.

    `over` says why the notebook did not run to its end, if so, and `late` whether it took too long; `exit_code` is then
    that of its process, if it ended.
    """

    verdicts: dict = field(default_factory=dict)
    outputs: dict = field(default_factory=dict)
    over: str | None = None
    late: bool = False
    exit_code: int | None = None


def mark(notebook, assignment, seed=0, limits=None, sandboxed=None, start=None):
    """Run and mark a notebook, as `assignments.restore` made it. Returns a `Marking`.

    `seed` is a number or text, from which the hidden cases are drawn. `sandboxed`: True, False, or None for "where it
    can be had". The notebook runs in an empty folder: no file that was handed in beside it is there. Raises
    RuntimeError where the process for it does not start, which is no student's fault.
    """
    limits = limits or Limits()
    sandboxed = sandbox.available() if sandboxed is None else sandboxed
    if not sandboxed and start is None:
        sandbox.warn_once()
    source = _source(assignment, source_path(assignment).stat().st_mtime_ns)
    with tempfile.TemporaryDirectory(prefix="submission-") as folder:
        process = (start or sandbox.Process)(assignment, folder, sandboxed)
        try:
            return _Run(notebook, source, seed, limits, process).mark()
        finally:
            process.end()


@lru_cache(maxsize=8)
def _source(assignment, changed):
    """The source that is marked by, read once until its file is changed; nobody writes to it."""
    return marked(read(source_path(assignment)))


_compiled = lru_cache(maxsize=1000)(compile)  # a test's cell is executed for its two parts, and in every submission


class _Run:
    def __init__(self, notebook, source, seed, limits, process):
        self.notebook, self.limits, self.process = notebook, limits, process
        self.deadline, self.left = monotonic() + limits.total, limits.output
        self.marking, self.current = Marking(), []
        self.main = _Channel(process.socket)
        self.main.note = self._keep
        self.tests = _Tests(source, seed, lambda: self.channel)

    def mark(self):
        """The student's cells, then the tests that can be read, then the hidden ones."""
        waiting = []
        try:
            self.main.until = monotonic() + _START
            self.main.ask("begin", folder=self.process.folder, memory=self.limits.memory)
            self.deadline = monotonic() + self.limits.total
        except wire.Gone as reason:
            raise RuntimeError(f"The process in which submissions run does not start here: {reason}.") from None
        for place, cell in enumerate(self.notebook.cells):
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            if is_test(cell) and grade_id(cell) in self.tests.names:
                self._snapshot(place, grade_id(cell), waiting)
            else:
                self._cell(place, cell)
        for hidden in (False, True):
            for place, name, channel in waiting:
                if self.marking.verdicts[name] is None:
                    self._test(place, name, channel, hidden)
        for *_, channel in waiting:
            channel.socket.close()
        return self.marking

    def _ask(self, most, kind, **content):
        """A request that the student's process may take so many seconds for."""
        self.main.until = min(monotonic() + most, self.deadline) + _GRACE
        return self.main.ask(kind, **content)

    def _end(self, reason, late=False):
        if not self.marking.over:
            self.marking.over, self.marking.late = reason, late
            self.marking.exit_code = None if late else self.process.exit_code()
            self.main.socket.close()

    def _cell(self, place, cell):
        """Run a cell that carries no points, and keep what it puts out."""
        self.current = self.marking.outputs.setdefault(place, [])
        if not self.marking.over and monotonic() > self.deadline:
            self._end(f"The notebook had run for {self.limits.total:g} seconds, all that it may take.", late=True)
        if self.marking.over:
            self.current.append(_error("NotExecuted", self.marking.over))
            return
        seconds = min(self.limits.cell, self.deadline - monotonic())
        try:
            self._ask(seconds, "cell", source=cell.source, seconds=seconds)
        except wire.Late:
            self._end("A cell ran too long and ignored the interrupt.", late=True)
        except wire.Raised as error:
            self.current.append(_error(error.kind, error.text))
        except wire.Gone:
            number = sum(one.cell_type == "code" for one in self.notebook.cells[:place + 1])
            self._end(f"The process ended in code cell {number}: a crash, an exit, or memory.")
        if self.marking.over:
            self.current.append(_error("NotExecuted", self.marking.over))

    def _keep(self, output):
        """Keep an output, until there are too many bytes of them."""
        size = len(str(output))
        if self.left <= 0:
            return
        self.left -= size
        try:
            if self.left < 0:
                raise ValueError
            self.current.append(new_output(**output))
        except Exception:  # too much, or no output at all
            self.current.append(new_output("stream", name="stderr", text=(
                f"(cut: a submission may put out {self.limits.output} bytes in all)\n")))

    def _snapshot(self, place, name, waiting):
        """Keep the student's process as it is at a test. Where there is no fork, test at once."""
        self.marking.verdicts[name] = f"NotExecuted: {self.marking.over}" if self.marking.over else None
        if self.marking.over:
            return self._show(place, name)
        if not self.process.snapshots:
            for hidden in (False, True):
                if self.marking.verdicts[name] is None:
                    self._test(place, name, self.main, hidden)
            return None
        try:
            self._ask(self.limits.cell, "snapshot")
            mine, theirs = socket.socketpair()
            waiting.append((place, name, _Channel(mine)))
            with theirs:
                socket.send_fds(self.main.socket, [b"."], [theirs.fileno()])
        except (wire.Gone, wire.Raised, OSError):
            self._end("The process ended between two cells.")
            self.marking.verdicts[name] = f"NotExecuted: {self.marking.over}"
            self._show(place, name)

    def _test(self, place, name, channel, hidden):
        self.channel = channel
        seconds = min(self.limits.cell, max(self.deadline - monotonic(), 0.5))
        channel.until, channel.grace = monotonic() + seconds + _GRACE, _GRACE
        self.marking.verdicts[name] = self.tests.verdict(name, hidden)
        self._show(place, name)

    def _show(self, place, name):
        said = self.marking.verdicts[name]
        self.marking.outputs[place] = [_error(*said.partition(": ")[::2])] if said else []


def _error(kind, text):
    return new_output("error", ename=kind, evalue=text, traceback=[f"{kind}: {text}".removesuffix(": ")])


class _Channel(wire.Peer):
    """The marking's end of a connection: it serves the stand-ins that tests hand out."""

    def __init__(self, connection):
        super().__init__(connection, _serve, (_encode, _decode))
        self.said = None

    def note(self, content):
        pass


def _serve(peer, message):
    """The answer to a call of a stand-in."""
    target = message.get("target")
    if message["ask"] != "call" or not isinstance(target, int) or target not in peer.functions:
        raise wire.Gone("what was asked for is not there")
    try:
        return peer.serve_call(peer.functions[target], message)
    except (wire.Gone, wire.Raised):
        raise
    except Exception as error:
        if type(error).__name__ == "_NotYet":
            peer.said = peer.said or error
        return {"error": [type(error).__name__.lstrip("_"), str(error), ""]}


def _encode(value):
    """What lstm_teach's objects are on the wire."""
    if type(value).__module__.partition(".")[0] != "lstm_teach":
        return None
    import lstm_teach as lt
    if isinstance(value, lt.Cell):
        return {"~": "cell", "body": [getattr(value, name) for name in value.__dataclass_fields__]}
    if isinstance(value, lt.Task):
        return {"~": "task", "body": [value.sample.func.__name__.lstrip("_"), *value.sample.args]}
    if isinstance(value, lt.History):
        plain = {name: getattr(value, name) for name in ("losses", "evaluated_at", "errors", "updates_to_criterion",
                                                         "diverged", "interrupted")}
        return {"~": "history", "body": [[name, _plain(one)] for name, one in plain.items()]}
    return None


def _plain(value):
    """A History's field as JSON has it."""
    return [_plain(one) for one in value] if isinstance(value, (tuple, list, np.ndarray)) else getattr(
        value, "item", lambda: value)()


def _decode(kind, body):
    """A cell or task that a submission names: made here anew, from plain numbers and names."""
    if kind == "broken" and isinstance(body, list) and len(body) == 3:
        return wire.Broken(wire.Raised(*map(str, body)))
    try:
        import lstm_teach as lt
        if kind == "cell" and all(one is None or isinstance(one, (str, int, float)) for one in body):
            return lt.Cell(*body)
        if kind == "task" and body[0] in ("latch", "once", "adding", "temporal_order", "counting", "echo"):
            return getattr(lt.tasks, body[0])(*map(int, body[1:]))
    except (TypeError, ValueError, IndexError, ImportError):
        pass
    return wire.foreign(kind)


class _Tests:
    """The tests of a source, executed in a namespace of their own."""

    def __init__(self, source, seed, channel):
        self.channel, self.seed = channel, seed
        self.space, self.names = {"__name__": "__tests__"}, {}
        for cell in source.cells:
            name = grade_id(cell)
            if cell.cell_type != "code" or not name:
                continue
            if is_test(cell):
                self.names[name] = cell.source.splitlines()[0].removeprefix("# 1 point: "), cell.source, []
                continue
            before = set(self.space)
            exec(_compiled(cell.source, name, "exec"), self.space)
            if is_solution(cell):
                for one in set(self.space) - before:
                    if isinstance(self.space[one], FunctionType):
                        self.space[one] = self._students(one)
            if "_in_place" in self.space:
                self.space["_in_place"] = self._in_place

    def _students(self, name):
        def call(*arguments, **named):
            return self.channel().call(name, arguments, named)

        return call

    @contextmanager
    def _in_place(self, pairs=None, **named):
        """The notebooks' `_in_place`, for the student's process."""
        channel = self.channel()
        pairs = {key if isinstance(key, str) else f"{key.__module__}:{key.__name__}": new
                 for key, new in {**(pairs or {}), **named}.items()}
        channel.ask("in_place", pairs=channel.encode(pairs))
        try:
            yield
        finally:
            channel.ask("out")

    def verdict(self, name, hidden):
        """None, or what is not right: of the part of a test that can be read, or of its hidden part."""
        title, source, _ = self.names[name]
        parts = {False: [], True: []}
        self.space |= {"_test": parts[False].append, "_unseen": parts[True].append}
        channel = self.channel()
        channel.said = None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                exec(_compiled(source, name, "exec"), self.space)
                for part in parts[hidden]:
                    part(*([np.random.default_rng(_number(f"{self.seed} {name}"))] if hidden else ()))
        except Exception as error:
            said = self._sentence(channel.said or error, hidden)
            if not hidden:
                return said
            return said or f"NotYet: {title}: this does not hold in cases that are not shown here."
        return None

    def _sentence(self, error, hidden):
        """What is said of an error. Of a hidden test None, where it would show the test's numbers."""
        if isinstance(error, self.space["_NotYet"]):
            return f"NotYet: {error}" if not hidden or error.known else None
        if isinstance(error, wire.Late):
            return "NotYet: it ran too long, and ignored the interrupt."
        if isinstance(error, wire.Raised) and error.kind == "OutOfTime":
            return f"NotYet: {error.text}."
        if isinstance(error, wire.Gone):
            return f"NotYet: while this was tested, {error}: a crash, an exit, or memory."
        if isinstance(error, wire.Raised):
            if hidden:
                kind = error.kind if isinstance(getattr(builtins, error.kind, None), type) else "an exception"
                return f"NotYet: Your code raises {kind} in cases that are not shown here."
            return str(error) + (f" (in the line `{error.line}`)" if error.line and error.text else "")
        if hidden:
            return None
        if isinstance(error, KeyError):
            return f"NotYet: The dictionary that comes back has no {error}."
        return f"NotYet: What comes back is not what was asked for ({type(error).__name__}: {error})."


def _number(name):
    """A number for a text, the same everywhere."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")

