"""Make the golden data of this folder with PyTorch and Keras: every form of network that load_layers takes, in float64.

    KERAS_BACKEND=tensorflow python tests/weights/golden/make_golden.py

Needs torch, keras, tensorflow, h5py, safetensors, onnx and onnxscript. On every backend but TensorFlow Keras multiplies
matrices in float32, whatever floatx is (BIT64_TO_BIT32_DTYPE in keras/src/backend/common/dtypes.py, 3.15); on PyTorch
the derivative of hardsigmoid has 1/6 as a float32 besides. Writes

    forms.npz        networks by name: weights under the framework's names, input x (T, batch, inputs), first states,
                     outputs h (T, batch, width), last states, and gradients of the loss Σ A·h (random A) with respect
                     to weights and x
    files/           the same kinds of networks as the frameworks themselves save them, in float32, with x and h in
                     outputs.npz
    cudnn.npz        what `_convert_rnn_weights` of tf-keras (Keras 2) makes of a CuDNNLSTM's weights: the loader's own
                     code, taken out of its file, whose path is the one argument; unchanged without it
    counts.json      parameters of layers really instantiated: stacks, projections, ConvLSTMs
    models.json      configurations of Keras models by name, without what says nothing of how layers are connected

Every random number comes from NumPy, so that a rerun changes the values by rounding at most. What Keras wrote into
files/ comes from a run on PyTorch: the same weights, outputs that differ by 9e-8.
"""

import ast
import json
import pathlib
import sys

import keras
import numpy as np
import onnx
import safetensors.torch
import tensorflow
import torch

HERE = pathlib.Path(__file__).parent
FILES = HERE / "files"
T, BATCH = 7, 2


def draw(shape, rng):
    return rng.uniform(-0.8, 0.8, tuple(shape))


def drawn(network, rng):
    with torch.no_grad():
        for weight in network.parameters():
            weight.copy_(torch.tensor(draw(weight.shape, rng)))
    return network


# --- PyTorch ----------------------------------------------------------------------------------------------------------

PYTORCH = {
    "stack": lambda: torch.nn.LSTM(3, 4, num_layers=3, dtype=torch.float64),
    "both": lambda: torch.nn.LSTM(3, 4, bidirectional=True, dtype=torch.float64),
    "both_stack": lambda: torch.nn.LSTM(2, 5, num_layers=2, bidirectional=True, dtype=torch.float64),
    "no_bias": lambda: torch.nn.LSTM(3, 4, num_layers=2, bias=False, dtype=torch.float64),
    "relu_rnn": lambda: torch.nn.RNN(3, 4, num_layers=2, nonlinearity="relu", bidirectional=True, dtype=torch.float64),
}


def pytorch_form(make, rng):
    network = drawn(make(), rng)
    directions = 2 if network.bidirectional else 1
    x = torch.tensor(rng.standard_normal((T, BATCH, network.input_size)), requires_grad=True)
    shape = (network.num_layers * directions, BATCH, network.hidden_size)
    given = {"h0": torch.tensor(rng.standard_normal(shape))}
    if isinstance(network, torch.nn.LSTM):
        given["c0"] = torch.tensor(rng.standard_normal(shape))
    h, last = network(x, tuple(given.values()) if len(given) == 2 else given["h0"])
    A = torch.tensor(rng.standard_normal(h.shape))
    (A * h).sum().backward()
    out = {"x": x, "h": h, "A": A, "gradient/x": x.grad} | given
    out |= dict(zip(("h_last", "c_last"), last if len(given) == 2 else (last,), strict=False))
    for name, weight in network.named_parameters():
        out[name], out[f"gradient/{name}"] = weight, weight.grad
    return {name: value.detach().numpy() for name, value in out.items()}


PYTORCH_MORE = {"tanh_rnn": lambda: torch.nn.RNN(3, 4, num_layers=2, dtype=torch.float64)}


# --- Keras ------------------------------------------------------------------------------------------------------------

