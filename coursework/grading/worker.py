"""The process in which a submission runs. It shows what its cells put out, and answers calls of what they defined.

    python [-S] worker.py PACKAGES PACKAGE-OR-EMPTY [fork]

PACKAGES is the folder with NumPy; the second argument is the folder of `lstm_teach`, or empty where an assignment is
done without it. Standard input is a socket to the marking process (see `wire`). With `fork`, the socket brings a new
connection for each submission, and each is served by a fork of this process, which has its imports done. With it comes
a second socket, which nobody reads or writes: it is closed when the last process of that submission has ended.

Nothing here decides about points, and nothing here has a test's code, its numbers or its seed: whatever a submission
does to this process, it can only change its own answers.
"""

import base64
import contextlib
import gc
import io
import json
import linecache
import os
import signal
import socket
import sys
from importlib.abc import MetaPathFinder

_HERE, sys.path[0] = sys.path[0], ""
_PACKAGES, _LSTM_TEACH = sys.argv[1:3]
if _PACKAGES not in sys.path:
    sys.path.append(_PACKAGES)


class _Refuse(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "lstm_teach":
            raise ImportError("lstm_teach is not there when this notebook is marked: write it in NumPy.")
        return None


# Everything the process needs is imported before the submission's folder can be: its numpy.py takes no one's place.
sys.path.pop(0)
sys.path.append(_HERE)
import numpy as np  # noqa: E402
import salvage  # noqa: E402
import stand_ins  # noqa: E402
import wire  # noqa: E402
from IPython.core.displayhook import DisplayHook  # noqa: E402
from IPython.core.displaypub import DisplayPublisher  # noqa: E402
from IPython.core.interactiveshell import InteractiveShell  # noqa: E402

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None
sys.path.remove(_HERE)
if _LSTM_TEACH:
    sys.path.append(_LSTM_TEACH)
else:
    sys.meta_path.insert(0, _Refuse())


class _Stream(io.TextIOBase):
    """What a cell prints, sent on in pieces; nothing while functions are tested."""

    encoding = "utf-8"

    def __init__(self, name):
        self.name, self.text, self.note = name, "", None

    def writable(self):
        return True

    def write(self, text):
        if self.note:
            self.text += text
            if len(self.text) > 8192:
                self.flush()
        return len(text)

    def flush(self):
        text, self.text = self.text, ""
        while text and self.note:
            self.note({"output_type": "stream", "name": self.name, "text": text[:2**20]})
            text = text[2**20:]


def _bundle(data, metadata):
    """A MIME bundle as JSON has it."""
    plain = {kind: base64.b64encode(one).decode() if isinstance(one, bytes) else one for kind, one in data.items()}
    return json.loads(json.dumps({"data": plain, "metadata": metadata or {}}, default=str))


class _Shows(DisplayPublisher):
    def publish(self, data, metadata=None, **_):
        self.shell.put_out({"output_type": "display_data", **_bundle(data, metadata)})

    def clear_output(self, wait=False):
        pass


class _Result(DisplayHook):
    def write_output_prompt(self):
        pass

    def write_format_data(self, data, metadata=None):
        self.shell.put_out({"output_type": "execute_result", "execution_count": None, **_bundle(data, metadata)})

    def finish_displayhook(self):
        pass


class _Shell(InteractiveShell):
    """IPython without a terminal: what it would show is handed to `note`."""

    display_pub_class = _Shows
    displayhook_class = _Result
    note = None

    def init_history(self):
        super().init_history()
        self.history_manager.enabled = False

    def put_out(self, output):
        sys.stdout.flush()
        sys.stderr.flush()
        if self.note:
            self.note(output)

    def _showtraceback(self, kind, error, traceback):
        name = getattr(kind, "__name__", str(kind))
        self.put_out({"output_type": "error", "ename": name, "evalue": str(error)[:2000],
                      "traceback": [str(line)[:20_000] for line in traceback][:50]})

    def enable_gui(self, gui=None):
        pass

    def ask_exit(self):
        pass


def _shell():
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    _Shell.history_load_length = 0
    from traitlets.config import Config
    settings = Config()
    settings.HistoryManager.enabled = False
    settings.HistoryManager.hist_file = ":memory:"
    settings.InteractiveShell.xmode = "Plain"
    settings.InteractiveShell.colors = "NoColor"
    shell = _Shell.instance(config=settings)
    shell.system = shell.system_piped
    return shell


class _Submission:
    """Serves the marking: runs cells, keeps snapshots, and calls functions."""

    def __init__(self, shell, connection):
        self.shell, self.names, self.inside = shell, shell.user_ns, []
        self.peer = wire.Peer(connection, self.serve, (self._special, _unpacked))

    def _special(self, value):
        if isinstance(value, salvage.Broken):
            error = value.error
            return {"~": "broken", "body": [type(error).__name__, str(error)[:2000], self._line(error)]}
        return _package_value(value)

    def serve(self, peer, message):
        kind = message["ask"]
        try:
            return getattr(self, f"do_{kind}")(message)
        except wire.Gone:
            raise
        except wire.Raised as error:
            return {"error": [error.kind, error.text, error.line]}
        except BaseException as error:  # whatever the submission raises, SystemExit included
            if isinstance(error, KeyboardInterrupt):
                return {"error": ["OutOfTime", f"it ran for more than {message.get('seconds', 0):.0f} seconds", ""]}
            return {"error": [type(error).__name__, str(error)[:2000], self._line(error)]}

    def _line(self, error):
        """The line of the student's code in which an exception arose."""
        line, traceback = "", error.__traceback__
        while traceback:
            if traceback.tb_frame.f_globals is self.names:
                line = linecache.getline(traceback.tb_frame.f_code.co_filename, traceback.tb_lineno).strip() or line
            traceback = traceback.tb_next
        return line[:200]

    def do_begin(self, message):
        """Limits, and the folder of the submission, last on the path."""
        os.chdir(message["folder"])
        sys.path.append(message["folder"])
        if resource:
            for limit, most in ((resource.RLIMIT_AS, message["memory"]), (resource.RLIMIT_FSIZE, 2**26),
                                (resource.RLIMIT_CORE, 0)):
                try:
                    resource.setrlimit(limit, (most, most))
                except ValueError:  # macOS knows a limit on memory, and refuses every value
                    pass
        return {}

    def do_cell(self, message):
        """Run one cell; its outputs are sent as they come."""
        def note(output):
            self.peer.send({"note": output})

        self.shell.note = sys.stdout.note = sys.stderr.note = note
        try:
            with _alarm(message["seconds"]):
                result = self.shell.run_cell(message["source"], store_history=True)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            self.shell.note = sys.stdout.note = sys.stderr.note = None
        return {"success": bool(result.success)}

    def do_snapshot(self, message):
        """A fork that stays as everything is now, and answers calls over a connection of its own, which comes next."""
        self.peer.send({})
        _, received, *_ = socket.recv_fds(self.peer.socket, 1, 1)
        if not received:  # no room for one more open file: the test finds the connection closed
            return None
        connection, = received
        try:
            child = os.fork()
        except Exception:  # no room for one more process, or what the submission has put in the place of `fork` fails
            child = None
        if child == 0:
            self.peer.socket.close()
            os.setpgid(0, 0)
            self.peer = wire.Peer(socket.socket(fileno=connection), self.serve,
                                  (self.peer.encode_special, self.peer.decode_special))
            self.peer.listen()
            os._exit(0)
        os.close(connection)
        return None

    def do_call(self, message):
        target = message["target"]
        if isinstance(target, str):
            if target not in self.names:
                return {"error": ["NameError", f"{target} is not defined: its cell did not get that far", ""]}
            function = self.names[target]
        else:
            function = self.peer.functions[target]
        before = self.peer.asked
        with _alarm(message.get("seconds")), self.shell.builtin_trap:
            try:
                return self.peer.serve_call(function, message)
            except NotImplementedError:
                raise
            except Exception:
                again = salvage.forgiving(function) if self.peer.asked == before else None
                answer = self._partly(again, message) if again else None
                if answer is None:
                    raise
                return answer

    def _partly(self, function, message):
        """The answer of a forgiving function if part of it is whole, else None."""
        whole = []

        def noted(*arguments, **named):
            whole.append(function(*arguments, **named))
            return whole[0]

        try:
            answer = self.peer.serve_call(noted, message)
        except Exception:
            return None
        return answer if salvage.is_partly_whole(whole[0]) else None

    def do_in_place(self, message):
        pairs = {_function(key): new for key, new in self.peer.decode(message["pairs"]).items()}
        context = stand_ins._replaced(self.names, pairs)
        context.__enter__()
        self.inside.append(context)
        return {}

    def do_out(self, message):
        self.inside.pop().__exit__(None, None, None)
        return {}


def _function(key):
    """A name of the student's, or for "module:name" the function of a package."""
    module, _, name = key.rpartition(":")
    if not module:
        return key
    __import__(module)
    return getattr(sys.modules[module], name)


@contextlib.contextmanager
def _alarm(seconds):
    """Interrupt what runs longer, as Ctrl-C would. What ignores that is ended by the marking process."""
    if not seconds or not hasattr(signal, "setitimer"):
        yield
        return

    def interrupt(*_):
        raise KeyboardInterrupt

    signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.01), 1.0)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _package_value(value):
    """Tasks and cells of lstm_teach, by name and settings."""
    package = sys.modules.get("lstm_teach")
    if package is None:
        return None
    if isinstance(value, package.Cell):
        return {"~": "cell", "body": [getattr(value, name) for name in value.__dataclass_fields__]}
    if isinstance(value, package.Task):
        sample = value.sample
        name = getattr(getattr(sample, "func", None), "__name__", "").lstrip("_")
        if hasattr(package.tasks, name) and all(isinstance(one, (int, np.integer)) for one in sample.args):
            return {"~": "task", "body": [name, *map(int, sample.args)]}
    return None


