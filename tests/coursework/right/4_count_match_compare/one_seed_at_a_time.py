# %% counts
def keras_count(inputs, hidden, blocks=4):
    total = 0
    for _ in range(blocks):
        total += hidden * inputs  # W
        total += hidden * hidden  # R
        total += hidden           # b
    return total


def pytorch_count(inputs, hidden, blocks=4):
    total = keras_count(inputs, hidden, blocks)
    for _ in range(blocks):
        total += hidden
    return total
# %% onnx_counts
def onnx_count(inputs, hidden, bias=True, peepholes=False):
    W, R, B, P = 4 * hidden * inputs, 4 * hidden * hidden, 8 * hidden, 3 * hidden
    return W + R + bias * B + peepholes * P
# %% matched_width
def matched_hidden(inputs, budget, blocks):
    best, distance = None, None
    hidden = 1
    while True:
        count = keras_count(inputs, hidden, blocks)
        if distance is None or abs(count - budget) < distance:
            best, distance = hidden, abs(count - budget)
        if count > budget:
            return best
        hidden += 1
# %% comparison
def compare(task, hidden, seeds, learning_rate, updates, forget_bias=1.0):
    widths = {lt.LSTM: hidden, lt.TANH_ONLY: matched_hidden(task.inputs, keras_count(task.inputs, hidden), blocks=3)}
    found = {lt.LSTM: [], lt.TANH_ONLY: []}
    for seed in seeds:
        for cell, width in widths.items():
            history = lt.train(cell, task=task, hidden=width, seeds=[seed], learning_rate=learning_rate,
                               updates=updates, forget_bias=forget_bias, **EVALUATION)
            first, = history.updates_to_criterion
            found[cell].append(np.inf if first is None else first)
    return {"LSTM": np.array(found[lt.LSTM], dtype=float), "tanh only": np.array(found[lt.TANH_ONLY], dtype=float)}
# %% experiment
def my_settings():
    rng = np.random.default_rng(7)
    seeds = rng.choice(1000, size=5, replace=False)
    return {"task": lt.tasks.latch(length=10), "hidden": 16, "seeds": seeds, "learning_rate": 2e-2, "updates": 1000}
# %% summaries
def summary(updates):
    updates = np.asarray(updates, dtype=float)
    with np.errstate(invalid="ignore"):
        ordered = np.sort(updates)
        middle = ordered[[(ordered.size - 1) // 2, ordered.size // 2]]
        place = (ordered.size - 1) / 4
        return {"median": float(middle.mean()), "low": float(ordered[int(np.floor(place))]),
                "high": float(ordered[int(np.ceil(3 * place))]), "solved": float((updates != np.inf).mean())}
