"""What the graph of an ONNX file says of its recurrent nodes: weights, options, first states, and what each reads."""

import importlib
import re
from dataclasses import replace

import numpy as np

from ..checks import complaint
from .layouts import listed
from .told import Told, path_words

_RECURRENT = re.compile(r"LSTM|GRU|RNN")
# Operators that move numbers and compute shapes. With others in between, a node does not read another one's outputs.
_MOVING = {
    "Add", "Cast", "CastLike", "Concat", "Constant", "ConstantOfShape", "Div", "Dropout", "Equal", "Expand", "Flatten",
    "Gather", "Identity", "Mul", "Range", "Reshape", "Shape", "Size", "Slice", "Split", "Squeeze", "Sub", "Transpose",
    "Unsqueeze", "Where",
}


def read_graph(onnx, model):
    """(arrays by name, a tuple of `Told`) of all recurrent nodes, those in graphs within nodes included.

    `onnx` is the package. Raises `ValueError` for a model without a recurrent node, and for weights that depend on an
    input.
    """
    nodes = list(_recurrent_nodes(model.graph, {}))
    if not nodes:
        kinds = listed(dict.fromkeys(one.op_type for one in model.graph.node))
        raise complaint(
            "source", "a node LSTM or RNN", f"none ({kinds}): torch.onnx.export(…, dynamo=False) keeps an nn.RNN "
            "whole, an LSTMCell comes by its state_dict() alone, a model of Keras by model.save('….keras')",
        )
    graph = _Graph(onnx, model)
    arrays, told, names = {}, [], {}
    for node, made in nodes:
        name = node.name or next(filter(None, node.output))
        if name in names.values():  # names are for people: what is unique is the output
            name = next(filter(None, node.output))
        names[id(node)] = name
        one = graph.with_states(_told_by_node(onnx, node, name), node, made)
        told.append(replace(one, reads=graph.reads(node, made, names)))
        for letter, place in (("W", 1), ("R", 2), ("B", 3), ("P", 7)):
            if len(node.input) > place and node.input[place] and not one.refused:
                arrays[f"{name}/{letter}"] = graph.stored(node.input[place], made)
        arrays.setdefault(f"{name}/R", np.empty(0))  # of what is refused, so that it is found
    return arrays, tuple(told)


def _recurrent_nodes(graph, outside):
    """(node, where each name of its graph comes from) for each recurrent node, in graphs within nodes too."""
    made = outside | {one.name: one for one in graph.initializer}
    made |= {name: node for node in graph.node for name in node.output}
    for node in graph.node:
        if _RECURRENT.search(node.op_type):
            yield node, made
        for attribute in node.attribute:
            if attribute.HasField("g"):
                yield from _recurrent_nodes(attribute.g, made)


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


