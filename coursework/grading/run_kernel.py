"""The kernel in which nbgrader executes a submission: with limits on memory, file size and output.

Arguments after those of `isolation`: bytes of memory, bytes of output, then ipykernel's own.
"""

import sys

import isolation

memory, output, *arguments = isolation.enter()

try:
    import resource
except ImportError:  # Windows has no such limits
    pass
else:
    for kind, most in ((resource.RLIMIT_AS, int(memory)), (resource.RLIMIT_FSIZE, 2**26), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(kind, (most, most))

from ipykernel.kernelapp import launch_new_instance  # noqa: E402
from jupyter_client.session import Session  # noqa: E402

_serialize, _left = Session.serialize, int(output)


def _limited(self, message, ident=None):
    """A message as bytes; when the output is used up, what a cell prints, shows or complains about becomes a line."""
    global _left
    parts = _serialize(self, message, ident)
    kind, size = message["header"]["msg_type"], sum(map(len, parts))
    if kind not in ("stream", "display_data", "update_display_data", "execute_result", "error", "execute_reply"):
        return parts
    if size <= _left:
        _left -= size
        return parts
    cut, content = f"(cut: a submission may put out {output} bytes in all)", message["content"]
    if kind == "stream":
        content = {"name": content["name"], "text": cut if _left else ""}
        _left = 0
    elif "ename" in content:
        short = content["evalue"][:200]
        content = content | {"evalue": short, "traceback": [f"{content['ename']}: {short}"]}
    elif "data" in content:
        content = content | {"data": {"text/plain": cut}, "metadata": {}}
    return _serialize(self, message | {"content": content}, ident)


Session.serialize = _limited
# A traceback with the lines around a failing one would show hidden tests.
sys.argv = ["kernel", "--InteractiveShell.xmode=Plain", *arguments]
launch_new_instance()
