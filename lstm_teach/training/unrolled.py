"""The training engine: any cell over time, its gradient by hand, for a stack of independent replicas at once.

The equations are those of `cells.step` and `cells.step_backward`, and give the same numbers to rounding. What differs
is the order of the axes and of the work:

- Arrays are (T, R, features, B): time, replica, feature, sequence of the batch. A gate is then one contiguous block of
  rows, and the state is kept as the stacked [h; x; 1] on which the weights act: a step is one product for all gates.
- σ(z) = ½ + ½ tanh(z/2): with a gate's rows of the weights halved beforehand, one tanh serves gates and candidate, and
  1 − tanh² every slope.
- What a step computes lies in one array, in an order (`_slots`) in which the factors of a product are neighbours, so
  that one call multiplies several places at once.
- Which calls a cell needs is decided once: `Unrolled` holds every buffer and a list of calls on fixed views of them,
  and running it is running the list. An absent gate costs nothing, its calls are not in the list.

Every product is a 2-D product for one replica and one time step, always of the same shape and strides, and every sum
runs in an order that does not depend on the number of replicas. So a replica's numbers are the same to the last bit
in any stack.
"""

from functools import partial

import numpy as np

from ..cell.activations import ACTIVATIONS

# The row blocks of the engine. Beside `_slots`, this order makes (z_i, z_o, z_f, g, readout) and what their slopes are
# multiplied with on the way back, (g, readout, c_previous, i, o), two runs of neighbours.
_ORDER = ("input_gate", "output_gate", "forget_gate", "candidate")
_GATES = _ORDER[:3]

# For activations made of one tanh: by how much z is scaled before it, and how much of 1 − tanh² the slope is.
_SCALES = {"sigmoid": (0.5, 0.25), "tanh": (1, 1)}

# Time steps are backpropagated in blocks that stay in the second-level cache between their calls.
_BLOCK_BYTES = 800_000


def _slots(cell):
    """The rows of one step's record, top to bottom. The gate rows are values, ("z", place) pre-activations.

    A pre-activation becomes its tanh in place if `_SCALES` has its activation. "state" is the c that came *in*.
    """
    slots = [("z", place) for place in _ORDER if place in cell.places]
    if cell.candidate not in ("tanh", "identity"):
        slots.append("candidate")
    return slots + ["readout", "state"] + [gate for gate in _GATES if isinstance(getattr(cell, gate), str)]


