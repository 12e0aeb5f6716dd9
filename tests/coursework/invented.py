"""Fifty mistakes invented from the text of the release alone, before its hidden tests and solutions were read.

Each is what was done wrong, the texts replaced in one of the right solutions (folder `right`), and the points that
break by the words of their titles. They show whether the marking generalises beyond the gallery it was made with.
"""

BASE = {"1_saturation": "masks_and_outside_knowledge", "2_one_step": "split", "3_backwards": "concatenated",
        "4_count_match_compare": "the_shortest"}

SATURATION = [
    ("σ rounded to three decimals, for neatness",
     [("return np.where(z >= 0, 1 / (1 + e), e / (1 + e))", "return np.round(np.where(z >= 0, 1 / (1 + e), e / (1 + e)), 3)")],
     {"each_number_by_itself", "small_tail"}),
    ("z clipped to ±30, against overflow",
     [("z = np.asarray(z, dtype=float)\n    e = np", "z = np.clip(np.asarray(z, dtype=float), -30, 30)\n    e = np")],
     {"small_tail"}),
    ("z clipped where it stands", [("z = np.asarray(z, dtype=float)\n    e = np", "z = np.asarray(z, dtype=float)\n    np.clip(z, -700, 700, out=z)\n    e = np")],
     {"argument_left_alone"}),
    ("only flat arrays come back right", [("return np.where(z >= 0, 1 / (1 + e), e / (1 + e))", "return np.where(z >= 0, 1 / (1 + e), e / (1 + e)).ravel()")],
     {"each_number_by_itself"}),
    ("the slope at |z|, times 2", [("return sigmoid(z) * sigmoid(-z)", "return 2 * sigmoid(z) * sigmoid(-z)")],
     {"slope_in_the_middle", "slope_at_both_ends"}),
    ("the slope from exp, not from sigmoid", [("return sigmoid(z) * sigmoid(-z)", "return np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z)))**2")],
     {"one_curve_beneath"}),
    ("tanh from np.tanh", [("return 2 * sigmoid(2 * z) - 1", "return np.tanh(z)")], {"one_curve_beneath"}),
    ("the slope of tanh without sigmoid_slope", [("return 4 * sigmoid_slope(2 * z)", "return 1 - np.tanh(z)**2")], {"one_curve_beneath"}),
    ("the share of the first axis only", [("return np.mean((gates < epsilon) | (gates > 1 - epsilon))", "return np.mean((gates < epsilon) | (gates > 1 - epsilon), axis=0)")],
     {"share_of_all_entries"}),
    ("expected share at ε/2", [("2 * normal_below(logit(epsilon) / scale)", "2 * normal_below(logit(epsilon / 2) / scale)")], {"share_from_the_spread"}),
    ("the density divided by the slope twice", [("/ (y * (1 - y))", "/ (y * (1 - y))**2")], {"density_with_the_slope"}),
    ("humps looked for beyond the middle only", [("np.linspace(-12, 12, 2401)", "np.linspace(0, 12, 1201)")], {"humps_counted", "humps_near_the_ends"}),
    ("the halving stops at 0.05", [("while high - low > 1e-4", "while high - low > 0.05")], {"turning_point_found"}),
]

