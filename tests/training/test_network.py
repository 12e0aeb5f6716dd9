"""Losses and output layer against the readable reference, and a replica against itself in other company."""

import numpy as np
import pytest

from lstm_teach.cell.cells import CELLS, Params, backward, init_params, unroll
from lstm_teach.training.network import Network


def filled(loss, when, replicas, cell=CELLS["LSTM"], length=7, hidden=5, outputs=3, batch=6, dtype=np.float64):
    """A network with drawn parameters and input; and targets, with weights if each sequence counts steps of its own.

    Replica r draws the same whatever the stack.
    """
    inputs = 2
    net = Network(cell, length, len(replicas), inputs, hidden, outputs, batch, loss, when, dtype)
    read = 1 if when == "last" else length
    targets, weights = [], []
    for k, r in enumerate(replicas):
        rng = np.random.default_rng(r)
        net.weights[k] = init_params(cell, inputs, hidden, rng, dtype=dtype).weights
        net.head[k] = rng.standard_normal((outputs, hidden + 1))
        net.x[:, k] = rng.standard_normal((length, inputs, batch))
        if loss == "squared":
            targets.append(rng.standard_normal((read, outputs, batch)).astype(dtype))
        else:
            targets.append(rng.integers(outputs, size=(read, 1, batch)))
        counted = rng.random((length, batch)) < 0.4
        counted[rng.integers(length, size=batch), np.arange(batch)] = True
        weights.append((counted / counted.sum(axis=0)).astype(dtype))
    targets = np.stack(targets, axis=1)
    return net, (targets, np.stack(weights, axis=1)) if when == "counted" else (targets,)


@pytest.mark.parametrize("when", ["last", "every", "counted"])
@pytest.mark.parametrize("loss", ["squared", "cross-entropy"])
def test_gradient_of_the_loss_by_finite_differences(loss, when):
    net, given = filled(loss, when, [0, 1])
    net.learn(*given)
    gradient, h = net.gradient.copy(), 1e-5
    for column in range(0, net.parameters.shape[1], 7):
        value = net.parameters[:, column].copy()
        net.parameters[:, column] = value + h
        above = net.learn(*given)
        net.parameters[:, column] = value - h
        below = net.learn(*given)
        net.parameters[:, column] = value
        np.testing.assert_allclose(gradient[:, column], (above - below) / (2 * h), atol=1e-9, rtol=1e-5)


@pytest.mark.parametrize("name", ["LSTM", "TANH_ONLY", "COUPLED", "DEAD_ZONE"])
def test_the_gradient_of_counted_steps_is_that_of_the_readable_reference(name):
    cell = CELLS[name]
    net, (targets, weights) = filled("squared", "counted", [0, 1], cell=cell)
    losses = net.learn(targets, weights)
    params = Params(net.weights.copy(), cell.places)
    trace = unroll(cell, params, np.swapaxes(net.x, -1, -2))
    W, b = net.head[:, :, :-1], net.head[:, :, -1]
    error = np.einsum("roh,trbh->trbo", W, trace.h) + b[:, None] - np.swapaxes(targets, -1, -2)
    expected = np.zeros(2)
    for r in range(2):  # each sequence by itself, its counted steps alone
        for sequence in range(6):
            steps = np.flatnonzero(weights[:, r, sequence])
            expected[r] += (error[steps, r, sequence] ** 2).mean() / 6
    np.testing.assert_allclose(losses, expected, rtol=1e-12)
    d_outputs = 2 * error / 3 * weights[..., None] / 6
    gradient = backward(cell, params, trace, np.einsum("roh,trbo->trbh", W, d_outputs))[0]
    size = gradient.weights[0].size
    np.testing.assert_allclose(net.gradient[:, :size].reshape(gradient.weights.shape), gradient.weights, atol=1e-13)
    d_head = net.gradient[:, size:].reshape(net.head.shape)
    np.testing.assert_allclose(d_head[:, :, :-1], np.einsum("trbo,trbh->roh", d_outputs, trace.h), atol=1e-13)
    np.testing.assert_allclose(d_head[:, :, -1], d_outputs.sum(axis=(0, 2)), atol=1e-13)


