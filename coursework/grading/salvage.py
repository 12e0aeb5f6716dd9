"""What a function that raises had right before and beside that: so that a slip costs the point of what it breaks.

A function of a submission that raised is run once more with each of its assignments, and each value of the dictionary
or tuple that it returns, on its own: where one raises, a `Broken` takes its place, and of
anything made from it. Right work never comes here.
"""

import ast
import inspect
import textwrap
from types import FunctionType


class Broken:
    """What would have been a value, had an exception not come before it."""

    def __init__(self, error):
        self.error = error

    def _again(self, *_, **__):
        return self

    def _raise(self, *_, **__):
        raise self.error

    __array_ufunc__ = __array_function__ = __getitem__ = __call__ = _again
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _again
    __matmul__ = __rmatmul__ = __pow__ = __rpow__ = __neg__ = __floordiv__ = __rfloordiv__ = _again
    __iter__ = __bool__ = __len__ = __float__ = __int__ = __index__ = _raise

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self


class _Guard(ast.NodeTransformer):
    """Guards assignments, and the parts of what is returned. What stands in a `try`, or in an inner function, stays."""

    def visit_Try(self, node):
        return node

    visit_Lambda = visit_ListComp = visit_ClassDef = visit_Try

    def visit_FunctionDef(self, node):
        return node

    def _assignment(self, node):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [one.id for target in targets for one in ast.walk(target)
                 if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)]
        if not names:
            return node
        instead = ast.parse("\n".join(f"{name} = __broken__(__error__)" for name in names)).body
        return ast.Try([node], [ast.ExceptHandler(ast.Name("Exception", ast.Load()), "__error__", instead)], [], [])

    visit_Assign = visit_AugAssign = visit_AnnAssign = _assignment

    def visit_Return(self, node):
        value = node.value
        if isinstance(value, ast.Dict):
            value.values = list(map(_guarded, value.values))
        elif isinstance(value, ast.Tuple):
            value.elts = list(map(_guarded, value.elts))
        elif isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "dict":
            for keyword in value.keywords:
                keyword.value = _guarded(keyword.value)
        return node


def _guarded(value):
    nothing = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    return ast.Call(ast.Name("__guard__", ast.Load()), [ast.Lambda(nothing, value)], [])


def _guard(compute):
    try:
        return compute()
    except Exception as error:
        return Broken(error)


def forgiving(function):
    """The function with each of its parts on its own, or None where that cannot be made."""
    if not isinstance(function, FunctionType) or function.__closure__:
        return None
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        definition = tree.body[0]
        definition.body = [_Guard().visit(one) for one in definition.body]
        definition.decorator_list = []
        names = function.__globals__ | {"__broken__": Broken, "__guard__": _guard}
        exec(compile(ast.fix_missing_locations(tree), function.__code__.co_filename, "exec"), names)
        return names[definition.name]
    except (OSError, SyntaxError, TypeError, AttributeError, KeyError):
        return None


def is_partly_whole(value):
    """Whether some of what came back is broken, and some is not."""
    parts = list(value.values()) if isinstance(value, dict) else value if isinstance(value, tuple) else []
    broken = [isinstance(one, Broken) for one in parts]
    return any(broken) and not all(broken)
