# %% own
class Tape:
    """What the forward step kept, with a slope for each gate."""

    def __init__(self, kept):
        self.__dict__.update(kept)

    def slope(self, name):
        value = getattr(self, name)
        return 1 - value**2 if name == "g" else value * (1 - value)

    def into_memory(self, dh, dc):
        return dc + dh * self.o * (1 - np.tanh(self.c) ** 2)
# %% step_backward
def step_backward(kept, dh, dc):
    tape = Tape(kept)
    total = tape.into_memory(dh, dc)
    at_gate = {"f": total * tape.c_old, "g": total * tape.i, "i": total * tape.g, "o": dh * np.tanh(tape.c)}
    dz = np.hstack([at_gate[name] * tape.slope(name) for name in "fgio"])
    hidden = dh.shape[-1]
    back = np.dot(dz, tape.W.T)
    return {"dz": dz, "dW": sum(np.outer(row, z) for row, z in zip(tape.joined, dz)), "db": sum(dz),
            "dx": back[:, :back.shape[1] - hidden], "dh_old": back[:, back.shape[1] - hidden:],
            "dc_old": total * tape.f}
# %% bptt
class Through:
    def __init__(self, W, hidden_shape):
        self.dh, self.dc = np.zeros(hidden_shape), np.zeros(hidden_shape)
        self.dW, self.db, self.dx = 0, 0, {}

    def back(self, t, kept, straight):
        answer = step_backward(kept, self.dh + straight, self.dc)
        self.dh, self.dc, self.dx[t] = answer["dh_old"], answer["dc_old"], answer["dx"]
        self.dW, self.db = self.dW + answer["dW"], self.db + answer["db"]


def bptt(W, kepts, dh):
    through = Through(W, np.shape(dh)[1:])
    for t in sorted(range(len(dh)), reverse=True):
        through.back(t, kepts[t], dh[t])
    return {"dW": through.dW, "db": through.db, "dx": np.array([through.dx[t] for t in range(len(dh))]),
            "dh_first": through.dh, "dc_first": through.dc}
# %% finite_difference
def finite_difference(f, x, eps=1e-5):
    x = np.asarray(x, dtype=float)
    basis = np.eye(x.size).reshape(x.size, *x.shape) * eps
    return np.array([(f(x + one) - f(x - one)) / (2 * eps) for one in basis]).reshape(x.shape)
# %% gradients_agree
def gradients_agree(f, x, gradient):
    measured = finite_difference(f, x)
    largest = np.max([np.abs(measured).max(), np.abs(gradient).max()])
    if largest == 0:
        return True
    error = np.abs(measured - gradient) / largest
    return np.all(error < 1e-5)
