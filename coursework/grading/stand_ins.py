"""Functions that take another's place while something is tested, wherever the code under test holds on to them.

`_replaced` stands word for word in the first cell of each notebook as well, for a student's own kernel.
"""

from contextlib import contextmanager
from types import FunctionType


@contextmanager
def _replaced(names, pairs):
    """Inside, each value of pairs, {name in the dictionary names, or function: stand-in}, takes the place of its key.

    A plain function stays the same object and gets other code, so whoever imported it, or keeps it in a table or as a
    default argument, meets the stand-in too. Anything else is replaced where names has it.
    """
    def passes_on(*rest, **named):
        stand_in = "stand-in"
        return stand_in(*rest, **named)

    undo = []
    try:
        for key, new in pairs.items():
            old = names.get(key) if isinstance(key, str) else key
            if isinstance(old, FunctionType) and not old.__code__.co_freevars and callable(new):
                undo.append((setattr, old, "__code__", old.__code__))
                constants = (new if one == "stand-in" else one for one in passes_on.__code__.co_consts)
                old.__code__ = passes_on.__code__.replace(co_consts=tuple(constants))
            else:
                for place in [one for one in {key, *names} if one == key or old is not None and names[one] is old]:
                    undo.append((names.__setitem__, place, names[place]) if place in names else (names.pop, place))
                    names[place] = new
        yield
    finally:
        for back, *arguments in reversed(undo):
            back(*arguments)
