"""The training engine: any cell over time, its gradient by hand, for a stack of independent replicas at once.

The equations are those of `cells.step` and `cells.step_backward`, and give the same numbers to rounding. What differs
is the order of the axes and of the work:

- Arrays are (T, features, R, B): time, feature, replica, sequence of the batch. A gate of all replicas is then one
  contiguous block, and the state is kept as the stacked [h; x; 1] on which the weights act: a step is one product a
  replica, which BLAS reads and writes where it stands, its rows R·B apart.
- σ(z) = ½ + ½ tanh(z/2): with a sigmoid's rows of the weights halved beforehand, one tanh serves gates and candidate.
- A value takes the place of its z, and the slopes σ′ = σ − σ² and tanh′ = 1 − tanh² are had from the values.
- Which calls a cell needs is decided once: `Unrolled` holds every buffer and a list of calls on fixed views of them,
  and running it is running the list. An absent gate costs nothing, its calls are not in the list.

Every product is a 2-D product for one replica and one time step, always of the same shape, and every sum runs in an
order that does not depend on the number of replicas. So a replica's numbers are the same to the last bit in any stack.
"""

from functools import partial
from types import SimpleNamespace

import numpy as np

from ..cell.activations import ACTIVATIONS
from ..cell.cells import PLACES
from ..checks import whole_number

# Time steps are backpropagated in blocks: a longer one takes fewer calls, a shorter one stays in a nearer cache.
_BLOCK_BYTES = 1_600_000

_STACKED_UNITS = 240  # hidden units of all replicas together, for `replicas_at_a_time`

# The slope of these can be had from their value, which may therefore take the place of z.
_IN_PLACE = ("sigmoid", "tanh", "relu", "identity")


