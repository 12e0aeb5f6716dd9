# %% step_backward
def step_backward(kept, dh, dc):
    f, g, i, o, t = kept["f"], kept["g"], kept["i"], kept["o"], kept["tanh_c"]
    hidden = f.shape[1]
    dz = np.empty((len(f), 4 * hidden))
    z_f, z_g, z_i, z_o = (dz[:, k * hidden:(k + 1) * hidden] for k in range(4))
    z_o[:] = dh * t * o * (1 - o)
    t **= 2  # nobody needs what was kept any more
    np.subtract(1, t, out=t)
    dh *= o
    dh *= t
    dc += dh
    z_f[:] = dc * kept["c_old"]
    z_f *= f
    z_f *= 1 - f
    z_g[:] = dc * i * (1 - g * g)
    z_i[:] = dc * g * i * (1 - i)
    dc *= f
    joined = dz @ kept["W"].T
    dx, dh_old = np.split(joined, [joined.shape[1] - hidden], axis=1)
    return {"dz": dz, "dW": kept["joined"].T @ dz, "db": dz.sum(0), "dx": dx, "dh_old": dh_old, "dc_old": dc}
# %% bptt
def bptt(W, kepts, dh):
    kepts, dh = list(kepts), np.array(dh, dtype=float)
    steps, batch, hidden = dh.shape
    result = {"dW": np.zeros(W.shape), "db": np.zeros(4 * hidden),
              "dx": np.empty((steps, batch, W.shape[0] - hidden))}
    dc = np.zeros((batch, hidden))
    while kepts:
        t = len(kepts) - 1
        back = step_backward(kepts.pop(), dh[t].copy(), dc)
        for name in ("dW", "db"):
            result[name] += back[name]
        result["dx"][t] = back["dx"]
        dc = back["dc_old"]
        if t:
            dh[t - 1] += back["dh_old"]
    return result | {"dh_first": back["dh_old"], "dc_first": dc}
# %% finite_difference
def finite_difference(f, x, eps=1e-5):
    x = np.array(x, dtype=np.float64, copy=True)
    slopes = np.empty_like(x)
    with np.nditer([x, slopes], op_flags=[["readwrite"], ["writeonly"]]) as entries:
        for entry, slope in entries:
            value = float(entry)
            entry[...] = value + eps
            difference = f(x)
            entry[...] = value - eps
            difference -= f(x)
            entry[...] = value
            slope[...] = difference / eps / 2
    return slopes
# %% gradients_agree
def gradients_agree(f, x, gradient):
    error = finite_difference(f, x)
    size = np.linalg.norm(error, np.inf) if error.ndim == 1 else np.abs(error).max()
    error -= gradient
    return bool(np.isfinite(gradient).all() and (np.abs(error) <= 1e-6 * max(size, np.abs(gradient).max())).all())
