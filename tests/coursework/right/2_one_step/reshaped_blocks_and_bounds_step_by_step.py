# %% pre_activations
def pre_activations(W, b, x, h, names="fgio"):
    rows, columns = np.shape(W)
    blocks = np.reshape(W, (rows, len(names), columns // len(names)))
    ahead = np.tensordot(x, blocks[:np.shape(x)[1]], 1) + np.tensordot(h, blocks[np.shape(x)[1]:], 1)
    ahead = ahead + np.reshape(b, (len(names), -1))
    return {letter: ahead[:, place] for place, letter in enumerate(names)}
# %% activations
def activations(z):
    return dict(zip(z, map(lambda pair: {"g": np.tanh}.get(pair[0], sigmoid)(pair[1]), z.items())))
# %% new_cell_state
def new_cell_state(a, c):
    memory = np.array(c, dtype=float)
    memory *= a["f"]
    memory += a["g"] if "i" not in a else np.prod([a["i"], a["g"]], axis=0)
    return memory
# %% new_hidden_state
def new_hidden_state(a, c):
    return np.einsum("bu,bu->bu", a["o"], np.tanh(c))
# %% lstm_step
def lstm_step(W, b, x, h, c):
    return (new_hidden_state(a := activations(pre_activations(W, b, x, h)), m := new_cell_state(a, c)), m)
# %% no_input_gate_step
def no_input_gate_step(W, b, x, h, c):
    return (new_hidden_state(a := activations(pre_activations(W, b, x, h, "fgo")), m := new_cell_state(a, c)), m)
# %% thread_examples
F_3 = np.array([-20.0, -15.0, 10.0, 20.0])
C_2 = np.array([-0.7, -0.11, -0.07, 1.06])
O_3 = np.array([0.0, 1.0, 0.0, 1.0])
C_3 = np.array([-35.0, -48.0, -35.0, 12.0])


def forget_example():
    return np.array([float(sigmoid(z)) * c for z, c in zip(F_3, C_2)])


def output_example(squash):
    return np.array([o * float(squash(c)) for o, c in zip(O_3, C_3)])
# %% impossible
def possible(before, after, steps=1):
    lowest, highest = np.array(before, dtype=float), np.array(before, dtype=float)
    for _ in range(steps):
        lowest, highest = np.minimum(lowest, 0) - 1, np.maximum(highest, 0) + 1
    return np.logical_and(lowest < after, after < highest)


def steps_needed(target):
    steps = 1
    while not bool(possible(np.zeros(1), np.array([float(target)]), steps)[0]):
        steps += 1
    return steps