KERAS = {
    "keras_stack": lambda layers: [layers.LSTM(4, return_sequences=True), layers.LSTM(3, return_sequences=True)],
    "keras_both": lambda layers: [layers.Bidirectional(layers.LSTM(4, return_sequences=True))],
    "keras_both_ave": lambda layers: [layers.Bidirectional(layers.LSTM(4, return_sequences=True), merge_mode="ave")],
    "keras_backwards": lambda layers: [layers.LSTM(4, return_sequences=True, go_backwards=True)],
    "keras_relu": lambda layers: [layers.LSTM(4, return_sequences=True, activation="relu")],
    "keras_hard": lambda layers: [layers.LSTM(4, return_sequences=True, recurrent_activation="hard_sigmoid")],
}


KERAS_MORE = {
    "keras_both_sum": lambda layers: [layers.Bidirectional(layers.LSTM(4, return_sequences=True), merge_mode="sum")],
    "keras_both_mul": lambda layers: [layers.Bidirectional(layers.LSTM(4, return_sequences=True), merge_mode="mul")],
    "keras_rnn": lambda layers: [layers.SimpleRNN(4, return_sequences=True)],
    "keras_linear": lambda layers: [layers.LSTM(4, return_sequences=True, activation=None, use_bias=False)],
    "keras_cell": lambda layers: [layers.RNN(layers.LSTMCell(4), return_sequences=True)],
}


def keras_form(make, rng):
    """Keras computes in TensorFlow here, so its gradients are the tape's. Weights by path, without the model's name."""
    keras.backend.clear_session()
    network = keras.Sequential([keras.Input((None, 3)), *make(keras.layers)])
    network.set_weights([draw(weight.shape, rng) for weight in network.get_weights()])
    x = tensorflow.Variable(rng.standard_normal((BATCH, T, 3)))
    with tensorflow.GradientTape() as tape:
        h = network(x)
        A = rng.standard_normal(tuple(h.shape))
        loss = tensorflow.reduce_sum(A * h)
    named = {weight.path.split("/", 1)[1]: weight.value for weight in network.weights}
    gradients = tape.gradient(loss, {"x": x} | named)
    out = {"x": x.numpy(), "h": h.numpy(), "A": A, "gradient/x": gradients["x"].numpy()}
    out = {name: array.swapaxes(0, 1) for name, array in out.items()}
    for name, weight in named.items():
        out[name], out[f"gradient/{name}"] = weight.numpy(), gradients[name].numpy()
    return out


# --- files ------------------------------------------------------------------------------------------------------------


class Tagger(torch.nn.Module):
    """A stack in both directions with an output layer, as taggers are."""

    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(3, 4, num_layers=2, bidirectional=True)
        self.head = torch.nn.Linear(8, 2)

    def forward(self, x):
        return self.lstm(x)[0]


def pytorch_files(rng):
    network = drawn(Tagger(), rng)
    x = torch.tensor(rng.standard_normal((T, BATCH, 3)), dtype=torch.float32)
    torch.save(network.state_dict(), FILES / "tagger.pt")
    torch.save({"epoch": 3, "model": network.state_dict()}, FILES / "checkpoint.pt")
    torch.save(network, FILES / "pickled.pt")
    safetensors.torch.save_file(network.state_dict(), FILES / "tagger.safetensors")
    half = {name: value.to(torch.bfloat16) for name, value in network.state_dict().items()}
    safetensors.torch.save_file(half, FILES / "tagger_bf16.safetensors")
    torch.save(half, FILES / "tagger_bf16.pt")
    torch.onnx.export(network, (x,), FILES / "tagger.onnx", dynamo=False, input_names=["x"], output_names=["h"])
    return {"tagger/x": x.numpy(), "tagger/h": network(x).detach().numpy()}