def replicas_at_a_time(hidden):
    """How many networks of this width to train in one stack for the most updates a second: 20 at 12, one from 121 on.

    A larger stack spreads the cost of a call over more numbers, until a step no longer fits the nearer caches. In
    batches of 32, over 50 and 200 steps, stacks of about 240 hidden units in all reach at least .9 of the fastest
    measured, 2 to 40 replicas at widths of 8 to 128. Raises `ValueError` for a width that is not a whole number from 1.
    """
    return max(1, _STACKED_UNITS // whole_number("hidden", hidden))


class _Layout:
    """Which row of a step's record holds what, top to bottom; a row is (hidden, R, B).

    First a row for every place with weights: its z, which becomes its value if the activation is `_IN_PLACE`. The
    sigmoids come first and the tanhs next, so that one call serves all of a kind. Below stand the values that have a
    row of their own, the readout, and the c that came *in*. `z` and `row` tell the row of a letter's z and value.
    """

    def __init__(self, cell):
        kinds = {place: getattr(cell, place) for place in cell.places}
        sigmoids = [place for place in kinds if kinds[place] == "sigmoid"]
        tanhs = [place for place in kinds if kinds[place] == "tanh"]
        others = [place for place in kinds if kinds[place] not in ("sigmoid", "tanh")]
        self.places = sigmoids + tanhs + others
        self.others = {PLACES[place]: kinds[place] for place in others}
        self.sigmoids, self.tanhs = slice(0, len(sigmoids)), slice(len(sigmoids), len(sigmoids + tanhs))
        self.squashed, self.blocks = slice(0, self.tanhs.stop), slice(0, len(self.places))

        self.z = {PLACES[place]: row for row, place in enumerate(self.places)}
        apart = [letter for letter, kind in self.others.items() if kind not in _IN_PLACE]
        if cell.input_gate == "coupled":
            apart.append("i")
        below = [*apart, "readout", "c_previous"]
        self.row = self.z | {name: len(self.places) + k for k, name in enumerate(below)}
        self.rows = len(self.places) + len(below)

    def views(self, array, rows):
        """By name, the views of an array (steps, rows, hidden, R, B): `rows`, and what one call serves together."""
        steps, _, hidden, replicas, batch = array.shape
        product = array[:, self.blocks].reshape((steps, len(self.places) * hidden, replicas, batch))
        together = {name: array[:, getattr(self, name)] for name in ("squashed", "sigmoids", "tanhs")}
        return together | {name: array[:, row] for name, row in rows.items()} | {"product": np.swapaxes(product, 1, 2)}


class Unrolled:
    """A cell unrolled over `length` steps for `replicas` networks, with every buffer and view made once.

    Write the input into `x` (T, R, inputs, B), call `forward(weights)`, read `h` (T, R, hidden, B); then write the
    loss's derivative into `dh` (`counted`, R, hidden, B), which belongs to the last `counted` steps, and call
    `backward()` for the gradient of the weights. Weights are (R, blocks·hidden, hidden + inputs + 1), in the row
    order of `Params`. Initial states are 0. `stacked` (T + 1, R, hidden + inputs + 1, B) is [h; x; 1]: entry t holds
    h of step t − 1 and x of step t. These four are views of arrays in the engine's order of axes.
    """

    def __init__(self, cell, length, replicas, inputs, hidden, batch, dtype, counted):
        self.cell, self.layout, self.length, self.hidden, self.counted = cell, _Layout(cell), length, hidden, counted
        self.replicas, self.batch, self.dtype = replicas, batch, np.dtype(dtype)
        places, columns = self.layout.places, hidden + inputs + 1
        stacked, record = self._zeros(length + 1, columns), self._zeros(length + 1, self.layout.rows, hidden)
        stacked[:, -1] = 1
        self.stacked, self.dh = np.swapaxes(stacked, 1, 2), np.swapaxes(self._zeros(counted, hidden), 1, 2)
        self.x, self.h = self.stacked[:length, :, hidden:-1], self.stacked[1:, :, :hidden]
        self.dh_now, self.dc, self.scratch = (self._zeros(hidden) for _ in range(3))

        # What the equations name, with a leading axis T; of an absent gate its number, an array without axes.
        numbers = {"i": cell.input_gate, "f": cell.forget_gate, "o": cell.output_gate}
        self.series = {name: self._number(1 if value is None else value) for name, value in numbers.items()
                       if not isinstance(value, str)}
        self.series |= self.layout.views(record[:-1], self.layout.row)
        self.series |= {"z_" + letter: record[:-1, row] for letter, row in self.layout.z.items()}
        self.series |= {"c": record[1:, self.layout.row["c_previous"]], "h": stacked[1:, :hidden]}

        first_rows = [cell.places.index(place) * hidden for place in places]
        self.row_order = np.concatenate([np.arange(row, row + hidden) for row in first_rows])
        self.forward_weights = np.empty((replicas, len(places) * hidden, columns), self.dtype)
        self.backward_weights = np.empty((replicas, hidden, len(places) * hidden), self.dtype)  # of h, transposed
        self.forward_calls = [call for t in range(length) for call in self._forward_step(t)]
        self.backward_calls = None

    def _zeros(self, *shape):
        """An array (..., R, B).

        Where a product sums over a vector (H or B is 1), its last bit may depend on how far apart the elements stand:
        there each replica has its memory to itself, and only the order of the axes is the same.
        """
        if self.hidden == 1 or self.batch == 1:
            return np.moveaxis(np.zeros((self.replicas,) + shape + (self.batch,), self.dtype), 0, -2)
        return np.zeros(shape + (self.replicas, self.batch), self.dtype)

    def _number(self, value):
        return np.full((), value, self.dtype)

    def forward(self, weights):
        """Run all steps."""
        np.copyto(self.forward_weights, weights[:, self.row_order])
        np.copyto(self.backward_weights, np.swapaxes(self.forward_weights[:, :, : self.hidden], -1, -2))
        self.forward_weights[:, : self.layout.sigmoids.stop * self.hidden] *= 0.5
        _run(self.forward_calls)

    def backward(self):
        """The gradient of the weights from `dh`, after `forward`."""
        if self.backward_calls is None:  # an evaluation never comes here
            self.backward_calls = list(self._backward_all())
        _run(self.backward_calls)
        gradient = np.empty_like(self.sum)
        gradient[:, self.row_order] = self.sum
        return gradient

    def _forward_step(self, t):
        cell, now, half = self.cell, _at(self.series, t), self._number(0.5)
        yield partial(np.matmul, self.forward_weights, self.stacked[t], now.product)
        if now.squashed.size:
            yield partial(np.tanh, now.squashed, now.squashed)
        if now.sigmoids.size:
            yield partial(np.multiply, now.sigmoids, half, now.sigmoids)
            yield partial(np.add, now.sigmoids, half, now.sigmoids)
        for letter, kind in self.layout.others.items():
            yield from _apply(kind, "value", getattr(now, "z_" + letter), getattr(now, letter))
        if cell.input_gate == "coupled":
            yield partial(np.subtract, self._number(1), now.f, now.i)
        # c = f·c_previous + i·g
        if _is(now.f, 0):
            yield from _product(now.g, now.i, now.c)
        elif _is(now.f, 1) and _is(now.i, 1):
            yield partial(np.add, now.c_previous, now.g, now.c)
        else:
            yield from _product(now.g, now.i, self.scratch)
            yield from _product(now.c_previous, now.f, now.c)
            yield partial(np.add, now.c, self.scratch, now.c)
        # h = o·readout(c)
        yield from _apply(cell.readout, "value", now.c, now.readout)
        yield from _product(now.readout, now.o, now.h)

    def _backward_all(self):
        """The calls of the whole way back, block by block from the end; the gradient is summed in that order."""
        block = self._steps_in_a_block()
        # The local slopes of every place, which become dz, and in the last row those of the readout: ∂h/∂c.
        rows = self.layout.z | {"readout": len(self.layout.places)}
        slopes = self.layout.views(self._zeros(block, len(rows), self.hidden), rows)
        # Entry 0 is the sum so far, so that the order of summation does not depend on the length of a block.
        products = np.empty((block + 1,) + self.forward_weights.shape, self.dtype)
        self.sum = np.empty_like(self.forward_weights)
        self.difference = self._zeros(block, self.hidden)

        for buffer in (self.dh_now, self.dc, self.sum):
            yield partial(np.copyto, buffer, self._number(0))
        for end in range(self.length, 0, -block):
            start = max(0, end - block)
            count = end - start
            yield from self._local_slopes(_at(self.series, slice(start, end)), _at(slopes, slice(0, count)))
            for t in reversed(range(start, end)):
                yield from self._backward_step(t, _at(slopes, t - start))
            dz, stacked = slopes["product"][:count], np.swapaxes(self.stacked[start:end], -1, -2)
            yield partial(np.copyto, products[0], self.sum)
            yield partial(np.matmul, dz[::-1], stacked[::-1], products[1 : count + 1])
            yield partial(np.add.reduce, products[: count + 1], 0, None, self.sum)

    def _steps_in_a_block(self):
        rows = self.layout.rows + len(self.layout.places) + 1  # of the record and of the slopes
        step_bytes = rows * self.hidden * self.replicas * self.batch * self.dtype.itemsize
        return max(1, min(self.length, _BLOCK_BYTES // step_bytes))

    def _local_slopes(self, now, slopes):
        """For a block of steps: ∂c/∂z, ∂h/∂z_o and ∂h/∂c, which depend on no other step."""
        cell, one = self.cell, self._number(1)
        if now.squashed.size:
            yield partial(np.multiply, now.squashed, now.squashed, slopes.squashed)
        if now.sigmoids.size:
            yield partial(np.subtract, now.sigmoids, slopes.sigmoids, slopes.sigmoids)
        if now.tanhs.size:
            yield partial(np.subtract, one, slopes.tanhs, slopes.tanhs)
        for letter, kind in self.layout.others.items():
            yield from _apply(kind, "derivative", getattr(now, "z_" + letter), getattr(slopes, letter))
        if cell.readout == "tanh":
            yield partial(np.multiply, now.readout, now.readout, slopes.readout)
            yield partial(np.subtract, one, slopes.readout, slopes.readout)
        else:
            yield from _apply(cell.readout, "derivative", now.c, slopes.readout)

        # The other factor of each product: of i·g, f·c_previous and o·readout(c).
        factors = {"i": now.g, "f": now.c_previous, "g": now.i, "o": now.readout, "readout": now.o}
        if cell.input_gate == "coupled":  # f moves i = 1 − f as well
            factors["f"] = self.difference[: len(now.g)]
            yield partial(np.subtract, now.c_previous, now.g, factors["f"])
        for letter in (*self.layout.z, "readout"):
            slope = getattr(slopes, letter)
            yield from _product(slope, factors[letter], slope)

    def _backward_step(self, t, slopes):
        """From dh and dc of step `t` to its dz, which takes the place of its slopes, and to dh and dc of step t − 1."""
        dh, dc, f = self.dh_now, self.dc, _at(self.series, t).f
        first_counted = self.length - self.counted
        if t >= first_counted:
            yield partial(np.add, dh, np.swapaxes(self.dh[t - first_counted], 0, 1), dh)
        # h = o·readout(c)
        if _is(f, 0):
            yield partial(np.multiply, dh, slopes.readout, dc)
        else:
            yield partial(np.multiply, dh, slopes.readout, self.scratch)
            yield partial(np.add, dc, self.scratch, dc)
        for letter in self.layout.z:
            slope = getattr(slopes, letter)
            yield partial(np.multiply, slope, dh if letter == "o" else dc, slope)
        if t > 0:
            if not _is(f, 0):  # c = f·c_previous + i·g
                yield from _product(dc, f, dc)
            yield partial(np.matmul, self.backward_weights, slopes.product, np.swapaxes(dh, 0, 1))


def _run(calls):
    with np.errstate(all="ignore"):  # a diverging replica is reported by its loss, not by warnings
        np.setbufsize(16)  # rows that are no neighbours would be copied through the buffer; errstate restores its size
        for call in calls:
            call()


def _at(series, times):
    """The views of a series at a step or at a slice of steps, as attributes; numbers stay what they are."""
    return SimpleNamespace(**{name: array[times] if array.ndim else array for name, array in series.items()})


def _is(array, number):
    """Whether this is the factor of an absent gate, and this number."""
    return array.ndim == 0 and array == number


def _product(array, factor, out):
    """The call out = array·factor; where an absent gate's factor is 1 a copy, or none if `out` is `array`."""
    if not _is(factor, 1):
        yield partial(np.multiply, array, factor, out)
    elif out is not array:
        yield partial(np.copyto, out, array)


def _apply(kind, what, array, out):
    """The call out = activation(array); `what` is "value" or "derivative"."""
    if kind == "tanh" and what == "value":
        yield partial(np.tanh, array, out)
    else:
        function = getattr(ACTIVATIONS[kind], what)
        yield lambda: np.copyto(out, function(array))
