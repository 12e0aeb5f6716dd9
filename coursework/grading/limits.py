"""`nbgrader autograde` with limits: a submission that loops, crashes, exits or floods still ends with a mark."""

from pathlib import Path
from time import monotonic

from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from traitlets import Integer, Tuple, Unicode

from . import isolation

_SCRIPT = Path(__file__).with_name("run_kernel.py")


class LimitedKernelManager(AsyncKernelManager):
    """Starts `run_kernel.py` in place of the plain kernel."""

    assignment = Unicode()
    limits = Tuple()

    def format_kernel_cmd(self, extra_arguments=None):
        plain = super().format_kernel_cmd(extra_arguments)
        arguments = plain[plain.index("-f"):]
        return [*isolation.command(_SCRIPT, self.assignment), *map(str, self.limits), *arguments]


class LimitedExecute(Execute):
    """Executes a submission. Once its kernel is gone, or its time is up, each further cell fails with that reason."""

    kernel_manager_class = LimitedKernelManager
    total_seconds = Integer(300, help="Seconds that a whole notebook may take").tag(config=True)
    most_memory = Integer(2**31, help="Bytes of memory that a submission may use").tag(config=True)
    most_output = Integer(4_000_000, help="Bytes of output that a submission may make").tag(config=True)

    def __init__(self, **options):
        super().__init__(**options | {"kernel_manager_class": LimitedKernelManager})

    def preprocess(self, notebook, resources, km=None):
        self._assignment = resources["nbgrader"]["assignment"]
        self._deadline, self._over = monotonic() + self.total_seconds, None
        return super().preprocess(notebook, resources, km)

    def create_kernel_manager(self):
        manager = super().create_kernel_manager()
        manager.assignment, manager.limits = self._assignment, (self.most_memory, self.most_output)
        return manager

    def preprocess_cell(self, cell, resources, index):
        if cell.cell_type != "code" or not cell.source.strip():
            return cell, resources
        if monotonic() > self._deadline:
            self._over = self._over or f"The notebook had run for {self.total_seconds} seconds, all that it may take."
        if not self._over:
            try:
                return super().preprocess_cell(cell, resources, index)
            except DeadKernelError:
                number = self.code_cells_executed + 1
                self._over = f"The kernel ended in code cell {number}: a crash, an exit, or memory."
            except CellTimeoutError:
                self._over = "The kernel no longer answers."
        text = f"NotExecuted: {self._over}"
        cell.outputs = [new_output("error", ename="NotExecuted", evalue=self._over, traceback=[text])]
        return cell, resources