def keras_files(rng):
    keras.backend.clear_session()
    layers = keras.layers
    network = keras.Sequential([
        keras.Input((None, 3)), layers.LSTM(4, return_sequences=True, activation="relu", name="first"),
        layers.Dropout(0.5),
        layers.Bidirectional(layers.LSTM(5, return_sequences=True), merge_mode="sum", name="second"),
        layers.SimpleRNN(2, return_sequences=True, go_backwards=True, name="third"), layers.Dense(1),
    ])
    network.set_weights([draw(weight.shape, rng) for weight in network.get_weights()])
    x = rng.standard_normal((BATCH, T, 3)).astype("float32")
    network.save(FILES / "network.keras")
    network.save(FILES / "network.h5")
    network.save_weights(FILES / "network.weights.h5")
    inner = keras.Sequential(network.layers[:-1])
    gates = layers.LSTM(4, return_sequences=True, recurrent_activation="hard_sigmoid")
    hard = keras.Sequential([keras.Input((None, 3)), gates])
    hard.set_weights([draw(weight.shape, rng) for weight in hard.get_weights()])
    hard.save(FILES / "hard.keras")
    gru = keras.Sequential([keras.Input((None, 3)), layers.GRU(4, name="reader")])
    gru.save(FILES / "gru.keras")
    outputs = {"network": inner(x), "hard": hard(x)}
    arrays = {f"{name}/h": keras.ops.convert_to_numpy(h).swapaxes(0, 1) for name, h in outputs.items()}
    return arrays | {f"{name}/x": x.swapaxes(0, 1) for name in outputs}


def turning_file(rng):
    """Layers that follow on one with go_backwards, whose output Keras hands on in the order it was read."""
    keras.backend.clear_session()
    layers, each = keras.layers, {"return_sequences": True}
    network = keras.Sequential([
        keras.Input((None, 3)), layers.LSTM(2, go_backwards=True, name="first", **each),
        layers.Bidirectional(layers.LSTM(2, **each), name="second"), layers.LSTM(2, name="third", **each),
        layers.LSTM(2, go_backwards=True, name="fourth", **each),
    ])
    network.set_weights([draw(weight.shape, rng) for weight in network.get_weights()])
    network.save(FILES / "turning.keras")
    x = rng.standard_normal((BATCH, T, 3)).astype("float32")
    outputs = {"x": x, "h": keras.ops.convert_to_numpy(network(x))}
    return {f"turning/{name}": array.swapaxes(0, 1) for name, array in outputs.items()}


class Normalised(torch.nn.Module):
    """Two LSTMs, batch first, with a layer between them: a normalisation, or dropout, which does nothing."""

    def __init__(self, between):
        super().__init__()
        self.first, self.between = torch.nn.LSTM(3, 4, batch_first=True), between
        self.second = torch.nn.LSTM(4, 4, batch_first=True)

    def forward(self, x):
        return self.second(self.between(self.first(x)[0]))[0]


def without_comments(path):
    """The exporter notes on every node where in the source it came from."""
    model = onnx.load(path)
    for one in (model, model.graph, *model.graph.node, *model.graph.initializer, *model.graph.value_info,
                *model.graph.input, *model.graph.output):
        one.ClearField("doc_string")
        del one.metadata_props[:]
    onnx.save(model, path)


def between_files(rng):
    """Layers with something between them, as Keras saves them and as both exporters of PyTorch write them."""
    keras.backend.clear_session()
    layers, each = keras.layers, {"return_sequences": True}
    network = keras.Sequential([
        keras.Input((None, 3)), layers.Masking(-1.0), layers.LSTM(4, name="first", **each), layers.Dropout(0.5),
        layers.LSTM(4, name="second", **each), layers.LayerNormalization(name="norm"),
        layers.LSTM(4, name="third", **each),
    ])
    network.set_weights([draw(weight.shape, rng) for weight in network.get_weights()])
    network.save(FILES / "between.keras")
    network.save(FILES / "between.h5")
    gamma, beta = (keras.ops.convert_to_numpy(weight) for weight in network.get_layer("norm").weights)
    x = rng.standard_normal((BATCH, T, 3)).astype("float32")
    outputs = {"between/x": x.swapaxes(0, 1), "between/h": keras.ops.convert_to_numpy(network(x)).swapaxes(0, 1)}
    outputs |= {"between/gamma": gamma, "between/beta": beta}
    for name, layer in (("normalised", torch.nn.LayerNorm(4)), ("dropped", torch.nn.Dropout(0.5))):
        network = drawn(Normalised(layer), rng).eval()
        free = {0: torch.export.Dim("batch"), 1: torch.export.Dim("steps")}
        for exporter in ("script", "dynamo"):
            dynamo = exporter == "dynamo"
            options = {"dynamic_shapes": {"x": free}, "external_data": False} if dynamo else {
                "input_names": ["x"], "dynamic_axes": {"x": {0: "batch", 1: "steps"}}}
            path = FILES / f"{name}_{exporter}.onnx"
            torch.onnx.export(network, (torch.tensor(x),), path, dynamo=dynamo, **options)
            without_comments(path)
        h = network(torch.tensor(x)).detach().numpy()
        outputs |= {f"{name}/x": x.swapaxes(0, 1), f"{name}/h": h.swapaxes(0, 1)}
    return outputs


