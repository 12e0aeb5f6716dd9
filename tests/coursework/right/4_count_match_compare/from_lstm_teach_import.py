# %% own
from lstm_teach import LSTM, TANH_ONLY, train
from lstm_teach import tasks as exercises
# %% counts
def block(inputs, hidden, biases):
    weights = hidden * inputs + hidden * hidden
    return weights + biases * hidden


def keras_count(inputs, hidden, blocks=4):
    return blocks * block(inputs, hidden, 1)


def pytorch_count(inputs, hidden, blocks=4):
    return blocks * block(inputs, hidden, 2)
# %% onnx_counts
def onnx_count(inputs, hidden, bias=True, peepholes=False):
    return 4 * block(inputs, hidden, 2 if bias else 0) + (3 * hidden if peepholes else 0)
# %% matched_width
def matched_hidden(inputs, budget, blocks):
    widths = np.arange(1, 2 + int(np.sqrt(budget)))
    return int(widths[np.argmin(np.abs(keras_count(inputs, widths, blocks) - budget))])
# %% comparison
def number(update):
    return np.inf if update is None else float(update)


def compare(task, hidden, seeds, learning_rate, updates, forget_bias=1.0):
    budget = keras_count(task.inputs, hidden, 4)
    settings = dict(task=task, seeds=list(seeds), learning_rate=learning_rate, updates=updates,
                    forget_bias=forget_bias, **EVALUATION)
    lstm = train(LSTM, hidden=hidden, **settings)
    tanh = train(TANH_ONLY, hidden=matched_hidden(task.inputs, budget, 3), **settings)
    return {"LSTM": np.array(list(map(number, lstm.updates_to_criterion))),
            "tanh only": np.array(list(map(number, tanh.updates_to_criterion)))}
# %% experiment
def my_settings():
    return dict(task=exercises.latch(15), hidden=10, seeds=[3, 1, 4, 15, 9, 2], learning_rate=0.03, updates=700,
                forget_bias=1.0)
# %% summaries
def summary(updates):
    in_order = np.sort(updates)
    n = len(in_order)
    low, high = in_order[(n - 1) // 4], in_order[-(-3 * (n - 1) // 4)]
    half = in_order[n // 2] if n % 2 else (in_order[n // 2 - 1] + in_order[n // 2]) / 2
    return {"median": half, "low": low, "high": high, "solved": sum(u < np.inf for u in updates) / n}
