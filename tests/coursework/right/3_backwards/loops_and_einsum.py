# %% step_backward
def step_backward(kept, dh, dc):
    batch, hidden = dh.shape
    dz, dc_old = np.zeros((batch, 4, hidden)), np.zeros((batch, hidden))
    for n in range(batch):
        for k in range(hidden):
            f, g, i, o, c_old, t = (kept[name][n, k] for name in ("f", "g", "i", "o", "c_old", "tanh_c"))
            total = dc[n, k] + dh[n, k] * o * (1 - t * t)
            dz[n, 0, k] = total * c_old * f * (1 - f)
            dz[n, 1, k] = total * i * (1 - g * g)
            dz[n, 2, k] = total * g * i * (1 - i)
            dz[n, 3, k] = dh[n, k] * t * o * (1 - o)
            dc_old[n, k] = total * f
    dz = dz.reshape(batch, -1)
    dj = np.einsum("bz,jz->bj", dz, kept["W"])
    return dict(dz=dz, dW=np.einsum("bj,bz->jz", kept["joined"], dz), db=np.einsum("bz->z", dz),
                dx=dj[:, :-hidden], dh_old=dj[:, -hidden:], dc_old=dc_old)
# %% bptt
def bptt(W, kepts, dh):
    steps = []
    carried = {"dh_old": 0.0 * dh[-1], "dc_old": 0.0 * dh[-1]}
    for kept, straight in zip(reversed(kepts), dh[::-1]):
        carried = step_backward(kept, straight + carried["dh_old"], carried["dc_old"])
        steps.insert(0, carried)
    return {"dW": sum(step["dW"] for step in steps), "db": sum(step["db"] for step in steps),
            "dx": np.stack([step["dx"] for step in steps]),
            "dh_first": steps[0]["dh_old"], "dc_first": steps[0]["dc_old"]}
# %% finite_difference
def finite_difference(f, x, eps=1e-5):
    x = np.asarray(x, dtype=float)
    flat = x.ravel()
    slopes = []
    for k in range(flat.size):
        right, left = flat.copy(), flat.copy()
        right[k] += eps
        left[k] -= eps
        slopes.append((f(right.reshape(x.shape)) - f(left.reshape(x.shape))) / (2 * eps))
    return np.array(slopes).reshape(x.shape)
# %% gradients_agree
def gradients_agree(f, x, gradient):
    measured = finite_difference(f, x)
    if not np.isfinite(gradient).all():
        return False
    size = np.abs(measured).max()
    for one, other in zip(measured.ravel(), gradient.ravel()):
        if abs(one - other) > 1e-4 * size:
            return False
    return True
