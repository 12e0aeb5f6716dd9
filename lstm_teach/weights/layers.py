"""Whole recurrent networks from elsewhere: every layer in a source, in one direction or both, and how to run them."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..cell.cells import LSTM, Cell, Params, Trace, unroll
from ..checks import complaint, describe, one_of, whole_number
from .files import Content, Told, path_words, read_file
from .layouts import PYTORCH_NAME, either, listed, looks_like_pytorch, named_keras_list, read_arrays
from .options import framework_cell

DIRECTIONS = ("forward", "reverse")
# How Keras joins the outputs of two directions; PyTorch and ONNX always set them side by side.
_MERGE = {
    "concat": lambda halves: np.concatenate(halves, axis=-1),
    "sum": lambda halves: halves[0] + halves[1],
    "mul": lambda halves: halves[0] * halves[1],
    "ave": lambda halves: (halves[0] + halves[1]) / 2,
}


@dataclass(frozen=True, eq=False)
class Layer:
    """One recurrent layer of a network: `params` maps "forward", "reverse" or both to the `Params` of `cell`.

    `merge`, of a layer in both directions, is how their outputs are joined: "concat", "sum", "mul" or "ave".
    `starts`: its file starts it from states of its own, so `unroll_layers` asks for them.
    """

    name: str
    cell: Cell
    params: dict[str, Params]
    merge: str | None = None
    starts: bool = False

    @property
    def inputs(self):
        """Number of input features."""
        return next(iter(self.params.values())).inputs

    @property
    def outputs(self):
        """Number of output features."""
        widths = [params.hidden for params in self.params.values()]
        return sum(widths) if self.merge in (None, "concat") else widths[0]


@dataclass(frozen=True, eq=False)
class Run:
    """A network that was run: `traces` by the layers' names, direction by direction; `h` (T, ..., width) of the last.

    A trace of the direction "reverse" is in the time order of the input, as is its part of `h`.
    """

    traces: dict[str, Trace]
    h: np.ndarray


@dataclass(frozen=True)
class _Stored:
    """A layer as its source holds it.

    `arrays` maps each direction to the arrays of its framework and their place in a stack. Layers of one `module`
    follow on each other; `number` counts those of PyTorch. `half`: of two directions only one is there.
    """

    name: str
    framework: str
    arrays: dict
    module: str = ""
    number: int | None = None
    half: bool = False
    told: Told | None = None

    def params(self, direction):
        return read_arrays(self.framework, *self.arrays[direction])

    def refuse(self):
        """Raise for a layer that the source says is no LSTM or simple RNN."""
        if self.told and self.told.refused:
            raise complaint("source", "an LSTM or a simple RNN (layer= picks one)", f"{self.name}, {self.told.refused}")

    def in_words(self):
        """Its name and the shapes of its recurrent arrays, for a complaint."""
        names = {"pytorch": "weight_hh_", "keras": "recurrent_kernel", "onnx": "R"}
        shapes = [
            f"{name} {np.shape(array)}" for arrays, place in self.arrays.values() for name, array in arrays.items()
            if name == names[self.framework] + (place if self.framework == "pytorch" else "")
        ]
        return f"{self.name!r} ({', '.join(shapes) or 'no recurrent weights'})"


def load_weights(source, layer=None, direction=None):
    """The weights of one recurrent layer in a file, mapping or list, as `Params`: the way in for weights from anywhere.

    `source` is a path (.npz; .safetensors, .h5, .keras, .onnx, .pt where the library that reads it is installed), a
    mapping of names to arrays, such as a PyTorch `state_dict()`, or the list of a Keras layer's `get_weights()`, also
    as `np.savez(path, *layer.get_weights())` stores it. The framework is recognised by the names: weight_hh_l0, or
    weight_hh in an LSTMCell (PyTorch), recurrent_kernel (Keras), R (ONNX). A prefix ("lstm.weight_hh_l0",
    "lstm/lstm_cell/recurrent_kernel") is found and taken off, as is TensorFlow's ":0" at the end; other arrays are
    ignored. `layer`, a number from 0 or a name, picks one of several, `direction` "forward" or "reverse" one of two.

    Arrays hold weights only. A file that says more (.keras, .h5 of a whole model, .onnx) is believed: what is not
    `LSTM` or `VANILLA_RNN` is refused here, and `load_layers` returns its cell too.
    Raises `ValueError` for a file that cannot be read, where no layer or more than one is found, for a layer that
    reads backwards without `direction`, and for all that `from_framework` refuses.
    """
    one = _the_only(_chosen(_found(source), layer))
    one.refuse()
    if direction is None and set(one.arrays) == {"forward"} and not one.half:
        direction = "forward"
    if direction is None:
        came = "one of two directions" if one.half else "a layer that reads backwards"
        came = "two directions" if len(one.arrays) == 2 else came
        raise complaint("direction", " or ".join(repr(name) for name in one.arrays), f"{came} ({one.name}) without it")
    params = one.params(one_of("direction", direction, one.arrays))
    cell = _told_cell(one, params)
    if cell is not None and cell != framework_cell("pytorch", "lstm" if len(params) == 4 else "rnn"):
        raise complaint("source", f"the activations of {'LSTM' if len(params) == 4 else 'VANILLA_RNN'} "
                        "(load_layers returns weights and cell)", f"{one.name} with {cell}")
    return params


def load_layers(source, layer=None, cell=None, merge=None):
    """All recurrent layers in a file, mapping or list, in the network's order: a tuple of `Layer`.

    `source` is what `load_weights` takes, or the list of `get_weights()` of a Keras Bidirectional layer. `layer`, a
    number from 0 or (the beginning of) a name, picks some of them. `cell` is the `Cell` of the layers of which the
    source does not tell it: Keras's arrays, ONNX's arrays, and a simple RNN of PyTorch; see `framework_cell`. `merge`
    is how the two directions of a Keras layer are joined, where the source does not tell: "concat", "sum", "mul",
    "ave". Whether a lone layer of Keras's or ONNX's arrays reads backwards is not told either: taken as forward.
    Keras hands on the output of a layer with go_backwards in the order it read. Here all is in the order of the text:
    what follows on such a layer reads backwards too, up to the next one with go_backwards.
    Raises `ValueError` for what is not told, and as `load_weights`.
    """
    if cell is not None and not isinstance(cell, Cell):
        raise complaint("cell", "a Cell such as LSTM", describe(cell))
    if merge is not None:
        one_of("merge", merge, _MERGE)
    found = _in_text_order(_together(_chosen(_found(source), layer)))
    return tuple(_layer(stored, cell, merge) for stored in found)


def unroll_layers(layers, x, states=None):
    """Run layers one after the other, each reading the outputs of the one before. Returns a `Run`.

    x (T, ..., inputs). `states` maps names of traces to (h, c), the states before the first step; 0 where left out,
    but for a layer whose file starts it from states of its own: that has to be given them.
    What a network has between two of its layers (a normalisation, say) is not here: run the layers one by one then,
    `unroll_layers([layer], x)`. Raises `ValueError` for layers that do not follow on each other, and as `unroll`.
    """
    layers, states, h, traces = tuple(layers), dict(states or {}), x, {}
    if not layers or not all(isinstance(layer, Layer) for layer in layers):
        raise complaint("layers", "one or more Layer, as load_layers returns them", describe(layers))
    for before, layer in zip(layers, layers[1:], strict=False):
        if before.outputs != layer.inputs:
            raise complaint("layers", f"{layer.name} to have {before.outputs} inputs, the outputs of {before.name}",
                            layer.inputs)
    for layer in layers:
        halves = []
        for direction, params in layer.params.items():
            title = layer.name if len(layer.params) == 1 else f"{layer.name}, {direction}"
            if layer.starts and title not in states:
                expected = f'{{"{title}": (h, c)}}, since the file starts {layer.name} from states of its own'
                raise complaint("states", expected, "none for it")
            given = states.pop(title, (None, None))
            traces[title] = unroll(layer.cell, params, h, *given, reverse=direction == "reverse")
            halves.append(traces[title].h)
        h = halves[0] if len(halves) == 1 else _MERGE[layer.merge](halves)
    if states:
        raise complaint("states", "names out of " + listed(traces), listed(states))
    return Run(traces, h)


def _layer(stored, cell, merge):
    stored.refuse()
    params = {direction: stored.params(direction) for direction in stored.arrays}
    first = next(iter(params.values()))
    known = _told_cell(stored, first)
    if known is None and cell is None:
        raise complaint(
            "cell", f"the Cell of {stored.name}, whose activations {stored.framework}'s arrays do not tell: LSTM, "
            "VANILLA_RNN, or what framework_cell makes of its options", "none",
        )
    if known is not None and cell is not None and known != cell:
        raise complaint("cell", f"none, since the source tells it ({known})", describe(cell))
    known = known or cell
    if known.places != first.places:
        raise complaint("cell", f"a Cell with weights for {', '.join(first.places)} ({stored.name})", describe(known))
    starts = stored.told is not None and stored.told.starts
    if len(params) == 1:
        return Layer(stored.name, known, params, starts=starts)
    told = "concat" if stored.framework != "keras" else stored.told and stored.told.merge
    if told is None and merge is None:
        raise complaint("merge", f"how {stored.name} joins its directions, one of {', '.join(_MERGE)}", "none")
    return Layer(stored.name, known, params, told or merge, starts)


def _told_cell(stored, params):
    if stored.framework == "pytorch" and len(params) == 4:
        return LSTM
    return framework_cell(stored.framework, stored.told.layer, **stored.told.options) if stored.told else None


# --- which layers are in a source -------------------------------------------------------------------------------------


def _found(source):
    """Every recurrent layer of a source, as `_Stored`."""
    if isinstance(source, (str, os.PathLike)):
        content = read_file(source)
    elif isinstance(source, (list, tuple)):
        return _in_a_list(list(source))
    elif isinstance(source, Mapping) and all(isinstance(one, str) for one in source):
        content = Content(dict(source.items()))
    else:
        raise complaint("source", "the path of a file or a mapping of names to arrays", describe(source))
    arrays = {_common_name(one): array for one, array in content.arrays.items()}
    if arrays and all(re.fullmatch(r"arr_\d+", one) for one in arrays):
        return _in_a_list(list(arrays.values()))
    finders = {"pytorch": _in_pytorch, "keras": _in_keras, "onnx": _in_onnx}
    found = [layer for name in finders if content.framework in (None, name) for layer in finders[name](arrays)]
    found = [_with_told(layer, content) for layer in found]
    if content.told:
        found.sort(key=lambda layer: content.told.index(layer.told) if layer.told else len(content.told))
    if not found:
        raise complaint("source", *_nothing_found(arrays))
    return found


def _chosen(found, layer):
    """The layers of this number or name; without one all of them, complete."""
    if layer is None:
        for one in found:
            numbers = sorted(other.number for other in found if other.module == one.module and other.number is not None)
            if numbers != list(range(len(numbers))):
                missing = next(number for number in range(len(numbers)) if number not in numbers)
                raise complaint("source", f"a stack from layer 0 on, or layer= to pick one of {_listed(found)}",
                                f"no layer {missing}")
        return found
    if isinstance(layer, str):
        picked = [one for one in found if one.name == layer or re.match(re.escape(layer) + "[./]", one.name)]
    else:
        number = whole_number("layer", layer, at_least=0)
        counted = len({one.module for one in found}) == 1 and found[0].number is not None
        picked = [one for place, one in enumerate(found) if number == (one.number if counted else place)]
    if not picked:
        raise complaint("layer", f"a number from 0 or a name out of {_listed(found)}", describe(layer))
    return picked


def _the_only(found):
    if len(found) == 1:
        return found[0]
    if len({one.module for one in found}) == 1 and found[0].number is not None:
        choice = either([f"layer={one.number}" for one in found])
        raise complaint("layer", f"{choice} (load_layers takes all)", f"a stack of {len(found)} without it")
    raise complaint("layer", f"a number from 0 or a name, to pick one of {_listed(found)}", "none")


def _together(found):
    """All of these layers, if it is known that each follows on the one before."""
    if len({one.module for one in found}) > 1:
        raise complaint("layer", f"a name, since it is not told what follows on what of {_listed(found)}", "none")
    half = next((one for one in found if one.half), None)
    if half:
        only = next(iter(half.arrays))
        raise complaint("source", f"both directions of {half.name} (load_weights takes one)", f"{only} alone")
    return found


def _in_text_order(found):
    """These layers with the directions in which they read the text, where Keras turned what the one before wrote."""
    turned = False
    for one in found:
        sides = dict(zip(DIRECTIONS, DIRECTIONS[::-1] if turned else DIRECTIONS, strict=True))
        yield replace(one, arrays={sides[direction]: arrays for direction, arrays in one.arrays.items()})
        if one.framework == "keras" and one.told and one.told.reverse:
            turned = not turned


def _listed(found):
    return listed([one.in_words() for one in found], shown=8)


def _common_name(name):
    """PyTorch's LSTMCell leaves out the layer that its LSTM names; TensorFlow adds an output's number."""
    return re.sub(r"\b((?:weight|bias)_[ih]h)$", r"\1_l0", name.removesuffix(":0"))


def _under(prefix, arrays):
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def _in_pytorch(arrays):
    places = {}  # module → {number: directions}
    for match in filter(None, map(PYTORCH_NAME.fullmatch, arrays)):
        directions = places.setdefault(match["prefix"], {}).setdefault(int(match["layer"]), set())
        directions.add("reverse" if match["reverse"] else "forward")
    for prefix, numbers in places.items():
        both = any("reverse" in directions for directions in numbers.values())
        for number, directions in sorted(numbers.items()):
            inside, module = _under(prefix, arrays), prefix.rstrip("./")
            name = f"{module}.l{number}".lstrip(".") if len(numbers) > 1 or not module else module
            named = {"forward": f"l{number}", "reverse": f"l{number}_reverse"}
            stored = {one: (inside, place) for one, place in named.items() if one in directions}
            yield _Stored(name, "pytorch", stored, prefix, number, half=both and len(directions) == 1)


def _in_keras(arrays):
    layers = {}  # name without its direction → {direction: prefix}
    for match in filter(None, (re.fullmatch(r"((?:.*[./])?)recurrent_kernel", name) for name in arrays)):
        side = re.search(r"(?:^|(?<=[./]))(forward|backward)_[^./]*[./]", match[1])
        base = match[1].replace(side[0], "") if side else match[1]
        direction = {None: "", "forward": "forward", "backward": "reverse"}[side[1] if side else None]
        layers.setdefault(base, {})[direction] = match[1]
    for base, prefixes in layers.items():
        words = [word for word in re.split(r"[./]", base) if word and not re.search(r"cell(_\d+)?$", word)]
        words = [word for place, word in enumerate(words) if word not in words[:place]]  # a legacy file names it twice
        yield _Stored(
            "/".join(path_words("/".join(words))) or "layer", "keras",
            {one or "forward": (_under(prefix, arrays), "") for one, prefix in sorted(prefixes.items())},
            half=len(prefixes) == 1 and "" not in prefixes,
        )


def _in_onnx(arrays):
    for match in filter(None, (re.fullmatch(r"((?:.*[./])?)R", name) for name in arrays)):
        inside = _under(match[1], arrays)
        sides = {"forward": inside}
        if np.ndim(inside["R"]) == 3 and len(inside["R"]) == 2:
            sides = {
                one: inside | {name: inside[name][k : k + 1] for name in "WRBP" if name in inside}
                for k, one in enumerate(DIRECTIONS)
            }
        name = match[1].strip("./") or "layer"
        yield _Stored(name, "onnx", {one: (side, "") for one, side in sides.items()})


def _with_told(layer, content):
    """The layer with what its file says of it."""
    prefix = layer.name
    for told in content.told:
        if _holds(path_words(prefix), told.words):
            arrays = {"reverse": layer.arrays["forward"]} if told.reverse else layer.arrays
            return replace(layer, name=told.name, told=told, arrays=arrays)
    if not content.ordered and layer.number is None:  # numbers order layers of one name, nothing those of several
        return replace(layer, module=re.sub(r"_\d+$", "", layer.name))
    return layer


def _holds(words, told):
    """Whether `told` begins as `words` and is in it, in order: a file may name what is inside a layer in between."""
    rest = iter(words)
    return words[:1] == told[:1] and all(word in rest for word in told)


def _in_a_list(arrays):
    """The one layer, or the two directions, of a list that Keras's get_weights() returned."""
    shapes = [np.shape(one) for one in arrays]
    half = len(arrays) // 2
    if len(arrays) in (4, 6) and shapes[:half] == shapes[half:]:
        forward, reverse = (named_keras_list(part) for part in (arrays[:half], arrays[half:]))
        if len(shapes[0]) == 2 and len(shapes[1]) == 2 and shapes[0][0] == shapes[1][0]:
            raise complaint(
                "source", "arrays with names, such as {one.path: one.numpy() for one in layer.weights}",
                f"a list of {len(arrays)}, which may be two directions or two layers",
            )
        return [_Stored("layer", "keras", {"forward": (forward, ""), "reverse": (reverse, "")})]
    if len(arrays) in (2, 3) or looks_like_pytorch(shapes):
        return [_Stored("layer", "keras", {"forward": (named_keras_list(arrays), "")})]
    raise complaint(
        "source", "the list of one layer's get_weights(); of more, arrays with names, such as "
        "{one.path: one.numpy() for one in model.weights}", f"a list of shapes {listed(shapes, shown=12)}",
    )


# Layouts that are recognised, and not read: what their names hold, and what to say.
_OTHERS = {
    r"_(orig|mask|g|v)$|parametrizations": "pruned or normalised weights of PyTorch: torch.nn.utils removes that",
    r"_packed_params": "quantized weights of PyTorch",
    r"(^|[./])[hi][ifgo][./](kernel|bias)$": "Flax's LSTMCell, with a matrix a gate",
    r"[ih]2[ih]_(weight|bias)$": "MXNet's LSTM",
    r"cell(_\d+)?[./]kernel$": "TensorFlow 1's LSTMCell, whose one kernel holds both matrices, in the order i c f o, "
    "and whose forget_bias is added when it runs",
}


def _nothing_found(arrays):
    """What was expected, and what came, where no layer is recognised."""
    expected = ("arrays named as in PyTorch (weight_ih_l0, weight_hh_l0, …), Keras (kernel, recurrent_kernel, bias) "
                "or ONNX (W, R, B)")
    came = listed(f"{name} {np.shape(array)}" for name, array in arrays.items())
    others = (words for pattern, words in _OTHERS.items() if any(re.search(pattern, name) for name in arrays))
    return expected, came + next((f", which looks like {words}" for words in others), "")
