"""What a Keras model's configuration says of its recurrent layers: their options, and what each of them reads.

The configuration is the one that `model.save` writes, of Keras 2 or 3: a Sequential is a list of layers, each of which
reads the one before; a functional model names for every call the layers it reads (`inbound_nodes`). Either may stand
in the other as a layer.
"""

import re
from dataclasses import dataclass, field

import numpy as np

from .told import Told, path_words

_LAYERS = {"LSTM": "lstm", "CuDNNLSTM": "lstm", "LSTMCell": "lstm", "SimpleRNN": "rnn", "SimpleRNNCell": "rnn"}
# Layers that hand on what they read, once the network is trained.
_IDLE = ("InputLayer", "Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout",
         "ActivityRegularization", "Identity")


@dataclass(eq=False)
class _Place:
    """A layer where it stands: `reads` is a list of places; `starts`: it is called with states."""

    words: tuple
    layer: dict
    reads: list = field(default_factory=list)
    starts: bool = False
    calls: int = 1

    @property
    def kind(self):
        return _kind(self.layer)

    @property
    def inner(self):
        """The layer itself, or the one that it wraps."""
        inner = self.layer["config"].get("layer")
        return inner if isinstance(inner, dict) else self.layer

    @property
    def name(self):
        return self.layer["config"].get("name") or self.words[-1]

    @property
    def recurrent(self):
        return bool(re.search(r"LSTM|GRU|RNN", _kind(self.inner))) or self.kind == "Bidirectional"

    @property
    def idle(self):
        inner = self.inner
        linear = _kind(inner) == "Activation" and inner["config"].get("activation") in ("linear", None)
        return self.calls == 1 and (linear or _kind(inner) in _IDLE)


def _kind(layer):
    """A layer's class, with its package or module if it is not Keras's own."""
    kind, module = layer.get("registered_name") or layer["class_name"], layer.get("module") or "keras"
    return kind if module.split(".")[0] in ("keras", "tf_keras", "tensorflow") else f"{module}.{kind}"


def own_names(layers):
    """The layers' own names, which a file of Keras 2 names its groups after."""
    return [layer["config"].get("name", "") for layer in layers]


def class_names(layers):
    """Keras 3's groups: a layer's class in snake case, numbered from the second one on."""
    names, seen = [], {}
    for layer in layers:
        name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", layer["class_name"])
        name = re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
        seen[name] = seen.get(name, -1) + 1
        names.append(f"{name}_{seen[name]}" if seen[name] else name)
    return names


def told_by_model(model, naming, version, arrays):
    """A tuple of `Told`, one for each recurrent layer of a model's configuration, models within it included.

    `naming` is `own_names` or `class_names`, `version` the Keras that wrote it, `arrays` what its file holds by name.
    """
    places, _outputs = _places(model, naming, (), [])
    recurrent = [place for place in places if place.recurrent]
    names = [place.name for place in recurrent]
    named = {place: place.name if names.count(place.name) == 1 else "/".join(place.words) for place in recurrent}
    return tuple(_told(place, named, version, arrays) for place in recurrent)


# --- what reads what --------------------------------------------------------------------------------------------------


def _layers(model):
    """The layers of a model's configuration; None for a single layer, and for what a user's own class has there."""
    config = model["config"]
    layers = config.get("layers") if isinstance(config, dict) else config
    good = isinstance(layers, list) and all(isinstance(one, dict) and "class_name" in one for one in layers)
    return layers if good else None


def _places(model, naming, words, given):
    """Every layer of a model as `_Place`, models within it included, and the places of the model's outputs.

    `given` is a list of the places that the model itself reads.
    """
    layers, config = _layers(model) or [], model["config"]
    names = [(*words, name) for name in naming(layers)]
    if not any("inbound_nodes" in layer for layer in layers):
        places, outputs = [], list(given)
        for layer, path in zip(layers, names, strict=True):
            inner, outputs = _entry(layer, naming, path, outputs)
            places += inner
        return places, outputs

    named = dict(zip(own_names(layers), zip(layers, names, strict=True), strict=True))
    inputs = [own for own, _output in _tensors(config.get("input_layers"))]
    made = {}  # own name → (places, outputs)

    def make(own):
        if own not in made:
            made[own] = [], []  # found by a layer that is called on what it made itself
            layer, path = named[own]
            calls = layer.get("inbound_nodes", [])
            if own in inputs:
                read = given[inputs.index(own) :][:1] if len(given) == len(inputs) else given
            else:
                read = sources(calls[:1])
            made[own] = _entry(layer, naming, path, read, len(calls))
        return made[own]

    def sources(node):
        found = []
        for own, output in _tensors(node):
            if own in named:
                outputs = make(own)[1]
                found += outputs[output : output + 1] if _layers(named[own][0]) is not None else outputs
        return found

    places = [place for own in named for place in make(own)[0]]
    return places, sources(config.get("output_layers"))


