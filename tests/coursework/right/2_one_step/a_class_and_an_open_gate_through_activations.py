# %% own
class Layer:
    """Weights that know where their blocks stand."""

    def __init__(self, W, b, names):
        self.W, self.b, self.names = W, b, names

    @property
    def hidden(self):
        return self.b.size // len(self.names)

    def __getitem__(self, name):
        k = self.names.index(name)
        columns = range(k * self.hidden, (k + 1) * self.hidden)
        return self.W[:, columns], self.b[columns]
# %% pre_activations
def pre_activations(W, b, x, h, names="fgio"):
    layer, row = Layer(W, b, names), np.column_stack([x, h])
    return {name: row @ layer[name][0] + layer[name][1] for name in names}
# %% activations
def activations(z):
    return {name: (2 * sigmoid(2 * z[name]) - 1 if name == "g" else sigmoid(z[name])) for name in sorted(z)}
# %% new_cell_state
def new_cell_state(a, c):
    f, g, i = a["f"], a["g"], a["i"]
    return f * c + i * g
# %% new_hidden_state
def new_hidden_state(a, c):
    return a["o"] * np.tanh(c)
# %% lstm_step
class Step:
    def __init__(self, W, b, names="fgio"):
        self.W, self.b, self.names = W, b, names

    def gates(self, x, h):
        z = pre_activations(self.W, self.b, x, h, self.names)
        if "i" not in z:
            z["i"] = np.full_like(z["g"], np.inf)  # σ(∞) = 1
        return activations(z)

    def __call__(self, x, h, c):
        a = self.gates(x, h)
        c_new = new_cell_state(a, c)
        return new_hidden_state(a, c_new), c_new


def lstm_step(W, b, x, h, c):
    return Step(W, b)(x, h, c)
# %% no_input_gate_step
def no_input_gate_step(W, b, x, h, c):
    return Step(W, b, "fgo")(x, h, c)
# %% thread_examples
F_3 = np.array([-20.0, -15.0, 10.0, 20.0])
C_2 = np.array([-0.7, -0.11, -0.07, 1.06])
O_3 = np.array([0.0, 1.0, 0.0, 1.0])
C_3 = np.array([-35.0, -48.0, -35.0, 12.0])


def forget_example():
    return np.array([sigmoid(f) * c for f, c in zip(F_3, C_2)])


def output_example(squash):
    return np.array([o * squash(c) for o, c in zip(O_3, C_3)])
# %% impossible
def possible(before, after, steps=1):
    @np.vectorize
    def one(old, new):
        return bool(min(old, 0) - steps < new < max(old, 0) + steps)
    return one(before, after)


def steps_needed(target):
    steps = 1
    while steps <= abs(target):
        steps += 1
    return steps
