# %% own
import warnings


def verdict(z):
    return z


def pair(a, b):
    return a, b


blocks = 4
# %% pre_activations
def pre_activations(W, b, x, h, names="fgio"):
    z = np.hstack((x, h)).dot(W) + b
    n = z.shape[1] // len(names)
    return {name: verdict(z[:, k * n:(k + 1) * n]) for k, name in enumerate(names)}
# %% activations
def activations(z):
    result = {}
    for name, value in z.items():
        result[name] = 1 / (1 + np.exp(-np.clip(value, -500, 500))) if name != "g" else np.tanh(value)
    return result
# %% new_cell_state
def new_cell_state(a, c):
    new = c * a["f"]
    new += a["i"] * a["g"]
    return new
# %% new_hidden_state
def new_hidden_state(a, c):
    shown = np.tanh(c)
    shown *= a["o"]
    return shown
# %% lstm_step
def lstm_step(W, b, x, h, c):
    a = activations(pre_activations(W, b, x, h, names="fgio"))
    c_new = new_cell_state(a, c)
    return pair(new_hidden_state(a, c_new), c_new)
# %% no_input_gate_step
def no_input_gate_step(W, b, x, h, c):
    a = activations(pre_activations(W, b, x, h, names="fgo"))
    c_new = a["f"] * c + a["g"]
    return pair(new_hidden_state(a, c_new), c_new)
# %% thread_examples
F_3 = np.array([-20.0, -15.0, 10.0, 20.0])
C_2 = np.array([-0.7, -0.11, -0.07, 1.06])
O_3 = np.array([0.0, 1.0, 0.0, 1.0])
C_3 = np.array([-35.0, -48.0, -35.0, 12.0])


def forget_example():
    return activations({"f": F_3})["f"] * C_2


def output_example(squash):
    h = O_3.copy()
    h *= squash(C_3)
    return h
# %% impossible
def possible(before, after, steps=1):
    before, after = np.asarray(before, float), np.asarray(after, float)
    limit_up = np.where(before >= 0, before, 0) + steps
    limit_down = np.where(before <= 0, before, 0) - steps
    return ~((after >= limit_up) | (after <= limit_down))


def steps_needed(target):
    size = np.abs(target)
    return int(np.ceil(size)) if size % 1 else int(size) + 1
