"""Workers on other machines: a Dask cluster by its address, and the proof that its workers see what the run needs."""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import joblib

__all__ = ["ClusterError", "active_client", "check_sight", "use_cluster"]

FIRST_WORKER_SECONDS = 60
_CLIENT: ContextVar[Any] = ContextVar("client", default=None)


class ClusterError(ValueError):
    """An address that names no cluster, or a worker that does not see what the run needs; the message says which."""


@contextmanager
def use_cluster(address: str | None, writes: Sequence[Path], reads: Sequence[Path] = ()) -> Iterator[None]:
    """Let joblib's parallel work, and the work of `genrelab.pipeline.cluster`, run on a cluster.

    Parameters
    ----------
    address : str or None
        `tcp://HOST:PORT` of a Dask scheduler, or `local:N` for N worker processes of one thread on this machine. None
        leaves the work in this machine's processes.
    writes : sequence of Path
        Folders in which every worker must see what others write: the run's, and the feature cache.
    reads : sequence of Path
        Files and folders that every worker must be able to read.

    Raises
    ------
    ClusterError
        When the address has another form, no scheduler answers, no worker comes, or one does not see a path.

    Examples
    --------
    >>> with use_cluster(None, [Path("artifacts/runs/a")]):
    ...     joblib.Parallel(1)(joblib.delayed(abs)(number) for number in (-1, 2))
    [1, 2]
    """
    if address is None:
        yield
        return
    kind, _, count = address.partition(":")
    if kind not in ("tcp", "tls", "local") or (kind == "local" and not (count.isdigit() and int(count))):
        raise ClusterError(f"cluster: expected tcp://HOST:PORT or local:N, got {address!r}")
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise ClusterError("cluster: expected dask.distributed; pip install 'genrelab[cluster]' installs it") from None
    machines = None
    if kind == "local":
        # No dashboard; the scheduler's own pages take a free port here: on 8787 there may be another cluster.
        pages: Any = {"dashboard_address": None, "scheduler_kwargs": {"dashboard_address": "127.0.0.1:0"}}
        machines = LocalCluster(int(count), threads_per_worker=1, **pages)
    try:
        try:
            client = Client(machines or address, timeout=FIRST_WORKER_SECONDS, set_as_default=True)
            client.wait_for_workers(1, timeout=FIRST_WORKER_SECONDS)
        except (OSError, TimeoutError, ValueError) as error:
            raise ClusterError(f"cluster: no workers at {address}: {error}") from None
        with client:
            for folder in writes:
                check_sight(client, folder, reads)
            token = _CLIENT.set(client)
            try:
                with joblib.parallel_config("dask"):
                    yield
            finally:
                _CLIENT.reset(token)
    finally:
        if machines is not None:
            machines.close()


def active_client() -> Any:
    """The connection that `use_cluster` holds open here; None without one.

    Examples
    --------
    >>> active_client() is None
    True
    """
    return _CLIENT.get()


def check_sight(client: Any, folder: Path, reads: Sequence[Path] = ()) -> None:
    """Prove that every worker sees a folder of results and the paths that it reads, before any work begins.

    A token is written into the folder here and read by each worker; each worker writes one of its own, which is read
    here. So a folder of the same name on another machine does not pass.

    Parameters
    ----------
    client : distributed.Client
    folder : Path
    reads : sequence of Path

    Raises
    ------
    ClusterError
        Naming the worker and the path.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    token = secrets.token_hex(8)
    ours = folder / f".sight-{token}"
    paths = [path.absolute() for path in reads]
    try:
        ours.write_text(token, encoding="utf-8")
        answers = client.run(_look, str(folder), token, [str(path) for path in paths])
        for worker, (trouble, name) in answers.items():
            theirs = None if name is None else folder / name
            if trouble is None and (theirs is None or not theirs.is_file() or theirs.read_text("utf-8") != token):
                trouble = f"what it writes into {folder} is not seen here"
            if trouble is not None:
                raise ClusterError(
                    f"cluster: the worker {worker} cannot take part: {trouble}. Every worker needs the run's folder, "
                    "the feature cache, the catalogue, the posters and the weights under the same paths"
                )
    finally:
        for leftover in folder.glob(f".sight-{token}*"):
            leftover.unlink(missing_ok=True)


def _look(folder: str, token: str, reads: list[str]) -> tuple[str | None, str | None]:
    """What this worker does not see, if anything, and the name of the token that it wrote."""
    try:
        if (Path(folder) / f".sight-{token}").read_text("utf-8") != token:
            return f"another folder lies at {folder}", None
        name = f".sight-{token}-{secrets.token_hex(4)}"
        (Path(folder) / name).write_text(token, encoding="utf-8")
    except OSError as error:
        return f"it does not see the folder {folder} ({error.strerror})", None
    for path in reads:
        if not os.access(path, os.R_OK):
            return f"it cannot read {path}", name
    return None, name
