"""Pictures of notebooks 01 and D1: the two curves, where their outputs lie, and how firmly they stay there.

σ is drawn as the input gate is drawn everywhere, tanh as the candidate, since that is where an LSTM has them.
"""

import numpy as np
from matplotlib.figure import Figure

from ..cell.activations import ACTIVATIONS
from ..cell.saturation import output_density
from .style import ROLES, styled

SIGMOID, TANH = ROLES["input_gate"], ROLES["candidate"]
_SPREADS = (  # three spreads of one curve: grey dots, dark dashes, the curve's own colour
    {"color": "#8a8a8a", "linestyle": (0, (1, 1.1)), "linewidth": 2.6},
    {"color": "#333333", "linestyle": (0, (5, 2)), "linewidth": 1.8},
    {"color": SIGMOID.color, "linestyle": "-", "linewidth": 2.2},
)


def role_of(activation):
    return {"sigmoid": SIGMOID, "tanh": TANH}[activation]


def exact_density(activation, scale, mean=0.0):
    """Outputs and their exact density, close together where the curve is flat and the density changes fast."""
    low, high = ACTIVATIONS[activation].range
    outputs = ACTIVATIONS[activation].value(mean + scale * np.linspace(-6, 6, 801))
    outputs = np.concatenate([[low], outputs, [high]])
    return outputs, output_density(activation, outputs, scale, mean)


@styled
def two_curves(z, sigmoid, tanh, sigmoid_slope, tanh_slope):
    """σ and tanh, and beside them their slopes. All arguments are arrays of the shape of `z`."""
    figure = Figure()
    left, right = figure.subplots(1, 2)
    left.plot(z, sigmoid, **SIGMOID.line)
    left.plot(z, tanh, **TANH.line)
    left.text(4.9, 0.70, "σ(z)", color=SIGMOID.color, ha="right")
    left.text(-2.1, -0.72, "tanh z", color=TANH.color, ha="right", va="center")
    left.set(title="the curve", xlabel="pre-activation z", ylabel="output", yticks=[-1, -0.5, 0, 0.5, 1])
    right.plot(z, sigmoid_slope, **SIGMOID.line)
    right.plot(z, tanh_slope, **TANH.line)
    right.text(2.4, 0.16, "σ′(z)", color=SIGMOID.color)
    right.text(0.8, 0.72, "tanh′(z)", color=TANH.color)
    right.set(title="its slope", xlabel="pre-activation z", ylabel="slope", ylim=(0, 1.05))
    figure.set_label(
        f"σ rises from 0 to 1 with its steepest point, slope {np.max(sigmoid_slope):.3g}, at output 0.5; "
        f"tanh rises from -1 to 1 with its steepest point, slope {np.max(tanh_slope):.3g}, at output 0; "
        f"at z = {z[-1]:.3g} the slopes are down to {sigmoid_slope[-1]:.2g} and {tanh_slope[-1]:.2g}."
    )
    return figure