def models():
    """{name: configuration} of Keras models that connect recurrent layers in one way each."""
    layers, each = keras.layers, {"return_sequences": True}
    between = {
        "idle": [layers.Dropout(0.5), layers.GaussianNoise(0.1), layers.SpatialDropout1D(0.1),
                 layers.Activation("linear"), layers.TimeDistributed(layers.Dropout(0.1))],
        "dense": [layers.Dense(4)], "time distributed": [layers.TimeDistributed(layers.Dense(4))],
        "batch norm": [layers.BatchNormalization()], "convolution": [layers.Conv1D(4, 3, padding="same")],
        "activation": [layers.Activation("relu")], "rescaling": [layers.Rescaling(2.0)],
        "pooling": [layers.MaxPooling1D(2)], "masking": [layers.Masking()],
    }
    made = {
        name: keras.Sequential([keras.Input((6, 4)), layers.LSTM(4, name="a", **each), *inner,
                                layers.LSTM(4, name="b", **each)])
        for name, inner in between.items()
    }
    made["repeated"] = keras.Sequential([keras.Input((6, 4)), layers.LSTM(4, name="a"), layers.RepeatVector(6),
                                         layers.LSTM(4, name="b")])
    inner = keras.Sequential([keras.Input((6, 4)), layers.LSTM(4, name="b", **each), layers.Dropout(0.5)], name="inner")
    made["nested"] = keras.Sequential([keras.Input((6, 4)), layers.LSTM(4, name="a", **each), inner,
                                       layers.LSTM(4, name="c")])
    x = keras.Input((6, 4))
    functional = {
        "functional": lambda a, b: b(layers.Dropout(0.5)(a(x))), "side by side": lambda a, b: a(x) + b(x),
        "residual": lambda a, b: b(a(x) + x), "called twice": lambda a, b: b(a(a(x))),
        "flipped": lambda a, b: b(keras.ops.flip(a(x), axis=1)),
    }
    for name, connect in functional.items():
        ends = connect(layers.LSTM(4, name="a", **each), layers.LSTM(4, name="b", **each))
        made[name] = keras.Model(x, ends)
    y, state = keras.Input((6, 4)), layers.LSTM(4, name="a", return_state=True)(x)
    made["states"] = keras.Model([x, y], layers.LSTM(4, name="b")(y, initial_state=state[1:]))
    words = keras.Input((6,))
    made["masked"] = keras.Model(words, layers.LSTM(4, name="b", **each)(layers.LSTM(4, name="a", **each)(
        layers.Embedding(5, 4, mask_zero=True)(words))))
    two = keras.Model(x, [layers.LSTM(4, name="a", **each)(x), layers.LSTM(4, name="b", **each)(x)])
    z = keras.Input((6, 4))
    made["second of two outputs"] = keras.Model(z, layers.LSTM(4, name="c")(two(z)[1]))
    other = layers.LSTM(4, go_backwards=True, activation="relu", **each)
    wrapped = layers.Bidirectional(layers.LSTM(4, **each), backward_layer=other, name="a")
    made["two kinds"] = keras.Sequential([keras.Input((6, 4)), wrapped])
    return {name: bare(json.loads(model.to_json())) for name, model in made.items()}


def bare(config):
    """A configuration without initializers, dtypes and the like."""
    if isinstance(config, list):
        return [bare(one) for one in config]
    if not isinstance(config, dict):
        return config
    dull = ("initializer", "regularizer", "constraint", "dtype", "build_config", "shape", "quantization_config", "seed")
    return {name: bare(value) for name, value in config.items() if not name.endswith(dull)}


