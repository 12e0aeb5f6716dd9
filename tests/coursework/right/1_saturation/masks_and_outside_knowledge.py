# %% sigmoid
def sigmoid(z):
    z = np.asarray(z, dtype=float)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))
# %% sigmoid_slope
def sigmoid_slope(z):
    return sigmoid(z) * sigmoid(-z)
# %% tanh_both
def tanh_from_sigmoid(z):
    return 2 * sigmoid(2 * z) - 1


def tanh_slope(z):
    return 4 * sigmoid_slope(2 * z)
# %% shares
def saturated_share(gates, epsilon=0.1):
    gates = np.asarray(gates)
    return np.mean((gates < epsilon) | (gates > 1 - epsilon))


def expected_share(scale, epsilon=0.1):
    return 2 * normal_below(logit(epsilon) / scale)
# %% density
def gate_density(y, scale):
    y = np.asarray(y, dtype=float)
    u = logit(y) / scale
    return np.exp(-u**2 / 2) / (np.sqrt(2 * np.pi) * scale) / (y * (1 - y))


def humps(scale):
    z = np.linspace(-12, 12, 2401)
    y = sigmoid(z)
    p = gate_density(y, scale)
    return int(np.sum((p[1:-1] > p[:-2]) & (p[1:-1] > p[2:])))


def turning_point():
    low, high = 0.5, 3.0
    while high - low > 1e-4:
        middle = (low + high) / 2
        if humps(middle) == 1:
            low = middle
        else:
            high = middle
    return (low + high) / 2
