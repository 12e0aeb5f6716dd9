# %% own
import math


def each(function, z):
    """Apply function to each number of z."""
    z = np.asarray(z, dtype=float)
    result = np.empty(z.shape)
    for index in np.ndindex(*z.shape):
        result[index] = function(float(z[index]))
    return float(result) if z.ndim == 0 else result
# %% sigmoid
def one_sigma(z):
    if z < 0:
        e = math.exp(z)
        return e / (1.0 + e)
    return 1.0 / (1.0 + math.exp(-z))


def sigmoid(z):
    return each(one_sigma, z)
# %% sigmoid_slope
def sigmoid_slope(z):
    def slope(v):
        return float(sigmoid(v)) * float(sigmoid(-v))
    return each(slope, z)
# %% tanh_both
def tanh_from_sigmoid(z):
    return each(lambda v: float(sigmoid(2.0 * v)) - float(sigmoid(-2.0 * v)), z)


def tanh_slope(z):
    return each(lambda v: 4.0 * float(sigmoid_slope(np.array([2.0 * v]))[0]), z)
# %% shares
def saturated_share(gates, epsilon=0.1):
    count = total = 0
    for gate in np.asarray(gates).ravel():
        total += 1
        if min(gate, 1 - gate) < epsilon:
            count += 1
    return count / total


def expected_share(scale, epsilon=0.1):
    below = normal_below(float(logit(epsilon)) / scale)
    above = 1.0 - normal_below(float(logit(1 - epsilon)) / scale)
    return below + above
# %% density
def gate_density(y, scale):
    def one(v):
        z = math.log(v) - math.log1p(-v)
        return math.exp(-(z / scale) ** 2 / 2) / (scale * math.sqrt(2 * math.pi)) / (v * (1 - v))
    return each(one, y)


def humps(scale):
    ys = [1 / (1 + math.exp(-k / 50)) for k in range(-600, 601)]
    heights = [float(h) for h in gate_density(np.array(ys), scale)]
    count = 0
    for left, middle, right in zip(heights, heights[1:], heights[2:]):
        if left < middle > right:
            count += 1
    return count


def turning_point():
    low, high = 0.5, 3.0
    for _ in range(20):
        half = 0.5 * (low + high)
        low, high = (half, high) if humps(half) < 2 else (low, half)
    return high
