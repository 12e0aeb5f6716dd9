# %% sigmoid
def sigmoid(z):
    """By way of two masks."""
    z = np.atleast_1d(np.asarray(z, dtype=np.float64))
    result = np.zeros_like(z)
    positive = z >= 0
    result[positive] = 1 / (1 + np.exp(-z[positive]))
    result[~positive] = np.exp(z[~positive]) / (1 + np.exp(z[~positive]))
    return result


_sigmoid_of_arrays = sigmoid


def sigmoid(z):  # noqa: F811
    return _sigmoid_of_arrays(z).reshape(np.shape(z))
# %% sigmoid_slope
def sigmoid_slope(z, curve=None):
    curve = curve or sigmoid
    return np.prod([curve(z), curve(-z)], axis=0)
# %% tanh_both
def tanh_from_sigmoid(z):
    y = sigmoid(2 * z)
    return y - (1 - y)


def tanh_slope(z):
    return sum(sigmoid_slope(2 * z) for _ in range(4))
# %% shares
def nearly_shut(gates, epsilon):
    return np.sum(gates < epsilon)


def saturated_share(gates, epsilon=0.1):
    return (nearly_shut(gates, epsilon) + nearly_shut(1 - gates, epsilon)) / np.size(gates)


def expected_share(scale, epsilon=0.1):
    return 1 - sum(sign * normal_below(sign * logit(1 - epsilon) / scale) for sign in (1, -1))
# %% density
def gate_density(y, scale):
    log_density = -0.5 * (logit(y) / scale) ** 2 - np.log(scale) - 0.5 * np.log(2 * np.pi)
    return np.exp(log_density - np.log(y) - np.log1p(-y))


def humps(scale):
    z = np.linspace(0, 12, 6001)
    upper = gate_density(sigmoid(z), scale)
    lower = gate_density(sigmoid(-z[:0:-1]), scale)
    p = np.hstack([lower, upper])
    inner = p[1:-1]
    return int(((inner > p[:-2]) & (inner >= p[2:])).sum())


def turning_point():
    a, b = 0.5, 3.0
    while b - a > 0.0005:
        thirds = (a + b) / 2
        a, b = (a, thirds) if humps(thirds) > 1 else (thirds, b)
    return round((a + b) / 2, 4)
