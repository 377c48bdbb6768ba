"""A tracking server of MLflow: whether it answers, and one run written to it."""

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import isfinite
from typing import Any
from urllib.parse import urlsplit

__all__ = ["check_server", "client_of", "log", "write_run"]

_PORTS = {"http": 80, "https": 443}
_LONGEST = 500  # characters of a parameter's value that every version of MLflow takes


def check_server(uri: str) -> None:
    """Raise unless MLflow is installed and, for a server, something listens there: before any work is done.

    Parameters
    ----------
    uri : str
        `http://HOST:PORT`, or anything else that MLflow takes, such as `sqlite:///mlflow.db`.

    Raises
    ------
    ImportError
        Without MLflow; the sentence says what to install.
    ConnectionError
        When nothing listens.
    ValueError
        When the address has no host.

    Examples
    --------
    >>> check_server("http://")
    Traceback (most recent call last):
        ...
    ValueError: --mlflow: expected an address such as http://127.0.0.1:5000, got 'http://'
    """
    parts = urlsplit(uri)
    if not parts.scheme or (parts.scheme in _PORTS and not parts.hostname):
        raise ValueError(f"--mlflow: expected an address such as http://127.0.0.1:5000, got {uri!r}")
    if parts.scheme in _PORTS:
        try:
            place = (parts.hostname or "", parts.port or _PORTS[parts.scheme])
            socket.create_connection(place, timeout=10).close()
        except (OSError, ValueError) as fault:
            raise ConnectionError(f"--mlflow {uri}: no MLflow server answers there ({fault})") from None
    _mlflow()


def client_of(uri: str) -> Any:
    """A client of the server; nothing of MLflow's global state is changed.

    Parameters
    ----------
    uri : str

    Returns
    -------
    mlflow.MlflowClient
    """
    return _mlflow().MlflowClient(tracking_uri=uri, registry_uri=uri)


@contextmanager
def write_run(
    client: Any, experiment: str, name: str, tags: Mapping[str, str], parent: str | None = None
) -> Iterator[str]:
    """Open one run on the server, and close it as finished, or as failed.

    Parameters
    ----------
    client : mlflow.MlflowClient
    experiment : str
        Made if it is not there.
    name : str
        Of the run.
    tags : mapping
    parent : str, optional
        Id of the run that this one stands below.

    Yields
    ------
    str
        The run's id.
    """
    found = client.get_experiment_by_name(experiment)
    place = found.experiment_id if found is not None else client.create_experiment(experiment)
    below = {"mlflow.parentRunId": parent} if parent else {}
    identity = client.create_run(place, run_name=name, tags={**tags, **below}).info.run_id
    try:
        yield identity
    except BaseException:
        client.set_terminated(identity, "FAILED")
        raise
    client.set_terminated(identity, "FINISHED")


def log(client: Any, identity: str, parameters: Mapping[str, Any], metrics: Mapping[str, float]) -> None:
    """Write parameters and metrics of a run; a metric that is no number is left out.

    Parameters
    ----------
    client : mlflow.MlflowClient
    identity : str
        The run's id.
    parameters : mapping
    metrics : mapping of str to float
    """
    for name, value in parameters.items():
        client.log_param(identity, name, str(value)[:_LONGEST])
    for name, value in metrics.items():
        if value is not None and isfinite(value):
            client.log_metric(identity, name, float(value))


def _mlflow() -> Any:
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # genrelab asks for no connection but the named one
    try:
        import mlflow
    except ImportError as fault:
        if fault.name != "mlflow":
            raise
        raise ImportError(
            "--mlflow needs MLflow, which is not installed; run: pip install 'genrelab[mlflow]'"
        ) from None
    return mlflow
