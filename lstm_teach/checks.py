"""One clear sentence for bad input: which argument, what was expected, what came.

Every public function of the package speaks through these few functions, so that all of them speak alike.
"""

import math
from numbers import Integral, Real

import numpy as np


def complaint(argument, expected, came):
    """Return (not raise) a `ValueError` that reads "argument: expected …, got …"."""
    return ValueError(f"{argument}: expected {expected}, got {came}")


def describe(value):
    """Say briefly what a value is: the shape and dtype of an array, otherwise its (shortened) repr."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def whole_number(argument, value, at_least=1):
    """Return `value` as an `int`; raise a `ValueError` unless it is a whole number of at least `at_least`."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Integral) or value < at_least:
        raise complaint(argument, f"a whole number of at least {at_least}", describe(value))
    return int(value)


def finite_number(argument, value, at_least=-math.inf, at_most=math.inf, above=-math.inf):
    """Return `value` as a `float`; raise a `ValueError` unless it is finite, in the range, and greater than `above`."""
    good = isinstance(value, Real) and not isinstance(value, (bool, np.bool_)) and math.isfinite(value)
    if not good or not (at_least <= value <= at_most and value > above):
        limits = [
            f" of at least {at_least:g}" if at_least > -math.inf else "",
            f" above {above:g}" if above > -math.inf else "",
            f" of at most {at_most:g}" if at_most < math.inf else "",
        ]
        raise complaint(argument, "a finite number" + " and".join(filter(None, limits)), describe(value))
    return float(value)


def one_of(argument, value, choices):
    """Return `value`; raise a `ValueError` that lists the choices unless it is one of them."""
    if not isinstance(value, str) or value not in choices:
        raise complaint(argument, "one of " + ", ".join(repr(choice) for choice in choices), describe(value))
    return value


def float_array(argument, value, dtype=None):
    """Return `value` as a floating-point array: float dtypes are kept, integers and booleans become float64.

    PyTorch tensors are taken as they come: detached, fetched from a GPU, bfloat16 as float32 (which is exact). `dtype`,
    when given, is the dtype to convert to. Raises `ValueError` for what is not real numbers, and for a masked value.
    """
    if type(value) is np.ndarray and value.dtype.char in "fd" and (dtype is None or value.dtype == dtype):
        return value  # as it mostly comes, in a loop over time
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    try:
        array = np.asarray(value)
    except TypeError:  # a tensor of a dtype that NumPy does not have, such as bfloat16
        if not hasattr(value, "float"):
            raise complaint(argument, "a dtype that NumPy has, such as float32", str(value.dtype)) from None
        array = np.asarray(value.float())
    except (ValueError, RuntimeError):  # a ragged nested list; tensors with a gradient inside a list
        array = None
    if array is not None and array.dtype.kind == "V" and array.dtype.name == "bfloat16":  # as JAX and ml_dtypes have it
        array = array.astype(np.float32)
    if array is None or array.dtype.kind not in "fiub":
        raise complaint(argument, "an array of real numbers", describe(value))
    if np.ma.is_masked(value):
        raise complaint(argument, "no masked values", f"{np.ma.count_masked(value)} of {array.size} masked")
    if dtype is None:
        dtype = array.dtype if array.dtype.kind == "f" else np.float64
    return array.astype(dtype, copy=False)


def finite_array(argument, array, steps=False):
    """Return `array`; raise a `ValueError` unless all of it is finite. `steps`: say at which index of the first axis.

    "x: expected finite numbers, got NaN at step 10": steps count from 0, as the indices of the array.
    """
    bad = ~np.isfinite(array)
    if bad.any():
        first = tuple(int(axis[0]) for axis in np.nonzero(bad))
        came = "NaN" if np.isnan(array[first]) else "infinity"
        raise complaint(argument, "finite numbers", came + (f" at step {first[0]}" if steps else ""))
    return array


def shaped_array(argument, value, shape, dtype=None):
    """Return `value` as a float array of exactly `shape`; raise a `ValueError` that names both shapes otherwise."""
    array = float_array(argument, value, dtype)
    if array.shape != tuple(shape):
        raise complaint(argument, f"shape {tuple(shape)}", f"shape {array.shape}")
    return array
