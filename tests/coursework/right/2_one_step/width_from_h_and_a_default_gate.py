# %% pre_activations
def pre_activations(W, b, x, h, names="fgio"):
    inputs, hidden = x.shape[1], h.shape[1]
    z = {}
    for k, name in enumerate(names):
        block = slice(k * hidden, (k + 1) * hidden)
        z[name] = x @ W[:inputs, block] + h @ W[inputs:, block] + b[block]
    return z
# %% activations
def activations(z):
    a = {}
    for name in z:
        if name in ("f", "i", "o"):
            a[name] = sigmoid(z[name])
        else:
            a[name] = np.tanh(z[name])
    return a
# %% new_cell_state
def new_cell_state(a, c):
    return a["f"] * c + a.get("i", 1.0) * a["g"]
# %% new_hidden_state
def new_hidden_state(a, c):
    return np.tanh(c) * a["o"]
# %% lstm_step
def step(W, b, x, h, c, names):
    a = activations(pre_activations(W, b, x, h, names))
    c_new = new_cell_state(a, c)
    h_new = new_hidden_state(a, c_new)
    return h_new, c_new


def lstm_step(W, b, x, h, c):
    return step(W, b, x, h, c, "fgio")
# %% no_input_gate_step
def no_input_gate_step(W, b, x, h, c):
    return step(W, b, x, h, c, "fgo")
# %% thread_examples
F_3 = np.array([-20.0, -15.0, 10.0, 20.0])
C_2 = np.array([-0.7, -0.11, -0.07, 1.06])
O_3 = np.array([0.0, 1.0, 0.0, 1.0])
C_3 = np.array([-35.0, -48.0, -35.0, 12.0])


def forget_example():
    a = {"f": sigmoid(F_3), "i": 0.0, "g": 0.0}
    return new_cell_state(a, C_2)


def output_example(squash):
    return np.where(O_3 == 1, squash(C_3), 0.0)
# %% impossible
def possible(before, after, steps=1):
    answers = []
    for b, a in zip(before, after):
        low, high = b, b
        for _ in range(steps):
            low, high = min(low, 0) - 1, max(high, 0) + 1
        answers.append(low < a < high)
    return np.array(answers)


def steps_needed(target):
    steps = 1
    while not possible(np.zeros(1), np.array([target]), steps)[0]:
        steps += 1
    return steps
