"""Where the jobs of a study run, as `concurrent.futures.Executor`s: processes on this machine, or a Dask cluster."""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor, wait
from contextlib import contextmanager

from .store import ResultsError


@contextmanager
def process_pool(workers):
    """A pool of so many processes on this machine, each with one thread, that end with this one however it ends."""
    # The products are small: threads inside them only get in each other's way. Read when NumPy loads, hence here.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_start_worker)
    try:
        # A Ctrl-C while a worker is still importing would print a traceback. What ignores a signal passes that on to
        # the processes it starts, so all are started under that rule; each lifts it for itself when it is ready.
        usual = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            wait([pool.submit(os.getpid) for _ in range(workers)])
        finally:
            signal.signal(signal.SIGINT, usual)
        yield pool, workers
    finally:
        pool.shutdown(cancel_futures=True)


def _start_worker():
    """Let a worker end at once with Ctrl-C, and with its parent even if that is killed."""
    def watch():
        multiprocessing.parent_process().join()
        os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def dask_executor(address):
    """Dask's executor on the cluster of a scheduler, and how many threads it has. Needs the extra `study`."""
    try:
        from distributed import Client
    except ImportError:
        raise ResultsError("--scheduler: needs Dask; install it with pip install 'lstm-teach[study]'") from None
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError) as error:
        raise ResultsError(f"--scheduler: no Dask scheduler answers at {address!r} ({type(error).__name__})") from None
    with client:
        workers = sum(client.nthreads().values())
        if not workers:
            raise ResultsError(f"--scheduler: the cluster at {address!r} has no workers")
        yield client.get_executor(), workers
