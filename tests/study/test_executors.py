"""What a pool of processes and a cluster are asked for, with stand-ins: no process is started here."""

import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import Future
from types import SimpleNamespace

import pytest

from lstm_teach.study import executors
from lstm_teach.study.store import ResultsError

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class Pool:
    """A stand-in for a pool of processes, which writes down what it is asked and under which rule for Ctrl-C."""

    def __init__(self, workers, context, initializer):
        self.made = workers, context.get_start_method(), initializer, *(os.environ.get(name) for name in THREADS)
        self.rules, self.shut = [], []

    def submit(self, function):
        self.rules.append(signal.getsignal(signal.SIGINT))
        future = Future()
        future.set_result(function())
        return future

    def shutdown(self, **options):
        self.shut.append(options)


@pytest.fixture
def pools(monkeypatch):
    made = []
    monkeypatch.setattr(executors, "ProcessPoolExecutor", lambda *given, **named: made.append(
        Pool(*given, **named)) or made[-1])
    for name in THREADS:
        monkeypatch.setenv(name, "8")
    return made


def test_workers_have_one_thread_each_and_all_are_started_while_ctrl_c_is_ignored(pools):
    usual = signal.getsignal(signal.SIGINT)
    with executors.process_pool(3) as (pool, workers):
        assert pools == [pool] and workers == 3
        assert pool.made == (3, "spawn", executors._start_worker, "1", "1", "1")
        assert pool.rules == [signal.SIG_IGN] * 3 and signal.getsignal(signal.SIGINT) == usual
        assert pool.shut == []
    assert pool.shut == [{"cancel_futures": True}]


def test_a_pool_that_is_left_by_an_exception_waits_for_no_job_that_has_not_begun(pools, monkeypatch):
    usual = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), executors.process_pool(1):
        raise KeyboardInterrupt
    assert pools[0].shut == [{"cancel_futures": True}]
    monkeypatch.setattr(Pool, "submit", lambda pool, function: 1 / 0)
    with pytest.raises(ZeroDivisionError), executors.process_pool(1):
        pass
    assert signal.getsignal(signal.SIGINT) == usual and len(pools[1].shut) == 1


def test_a_worker_ends_with_ctrl_c_and_with_its_parent(monkeypatch):
    gone, ended = threading.Event(), threading.Event()
    codes, usual = [], signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: SimpleNamespace(join=lambda: gone.wait(20)))
    monkeypatch.setattr(os, "_exit", lambda code: codes.append(code) or ended.set())
    try:
        executors._start_worker()
        assert signal.getsignal(signal.SIGINT) == signal.SIG_DFL
    finally:
        signal.signal(signal.SIGINT, usual)
    assert codes == [] and [one.daemon for one in threading.enumerate() if "(watch)" in one.name] == [True]
    gone.set()
    assert ended.wait(20) and codes == [1]


class Client:
    """A stand-in for Dask's, of a cluster with these threads by worker."""

    threads, error, left = {}, None, 0

    def __init__(self, address, timeout):
        if self.error:
            raise self.error
        self.address = address

    def __enter__(self):
        return self

    def __exit__(self, *_):
        Client.left += 1

    def nthreads(self):
        return self.threads

    def get_executor(self):
        return f"executor at {self.address}"


@pytest.fixture
def client(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=Client))
    monkeypatch.setattr(Client, "left", 0)
    return monkeypatch


def test_a_cluster_has_as_many_workers_as_threads_and_is_left_afterwards(client):
    client.setattr(Client, "threads", {"one": 2, "two": 3})
    with executors.dask_executor("tcp://here:1") as (executor, workers):
        assert (executor, workers, Client.left) == ("executor at tcp://here:1", 5, 0)
    assert Client.left == 1


def test_a_cluster_without_workers_or_that_does_not_answer_gets_one_sentence(client):
    with pytest.raises(ResultsError, match="^--scheduler: the cluster at 'tcp://here:1' has no workers$"), \
            executors.dask_executor("tcp://here:1"):
        pass
    assert Client.left == 1
    for error in (OSError("no"), TimeoutError("late"), ValueError("bad")):
        client.setattr(Client, "error", error)
        said = f"^--scheduler: no Dask scheduler answers at 'x' .{type(error).__name__}.$"
        with pytest.raises(ResultsError, match=said), executors.dask_executor("x"):
            pass
