# %% sigmoid
def sigmoid(z):
    y = np.array(z, dtype=float)  # a copy
    small = y < 0
    np.abs(y, out=y)
    np.negative(y, out=y)
    np.exp(y, out=y)
    tail = y / (1 + y)
    y += 1
    np.reciprocal(y, out=y)
    return np.where(small, tail, y)[()]
# %% sigmoid_slope
def sigmoid_slope(z):
    y = np.array(sigmoid(z))
    y *= sigmoid(-np.asarray(z))
    return y
# %% tanh_both
def tanh_from_sigmoid(z):
    y = np.array(sigmoid(np.asarray(z) * 2))
    y *= 2
    y -= 1
    return y


def tanh_slope(z):
    return np.multiply(sigmoid_slope(np.add(z, z)), 4)
# %% shares
def saturated_share(gates, epsilon=0.1):
    distance = np.array(gates, dtype=float)
    np.minimum(distance, 1 - distance, out=distance)
    return np.count_nonzero(distance < epsilon) / distance.size


def expected_share(scale, epsilon=0.1):
    z = logit(1 - epsilon)
    return 1 - (normal_below(z / scale) - normal_below(-z / scale))
# %% density
def gate_density(y, scale):
    density = np.array(logit(y))
    density /= scale
    density *= density
    density *= -0.5
    np.exp(density, out=density)
    density /= scale * sqrt(2 * pi)
    density /= np.asarray(y) * (1 - np.asarray(y))
    return density


def humps(scale):
    half = sigmoid(np.linspace(-12, 0, 1000))
    y = np.concatenate([half, 1 - half[-2::-1]])
    y.sort()
    change = np.sign(np.diff(gate_density(y, scale)))
    change = change[change != 0]
    return int(np.count_nonzero(np.diff(change) < 0))


def turning_point():
    ends = np.array([0.5, 3.0])
    while np.ptp(ends) > 5e-4:
        middle = ends.mean()
        ends[0 if humps(middle) == 1 else 1] = middle
    return ends.mean()
