# %% counts
def keras_count(inputs, hidden, blocks=4):
    return blocks * hidden * (inputs + hidden + 1)


def pytorch_count(inputs, hidden, blocks=4):
    return keras_count(inputs, hidden, blocks) + blocks * hidden
# %% onnx_counts
def onnx_count(inputs, hidden, bias=True, peepholes=False):
    count = keras_count(inputs, hidden) - 4 * hidden
    if bias:
        count += 8 * hidden
    if peepholes:
        count += 3 * hidden
    return count
# %% matched_width
def matched_hidden(inputs, budget, blocks):
    hidden = 1
    while keras_count(inputs, hidden, blocks) < budget:
        hidden += 1
    if hidden > 1 and budget - keras_count(inputs, hidden - 1, blocks) < keras_count(inputs, hidden, blocks) - budget:
        hidden -= 1
    return hidden
# %% comparison
def compare(task, hidden, seeds, learning_rate, updates, forget_bias=1.0):
    width = matched_hidden(task.inputs, keras_count(task.inputs, hidden), 3)
    result = {}
    for name, cell, units in (("LSTM", lt.LSTM, hidden), ("tanh only", lt.TANH_ONLY, width)):
        history = lt.train(cell, task, units, seeds, learning_rate, updates, forget_bias=forget_bias, **EVALUATION)
        result[name] = np.array([np.inf if one is None else one for one in history.updates_to_criterion])
    return result
# %% experiment
def my_settings():
    return {"task": lt.tasks.latch(20), "hidden": 12, "seeds": range(8), "learning_rate": 0.02, "updates": 800}
# %% summaries
def summary(updates):
    return {"median": np.median(updates), "low": np.quantile(updates, 0.25, method="lower"),
            "high": np.quantile(updates, 0.75, method="higher"), "solved": np.mean(np.isfinite(updates))}
