"""The run folder: names of its files, what a row of each holds, and what is compared.

`write.py` is the only writer of these files and `read.py` the only reader; `tables.py` says what every column holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

# 1: genrelab 0.1. 2: cells carry the fingerprint of their run; the audit, the setting and the TOML are kept.
FORMAT = 2
CELLS, TRAINING, REPORT, LEARNING = "cells", "training", "report", "learning"
IDENTITY, INFO, AUDIT, EXPERIMENT, AUGMENTED = (
    "identity.json",
    "run.json",
    "audit.json",
    "experiment.toml",
    "augmented.png",
)
KEYS = ["feature_set", "model", "balance"]
SPLIT = ["repeat", "fold"]
TUNED = " tuned"  # what the name of a model ends in whose parameters every fold chose for itself
WITHOUT = "; measured without"  # what a note ends in that names what a feature set lacks in this catalogue
TRIVIAL = "trivial:"  # what the model of a trivial rule begins with
ZERO_SHOT = f"{TRIVIAL}zero_shot_"  # and that of a rule which asks an encoder of pictures for genres in words
ENCODER = "encoder"  # the "model" of rows about an encoding, such as the variance that components explain
TOP_WORD = (
    "top_word"  # the "metric" of a word that an encoding chose; its value is the share of training titles with it
)
CHOSEN = "chosen"  # the "metric" of what a search inside the training rows chose; its "label" says what
FAILED = "failed"  # the "metric" of a cell that could not be fitted; its "label" says why

Rows = list[tuple[str, str | None, float]]


@dataclass(frozen=True, eq=False)
class Cell:
    """What is compared: one model with one balancing on one feature set, fitted on every fold.

    Two cells are the same when a table shows them alike, so one read from a table equals the one that was measured.

    Parameters
    ----------
    feature_set : str
        `-` for a trivial rule.
    model : str
        A recipe's name, or, read from a table, the name as tables show it.
    balance : str
    parameters : tuple of (name, value)
        Of the recipe, where they are not its defaults.
    search : tuple of (name, values)
        Parameters that every fold chooses inside its training rows, among these values.

    Examples
    --------
    >>> str(Cell("metadata", "rf", "none")), str(Cell("-", "trivial:majority", "none"))
    ('metadata · rf', 'trivial:majority')
    >>> cell = Cell("metadata", "rf", "smote", (("max_features", 4),))
    >>> list(cell), str(cell)
    (['metadata', 'rf(max_features=4)', 'smote'], 'metadata · rf(max_features=4) · smote')
    >>> cell == Cell("metadata", "rf(max_features=4)", "smote")
    True
    >>> str(Cell("metadata", "rf", "none", search=(("max_features", (2, 4)),)))
    'metadata · rf tuned'
    """

    feature_set: str
    model: str
    balance: str
    parameters: tuple[tuple[str, Any], ...] = ()
    search: tuple[tuple[str, tuple[Any, ...]], ...] = ()

    @property
    def name(self) -> str:
        """The model as tables show it: `rf`; `rf(max_features=4)` with other parameters, `rf tuned` with a search."""
        model = f"{self.model}{TUNED}" if self.search else self.model
        if not self.parameters:
            return model
        return f"{model}({','.join(f'{key}={value}' for key, value in self.parameters)})"

    @property
    def key(self) -> tuple[str, str, str]:
        """What the columns `KEYS` hold."""
        return self.feature_set, self.name, self.balance

    @property
    def trivial(self) -> bool:
        """Whether it is a rule that looks at no feature."""
        return self.model.startswith(TRIVIAL)

    def __iter__(self) -> Iterator[str]:
        return iter(self.key)

    def __getitem__(self, place: int) -> str:
        return self.key[place]

    def __len__(self) -> int:
        return len(self.key)

    def __lt__(self, other: "Cell") -> bool:
        return self.key < other.key

    def __eq__(self, other: object) -> bool:
        return self.key == (other.key if isinstance(other, Cell) else other)

    def __hash__(self) -> int:
        return hash(self.key)

    def __str__(self) -> str:
        return " · ".join(part for part, empty in zip(self.key, ("-", "", "none"), strict=True) if part != empty)


Configuration = Cell


@dataclass(frozen=True, eq=False)
class Split:
    """Rows to train on and rows to test on; no group is on both sides.

    Parameters
    ----------
    repeat, fold : int
        Together they name the split.
    train, test : ndarray of int64
        Positions of titles, ascending.
    name : str
        What a reader calls it, as in "1980s to 2010s"; empty for plain folds.
    """

    repeat: int
    fold: int
    train: np.ndarray
    test: np.ndarray
    name: str = ""

    def __str__(self) -> str:
        return f"fold {self.fold}" if self.repeat == 0 else f"repeat {self.repeat} fold {self.fold}"


@dataclass(frozen=True)
class Check:
    """One check of an audit: its name, how it ended, and what was seen.

    Parameters
    ----------
    name : str
    status : {"passed", "failed", "not run"}
    evidence : str
        Sentences with numbers; for `not run`, why.
    """

    name: str
    status: str
    evidence: str

    @property
    def failed(self) -> bool:
        """Whether it found a leak."""
        return self.status.strip().lower() in ("fail", "failed", "error")
