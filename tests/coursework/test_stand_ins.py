"""A stand-in takes the place of a function wherever that is held on to, and everything is as before afterwards."""

import math

import numpy as np
import pytest
from grading.stand_ins import _replaced


def twice(x, by=2):
    return by * x


def thrice(x):
    return 3 * x


TABLE = {"twice": twice}


def through_a_default(x, f=twice):
    return f(x)


def test_whoever_holds_on_to_a_function_meets_the_stand_in_and_afterwards_the_function():
    names, met = {"twice": twice, "again": twice}, []

    def stand_in(x, by=2):
        met.append((x, by))
        return "stand-in"

    for key in ("twice", twice):
        with _replaced(names, {key: stand_in}):
            assert {names["twice"](1), names["again"](2), TABLE["twice"](3, by=5), through_a_default(4)} == {"stand-in"}
            assert names["twice"] is names["again"] is twice  # the same object
        assert met == [(1, 2), (2, 2), (3, 5), (4, 2)] and twice(2) == through_a_default(2) == 4
        met.clear()


def test_one_that_calls_what_it_stands_for_is_told_apart_by_a_copy():
    with _replaced({"f": twice, "g": thrice}, {"f": lambda x: ("f", x), "g": lambda x: ("g", x)}):
        assert (twice(1), thrice(1)) == (("f", 1), ("g", 1))
    assert (twice(1), thrice(1)) == (2, 3)


def closure():
    k = 2
    return lambda x: k * x


@pytest.mark.parametrize("old", [closure(), np.exp, math.exp, 3, None],
                         ids=["a closure", "a ufunc", "built in", "3", "None"])
def test_what_is_no_plain_function_is_replaced_where_the_names_have_it(old):
    names = {"f": old, "same": old, "other": thrice}
    before = dict(names)
    with _replaced(names, {"f": thrice}):
        assert names["f"] is names["other"] is thrice
        assert (names["same"] is thrice) == (old is not None)
    assert names == before


def test_a_plain_function_gives_way_to_what_is_no_function():
    names = {"twice": twice}
    with _replaced(names, {"twice": 7}):
        assert names == {"twice": 7}
    assert names == {"twice": twice} and twice(1) == 2


def test_a_name_that_was_not_there_is_gone_afterwards():
    names = {"nothing": None}
    with _replaced(names, {"new": 1, "nothing": 2}):
        assert names == {"new": 1, "nothing": 2}
    assert names == {"nothing": None}


def test_all_is_undone_after_an_exception_and_in_the_order_in_which_it_came():
    names = {"f": np.exp, "twice": twice}
    with pytest.raises(RuntimeError), _replaced(names, {"f": 1, np.exp: 2, "twice": thrice}):
        raise RuntimeError
    assert names == {"f": np.exp, "twice": twice} and twice(1) == 2
    with _replaced(names, {"twice": lambda x: 10, twice: lambda x: 20}):  # named twice: the later one holds
        assert twice(1) == 20
    assert twice(1) == 2
