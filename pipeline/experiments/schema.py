"""What an experiment file may say: every key with what is expected of it, and the line a wrong word stands on."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...features.plugins import did_you_mean
from ...models.balance.strategies import STRATEGIES
from ..catalog.genres import SOURCES


class ExperimentError(ValueError):
    """An experiment file that cannot be run; the message says where and what was expected."""


@dataclass(frozen=True)
class Key:
    """What one key holds.

    Parameters
    ----------
    words : str
        What is expected, as in "expected ...".
    fits : callable
        Whether a value is that.
    known : tuple of str
        Where the value is one of a few words: which.
    """

    words: str
    fits: Callable[[Any], bool]
    known: tuple[str, ...] = ()


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _whole(least: int) -> Key:
    return Key(f"a whole number of at least {least}", lambda value: _is_whole(value) and value >= least)


def _one_of(*words: str) -> Key:
    return Key(f"one of {', '.join(words)}", lambda value: isinstance(value, str) and value in words, words)


def _above(low: float, most: float | None = None) -> Key:
    words = f"a number above {low:g}" + ("" if most is None else f" and at most {most:g}")
    return Key(words, lambda value: _is_number(value) and value > low and (most is None or value <= most))


def _texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) and item for item in value)


def _lists(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(item, list) and item for item in value.values())


def _years(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_whole, value)) and value[0] <= value[1]


TEXT = Key("text", lambda value: isinstance(value, str))
TEXTS = Key("a list of one or more texts", _texts)
FLAG = Key("true or false", lambda value: isinstance(value, bool))
TABLE = Key("a table", lambda value: isinstance(value, dict))
TABLES = Key("one or more [[grid]] tables", lambda value: isinstance(value, list) and all(map(TABLE.fits, value)))
DECADES = Key(
    "a list of decades such as [1990, 2000]",
    lambda value: isinstance(value, list) and all(_is_whole(item) and item % 10 == 0 for item in value),
)
# What an audit would call a leak and an experiment may use on purpose.
ALLOWED = ("after_release", "genre_names")

TOP: dict[str, Key] = {
    "title": TEXT,
    "question": TEXT,
    "study": TEXT,
    "seed": _whole(0),
    "learning_curve": FLAG,
    "allow": Key(
        f"a list of some of {', '.join(ALLOWED)}",
        lambda value: isinstance(value, list) and all(item in ALLOWED for item in value),
        ALLOWED,
    ),
    "target": TABLE,
    "titles": TABLE,
    "split": TABLE,
    "thresholds": TABLE,
    "feature_sets": TABLE,
    "grid": TABLES,
    "scale": TABLE,
}
TARGET: dict[str, Key] = {
    "name": _one_of("multilabel", "top_k", "custom", "primary"),
    "source": _one_of(*SOURCES),
    "min_support": _whole(1),
    "top": _whole(1),
    "labels": TEXTS,
    "exclusive": FLAG,
    "drop": TEXTS,
}
TITLES: dict[str, Key] = {
    "kind": _one_of("movie", "series"),
    "years": Key("two years, the first and the last, such as [1990, 1999]", _years),
    "language": Key(
        "a language of two letters, such as 'en', or a list of them",
        lambda value: (isinstance(value, str) and bool(value)) or _texts(value),
    ),
    "min_votes": _whole(0),
    "where": Key("a condition such as 'runtime >= 60'", lambda value: isinstance(value, str) and bool(value.strip())),
}
SPLIT: dict[str, Key] = {
    "kind": _one_of("kfold", "holdout", "temporal", "decades", "kinds"),
    "folds": _whole(2),
    "repeats": _whole(1),
    "train_decades": DECADES,
    "test_decades": DECADES,
    "test_size": Key("a share between 0 and 1", lambda value: _is_number(value) and 0 < value < 1),
    "equal_train": FLAG,
}
THRESHOLDS: dict[str, Key] = {
    "objective": TEXT,
    "inner_folds": Key(
        "0 or a whole number of at least 2", lambda value: _is_whole(value) and value != 1 and value >= 0
    ),
}
GRID: dict[str, Key] = {
    "feature_sets": TEXTS,
    "models": TEXTS,
    "balance": Key(
        f"a list of some of {', '.join(STRATEGIES)}",
        lambda value: _texts(value) and all(item in STRATEGIES for item in value),
        tuple(STRATEGIES),
    ),
    "parameters": Key(
        "a table of lists, one or more values a parameter",
        _lists,
    ),
    "search": Key(
        "true, or a table of lists, one or more values a parameter",
        lambda value: isinstance(value, bool) or (_lists(value) and bool(value)),
    ),
}
SCALE: dict[str, Key] = {
    "titles": _whole(1),
    "folds": _whole(2),
    "epochs": _whole(1),
    "batch_size": _whole(1),
    "shrink": _above(0, 1),
    "parameters": GRID["parameters"],
}
NEEDED = ("title", "target", "feature_sets", "grid")


class File:
    """One experiment file: its text, for the lines of messages.

    Parameters
    ----------
    name : str
        As messages name it.
    text : str
        TOML.

    Examples
    --------
    >>> File("my.toml", "[split]\\nfolds = 1").check("split", {"folds": 1}, SPLIT)
    Traceback (most recent call last):
    ...
    genrelab.pipeline.experiments.schema.ExperimentError: my.toml, line 2: split.folds: expected a whole number of \
