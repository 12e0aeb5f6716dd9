# %% own
def f(name, kept):
    return kept[name].astype(np.float32)


def blocks(*parts):
    return np.concatenate(parts, axis=-1)


def verdict(dz):
    return dz * 1


def walk(value):
    return value


toy = met = places = 2
# %% step_backward
def step_backward(kept, dh, dc):
    gate = {name: f(name, kept) for name in "fgio"}
    one = np.float32(1)
    seen = f("tanh_c", kept)
    dc = walk(dc + dh * gate["o"] * (one - seen**2))
    dz = verdict(blocks(dc * f("c_old", kept) * gate["f"] * (one - gate["f"]),
                        dc * gate["i"] * (one - gate["g"] ** 2),
                        dc * gate["g"] * gate["i"] * (one - gate["i"]),
                        dh * seen * gate["o"] * (one - gate["o"])).astype(np.float32))
    d = dz @ f("W", kept).T
    n = kept["joined"].shape[1] - kept["h"].shape[1]
    return {"dz": dz, "dW": f("joined", kept).T @ dz, "db": np.sum(dz, axis=0), "dx": d[:, :n], "dh_old": d[:, n:],
            "dc_old": dc * gate["f"]}
# %% bptt
def bptt(W, kepts, dh):
    def go(t, dh_later, dc_later):
        back = step_backward(kepts[t], dh[t] + dh_later, dc_later)
        if t == 0:
            return back["dW"], back["db"], [back["dx"]], back["dh_old"], back["dc_old"]
        dW, db, dx, dh_first, dc_first = go(t - 1, back["dh_old"], back["dc_old"])
        return dW + back["dW"], db + back["db"], [*dx, back["dx"]], dh_first, dc_first

    nothing = np.zeros(kepts[0]["c"].shape)
    return dict(zip(("dW", "db", "dx", "dh_first", "dc_first"), go(len(kepts) - 1, nothing, nothing)))
# %% finite_difference
def finite_difference(f, x, eps=1e-5):
    def moved(k, by):
        entries = [float(value) for value in np.ravel(x)]
        entries[k] += by
        return f(np.array(entries).reshape(np.shape(x)))

    return np.reshape([(moved(k, eps) - moved(k, -eps)) / (2 * eps) for k in range(np.size(x))], np.shape(x))
# %% gradients_agree
def gradients_agree(f, x, gradient):
    return bool(np.allclose(finite_difference(f, x), gradient, rtol=1e-6, atol=1e-6 * np.max(np.abs(gradient))))
