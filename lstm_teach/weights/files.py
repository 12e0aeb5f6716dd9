"""What stands in a file of weights: names and arrays, and what the file says of the layers they belong to.

    .npz                          NumPy                        names and arrays
    .safetensors                  safetensors                  names and arrays
    .pt .pth .ckpt .bin           torch, weights only          names and arrays; nested mappings are joined by dots
    .h5 .hdf5 .weights.h5 .keras  h5py                         names and arrays; a whole model's file also has options
    .onnx                         onnx                         nodes with their arrays and options

Each kind is read by the library made for it, which is loaded only then; extras of this package install them. Nothing
here executes what a file contains.
"""

import contextlib
import importlib
import io
import json
import os
import re
import zipfile
from dataclasses import dataclass, field, replace

import numpy as np

from ..checks import complaint
from .layouts import either, listed

_SUFFIXES = {
    ".npz": "npz", ".safetensors": "safetensors", ".h5": "h5", ".hdf5": "h5", ".keras": "keras", ".onnx": "onnx",
    ".pt": "torch", ".pth": "torch", ".ckpt": "torch", ".bin": "torch",
}
_EXTRA = {"safetensors": "files", "h5py": "files", "onnx": "files", "torch": "torch"}


@dataclass(frozen=True)
class Told:
    """What a file says of one layer: arrays whose names hold `words` in this order, from the first on, are its own.

    `name` is the layer's own; `layer` and `options` are what `framework_cell` takes; `refused` says why there is no
    cell for it. `reverse`: a single direction that reads backwards; `merge`: how two directions' outputs are joined.
    `starts`: the file starts it from states of its own, not from 0.
    """

    words: tuple
    name: str
    layer: str = "lstm"
    options: dict = field(default_factory=dict)
    refused: str | None = None
    reverse: bool = False
    merge: str | None = None
    starts: bool = False


@dataclass(frozen=True)
class Content:
    """The arrays of a file by name, what it says of its layers in the network's order, and who wrote it, if known.

    `ordered`: whether the arrays stand in the network's order, where nothing is told.
    """

    arrays: dict
    told: tuple = ()
    framework: str | None = None
    ordered: bool = True


def read_file(path):
    """The `Content` of a file, recognised by its suffix; anything else is tried as an .npz file.

    Raises `ValueError` for a file that does not exist, is damaged or not what its suffix says, and where the library
    that reads it is not installed.
    """
    path = os.fspath(path)
    if not os.path.exists(path):
        raise complaint("source", "a file of weights", f"{path!r}, which does not exist")
    kind = _SUFFIXES.get(os.path.splitext(path)[1].lower(), "npz")
    return _READERS[kind](path)


def path_words(name):
    """The parts of a name between slashes, without those that say only that something is inside something."""
    return tuple(word for word in name.split("/") if word not in ("", "layers", "_layer_checkpoint_dependencies"))


def _library(name, path):
    try:
        return importlib.import_module(name)
    except ImportError:
        came = f"no such package (pip install 'lstm-teach[{_EXTRA[name]}]')"
        raise complaint("source", f"the package {name} to read {path!r}", came) from None


@contextlib.contextmanager
def _reading(expected, path):
    """A damaged file, or one that is something else, fails in more ways than one can list: one sentence for all."""
    try:
        yield
    except Exception:
        raise complaint("source", expected, repr(path)) from None


def _read_npz(path):
    expected = "an .npz file of plain arrays, as np.savez(path, **arrays) writes it"
    if os.path.splitext(path)[1].lower() not in _SUFFIXES:
        expected = f"a file that ends in {either(_SUFFIXES)}"
    # Opened here because np.load leaves a damaged file open. A pickle from a stranger may run any code: refused.
    with _reading(expected, path), open(path, "rb") as file, np.load(file, allow_pickle=False) as content:
        arrays = {name: content[name] for name in content.files}
    # PyTorch's .pt and Keras's .keras are zip archives too, but what is in them are not arrays.
    if not arrays or not all(isinstance(array, np.ndarray) for array in arrays.values()):
        raise complaint("source", expected, repr(path))
    return Content(arrays)


