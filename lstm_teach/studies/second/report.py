"""The second study's report: the declared comparisons, the nulls against their bound, and all that told against us."""

import numpy as np

from ...study.command import aligned
from ...study.selection import best_setting, by_setting
from ...study.statistics import arrivals, median_updates, solved, updates_ratio
from .findings import (
    CONDITIONS,
    NULL_BOUND,
    edges,
    grid,
    interventions,
    median_more,
    nulls,
    pick,
    primary,
    unit_effects,
)
from .mechanism import LATER, OPENED
from .table import AGAIN_ONCE, STUDY, gate_of


def report(found, rows):
    """Every comparison as text, from the records that `store.load` returned."""
    parts = [_primary(found), _nulls(found), *(_conditions(found, forget) for forget in CONDITIONS), _survival(found),
             _edges(found), _elsewhere(found), _moved(found), _frozen(found), _again(found), _width(found),
             _text(found)]
    return "\n\n".join(parts)


def comparisons(found):
    """The declared comparisons as lines of the tidy table."""
    for one in primary(found):
        yield {"experiment": "primary", "setting": f"{one.name}: {one.says}", "statistic": "ratio of updates",
               "value": f"{one.ratio:.4g}", "low": f"{one.low:.4g}", "high": f"{one.high:.4g}", "n": one.pairs}
        for name, p in (("sign-flip p", one.p), ("Holm p", one.holm)):
            yield {"experiment": "primary", "setting": f"{one.name}: {one.says}", "statistic": name,
                   "value": f"{p:.4g}", "n": one.pairs}
    for name, (says, ratio, _verdict) in nulls(found).items():
        yield {"experiment": "null", "setting": f"{name}: {says}", "statistic": "ratio of updates",
               "value": f"{ratio.value:.4g}", "low": f"{ratio.low:.4g}", "high": f"{ratio.high:.4g}", "n": ratio.pairs}


def _block(title, head, rows, sides):
    """A title, and under it the rows as a table with the columns that `head` names, between bars."""
    return title + "\n  " + aligned([head.split("|"), *rows], sides).replace("\n", "\n  ")


def _primary(found):
    rows = [(one.name, one.says, f"{one.ratio:.2f}", f"[{one.low:.2f}, {one.high:.2f}]", str(one.pairs),
             f"{one.p:.2g}", f"{one.holm:.2g}", f"{one.cut[0]}, {one.cut[1]}") for one in primary(found)]
    return _block("Primary, declared: updates of the rival over σ's, seed by seed, capped; predicted: more than 1",
                  "||ratio|95 %|pairs|p|Holm|cut off: rival, σ", rows, "llrlrrrl")


def _nulls(found):
    rows = [(name, says, f"{ratio.bound}{ratio.value:.2f}", f"[{ratio.low:.2f}, {ratio.high:.2f}]",
             verdict) for name, (says, ratio, verdict) in nulls(found).items()]
    return _block(f"Nulls, declared: the whole interval below {NULL_BOUND}", "||ratio|95 %|", rows, "llrll")


def _conditions(found, forget):
    rows = []
    for task, cells in grid(found, forget).items():
        sigmoid = next(iter(cells.values()))
        for cell, records in cells.items():
            share, setting = solved(records), records[0].setting
            ratio = "" if records is sigmoid else str(updates_ratio(sigmoid, records))
            finals = [record.final_error for record in records if record.final_error is not None]
            rows.append((task, gate_of(cell), f"{share.count}/{share.of}", median_updates(records), ratio,
                         f"{np.median(finals):.2g}" if finals else "diverged",
                         ", ".join(f"{name} {value}" for name, value in setting.items())))
    return _block(f"All conditions with {forget} (exploratory): at each cell's own setting",
                  "task|cell|solved|median|updates over σ's|final|setting", rows, "llrrlrl")


def _survival(found):
    at, rows = (100, 200, 500, 1000, 2000, 3000), []
    for forget in CONDITIONS:
        for task, cells in grid(found, forget).items():
            for cell, records in cells.items():
                if any(not record.solved for record in records):
                    left = 1 - arrivals(records).share_by(at)
                    rows.append((task, cell, *(f"{share:.2f}" if updates <= records[0].cap else ""
                                               for share, updates in zip(left, at, strict=True))))
    return _block("Survival, where runs were cut off: the share not yet solved after so many updates",
                  "|".join(["task", "cell", *map(str, at)]), rows, "ll" + "r" * len(at))


def _edges(found):
    listed = [one for one in edges(found) if one[-1] != "inside"]
    rows = [(task, cell, str(hidden), f"{setting['learning_rate']:g}", where)
            for task, cell, hidden, setting, where in listed]
    return _block(f"Selected settings whose learning rate lies at an end of those tried: {len(listed)} of "
                  f"{len(edges(found))}", "task|cell|units|rate|end", rows, "llrrl")


def _elsewhere(found):
    rows = []
    for forget in CONDITIONS:
        for task, cells in grid(found, forget).items():
            for cell, records in cells.items():
                done = [record for record in records if record.solved]
                if done:
                    longer = [median_more(done, "longer", times) for times in ("2", "4", "8")]
                    rows.append((task, cell, str(len(done)), f"{np.median([r.final_error for r in done]):.2g}",
                                 *("" if np.isnan(error) else f"{error:.2g}" for error in longer),
                                 f"{median_more(done, 'noisier'):.2g}"))
    return _block("Not trained for (exploratory): median errors of the networks that had solved their task",
                  "task|cell|n|trained|2 × as long|4 ×|8 ×|noisier marks", rows, "llrrrrrr")


