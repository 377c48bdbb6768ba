"""What a classifier's parameters make of a network's study: its training, its options, its identity."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from .architecture import TEXT, Network, Training
from .inputs.readers import TEXT_OPTIONS


def find_network(network: str | Network) -> Network:
    """The network of a name, or the one given.

    Raises
    ------
    ValueError
        For an unknown name; the message lists the known ones.
    """
    if isinstance(network, Network):
        return network
    from .registry import NETWORKS

    if network not in NETWORKS:
        raise ValueError(f"network: expected one of {', '.join(NETWORKS)}, found {network!r}")
    return NETWORKS[network]


def plan_training(
    training: Training,
    *,
    epochs: int | None = None,
    batch_size: int | None = None,
    learning_rate: float | None = None,
    patience: int | None = None,
) -> Training:
    """A study's training with what is not None in place of its own, epochs and rate in every stage.

    Raises
    ------
    ValueError
        When a number is out of range.

    Examples
    --------
    >>> from genrelab.models.networks.architecture import Stage
    >>> plan_training(Training((Stage(50, 0.01), Stage(20, 0.001))), epochs=2).stages[1]
    Stage(epochs=2, learning_rate=0.001, freeze=None)
    """
    for name, value, least in (("epochs", epochs, 1), ("batch_size", batch_size, 1), ("patience", patience, 0)):
        if value is not None and value < least:
            raise ValueError(f"{name}: expected None or at least {least}, found {value}")
    if learning_rate is not None and not learning_rate > 0:
        raise ValueError(f"learning_rate: expected None or a number above 0, found {learning_rate}")
    changed: dict[str, Any] = {}
    if epochs is not None:
        changed["epochs"] = epochs
    if learning_rate is not None:
        changed["learning_rate"] = learning_rate
    return replace(
        training,
        stages=tuple(replace(stage, **changed) for stage in training.stages),
        batch_size=training.batch_size if batch_size is None else batch_size,
        patience=training.patience if patience is None else patience,
    )


def plan_options(network: Network, given: Mapping[str, Any] | None, weights: str) -> dict[str, Any]:
    """Options of a network's builder, the given ones in place of its own.

    Raises
    ------
    ValueError
        For an option that the network does not have.
    """
    options = dict(network.options)
    known = {*options, *(TEXT_OPTIONS if network.reads == TEXT else ())}
    for name, value in (given or {}).items():
        if name not in known:
            raise ValueError(f"network {network.name}: unknown option {name!r}; it has {', '.join(sorted(known))}")
        options[name] = value
    if {"start", "weights"} & set(options) and "weights" not in (given or {}):
        options["weights"] = weights
    return options


def identity(network: Network, training: Training, settings: Mapping[str, Any], *arrays: Any) -> str:
    """A hash of all that decides the weights of a training.

    Parameters
    ----------
    network : Network
    training : Training
    settings : mapping
        Numbers, texts and lists.
    *arrays : ndarray or list
        Inputs, targets, weights and rows.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    stages = [[stage.epochs, stage.learning_rate, _name(stage.freeze)] for stage in training.stages]
    plan = {**asdict(replace(training, stages=())), "stages": stages}
    about = {"network": network.name, "build": _name(network.build), "training": plan, **settings}
    found = hashlib.sha256(json.dumps(about, sort_keys=True, default=_text).encode())
    for part in arrays:
        if isinstance(part, np.ndarray):
            found.update(f"{part.dtype}{part.shape}".encode())
            found.update(np.ascontiguousarray(part).view(np.uint8).data if part.size else b"")  # pyright: ignore[reportArgumentType]
        else:
            found.update(json.dumps(part, default=_text).encode())
    return found.hexdigest()


def _name(function: Any) -> str | None:
    return None if function is None else f"{function.__module__}.{function.__qualname__}"


def _text(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return [str(value.dtype), list(value.shape), hashlib.sha256(np.ascontiguousarray(value).data).hexdigest()]
    return value.item() if isinstance(value, np.generic) else str(value)
