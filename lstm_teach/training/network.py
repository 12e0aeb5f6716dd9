"""Unrolled replicas with an output layer, the losses, and their gradient in all parameters."""

import math

import numpy as np

from .unrolled import Unrolled


class Network:
    """A stack of replicas of one cell with a linear output layer, and the loss's gradient in all their parameters.

    `parameters` and `gradient` are (R, P): a replica's weights of the cell, then of the output layer, in one row, so
    that an optimiser is a few vector operations. `weights` (R, blocks·hidden, hidden + inputs + 1) and `head`
    (R, outputs, hidden + 1), which acts on [h; 1], are views of `parameters`. Write the input into `x`
    (T, R, inputs, B), then call `outputs()`, `learn(...)` or `errors(...)`.

    `loss` is "squared" or "cross-entropy". It is read at the last step, or at "every" one, or at those "counted" for
    each sequence: then `weights` (T, R, B) go with the targets, which are 0 at a step that does not count and sum to 1
    over the steps of a sequence. "Read steps" below are 1 or T. With `bits` the error of classes is in bits.
    """

    def __init__(self, cell, length, replicas, inputs, hidden, outputs, batch, loss, when, dtype, bits=False):
        counted = 1 if when == "last" else length
        self.unrolled = Unrolled(cell, length, replicas, inputs, hidden, batch, dtype, counted)
        self.x, self._loss = self.unrolled.x, _LOSSES[loss]
        self._error = _bits if bits else _ERRORS[loss]
        rows, columns = len(cell.places) * hidden, hidden + inputs + 1
        size = rows * columns
        self.parameters = np.zeros((replicas, size + outputs * (hidden + 1)), dtype)
        self.gradient = np.zeros_like(self.parameters)
        self.weights, self._d_weights = (
            flat[:, :size].reshape(replicas, rows, columns) for flat in (self.parameters, self.gradient)
        )
        self.head, self._d_head = (
            flat[:, size:].reshape(replicas, outputs, hidden + 1) for flat in (self.parameters, self.gradient)
        )
        # The output layer reads the stacked [h; x; 1] as it stands, with weights 0 for x.
        self._stacked = np.empty((counted, replicas, columns, batch), dtype)
        self._stacked_head = np.zeros((replicas, outputs, columns), dtype)
        self._outputs = np.empty((counted, replicas, outputs, batch), dtype)
        self._head_products = np.empty((counted,) + self._stacked_head.shape, dtype)

    def outputs(self):
        """The output layer at every read step for the input in `x`: (read steps, R, outputs, B), overwritten next."""
        hidden = self.unrolled.hidden
        self.unrolled.forward(self.weights)
        # A copy whose strides do not depend on the stack: with one output the products are of a matrix and a vector.
        np.copyto(self._stacked, self.unrolled.stacked[-len(self._stacked) :])
        self._stacked_head[:, :, :hidden], self._stacked_head[:, :, -1] = self.head[:, :, :-1], self.head[:, :, -1]
        with np.errstate(all="ignore"):
            return np.matmul(self._stacked_head, self._stacked, self._outputs)

    def learn(self, targets, weights=None):
        """The mean loss (R,) over sequences and counted steps; its derivative is left in `gradient`.

        `targets` is (read steps, R, outputs, B); for "cross-entropy" (read steps, R, 1, B) of whole class numbers.
        """
        hidden, outputs = self.unrolled.hidden, self.outputs()
        with np.errstate(all="ignore"):
            losses, d_outputs = self._loss(outputs, targets)
            if weights is None:
                d_outputs *= 1 / (len(outputs) * outputs.shape[-1])
            else:
                d_outputs *= (weights / outputs.shape[-1])[:, :, None]
            np.matmul(np.swapaxes(self.head[:, :, :-1], -1, -2), d_outputs, self.unrolled.dh)
            np.matmul(d_outputs, np.swapaxes(self._stacked, -1, -2), self._head_products)
            d_head = np.add.reduce(self._head_products, 0)
            self._d_head[:, :, :-1], self._d_head[:, :, -1] = d_head[:, :, :hidden], d_head[:, :, -1]
            self._d_weights[...] = self.unrolled.backward()
            return _over_steps(losses, weights).mean(axis=-1)

    def errors(self, targets, weights=None):
        """The error of every sequence (R, B), mean over counted steps: squared, the share of wrong classes, or bits."""
        outputs = self.outputs()
        with np.errstate(all="ignore"):
            return _over_steps(self._error(outputs, targets), weights)


def _squared_loss(outputs, targets):
    """The squared error at every step of every sequence (read steps, R, B), mean over outputs; and its derivative."""
    error = outputs - targets
    return (error * error).mean(axis=-2), error * (2 / error.shape[-2])


def _cross_entropy(outputs, classes):
    """−log softmax(outputs)[class] at every step of every sequence (read steps, R, B); and its derivative."""
    outputs = outputs - outputs.max(axis=-2, keepdims=True)
    shares = np.exp(outputs)
    total = shares.sum(axis=-2, keepdims=True)
    chosen = np.take_along_axis(outputs, classes, axis=-2)
    shares /= total
    shares -= classes == np.arange(outputs.shape[-2])[:, None]
    return (np.log(total) - chosen)[:, :, 0], shares


def _squared_error(outputs, targets):
    return _squared_loss(outputs, targets)[0]


def _wrong(outputs, classes):
    """1 where the class with the largest output is wrong, else 0, (read steps, R, B)."""
    wrong = outputs.argmax(axis=-2) != classes[:, :, 0]
    return np.where(np.isfinite(outputs).all(axis=-2), wrong, np.nan)


def _bits(outputs, classes):
    return _cross_entropy(outputs, classes)[0] / math.log(2)


def _over_steps(values, weights):
    """(read steps, R, B) → (R, B): the mean over steps, or the sum of `weights` times values.

    Each sum runs over a contiguous row of its own, so that its order does not depend on R.
    """
    if weights is None:
        return np.ascontiguousarray(np.moveaxis(values, 0, -1)).mean(axis=-1)
    return np.ascontiguousarray(np.moveaxis(weights * values, 0, -1)).sum(axis=-1)


_LOSSES = {"squared": _squared_loss, "cross-entropy": _cross_entropy}
_ERRORS = {"squared": _squared_error, "cross-entropy": _wrong}
