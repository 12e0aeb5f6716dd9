# %% step_backward
def step_backward(kept, dh, dc):
    f, g, i, o = (kept[letter] for letter in "fgio")
    inner = dc + o * (1 - kept["tanh_c"] ** 2) * dh
    arrives = {"f": inner * kept["c_old"], "g": inner * i, "i": inner * g, "o": dh * kept["tanh_c"]}
    slopes = {letter: 1 - g ** 2 if letter == "g" else kept[letter] - kept[letter] ** 2 for letter in arrives}
    dz = np.stack([arrives[letter] * slopes[letter] for letter in "fgio"], axis=1).reshape(len(f), -1)
    inputs = kept["joined"].shape[1] - f.shape[1]
    back = np.einsum("bz,jz->bj", dz, kept["W"])
    return dict(dz=dz, dW=np.einsum("bj,bz->jz", kept["joined"], dz), db=np.einsum("bz->z", dz), dx=back[:, :inputs],
                dh_old=back[:, inputs:], dc_old=np.einsum("bu,bu->bu", f, inner))
# %% bptt
from collections import deque


def bptt(W, kepts, dh):
    dx, shared = deque(), []
    dh_next, dc_next = np.zeros(dh[0].shape), np.zeros(dh[0].shape)
    for kept, spoken in reversed(list(zip(kepts, dh))):
        answer = step_backward(kept, np.add(spoken, dh_next), dc_next)
        shared.append((answer["dW"], answer["db"]))
        dx.appendleft(answer["dx"])
        dh_next, dc_next = answer["dh_old"], answer["dc_old"]
    return {"dW": sum(one for one, _ in shared), "db": sum(one for _, one in shared), "dx": np.stack(list(dx)),
            "dh_first": dh_next, "dc_first": dc_next}
# %% finite_difference
def finite_difference(f, x, eps=1e-5):
    shape, size = np.shape(x), np.size(x)
    moves = eps * np.eye(size).reshape((size, *shape))
    return np.reshape([(f(x + move) - f(x - move)) / (2 * eps) for move in moves], shape)
# %% gradients_agree
def gradients_agree(f, x, gradient):
    measured = finite_difference(f, x)
    rounding = 1e-10 * max(1.0, abs(float(f(x))))
    return bool(np.all(np.abs(measured - gradient) <= 1e-5 * np.abs(measured) + rounding))
