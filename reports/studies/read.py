"""What the five studies printed, from one TOML file a study: claims to set beside our own numbers, never targets."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from ..evaluation.intervals import FiveNumbers


@dataclass(frozen=True)
class Rerun:
    """Which cell of which shipped experiment stands for a system.

    Attributes
    ----------
    experiment : str
    feature_set, model : str
        A feature set that ends in `*` stands for all that begin so, one line each; a model that ends in `*` for the
        best of those that begin so.
    metric : str
        The one the study's number is set beside.
    balance : str
    selection : str
        Which splits count: `all`; of a decades run `same decade` or `other decade`; or those of one name, such as
        `films to series`.
    printed : str
        The name of a further printed number to compare with, in place of the main one.
    """

    experiment: str
    feature_set: str
    model: str
    metric: str
    balance: str = "none"
    selection: str = "all"
    printed: str = ""


@dataclass(frozen=True)
class StudySystem:
    """One system of a study.

    Attributes
    ----------
    name : str
        Study, then system: `S1-RF`.
    description : str
    metric : str or None
        As in results.parquet; None where the study names no averaging.
    printed : float or None
        The one number to set beside ours; None where the study printed none.
    spread : FiveNumbers or None
        Over the study's folds.
    others : mapping of name to float
        Further printed numbers.
    note : str
        What re-deriving the study's own tables showed.
    reruns : tuple of Rerun
    """

    name: str
    description: str
    metric: str | None = None
    printed: float | None = None
    spread: FiveNumbers | None = None
    others: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    reruns: tuple[Rerun, ...] = ()


@dataclass(frozen=True)
class Study:
    """A study: its key (`S1`), title, what it is about, and its systems in its own order."""

    key: str
    title: str
    about: str
    systems: tuple[StudySystem, ...]


@cache
def studies() -> tuple[Study, ...]:
    """The studies in the order of their keys.

    Examples
    --------
    >>> [study.key for study in studies()]
    ['S1', 'S2', 'S3', 'S4', 'S5']
    """
    folder = files("genrelab.reports.studies")
    texts = [entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return tuple(sorted((_study(tomllib.loads(text)) for text in texts), key=lambda study: study.key))


def systems() -> dict[str, StudySystem]:
    """Every system by its name.

    Examples
    --------
    >>> systems()["S1-RF"].printed
    0.424
    """
    return {system.name: system for study in studies() for system in study.systems}


def printed_by_model(experiment: str) -> dict[str, StudySystem]:
    """The systems with a printed spread over folds that an experiment reruns, by the model of the rerun.

    Examples
    --------
    >>> printed_by_model("feature_table")["rf tuned"].name
    'S1-RF'
    """
    return {
        rerun.model: system
        for system in systems().values()
        for rerun in system.reruns
        if system.spread is not None and rerun.experiment == experiment
    }


def _study(content: Mapping[str, Any]) -> Study:
    return Study(content["key"], content["title"], content["about"], tuple(map(_system, content["systems"])))


def _system(content: Mapping[str, Any]) -> StudySystem:
    spread = content.get("spread")
    given = dict(content) | {
        "spread": None if spread is None else FiveNumbers(*spread),
        "reruns": tuple(Rerun(**rerun) for rerun in content.get("reruns", ())),
    }
    return StudySystem(**given)
