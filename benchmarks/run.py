"""Measures the training engine beside its peers and writes the table and the picture: `python -m benchmarks.run`.

Contestants take turns within every round, so that a busy machine slows all of them; a ratio is taken round by round,
and reported as its median and quartiles. One thread each; the time is the processor's, which leaves out the moments
when another process had the core.
"""

import csv
import platform
import subprocess
import sys
from pathlib import Path
from time import perf_counter, process_time

import matplotlib
import numpy as np
import torch
from threadpoolctl import threadpool_info, threadpool_limits

from lstm_teach import CELLS
from lstm_teach.training.unrolled import replicas_at_a_time

from . import contestants

RESULTS = Path(__file__).with_name("results")
SIZES = [(50, 32, 2, 8), (100, 64, 2, 16), (100, 64, 2, 32), (100, 128, 8, 64)]
ABLATED = (100, 64, 2, 16)
STACKED = [(50, 32, 2, 12), (200, 32, 2, 12), (200, 32, 2, 32)]  # as a study trains them
KINDS = ("products", "tanh", "element by element")
ROUNDS = 15
PEERS = {"torch_lstm": "torch.nn.LSTM", "torch_cell": "hand-written torch cell", "course_numpy": "course-style NumPy"}


def seconds(step, at_least=0.03):
    """Mean processor time of a step over as many as take `at_least` seconds."""
    count, start = 0, process_time()
    while (passed := process_time() - start) < at_least or count < 2:
        step()
        count += 1
    return passed / count


def in_turn(steps, rounds=ROUNDS):
    """Times (rounds, contestants) of steps that take turns, after two steps each to warm up."""
    for step in steps:
        step(), step()
    return np.array([[seconds(step) for step in steps] for _ in range(rounds)])


def compared(rows, what, size, names, steps, weights=None):
    """Add a row for each peer (names[1:]): the ratio of its time to that of the engine (names[0])."""
    times = in_turn(steps) * np.array(weights or [1] * len(steps))
    for name, column in zip(names[1:], times.T[1:], strict=True):
        low, middle, high = np.percentile(column / times[:, 0], [25, 50, 75])
        rows.append({
            "measured": what, "T,B,D,H": "×".join(map(str, size)), "peer": name,
            "engine_ms": f"{np.median(times[:, 0]) * 1e3:.2f}", "peer_ms": f"{np.median(column) * 1e3:.2f}",
            "ratio": f"{middle:.2f}", "quartiles": f"{low:.2f}–{high:.2f}",
        })
        print(*rows[-1].values(), sep="  ", flush=True)


