# %% own
class Curve:
    """σ by way of log-add-exp, which is stable at every z."""

    def __call__(self, z):
        z = np.asarray(z, dtype=float)
        return np.exp(-np.logaddexp(0, -z))
# %% sigmoid
curve = Curve()


def sigmoid(z):
    return curve(z)
# %% sigmoid_slope
class Slope:
    @staticmethod
    def at(z):
        y, other = sigmoid(np.stack([np.asarray(z, float), -np.asarray(z, float)]))
        return y * other


def sigmoid_slope(z):
    return Slope.at(z)
# %% tanh_both
def axes(function, factor, shift):
    return lambda z: factor * function(2 * np.asarray(z)) + shift


def tanh_from_sigmoid(z):
    return axes(sigmoid, 2, -1)(z)


def tanh_slope(z):
    return axes(sigmoid_slope, 4, 0)(z)
# %% shares
class Saturation:
    def __init__(self, epsilon):
        self.epsilon = epsilon

    def __contains__(self, gate):
        return gate <= self.epsilon or gate >= 1 - self.epsilon


def saturated_share(gates, epsilon=0.1):
    near = Saturation(epsilon)
    return float(np.mean([gate in near for gate in np.ravel(gates).tolist()]))


def expected_share(scale, epsilon=0.1):
    low, high = logit([epsilon, 1 - epsilon]) / scale
    return normal_below(low) + normal_below(-high)
# %% density
class Density:
    def __init__(self, scale):
        self.scale = scale

    def of_z(self, z):
        return np.exp(-0.5 * (z / self.scale) ** 2) / (self.scale * np.sqrt(2 * np.pi))

    def __call__(self, y):
        z = logit(y)
        return self.of_z(z) / sigmoid_slope(z)


def gate_density(y, scale):
    return Density(scale)(y)


def maxima(values):
    return [k for k in range(1, len(values) - 1) if values[k - 1] < values[k] > values[k + 1]]


def humps(scale):
    y = 1 / (1 + np.exp(-np.linspace(-12, 12, 4801)))
    return len(maxima(gate_density(y, scale)))


def turning_point():
    def search(low, high):
        middle = (low + high) / 2
        if high - low < 1e-5:
            return middle
        return search(middle, high) if humps(middle) == 1 else search(low, middle)
    return search(0.5, 3)
