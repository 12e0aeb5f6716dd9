# %% step_backward
def step_backward(kept, dh, dc):
    joined, W, i, g, tanh_c = (kept.pop(name) for name in ("joined", "W", "i", "g", "tanh_c"))
    f, o, c_old = kept.pop("f"), kept.pop("o"), kept.pop("c_old")
    kept.clear()
    hidden = dh.shape[-1]
    dc = dc + dh * o - dh * o * tanh_c * tanh_c
    dz = np.hstack([dc * c_old * f * (1 - f), dc * i * (1 - g) * (1 + g), dc * g * i * (1 - i),
                    dh * tanh_c * o * (1 - o)])
    dx, dh_old = np.split(dz.dot(W.T), [-hidden], axis=-1)
    ones = np.ones((1, len(dz)))
    return {"dz": dz, "dW": (dz.T @ joined).T, "db": (ones @ dz)[0], "dx": dx, "dh_old": dh_old, "dc_old": dc * f}
# %% bptt
def bptt(W, kepts, dh):
    total = {"dW": np.zeros_like(W), "db": np.zeros(W.shape[1])}

    def back(steps, dh_next, dc_next):
        if not steps:
            return [], dh_next, dc_next
        answer = step_backward(kepts[steps - 1], dh[steps - 1] + dh_next, dc_next)
        for name in total:
            total[name] = total[name] + answer[name]
        dx, *first = back(steps - 1, answer["dh_old"], answer["dc_old"])
        return [*dx, answer["dx"]], *first

    dx, dh_first, dc_first = back(len(kepts), 0 * dh[-1], 0 * dh[-1])
    return total | {"dx": np.array(dx), "dh_first": dh_first, "dc_first": dc_first}
# %% finite_difference
def finite_difference(f, x, eps=1e-5):
    def slope(place):
        ends = []
        for step in (eps, -eps):
            moved = np.array(x, dtype=float)
            moved[place] += step
            ends.append(f(moved))
        return (ends[0] - ends[1]) / 2 / eps

    result = np.empty(np.shape(x))
    for place in np.ndindex(result.shape):
        result[place] = slope(place)
    return result
# %% gradients_agree
from math import isclose, ulp


def gradients_agree(f, x, gradient):
    noise = 100 * ulp(float(f(x))) / 2e-5
    measured = np.ravel(finite_difference(f, x)).tolist()
    return all(isclose(one, two, rel_tol=1e-4, abs_tol=max(noise, 1e-12))
               for one, two in zip(measured, np.ravel(gradient).tolist(), strict=True))
