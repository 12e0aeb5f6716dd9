# %% own
class Layer:
    def __init__(self, inputs, hidden, blocks=4, biases=1):
        self.inputs, self.hidden, self.blocks, self.biases = inputs, hidden, blocks, biases

    def __len__(self):
        return self.blocks * self.hidden * (self.inputs + self.hidden + self.biases)
# %% counts
def keras_count(inputs, hidden, blocks=4):
    return len(Layer(int(inputs), int(hidden), blocks))


def pytorch_count(inputs, hidden, blocks=4):
    return len(Layer(inputs, hidden, blocks, biases=2))
# %% onnx_counts
def onnx_count(inputs, hidden, bias=True, peepholes=False):
    count = pytorch_count(inputs, hidden)
    if not bias:
        count -= 2 * 4 * hidden
    return count + (3 * hidden if peepholes else 0)
# %% matched_width
def matched_hidden(inputs, budget, blocks):
    low, high = 1, 2
    while keras_count(inputs, high, blocks) < budget:
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        if keras_count(inputs, middle, blocks) < budget:
            low = middle
        else:
            high = middle
    return min((low, high), key=lambda width: abs(keras_count(inputs, width, blocks) - budget))
# %% comparison
class Contest:
    def __init__(self, **settings):
        self.settings = settings

    def updates(self, cell, hidden):
        history = lt.train(cell, hidden=hidden, **self.settings)
        reached = np.array(history.updates_to_criterion, dtype=float)  # None becomes nan
        reached[np.isnan(reached)] = np.inf
        return reached


def compare(task, hidden, seeds, learning_rate, updates, forget_bias=1.0):
    contest = Contest(task=task, seeds=seeds, learning_rate=learning_rate, updates=updates, forget_bias=forget_bias,
                      **EVALUATION)
    full = keras_count(task.inputs, hidden, 4)
    return {"tanh only": contest.updates(lt.TANH_ONLY, matched_hidden(task.inputs, full, 3)),
            "LSTM": contest.updates(lt.LSTM, hidden)}
# %% experiment
settings = {"task": lt.tasks.latch(12), "hidden": 12, "seeds": (10, 20, 30, 40, 50), "learning_rate": 0.03,
            "updates": 600}


def my_settings():
    return dict(settings)
# %% summaries
def summary(updates):
    def quantile(q, method):
        return np.quantile(updates, q, method=method)

    two = quantile(0.5, "lower"), quantile(0.5, "higher")
    return {"median": two[0] if two[0] == two[1] else sum(two) / 2, "low": quantile(0.25, "lower"),
            "high": quantile(0.75, "higher"), "solved": np.count_nonzero(np.isfinite(updates)) / updates.size}
