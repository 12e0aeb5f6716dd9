# %% counts
from functools import lru_cache
from operator import mul


@lru_cache
def one_block(inputs, hidden):
    return mul(hidden, inputs + hidden + 1)


def keras_count(inputs, hidden, blocks=4):
    return one_block(inputs, hidden) * blocks


pytorch_count = lambda inputs, hidden, blocks=4: keras_count(inputs, hidden, blocks) + hidden * blocks  # noqa: E731
# %% onnx_counts
def onnx_count(inputs, hidden, bias=True, peepholes=False):
    gates = 3
    return (pytorch_count(inputs, hidden) if bias else 4 * hidden * (inputs + hidden)) + peepholes * gates * hidden
# %% matched_width
def matched_hidden(inputs, budget, blocks):
    candidates = {width: abs(keras_count(inputs, width, blocks) - budget) for width in range(1, 300)}
    return min(candidates, key=candidates.get)
# %% comparison
def compare(task, hidden, seeds, learning_rate, updates, forget_bias=1.0):
    seeds = list(seeds)
    groups = [seeds[:3], seeds[3:]]

    def run(cell, units):
        reached = []
        for group in groups:
            if group:
                reached.extend(lt.train(cell, task, units, group, learning_rate, updates, 32, forget_bias,
                                        **EVALUATION).updates_to_criterion)
        return np.array([np.inf if one is None else one for one in reached], dtype=np.float32)

    return {"LSTM": run(lt.LSTM, hidden),
            "tanh only": run(lt.TANH_ONLY, matched_hidden(task.inputs, keras_count(task.inputs, hidden, 4), 3))}
# %% experiment
def my_settings():
    return {"task": lt.tasks.latch(25), "hidden": 12, "seeds": tuple(range(6)), "learning_rate": 0.03,
            "updates": 1500, "forget_bias": 2.0}
# %% summaries
def summary(updates):
    result = {}
    for name, q, method in (("low", 0.25, "lower"), ("high", 0.75, "higher")):
        result[name] = np.quantile(updates, q, method=method)
    result["median"] = np.median(np.array(updates))
    result["solved"] = np.mean([1.0 if one < np.inf else 0.0 for one in updates])
    return result
