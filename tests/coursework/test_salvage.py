"""What is left of a function that raised: what was right is kept, and each other part says what was in its way."""

import linecache

import numpy as np
import pytest
from grading import salvage


def written(source, name="f"):
    """A function of a cell with this source, as a notebook has it: where its source can be looked up."""
    file = f"<cell {len(linecache.cache)}>"
    linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
    space = {"np": np}
    exec(compile(source, file, "exec"), space)
    return space[name]


def kept(source, *arguments):
    """What comes of the parts of a function: their values, or the names of the exceptions that were in the way."""
    value = salvage.forgiving(written(source))(*arguments)
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else [value]
    return [type(one.error).__name__ if isinstance(one, salvage.Broken) else one for one in parts]


@pytest.mark.parametrize(("returned", "parts"), [
    ("{'a': a, 'b': b}", 2), ("(a, b)", 2), ("dict(a=a, b=b)", 2), ("{'a': a, 'b': missing}", 2),
    ("(a, 1 / 0)", 2), ("dict(a=a, b=missing)", 2),
])
def test_what_a_function_returns_is_kept_part_by_part(returned, parts):
    value = kept(f"def f(x):\n    a = x + 1\n    b = x / 0\n    return {returned}\n", 2)
    assert len(value) == parts and value[0] == 3 and value[1] in ("ZeroDivisionError", "NameError")


@pytest.mark.parametrize("line", [
    "b = x.nothing", "b: int = x.nothing", "b = 1; b += x.nothing", "b, (c, *d) = x.nothing", "b = c = x.nothing",
    "b = [k.nothing for k in [x]]", "b = (lambda: x.nothing)()",
    "\n    for k in range(2):\n        b = x.nothing", "\n    if x:\n        b = x.nothing",
])
def test_whatever_was_to_be_assigned_is_broken_and_the_rest_goes_on(line):
    assert kept(f"def f(x):\n    {line}\n    a = x + 1\n    return a, b\n", 2) == [3, "AttributeError"]


@pytest.mark.parametrize("made", [
    "b + 1", "1 + b", "b - 1", "1 - b", "2 * b", "b * 2", "b / 2", "2 / b", "b @ y", "y @ b", "b ** 2", "2 ** b", "-b",
    "b // 2", "2 // b", "b[0]", "b.T", "b.sum(axis=0)", "b(1)", "np.exp(b)", "y + b", "y * b", "np.sum(b)",
    "np.concatenate([y, b])", "np.where(y > 0, b, y)", "np.float64(2) * b", "b @ b", "b - b",
])
def test_what_is_made_of_a_broken_part_is_broken_by_the_same(made):
    assert kept(f"def f(y):\n    b = y.nothing\n    c = {made}\n    return y.sum(), c\n", np.ones(2)) == [
        2, "AttributeError"]


@pytest.mark.parametrize("asked", [
    "1 if b else 2", "len(b)", "float(b)", "int(b)", "list(b)", "[0, 1][b]", "b.__abs__()",
])
def test_a_broken_part_is_no_number_no_length_and_no_answer(asked):
    value = kept(f"def f(x):\n    b = x / 0\n    c = {asked}\n    return x, c\n", 2)
    assert value == [2, "AttributeError" if "abs" in asked else "ZeroDivisionError"]


def test_assigning_to_a_part_of_something_is_no_name_to_break():
    """What it changes is what the function was given, or made whole: to go on would be to keep half of it."""
    f = salvage.forgiving(written("def f(x):\n    a = {}\n    a['b'] = x / 0\n    return x, a\n"))
    with pytest.raises(ZeroDivisionError):
        f(2)
    f = salvage.forgiving(written("def f(x):\n    x[0] = x[0] + 1\n    return x[0], x / 0\n"))
    assert f([1])[0] == 2


def test_a_try_of_the_students_own_and_an_inner_function_do_what_they_did():
    source = "def f(x):\n    try:\n        a = x / 0\n    except ZeroDivisionError:\n        a = 7\n    return a, no\n"
    assert kept(source, 1) == [7, "NameError"]
    source = ("def f(x):\n    def safe():\n        a = x / 0\n        return a, 1\n"
              "    b = safe()\n    return x, b\n")
    assert kept(source, 1) == [1, "ZeroDivisionError"]


def test_the_function_itself_stays_and_a_decorator_is_left_out():
    f = written("def twice(f):\n    return lambda x: (f(x), f(x))\n\ndef g(x):\n    a = x / 0\n    return x, a\n", "g")
    again = salvage.forgiving(f)
    assert again is not f and f.__globals__["g"] is f
    with pytest.raises(ZeroDivisionError):
        f(1)
    source = "def twice(f):\n    f.made = 2\n    return f\n\n@twice\ndef g(x):\n    a = x / 0\n    return x, a\n"
    assert not hasattr(salvage.forgiving(written(source, "g")), "made")


def test_a_function_that_is_indented_is_read_too():
    assert kept("if True:\n    def f(x):\n        a = x / 0\n        return x, a\n", 1) == [1, "ZeroDivisionError"]


def test_what_cannot_be_made_anew_is_none():
    inner = written("def make(k):\n    def inner(x):\n        return x, k / 0\n    return inner\nf = make(1)\n")
    nowhere = eval("lambda x: x")
    space = {}
    exec("def f(x):\n    return x", space)
    for one in (inner, nowhere, space["f"], len, np.exp, 3):
        assert salvage.forgiving(one) is None


def test_some_and_not_all_of_what_came_back_is_broken():
    broken = salvage.Broken(ValueError("no"))
    for value, partly in (((1, broken), True), ({"a": broken, "b": 1}, True), ((broken, broken), False),
                          ((1, 2), False), ({}, False), ((), False), (broken, False), ([1, broken], False), (3, False)):
        assert salvage.is_partly_whole(value) is partly, value