ONE_STEP = [
    ("h before x", [("np.concatenate([x, h], axis=1)", "np.concatenate([h, x], axis=1)")], {"x_before_h"}),
    ("bias subtracted", [("@ W + b,", "@ W - b,")], {"bias_is_added"}),
    ("h of the batch's first sequence for all", [("np.concatenate([x, h], axis=1)", "np.concatenate([x, np.tile(h[:1], (len(h), 1))], axis=1)")], {"bias_is_added"}),
    ("all gates but g through tanh", [('np.tanh(one) if name == "g" else sigmoid(one)', 'sigmoid(one) if name == "g" else np.tanh(one)')],
     {"gates_by_sigmoid", "candidate_by_tanh"}),
    ("hard sigmoid for the gates", [("else sigmoid(one)", "else np.clip(0.5 + one / 6, 0, 1)")], {"gates_by_sigmoid"}),
    ("old memory scaled by f squared", [('a["f"] * c + a["i"] * a["g"]', 'a["f"]**2 * c + a["i"] * a["g"]')], {"forget_gate_keeps"}),
    ("the write clipped at 0", [('a["i"] * a["g"]', 'np.maximum(a["i"] * a["g"], 0)')], {"written_is_a_product"}),
    ("tanh of c doubled", [('a["o"] * np.tanh(c)', 'a["o"] * np.tanh(2 * c)')], {"hidden_reads_tanh"}),
    ("the tanh-only step passes f as i", [('a["i"] = np.ones_like(a["g"])', 'a["i"] = a["f"]')], {"tanh_alone_writes"}),
    ("a half open gate in place of none", [('a["i"] = np.ones_like(a["g"])', 'a["i"] = np.full_like(a["g"], 0.5)')], {"tanh_alone_writes"}),
    ("the tanh-only step returns c first", [('a["i"] = np.ones_like(a["g"])\n    c = new_cell_state(a, c)\n    return new_hidden_state(a, c), c', 'a["i"] = np.ones_like(a["g"])\n    c = new_cell_state(a, c)\n    return c, new_hidden_state(a, c)')], {"tanh_alone_writes"}),
    ("F_3 through tanh", [("sigmoid(F_3) * C_2", "np.tanh(F_3) * C_2")], {"forget_example_right"}),
    ("the memory grows by 2 a step", [("np.maximum(before, 0) + steps", "np.maximum(before, 0) + 2 * steps")], {"too_far_is_impossible"}),
    ("steps rounded", [("int(np.floor(abs(target))) + 1", "max(1, round(abs(target)))")], {"steps_to_48"}),
    ("negative targets take one step", [("int(np.floor(abs(target))) + 1", "max(1, int(np.floor(target)) + 1)")], {"steps_to_48"}),
]
BACKWARDS = [
    ("dh reaches c without the tanh", [('dc = dc + dh * o * (1 - kept["tanh_c"] ** 2)', "dc = dc + dh * o")], {"c_hears_through_h"}),
    ("dc weighted with o as well", [('dc = dc + dh * o * (1 - kept["tanh_c"] ** 2)', 'dc = (dc + dh * (1 - kept["tanh_c"] ** 2)) * o')],
     {"memory_to_memory", "forget_block", "candidate_block", "input_block"}),
    ("block f uses the new memory", [('dc * kept["c_old"] * f * (1 - f)', 'dc * kept["c"] * f * (1 - f)')], {"forget_block"}),
    ("block g with the gate's slope", [("dc * i * (1 - g**2)", "dc * i * g * (1 - g)")], {"candidate_block"}),
    ("block i multiplied by i once more", [("dc * g * i * (1 - i)", "dc * g * i**2 * (1 - i)")], {"input_block"}),
    ("block o from dc", [('dh * kept["tanh_c"] * o * (1 - o)', 'dc * kept["tanh_c"] * o * (1 - o)')], {"output_block"}),
    ("db of the first sequence only", [("dz.sum(axis=0)", "dz[0]")], {"bias_over_the_batch"}),
    ("dW halved", [('kept["joined"].T @ dz,', '0.5 * kept["joined"].T @ dz,')], {"weights_over_the_batch"}),
    ("dx and dh_old exchanged in width", [("inputs = d_joined.shape[1] - dh.shape[1]", "inputs = dh.shape[1]")], {"x_and_h_get_theirs"}),
    ("bptt starts dc with the last dh", [("dh_next, dc_next = np.zeros_like(dh[0]), np.zeros_like(dh[0])", "dh_next, dc_next = np.zeros_like(dh[0]), dh[-1].copy()")], {"along_c"}),
    ("dW averaged over the steps", [('return {"dW": dW,', 'return {"dW": dW / len(kepts),')], {"steps_are_added"}),
    ("dx of all steps turned round", [("dx[::-1]", "dx")], {"dx_at_its_place"}),
    ("the first and last dh confused", [('"dh_first": dh_next', '"dh_first": dh[0]')], {"where_it_began"}),
    ("a forward difference", [("        x[index] = kept - eps\n        below = f(x)\n", "        x[index] = kept\n        below = f(x)\n"), ("(above - below) / (2 * eps)", "(above - below) / eps")],
     {"central_difference"}),
    ("the check compares the largest entries", [("np.all(np.abs(measured - gradient) <= 1e-5 * scale)", "abs(np.max(np.abs(measured)) - np.max(np.abs(gradient))) <= 1e-5 * scale")],
     {"wrong_as_a_whole", "one_bad_entry", "small_gradients"}),
]

COUNT = [
    ("recurrent weights counted with inputs squared", [("blocks * hidden * (inputs + hidden + 1)", "blocks * hidden * (inputs + inputs + 1)")],
     {"count_of_a_layer"}),
    ("one block too few", [("blocks * hidden * (inputs + hidden + 1)", "(blocks - 1) * hidden * (inputs + hidden + 1)")], {"count_of_a_layer", "a_quarter_goes"}),
    ("PyTorch's second bias on the inputs", [("keras_count(inputs, hidden, blocks) + blocks * hidden", "keras_count(inputs, hidden, blocks) + blocks * inputs")], {"two_biases"}),
    ("peepholes also for the candidate's input", [("count += 3 * hidden", "count += 3 * (hidden + 1)")], {"peepholes_added"}),
    ("nearest by the ratio rounded down", [("if hidden > 1 and budget - keras_count(inputs, hidden - 1, blocks) < keras_count(inputs, hidden, blocks) - budget:", "if hidden > 1:")], {"nearest_width"}),
    ("width matched with one more unit", [("width = matched_hidden(task.inputs, keras_count(task.inputs, hidden), 3)", "width = matched_hidden(task.inputs, keras_count(task.inputs, hidden), 3) + 1")], {"widths_are_matched"}),
    ("forget bias not handed on", [("forget_bias=forget_bias, **EVALUATION", "**EVALUATION")], {"same_settings"}),
    ("a larger learning rate for the LSTM", [("seeds, learning_rate, updates", "seeds, learning_rate * (2 if cell == lt.LSTM else 1), updates")], {"same_settings"}),
    ("unsolved seeds get the number of updates", [("np.inf if one is None", "updates if one is None")], {"unsolved_stay"}),
    ("updates doubled in the result", [("np.inf if one is None else one", "np.inf if one is None else 2 * one")], {"numbers_from_training"}),
    ("new seeds at every call", [('"seeds": range(8)', '"seeds": np.random.default_rng().integers(10**6, size=8)')], {"enough_seeds"}),
    ("four seeds", [('"seeds": range(8)', '"seeds": range(4)')], {"enough_seeds"}),
    ("a learning rate at which nothing is learnt", [('"learning_rate": 0.02', '"learning_rate": 1e-6')], {"lstm_gets_there"}),
    ("the mean for the median", [('"median": np.median(updates)', '"median": np.mean(updates)')], {"median_counts_all"}),
    ("the tenth and ninetieth per cent", [("0.25, method", "0.1, method"), ("0.75, method", "0.9, method")], {"quartiles_are_seeds"}),
    ("the number solved", [("np.mean(np.isfinite(updates))", "np.sum(np.isfinite(updates))")], {"share_solved"}),
]

MISTAKES = {"1_saturation": SATURATION, "2_one_step": ONE_STEP, "3_backwards": BACKWARDS, "4_count_match_compare": COUNT}
