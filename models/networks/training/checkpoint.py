"""The state of a training in one file, which is either the old state or the new one."""

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ....features.files import replacing

FILE = "training.npz"


@dataclass
class State:
    """Where a training stands.

    Parameters
    ----------
    history : list of dict
        One entry an epoch.
    lost : list of int
        Rows whose poster could not be read.
    model, optimizer : list of ndarray
        Variables after the last epoch; empty when the training is finished.
    best : list of ndarray
        The model's variables after the best epoch.
    finished : bool
    """

    history: list[dict[str, Any]] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    model: list[np.ndarray] = field(default_factory=list)
    optimizer: list[np.ndarray] = field(default_factory=list)
    best: list[np.ndarray] = field(default_factory=list)
    finished: bool = False


def write_state(folder: str | Path, identity: str, state: State) -> None:
    """Write a training's state in place of the one before.

    Parameters
    ----------
    folder : path
        Made if need be.
    identity : str
        Of the training; only the same one reads the state back.
    state : State
    """
    best_is_last = bool(state.best) and state.best is state.model
    about = {
        "identity": identity,
        "history": state.history,
        "lost": state.lost,
        "finished": state.finished,
        "best_is_last": best_is_last,
    }
    arrays = {"about": np.array(json.dumps(about))}
    for name, own in (("model", state.model), ("optimizer", state.optimizer), ("best", state.best)):
        if name != "best" or not best_is_last:
            arrays |= {f"{name}_{place:05d}": array for place, array in enumerate(own)}
    with replacing(Path(folder) / FILE) as temporary:
        np.savez(temporary, **arrays)  # pyright: ignore[reportArgumentType]


def read_state(folder: str | Path, identity: str) -> State | None:
    """Read a training's state.

    Parameters
    ----------
    folder : path
    identity : str

    Returns
    -------
    State or None
        None when there is none, or it is another training's, or the file is damaged.

    Examples
    --------
    >>> read_state("/no/such/folder", "any") is None
    True
    """
    path = Path(folder) / FILE
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            about = json.loads(str(stored["about"]))
            if about["identity"] != identity:
                return None
            parts = {
                name: _ordered(stored, [key for key in stored.files if key.startswith(f"{name}_")])
                for name in ("model", "optimizer", "best")
            }
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError):
        return None
    state = State(about["history"], about["lost"], parts["model"], parts["optimizer"], parts["best"], about["finished"])
    if about["best_is_last"]:
        state.best = state.model
    return state


def _ordered(stored: Any, keys: Sequence[str]) -> list[np.ndarray]:
    return [stored[key] for key in sorted(keys)]
