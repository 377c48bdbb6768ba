"""The tables of a run folder: type and meaning of every column. docs/run-folder.md is made from them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from .format import AUDIT, AUGMENTED, CELLS, EXPERIMENT, IDENTITY, INFO, LEARNING, REPORT, TRAINING


@dataclass(frozen=True)
class Table:
    """A parquet file of the run folder: its name, what one row is, and the type and meaning of every column."""

    file: str
    row: str
    columns: Mapping[str, tuple[pa.DataType, str]]
    prefix: str | None = None  # of further columns, lists of text
    later: tuple[str, ...] = ()  # columns that earlier versions did not write

    @property
    def schema(self) -> pa.Schema:
        """The columns as parquet stores them."""
        return pa.schema([(name, kind) for name, (kind, _) in self.columns.items()])

    def completed(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A frame with the columns that earlier versions did not write, empty where it lacks them."""
        lacking = [name for name in self.later if name not in frame]
        return frame.assign(
            **{name: np.nan if pa.types.is_floating(self.columns[name][0]) else None for name in lacking}
        )


_TEXT, _CODED = pa.string(), pa.dictionary(pa.int32(), pa.string())
_NAMES = {
    "experiment": "name of the experiment",
    "feature_set": "name of the feature set; `-` for a trivial rule",
    "model": "the model as tables show it; a trivial rule begins with `trivial:`",
    "balance": "balancing strategy; `none` without one",
}
_PLACE = {
    "repeat": (pa.int64(), "which draw of the folds, from 0"),
    "fold": (pa.int64(), "which fold of the draw, from 0"),
}


def _names(kind: pa.DataType, *left_out: str) -> dict[str, tuple[pa.DataType, str]]:
    return {name: (kind, words) for name, words in _NAMES.items() if name not in left_out}


