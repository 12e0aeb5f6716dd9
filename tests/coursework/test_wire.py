"""What crosses between the marking and a submission: plain values whole, anything else by name, and no more."""

import json
import socket
import struct
import warnings
from threading import Thread
from time import monotonic

import numpy as np
import pytest
from grading import wire


@pytest.fixture
def ends():
    """Two peers over one socket; the second serves calls of the functions in its `known`."""
    mine, theirs = socket.socketpair()

    def serve(peer, message):
        target = message["target"]
        try:
            return peer.serve_call(peer.known[target] if isinstance(target, str) else peer.functions[target], message)
        except Exception as error:
            return {"error": [type(error).__name__, str(error), "its line"]}

    here, there = wire.Peer(mine, serve), wire.Peer(theirs, serve)
    here.until = there.until = monotonic() + 20  # so that what is broken fails, and does not wait for ever
    there.known = {"same": lambda *values: values, "twice": lambda f, x: f(f(x))}
    thread = Thread(target=there.listen, daemon=True)
    thread.start()
    yield here, there
    mine.close()
    theirs.close()
    thread.join(20)


@pytest.mark.parametrize("value", [
    None, True, 3, 2.5, float("inf"), "a text", [1, "two"], (1, (2,)), {}, {"a": 1, (1, 2): [3]}, -0.0, 2**80, (), [],
], ids=repr)
def test_plain_values_come_back_as_they_went(ends, value):
    (back,) = ends[0].call("same", (value,), {})
    assert back == value and type(back) is type(value)


@pytest.mark.parametrize("dtype", ["f4", "f8", "i1", "u8", "c16", "?", ">f8"])
def test_arrays_come_back_with_shape_and_dtype_and_scalars_as_scalars(ends, dtype):
    array = np.arange(12).reshape(3, 4).astype(dtype)[:, ::2]
    back, scalar, empty = ends[0].call("same", (array, array[1, 1], array[:0]), {})
    np.testing.assert_array_equal(back, array)
    assert back.dtype == array.dtype and isinstance(scalar, np.generic) and scalar == array[1, 1]
    assert empty.shape == (0, 2) and back.flags.writeable


def test_what_cannot_cross_is_known_by_its_type_and_subclasses_become_plain(ends):
    class Thing:
        pass

    class Whole(int):
        pass

    thing, objects, whole, steps = ends[0].call("same", (Thing(), np.array([None]), Whole(7), range(3)), {})
    assert isinstance(thing, wire.Foreign) and repr(thing) == "<Thing>"
    assert isinstance(objects, wire.Foreign) and repr(objects) == "<array of object>"
    assert whole == 7 and type(whole) is int and steps == (0, 1, 2)
    assert ends[0].call("same", (np.exp,), {}) == (np.exp,)
    (long,) = ends[0].call("same", (type("T" * 99, (), {})(),), {})
    assert repr(long) == f"<{'T' * 80}>"


def test_of_numpy_only_a_ufunc_is_had_by_its_name():
    peer, other = alone()
    with other, peer.socket:
        assert peer.decode({"~": "ufunc", "body": "exp"}) is np.exp
        for name in ("load", "ndarray", "nothing"):
            assert isinstance(peer.decode({"~": "ufunc", "body": name}), wire.Foreign)


def test_functions_are_called_where_they_are_and_come_home_as_themselves(ends):
    here, there = ends

    def double(x):
        return 2 * x

    assert here.call("twice", (double, 5), {}) == 20
    assert here.call("same", (double,), {})[0] is double
    assert here.numbers == {id(double): 0}  # one number, however often it goes
    assert (here.asked, there.asked) == (2, 2)  # each asked twice: for `twice` and `same`, and for `double`


def test_an_array_that_was_changed_there_is_changed_here_and_no_other(ends):
    here, there = ends

    def change(a, b, *, c):
        a[0] += 1
        c[...] = 7
        return None

    there.known["change"] = change
    a, b, c = np.zeros(2), np.zeros(2), np.zeros((1, 1))
    fixed = np.zeros(2)
    fixed.flags.writeable = False
    here.call("change", (a, b), {"c": c})
    assert a.tolist() == [1, 0] and b.tolist() == [0, 0] and c.tolist() == [[7]]
    here.call("change", (fixed, b), {"c": c})
    assert fixed.tolist() == [0, 0]


def test_an_exception_there_is_told_with_its_type_text_and_line(ends):
    here, there = ends

    def fails(error):
        def function():
            raise error
        return function

    there.known |= {"value": fails(ValueError("too small")), "stub": fails(NotImplementedError())}
    with pytest.raises(wire.Raised, match="^ValueError: too small$") as caught:
        here.call("value", (), {})
    assert (caught.value.kind, caught.value.text, caught.value.line) == ("ValueError", "too small", "its line")
    with pytest.raises(NotImplementedError, match="^NotImplementedError$"):
        here.call("stub", (), {})
    assert here.call("same", (1,), {}) == (1,)  # the connection is as good as before


