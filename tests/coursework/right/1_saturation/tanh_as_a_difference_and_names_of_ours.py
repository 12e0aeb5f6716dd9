# %% sigmoid
def f(z):
    return np.exp(np.minimum(z, 0))


def sigmoid(z):
    z = np.asarray(z, dtype=float)
    return f(z) / (f(z) + f(-z))
# %% sigmoid_slope
def got(z):
    return sigmoid(z)


def sigmoid_slope(z):
    return got(z) * got(np.negative(z))
# %% tanh_both
known = 2.0


def tanh_from_sigmoid(z):
    return sigmoid(known * z) - sigmoid(-known * z)


def tanh_slope(z):
    return known**2 * sigmoid_slope(-known * z)
# %% shares
def one_by_one(gates):
    return np.abs(np.asarray(gates, dtype=float) - 0.5)


def saturated_share(gates, epsilon=0.1):
    return (one_by_one(gates) > 0.5 - epsilon).mean()


def larger_share(u):
    return 2 * normal_below(-abs(u))


def expected_share(scale, epsilon=0.1):
    return larger_share(logit(epsilon) / scale)
# %% density
from math import exp as printed


def expect(u):
    return np.exp(-u * u / 2) / np.sqrt(2 * np.pi)


def gate_density(y, scale):
    return expect(logit(y) / scale) / scale / y / (1 - y)


def humps(scale):
    z = np.arange(-1200, 1201) / 100
    p = gate_density(sigmoid(z), scale)
    x = np.r_[False, p[1:] > p[:-1]] & np.r_[p[:-1] > p[1:], False]
    return np.count_nonzero(x)


def turning_point():
    W, a = 0.5, 3.0
    while a - W >= 0.001:
        z = (W + a) / 2
        if humps(z) == 2:
            a = z
        else:
            W = z
    return W
