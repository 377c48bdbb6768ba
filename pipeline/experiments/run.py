"""A finished run opened again: its leaderboard and pages, and its experiment, setting and rows as they were."""

import os
from dataclasses import fields, replace
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...features.frozen.backbones import file_sha256
from ...features.frozen.hub import at_hand
from ...reports.evaluation.leaderboard import leaderboard
from ...reports.pages.render import write_report
from ...reports.runs.format import EXPERIMENT, INFO, KEYS, Cell
from ...reports.runs.metrics import HEADLINE
from ...reports.runs.read import RunFolder, read_run
from ...reports.runs.tables import CONFORMAL, PREDICTIONS, RESULTS, TITLES
from ..catalog.table import Catalog
from ..catalog.thumbnails import thumbnail
from ..corrections.apply import decisions_of
from ..corrections.teach import teach
from .dataset import Dataset, prepare
from .fit.setting import Setting
from .leader.genre_sets import write_conformal
from .plan import FULL, Experiment, load_experiment, shipped_experiments
from .record import make_setting


class RunError(RuntimeError):
    """A run that cannot start, go on or be used; the message says what to do."""


class Run(RunFolder):
    """A finished run; `compare` returns one and `Run.open` opens one.

    Examples
    --------
    >>> Run.open("no/run")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    genrelab...RunError: expected a finished run in no/run, found no run.json; run `genrelab compare`
    """

    @classmethod
    def open(cls, path: Path | str, whole: bool = True) -> "Run":
        """Open the folder of a finished run.

        Parameters
        ----------
        path : path
            Such as artifacts/runs/demo.
        whole : bool
            False asks for results alone: a report leaves out what the other files would say.

        Raises
        ------
        RunError
            When a file of a finished run is missing.
        RunFolderError
            When one is damaged.
        """
        path = Path(path)
        for name in (INFO, RESULTS.file, PREDICTIONS.file, TITLES.file) if whole else ():
            if not (path / name).exists():
                raise RunError(f"expected a finished run in {path}, found no {name}; run `genrelab compare`")
        folder = read_run(path)
        return cls(**{field.name: getattr(folder, field.name) for field in fields(folder)})

    def leaderboard(self) -> pd.DataFrame:
        """Every cell and trivial rule with the mean and the interval of every metric over folds, best first.

        Returns
        -------
        DataFrame
            As `genrelab.reports.evaluation.leaderboard.leaderboard`, and `failed_folds`: folds that could not be
            fitted; cells with nothing else come last.
        """
        table = leaderboard(self)
        failed = self.failures.groupby(KEYS).size().rename("failed_folds").reset_index()
        table = table.merge(failed, on=KEYS, how="left")
        nowhere = failed[~failed.set_index(KEYS).index.isin(table.set_index(KEYS).index)]
        table = pd.concat([table, nowhere], ignore_index=True) if len(nowhere) else table
        return table.assign(failed_folds=table["failed_folds"].fillna(0).astype(int))

    @property
    def measured_sets(self) -> dict[str, list[str]]:
        """The feature sets that were measured, with their specs."""
        measured = set(self.results["feature_set"])
        return {name: specs for name, specs in self.info["feature_sets"].items() if name in measured}

    def best_cell(
        self,
        experiment: Experiment,
        model: str | None = None,
        feature_set: str | None = None,
        balance: str | None = None,
    ) -> Cell:
        """The cell with the best mean macro F1 among those that fit what was asked for.

        Parameters
        ----------
        experiment : Experiment
            Of the run.
        model, feature_set, balance : str, optional
            Keep only cells with these; `model` is a name as the leaderboard shows it.

        Raises
        ------
        RunError
            When no measured cell fits.
        """
        rows = self.results[self.results["label"].isna() & (self.results["metric"] == HEADLINE)]
        means = rows.groupby(KEYS, sort=False)["value"].mean().sort_values(ascending=False, kind="stable")
        known = {cell.key: cell for cell in experiment.cells}
        wanted = (feature_set, model, balance)
        for key in means.index:
            if key in known and all(want in (None, has) for want, has in zip(wanted, key, strict=True)):
                return known[key]
        cells = "; ".join(" · ".join(key) for key in means.index if not Cell(*key).trivial)
        asked = ", ".join(str(want) for want in wanted if want) or "a measured model"
        raise RunError(f"expected a cell with {asked} in {self.path}, found {cells or 'trivial rules only'}")

    def report(self, out: Path | str | None = None, *, thumbnails: bool = True) -> Path:
        """Write the pages of the run.

        Parameters
        ----------
        out : path, optional
            By default `report` inside the run folder.
        thumbnails : bool
            False leaves pictures of posters out, for a report that is passed on.

        Returns
        -------
        Path
            report.html.
        """
        # A run from before genre sets were measured with it has the predictions that they are measured on.
        known = (self.path / CONFORMAL.file).exists() or not self.predictions_path.exists()
        if not known and os.access(self.path, os.W_OK):
            write_conformal(self.path)
        return write_report(self.audited(), out, thumbnails=thumbnails, picture=thumbnail)

    def _repr_html_(self) -> str:
        columns = ["rank", *KEYS, HEADLINE, f"{HEADLINE}_low", f"{HEADLINE}_high", "failed_folds"]
        table = self.leaderboard()[columns].head(15).to_html(index=False, float_format="{:.3f}".format)
        title = escape(str(self.info.get("title") or self.path.name))
        return f"<h4>{title}</h4><p>{self.info.get('titles', '?')} titles, {escape(str(self.path))}</p>{table}"

    def experiment(self, override: str | None = None) -> Experiment:
        """The experiment as it was measured.

        Parameters
        ----------
        override : str, optional
            A shipped name or a TOML file to read in its place. Runs of genrelab 0.1 need it for a file of one's own.

        Raises
        ------
        RunError
            When a run of genrelab 0.1 does not say what its cells were.
        """
        info = self.info
        if override is None and "cells" in info:
            known: dict[str, Any] = {field.name: info[field.name] for field in fields(Experiment) if field.name in info}
            cells = tuple(_cell(*entry) for entry in info["cells"])
            sets = {name: tuple(specs) for name, specs in info["feature_sets"].items()}
            toml = self.path / EXPERIMENT
            known |= {"name": info["experiment"], "cells": cells, "feature_sets": sets, "allow": tuple(info["allow"])}
            known["titles"] = info.get("filter", {})  # info["titles"] counts those that took part
            known["toml"] = toml.read_text("utf-8") if toml.exists() else ""
            return Experiment(**known)
        name = override or info["experiment"]
        if override is None and name not in shipped_experiments():
            raise RunError(
                f"{self.path}: expected the experiment of this run of genrelab 0.1, which does not keep it; "
                "say --experiment FILE.toml"
            )
        return load_experiment(
            name, at_hand(str(info.get("start", "imagenet"))), info.get("scale", {}).get("name", FULL)
        )

    def setting(self, data: Dataset, *, weights: str | None = None, vectors: Path | None = None) -> Setting:
        """All that decided the fits of the run.

        Parameters
        ----------
        data : Dataset
            The run's; says the rest for a run of genrelab 0.1.
        weights : str, optional
            Where the networks' weights are now, if they moved.
        vectors : Path, optional
            Where the word vectors are now, if they moved.

        Raises
        ------
        RunError
            When the word vectors are gone, or are others than the run's.
        """
        kept: dict[str, Any] = dict(self.info.get("setting", {}))
        if kept:
            kept["labels"] = tuple(kept["labels"])
        setting = Setting(**kept) if kept else make_setting(data, weights, vectors)
        if vectors is not None or weights is not None:
            setting = replace(setting, weights=weights or setting.weights, vectors=str(vectors or setting.vectors))
        if setting.vectors_sha256 is not None:
            check_vectors(Path(str(setting.vectors)), setting.vectors_sha256)
        return setting

    def dataset(self, experiment: Experiment, catalog: Catalog, **settings: Any) -> Dataset:
        """The rows of the run as it had them.

        The run's sample and its draws among tied classes are of the whole catalogue. One that has grown since may
        still give the same labels to the run's titles alone.

        Parameters
        ----------
        experiment : Experiment
            Of the run.
        catalog : Catalog
            The one the run was given, whatever part took part.
        settings
            As in `prepare`.

        Raises
        ------
        RunError
            When the catalogue lacks titles of the run, or gives them other labels.
        """
        assert self.titles is not None
        ids, labels = self.titles["imdb_id"].tolist(), [set(names) for names in self.titles["labels"]]
        decided = self.corrections()
        for source in (catalog, self.titles_of(catalog)):
            data = prepare(experiment, source, limit=self.info.get("limit"), **settings)
            names = np.array(data.target.labels, dtype=object)
            told = [set(names[row]) for row in data.target.indicator().astype(bool)]
            if data.catalog.titles["imdb_id"].tolist() == ids and told == labels:
                return data if decided is None else teach(data, catalog, decisions_of(decided), **settings)
        raise RunError(f"{self.path}: the catalogue no longer gives the run's titles with the run's labels")

    def titles_of(self, catalog: Catalog) -> Catalog:
        """The rows of a catalogue that took part in the run, in the run's order."""
        assert self.titles is not None
        position = pd.Index(catalog.titles["imdb_id"]).get_indexer(pd.Index(self.titles["imdb_id"]))
        if (position < 0).any():
            absent = self.titles["imdb_id"][position < 0].tolist()
            raise RunError(
                f"{self.path}: expected its {len(position)} titles in the catalogue, found {len(absent)} missing, "
                f"such as {absent[0]}"
            )
        return catalog.take(position)


def _cell(
    feature_set: str, model: str, balance: str, parameters: dict[str, Any], search: dict[str, list[Any]] | None = None
) -> Cell:
    """A cell as run.json keeps it."""
    space = tuple((name, tuple(values)) for name, values in (search or {}).items())
    return Cell(feature_set, model, balance, tuple(parameters.items()), space)


def check_vectors(path: Path, sha256: str) -> None:
    """Refuse word vectors that are not those of the run."""
    if not path.is_file():
        raise RunError(f"expected the run's word vectors at {path}, found none; say where they are with --vectors FILE")
    if file_sha256(path) != sha256:
        raise RunError(f"{path}: expected the run's word vectors, found a file with other content (sha256 differs)")