def test_a_warning_there_is_a_warning_here(ends):
    here, there = ends
    there.known["warns"] = lambda: warnings.warn("overflow", RuntimeWarning, stacklevel=1)
    with pytest.warns(RuntimeWarning, match="^overflow$"):
        here.call("warns", (), {})


def alone():
    mine, theirs = socket.socketpair()
    peer = wire.Peer(mine, None)
    peer.until = monotonic() + 20
    return peer, theirs


class Pieces:
    """A socket that gives these bytes in pieces of these sizes."""

    def __init__(self, sent, sizes):
        self.sent, self.sizes = sent, list(sizes)

    def settimeout(self, seconds):
        pass

    def recv(self, most):
        size = self.sizes.pop(0) if self.sizes else 0
        assert size <= most
        part, self.sent = self.sent[:size], self.sent[size:]
        return part


def frame(message):
    body = json.dumps(message).encode()
    return struct.pack("!I", len(body)) + body


@pytest.mark.parametrize(("sent", "said"), [
    (b"", "the process has ended"), (b"\0\0", "the process has ended"), (b"\0\0\0\2{}"[:-1], "the process has ended"),
    (struct.pack("!I", wire.LARGEST + 1), "more than 64 MB were handed over at once"),
    (b"\0\0\0\1{", "what was sent is no message"), (b"\0\0\0\2[]", "what was sent is no message"),
    (b"\0\0\0\1\xff", "what was sent is no message"), *(
        (frame({part: what}), "what was sent is no message")
        for part in ("error", "warned", "changed") for what in (5, None, {})),
])
def test_what_is_no_message_ends_the_connection_with_a_reason(sent, said):
    peer, other = alone()
    with other, peer.socket:
        other.sendall(sent)
        other.shutdown(socket.SHUT_WR)
        with pytest.raises(wire.Gone, match=f"^{said}$"):
            peer.receive()


@pytest.mark.parametrize("sizes", [[1] * 99, [99], [50, 49], [3, 2, 94], [4, 95]])
def test_messages_are_the_same_however_they_are_cut_and_however_many_come_at_once(sizes):
    messages = [{"a": "x" * k} for k in (1, 0, 12, 40)]
    sent = b"".join(map(frame, messages))
    assert len(sent) == 99 + 6
    peer, other = alone()
    with other, peer.socket:
        peer.socket = Pieces(sent, [*sizes, 6])
        assert [peer.receive() for _ in messages] == messages
        assert not peer.held
        with pytest.raises(wire.Gone):
            peer.receive()


@pytest.mark.parametrize("body", [
    {"~": "array", "type": "O", "shape": [1], "body": "AAAAAAAAAAA="}, {"~": "array", "body": "AAAA"},
    {"~": "array", "type": "<f8", "shape": [2], "body": "AAAAAAAAAAA="}, {"~": "tuple", "body": 3},
    {"~": "dict", "body": [[1]]}, {"~": "dict", "body": [[[1], 2]]}, {"~": "yours", "body": 0},
    {"~": "function", "body": "x"},
])
def test_what_is_no_value_ends_the_connection_with_a_reason(body):
    peer, other = alone()
    with other, peer.socket, pytest.raises(wire.Gone, match="^what was sent is no value$"):
        peer.decode(body)


def test_no_answer_in_time_is_late_and_not_waited_for():
    peer, other = alone()
    with other, peer.socket:
        for until in (monotonic() - 1, monotonic() + 0.05):
            peer.until = until
            with pytest.raises(wire.Late, match="^no answer in time$"):
                peer.receive()


def test_after_an_answer_that_came_too_late_there_is_no_other_that_could_be_taken_for_the_next_ones():
    peer, other = alone()
    with other, peer.socket:
        peer.until = monotonic() + 0.05
        with pytest.raises(wire.Late):
            peer.ask("call")
        peer.until = monotonic() + 20
        with pytest.raises(wire.Gone, match="^the process has ended$"):
            peer.ask("call")


def test_what_is_told_of_an_exception_can_be_written_as_utf_8(ends):
    here, there = ends

    def fails():
        raise ValueError("half \ud800 a pair")

    there.known["fails"] = fails
    with pytest.raises(wire.Raised, match="^ValueError: half [?] a pair$"):
        here.call("fails", (), {})


def test_a_part_that_could_not_be_computed_raises_for_whoever_looks_at_it():
    broken = wire.Broken(wire.Raised("ValueError", "no"))
    with pytest.raises(wire.Raised, match="^ValueError: no$"):
        np.asarray(broken)
