"""Whole recurrent networks from elsewhere: every layer in a source, in one direction or both, and how to run them."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..cell.cells import CELLS, LSTM, Cell, Params, Trace, unroll
from ..checks import complaint, describe, float_array, one_of, whole_number
from .files import Content, read_file
from .layouts import PYTORCH_NAME, either, listed, looks_like_pytorch, named_keras_list, read_arrays
from .options import framework_cell
from .told import Told, path_words

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
    What its file says beside, if anything: `starts`, it starts from states of its own, so `unroll_layers` asks for
    them; `reads`, what it reads, the name of the layer before it or something else in words; `skips`, a step of the
    input that equals this throughout is passed over, as a mask does.
    """

    name: str
    cell: Cell
    params: dict[str, Params]
    merge: str | None = None
    starts: bool = False
    reads: str | None = None
    skips: np.ndarray | None = None

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
    follow on each other; `number` counts those of PyTorch. `half`: of two directions only one is there. `reads`: what
    it reads in place of the outputs of the layer before it, where the order of the arrays shows it. `prefixes`: how
    the names of Keras's arrays begin. `others`: names of arrays that stand beside its own and may be part of what it
    computes.
    """

    name: str
    framework: str
    arrays: dict
    module: str = ""
    number: int | None = None
    half: bool = False
    reads: str | None = None
    prefixes: tuple = ()
    others: tuple = ()
    told: Told | None = None

    def params(self, direction):
        params = read_arrays(self.framework, *self.arrays[direction])
        if self.others:
            raise complaint(
                "source", f"the arrays of a plain layer alone in {self.name}", f"{listed(self.others)} beside them: as "
                "no cell here has normalisation or peepholes inside, leave them out if they do nothing to its gates",
            )
        return params

    def refuse(self):
        """Raise for a layer that the source says is no LSTM or simple RNN."""
        if self.told and self.told.refused:
            raise complaint("source", "an LSTM or a simple RNN (layer= picks one)", f"{self.name}, {self.told.refused}")

    def in_words(self):
        """Its name and the shapes of its recurrent arrays, for a complaint."""
        names = {"pytorch": "weight_hh_", "keras": "recurrent_kernel", "onnx": "R"}
        sides = [(arrays, names[self.framework] + place) for arrays, place in self.arrays.values()]
        shapes = [f"{name} {tuple(np.shape(arrays[name]))}" for arrays, name in sides if name in arrays]
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
    what follows on such a layer reads backwards too, up to the next one with go_backwards. A layer that is picked alone
    is as it is by itself, and reads what Keras hands it.
    Where a file tells what stands between two layers, the second one's `reads` says so, and `unroll_layers` does not
    run it on the outputs of the first. Bare arrays do not tell: layers follow on each other as their numbers or the
    order of the arrays say, unless arrays of another layer lie between them.
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
    `unroll_layers([layer], h)`. Raises `ValueError` for layers that do not follow on each other, for an input step that
    a layer passes over, and as `unroll`.
    """
    layers, states, h, traces = tuple(layers), dict(states or {}), float_array("x", x), {}
    if not layers or not all(isinstance(layer, Layer) for layer in layers):
        raise complaint("layers", "one or more Layer, as load_layers returns them", describe(layers))
    for before, layer in zip(layers, layers[1:], strict=False):
        if layer.reads not in (None, before.name):
            raise complaint(
                "layers", f"{layer.name} to read the outputs of {before.name}", f"one that reads {layer.reads}: run "
                "each layer alone, unroll_layers([layer], h), on what it reads",
            )
        if before.outputs != layer.inputs:
            raise complaint("layers", f"{layer.name} to have {before.outputs} inputs, the outputs of {before.name}",
                            layer.inputs)
    for layer in layers:
        halves = []
        _refuse_skipped(layer, h)
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


