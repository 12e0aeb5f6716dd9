"""The pictures of the series: every function takes numbers and returns a Figure, or draws on Axes it is given."""

# One colour for one role everywhere (Okabe & Ito's palette, told apart by the colour-blind).
ROLES = {
    "input_gate": "#0072B2",
    "forget_gate": "#D55E00",
    "output_gate": "#009E73",
    "candidate": "#CC79A7",
    "cell_state": "#000000",
    "hidden_state": "#7A7A7A",
}
