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
import math
import os
import re
import zipfile
from dataclasses import dataclass

import numpy as np

from ..checks import complaint
from .keras_models import class_names, own_names, told_by_model
from .layouts import either
from .onnx_graphs import read_graph

_SUFFIXES = {
    ".npz": "npz", ".safetensors": "safetensors", ".h5": "h5", ".hdf5": "h5", ".keras": "keras", ".onnx": "onnx",
    ".pt": "torch", ".pth": "torch", ".ckpt": "torch", ".bin": "torch",
}
# Files that often lie beside the one to read, or in its place.
_INSTEAD = {
    ".data": " (this one is part of the .onnx file beside it)", ".pt2": " (torch.save(model.state_dict(), '….pt'))",
    ".index": " (of TensorFlow's checkpoints model.save('….keras') makes one)",
    ".pb": " (of a TensorFlow model model.save('….keras') makes one)",
    ".pkl": " (a pickle may run code: np.savez('….npz', **arrays) keeps names and arrays)",
    ".pickle": " (a pickle may run code: np.savez('….npz', **arrays) keeps names and arrays)",
}
_KERAS_ARRAYS = ("kernel", "recurrent_kernel", "bias")  # as Keras 3 numbers them
_EXTRA = {"safetensors": "files", "h5py": "files", "onnx": "files", "torch": "torch"}


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
    suffix = os.path.splitext(path)[1].lower()
    if suffix not in _SUFFIXES:
        expected = f"a file that ends in {either(_SUFFIXES)}{_INSTEAD.get(suffix, '')}"
    # Opened here because np.load leaves a damaged file open. A pickle from a stranger may run any code: refused.
    with _reading(expected, path), open(path, "rb") as file, np.load(file, allow_pickle=False) as content:
        arrays = {name: content[name] for name in content.files}
    # PyTorch's .pt and Keras's .keras are zip archives too, but what is in them are not arrays.
    if not arrays or not all(isinstance(array, np.ndarray) for array in arrays.values()):
        raise complaint("source", expected, repr(path))
    return Content(arrays)


def _read_safetensors(path):
    library = _library("safetensors", path)
    types = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I8": "<i1", "I32": "<i4", "I64": "<i8"}
    arrays = {}
    with _reading("a .safetensors file", path), open(path, "rb") as file:
        for name, tensor in library.deserialize(file.read()):
            array = np.frombuffer(tensor["data"], types.get(tensor["dtype"], "u1"))  # others as bytes: quantized ones
            if tensor["dtype"] == "BF16":  # the upper half of a float32
                array = (array.astype(np.uint32) << 16).view(np.float32)
            arrays[name] = array.reshape(tensor["shape"]) if array.size == math.prod(tensor["shape"]) else array
    return Content(dict(sorted(arrays.items(), key=_by_number)), ordered=False)  # the library gives them in any order


def _read_torch(path):
    torch = _library("torch", path)
    expected = "a file of weights alone, as torch.save(model.state_dict(), path) writes it"
    if zipfile.is_zipfile(path):
        with _reading(expected, path), zipfile.ZipFile(path) as archive:
            script = any(name.endswith("/constants.pkl") for name in archive.namelist())
        if script:
            came = f"{path!r}, a TorchScript archive: save the state_dict() of torch.jit.load(path)"
            raise complaint("source", expected, came)
    try:
        # weights_only is what keeps torch from running the code that a pickle may hold.
        saved = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # damaged files fail in more ways than one can list
        needed = re.search(r"GLOBAL (\S+) was not an allowed", str(error))
        came = f" with objects of {needed[1]} in it, which only running its code could read" if needed else ""
        raise complaint("source", expected, repr(path) + came) from None
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
    told = told_by_model(config, class_names, version, arrays) if config else ()
    return Content(arrays, told, "keras", ordered=False)


def _legacy_content(file, weights):
    """The layout of Keras up to 2, which Keras 3 still writes into .h5: a group a layer, in the network's order."""
    arrays = {}
    for layer in map(_text, weights.attrs["layer_names"]):
        for name in map(_text, weights[layer].attrs["weight_names"]):
            arrays[f"{layer}/{name}"] = weights[layer][name][()]
    config = file.attrs.get("model_config")
    version = _text(weights.attrs.get("keras_version", file.attrs.get("keras_version", "2")))
    told = told_by_model(json.loads(_text(config)), own_names, version, arrays) if config is not None else ()
    return Content(arrays, told, "keras")


def _text(value):
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def _by_number(named):
    """A key to sort (name, array) by, in which layer_10 comes after layer_9."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", named[0])]


def _read_onnx(path):
    onnx = _library("onnx", path)
    with _reading("an .onnx file (whose arrays may lie in a second file beside it)", path):
        model = onnx.load(path)
        if not model.graph.node:  # bytes of something else may parse
            raise ValueError
    return Content(*read_graph(onnx, model), "onnx")


_READERS = {
    "npz": _read_npz, "safetensors": _read_safetensors, "torch": _read_torch, "h5": _read_h5, "keras": _read_keras,
    "onnx": _read_onnx,
}