class Unrolled:
    """A cell unrolled over `length` steps for `replicas` networks, with every buffer and view made once.

    Write the input into `x` (T, R, inputs, B), call `forward(weights)`, read `h` (T, R, hidden, B); then write the
    loss's derivative into `dh` (`counted`, R, hidden, B), which belongs to the last `counted` steps, and call
    `backward()` for the gradient of the weights. Weights are (R, blocks·hidden, hidden + inputs + 1), in the row
    order of `Params`. Initial states are 0. `stacked` (T + 1, R, hidden + inputs + 1, B) is [h; x; 1]: entry t holds
    h of step t − 1 and x of step t.
    """

    def __init__(self, cell, length, replicas, inputs, hidden, batch, dtype, counted):
        self.cell, self.length, self.hidden, self.counted = cell, length, hidden, counted
        self.dtype = np.dtype(dtype)
        self.stacked = np.zeros((length + 1, replicas, hidden + inputs + 1, batch), self.dtype)
        self.stacked[:, :, -1] = 1
        self.x = self.stacked[:length, :, hidden:-1]
        self.h = self.stacked[1:, :, :hidden]

        slots = _slots(cell)
        self.rows = {name: row for row, name in enumerate(slots)}
        self.rows.setdefault("candidate", self.rows["z", "candidate"])
        self.record = np.zeros((length + 1, replicas, len(slots), hidden, batch), self.dtype)
        self.scratch = np.empty((replicas, hidden, batch), self.dtype)
        self.dh = np.empty((counted, replicas, hidden, batch), self.dtype)

        self.places = places = [place for place in _ORDER if place in cell.places]
        first_rows = [cell.places.index(place) * hidden for place in places]
        self.row_order = np.concatenate([np.arange(row, row + hidden) for row in first_rows])
        scales = [_SCALES.get(getattr(cell, place), (1, 1)) for place in places]
        self.before, self.after = np.repeat(np.array(scales, self.dtype), hidden, axis=0).T[:, :, None]
        self.forward_weights = np.empty((replicas, len(places) * hidden, hidden + inputs + 1), self.dtype)
        self.backward_weights = np.empty((replicas, hidden, len(places) * hidden), self.dtype)  # of h, transposed
        self.squashed = [place for place in places if getattr(cell, place) in _SCALES]
        self.forward_calls = [call for t in range(length) for call in self._forward_step(t)]
        self.backward_calls = None

    def forward(self, weights):
        """Run all steps."""
        weights = weights[:, self.row_order]
        np.multiply(weights, self.before, self.forward_weights)
        np.multiply(weights[:, :, : self.hidden], self.after, np.swapaxes(self.backward_weights, -1, -2))
        with np.errstate(all="ignore"):  # a diverging replica is reported by its loss, not by warnings
            for call in self.forward_calls:
                call()

    def backward(self):
        """The gradient of the weights from `dh`, after `forward`."""
        if self.backward_calls is None:  # an evaluation never comes here
            self.backward_calls = list(self._backward_all())
        gradient = np.empty_like(self.sum)
        with np.errstate(all="ignore"):
            for call in self.backward_calls:
                call()
            gradient[:, self.row_order] = self.sum * self.after
        return gradient

    def _at(self, t, name):
        """The view of one slot at a step, or at a block of steps; for an absent gate its number."""
        if name in _GATES and not isinstance(getattr(self.cell, name), str):
            kind = getattr(self.cell, name)
            return 1.0 if kind is None else float(kind)
        return self.record[t][..., self.rows[name], :, :]

    def _forward_step(self, t):
        cell, record, half = self.cell, self.record[t], np.full((), 0.5, self.dtype)
        blocks = len(self.places)
        z = record[:, :blocks].reshape(len(record), -1, record.shape[-1])
        yield partial(np.matmul, self.forward_weights, self.stacked[t], z)
        tanh = [self.rows["z", place] for place in self.squashed]
        yield from _together(np.tanh, (record, tanh), (record, tanh))
        sigmoids = [place for place in self.squashed if getattr(cell, place) == "sigmoid"]
        values = [self.rows[place] for place in sigmoids]
        halved = [self.rows["z", place] for place in sigmoids]
        yield from _together(np.multiply, (record, halved), half, (record, values))
        yield from _together(np.add, (record, values), half, (record, values))
        for place in self.places:
            z, value, kind = self._at(t, ("z", place)), self._at(t, place), getattr(cell, place)
            if kind != "sigmoid" and self.rows[place] != self.rows["z", place]:
                yield partial(np.copyto, value, z) if kind in _SCALES else _apply(kind, "value", z, value)
        if cell.input_gate == "coupled":
            yield partial(np.subtract, np.ones((), self.dtype), self._at(t, "forget_gate"), self._at(t, "input_gate"))
        c = self._at(t + 1, "state")
        yield from self._new_state(t, c)
        readout = self._at(t, "readout")
        yield partial(np.tanh, c, readout) if cell.readout == "tanh" else _apply(cell.readout, "value", c, readout)
        yield _product(self._at(t, "output_gate"), readout, self.h[t])

    def _new_state(self, t, c):
        """c = f·c_previous + i·g, without the products that a constant 0 or 1 makes idle."""
        i, f, g, c_previous = (self._at(t, name) for name in ("input_gate", "forget_gate", "candidate", "state"))
        if _is(f, 0):
            yield _product(i, g, c)
        elif _is(f, 1) and _is(i, 1):
            yield partial(np.add, c_previous, g, c)
        else:
            yield _product(i, g, self.scratch)
            yield _product(f, c_previous, c)
            yield partial(np.add, c, self.scratch, c)

    def _backward_all(self):
        """The calls of the whole way back, block by block from the end; the gradient is summed in that order."""
        _, replicas, _, hidden, batch = self.record.shape
        blocks, itemsize = len(self.places), self.dtype.itemsize
        per_step = (self.record[0].size + replicas * (blocks + 1) * hidden * batch) * itemsize
        block = max(1, min(self.length, _BLOCK_BYTES // per_step))
        # The local slopes of every place, which become dz, and in the last row those of the readout: ∂h/∂c.
        self.slopes = np.empty((block, replicas, blocks + 1, hidden, batch), self.dtype)
        self.differences = np.empty((block, replicas, hidden, batch), self.dtype)
        self.dh_now, self.dc = np.empty_like(self.scratch), np.empty_like(self.scratch)
        # Entry 0 is the sum so far, so that the order of summation does not depend on the length of a block.
        products = np.empty((block + 1,) + self.forward_weights.shape, self.dtype)
        self.sum = np.empty_like(self.forward_weights)

        zero = np.zeros((), self.dtype)
        for buffer in (self.dh_now, self.dc, self.sum):
            yield partial(np.copyto, buffer, zero)
        for end in range(self.length, 0, -block):
            start = max(0, end - block)
            times, count = slice(start, end), end - start
            yield from self._local_slopes(times, count)
            for t in reversed(range(start, end)):
                yield from self._backward_step(t, self.slopes[t - start])
            dz = self.slopes[:count, :, :blocks].reshape(count, replicas, -1, batch)
            stacked = np.swapaxes(self.stacked[times], -1, -2)
            yield partial(np.copyto, products[0], self.sum)
            yield partial(np.matmul, dz[::-1], stacked[::-1], products[1 : count + 1])
            yield partial(np.add.reduce, products[: count + 1], 0, None, self.sum)

    def _local_slopes(self, times, count):
        """For a block of steps: ∂c/∂z, ∂h/∂z_o and ∂h/∂c, which depend on no other step."""
        cell, record, slopes, one = self.cell, self.record[times], self.slopes[:count], np.ones((), self.dtype)
        row = {place: k for k, place in enumerate(self.places)} | {"readout": len(self.places)}
        of = [self.rows["z", place] for place in self.squashed]
        to = [row[place] for place in self.squashed]
        if cell.readout == "tanh":
            of, to = of + [self.rows["readout"]], to + [row["readout"]]
        yield from _together(np.multiply, (record, of), (record, of), (slopes, to))
        yield from _together(np.subtract, one, (slopes, to), (slopes, to))
        for place in self.places:
            if place not in self.squashed:
                z = self._at(times, ("z", place))
                yield _apply(getattr(cell, place), "derivative", z, slopes[:, :, row[place]])
        if cell.readout != "tanh":
            c = self._at(slice(times.start + 1, times.stop + 1), "state")
            yield _apply(cell.readout, "derivative", c, slopes[:, :, row["readout"]])

        # The other factor of each product: of i·g, f·c_previous and o·readout(c).
        factor = {"input_gate": "candidate", "output_gate": "readout", "forget_gate": "state",
                  "candidate": "input_gate", "readout": "output_gate"}
        if cell.input_gate == "coupled":  # f moves i = 1 − f as well
            difference = self.differences[:count]
            yield partial(np.subtract, self._at(times, "state"), self._at(times, "candidate"), difference)
            slope = slopes[:, :, row.pop("forget_gate")]
            yield partial(np.multiply, slope, difference, slope)
        for name in [name for name in row if isinstance(self._at(times, factor[name]), float)]:
            number, slope = self._at(times, factor[name]), slopes[:, :, row.pop(name)]
            if number != 1:
                yield partial(np.multiply, slope, number, slope)
        to, by = list(row.values()), [self.rows[factor[name]] for name in row]
        yield from _together(np.multiply, (slopes, to), (record, by), (slopes, to))

    def _backward_step(self, t, slopes):
        """From dh and dc of step `t` to its dz, which takes the place of its slopes, and to dh and dc of step t − 1."""
        dh, dc, f = self.dh_now, self.dc, self._at(t, "forget_gate")
        first_counted = self.length - self.counted
        if t >= first_counted:
            yield partial(np.add, dh, self.dh[t - first_counted], dh)
        if _is(f, 0):
            yield partial(np.multiply, dh, slopes[:, -1], dc)
        else:
            yield partial(np.multiply, dh, slopes[:, -1], self.scratch)
            yield partial(np.add, dc, self.scratch, dc)
        for k, place in enumerate(self.places):
            yield partial(np.multiply, slopes[:, k], dh if place == "output_gate" else dc, slopes[:, k])
        if t > 0:
            if not (_is(f, 0) or _is(f, 1)):
                yield _product(f, dc, dc)
            dz = slopes[:, : len(self.places)].reshape(len(slopes), -1, slopes.shape[-1])
            yield partial(np.matmul, self.backward_weights, dz, dh)


def _together(ufunc, *operands):
    """A call of `ufunc` for every run of rows that are neighbours in all operands: (array, rows), or a number."""
    columns = [operand[1] for operand in operands if isinstance(operand, tuple)]
    start, count = 0, len(columns[0])
    for end in range(1, count + 1):
        if end == count or any(column[end] != column[end - 1] + 1 for column in columns):
            yield partial(ufunc, *(
                operand[0][..., operand[1][start] : operand[1][start] + end - start, :, :]
                if isinstance(operand, tuple) else operand
                for operand in operands
            ))
            start = end


def _is(value, number):
    """Whether a place holds this constant, not an array."""
    return isinstance(value, float) and value == number


def _product(factor, array, out):
    """The call out = factor·array; a copy where the factor is the constant 1."""
    return partial(np.copyto, out, array) if _is(factor, 1) else partial(np.multiply, array, factor, out)


def _apply(kind, what, array, out):
    """The call out = activation(array), for activations that are not made of one tanh; `what`: value or derivative."""
    function = getattr(ACTIVATIONS[kind], what)
    return lambda: np.copyto(out, function(array))