def _read_safetensors(path):
    library = _library("safetensors", path)
    types = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}
    arrays = {}
    with _reading("a .safetensors file", path), open(path, "rb") as file:
        for name, tensor in library.deserialize(file.read()):
            if tensor["dtype"] in types:
                array = np.frombuffer(tensor["data"], types[tensor["dtype"]]).reshape(tensor["shape"])
                if tensor["dtype"] == "BF16":  # the upper half of a float32
                    array = (array.astype(np.uint32) << 16).view(np.float32)
                arrays[name] = array
    return Content(dict(sorted(arrays.items(), key=_by_number)), ordered=False)  # the library gives them in any order


def _read_torch(path):
    torch = _library("torch", path)
    expected = "a file of weights alone, as torch.save(model.state_dict(), path) writes it"
    with _reading(expected, path):
        # weights_only is what keeps torch from running the code that a pickle may hold.
        saved = torch.load(path, map_location="cpu", weights_only=True)
    return Content(dict(_flattened(saved)))


def _flattened(saved, prefix=""):
    """The tensors in nested mappings, as checkpoints have them, with their names joined by dots."""
    for name, value in saved.items() if hasattr(saved, "items") else ():
        if hasattr(value, "detach"):
            yield f"{prefix}{name}", value
        else:
            yield from _flattened(value, f"{prefix}{name}.")


def _read_h5(path):
    h5py = _library("h5py", path)
    with _reading("an .h5 file of Keras weights", path), h5py.File(path, "r") as file:
        weights = file.get("model_weights", file)
        if "layer_names" in weights.attrs:
            return _legacy_content(file, weights)
        return _keras_content(file)


def _read_keras(path):
    h5py = _library("h5py", path)
    with _reading("a .keras file, as model.save(path) writes it", path), zipfile.ZipFile(path) as archive:
        config, metadata = (json.loads(archive.read(f"{name}.json")) for name in ("config", "metadata"))
        with h5py.File(io.BytesIO(archive.read("model.weights.h5")), "r") as file:
            return _keras_content(file, config, metadata["keras_version"])


def _keras_content(file, config=None, version=None):
    """Keras 3's own layout: a group a layer, named after its class and number, in it numbered arrays.

    Groups come in alphabetical order. A whole model's file says in which order its layers stand; one of weights only
    does not, but for the numbers of layers of one class.
    """
    arrays = {}

    def visit(name, item):
        if hasattr(item, "shape"):
            name = name.replace("\\", "/")  # as Keras wrote it on Windows, up to 2.12
            numbered = re.fullmatch(r"(.*cell\w*)/vars/([012])", name)
            arrays[f"{numbered[1]}/{_KERAS_ARRAYS[int(numbered[2])]}" if numbered else name] = item[()]

    file.visititems(visit)
    arrays = dict(sorted(arrays.items(), key=_by_number))
    layers = _recurrent_layers(config, _class_names) if config else []
    told = tuple(_told(words, layer, version) for words, layer in layers)
    return Content(arrays, told, "keras", ordered=False)


def _legacy_content(file, weights):
    """The layout of Keras up to 2, which Keras 3 still writes into .h5: a group a layer, in the network's order."""
    arrays = {}
    for layer in map(_text, weights.attrs["layer_names"]):
        for name in map(_text, weights[layer].attrs["weight_names"]):
            arrays[f"{layer}/{name}"] = weights[layer][name][()]
    config = file.attrs.get("model_config")
    version = _text(weights.attrs.get("keras_version", file.attrs.get("keras_version", "2")))
    layers = _recurrent_layers(json.loads(_text(config)), _own_names) if config is not None else []
    return Content(arrays, tuple(_told(words, layer, version) for words, layer in layers), "keras")


def _text(value):
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def _by_number(named):
    """A key to sort (name, array) by, in which layer_10 comes after layer_9."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", named[0])]


def _own_names(layers):
    return [layer["config"].get("name", "") for layer in layers]


def _class_names(layers):
    """The groups' names: a layer's class in snake case as Keras writes it, numbered from the second one on."""
    names, seen = [], {}
    for layer in layers:
        name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", layer["class_name"])
        name = re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
        seen[name] = seen.get(name, -1) + 1
        names.append(f"{name}_{seen[name]}" if seen[name] else name)
    return names


def _recurrent_layers(model, naming, words=()):
    """(words, layer) for each recurrent layer in a Keras model's configuration, models within it included."""
    layers = model["config"] if isinstance(model["config"], list) else model["config"].get("layers", [])
    for name, layer in zip(naming(layers), layers, strict=True):
        inner = layer["config"].get("layer", layer)
        if re.search(r"LSTM|GRU|RNN", inner["class_name"]) or layer["class_name"] == "Bidirectional":
            yield (*words, name), layer
        elif "layers" in layer["config"]:
            yield from _recurrent_layers(layer, naming, (*words, name))