class _Graph:
    """A model whose values can be computed piece by piece."""

    def __init__(self, onnx, model):
        self.onnx, self.model = onnx, model
        try:
            inferred = onnx.shape_inference.infer_shapes(model, data_prop=True).graph
        except Exception:  # the library raises many kinds for models that it does not understand
            inferred = model.graph
        described = (*inferred.input, *inferred.value_info)
        self.types = {one.name: one.type.tensor_type.elem_type for one in described}
        self.sizes = {one.name: [side.dim_value for side in one.type.tensor_type.shape.dim] for one in described}
        self.inputs = {one.name for one in model.graph.input}

    def stored(self, name, made):
        """The value of a name that depends on stored arrays alone: exporters may store weights in parts to be joined.

        Raises `ValueError` for one that depends on an input of the network.
        """
        if hasattr(made.get(name), "dims"):
            return self.onnx.numpy_helper.to_array(made[name])
        _nodes, missing = self.behind(name, made)
        if missing:
            raise complaint("source", "recurrent weights stored in the file",
                            f"{name}, computed from the input {min(missing)}")
        try:
            return self.computed(name, made, {})
        except Exception as error:
            came = f"{name}, computed in a way that onnx.reference does not know ({type(error).__name__})"
            raise complaint("source", "recurrent weights stored in the file", came) from None

    def behind(self, name, made, ends=()):
        """The nodes that a name is computed by, in order, and the names that nothing makes, those of `ends` aside."""
        nodes, missing, waiting, seen = {}, set(), [name], set(ends)
        while waiting:
            one = waiting.pop()
            if one in seen or not one:
                continue
            seen.add(one)
            if one not in made:
                missing.add(one)
            elif hasattr(made[one], "op_type"):
                nodes[id(made[one])] = made[one]
                waiting += made[one].input
        order = {id(node): place for place, node in enumerate(made.values())}
        return sorted(nodes.values(), key=lambda node: order[id(node)]), missing

    def computed(self, name, made, given):
        """The value of a name, from the values of others, by name. Raises whatever the library does."""
        onnx = self.onnx
        nodes, _missing = self.behind(name, made, given)
        used = {one for node in nodes for one in node.input} - set(given)
        stored = [made[one] for one in used if hasattr(made.get(one), "dims")]
        inputs = [
            onnx.helper.make_tensor_value_info(one, onnx.helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)
            for one, value in given.items()
        ]
        outputs = [onnx.helper.make_empty_tensor_value_info(name)]
        graph = onnx.helper.make_graph(nodes, "part", inputs, outputs, stored)
        part = onnx.helper.make_model(graph, opset_imports=self.model.opset_import, functions=self.model.functions)
        return importlib.import_module("onnx.reference").ReferenceEvaluator(part).run([name], given)[0]

    def reads(self, node, made, names):
        """What a node reads: the name of the recurrent node whose outputs come unchanged, or what else, in words."""
        before = [one for one in made.values() if id(one) in names]  # earlier in the graph, once for each output
        ends = {name: one for one in before for name in one.output if name}
        nodes, missing = self.behind(node.input[0], made, ends)
        used = {node.input[0]} | {one for other in nodes for one in other.input}
        reached = {name: one for name, one in ends.items() if name in used}
        if not reached:
            return "an input of the network"
        for name, one in reached.items():
            if name == one.output[0] and self._unchanged(node, one, nodes, missing, made, reached):
                return names[id(one)]
        kinds = dict.fromkeys(one.op_type for one in nodes if one.op_type not in _MOVING)
        kinds = kinds or dict.fromkeys(one.op_type for one in nodes if one.op_type not in ("Constant", "Shape"))
        made_by = listed(dict.fromkeys(names[id(one)] for one in reached.values()))
        return f"what {listed(kinds)} makes of {made_by}" if kinds else f"another output of {made_by}"

    def _unchanged(self, node, before, nodes, missing, made, reached):
        """Whether random outputs of the node before arrive as the input of this one, directions side by side."""
        if any(one.op_type not in _MOVING for one in nodes) or not missing <= self.inputs:
            return False
        rng, given = np.random.default_rng(0), {}
        for name in (*reached, *missing):
            dtype = self.onnx.helper.tensor_dtype_to_np_dtype(self.types.get(name) or self.onnx.TensorProto.FLOAT)
            sizes = self.sizes.get(name) or self._outputs(reached.get(name), made)
            given[name] = (rng.integers(-8, 9, [side or 3 for side in sizes]) / 8).astype(dtype)
        ours, theirs = (any(one.name == "layout" and one.i for one in each.attribute) for each in (node, before))
        try:
            x = self.computed(node.input[0], made, given)
        except Exception:  # whatever the library does not know is not known to leave the numbers as they are
            return False
        y = given[before.output[0]]
        y = y.transpose(1, 2, 0, 3) if theirs else y  # (T, directions, batch, units)
        y = np.concatenate(list(y.swapaxes(0, 1)), axis=-1)
        return np.array_equal(x, y.swapaxes(0, 1) if ours else y)

    def _outputs(self, node, made):
        """The sizes of a recurrent node's outputs, where the file does not tell: 0 for time and batch."""
        sizes = self._stored_sizes(node.input[2], made) if node is not None else []
        return [0, sizes[0], 0, sizes[2]] if len(sizes) == 3 else [0]

    def _stored_sizes(self, name, made):
        return list(made[name].dims) if hasattr(made.get(name), "dims") else self.sizes.get(name) or []

    def with_states(self, told, node, made):
        """What was told of a node, with what its initial states say: how many units, and whether they are not 0."""
        attributes = {one.name: self.onnx.helper.get_attribute_value(one) for one in node.attribute}
        places = {"R": 2, "initial_h": 5, "initial_c": 6}
        given = {one: node.input[k] for one, k in places.items() if k < len(node.input) and node.input[k]}
        hidden = attributes.get("hidden_size") or (self._stored_sizes(given.get("R", ""), made) or [0])[-1]
        for one, name in given.items():
            units = (self._stored_sizes(name, made) or [0])[-1]
            if units and hidden and units != hidden and not told.refused:
                words = f"an {node.op_type} with {units} units in {one} for {hidden}"
                return replace(told, refused=f"{words} (torch.onnx.export loses proj_size)")
        lengths = made.get(node.input[4]) if len(node.input) > 4 else None
        if hasattr(lengths, "dims") and len(set(self.onnx.numpy_helper.to_array(lengths).tolist())) > 1:
            return replace(told, refused=f"an {node.op_type} with a length for each sequence (sequence_lens)")
        return replace(told, starts=self._not_zero([name for one, name in given.items() if one != "R"], made))

    def _not_zero(self, names, made):
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
                values = [self.onnx.numpy_helper.to_array(source)]
            elif _RECURRENT.search(source.op_type) or "Random" in source.op_type:
                return True
            elif source.op_type in ("Constant", "ConstantOfShape"):
                given = [self.onnx.helper.get_attribute_value(attribute) for attribute in source.attribute]
                values = [self.onnx.numpy_helper.to_array(one) if hasattr(one, "dims") else one for one in given]
            # Whole numbers are shapes and places.
            if any(np.asarray(value).dtype.kind == "f" and np.any(value) for value in values):
                return True
            if hasattr(source, "op_type") and source.op_type not in ("Shape", "Size", "ConstantOfShape"):
                waiting += source.input
        return False
