"""Values between the marking process and the one in which a submission runs.

The two talk over a socket in frames of JSON, and either may call the other's functions: the marking calls what the
student wrote, and that calls the stand-ins of a test. Only plain values cross: numbers, texts, lists, tuples,
dictionaries, arrays, and functions by number. Nothing that arrives is executed or unpickled, so the marking can read
what a hostile submission sends. An array that a function was given and changed is changed for its caller as well.
"""

import base64
import json
import struct
import warnings
from time import monotonic

import numpy as np

LARGEST = 2**26  # bytes of one frame
_LISTS = ("error", "warned", "changed")  # what is a list in every message that has it


class Gone(Exception):
    """The other side has ended, or sends what is no message."""


class Late(Gone):
    """The other side has not answered in time."""


class Raised(Exception):
    """An exception on the other side: the name of its type, its text, and the line of code that failed."""

    def __init__(self, kind, text, line=""):
        super().__init__(f"{kind}: {text}".removesuffix(": "))
        self.kind, self.text, self.line = kind, text, line


class RaisedStub(Raised, NotImplementedError):
    """A NotImplementedError on the other side: nothing is written there yet."""


class Foreign:
    """A value that cannot cross, known by the name of its type only."""


class Broken(Foreign):
    """What the other side could not compute: whoever looks at it meets the exception that was in the way."""

    def __init__(self, error):
        self.error = error

    def __array__(self, *_, **__):
        raise self.error


def _whole(text):
    """A text that can be written as UTF-8: in JSON it may hold half of a pair of UTF-16."""
    return text.encode("utf-8", "replace").decode()


def foreign(kind):
    """A Foreign whose type has this name."""
    return type(kind, (Foreign,), {"__repr__": lambda self: f"<{kind}>"})()


