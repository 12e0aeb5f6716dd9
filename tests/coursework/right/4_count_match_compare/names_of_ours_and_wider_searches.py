# %% own
from lstm_teach.training.train import train as engine


def summed(values):
    return sum(values)


def width(*rest):
    return 3


got = seeds = calls = expect = 5
# %% counts
def keras_count(inputs, hidden, blocks=4):
    return summed([hidden * (inputs + hidden), hidden]) * blocks


def pytorch_count(inputs, hidden, blocks=4):
    return summed([hidden * (inputs + hidden), hidden, hidden]) * blocks
# %% onnx_counts
def onnx_count(inputs, hidden, bias=True, peepholes=False):
    sizes = {"W": (4 * hidden, inputs), "R": (4 * hidden, hidden)}
    if bias:
        sizes["B"] = (8 * hidden, 1)
    if peepholes:
        sizes["P"] = (3 * hidden, 1)
    return summed(rows * columns for rows, columns in sizes.values())
# %% matched_width
def matched_hidden(inputs, budget, blocks):
    exact = (-(inputs + 1) + ((inputs + 1) ** 2 + 4 * budget / blocks) ** 0.5) / 2  # the positive root
    near = range(max(1, int(exact) - 2), int(exact) + 3)
    return sorted(near, key=lambda hidden: abs(keras_count(inputs, hidden, blocks) - budget))[0]
# %% comparison
def compare(task, hidden, seeds, learning_rate, updates, forget_bias=1.0):
    both = {"LSTM": (lt.CELLS["LSTM"] if "LSTM" in lt.CELLS else lt.LSTM, hidden)}
    both["tanh only"] = lt.TANH_ONLY, matched_hidden(task.inputs, keras_count(task.inputs, hidden), width())
    return {name: np.array([float(one) if one else float("inf") for one in engine(
                cell, task, units, seeds, learning_rate, updates, forget_bias=forget_bias,
                **EVALUATION).updates_to_criterion])
            for name, (cell, units) in both.items()}
# %% experiment
def my_settings():
    return {"task": lt.tasks.latch(20), "hidden": 20, "seeds": list(range(100, 108)), "learning_rate": 0.02,
            "updates": 900}
# %% summaries
def summary(updates):
    updates = sorted(updates)
    last = len(updates) - 1
    at = {"low": last // 4, "high": last - last // 4}
    middle = {updates[last // 2], updates[-(-last // 2)]}
    return {name: updates[place] for name, place in at.items()} | {
        "median": sum(middle) / len(middle), "solved": 1 - updates.count(np.inf) / len(updates)}