def _moved(found):
    rows = []
    for task in ("adding", "adding_both", "length"):
        for cell in OPENED:
            records = [one for one in pick(found, task, cell) if one.solved and "moved" in one.more]
            for kind in ("ignored", "marked"):
                if records:
                    rows.append((task, cell, str(len(records)), kind,
                                 *(f"{median_more(records, 'moved', kind, 'c', str(k)):.2g}" for k in LATER),
                                 f"{median_more(records, 'moved', kind, 'answer'):.2g}"))
    return _block("What a value moves, per unit of it (medians over networks): c so many steps later, and the answer",
                  "|".join(["task", "cell", "n", "value", *map(str, LATER), "answer"]), rows,
                  "llrl" + "r" * (len(LATER) + 1))


def _frozen(found):
    rows = []
    for task in ("adding", "adding_both", "length"):
        for cell, places in OPENED.items():
            records = [one for one in pick(found, task, cell) if one.solved and "frozen" in one.more]
            if not records:
                continue
            after = {what: np.median(errors, axis=0) for what, errors in interventions(records).items()}
            before, cut = f"{after['before']:.2g}", after["cut"]
            rows.append((task, cell, str(len(records)), "recurrent weights cut", before, f"{cut[0]:.2g}",
                         f"{cut[1]:.2g}", "", ""))
            for place in places:
                every = after[place]
                units = [np.sort(unit_effects(one, place)[0])[::-1] for one in records]
                rows.append((task, cell, str(len(records)), f"{place.replace('_', ' ')} at its mean", before,
                             f"{every[0]:.2g}", f"{every[1]:.2g}", f"{np.median([one[0] for one in units]):.2g}",
                             f"{np.median([one[1] for one in units]):.2g}"))
    return _block("Interventions (medians over networks): error before and after; for one unit frozen alone, the "
                  "largest and the second", "task|cell|n|what|before|after|refitted|one unit|the next",
                  rows, "llrlrrrrr")


def _again(found):
    records = found["again"]
    forty = [one for one in records if (one.phase, one.task) == ("common", "adding")]
    share = solved(forty)
    lines = [f"Mending the first study: tanh-only on adding at (.01, forget bias 1), {forty[0].hidden} units: "
             f"{share.count} of {share.of} solved [{share.low:.2f}, {share.high:.2f}]"]
    common = {cell: [one for one in records if (one.phase, one.task, one.cell) == ("common", "once", cell)]
              for cell in AGAIN_ONCE}
    rows = [(cell, f"{solved(own).count}/{len(own)}", median_updates(own),
             "" if cell == "LSTM" else str(updates_ratio(common["LSTM"], own))) for cell, own in common.items()]
    lines.append(_block("Rivals on once beside the LSTM at its best", "cell|solved|median|updates over the LSTM's",
                        rows, "lrrl"))
    rows = []
    for task in ("once", "adding"):
        swept = {cell: [one for one in records if (one.phase, one.task, one.cell) == ("sweep", task, cell)]
                 for cell in ("LSTM", "TANH_ONLY")}
        best = {cell: best_setting(own) for cell, own in swept.items()}
        for cell, own in swept.items():
            share = solved(best[cell])
            rows.append((task, cell, str(len(by_setting(own))), f"{solved(own).count}/{len(own)}",
                         f"{share.count}/{share.of}", median_updates(best[cell]),
                         ", ".join(f"{name} {value}" for name, value in best[cell][0].setting.items()),
                         "" if cell == "LSTM" else str(updates_ratio(best["LSTM"], best[cell]))))
    lines.append(_block("A wider grid: settings, runs solved, and each cell at its best",
                        "task|cell|settings|solved|best|median|setting|updates over the LSTM's",
                        rows, "llrrrrll"))
    return "\n\n".join(lines)


def _width(found):
    rows = []
    wide = [one for one in found["width"] if one.phase == "confirm"]
    for records in (pick(found, "adding", "LSTM") + pick(found, "adding", "TANH_ONLY"), *(
            [one for one in wide if one.hidden == hidden] for hidden in sorted({one.hidden for one in wide}))):
        lstm, other = ([one for one in records if one.cell == cell] for cell in ("LSTM", "TANH_ONLY"))
        for cell, records in (("LSTM", lstm), ("TANH_ONLY", other)):
            rows.append((str(records[0].hidden), cell, f"{solved(records).count}/{len(records)}",
                         median_updates(records), "" if records is lstm else str(updates_ratio(lstm, records))))
    return _block("Wider, at equal width: adding, clean, learned f",
                  "units|cell|solved|median|updates over the LSTM's", rows, "rlrrl")


def _text(found):
    rows = []
    confirm = [one for one in found["text"] if one.phase == "confirm"]
    for network in dict.fromkeys(one.network for one in confirm):
        own = [one for one in confirm if one.network == network]
        bits = np.array([one.more["held_out_bits"] for one in own])
        rows.append((own[0].cell, str(own[0].hidden), str(STUDY.parameters(own[0])), f"{bits.mean():.3f}",
                     f"{bits.min():.3f} to {bits.max():.3f}", f"{own[0].setting['learning_rate']:g}"))
    return _block("Next character of Moby-Dick: bits a character on held-out chapters, mean and range of five seeds",
                  "cell|units|weights|bits|range|rate", rows, "lrrrlr")
