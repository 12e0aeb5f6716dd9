# %% step_backward
def step_backward(kept, dh, dc):
    gates = np.stack([kept[name] for name in "fgio"])
    slopes = gates * (1 - gates)
    slopes[1] = (1 + gates[1]) * (1 - gates[1])
    dc_all = dc + dh * kept["o"] / np.cosh(kept["c"]) ** 2
    partner = np.stack([kept["c_old"], kept["i"], kept["g"], kept["tanh_c"]])
    arriving = np.stack([dc_all, dc_all, dc_all, dh])
    dz = np.moveaxis(slopes * partner * arriving, 0, 1).reshape(dh.shape[0], -1)
    W, inputs = kept["W"], kept["W"].shape[0] - dh.shape[1]
    return {"dz": dz, "dW": np.tensordot(kept["joined"], dz, axes=(0, 0)), "db": np.ones(len(dz)) @ dz,
            "dx": dz @ W[:inputs].T, "dh_old": dz @ W[inputs:].T, "dc_old": kept["f"] * dc_all}
# %% bptt
def bptt(W, kepts, dh):
    T = len(kepts)
    answers = [None] * (T + 1)
    answers[T] = {"dh_old": np.zeros(dh.shape[1:]), "dc_old": np.zeros(dh.shape[1:])}
    for t in range(T)[::-1]:
        later = answers[t + 1]
        answers[t] = step_backward(kepts[t], later["dh_old"] + dh[t], later["dc_old"])
    total = {name: np.sum([answer[name] for answer in answers[:T]], axis=0) for name in ("dW", "db")}
    return {**total, "dx": [answer["dx"] for answer in answers[:T]],
            "dh_first": answers[0]["dh_old"], "dc_first": answers[0]["dc_old"]}
# %% finite_difference
def finite_difference(f, x, eps=1e-5):
    x = np.array(x, dtype=float)
    result = np.array(np.zeros(x.shape))
    for k in range(x.size):
        before = x.flat[k]
        values = []
        for sign in (1, -1):
            x.flat[k] = before + sign * eps
            values.append(float(f(x)))
        x.flat[k] = before
        result.flat[k] = (values[0] - values[1]) / (2 * eps)
    return result
# %% gradients_agree
def gradients_agree(f, x, gradient):
    measured = finite_difference(f, x)
    distance, size = np.abs(measured - gradient), np.maximum(np.abs(measured), np.abs(gradient))
    return bool(size.max() < np.inf and np.all(distance <= 1e-4 * size + 1e-7 * size.max()))