RESULTS = Table(
    "results.parquet",
    "one metric of one cell on one fold; a cell that could not be fitted has one row with the metric `failed`",
    {
        **_names(_TEXT),
        **_PLACE,
        "metric": (_TEXT, "name of the metric, such as `f1_macro`"),
        "label": (
            _TEXT,
            "the genre of a per-genre metric; null for the whole set; the reason where the cell failed; what a search "
            "chose, where the metric is `chosen`",
        ),
        "value": (pa.float64(), "the value; NaN where it is not defined"),
        "fit_seconds": (pa.float64(), "time of the fit, seconds; null for rows about an encoding and failed cells"),
        "predict_seconds": (pa.float64(), "time of the prediction of the test titles, seconds"),
    },
)
PREDICTIONS = Table(
    "predictions.parquet",
    "one label of one test title by one cell: all scores are out of fold",
    {
        **_names(_CODED),
        **_PLACE,
        "imdb_id": (_TEXT, "the title"),
        "label": (_CODED, "the genre"),
        "truth": (pa.uint8(), "1 where the title has the genre"),
        "score": (pa.float32(), "the probability the model gives, 0 to 1"),
        "predicted": (pa.uint8(), "1 where the model gives the genre, by its own thresholds"),
    },
)
TITLES = Table(
    "titles.parquet",
    "one title of the run, in the order of the catalogue; `genres_*` columns hold what each source says",
    {
        "imdb_id": (_TEXT, "key of the title"),
        "title": (_TEXT, "its name"),
        "year": (pa.int64(), "year of release"),
        "kind": (_TEXT, "`movie` or `series`"),
        "poster": (_TEXT, "absolute path of the poster; null without one"),
        "labels": (pa.list_(_TEXT), "its genres in this run"),
        "red": (pa.float32(), "red of the poster's dominant colour, 0 to 255; null without a poster"),
        "green": (pa.float32(), "its green"),
        "blue": (pa.float32(), "its blue"),
        "colours": (
            pa.list_(pa.float32()),
            "red, green, blue, red, … of its five top colours, most important first; null without a poster",
        ),
        "grey": (pa.bool_(), "whether the poster has no colour"),
        "group": (pa.int64(), "titles of one group are never on both sides of a split"),
    },
    prefix="genres_",
    later=("colours",),
)
CORRECTIONS = Table(
    "corrections.parquet",
    "one title whose labels a person decided; models learn from these; absent where nobody corrected anything",
    {
        "imdb_id": (_TEXT, "the title"),
        "genres": (pa.list_(_TEXT), "all its genres, as that person gave them"),
        "doubted": (pa.bool_(), "whether it was shown because a model doubted its labels: then it counts as no gain"),
        "added": (pa.bool_(), "whether it has no label of its own: then it only teaches, and is in no other table"),
    },
)
CURVES = Table(
    "curves.parquet",
    "one epoch of the training of one network on one fold; absent where no network was trained",
    {
        **_names(_TEXT),
        **_PLACE,
        "stage": (pa.int64(), "stage of the training, from 1"),
        "epoch": (pa.int64(), "epoch of the stage, from 1"),
        "loss": (pa.float64(), "mean training loss"),
        "accuracy": (
            pa.float64(),
            "share of the training titles that were right while the epoch ran, dropout and augmentation included; what "
            "is right, as below",
        ),
        "validation_loss": (pa.float64(), "mean loss on the titles held out for early stopping"),
        "validation_accuracy": (
            pa.float64(),
            "share of those titles with the right class; with several genres a title, of yes and no right at 0.5",
        ),
        "validation_f1": (
            pa.list_(pa.float64()),
            "F1 of every genre on those titles, in the order of the run's labels; decided by the study's threshold, or "
            "0.5; of classes by the most probable one",
        ),
        "monitor": (pa.float64(), "what chooses the epoch that is kept"),
        "learning_rate": (pa.float64(), "learning rate at the end of the epoch"),
        "seconds": (pa.float64(), "duration of the epoch, seconds"),
    },
    later=("accuracy", "validation_accuracy", "validation_f1"),
)
CONFORMAL = Table(
    "conformal.parquet",
    "one promise of genre sets of the best cell, for the whole or for one genre; only for multi-label folds",
    {
        **_names(_TEXT, "experiment"),
        "risk": (pa.float64(), "the share of misses that is promised not to be exceeded"),
        "scope": (_TEXT, "`title`: every title's whole set; `genre`: every genre for itself"),
        "label": (_TEXT, "the genre; null for the whole"),
        "titles": (pa.float64(), "titles that were measured"),
        "coverage": (pa.float64(), "measured share of genres that are in the set"),
        "low": (pa.float64(), "lower end of the 95 % interval of the coverage"),
        "high": (pa.float64(), "upper end"),
        "set_size": (pa.float64(), "mean number of genres in a set"),
        "all_found": (pa.float64(), "share of titles whose set holds all their genres (whole only)"),
        "listed": (pa.float64(), "share of titles whose set holds the genre (genres only)"),
        "precision": (pa.float64(), "share of those that have it (genres only)"),
    },
)
LEARNING_CURVE = Table(
    "learning.parquet",
    "one label of one test title by the leading cell fitted on a part of the training titles; only where the "
    "experiment asks for a learning curve. These fits are no configurations: no other table holds them",
    {
        **PREDICTIONS.columns,
        "share": (pa.float64(), "share of the fold's training groups that the fit had, below 1"),
        "trained_on": (pa.int64(), "titles in that share"),
        "fit_seconds": (pa.float64(), "time of the fit, seconds"),
    },
)
TABLES = (RESULTS, PREDICTIONS, TITLES, CORRECTIONS, CURVES, CONFORMAL, LEARNING_CURVE)

