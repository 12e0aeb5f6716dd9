# %% counts
def keras_count(inputs, hidden, blocks=4):
    return blocks * sum((inputs * hidden, hidden * hidden, hidden))


def pytorch_count(inputs, hidden, blocks=4):
    return keras_count(inputs, hidden, blocks) + blocks * hidden
# %% onnx_counts
def onnx_count(inputs, hidden, bias=True, peepholes=False):
    shapes = [(4 * hidden, inputs), (4 * hidden, hidden), (2 * 4 * hidden,) if bias else (0,),
              (3 * hidden,) if peepholes else (0,)]
    return sum(int(np.prod(shape)) for shape in shapes)
# %% matched_width
def matched_hidden(inputs, budget, blocks):
    widths = [1]
    while keras_count(inputs, widths[-1], blocks) < budget:
        widths.append(widths[-1] + 1)
    return sorted(widths, key=lambda width: abs(keras_count(inputs, width, blocks) - budget))[0]
# %% comparison
from operator import attrgetter


def compare(task, hidden, seeds, learning_rate, updates, forget_bias=1.0):
    widths = {"LSTM": hidden}
    widths["tanh-only"] = matched_hidden(task.inputs, keras_count(task.inputs, hidden), 3)
    cells = dict(zip(widths, (lt.LSTM, lt.TANH_ONLY)))
    same = dict(EVALUATION, task=task, seeds=list(seeds), learning_rate=learning_rate, updates=updates,
                forget_bias=forget_bias)
    told = {name: attrgetter("updates_to_criterion")(lt.train(cells[name], hidden=widths[name], **same))
            for name in ("tanh-only", "LSTM")}
    return {name: np.fromiter((float("inf") if one is None else one for one in told[name]), float) for name in cells}
# %% experiment
def my_settings():
    return dict(task=lt.tasks.latch(20), hidden=12, seeds=tuple(range(8)), learning_rate=0.02, updates=800)
# %% summaries
import statistics


def summary(updates):
    ranked = sorted(float(one) for one in updates)
    last = len(ranked) - 1
    return {"median": statistics.median(ranked), "low": ranked[last // 4], "high": ranked[-(last // 4) - 1],
            "solved": sum(one < np.inf for one in ranked) / len(ranked)}
# %% reporting
def report():
    settings = my_settings()
    figure, axes = plt.subplots()
    for task in (settings["task"], lt.tasks.echo(settings["task"].length, 5)):
        for name, found in compare(**(settings | {"task": task})).items():
            print(name, summary(found))
            axes.plot(np.minimum(np.sort(found), settings["updates"]), "o", label=name)
    axes.legend()
