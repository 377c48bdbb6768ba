"""What a run writes about itself: what makes it this run, its titles, and the facts a report begins with."""

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...features.families import network_names
from ...features.families import words_of as feature_words
from ...features.frozen.backbones import file_sha256
from ...features.poster.colour import top_colours
from ...models.networks.registry import NETWORKS
from ...models.recipes import words_of as model_words
from ...reports.runs.format import FORMAT
from ...reports.runs.tables import CORRECTIONS, TITLES
from ...reports.runs.write import write_table
from ..catalog.genres import SOURCES, title_genres
from .dataset import Dataset
from .fit.setting import Setting
from .plan import Experiment

PACKAGES = ("genrelab", "scikit-learn", "xgboost", "imbalanced-learn", "numpy", "pandas", "joblib")


def make_setting(data: Dataset, weights: str | None = None, vectors: Path | None = None) -> Setting:
    """The setting of a run that begins.

    Parameters
    ----------
    data : Dataset
    weights : str, optional
        `imagenet` by default; the path of a file is kept in full.
    vectors : Path, optional
        The path is kept in full, with the file's hash.
    """
    experiment, weights = data.experiment, weights or "imagenet"
    return Setting(
        kind=data.target.kind,
        labels=data.target.labels,
        seed=experiment.seed,
        objective=experiment.thresholds["objective"],
        inner_folds=int(experiment.thresholds["inner_folds"]),
        weights=str(Path(weights).resolve()) if Path(weights).is_file() else weights,
        scale=dict(experiment.scale),
        vectors=None if vectors is None else str(vectors.resolve()),
        vectors_sha256=None if vectors is None else file_sha256(vectors),
        feature_sets={name: list(specs) for name, specs in experiment.feature_sets.items()},
    )


def run_identity(data: Dataset, setting: Setting, limit: int | None) -> dict[str, Any]:
    """Settings, versions and the hash of all that decides a run's numbers.

    Parameters
    ----------
    data : Dataset
    setting : Setting
    limit : int or None

    Returns
    -------
    dict
        `fingerprint`, and what went into it that a reader understands.
    """
    experiment = data.experiment
    settings: dict[str, Any] = {
        "target": dict(experiment.target),
        "split": dict(experiment.split),
        "seed": experiment.seed,
        "thresholds": dict(experiment.thresholds),
        "feature_sets": {name: list(specs) for name, specs in experiment.feature_sets.items()},
    }
    if experiment.scale:
        settings["scale"] = dict(experiment.scale)
    if experiment.titles:
        settings["filter"] = dict(experiment.titles)
    if data.corrected is not None:
        settings["corrections"] = data.corrected.counts
    options = {name for cell in experiment.cells if cell.model in NETWORKS for name in NETWORKS[cell.model].options}
    if setting.vectors is not None and "vectors" in options:
        settings["vectors"] = f"{Path(setting.vectors).name} sha256 {setting.vectors_sha256}"
    if "weights" in options:
        file = Path(setting.weights)  # what pretrained networks start from
        settings["start"] = file_sha256(file) if file.is_file() else setting.weights
    versions = {name: version(name) for name in PACKAGES}
    parts = json.dumps([FORMAT, settings, versions, weight_names(experiment, setting.weights), limit], sort_keys=True)
    digest = hashlib.sha256((parts + data.fingerprint()).encode()).hexdigest()
    about = {"format": FORMAT, "fingerprint": digest, "experiment": experiment.name}
    return about | settings | {"limit": limit, "versions": versions}


def weight_names(experiment: Experiment, weights: str) -> dict[str, str]:
    """The backbones an experiment uses, each with the words a table shows for its weights."""
    names = network_names(experiment.specs())
    if not names:
        return {}
    from ...features.frozen.style import resolve_network

    return {name: resolve_network(name, weights).label for name in names}


def write_titles(out: Path, data: Dataset) -> None:
    """Write `titles.parquet`: what a report needs to show titles, their posters' colours and what each source says.

    Parameters
    ----------
    out : Path
        Folder of the run.
    data : Dataset
        Of titles that can be tested alone.
    """
    titles, brightness = data.catalog.titles, data.frames["brightness"]
    indicator = data.target.indicator().astype(bool)
    names = np.array(data.target.labels, dtype=object)
    frame = pd.DataFrame(
        {
            "imdb_id": titles["imdb_id"],
            "title": titles["title"],
            "year": titles["year"],
            "kind": titles["kind"],
            "poster": [str(path) if isinstance(path, Path) else None for path in data.catalog.poster_paths()],
            "labels": [names[row].tolist() for row in indicator],
            "red": brightness["brightness_red"].to_numpy(),
            "green": brightness["brightness_green"].to_numpy(),
            "blue": brightness["brightness_blue"].to_numpy(),
            "colours": pd.Series(top_colours(data.frames["palette"]), titles.index, object),
            "grey": data.frames["posters"]["posters_grey"].to_numpy(),
            "group": data.groups,
        }
    )
    # What every source says, for the agreement between them.
    for source, column in SOURCES.items():
        if column in titles:
            frame[column] = pd.Series([names or None for names in title_genres(titles, source)[0]], frame.index, object)
    write_table(out, TITLES, frame)