_KERAS_ARRAYS = ("kernel", "recurrent_kernel", "bias")
_KERAS_LAYERS = {"LSTM": "lstm", "CuDNNLSTM": "lstm", "LSTMCell": "lstm", "SimpleRNN": "rnn", "SimpleRNNCell": "rnn"}


def _told(words, layer, version):
    """What a Keras model's configuration says of one recurrent layer."""
    both = layer["class_name"] == "Bidirectional"
    merge = (layer["config"].get("merge_mode") or "concat") if both else None
    name = layer["config"]["name"]
    layer = layer["config"]["layer"] if both else layer
    reverse = layer["config"].get("go_backwards", False)
    if layer["class_name"] == "RNN" and isinstance(layer["config"]["cell"], dict):
        layer = layer["config"]["cell"]
    kind, config = layer["class_name"], layer["config"]
    if kind not in _KERAS_LAYERS:
        return Told(words, name, refused=f"a {kind}")
    if both and reverse:
        return Told(words, name, refused=f"a Bidirectional of a {kind} that goes backwards itself")
    options = {one: config[one] for one in ("activation", "recurrent_activation") if one in config}
    odd = [value for value in options.values() if not isinstance(value, (str, type(None)))]
    if odd:
        return Told(words, name, refused=f"a {kind} with an activation of its own making")
    if kind.startswith("Simple"):
        options.pop("recurrent_activation", None)
    options["version"] = 2 if int(version.split(".")[0]) < 3 else 3
    return Told(words, name, _KERAS_LAYERS[kind], options, reverse=reverse, merge=merge)


def _read_onnx(path):
    onnx = _library("onnx", path)
    with _reading("an .onnx file", path):
        model = onnx.load(path)
        if not model.graph.node:  # bytes of something else may parse
            raise ValueError
    arrays, told = {}, []
    for node, constants in _recurrent_nodes(onnx, model.graph, {}):
        name = node.name or next(filter(None, node.output))
        told.append(_told_by_node(onnx, node, name))
        told[-1] = _with_states(onnx, path, told[-1], node, constants, model.graph)
        for letter, source in zip("WRB", node.input[1:4], strict=False):
            if source:
                arrays[f"{name}/{letter}"] = _computed(onnx, path, source, constants)
        if len(node.input) > 7 and node.input[7]:
            arrays[f"{name}/P"] = _computed(onnx, path, node.input[7], constants)
    if not told:
        raise complaint(
            "source", "a node LSTM or RNN", f"none ({listed(dict.fromkeys(one.op_type for one in model.graph.node))}): "
            "torch.onnx.export(…, dynamo=False) keeps an nn.RNN whole; an LSTMCell only comes by its state_dict()",
        )
    return Content(arrays, tuple(told), "onnx")


def _recurrent_nodes(onnx, graph, outside):
    """(node, where each name of its graph comes from) for each recurrent node, in graphs within nodes too."""
    made = outside | {one.name: one for one in graph.initializer}
    made |= {name: node for node in graph.node for name in node.output}
    for node in graph.node:
        if re.search(r"LSTM|GRU|RNN", node.op_type):
            yield node, made
        for attribute in node.attribute:
            if attribute.HasField("g"):
                yield from _recurrent_nodes(onnx, attribute.g, made)