def _refuse_skipped(layer, h):
    """Raise for a step that a mask in the network would pass over: here every step counts."""
    if layer.skips is None or h.shape[-1:] != (layer.inputs,):
        return
    skipped = np.all(h == layer.skips, axis=-1)
    if skipped.any():
        raise complaint("x", f"no step of the kind that {layer.name} passes over, since the network masks it",
                        f"one at step {np.nonzero(skipped)[0][0]}: cut each sequence to its length and run it alone")


def _layer(stored, cell, merge):
    params = {direction: stored.params(direction) for direction in stored.arrays}
    first = next(iter(params.values()))
    known, usual = _told_cell(stored, first), "LSTM" if len(first) == 4 else "VANILLA_RNN"
    if known is None and cell is None:
        raise complaint(
            "cell", f"{usual}, if {stored.name} has its framework's usual activations, which its arrays do not tell, "
            "or else what framework_cell makes of its options", "none",
        )
    if known is not None and cell not in (None, known):
        raise complaint("cell", f"none, since the source tells that of {stored.name}, {_in_brief(known)}",
                        _in_brief(cell))
    known = known or cell
    if known.places != first.places:
        raise complaint("cell", f"one with weights for {', '.join(first.places)} in {stored.name}, such as {usual} "
                        "(load layers of different cells one by one, layer=)", _in_brief(known))
    told, joined = stored.told, None
    if len(params) == 2:
        joined = "concat" if stored.framework != "keras" else told.merge if told else merge
        if joined is None:
            choice = either(map(repr, _MERGE))
            raise complaint("merge", f"how {stored.name} joins its directions: {choice}, the first by default", "none")
    if told is None:
        return Layer(stored.name, known, params, joined, reads=stored.reads)
    return Layer(stored.name, known, params, joined, told.starts, told.reads, told.skips)


def _in_brief(cell):
    """A cell for a complaint: by its name, if it has one."""
    names = [name for name, one in CELLS.items() if one == cell]
    return names[0] if names else f"{cell}"


def _told_cell(stored, params):
    if stored.framework == "pytorch" and len(params) == 4:
        return LSTM
    if stored.told is None:
        return None
    try:
        return framework_cell(stored.framework, stored.told.layer, **stored.told.options)
    except ValueError as error:
        raise ValueError(f"{error} in {stored.name}") from None


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
        raise complaint(
            "source", "the path of a file, a mapping of names to arrays (of a PyTorch module its state_dict()) or a "
            "list of arrays (of a Keras layer its get_weights(); of a Keras model save('….keras') and pass the path)",
            describe(source),
        )
    arrays = {_common_name(one): array for one, array in content.arrays.items()}
    if arrays and all(re.fullmatch(r"arr_\d+", one) for one in arrays):
        return _in_a_list(list(arrays.values()))
    finders = {"pytorch": _in_pytorch, "keras": _in_keras, "onnx": _in_onnx}
    found = [layer for name in finders if content.framework in (None, name) for layer in finders[name](arrays)]
    found = _both_ways([_with_told(layer, content) for layer in found])
    if content.ordered and not content.told and all(one.framework == "keras" for one in found):
        found = list(_apart(found, arrays))
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
    for one in found:
        one.refuse()
    if len({one.module for one in found}) > 1:
        raise complaint(
            "layer", "a name, to load one after the other in the network's order, since it is not told what follows on "
            f"what of {_listed(found)}", "none",
        )
    half = next((one for one in found if one.half), None)
    if half:
        only = next(iter(half.arrays))
        raise complaint("source", f"both directions of {half.name} (load_weights takes one)", f"{only} alone")
    return found


def _in_text_order(found):
    """These layers with the directions in which they read the text, where Keras turned what the one before wrote."""
    turned, before = False, None
    for one in found:
        turned = turned and one.told is not None and one.told.reads == before
        sides = dict(zip(DIRECTIONS, DIRECTIONS[::-1] if turned else DIRECTIONS, strict=True))
        yield replace(one, arrays={sides[direction]: arrays for direction, arrays in one.arrays.items()})
        if one.framework == "keras" and one.told and one.told.reverse:
            turned = not turned
        before = one.name


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
            others = [one for one in inside if not PYTORCH_NAME.fullmatch(one)]
            others = others if prefix else [one for one in others if _INSIDE.search(one)]
            yield _Stored(name, "pytorch", stored, prefix, number, both and len(directions) == 1, others=tuple(others))


