# %% sigmoid
def softplus(z):
    return np.logaddexp(0.0, z)


def sigmoid(z):
    return np.exp(-softplus(-np.asarray(z, dtype=float)))
# %% sigmoid_slope
def sigmoid_slope(z):
    z = np.asarray(z)
    return np.multiply(*(sigmoid(sign * z) for sign in (1, -1)))
# %% tanh_both
def tanh_from_sigmoid(z):
    up, down = (sigmoid(factor * np.asarray(z)) for factor in (2, -2))
    return up - down


def tanh_slope(z):
    doubled = np.asarray(z) + z
    return sum(sigmoid_slope(doubled) for _ in range(4))
# %% shares
def saturated_share(gates, epsilon=0.1):
    distance_from_the_middle = np.abs(np.ravel(gates) - 0.5)
    return float(np.count_nonzero(distance_from_the_middle > 0.5 - epsilon)) / np.size(gates)


def expected_share(scale, epsilon=0.1):
    return erfc(-float(logit(epsilon)) / scale / 2 ** 0.5)
# %% density
def gate_density(y, scale):
    y = np.asarray(y, dtype=float)
    exponent = -0.5 * (logit(y) / scale) ** 2 - np.log(scale * sqrt(2 * pi))
    return np.exp(exponent - np.log(y) - np.log1p(-y))


def humps(scale):
    half = np.geomspace(1e-3, 12, 3000)
    y = sigmoid(np.concatenate([-half[::-1], [0.0], half]))
    rises = np.sign(np.diff(gate_density(y, scale)))
    rises = rises[rises != 0]
    return int(np.sum((rises[:-1] > 0) & (rises[1:] < 0)))


def turning_point(low=0.5, high=3.0):
    if high - low < 5e-4:
        return (low + high) / 2
    middle = (low + high) / 2
    return turning_point(low, middle) if humps(middle) > 1 else turning_point(middle, high)
