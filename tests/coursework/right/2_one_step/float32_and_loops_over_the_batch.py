# %% pre_activations
def pre_activations(W, b, x, h, names="fgio"):
    hidden = len(b) // len(names)
    z = {name: np.zeros((len(x), hidden), dtype=np.float32) for name in names}
    for n in range(len(x)):
        row = list(x[n]) + list(h[n])
        for k, name in enumerate(names):
            for j in range(hidden):
                z[name][n, j] = sum(row[m] * W[m, k * hidden + j] for m in range(len(row))) + b[k * hidden + j]
    return z
# %% activations
def activations(z):
    return {name: (np.tanh(one) if name == "g" else sigmoid(one)).astype(np.float32) for name, one in z.items()}
# %% new_cell_state
def new_cell_state(a, c):
    new = np.array(c, dtype=np.float32)
    for n in range(new.shape[0]):
        for j in range(new.shape[1]):
            new[n, j] = a["f"][n, j] * c[n, j] + a["i"][n, j] * a["g"][n, j]
    return new
# %% new_hidden_state
def new_hidden_state(a, c):
    return (a["o"] * np.tanh(c)).astype(np.float32)
# %% lstm_step
def lstm_step(W, b, x, h, c):
    z = pre_activations(W, b, x, h)
    a = activations(z)
    c = new_cell_state(a, c)
    h = new_hidden_state(a, c)
    return h, c
# %% no_input_gate_step
def no_input_gate_step(W, b, x, h, c):
    z = pre_activations(W, b, x, h, ["f", "g", "o"])
    a = activations(z)
    a.update(i=np.ones(a["f"].shape, dtype=np.float32))
    c = new_cell_state(a, c)
    h = new_hidden_state(a, c)
    return h, c
# %% thread_examples
F_3 = np.array([-20.0, -15.0, 10.0, 20.0])
C_2 = np.array([-0.7, -0.11, -0.07, 1.06])
O_3 = np.array([0.0, 1.0, 0.0, 1.0])
C_3 = np.array([-35.0, -48.0, -35.0, 12.0])


def forget_example():
    kept = sigmoid(F_3)
    return C_2 - (1 - kept) * C_2


def output_example(squash):
    return squash(C_3) * O_3
# %% impossible
def possible(before, after, steps=1):
    result = []
    for old, new in zip(before, after):
        if old > 0:
            result.append(-steps < new < old + steps)
        elif old < 0:
            result.append(old - steps < new < steps)
        else:
            result.append(abs(new) < steps)
    return np.array(result, dtype=bool)


def steps_needed(target):
    return int(abs(target) // 1 + 1)
