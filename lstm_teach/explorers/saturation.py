"""The explorer of notebook 01: spread and mean of the pre-activation, σ or tanh; where the outputs land."""

import numpy as np

from ..cell.activations import ACTIVATIONS
from ..cell.saturation import is_two_humped, mean_slope, saturated_probability
from ..plots.saturation import exact_density, role_of
from .controls import choice, slider
from .explorer import Explorer


def picture(figure):
    """Movable: pre-activations of a given spread and mean on the curve of σ or tanh, and where their outputs land.

    Values: `activation` "sigmoid" or "tanh"; `scale` > 0; `mean` finite. 20,000 fixed normal draws stand
    for the units; the line over the bars is the exact density; grey bands and dark bars are the saturated tenths.
    """
    curve_axes, output_axes = figure.subplots(1, 2)
    draws = np.random.default_rng(0).standard_normal(20_000)
    z = np.linspace(-12, 12, 481)
    reach = (-12, 12)
    (curve,) = curve_axes.plot(z, z)
    (dots,) = curve_axes.plot([], [], "o", color="black", markersize=4, markeredgewidth=0, alpha=0.45)
    bottom, top = (curve_axes.axhspan(0, 1, color="#dddddd", zorder=0, lw=0) for _ in range(2))
    bars = output_axes.bar(np.arange(40), np.ones(40), color=["#777777"] * 4 + ["#c4c4c4"] * 32 + ["#777777"] * 4)
    (exact,) = output_axes.plot([0, 1], [0, 1])
    curve_axes.set(xlim=reach, xlabel="pre-activation z", ylabel="output (bands: saturated)")
    output_axes.set(ylabel="density (line: exact)")

    def draw(activation, scale, mean):
        known, role = ACTIVATIONS[activation], role_of(activation)
        low, high = known.range
        margin = 0.1 * (high - low)
        outputs = known.value(mean + scale * draws)
        curve.set(ydata=known.value(z), **role.line)
        shown = mean + scale * draws[:40]
        dots.set_data(shown, known.value(shown))
        curve_axes.set(ylim=(low - margin / 2, high + margin / 2), title=f"{known.symbol} and 40 of the units")
        edges = np.linspace(low, high, 41)
        heights, _ = np.histogram(outputs, edges, density=True)
        # One of a few heights, so that a changed density is seen and the axis rests while a slider moves.
        top_density = next(limit for limit in (1.75, 2.5, 5, 10, 20, 50) if heights.max() < 0.9 * limit)
        for bar, left, height in zip(bars, edges[:-1], heights, strict=True):
            bar.set(x=left, width=edges[1] - edges[0], height=height)
        exact.set_data(*exact_density(activation, scale, mean))
        exact.set(**role.line)
        bottom.set(y=low, height=margin)
        top.set(y=high - margin, height=margin)
        output_axes.set(xlim=(low, high), ylim=(0, top_density), xlabel=f"output {known.symbol}(z) (dark: saturated)")
        share = saturated_probability(activation, 0.1, scale, mean)
        slope = mean_slope(activation, scale, mean)
        humps = "two humps" if is_two_humped(activation, scale, mean) else "one hump"
        output_axes.set_title(f"{humps}, {share:.1%} saturated")
        figure.set_label(
            f"{known.symbol} of pre-activations with mean {mean:.2f} and spread {scale:.2f}: {humps}, {share:.1%} of "
            f"the outputs in the saturated tenths at the ends, mean slope {slope:.4f} of at most "
            f"{known.derivative(0.0):g}."
        )

    return draw


def saturation():
    """Explorer of notebook 01: spread and mean of the pre-activation, σ or tanh; where the outputs land."""
    return Explorer(
        picture,
        "At which spread does the hump in the middle split in two, and what does a mean other than 0 do to that?",
        activation=choice("activation", [("sigmoid (a gate)", "sigmoid"), ("tanh (the candidate)", "tanh")]),
        scale=slider("spread s of the pre-activation", 1.0, 0.1, 6.0, 0.05),
        mean=slider("mean of the pre-activation", 0.0, -6.0, 6.0, 0.25),
    )
