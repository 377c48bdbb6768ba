"""Everything a run needs before its first fit: labels, features, groups and folds of one catalogue."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ...features.families import build_frames, feature_spec, parse_spec
from ...features.store import FeatureStore
from ..catalog.groups import make_groups
from ..catalog.table import Catalog
from ..catalog.targets import Target, make_target
from .plan import Experiment, ExperimentError
from .splits import Split, make_splits


@dataclass(frozen=True)
class Dataset:
    """Aligned rows: titles, labels, feature frames and groups all have the same m rows in the same order.

    Parameters
    ----------
    experiment : Experiment
        What was asked for, less the features that hold nothing in this catalogue.
    catalog : Catalog
        Only the titles that take part.
    target : Target
        Its `y` has one row per title of `catalog`.
    frames : dict of str to DataFrame
        Feature columns by spec; `posters` and `brightness` are always there.
    groups : ndarray of shape (m,), int64
        Titles that must stay on one side of a split share a number.
    splits : list of Split
    notes : tuple of str
        What a reader must know: left-out titles, unreadable posters, ties.
    """

    experiment: Experiment
    catalog: Catalog
    target: Target
    frames: dict[str, pd.DataFrame]
    groups: np.ndarray
    splits: list[Split]
    notes: tuple[str, ...]

    def fingerprint(self) -> str:
        """A sha256 of titles, labels, poster contents and folds: the same run has the same."""
        digest = hashlib.sha256()
        digest.update(self.catalog.titles.drop(columns="poster").to_json(orient="records").encode())
        digest.update(",".join(map(str, self.frames["posters"]["posters_sha256"])).encode())
        digest.update(json.dumps([self.target.name, self.target.source, self.target.labels]).encode())
        digest.update(np.ascontiguousarray(self.target.y).tobytes())
        for split in self.splits:
            digest.update(f"{split.repeat}/{split.fold}".encode())
            digest.update(np.asarray(split.train, dtype=np.int64).tobytes())
            digest.update(np.asarray(split.test, dtype=np.int64).tobytes())
        return digest.hexdigest()


def prepare(
    experiment: Experiment,
    catalog: Catalog,
    *,
    store: FeatureStore | None = None,
    weights: str = "imagenet",
    limit: int | None = None,
    n_jobs: int | None = None,
    progress: Callable | None = None,
) -> Dataset:
    """Compute labels, features, groups and folds for an experiment.

    Parameters
    ----------
    experiment : Experiment
    catalog : Catalog
    store : FeatureStore, optional
        Cache for poster features.
    weights : str
        For embeddings: `imagenet`, `random` or the path of a weights.json.
    limit : int, optional
        Take a seeded sample of this many titles.
    n_jobs : int, optional
        Workers that decode posters.
    progress : callable, optional
        As in `build_frames`.

    Returns
    -------
    Dataset
    """
    if limit is not None and limit < len(catalog):
        sample = np.random.default_rng(experiment.seed).permutation(len(catalog))[:limit]
        catalog = catalog.take(np.sort(sample))
    settings = {key: value for key, value in experiment.target.items() if key != "name"}
    target = make_target(catalog.titles, experiment.target["name"], seed=experiment.seed, **settings)
    catalog = catalog.take(target.rows)
    specs = [*experiment.specs(), "posters", "brightness"]
    frames = build_frames(
        catalog.titles,
        catalog.poster_paths(),
        specs,
        store=store,
        weights=weights,
        n_jobs=n_jobs,
        progress=progress,
    )
    experiment, left_out = without_empty(experiment, frames)
    posters = frames["posters"]
    groups = make_groups(
        catalog.titles,
        phash=posters["posters_phash"],
        sha256=posters["posters_sha256"],
    )
    splits = make_splits(
        y=target.indicator(), groups=groups, titles=catalog.titles, seed=experiment.seed, **experiment.split
    )
    notes = _notes(target, posters) + experiment.left_out + left_out
    return Dataset(experiment, catalog, target, frames, groups, splits, notes)


def without_empty(experiment: Experiment, frames: dict[str, pd.DataFrame]) -> tuple[Experiment, tuple[str, ...]]:
    """Leave features out that hold nothing for any title: a catalogue without plots has no plot to learn from.

    Parameters
    ----------
    experiment : Experiment
    frames : dict of str to DataFrame

    Returns
    -------
    experiment : Experiment
        Feature sets without the empty features; sets with nothing left, and their cells, are gone.
    notes : tuple of str

    Raises
    ------
    ExperimentError
        When nothing is left.
    """
    empty = {spec for spec, frame in frames.items() if not _holds_anything(spec, frame)}
    sets = {
        name: tuple(spec for spec in specs if feature_spec(spec) not in empty)
        for name, specs in experiment.feature_sets.items()
    }
    notes = []
    for name, specs in sets.items():
        gone = [spec for spec in experiment.feature_sets[name] if spec not in specs]
        if gone and specs:
            notes.append(f"{name}: nothing is known of {', '.join(gone)} in this catalogue; measured without")
        elif gone:
            notes.append(f"{name}: nothing is known of {', '.join(gone)} in this catalogue; not measured")
    cells = tuple(cell for cell in experiment.cells if sets[cell.feature_set])
    if not cells:
        raise ExperimentError(
            f"{experiment.name}: expected some of {', '.join(experiment.specs())} to be known in this catalogue, "
            "found none; `genrelab catalog check` shows what it holds"
        )
    kept = {name: specs for name, specs in sets.items() if specs}
    return replace(experiment, feature_sets=kept, cells=cells), tuple(notes)


def _holds_anything(spec: str, frame: pd.DataFrame) -> bool:
    if parse_spec(spec)[0] == "pixels":  # an unreadable poster is a row of zeros
        return bool(frame.to_numpy().any())
    return bool(frame.notna().to_numpy().any())


def _notes(target: Target, posters: pd.DataFrame) -> tuple[str, ...]:
    notes = list(target.notes)
    if target.tie_share is not None:
        notes.append(
            f"{target.tie_share:.1%} of the titles have several equally good classes and got one by a seeded draw; "
            f"a rule that knew every genre would expect an accuracy of {target.ceiling:.3f}, so no model can be "
            "expected to beat that"
        )
    status = posters["posters_status"]
    for reason, count in status[status != "ok"].value_counts().items():
        notes.append(f"{count} posters could not be used: {reason}")
    return tuple(notes)