def _entry(layer, naming, words, read, calls=1):
    """(places, outputs) of one entry of a model: a layer, or a model within it."""
    if _layers(layer) is not None:
        places, outputs = _places(layer, naming, words, read)
        for place in places:
            place.calls = max(calls, place.calls)
        return places, outputs
    place = _Place(words, layer, list(read), calls=max(calls, 1))
    if place.recurrent:  # what follows on the sequence are states
        place.reads, place.starts = place.reads[:1], len(place.reads) > 1
    return [place], [place]


def _tensors(node):
    """(layer's own name, number of its output) for each tensor in a call, masks left out, as Keras 3 or 2 has them."""
    if isinstance(node, dict) and node.get("class_name") == "__keras_tensor__":
        own, _call, output = node["config"]["keras_history"]
        yield own, output
    elif isinstance(node, dict):
        for name, value in node.items():
            if name != "mask":
                yield from _tensors(value)
    elif isinstance(node, (list, tuple)):
        if len(node) in (3, 4) and isinstance(node[0], str) and all(isinstance(one, int) for one in node[1:3]):
            yield node[0], node[2]
            node = node[3:]
        for value in node:
            yield from _tensors(value)


def _before(place):
    """The place that a layer reads, idle layers passed over, or None at the network's input."""
    reads = place.reads
    while reads and reads[0].idle:
        reads = reads[0].reads
    return reads[0] if reads else None


def _reads(place, named):
    """What a recurrent layer reads: the name of the recurrent layer before it, or what else, in words."""
    if place.calls > 1:
        return f"other inputs in each of its {place.calls} calls"
    source = _before(place)
    if source is None:
        return "an input of the network"
    if source.recurrent:
        return named[source] if source.calls == 1 else f"the outputs of one of {source.calls} calls of {named[source]}"
    kind = source.kind if source.inner is source.layer else f"{source.kind} of {_kind(source.inner)}"
    return f"the outputs of {source.name} ({kind})"


def _skips(place, arrays):
    """The features of an input step that this layer passes over, if a layer before it makes a mask."""
    source = _before(place)
    if source is None:
        return None
    if source.kind == "Masking":
        return np.asarray(source.layer["config"].get("mask_value", 0.0))
    if source.kind == "Embedding" and source.layer["config"].get("mask_zero"):
        tables = [array for name, array in arrays.items() if path_words(name)[: len(source.words)] == source.words]
        return tables[0][0] if tables and np.ndim(tables[0]) == 2 else None
    return None


# --- what a layer is --------------------------------------------------------------------------------------------------


def _told(place, named, version, arrays):
    """What a Keras model's configuration says of one recurrent layer."""
    words, name, layer = place.words, named[place], place.layer
    both = place.kind == "Bidirectional"
    merge = (layer["config"].get("merge_mode") or "concat") if both else None
    other = layer["config"].get("backward_layer") if both else None
    layer = layer["config"]["layer"] if both else layer
    reverse = layer["config"].get("go_backwards", False)
    kind, options, odd = _options(layer, version)
    if odd:
        return Told(words, name, refused=odd)
    if both and reverse:
        return Told(words, name, refused=f"a Bidirectional of a {kind} that goes backwards itself")
    if other and _options(other, version) != (kind, options, odd):
        return Told(words, name, refused="a Bidirectional whose two layers have other options")
    return Told(
        words, name, _LAYERS[kind], options, reverse=reverse, merge=merge, starts=place.starts,
        reads=_reads(place, named), skips=_skips(place, arrays),
    )


def _options(layer, version):
    """A recurrent layer's class, what `framework_cell` takes of its options, and in words why there is no cell."""
    if _kind(layer) == "RNN" and isinstance(layer["config"]["cell"], dict):
        layer = layer["config"]["cell"]
    kind, config = _kind(layer), layer["config"]
    if kind not in _LAYERS:
        return kind, {}, f"a {kind}"
    options = {one: config[one] for one in ("activation", "recurrent_activation") if one in config}
    if not all(isinstance(value, (str, type(None))) for value in options.values()):
        return kind, {}, f"a {kind} with an activation of its own making"
    if kind.startswith("Simple"):
        options.pop("recurrent_activation", None)
    return kind, options | {"version": 2 if int(version.split(".")[0]) < 3 else 3}, None