@styled
def two_humps(outputs, scales, inverse_over_variance, densities):
    """Where the density of σ(z) is level: crossings of 2y − 1 with logit(y)/s², and the densities they belong to.

    `outputs` (n,) in (0, 1); `scales` up to three values of s; `inverse_over_variance` and `densities` (scales, n).
    """
    figure = Figure(figsize=(7.2, 3.0))
    left, right = figure.subplots(1, 2)
    line = 2 * outputs - 1
    left.plot(outputs, line, color="#000000", linewidth=1.0, label="2y − 1")
    peaks = []
    for scale, curve, density, look in zip(scales, inverse_over_variance, densities, _SPREADS, strict=False):
        left.plot(outputs, curve, label=f"s = {scale:.3g}", **look)
        right.plot(outputs, density, **look)
        right.text(0.5, density[len(outputs) // 2] + 0.03, f"s = {scale:.3g}", ha="center", va="bottom", fontsize=9)
        peak = outputs[np.argmax(density)]
        peaks.append(0.5 if abs(peak - 0.5) < 0.02 else max(peak, 1 - peak))
    marked = sorted({0.5, *peaks, *(1 - peak for peak in peaks)})
    left.plot(marked, [2 * y - 1 for y in marked], "o", color="black", markerfacecolor="white", markersize=6, zorder=4)
    left.set(title="level where logit(y)/s² meets 2y − 1", xlabel="output y", ylim=(-1.6, 1.6), xlim=(-0.04, 1.04))
    left.legend(loc="lower right", handlelength=3.2)
    right.set(title="density of y = σ(z)", xlabel="output y", ylim=(0, 1.2 * max(map(np.max, densities))))
    right.set_xlim(-0.04, 1.04)
    words = ", ".join(
        f"at {peak:.3f} and {1 - peak:.3f} for s = {scale:.3g}" if peak > 0.5 else f"at 0.5 for s = {scale:.3g}"
        for peak, scale in zip(peaks, scales, strict=True)
    )
    figure.set_label(f"The density of σ(z), z ~ N(0, s²), is highest {words}.")
    return figure


@styled
def counted_outputs(outputs, scales, middle, sides):
    """Histograms of simulated σ(z) at three spreads, exact density over them, compared bins picked out.

    `outputs` is one array of draws per scale; `middle` (low, high) and `sides` a pair of such bins.
    """
    figure = Figure()
    panels = figure.subplots(1, len(scales), sharey=True)
    edges = np.linspace(0, 1, 21)
    shares = []
    for axes, drawn, scale in zip(panels, outputs, scales, strict=True):
        heights, _ = np.histogram(drawn, edges, density=True)
        centres = (edges[1:] + edges[:-1]) / 2
        in_middle = (centres > middle[0]) & (centres < middle[1])
        in_sides = np.any([(centres > low) & (centres < high) for low, high in sides], axis=0)
        colours = np.where(in_middle, "#555555", np.where(in_sides, "#a8a8a8", "#e9e9e9"))
        axes.bar(centres, heights, width=0.05, color=colours, edgecolor="white", linewidth=0.5)
        axes.plot(*exact_density("sigmoid", scale), **SIGMOID.line)
        axes.set(title=f"s = {scale:.3g}", xlabel="gate σ(z)", xlim=(0, 1), xticks=[0, 0.5, 1])
        shares.append((heights[in_middle].mean(), heights[in_sides].mean()))
    panels[0].set(ylabel="density")
    panels[0].text(0.5, 0.35, "middle", color="white", ha="center", rotation=90, fontsize=9)
    panels[0].text(0.25, 0.35, "side", color="black", ha="center", rotation=90, fontsize=9)
    panels[0].text(0.75, 0.35, "side", color="black", ha="center", rotation=90, fontsize=9)
    words = ", ".join(f"{a:.2f} against {b:.2f} at s = {s:.3g}" for (a, b), s in zip(shares, scales, strict=True))
    figure.set_label(f"Simulated density of a gate in the middle bin against the side bins: {words}.")
    return figure


@styled
def fresh_outputs(panels):
    """Histograms of the outputs of fresh networks, 30 bars over the range, with what theory gives them.

    `panels` is a list of (role name, activation name, outputs, standard deviation of the pre-activation).
    """
    figure = Figure()
    words, bars = [], 30
    every = figure.subplots(1, len(panels), sharey=True)
    for axes, (role, activation, outputs, scale) in zip(every, panels, strict=True):
        low, high = ACTIVATIONS[activation].range
        role, outputs = ROLES[role], np.ravel(outputs)
        axes.hist(outputs, np.linspace(low, high, bars + 1), weights=np.full(outputs.size, 1 / outputs.size),
                  color=role.color, alpha=0.3)
        at, density = exact_density(activation, scale)
        axes.plot(at, density * (high - low) / bars, **role.line)
        axes.set(xlabel=role.label, xlim=(low, high), xticks=np.linspace(low, high, 5))
        axes.set_title(f"{ACTIVATIONS[activation].symbol}(z), z with sd {scale:.2f}")
        axes.set_ylim(bottom=0)
        axes.xaxis.set_major_formatter("{x:g}")
        share = np.mean(np.abs(outputs - (low + high) / 2) < 0.1 * (high - low))
        words.append(f"{share:.2f} for the {role.label}")
    every[0].set_ylabel(f"share in each of {bars} bars")
    figure.set_label("Outputs of fresh LSTMs; share in the middle fifth of the range: " + ", ".join(words) + ".")
    return figure


@styled
def three_rests(noise, rests):
    """Where tanh and σ can rest, what they write there, and what the same noise makes of it.

    `noise` is the standard deviation put in; `rests` maps "tanh" and "sigmoid" each to a list of (pre-activation,
    standard deviation of the output there, words).
    """
    figure = Figure(figsize=(7.6, 3.3))
    z = np.linspace(-6, 6, 400)
    said = []
    for axes, (name, places) in zip(figure.subplots(1, len(rests), sharey=True), rests.items(), strict=True):
        activation, role = ACTIVATIONS[name], role_of(name)
        axes.plot(z, activation.value(z), **role.line)
        for place, width, words in places:
            value = activation.value(place)
            axes.fill_betweenx([-1.25, value], place - 2 * noise, place + 2 * noise, color="#dcdcdc", lw=0, zorder=0)
            axes.fill_between(  # the edge keeps a narrow band visible
                [-6, place], value - 2 * width, value + 2 * width, facecolor=role.color, alpha=0.4,
                edgecolor=role.color, linewidth=0.8,
            )
            axes.plot(place, value, "o", color="black", markersize=5, zorder=4)
            axes.text(-5.8, value + 2 * width + 0.04, words, va="bottom", fontsize=9)
            said.append(f"{activation.symbol} at z = {place:g}, {words}: {width:.2g}")
        axes.set(
            title=f"{activation.symbol}: its three rests", xlabel="pre-activation z", xlim=(-6, 6), ylim=(-1.25, 1.3),
            yticks=[-1, -0.5, 0, 0.5, 1],
        )
    figure.axes[0].set_ylabel("output (bands: ±2 sd of what comes out)")
    figure.set_label(f"Noise of sd {noise:g} on z comes out with sd: {'; '.join(said)}.")
    return figure


@styled
def price_of_spread(scales, shares, sigmoid_slopes, tanh_slopes, marked, marked_shares):
    """Share of saturated gates and mean slope against the spread of the pre-activation.

    `scales`, `shares` and the slopes (n,) are curves; `marked` and `marked_shares` simulated points on the first.
    """
    figure = Figure()
    left, right = figure.subplots(1, 2)
    left.plot(scales, shares, **SIGMOID.line)
    left.plot(marked, marked_shares, "o", color="black", markerfacecolor="white", markersize=6)
    for scale, share in zip(marked, marked_shares, strict=True):
        left.annotate(f"{share:.3f}", (scale, share), (-7, 3), textcoords="offset points", ha="right", fontsize=9)
    left.set(
        title="gates within 0.1 of an end", xlabel="spread s of the pre-activation", ylabel="share of gates",
        ylim=(-0.01, 0.75), xlim=(0, scales[-1]),
    )
    right.plot(scales, sigmoid_slopes, **SIGMOID.line)
    right.plot(scales, tanh_slopes, **TANH.line)
    right.text(2.0, 0.42, "mean tanh′(z)", color=TANH.color)
    right.text(0.75, 0.10, "mean σ′(z)", color=SIGMOID.color)
    right.set(
        title="mean slope at that spread", xlabel="spread s of the pre-activation", ylabel="mean slope",
        ylim=(0, 1.05), xlim=(0, scales[-1]),
    )
    words = ", ".join(f"{share:.3f} at s = {scale:.3g}" for scale, share in zip(marked, marked_shares, strict=True))
    figure.set_label(
        f"Simulated share of saturated gates: {words}; from s = {scales[0]:.2g} to s = {scales[-1]:.2g} the mean slope "
        f"falls from {sigmoid_slopes[0]:.3f} to {sigmoid_slopes[-1]:.3f} for σ and from {tanh_slopes[0]:.3f} to "
        f"{tanh_slopes[-1]:.3f} for tanh."
    )
    return figure
