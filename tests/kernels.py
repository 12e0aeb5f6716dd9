"""Jupyter's kernels from one process that has others' packages imported, which takes each kernel most of a second.

What is ours is imported in each kernel anew, and so is pyplot, which asks on import what kernel it is in. None keeps a
history of its cells on disk, which nobody would read.
"""

import json
import os
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

# Forks a kernel for each that connects, and ends with them all when standard input does. One that is started again has
# the file of the one before, and its ports: that one must be gone.
_SERVER = """
import gc, os, select, signal, socket, sys, threading
import IPython.core.completerlib, IPython.extensions.storemagic
import ipykernel.debugger, ipykernel.kernelapp, ipykernel.zmqshell
import ipywidgets, matplotlib.backends.backend_agg, matplotlib.figure
gc.set_threshold(50_000, 20, 20)
gc.freeze()
kernels = {}
listening = socket.socket(socket.AF_UNIX)
listening.bind(sys.argv[1])
listening.listen()
print("ready", flush=True)
while listening in select.select([listening, sys.stdin], [], [])[0]:
    asking = listening.accept()[0]
    folder, *arguments = asking.recv(4096).decode().split("\\n")
    file = arguments[arguments.index("-f") + 1]
    if file in kernels:
        os.kill(kernels[file], signal.SIGKILL)
        os.waitpid(kernels[file], 0)
    kernels[file] = os.fork()
    if kernels[file] == 0:
        os.chdir(folder)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        threading.Thread(target=lambda: (asking.recv(1), os._exit(1)), daemon=True).start()
        ipykernel.kernelapp.launch_new_instance(argv=[*arguments, "--HistoryManager.enabled=False"])
        os._exit(0)
    asking.close()
os.killpg(0, signal.SIGKILL)
"""
# What Jupyter takes for the kernel: it lives as long as that does, and if it is killed the kernel ends too.
_ASK = """
import os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect(sys.argv[1])
    server.sendall("\\n".join([os.getcwd(), *sys.argv[2:]]).encode())
    server.recv(1)
"""


@contextmanager
def kernels(python, name):
    """A kernel of Jupyter's by this name, for all that looks into the folder that is yielded: see JUPYTER_PATH.

    `python` is the program that runs it, without what the environment's variables add to its path. Where nothing can
    be forked, each kernel starts from anew.
    """
    with tempfile.TemporaryDirectory() as folder:  # pytest's own may be longer than the name of a socket
        spec = Path(folder) / "kernels" / name / "kernel.json"
        spec.parent.mkdir(parents=True)

        def write(*command):
            told = {"argv": [str(python), "-I", *command, "-f", "{connection_file}"], "display_name": name,
                    "language": "python"}
            spec.write_text(json.dumps(told), encoding="utf-8")
            return folder

        if not hasattr(os, "fork"):
            yield write("-m", "ipykernel_launcher")
            return
        path = os.path.join(folder, "socket")
        # As a kernel has it that sets it for itself; here Matplotlib is imported before there is one.
        own = os.environ | {"MPLBACKEND": "module://matplotlib_inline.backend_inline",
                            "PYDEVD_DISABLE_FILE_VALIDATION": "1"}  # and no warning about a debugger that nobody uses
        with subprocess.Popen([python, "-I", "-c", _SERVER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              encoding="utf-8", env=own, start_new_session=True) as server:
            try:
                assert server.stdout.readline() == "ready\n"
                yield write("-S", "-c", _ASK, path)
            finally:
                server.stdin.close()
