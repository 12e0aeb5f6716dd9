"""What is refused, what is let through and as what, and the one sentence that is said."""

import math
import re

import numpy as np
import pytest

from lstm_teach.checks import describe, finite_array, finite_number, float_array, one_of, shaped_array, whole_number


def refused(call, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        call()


def test_a_value_is_described_in_at_most_sixty_characters():
    assert describe("x" * 58) == repr("x" * 58) and describe("x" * 59) == "'" + "x" * 56 + "..."
    assert describe(np.zeros((2, 3), np.float32)) == "an array of shape (2, 3) and dtype float32"


@pytest.mark.parametrize("value", [3, np.int8(3), np.uint64(3)])
def test_a_whole_number_comes_back_as_an_int(value):
    assert whole_number("n", value, at_least=3) == 3 and type(whole_number("n", value)) is int


@pytest.mark.parametrize("value", [True, np.True_, 4.0, "4", None, 3])
def test_what_is_no_whole_number_or_too_small_is_refused(value):
    refused(lambda: whole_number("n", value, at_least=4), f"n: expected a whole number of at least 4, got {value!r}")


def test_a_finite_number_may_be_its_limits_but_not_the_one_it_has_to_be_above():
    assert [finite_number("x", value, at_least=0, at_most=2) for value in (0, np.float32(1), 2)] == [0.0, 1.0, 2.0]
    assert type(finite_number("x", 1)) is float and finite_number("x", 5e-324, above=0) > 0
    expected = "x: expected a finite number"
    for value in (True, np.False_, math.nan, -math.inf, "1", 1j, None, [1]):
        refused(lambda value=value: finite_number("x", value), f"{expected}, got {value!r}")
    refused(lambda: finite_number("x", 0, above=0), f"{expected} above 0, got 0")
    refused(lambda: finite_number("x", -0.1, at_least=0, at_most=2),
            f"{expected} of at least 0 and of at most 2, got -0.1")
    refused(lambda: finite_number("x", 2.1, above=0, at_most=2), f"{expected} above 0 and of at most 2, got 2.1")


def test_only_a_text_is_one_of_several_choices():
    assert one_of("way", "up", {"up": 1, "down": 2}) == "up"
    for value in ("left", None, ["up"], 1):
        refused(lambda value=value: one_of("way", value, ("up", "down")),
                f"way: expected one of 'up', 'down', got {value!r}")


class Unknown:
    """A tensor of a dtype that NumPy does not have, and that cannot become another."""

    dtype = "float8"

    def __array__(self, *_, **__):
        raise TypeError


def test_floats_keep_their_dtype_and_whole_numbers_and_booleans_become_float64():
    for dtype in (np.float16, np.float32, np.float64):
        assert float_array("x", np.ones(2, dtype)).dtype == dtype
    assert all(float_array("x", value).dtype == np.float64 for value in ([1, 2], [True], np.uint8(3)))
    assert float_array("x", [1, 2], np.float32).dtype == np.float32
    given = np.ones(2)
    assert float_array("x", given) is given  # nothing to convert: the array itself
    refused(lambda: float_array("x", [1j]), "x: expected an array of real numbers, got [1j]")
    refused(lambda: float_array("x", Unknown()), "x: expected a dtype that NumPy has, such as float32, got float8")


def test_the_first_number_that_is_not_finite_is_told():
    x = np.zeros((20, 2))
    assert finite_array("x", x) is x
    x[10, 0], x[3, 1] = np.nan, -np.inf
    refused(lambda: finite_array("x", x, steps=True), "x: expected finite numbers, got infinity at step 3")
    refused(lambda: finite_array("x", x), "x: expected finite numbers, got infinity")
    refused(lambda: finite_array("x", x[5:], steps=True), "x: expected finite numbers, got NaN at step 5")


def test_a_shape_has_to_be_the_one_that_is_expected():
    assert shaped_array("x", [[1, 2]], (1, 2), np.float32).dtype == np.float32
    refused(lambda: shaped_array("x", [1, 2], (1, 2)), "x: expected shape (1, 2), got shape (2,)")