at least 2, got 1
    """

    def __init__(self, name: str, text: str = ""):
        self.name, self.text = name, text

    def error(self, path: Sequence[str | int], problem: str) -> ExperimentError:
        """An error about what stands at a path of keys, such as `("grid", 0, "models")`."""
        line = line_of(self.text, path)
        shown = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
        return ExperimentError(
            f"{self.name}{f', line {line}' if line else ''}: {f'{shown}: ' if shown else ''}{problem}"
        )

    def check(self, place: str, found: Any, keys: Mapping[str, Key], *more: str | int) -> None:
        """Hold a table's keys and values against a schema; `place` and `more` are the path of the table."""
        path: list[str | int] = [part for part in (place, *more) if part != ""]
        if not isinstance(found, dict):
            raise self.error(path, f"expected a table, got {found!r}")
        for name, value in found.items():
            if name not in keys:
                raise self.error(
                    [*path, name], f"unknown key; known are {', '.join(sorted(keys))}{did_you_mean(name, list(keys))}"
                )
            key = keys[name]
            if not key.fits(value):
                wrong = value
                if isinstance(value, list) and key.known:
                    wrong = next((item for item in value if item not in key.known), value)
                meant = f"; did you mean [{value!r}]?" if value in key.known else did_you_mean(wrong, key.known)
                raise self.error([*path, name], f"expected {key.words}, got {wrong!r}{meant}")


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """The line, from 1, on which a path of keys stands in a TOML text, or the nearest table around it.

    Examples
    --------
    >>> line_of("[[grid]]\\nmodels = []\\n[[grid]]\\nmodels = [1]", ("grid", 1, "models"))
    4
    """
    table: list[str | int] = []
    counts: dict[str, int] = {}
    nearest, depth = None, 0
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*(\[\[?)\s*([^\]]+?)\s*\]", line)
        key = re.match(r"\s*(\"[^\"]*\"|'[^']*'|[\w.-]+)\s*=", line)
        if header and (header[1] == "[[" or "=" not in line):
            parts: list[str | int] = [part.strip().strip("\"'") for part in header[2].split(".")]
            first = str(parts[0])
            if header[1] == "[[":
                counts[first] = counts.get(first, -1) + 1
            table = [first, counts[first], *parts[1:]] if first in counts else parts
            here = table
        elif key:
            here = [*table, *(part.strip("\"'") for part in ([key[1]] if key[1][0] in "\"'" else key[1].split(".")))]
        else:
            continue
        if len(here) > depth and list(path[: len(here)]) == here:
            nearest, depth = number, len(here)
    return nearest