def _unpacked(kind, body):
    """What `referee` sends of lstm_teach: it comes from our own side, so it may name a class."""
    import lstm_teach
    if kind == "cell":
        return lstm_teach.Cell(*body)
    if kind == "task":
        return getattr(lstm_teach.tasks, body[0])(*body[1:])
    if kind == "history":
        fields = dict.fromkeys(lstm_teach.History.__dataclass_fields__) | {name: one for name, one in body}
        return lstm_teach.History(**fields)
    return wire.foreign(kind)


def _serve(shell, connection):
    _Submission(shell, connection).peer.listen()


def _connection():
    """Standard input as a socket; afterwards nobody reads or writes the standard streams."""
    if hasattr(socket, "fromshare"):  # Windows
        size = int(sys.stdin.buffer.readline())
        connection = socket.fromshare(sys.stdin.buffer.read(size))
    else:
        connection = socket.socket(fileno=os.dup(0))
    connection.setblocking(True)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    return connection


def main():
    connection, shell = _connection(), _shell()
    sys.stdin = open(os.devnull, encoding="utf-8")
    sys.stdout, sys.stderr = _Stream("stdout"), _Stream("stderr")
    if sys.argv[3:] != ["fork"]:
        _serve(shell, connection)
        os._exit(0)
    if _LSTM_TEACH:
        import lstm_teach  # noqa: F401  Matplotlib would double what each fork takes, and few submissions import it
    gc.freeze()  # else a collection in a fork would copy the pages of all that stands here
    connection.sendall(b".")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        data, received, *_ = socket.recv_fds(connection, 1, 2)
        if not data:
            os._exit(0)
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            connection.close()
            _serve(shell, socket.socket(fileno=received[0]))
            os._exit(0)
        for one in received:
            os.close(one)


main()