# Every key of run.json. identity.json holds those up to `limit`, written before the first fit.
INFO_KEYS = {
    "format": "version of the run folder, 2; absent in runs of genrelab 0.1",
    "fingerprint": "sha256 of all that decides the numbers: settings, versions, titles, labels, posters, folds",
    "experiment": "name of the experiment",
    "target": "what is predicted, as `[target]` of the experiment says",
    "split": "how titles are split",
    "seed": "the seed of every draw",
    "thresholds": "what chooses the thresholds, and the inner folds it uses",
    "feature_sets": "the features of every feature set, less those that hold nothing in this catalogue",
    "scale": "the scale of a shorter run; absent for the full one",
    "vectors": "name and sha256 of the word vectors, where a network reads them",
    "start": "what pretrained networks start from: `imagenet`, `random`, or the sha256 of weights.json",
    "versions": "versions of the packages that decide numbers",
    "limit": "size of the sample that was asked for; null for all titles",
    "filter": "the `[titles]` table of the experiment; absent where every title may take part",
    "corrections": "how many titles a person decided, and what changed; absent without corrections",
    "title": "title of the experiment",
    "question": "its question",
    "study": "the study it repeats; null without one",
    "allow": "what an audit would call a leak and the experiment uses on purpose",
    "cells": "every cell that was asked for: feature set, model, balancing, parameters, and what a search tries",
    "setting": "all that decides a fit, for `export` and `audit`: kind of target, labels, seed, thresholds, weights, "
    "scale, word vectors with their hash, feature sets",
    "kind": "`multilabel` or the single-label target",
    "labels": "the genres, in the order of every array",
    "support": "titles of each genre",
    "tie_share": "share of titles whose class was drawn among equals (single-label); null otherwise",
    "ceiling": "the accuracy that a rule knowing every genre would expect; null otherwise",
    "titles": "titles that took part",
    "groups": "groups of titles kept together",
    "counts": "titles of the catalogue, of the sample and without a label, and posters by status: what the run could "
    "not use",
    "splits": "repeat, fold, name, training and test titles of every split",
    "weights": "the words for the weights of every frozen network",
    "words": "what a reader calls the `models` and `features` of the run: `table` and `sentence` by name",
    "notes": "what a reader must know",
    "warnings": "what the fits warned of, and the cells that could not be fitted",
    "attribution": "whom the catalogue credits",
    "seconds": "wall time of every stage of the command that finished the run, seconds",
    "python": "version of Python",
}
FILES = {
    f"{CELLS}/*.npz": "one finished cell on one fold: `record` (JSON: fingerprint, metrics, notes, curves), `seconds`, "
    "`scores` and `predicted` (test titles × labels). The run continues from these",
    f"{CELLS}/*.failed.json": "a cell that could not be fitted: `fingerprint`, `reason`, `traceback`; the next "
    "`genrelab compare` tries it again",
    f"{TRAINING}/": "the state of a network's unfinished training",
    f"{LEARNING}/": "finished fits on parts of the training titles, files as in `cells/`; only with a learning curve",
    IDENTITY: "what makes the folder this run; another run is refused",
    EXPERIMENT: "the experiment's own TOML, as it was read; absent for an experiment made in Python",
    INFO: "all about the finished run; see below",
    AUDIT: "`checks`: name, status and evidence of every check of `genrelab audit`",
    AUGMENTED: "one poster as augmentation shows it to a network; only where a network augments",
    f"{REPORT}/": "the pages, made from all the other files",
}


def page() -> str:
    """The page docs/run-folder.md.

    Examples
    --------
    >>> page().splitlines()[0]
    '# The run folder'
    """
    lines = [
        "# The run folder",
        "",
        "`genrelab compare` writes one folder for each run, by default `artifacts/runs/EXPERIMENT`. Everything after "
        "it (report, audit, export, replication) reads this folder and nothing else of the run. Each file is whole or "
        "absent. A killed run continues from its finished cells and ends with the same bytes; a damaged cell is named "
        "and computed again, and any other damaged file is rebuilt by the same `genrelab compare`.",
        "",
        "| file | holds |",
        "|---|---|",
        *(f"| `{name}` | {words} |" for name, words in FILES.items()),
        *(f"| `{table.file}` | a row is {table.row} |" for table in TABLES),
    ]
    for table in TABLES:
        lines += [
            "",
            f"## {table.file}",
            "",
            f"A row is {table.row}.",
            "",
            "| column | type | meaning |",
            "|---|---|---|",
        ]
        lines += [f"| `{name}` | {_type(kind)} | {words} |" for name, (kind, words) in table.columns.items()]
        if table.prefix:
            lines.append(f"| `{table.prefix}*` | list of text | the genres by each source; null where it has none |")
    lines += ["", f"## {INFO}", "", "| key | meaning |", "|---|---|"]
    lines += [f"| `{key}` | {words} |" for key, words in INFO_KEYS.items()]
    return "\n".join(lines) + "\n"


def _type(kind: pa.DataType) -> str:
    if pa.types.is_dictionary(kind):
        return "text, coded"
    if pa.types.is_list(kind):
        return "list of text" if kind.value_type == _TEXT else "list of numbers"
    return "text" if pa.types.is_string(kind) else str(kind)
