# %% pre_activations
def pre_activations(W, b, x, h, names="fgio"):
    return dict(zip(names, np.split(np.concatenate([x, h], axis=1) @ W + b, len(names), axis=1)))
# %% activations
def activations(z):
    return {name: np.tanh(one) if name == "g" else sigmoid(one) for name, one in z.items()}
# %% new_cell_state
def new_cell_state(a, c):
    return a["f"] * c + a["i"] * a["g"]
# %% new_hidden_state
def new_hidden_state(a, c):
    return a["o"] * np.tanh(c)
# %% lstm_step
def lstm_step(W, b, x, h, c):
    a = activations(pre_activations(W, b, x, h))
    c = new_cell_state(a, c)
    return new_hidden_state(a, c), c
# %% no_input_gate_step
def no_input_gate_step(W, b, x, h, c):
    a = activations(pre_activations(W, b, x, h, "fgo"))
    a["i"] = np.ones_like(a["g"])
    c = new_cell_state(a, c)
    return new_hidden_state(a, c), c
# %% thread_examples
F_3 = np.array([-20.0, -15.0, 10.0, 20.0])
C_2 = np.array([-0.7, -0.11, -0.07, 1.06])
O_3 = np.array([0.0, 1.0, 0.0, 1.0])
C_3 = np.array([-35.0, -48.0, -35.0, 12.0])


def forget_example():
    return sigmoid(F_3) * C_2


def output_example(squash):
    return O_3 * squash(C_3)
# %% impossible
def possible(before, after, steps=1):
    before, after = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    return (after < np.maximum(before, 0) + steps) & (after > np.minimum(before, 0) - steps)


def steps_needed(target):
    return int(np.floor(abs(target))) + 1
