# %% sigmoid
def sigmoid(z):
    z = np.asarray(z, dtype=float)
    left = np.minimum(z, -z)
    shut = np.exp(left) / (1.0 + np.exp(left))
    open_ = 1.0 / (1.0 + np.exp(left))
    return np.choose((z > 0).astype(int), [shut, open_])
# %% sigmoid_slope
def sigmoid_slope(z):
    shut = sigmoid(-np.abs(z))
    return shut - shut * shut
# %% tanh_both
def tanh_from_sigmoid(z):
    return -(1 - 2 * sigmoid(np.multiply(z, 2)))


def tanh_slope(z):
    return (sigmoid_slope(np.multiply(z, 2)) / 0.25)
# %% shares
def saturated_share(gates, epsilon=0.1):
    met = total = 0
    for gate in np.nditer(np.asarray(gates)):
        total += 1
        met += min(gate, 1 - gate) < epsilon
    return met / total


def expected_share(scale, epsilon=0.1):
    between = [normal_below(float(logit(end)) / scale) for end in (epsilon, 1 - epsilon)]
    return 1 - (between[1] - between[0])
# %% density
import bisect


def gate_density(y, scale):
    z = logit(y)
    bell = np.exp(-((z / scale) ** 2) / 2) / (np.sqrt(2 * np.pi) * scale)
    return bell / sigmoid_slope(z)


def humps(scale):
    heights = [float(gate_density(np.array([y]), scale)[0]) for y in sigmoid(np.arange(-300, 301) / 25)]
    return len([k for k in range(1, len(heights) - 1) if heights[k - 1] < heights[k] > heights[k + 1]])


def turning_point():
    thousandths = range(500, 3001)
    return thousandths[bisect.bisect_left(thousandths, 2, key=lambda k: humps(k / 1000))] / 1000
