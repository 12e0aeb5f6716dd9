"""A recurrent cell as data, one step of it as readable equations, and the exact gradient of that step.

A `Cell` says what stands in each of five places. One step, in the notation of notebook 00, is

    z_i, z_f, z_g, z_o = W [h; x; 1]           one block of rows per place that has weights
    i = input_gate(z_i)     f = forget_gate(z_f)     g = candidate(z_g)     o = output_gate(z_o)
    c ← f c + i g           h ← o readout(c)

(Hochreiter & Schmidhuber 1997, with the forget gate of Gers, Schmidhuber & Cummins 2000.) Every ablation is the same
code with another `Cell`: the thread's proposal, "just tanh", is `replace(LSTM, input_gate=None)`.

This is the permanent reference: slow, in the order of the equations, every intermediate kept by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from numbers import Real
from typing import NamedTuple

import numpy as np

from ..checks import complaint, describe, finite_array, finite_number, float_array, one_of, shaped_array, whole_number
from .activations import ACTIVATIONS

# The four places that can have weights, in the order of their row blocks, with their letters in the equations.
PLACES = {"input_gate": "i", "forget_gate": "f", "candidate": "g", "output_gate": "o"}


@dataclass(frozen=True)
class Cell:
    """What stands in each place of a recurrent cell. The default is the LSTM.

    A gate is the name of an activation; `None` (no weights, factor 1); a number in [0, 1] (no weights, that
    factor); or, for the input gate only, "coupled" (no weights, i = 1 − f). `candidate` and `readout` are names of
    activations; "identity" drops one. Raises `ValueError` for anything else, and for a coupled input gate beside a
    forget gate that has no weights.
    """

    input_gate: str | float | None = "sigmoid"
    forget_gate: str | float | None = "sigmoid"
    output_gate: str | float | None = "sigmoid"
    candidate: str = "tanh"
    readout: str = "tanh"

    def __post_init__(self):
        for place in ("input_gate", "forget_gate", "output_gate"):
            value = getattr(self, place)
            coupled = (place == "input_gate") and value == "coupled"
            if isinstance(value, str) and not coupled:
                one_of(place, value, ACTIVATIONS)
            elif isinstance(value, Real) and not isinstance(value, bool):
                finite_number(place, value, at_least=0, at_most=1)
            elif value is not None and not coupled:
                raise complaint(place, "the name of an activation, None, or a number in [0, 1]", describe(value))
        for place in ("candidate", "readout"):
            one_of(place, getattr(self, place), ACTIVATIONS)
        if self.input_gate == "coupled" and not isinstance(self.forget_gate, str):
            raise complaint(
                "input_gate", "'coupled' (i = 1 − f) only beside a forget gate with weights",
                f"forget_gate={self.forget_gate!r}",
            )

    @property
    def places(self):
        """The places that have weights, in the order of their row blocks: a tuple of names."""
        return tuple(
            place for place in PLACES if isinstance(getattr(self, place), str) and getattr(self, place) != "coupled"
        )


LSTM = Cell()
TANH_ONLY = replace(LSTM, input_gate=None)
COUPLED = replace(LSTM, input_gate="coupled")
NO_FORGET_GATE = replace(LSTM, forget_gate=None)
NO_OUTPUT_GATE = replace(LSTM, output_gate=None)
TANH_GATE = replace(LSTM, input_gate="tanh")
LINEAR_GATE = replace(LSTM, input_gate="identity")
VANILLA_RNN = Cell(None, 0.0, None, "tanh", "identity")

CELLS = {
    "LSTM": LSTM,
    "TANH_ONLY": TANH_ONLY,
    "COUPLED": COUPLED,
    "NO_FORGET_GATE": NO_FORGET_GATE,
    "NO_OUTPUT_GATE": NO_OUTPUT_GATE,
    "TANH_GATE": TANH_GATE,
    "LINEAR_GATE": LINEAR_GATE,
    "DEAD_ZONE": replace(TANH_ONLY, candidate="dead_zone_tanh"),
    "LINEAR_CANDIDATE": replace(LSTM, candidate="identity"),
    "RELU_CANDIDATE": replace(LSTM, candidate="relu"),
    "LINEAR_READOUT": replace(LSTM, readout="identity"),
    "NO_GATES": Cell(None, None, None, "tanh", "tanh"),
    "VANILLA_RNN": VANILLA_RNN,
}


class Block(NamedTuple):
    """The weights of one place: W_x (..., hidden, inputs), W_h (..., hidden, hidden), b (..., hidden)."""

    W_x: np.ndarray
    W_h: np.ndarray
    b: np.ndarray


@dataclass(frozen=True, eq=False, repr=False)
class Params(Mapping):
    """The weights of a cell: one array, read by place.

    `weights` has shape (..., blocks·hidden, hidden + inputs + 1) and acts on [h; x; 1]; `places` names its row
    blocks from top to bottom; leading axes are independent replicas. `params["forget_gate"]` is a `Block` of views:
    writing into them changes `weights`. A place without weights is not in the mapping. Gradients are `Params` too.
    Raises `ValueError` when the shape does not fit the places.
    """

    weights: np.ndarray
    places: tuple[str, ...]

    def __post_init__(self):
        weights, places = float_array("weights", self.weights), tuple(self.places)
        if not places or places != tuple(place for place in PLACES if place in places):
            raise complaint("places", "some of " + ", ".join(PLACES) + ", in this order", describe(self.places))
        rows, columns = weights.shape[-2:] if weights.ndim >= 2 else (0, 0)
        if rows == 0 or rows % len(places) or columns < rows // len(places) + 2:
            raise complaint(
                "weights", f"shape (..., {len(places)}·hidden, hidden + inputs + 1)", f"shape {weights.shape}"
            )
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "places", places)

    # A mapping of arrays has no useful equality; two Params are the same only if they are the same object.
    __eq__, __hash__ = object.__eq__, object.__hash__

    @property
    def hidden(self):
        """Number of hidden units."""
        return self.weights.shape[-2] // len(self.places)

    @property
    def inputs(self):
        """Number of input features."""
        return self.weights.shape[-1] - self.hidden - 1

    @property
    def replicas(self):
        """The leading axes of `weights`: () for a single network."""
        return self.weights.shape[:-2]

    def __getitem__(self, place):
        if place not in self.places:
            raise KeyError(f"{place}: expected a place with weights, one of {', '.join(self.places)}")
        top, hidden = self.places.index(place) * self.hidden, self.hidden
        rows = self.weights[..., top : top + hidden, :]
        return Block(W_x=rows[..., hidden:-1], W_h=rows[..., :hidden], b=rows[..., -1])

    def __iter__(self):
        return iter(self.places)

    def __len__(self):
        return len(self.places)

    def __repr__(self):
        stack = f", replicas={self.replicas}" if self.replicas else ""
        return f"Params({', '.join(self.places)}; hidden={self.hidden}, inputs={self.inputs}{stack})"


def init_params(cell, inputs, hidden, rng, forget_bias=1.0, input_bias=0.0, dtype=np.float64):
    """Draw fresh weights for a cell.

    Recurrent weights are random orthogonal matrices (Saxe, McClelland & Ganguli 2014), input weights Glorot-uniform
    over inputs + hidden (Glorot & Bengio 2010), one draw per place. All four places are drawn whether the cell has
    them or not, so at equal `rng` seed, width and inputs two cells share every block that both have. Biases are 0 but
    for `forget_bias` and `input_bias` (a number, or one per hidden unit), which are ignored where the cell has no
    such weights. `rng` is a seed or a `numpy.random.Generator`. Returns `Params` of `dtype`.
    Raises `ValueError` for sizes below 1 and biases that are not finite numbers.
    """
    inputs, hidden = whole_number("inputs", inputs), whole_number("hidden", hidden)
    biases = {
        "forget_gate": _bias("forget_bias", forget_bias, hidden),
        "input_gate": _bias("input_bias", input_bias, hidden),
    }
    rng = np.random.default_rng(rng)
    limit = np.sqrt(6 / (inputs + hidden))
    blocks = []
    for place in PLACES:
        W_h = _random_orthogonal(rng, hidden)
        W_x = rng.uniform(-limit, limit, (hidden, inputs))
        if place in cell.places:
            blocks.append(np.column_stack([W_h, W_x, biases.get(place, np.zeros(hidden))]))
    return Params(np.concatenate(blocks).astype(dtype), cell.places)


def init_params_pytorch(cell, inputs, hidden, rng, networks=None, forget_bias=0.0, dtype=np.float64):
    """Draw fresh weights for a cell as PyTorch's `nn.LSTM` and `nn.RNN` do.

    Every weight is uniform from −1/√hidden to 1/√hidden, and so are two biases, whose sum is the bias here
    (`torch.nn.LSTM`, under "Variables"). `forget_bias`, a number or one per hidden unit, is added to the forget gate's
    where the cell has one. `networks`: how many are drawn at once, for a stack (networks, rows, hidden + inputs + 1);
    None for a single one. `rng` is a seed or a `numpy.random.Generator`. Returns `Params` of `dtype`.
    Raises `ValueError` for sizes below 1 and biases that are not finite numbers.
    """
    inputs, hidden = whole_number("inputs", inputs), whole_number("hidden", hidden)
    stack = () if networks is None else (whole_number("networks", networks),)
    rng, limit = np.random.default_rng(rng), 1 / np.sqrt(hidden)
    rows = len(cell.places) * hidden
    weights = rng.uniform(-limit, limit, (*stack, rows, hidden + inputs + 1))
    weights[..., -1] += rng.uniform(-limit, limit, (*stack, rows))
    params, bias = Params(weights.astype(dtype), cell.places), _bias("forget_bias", forget_bias, hidden)
    if "forget_gate" in cell.places:
        params["forget_gate"].b[...] += bias
    return params


def _bias(argument, value, hidden):
    value = float_array(argument, value)
    if value.shape not in ((), (hidden,)) or not np.isfinite(value).all():
        raise complaint(argument, f"a finite number, or {hidden} of them, one per hidden unit", describe(value[()]))
    return np.broadcast_to(value, (hidden,))


def _random_orthogonal(rng, size):
    q, r = np.linalg.qr(rng.standard_normal((size, size)))
    return q * np.sign(np.diag(r))  # without the signs q would not be uniform over the orthogonal matrices


@dataclass(frozen=True, eq=False, kw_only=True)
class Intermediates:
    """Everything the equations name: `x` (..., inputs), and (..., hidden) for all the rest.

    Pre-activations z_i, z_f, z_g, z_o; gates i, f, o; candidate g; the new cell state c, `readout` (the readout
    activation's value, tanh(c) in the LSTM) and hidden state h.
    An absent gate has z = None and the constant value it stands for; a coupled input gate has z_i = None and i = 1 − f.
    """

    x: np.ndarray
    z_i: np.ndarray | None
    i: np.ndarray
    z_f: np.ndarray | None
    f: np.ndarray
    z_g: np.ndarray
    g: np.ndarray
    z_o: np.ndarray | None
    o: np.ndarray
    c: np.ndarray
    readout: np.ndarray
    h: np.ndarray


@dataclass(frozen=True, eq=False, kw_only=True)
class Step(Intermediates):
    """Everything one step computed, and the states that came in: h_previous, c_previous (..., hidden)."""

    h_previous: np.ndarray
    c_previous: np.ndarray


@dataclass(frozen=True, eq=False, kw_only=True)
class Trace(Intermediates):
    """Every step of a sequence: `Intermediates` with a leading axis T, and the first states h0, c0 (..., hidden).

    `trace.at(t)` is the `Step` at time t, and `len(trace)` is T. Time is that of the input; if `reverse`, the cell read
    it from the end, so that the step at T − 1 came first and started from h0, c0. `trace.order` are the times as read.
    """

    h0: np.ndarray
    c0: np.ndarray
    reverse: bool = False

    def __len__(self):
        return len(self.x)

    @property
    def order(self):
        """The times in the order in which the cell read them: a `range`."""
        return range(len(self))[:: -1 if self.reverse else 1]

    def at(self, t):
        """The `Step` at time `t`, 0 ≤ t < T."""
        before = t + 1 if self.reverse else t - 1
        h_previous, c_previous = (self.h0, self.c0) if t == self.order[0] else (self.h[before], self.c[before])
        series = {field.name: getattr(self, field.name) for field in fields(Intermediates)}
        at_t = {name: None if values is None else values[t] for name, values in series.items()}
        return Step(h_previous=h_previous, c_previous=c_previous, **at_t)


def step(cell, params, x, h, c):
    """One step of any cell: the equations at the head of this module. Returns a `Step`.

    x (..., inputs); h, c (..., hidden); the leading axes agree, and begin with the replica axes of `params` if it has
    any. Everything is computed in the dtype of the weights. Raises `ValueError` when shapes or places do not fit
    or a weight or a number that came in is masked or not finite.
    """
    _check_params(cell, params)
    x = finite_array("x", float_array("x", x, params.weights.dtype))
    if x.ndim == 0 or x.shape[-1] != params.inputs:
        raise complaint("x", f"shape (..., {params.inputs}), the last axis being the inputs", f"shape {x.shape}")
    leading = _check_leading("x", x.shape[:-1], params)
    h, c = (_state(name, state, leading, params) for name, state in {"h": h, "c": c}.items())
    return _step(cell, params, x, h, c)


def _step(cell, params, x, h, c):
    z = _affine(params, _stacked(x, h))
    z = dict(zip(params.places, np.split(z, len(params.places), axis=-1), strict=True))
    z_i, z_f, z_g, z_o = (z.get(place) for place in PLACES)

    f = _gate(cell.forget_gate, z_f, like=c)
    i = 1 - f if cell.input_gate == "coupled" else _gate(cell.input_gate, z_i, like=c)
    o = _gate(cell.output_gate, z_o, like=c)
    g = ACTIVATIONS[cell.candidate].value(z_g)

    c_new = f * c + i * g
    readout = ACTIVATIONS[cell.readout].value(c_new)
    h_new = o * readout
    return Step(
        x=x, h_previous=h, c_previous=c, z_i=z_i, i=i, z_f=z_f, f=f, z_g=z_g, g=g, z_o=z_o, o=o,
        c=c_new, readout=readout, h=h_new,
    )


def _gate(kind, z, like):
    """A gate's value: its activation of z, or the constant that stands for an absent gate."""
    if isinstance(kind, str):
        return ACTIVATIONS[kind].value(z)
    return np.full_like(like, 1.0 if kind is None else kind)


def step_backward(cell, params, step, dh, dc):
    """The gradient of one step, by the chain rule, term by term.

    `step` is what `step(...)` returned; `dh` and `dc` (..., hidden) are the loss's derivatives with respect to its h
    and c. Returns (Params of gradients, dx, dh_previous, dc_previous); the gradients are summed over all leading axes
    that are not replicas. Raises `ValueError` when shapes or places do not fit or a weight is not finite.
    """
    _check_params(cell, params)
    dh = shaped_array("dh", dh, step.h.shape, params.weights.dtype)
    dc = shaped_array("dc", dc, step.c.shape, params.weights.dtype)
    return _step_backward(cell, params, step, dh, dc)


def _step_backward(cell, params, step, dh, dc):
    # h = o·readout(c): c is reached from above (dc) and through the readout.
    dc = dc + dh * step.o * ACTIVATIONS[cell.readout].derivative(step.c)
    d_gate = {"output_gate": dh * step.readout}
    # c = f·c_previous + i·g: each factor's gradient is masked by the other.
    d_gate["forget_gate"] = dc * step.c_previous
    d_gate["input_gate"] = dc * step.g
    d_gate["candidate"] = dc * step.i
    if cell.input_gate == "coupled":
        d_gate["forget_gate"] = d_gate["forget_gate"] - d_gate["input_gate"]
    dc_previous = dc * step.f

    # Through each activation to its pre-activation, then through z = W [h; x; 1].
    pre_activations = {"input_gate": step.z_i, "forget_gate": step.z_f, "candidate": step.z_g, "output_gate": step.z_o}
    dz = np.concatenate(
        [
            d_gate[place] * ACTIVATIONS[getattr(cell, place)].derivative(pre_activations[place])
            for place in params.places
        ],
        axis=-1,
    )
    stacked = _stacked(step.x, step.h_previous)
    d_weights = np.swapaxes(_folded(dz, params), -1, -2) @ _folded(stacked, params)
    d_stacked = (_folded(dz, params) @ params.weights).reshape(stacked.shape)
    dh_previous, dx = d_stacked[..., : params.hidden], d_stacked[..., params.hidden : -1]
    return Params(d_weights, params.places), dx, dh_previous, dc_previous


def unroll(cell, params, x, h=None, c=None, reverse=False):
    """Run a cell over a sequence: `step` in a loop. Returns a `Trace` of every intermediate at every time.

    x (T, ..., inputs), T ≥ 1, usually (T, batch, inputs); the axes after T begin with the replica axes of `params` if
    it has any. h, c (..., hidden) are the states before the first step, 0 when left out. `reverse` reads x from its
    end, as one direction of a bidirectional layer does; the trace stays in the order of x. Raises `ValueError` when
    shapes or places do not fit or a weight or a number that came in is masked or not finite.
    """
    _check_params(cell, params)
    x = float_array("x", x, params.weights.dtype)
    if x.ndim < 2 or len(x) == 0 or x.shape[-1] != params.inputs:
        raise complaint("x", f"shape (T, ..., {params.inputs}) with at least one time step", f"shape {x.shape}")
    finite_array("x", x, steps=True)
    leading = _check_leading("x", x.shape[1:-1], params, before="T, ")
    nothing = np.zeros(leading + (params.hidden,), params.weights.dtype)
    h0 = nothing if h is None else _state("h", h, leading, params)
    c0 = nothing if c is None else _state("c", c, leading, params)
    way = -1 if reverse else 1
    steps = []
    h, c = h0, c0
    for x_t in x[::way]:
        steps.append(_step(cell, params, x_t, h, c))
        h, c = steps[-1].h, steps[-1].c
    columns = {field.name: [getattr(one, field.name) for one in steps[::way]] for field in fields(Intermediates)}
    columns = {name: None if column[0] is None else np.stack(column) for name, column in columns.items()}
    return Trace(h0=h0, c0=c0, reverse=bool(reverse), **columns)


def backward(cell, params, trace, dh, dc=None):
    """Backpropagation through time: `step_backward` in a loop, from the last step that was read to the first.

    `dh` (T, ..., hidden) is the loss's derivative with respect to the h of every step, `dc` (..., hidden) with respect
    to the c of the last step read (0 when left out). Returns (Params of gradients, dx, dh0, dc0). Raises `ValueError`
    when shapes or places do not fit or a weight is not finite.
    """
    _check_params(cell, params)
    dh = shaped_array("dh", dh, trace.h.shape, params.weights.dtype)
    dc = np.zeros_like(trace.c0) if dc is None else shaped_array("dc", dc, trace.c0.shape, params.weights.dtype)
    d_weights, dx, dh_later = np.zeros_like(params.weights), np.zeros_like(trace.x), np.zeros_like(trace.h0)
    for t in reversed(trace.order):
        gradient, dx[t], dh_later, dc = _step_backward(cell, params, trace.at(t), dh[t] + dh_later, dc)
        d_weights += gradient.weights
    return Params(d_weights, params.places), dx, dh_later, dc


def _stacked(x, h):
    """[h; x; 1] along the last axis, the vector on which `weights` acts."""
    return np.concatenate([h, x, np.ones_like(x[..., :1])], axis=-1)


def _folded(values, params):
    """All axes that are neither replicas nor features folded into one, so that a matrix product serves any batch."""
    return values.reshape(params.replicas + (-1, values.shape[-1]))


def _affine(params, stacked):
    z = _folded(stacked, params) @ np.swapaxes(params.weights, -1, -2)
    return z.reshape(stacked.shape[:-1] + z.shape[-1:])


def _check_params(cell, params):
    if not isinstance(cell, Cell):
        raise complaint("cell", "a Cell such as LSTM", describe(cell))
    if not isinstance(params, Params):
        raise complaint("params", "Params, as init_params returns them", describe(params))
    if params.places != cell.places:
        raise complaint("params", "weights for " + ", ".join(cell.places), "weights for " + ", ".join(params.places))
    if not np.isfinite(params.weights).all():
        bad = next(place for place in params if not all(np.isfinite(part).all() for part in params[place]))
        raise complaint("params", "finite weights", f"NaN or infinity in {bad}")


def _state(argument, value, leading, params):
    return finite_array(argument, shaped_array(argument, value, leading + (params.hidden,), params.weights.dtype))


def _check_leading(argument, leading, params, before=""):
    if leading[: len(params.replicas)] != params.replicas:
        replicas = ", ".join(map(str, params.replicas))
        raise complaint(
            argument, f"shape ({before}{replicas}, ..., {params.inputs}), beginning with the replicas of params",
            f"leading axes {leading}",
        )
    return leading