def memory(name, size):
    """Peak memory (MB) of two steps above what the imports left, in a process of its own; NaN but on Linux."""
    if sys.platform != "linux":
        return float("nan")
    command = [sys.executable, "-m", "benchmarks.run", "memory", name, *map(str, size)]
    root = Path(__file__).parents[1]
    return float(subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", check=True).stdout)


def peak_of(name, size):
    small = getattr(contestants, name)(2, 2, 1, 2)  # what a library loads at its first update is not the contestant's
    small(), small()
    # The peak so far was that of the imports (Linux only).
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
    before = resident("VmRSS")
    step = getattr(contestants, name)(*size)
    step(), step()
    print(resident("VmHWM") - before)


def resident(field):
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def floor(size, rates):
    """The least time (s) this machine could take for an update: its products and its tanh at their measured rates."""
    T, B, D, H = size
    products = 2 * T * B * 4 * H * (2 * (H + D + 1) + H)  # z, gradient of the weights, dh
    return products / rates["products"] + 5 * T * B * H / rates["tanh"]


def machine_rates():
    a, z = np.ones((1024, 1024), np.float32), np.linspace(-3, 3, 4096, dtype=np.float32)
    out, values = np.empty_like(a), np.empty_like(z)
    best = {name: min(seconds(step) for _ in range(5)) for name, step in {
        "product": lambda: np.matmul(a, a, out), "exp": lambda: np.exp(z, values), "tanh": lambda: np.tanh(z, values),
    }.items()}
    return {"products": 2 * 1024**3 / best["product"], "exp": z.size / best["exp"],
            "tanh": z.size / best["tanh"]}


def shares_of(size, replicas, rounds=40):
    """What the calls of an update spend on products, on tanh and element by element, as shares that sum to 1.

    The calls run in their order, each timed by itself; the least of all rounds counts, so that neither the timer's
    cost (taken off) nor another process does.
    """
    net, x, y = contestants.network(*size, replicas=replicas)
    net.x[...] = x
    net.learn(y)
    calls = net.unrolled.forward_calls + net.unrolled.backward_calls
    least = np.full((2, len(calls)), np.inf)
    with np.errstate(all="ignore"):
        np.setbufsize(16)  # as the engine does
        for _ in range(rounds):
            for k, call in enumerate(calls):
                for row, timed in enumerate((lambda: None, call)):
                    start = perf_counter()
                    timed()
                    least[row, k] = min(least[row, k], perf_counter() - start)
    kinds = np.array([{np.matmul: "products", np.tanh: "tanh"}.get(call.func, "element by element") for call in calls])
    spent = least[1] - least[0]
    return [spent[kinds == kind].sum() / spent.sum() for kind in KINDS]


def scaling():
    """Times along each of T, B, H and R from a common middle, relative to a straight line through that middle."""
    base = {"T": 100, "B": 64, "H": 16, "R": 1}
    values = {"T": [25, 50, 100, 200, 400], "B": [8, 16, 32, 64, 128, 256], "H": [4, 8, 16, 32, 64],
              "R": [1, 2, 4, 8, 16, 32]}
    curves = {}
    for axis, points in values.items():
        steps = []
        for point in points:
            size = base | {axis: point}
            steps.append(contestants.engine(size["T"], size["B"], 2, size["H"], replicas=size["R"]))
        times = np.median(in_turn(steps, rounds=7), axis=0)
        line = times[points.index(base[axis])] / base[axis]
        curves[axis] = (points, times / (line * np.array(points)))
        print(axis, dict(zip(points, np.round(curves[axis][1], 2).tolist(), strict=True)), "of the straight line")
    return curves


def write_table(rows, memories, reached, shares, rates, curves):
    with open(RESULTS / "benchmark.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    blas = [f"{one['internal_api']} {one['version']} ({one.get('architecture')})" for one in threadpool_info()
            if one["user_api"] == "blas" and one["internal_api"] == "openblas"]
    first = ("ratio = time of the peer / time of the engine: above 1 the engine is faster. Median and quartiles over "
             f"{ROUNDS} interleaved rounds; float32, one thread, processor time.")
    lines = [
        "# Benchmark of the training engine", "", first, "",
        f"Python {platform.python_version()}, NumPy {np.__version__} ({', '.join(blas)}), PyTorch {torch.__version__}, "
        f"{platform.machine()}.", "",
        "| measured | T×B×D×H | peer | engine, ms | peer, ms | ratio | quartiles |", "|---|---|---|---|---|---|---|",
        *("| " + " | ".join(row.values()) + " |" for row in rows), "",
        "## Peak memory of two updates above the imports, MB", "", "| T×B×D×H | engine | "
        + " | ".join(PEERS.values()) + " |", "|---|---|---|---|---|",
        *("| " + "×".join(map(str, size)) + " | " + " | ".join(f"{value:.0f}" for value in values) + " |"
          for size, values in memories.items()), "",
        "## Share of the machine's floor", "",
        "Floor: the counted operations at the rates measured here: "
        + f"products {rates['products'] / 1e9:.0f} G operations/s, tanh {rates['tanh'] / 1e9:.1f} G/s "
        + f"(exp {rates['exp'] / 1e9:.1f} G/s: the engine takes tanh only).", "",
        "| T×B×D×H | share of the floor reached |", "|---|---|",
        *("| " + "×".join(map(str, size)) + f" | {share:.0%} |" for size, share in reached.items()), "",
        "## What the calls of an update spend their time on", "",
        "Each call timed by itself, the least of many rounds, without what lies between the calls.", "",
        "| T×B×D×H | networks | their updates a second | " + " | ".join(KINDS) + " |", "|---|---|---|---|---|---|",
        *(f"| {'×'.join(map(str, size))} | {replicas} | {rate:.0f} | " + " | ".join(f"{x:.0%}" for x in kinds) + " |"
          for (size, replicas), (rate, kinds) in shares.items()), "",
        "## Growth of an update's time, as a multiple of a straight line through T=100, B=64, H=16, R=1", "",
        *(f"- {axis}: " + ", ".join(f"{point}: {ratio:.2f}" for point, ratio in zip(points, ratios, strict=True))
          for axis, (points, ratios) in curves.items()), "",
    ]
    (RESULTS / "benchmark.md").write_text("\n".join(lines), encoding="utf-8")


def draw(rows, curves):
    matplotlib.use("agg")
    from matplotlib import pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained")
    for label, marker in zip(PEERS.values(), "osD", strict=True):
        own = [row for row in rows if row["measured"] == "one update" and row["peer"] == label]
        left.plot([row["T,B,D,H"] for row in own], [float(row["ratio"]) for row in own], marker=marker, label=label)
    left.axhline(1, color="grey", linewidth=1)
    left.set(yscale="log", yticks=[1, 2, 3, 5, 10], xlabel="T×B×D×H", ylabel="time of the peer / time of the engine",
             title="One update, one network")
    left.set_yticklabels(["1", "2", "3", "5", "10"])
    left.minorticks_off()
    left.legend(frameon=False)
    for (axis, (points, ratios)), marker in zip(curves.items(), "osD^", strict=True):
        right.plot(np.array(points) / dict(T=100, B=64, H=16, R=1)[axis], ratios, marker=marker, label=axis)
    right.axhline(1, color="grey", linewidth=1)
    right.set(xscale="log", yscale="log", xlabel="size, as a multiple of T=100, B=64, H=16, R=1",
              ylabel="time / straight line", title="Growth of the time", yticks=[0.5, 1, 2, 4])
    right.set_yticklabels(["0.5", "1", "2", "4"])
    right.minorticks_off()
    right.legend(frameon=False)
    fig.savefig(RESULTS / "benchmark.png", dpi=110)


def main():
    rows, memories, reached = [], {}, {}
    rates = machine_rates()
    for size in SIZES:
        steps = [getattr(contestants, name)(*size) for name in ("engine", *PEERS)]
        compared(rows, "one update", size, ["engine", *PEERS.values()], steps)
        reached[size] = floor(size, rates) / min(seconds(steps[0]) for _ in range(5))
    for kind in ("TANH_ONLY", "COUPLED", "VANILLA_RNN"):
        steps = [contestants.engine(*ABLATED, cell=CELLS[kind]), contestants.torch_cell(*ABLATED, kind=kind)]
        compared(rows, f"one update, {kind}", ABLATED, ["engine", PEERS["torch_cell"]], steps)
    for size in SIZES[:2]:
        for replicas in (8, 32):
            steps = [contestants.engine(*size, replicas=replicas), contestants.torch_lstm(*size),
                     contestants.course_numpy(*size), contestants.engine(*size)]
            names = ["engine", *(f"{name}, one after the other" for name in
                                 (PEERS["torch_lstm"], PEERS["course_numpy"], "the engine"))]
            compared(rows, f"{replicas} networks", size, names, steps, [1, replicas, replicas, replicas])
    for size in SIZES:
        memories[size] = [memory(name, size) for name in ("engine", *PEERS)]
    shares = {}
    for size, replicas in [(size, 1) for size in SIZES] + [(size, replicas_at_a_time(size[3])) for size in STACKED]:
        step = contestants.engine(*size, replicas=replicas)
        rate = replicas / np.median([seconds(step) for _ in range(ROUNDS)])
        shares[size, replicas] = rate, shares_of(size, replicas)
    curves = scaling()
    RESULTS.mkdir(exist_ok=True)
    write_table(rows, memories, reached, shares, rates, curves)
    draw(rows, curves)


if __name__ == "__main__":
    torch.set_num_threads(1)
    with threadpool_limits(1):
        if sys.argv[1:2] == ["memory"]:
            peak_of(sys.argv[2], tuple(map(int, sys.argv[3:])))
        else:
            main()
