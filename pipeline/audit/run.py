"""A finished run as its audit reads it: its titles, its features, and what it trained on and tested."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from ..catalog.table import Catalog
from ..experiments.splits import Split, make_splits


class AuditError(ValueError):
    """What was given cannot be audited; the message says why."""


@dataclass(frozen=True)
class Run:
    """What an audit reads of a finished run; see `read_run`."""

    folder: Path
    about: dict[str, Any]
    results: pd.DataFrame
    titles: pd.DataFrame

    @property
    def feature_sets(self) -> Mapping[str, list[str]]:
        """The feature sets that were measured."""
        measured = set(self.results["feature_set"])
        return {name: specs for name, specs in self.about["feature_sets"].items() if name in measured}


def read_run(folder: Path) -> Run:
    """Read what an audit needs of a finished run.

    Raises
    ------
    AuditError
        When a file of a finished run is missing.
    """
    for name in ("run.json", "results.parquet", "predictions.parquet", "titles.parquet"):
        if not (folder / name).exists():
            raise AuditError(f"expected a finished run in {folder}, found no {name}; run `genrelab compare`")
    about = json.loads((folder / "run.json").read_text("utf-8"))
    return Run(folder, about, pd.read_parquet(folder / "results.parquet"), pd.read_parquet(folder / "titles.parquet"))


def titles_of(run: Run, catalog: Catalog) -> Catalog:
    """The rows of a catalogue that took part in a run, in the run's order.

    Raises
    ------
    AuditError
        When the catalogue lacks titles of the run.
    """
    position = pd.Index(catalog.titles["imdb_id"]).get_indexer(run.titles["imdb_id"])
    if (position < 0).any():
        absent = run.titles["imdb_id"][position < 0].tolist()
        raise AuditError(
            f"{run.folder}: expected its {len(position)} titles in the catalogue, found {len(absent)} missing, "
            f"such as {absent[0]}"
        )
    return catalog.take(position)


def run_splits(run: Run) -> list[Split]:
    """What a run trained on and tested.

    The splits that its settings give, if they test the rows that the run tested. Folds made otherwise are taken
    from the predictions: what a fold does not test it trained on, and so it did with what other folds of the same
    repeat test, whether this fold tests it or not.

    Parameters
    ----------
    run : Run

    Returns
    -------
    list of Split

    Raises
    ------
    AuditError
        When the tested rows are not those of the settings and the kind of split does not tell the others.
    """
    labels = run.about["labels"]
    y = np.array([[label in set(own) for label in labels] for own in run.titles["labels"]], dtype=np.uint8)
    tested = _tested(run)
    settings = run.about["split"]
    groups = run.titles["group"].to_numpy() if "group" in run.titles else None
    made = make_splits(y=y, groups=groups, titles=run.titles, seed=run.about["seed"], **settings)
    same = {(split.repeat, split.fold): split.test for split in made}
    if same.keys() == tested.keys() and all(np.array_equal(same[key], rows) for key, rows in tested.items()):
        return made
    if settings["kind"] not in ("kfold", "holdout"):
        raise AuditError(f"{run.folder}: expected the tested titles that its split settings give, found others")
    splits = []
    for (repeat, fold), test in tested.items():
        others = [rows for (r, f), rows in tested.items() if r == repeat and f != fold]
        train = np.setdiff1d(np.arange(len(run.titles)), test)
        train = np.unique(np.concatenate([train, *others])).astype(np.int64)
        splits.append(Split(repeat, fold, train, test))
    return splits


def _tested(run: Run) -> dict[tuple[int, int], np.ndarray]:
    columns = ["repeat", "fold", "imdb_id", "label"]
    table = pq.read_table(
        run.folder / "predictions.parquet", columns=columns, filters=[("label", "==", run.about["labels"][0])]
    ).to_pandas()
    table = table[["repeat", "fold", "imdb_id"]].drop_duplicates()
    table["row"] = pd.Index(run.titles["imdb_id"]).get_indexer(table["imdb_id"].astype(str))
    groups = table.groupby(["repeat", "fold"], sort=True)["row"]
    return {(int(r), int(f)): np.sort(rows.to_numpy()) for (r, f), rows in groups}