def _in_keras(arrays):
    layers = {}  # name without its direction → {direction: prefix}
    for match in filter(None, (re.fullmatch(r"((?:.*[./])?)recurrent_kernel", name) for name in arrays)):
        side = re.search(r"(?:^|(?<=[./]))(forward|backward)_[^./]*[./]", match[1])
        base = match[1].replace(side[0], "") if side else match[1]
        direction = {None: "", "forward": "forward", "backward": "reverse"}[side[1] if side else None]
        layers.setdefault(base, {})[direction] = match[1]
    named = {base: _keras_name(base) for base in layers}
    for base, prefixes in layers.items():
        name = named[base] if list(named.values()).count(named[base]) == 1 else base.strip("./")
        stored = {one or "forward": (_under(prefix, arrays), "") for one, prefix in sorted(prefixes.items())}
        own = r"kernel|recurrent_kernel|bias|.*seed_generator.*"  # the last: the state of a dropout
        others = [one for inside, _place in stored.values() for one in inside if base and not re.fullmatch(own, one)]
        half = len(prefixes) == 1 and "" not in prefixes
        yield _Stored(name, "keras", stored, half=half, prefixes=tuple(prefixes.values()), others=tuple(others))


def _keras_name(base):
    """A layer's name from what stands before its arrays' names: a cell's is left out, and one that is there twice."""
    words = [word for word in re.split(r"[./]", base) if word and not re.search(r"cell(_\d+)?$", word)]
    words = [word for place, word in enumerate(words) if word not in words[:place]]  # a legacy file names it twice
    return "/".join(path_words("/".join(words))) or "layer"


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
    told = [one for one in content.told if _holds(path_words(layer.name), one.words)]
    if told:
        told = max(told, key=lambda one: len(one.words))
        arrays = {"reverse": layer.arrays["forward"]} if told.reverse else layer.arrays
        return replace(layer, name=told.name, told=told, arrays=arrays)
    if content.told:  # of which the file does not say where it stands, as it does of others
        return replace(layer, module=layer.name)
    if not content.ordered and layer.number is None:  # numbers order layers of one name, nothing those of several
        return replace(layer, module=re.sub(r"_\d+$", "", layer.name))
    return layer


def _both_ways(found):
    """These layers, the two of a Bidirectional one as one: the backward layer may have a name of its own."""
    joined = {}
    for one in found:
        key = id(one.told) if one.told and one.told.merge else id(one)
        if key in joined:
            arrays = {"forward": joined[key].arrays["forward"], "reverse": next(iter(one.arrays.values()))}
            one = replace(joined[key], arrays=arrays, half=False)
        joined[key] = one
    return list(joined.values())


def _apart(found, arrays):
    """These layers of arrays in the network's order, each with what lies between it and the one before it."""
    names = list(arrays)
    own = [[place for place, name in enumerate(names) if name.startswith(one.prefixes)] for one in found]
    for layer, before, here in zip(found, [None, *own], own, strict=False):
        between = range(max(before) + 1, min(here)) if before else ()
        others = [names[k] for k in between if "seed_generator" not in names[k]]  # Keras keeps a dropout's state there
        owner = others[0].rpartition("/")[0] or others[0] if others else None
        yield replace(layer, reads=owner and f"the outputs of {owner}, which lies between them")


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


# What stands beside an LSTM's arrays, where nothing tells whose they are, and would make it another cell.
_INSIDE = re.compile(r"(?i)norm|(^|[._])ln|peep|weight_c[ifo]")
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
    came = listed(f"{name} {tuple(np.shape(array))}" for name, array in arrays.items()) if arrays else "no named arrays"
    others = (words for pattern, words in _OTHERS.items() if any(re.search(pattern, name) for name in arrays))
    return expected, came + next((f", which looks like {words}" for words in others), "")