class Peer:
    """One end of the connection. `special` (encode, decode) lets further kinds of object cross."""

    def __init__(self, socket, serve, special=(lambda value: None, lambda kind, body: foreign(kind))):
        self.socket, self.serve, self.held = socket, serve, bytearray()
        self.functions, self.numbers, self.asked = {}, {}, 0
        self.encode_special, self.decode_special = special
        self.until, self.grace = None, 0.0  # the time, as of monotonic(), at which to stop waiting, and what the other
        # side's own alarm has before it

    # Frames

    def send(self, message):
        body = json.dumps(message).encode()
        try:
            self.socket.settimeout(self._left())
            self.socket.sendall(struct.pack("!I", len(body)) + body)
        except (OSError, ValueError):
            raise Gone("the process has ended") from None

    def receive(self):
        """The next message, a dictionary. Raises Gone or Late."""
        size, = struct.unpack("!I", self._read(4))
        if size > LARGEST:
            raise Gone(f"more than {LARGEST // 2**20} MB were handed over at once")
        try:
            message = json.loads(self._read(size))
        except (ValueError, RecursionError):
            raise Gone("what was sent is no message") from None
        if not isinstance(message, dict) or not all(isinstance(message.get(part, []), list) for part in _LISTS):
            raise Gone("what was sent is no message")
        return message

    def _left(self):
        if self.until is None:
            return None
        left = self.until - monotonic()
        if left <= 0:
            raise Late("no answer in time")
        return left

    def _read(self, size):
        """So many bytes. What comes along with them is held for the next time: most messages are read at once."""
        while len(self.held) < size:
            try:
                self.socket.settimeout(self._left())
                part = self.socket.recv(2**16)
            except TimeoutError:
                raise Late("no answer in time") from None
            except OSError:
                part = b""
            if not part:
                raise Gone("the process has ended")
            self.held += part
        found = bytes(self.held[:size])
        del self.held[:size]
        return found

    # Calls

    def ask(self, kind, **content):
        """Send a request and serve the other side's requests until the answer is there. Raises Raised, Gone, Late.

        After Late the connection is closed: an answer that came after all would be taken for that to the next request.
        """
        self.asked += 1
        self.send({"ask": kind, **content})
        while True:
            try:
                message = self.receive()
            except Late:
                self.socket.close()
                raise
            if "ask" in message:
                self._answer(message)
            elif "note" in message:
                self.note(message["note"])
            elif "error" in message:
                self._warn(message)
                kind, text, line = (_whole(str(part)) for part in (*message["error"], "", "", "")[:3])
                raise (RaisedStub if kind == "NotImplementedError" else Raised)(kind, text, line)
            else:
                self._warn(message)
                return message

    def listen(self):
        """Serve requests until the other side is gone."""
        try:
            while True:
                self._answer(self.receive())
        except Gone:
            return

    def _answer(self, message):
        answer = self.serve(self, message)
        if answer is not None:
            self.send(answer)

    def note(self, content):
        """What the other side tells without waiting for an answer. Nothing is made of it here."""

    def call(self, target, arguments, named):
        """Call the other side's function, by name or number. Returns its value; changed arrays change here too."""
        seconds = {} if self.until is None else {"seconds": self.until - self.grace - monotonic()}
        message = self.ask("call", target=target, arguments=self.encode(list(arguments)), named=self.encode(named),
                           **seconds)
        given = [one for one in (*arguments, *named.values()) if isinstance(one, np.ndarray)]
        for number, now in enumerate(message.get("changed") or ()):
            now = self.decode(now) if now is not None and number < len(given) else None
            if isinstance(now, np.ndarray) and now.shape == given[number].shape and given[number].flags.writeable:
                given[number][...] = now
        return self.decode(message.get("value"))

    def serve_call(self, function, message):
        """The answer to the other side's call of `function`."""
        arguments, named = self.decode(message["arguments"]), self.decode(message["named"])
        given = [one for one in (*arguments, *named.values()) if isinstance(one, np.ndarray)]
        before = [one.copy() for one in given]
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            value = function(*arguments, **named)
        changed = [None if one.tobytes() == old.tobytes() else self.encode(one)
                   for one, old in zip(given, before, strict=True)]
        answer = {"value": self.encode(value), "warned": [str(one.message)[:500] for one in warned[:20]]}
        return answer | ({"changed": changed} if any(one is not None for one in changed) else {})

    def _warn(self, message):
        for text in message.get("warned") or ():
            warnings.warn(str(text), RuntimeWarning, stacklevel=3)

    # Values

    def encode(self, value):
        if value is None or isinstance(value, (bool, str)) or type(value) in (int, float):
            return value
        if isinstance(value, (np.ndarray, np.generic)):
            array = np.asarray(value)
            if array.dtype.kind not in "biufc" or array.dtype.itemsize > 16:
                return {"~": f"array of {array.dtype}"}
            body = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
            return {"~": "array" if isinstance(value, np.ndarray) else "scalar", "type": array.dtype.str,
                    "shape": array.shape, "body": body}
        if isinstance(value, list):
            return [self.encode(one) for one in value]
        if isinstance(value, (tuple, range)):
            return {"~": "tuple", "body": [self.encode(one) for one in value]}
        if isinstance(value, dict):
            return {"~": "dict", "body": [[self.encode(key), self.encode(one)] for key, one in value.items()]}
        special = self.encode_special(value)
        if special is not None:
            return special
        if isinstance(value, np.ufunc):
            return {"~": "ufunc", "body": value.__name__}
        if callable(value) and not isinstance(value, type):
            if isinstance(value, _Remote) and value.peer is self:
                return {"~": "yours", "body": value.number}
            if id(value) not in self.numbers:
                self.numbers[id(value)] = len(self.functions)
                self.functions[len(self.functions)] = value
            return {"~": "function", "body": self.numbers[id(value)]}
        if isinstance(value, (int, float)):  # subclasses
            return value.real
        return {"~": type(value).__name__}

    def decode(self, body):
        if isinstance(body, list):
            return [self.decode(one) for one in body]
        if not isinstance(body, dict):
            return body
        kind, inner = body.get("~"), body.get("body")
        try:
            if kind in ("array", "scalar"):
                array = np.frombuffer(base64.b64decode(inner), np.dtype(body["type"])).reshape(body["shape"]).copy()
                if array.dtype.kind not in "biufc":
                    raise TypeError
                return array if kind == "array" else array[()]
            if kind == "tuple":
                return tuple(self.decode(one) for one in inner)
            if kind == "dict":
                return {self.decode(key): self.decode(one) for key, one in inner}
            if kind == "ufunc":
                return getattr(np, inner) if isinstance(getattr(np, inner, None), np.ufunc) else foreign("function")
            if kind == "function":
                return _Remote(self, int(inner))
            if kind == "yours":
                return self.functions[inner]
        except (TypeError, ValueError, KeyError, AttributeError):
            raise Gone("what was sent is no value") from None
        return self.decode_special(str(kind)[:80], inner)


class _Remote:
    """A function of the other side."""

    def __init__(self, peer, number):
        self.peer, self.number = peer, number

    def __call__(self, *arguments, **named):
        return self.peer.call(self.number, arguments, named)