# --- CuDNN and counts -------------------------------------------------------------------------------------------------


def cudnn_form(path, rng):
    """tf-keras's own function, run on random weights: it needs NumPy alone."""
    tree = ast.parse(pathlib.Path(path).read_text(encoding="utf-8"))
    function = next(one for one in tree.body if getattr(one, "name", "") == "_convert_rnn_weights")
    names = {"np": np}
    exec(compile(ast.Module([function], []), path, "exec"), names)
    arrays = {}
    for case, (inputs, hidden) in {"small": (3, 5), "square": (6, 6), "one": (1, 1)}.items():
        stored = [draw((inputs, 4 * hidden), rng), draw((hidden, 4 * hidden), rng), draw((8 * hidden,), rng)]
        target = type("LSTM", (), {})()
        for kind, weights in (("cudnn", stored), ("lstm", names["_convert_rnn_weights"](target, stored))):
            for name, array in zip(("kernel", "recurrent_kernel", "bias"), weights, strict=True):
                arrays[f"{case}/{kind}/{name}"] = array
    return arrays


def counts():
    """A list of {name, layer, inputs, hidden, options, count}."""
    rows = []

    def note(name, layer, inputs, hidden, options, count):
        rows.append(dict(name=name, layer=layer, inputs=inputs, hidden=hidden, options=options, count=int(count)))

    for kind, layer in (("LSTM", "lstm"), ("GRU", "gru"), ("RNN", "rnn")):
        for options in ({"num_layers": 3}, {"num_layers": 2, "bidirectional": True}, {"num_layers": 2, "bias": False}):
            built = getattr(torch.nn, kind)(3, 5, **options)
            note("pytorch", layer, 3, 5, options, sum(weight.numel() for weight in built.parameters()))
    deep = {"num_layers": 3, "bidirectional": True}
    for options in ({"proj_size": 2}, {"proj_size": 2} | deep, {"proj_size": 3, "bias": False}):
        built = torch.nn.LSTM(3, 5, **options)
        note("pytorch", "lstm", 3, 5, options, sum(weight.numel() for weight in built.parameters()))
    for axes in (1, 2, 3):
        for size, bias in ((3, True), (2, False)):
            built = getattr(keras.layers, f"ConvLSTM{axes}D")(5, size, use_bias=bias)
            built.build((None, None, *(8,) * axes, 3))
            note("keras", f"convlstm{axes}d", 3, 5, {"kernel_size": size, "bias": bias}, built.count_params())
    return rows


if __name__ == "__main__":
    if keras.backend.backend() != "tensorflow":
        raise SystemExit("KERAS_BACKEND: expected tensorflow, the only one on which Keras multiplies in float64")
    torch.set_num_threads(1)
    FILES.mkdir(exist_ok=True)
    rng = np.random.default_rng(30)
    keras.config.set_floatx("float32")
    outputs = pytorch_files(rng) | keras_files(rng) | turning_file(np.random.default_rng(5))
    outputs |= between_files(np.random.default_rng(6))
    np.savez_compressed(FILES / "outputs.npz", **outputs)
    lines = ",\n".join("  " + json.dumps(row) for row in counts())
    (HERE / "counts.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")

    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(config)}" for name, config in models().items())
    (HERE / "models.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")

    keras.config.set_floatx("float64")
    arrays = {}
    more = np.random.default_rng(7)
    for forms, maker, draws in ((PYTORCH, pytorch_form, rng), (KERAS, keras_form, rng),
                                (PYTORCH_MORE, pytorch_form, more), (KERAS_MORE, keras_form, more)):
        for form, make in forms.items():
            arrays |= {f"{form}/{name}": value for name, value in maker(make, draws).items()}
    np.savez_compressed(HERE / "forms.npz", **arrays)
    if len(sys.argv) > 1:
        np.savez_compressed(HERE / "cudnn.npz", **cudnn_form(sys.argv[1], np.random.default_rng(31)))
