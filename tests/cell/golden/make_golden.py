"""Make the golden data of this folder with PyTorch and Keras: independent implementations, in float64.

    KERAS_BACKEND=tensorflow python tests/cell/golden/make_golden.py

Needs torch, keras and tensorflow, which the tests do not. On every other backend Keras multiplies matrices in float32,
whatever floatx is (BIT64_TO_BIT32_DTYPE in keras/src/backend/common/dtypes.py, 3.15). Writes

    counts.json     parameters of layers really instantiated, by framework, layer, sizes and options
    pytorch.npz     LSTM, RNN(tanh) and a stack of two LSTMs: weights, inputs, outputs, and gradients of the loss
                    Σ A·h + Σ B·c_last (random A, B) with respect to weights, inputs and first states
    keras.npz       LSTM and SimpleRNN: weights as get_weights() returns them, inputs, outputs

Every random number comes from NumPy, so that a rerun changes the values by rounding at most.
"""

import itertools
import json
import pathlib

import keras
import numpy as np
import torch

keras.config.set_floatx("float64")

HERE = pathlib.Path(__file__).parent
SIZES = [(1, 1), (1, 9), (3, 5), (10, 20), (25, 100), (32, 32)]
# Questions asked in public threads, with the answers they got: Keras layers.
PUBLIC = [("lstm", 4096, 256, {}), ("gru", 32, 32, {}), ("gru", 16, 32, {"bidirectional": True})]


def pytorch_layer(layer, inputs, hidden, bias=True, bidirectional=False):
    kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[layer]
    return kind(inputs, hidden, bias=bias, bidirectional=bidirectional, dtype=torch.float64)


def keras_layer(layer, hidden, bias=True, bidirectional=False, **options):
    kind = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU, "rnn": keras.layers.SimpleRNN}[layer]
    one = kind(hidden, use_bias=bias, return_sequences=True, **options)
    return keras.layers.Bidirectional(one) if bidirectional else one


def counts():
    """A list of {name, layer, inputs, hidden, options, count}."""
    rows = []

    def note(name, layer, inputs, hidden, options):
        if name == "pytorch":
            count = sum(weight.numel() for weight in pytorch_layer(layer, inputs, hidden, **options).parameters())
        else:
            built = keras_layer(layer, hidden, **options)
            built.build((None, None, inputs))
            count = built.count_params()
        rows.append(dict(name=name, layer=layer, inputs=inputs, hidden=hidden, options=options, count=int(count)))

    for (inputs, hidden), layer, bias, both in itertools.product(
        SIZES, ("lstm", "gru", "rnn"), (True, False), (False, True)
    ):
        options = {"bias": bias, "bidirectional": both}
        note("pytorch", layer, inputs, hidden, options)
        note("keras", layer, inputs, hidden, options)
        if layer == "gru":
            for reset_after in (True, False):
                note("keras", layer, inputs, hidden, options | {"reset_after": reset_after})
    for layer, inputs, hidden, options in PUBLIC:
        note("keras", layer, inputs, hidden, options)
    return rows


def pytorch_golden(rng):
    arrays = {}
    cases = [("lstm", 1, 1, 5, 2), ("lstm", 3, 4, 7, 2), ("lstm", 5, 8, 12, 3)]
    cases += [("rnn", 1, 2, 6, 1), ("rnn", 4, 7, 9, 3)]
    for number, (layer, inputs, hidden, length, batch) in enumerate(cases):
        network = pytorch_layer(layer, inputs, hidden)
        states = ("h0", "c0") if layer == "lstm" else ("h0",)
        given = {"x": rng.standard_normal((length, batch, inputs))}
        given |= {name: rng.standard_normal((1, batch, hidden)) for name in states}
        given |= {"A": rng.standard_normal((length, batch, hidden)), "B": rng.standard_normal((1, batch, hidden))}
        given = {name: torch.tensor(value) for name, value in given.items()}
        draw_weights(network, rng)
        leaves = {name: given[name].requires_grad_() for name in ("x", *states)} | dict(network.named_parameters())

        start = (given["h0"], given["c0"]) if layer == "lstm" else given["h0"]
        h, last = network(given["x"], start)
        loss = (given["A"] * h).sum()
        out = {"h": h}
        if layer == "lstm":
            out["c_last"] = last[1]
            loss = loss + (given["B"] * last[1]).sum()
        loss.backward()
        out |= {f"gradient/{name}": leaf.grad for name, leaf in leaves.items()}
        for name, value in (given | dict(network.named_parameters()) | out).items():
            arrays[f"{layer}_{number}/{name}"] = value.detach().numpy()

    stack = torch.nn.LSTM(3, 4, num_layers=2, dtype=torch.float64)
    draw_weights(stack, rng)
    x = torch.tensor(rng.standard_normal((6, 2, 3)))
    for name, value in ({"x": x, "h": stack(x)[0]} | dict(stack.named_parameters())).items():
        arrays[f"stack/{name}"] = value.detach().numpy()
    return arrays


def draw_weights(network, rng):
    with torch.no_grad():
        for weight in network.parameters():
            weight.copy_(torch.tensor(rng.uniform(-0.8, 0.8, tuple(weight.shape))))


def keras_golden(rng):
    arrays = {}
    cases = [("lstm", 3, 4, True), ("lstm", 2, 6, False), ("rnn", 3, 5, True)]
    for number, (layer, inputs, hidden, bias) in enumerate(cases):
        built = keras_layer(layer, hidden, bias=bias)
        built.build((None, None, inputs))
        built.set_weights([rng.uniform(-0.8, 0.8, weight.shape) for weight in built.get_weights()])
        x = rng.standard_normal((2, 7, inputs))  # Keras: batch first
        names = ("kernel", "recurrent_kernel", "bias")
        for name, value in zip(names, built.get_weights(), strict=False):
            arrays[f"{layer}_{number}/{name}"] = value
        arrays[f"{layer}_{number}/x"] = x
        arrays[f"{layer}_{number}/h"] = keras.ops.convert_to_numpy(built(x))
    return arrays


if __name__ == "__main__":
    if keras.backend.backend() != "tensorflow":
        raise SystemExit("KERAS_BACKEND: expected tensorflow, the only one on which Keras multiplies in float64")
    versions = {"torch": torch.__version__, "keras": keras.__version__, "keras_backend": keras.backend.backend()}
    lines = ",\n".join("  " + json.dumps(row) for row in counts())
    text = f'{{"versions": {json.dumps(versions)}, "counts": [\n{lines}\n]}}\n'
    (HERE / "counts.json").write_text(text, encoding="utf-8")
    np.savez_compressed(HERE / "pytorch.npz", **pytorch_golden(np.random.default_rng(20)))
    np.savez_compressed(HERE / "keras.npz", **keras_golden(np.random.default_rng(21)))