def _computed(onnx, path, name, made):
    """The value of a name that depends on stored arrays alone: exporters may store weights in parts to be joined."""
    nodes, stored, waiting, seen = [], [], [name], set()
    while waiting:
        one = waiting.pop()
        if one in seen or not one:
            continue
        seen.add(one)
        if one not in made:
            raise complaint("source", "recurrent weights stored in the file", f"{name}, computed from the input {one}")
        source = made[one]
        if hasattr(source, "op_type"):
            nodes.append(source)
            waiting += source.input
        else:
            stored.append(source)
    if not nodes:
        return onnx.numpy_helper.to_array(stored[0], os.path.dirname(path))
    order = {id(node): place for place, node in enumerate(made.values())}
    nodes = sorted({id(node): node for node in nodes}.values(), key=lambda node: order[id(node)])
    graph = onnx.helper.make_graph(nodes, "weights", [], [onnx.helper.make_empty_tensor_value_info(name)], stored)
    return importlib.import_module("onnx.reference").ReferenceEvaluator(onnx.helper.make_model(graph)).run(None, {})[0]


def _told_by_node(onnx, node, name):
    """What an ONNX node says of its layer: its activations and its direction."""
    words = path_words(name)
    options = {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute}
    if node.op_type not in ("LSTM", "RNN"):
        return Told(words, name, refused=f"the operator {node.op_type}")
    if "clip" in options or options.get("input_forget"):
        unusual = "clip" if "clip" in options else "input_forget"
        return Told(words, name, refused=f"an {node.op_type} with the attribute {unusual}")
    direction = options.get("direction", b"forward").decode()
    given = {one: options[one] for one in ("activations", "activation_alpha", "activation_beta") if one in options}
    if "activations" in given:
        given["activations"] = [one.decode() for one in given["activations"]]
    if direction == "bidirectional":
        halves = {one: (values[: len(values) // 2], values[len(values) // 2 :]) for one, values in given.items()}
        if any(first != second for first, second in halves.values()):
            return Told(words, name, refused=f"an {node.op_type} with other activations in its other direction")
        given = {one: first for one, (first, _second) in halves.items()}
    return Told(
        words, name, node.op_type.lower(), given, reverse=direction == "reverse",
        merge="concat" if direction == "bidirectional" else None,
    )


def _with_states(onnx, path, told, node, made, graph):
    """What was told of a node, with what its initial states say: how many units, and whether they are more than 0."""
    attributes = {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute}
    sizes = {one.name: [side.dim_value for side in one.type.tensor_type.shape.dim]
             for one in (*graph.input, *graph.value_info)}
    sizes |= {name: list(source.dims) for name, source in made.items() if hasattr(source, "dims")}
    places = {"R": 2, "initial_h": 5, "initial_c": 6}
    given = {one: node.input[k] for one, k in places.items() if k < len(node.input) and node.input[k]}
    hidden = attributes.get("hidden_size") or (sizes.get(given["R"]) or [0])[-1]
    for one, name in given.items():
        units = (sizes.get(name) or [0])[-1]
        if units and hidden and units != hidden and not told.refused:
            words = f"an {node.op_type} with {units} units in {one} for {hidden} (torch.onnx.export loses proj_size)"
            return replace(told, refused=words)
    states = [name for one, name in given.items() if one != "R"]
    return replace(told, starts=_not_zero(onnx, path, states, made))


def _not_zero(onnx, path, names, made):
    """Whether numbers other than 0 go into these values, or what another recurrent node or chance makes.

    What only gives a shape does not count, nor does an input of the graph itself: that is the caller's to give.
    """
    waiting, seen = list(names), set()
    while waiting:
        one = waiting.pop()
        if one in seen or one not in made:
            continue
        seen.add(one)
        source, values = made[one], []
        if not hasattr(source, "op_type"):
            values = [onnx.numpy_helper.to_array(source, os.path.dirname(path))]
        elif re.search(r"LSTM|GRU|RNN|Random", source.op_type):
            return True
        elif source.op_type in ("Constant", "ConstantOfShape"):
            values = [onnx.helper.get_attribute_value(attribute) for attribute in source.attribute]
            values = [onnx.numpy_helper.to_array(value) if hasattr(value, "dims") else value for value in values]
        # Whole numbers are shapes and places.
        if any(np.asarray(value).dtype.kind == "f" and np.any(value) for value in values):
            return True
        if hasattr(source, "op_type") and source.op_type not in ("Shape", "Size", "ConstantOfShape"):
            waiting += source.input
    return False


_READERS = {
    "npz": _read_npz, "safetensors": _read_safetensors, "torch": _read_torch, "h5": _read_h5, "keras": _read_keras,
    "onnx": _read_onnx,
}
