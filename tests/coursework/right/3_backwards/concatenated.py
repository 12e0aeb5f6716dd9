# %% step_backward
def step_backward(kept, dh, dc):
    f, g, i, o = (kept[name] for name in "fgio")
    dc = dc + dh * o * (1 - kept["tanh_c"] ** 2)
    dz = np.concatenate([dc * kept["c_old"] * f * (1 - f), dc * i * (1 - g**2), dc * g * i * (1 - i),
                         dh * kept["tanh_c"] * o * (1 - o)], axis=1)
    d_joined = dz @ kept["W"].T
    inputs = d_joined.shape[1] - dh.shape[1]
    return {"dz": dz, "dW": kept["joined"].T @ dz, "db": dz.sum(axis=0), "dx": d_joined[:, :inputs],
            "dh_old": d_joined[:, inputs:], "dc_old": dc * f}
# %% bptt
def bptt(W, kepts, dh):
    dW, db, dx = np.zeros_like(W), np.zeros(W.shape[1]), []
    dh_next, dc_next = np.zeros_like(dh[0]), np.zeros_like(dh[0])
    for t in range(len(kepts) - 1, -1, -1):
        back = step_backward(kepts[t], dh[t] + dh_next, dc_next)
        dW += back["dW"]
        db += back["db"]
        dx.append(back["dx"])
        dh_next, dc_next = back["dh_old"], back["dc_old"]
    return {"dW": dW, "db": db, "dx": np.array(dx[::-1]), "dh_first": dh_next, "dc_first": dc_next}
# %% finite_difference
def finite_difference(f, x, eps=1e-5):
    x = np.array(x, dtype=float)
    slopes = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        kept = x[index]
        x[index] = kept + eps
        above = f(x)
        x[index] = kept - eps
        below = f(x)
        x[index] = kept
        slopes[index] = (above - below) / (2 * eps)
    return slopes
# %% gradients_agree
def gradients_agree(f, x, gradient):
    if not np.all(np.isfinite(gradient)):
        return False
    measured = finite_difference(f, x)
    scale = max(np.max(np.abs(measured)), np.max(np.abs(gradient)))
    return bool(np.all(np.abs(measured - gradient) <= 1e-5 * scale))