def write_corrections(out: Path, data: Dataset) -> None:
    """Write `corrections.parquet`: what a person decided of the run's titles; nothing without a decision."""
    if data.corrected is None:
        (out / CORRECTIONS.file).unlink(missing_ok=True)
        return
    decisions = data.corrected.decisions
    added = set(data.catalog.titles["imdb_id"][data.measured :])
    frame = pd.DataFrame(
        {
            "imdb_id": list(decisions),
            "genres": pd.Series([list(decision.genres) for decision in decisions.values()], dtype=object),
            "doubted": [decision.doubted for decision in decisions.values()],
            "added": [key in added for key in decisions],
        }
    )
    write_table(out, CORRECTIONS, frame)


def describe_run(data: Dataset, setting: Setting, notes: Iterable[str], counts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a finished run that its report begins with.

    Parameters
    ----------
    data : Dataset
    setting : Setting
    notes : iterable of str
        What its cells warned of, and which could not be fitted.
    counts : mapping
        From `count_titles`.

    Returns
    -------
    dict
        Keys of run.json, as docs/run-folder.md lists them, beside those of `run_identity`.
    """
    experiment, target = data.experiment, data.target
    return {
        "title": experiment.title,
        "question": experiment.question,
        "study": experiment.study,
        "allow": list(experiment.allow),
        "cells": [
            [
                cell.feature_set,
                cell.model,
                cell.balance,
                dict(cell.parameters),
                *([dict(cell.search)] * bool(cell.search)),
            ]
            for cell in experiment.cells
        ],
        "setting": asdict(setting),
        "kind": target.kind,
        "labels": list(target.labels),
        "support": target.indicator().sum(axis=0).tolist(),
        "tie_share": target.tie_share,
        "ceiling": target.ceiling,
        "titles": data.measured,
        "groups": len(np.unique(data.groups[: data.measured])),
        "counts": dict(counts),
        "splits": [
            {"repeat": s.repeat, "fold": s.fold, "name": s.name, "train": len(s.train), "test": len(s.test)}
            for s in data.splits
        ],
        "weights": weight_names(experiment, setting.weights),
        "words": {
            "models": model_words(cell.model for cell in experiment.cells),
            "features": feature_words(experiment.specs()),
        },
        "notes": [*_scale_notes(experiment, data.measured, counts["catalogue"]), *data.notes],
        "warnings": list(notes),
        "attribution": list(data.catalog.attribution),
        "python": sys.version.split()[0],
    }


def count_titles(data: Dataset, available: int, limit: int | None) -> dict[str, Any]:
    """What a run used and could not use.

    Parameters
    ----------
    data : Dataset
        Of titles that can be tested alone.
    available : int
        Titles of the whole catalogue.
    limit : int or None
        Size of the sample.

    Returns
    -------
    dict
        `catalogue`, `sample`, `measured`, `without_label`: titles; `posters`: titles by the status of their poster.
    """
    sample, measured = min(available, limit or available), len(data.catalog)
    posters = data.frames["posters"]["posters_status"].value_counts()
    titles = {"catalogue": available, "sample": sample, "measured": measured, "without_label": sample - measured}
    return titles | {"posters": {str(status): int(count) for status, count in posters.items()}}


def _scale_notes(experiment: Experiment, titles: int, available: int) -> list[str]:
    """What a shorter run left out, in one sentence."""
    scale = experiment.scale
    if not scale:
        return []
    parts = [f"{titles} of {available} titles"]
    networks = {cell.model: NETWORKS[cell.model] for cell in experiment.cells if cell.model in NETWORKS}
    if "epochs" in scale:
        epochs = [f"{name} {sum(s.epochs for s in net.training.stages)}" for name, net in networks.items()]
        parts.append(f"at most {scale['epochs']} epochs a stage (the study's: {', '.join(epochs)} in all)")
    if "batch_size" in scale:
        parts.append(f"batches of at most {scale['batch_size']}")
    if "shrink" in scale:
        parts.append(f"posters at {scale['shrink']:.0%} of the study's width and height")
    return [f"Scale {scale['name']!r}, not the full one: {'; '.join(parts)}. Networks may do better in full."]
