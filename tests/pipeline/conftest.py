"""The loopback server of sources and downloads, importable as `tmdb_server`; a real scheduler with worker processes."""

import importlib.util
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

if "tmdb_server" not in sys.modules:
    spec = importlib.util.spec_from_file_location("tmdb_server", Path(__file__).with_name("tmdb_server.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules["tmdb_server"] = module
    spec.loader.exec_module(module)


@pytest.fixture(scope="session")
def tmdb_server():
    """The module `tmdb_server` beside this file."""
    return sys.modules["tmdb_server"]


class Workers(NamedTuple):
    """The scheduler's address, and the workers' processes: without a nanny, in a folder of their own."""

    address: str
    processes: list[subprocess.Popen]


Start = Callable[..., AbstractContextManager[Workers]]


@pytest.fixture
def start_workers(tmp_path_factory) -> Start:
    """`start_workers(number)`: a context with that many workers, all there."""

    @contextmanager
    def start(number: int = 3, folder: Path | None = None) -> Iterator[Workers]:
        from distributed import Client, LocalCluster

        folder = folder or tmp_path_factory.mktemp("elsewhere")
        # Pages on a free port: tests run beside each other, and on 8787 there may be another cluster.
        pages: Any = {"dashboard_address": None, "scheduler_kwargs": {"dashboard_address": "127.0.0.1:0"}}
        made: Any = LocalCluster(n_workers=0, threads_per_worker=1, **pages)
        with made as cluster:
            address = cluster.scheduler_address
            command = [sys.executable, "-m", "distributed.cli.dask_worker", address]
            options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--death-timeout", "60"]
            processes = [
                subprocess.Popen([*command, *options], cwd=folder, stderr=subprocess.DEVNULL) for _ in range(number)
            ]
            try:
                with Client(address, set_as_default=False) as client:
                    client.wait_for_workers(number, timeout=120)
                yield Workers(address, processes)
            finally:
                for process in processes:
                    process.terminate()
                deadline = time.monotonic() + 30
                for process in processes:
                    process.wait(max(1, deadline - time.monotonic()))

    return start
