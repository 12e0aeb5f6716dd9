"""What a file says of one of its recurrent layers, beside the arrays."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, eq=False)
class Told:
    """What a file says of one layer: arrays whose names hold `words` in this order, from the first on, are its own.

    `name` is the layer's own; `layer` and `options` are what `framework_cell` takes; `refused` says why there is no
    cell for it. `reverse`: a single direction that reads backwards; `merge`: how two directions' outputs are joined.
    `starts`: the file starts it from states of its own, not from 0. `reads`: what it reads, the name of the recurrent
    layer whose outputs reach it unchanged, or what else, in words. `skips`: input steps that equal this throughout are
    passed over, as a mask does.
    """

    words: tuple
    name: str
    layer: str = "lstm"
    options: dict = field(default_factory=dict)
    refused: str | None = None
    reverse: bool = False
    merge: str | None = None
    starts: bool = False
    reads: str | None = None
    skips: np.ndarray | None = None


def path_words(name):
    """The parts of a name between slashes, without those that say only that something is inside something."""
    return tuple(word for word in name.split("/") if word not in ("", "layers", "_layer_checkpoint_dependencies"))