@pytest.mark.parametrize("loss", ["squared", "cross-entropy"])
def test_a_step_that_does_not_count_has_no_say(loss):
    net, (targets, weights) = filled(loss, "counted", [0, 1])
    before = net.learn(targets, weights), net.gradient.copy(), net.errors(targets, weights)
    changed = np.where(weights[:, :, None] == 0, (targets + 1) % 3, targets)
    assert (changed != targets).any()
    after = net.learn(changed, weights), net.gradient.copy(), net.errors(changed, weights)
    assert all((a == b).all() for a, b in zip(before, after, strict=True))
    assert (net.learn(targets, np.full_like(weights, 1 / 7)) != before[0]).all()


@pytest.mark.parametrize("loss", ["squared", "cross-entropy"])
def test_counting_every_step_or_the_last_is_what_those_names_say(loss):
    for when, weight in (("every", np.full(7, 1 / 7)), ("last", np.arange(7) == 6)):
        net, (targets,) = filled(loss, when, [0, 1])
        other, _ = filled(loss, "counted", [0, 1])
        other.parameters[...], other.x[...] = net.parameters, net.x
        weights = np.broadcast_to(weight[:, None, None], (7, 2, 6)).astype(float)
        given = np.broadcast_to(targets, (7,) + targets.shape[1:]), weights
        np.testing.assert_allclose(other.learn(*given), net.learn(targets), rtol=1e-12)
        np.testing.assert_allclose(other.gradient, net.gradient, atol=1e-13)
        np.testing.assert_allclose(other.errors(*given), net.errors(targets), rtol=1e-12)


def test_losses_and_errors_are_what_they_say():
    net, (targets,) = filled("squared", "every", [0, 1])
    assert np.allclose(net.learn(targets), ((net.outputs() - targets) ** 2).mean(axis=(0, 2, 3)))
    assert np.allclose(net.errors(targets), ((net.outputs() - targets) ** 2).mean(axis=(0, 2)))
    net, (classes,) = filled("cross-entropy", "every", [0, 1])
    shares = np.exp(net.outputs()) / np.exp(net.outputs()).sum(axis=2, keepdims=True)
    chosen = np.take_along_axis(shares, classes, axis=2)
    assert np.allclose(net.learn(classes), -np.log(chosen).mean(axis=(0, 2, 3)))
    assert np.allclose(net.errors(classes), (net.outputs().argmax(axis=2) != classes[:, :, 0]).mean(axis=0))
    in_bits = Network(CELLS["LSTM"], 7, 2, 2, 5, 3, 6, "cross-entropy", "every", np.float64, bits=True)
    in_bits.parameters[...], in_bits.x[...] = net.parameters, net.x
    assert np.allclose(in_bits.errors(classes), -np.log2(chosen).mean(axis=(0, 2)))


def test_errors_of_a_network_that_is_not_finite_are_nan():
    net, (classes,) = filled("cross-entropy", "last", [0, 1])
    net.head[1] = np.nan
    errors = net.errors(classes)
    assert np.isfinite(errors[0]).all() and np.isnan(errors[1]).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("loss", "outputs"), [("squared", 1), ("cross-entropy", 9)])
@pytest.mark.parametrize("hidden, batch", [(5, 6), (1, 1), (1, 3), (4, 1), (12, 2), (16, 32), (33, 17)])
@pytest.mark.parametrize("name", ["LSTM", "COUPLED", "DEAD_ZONE", "VANILLA_RNN"])
def test_a_replica_is_the_same_to_the_last_bit_in_any_stack(name, hidden, batch, loss, outputs, dtype):
    sizes = {"cell": CELLS[name], "hidden": hidden, "batch": batch, "outputs": outputs, "dtype": dtype, "length": 20}
    for when in ("every", "counted"):
        net, given = filled(loss, when, [3, 7, 0, 11, 5], **sizes)
        losses = net.learn(*given)
        for place, replica in [(1, 7), (4, 5)]:
            alone, its_own = filled(loss, when, [replica], **sizes)
            assert alone.learn(*its_own).tobytes() == losses[place : place + 1].tobytes()
            assert alone.gradient.tobytes() == net.gradient[place : place + 1].tobytes()
            assert alone.errors(*its_own).tobytes() == net.errors(*given)[place : place + 1].tobytes()
