"""Everything a run needs before its first fit: labels, features, groups and folds of one catalogue."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...features.bounded import OUTSIDE, Refused
from ...features.families import family_of, reads_posters
from ...features.mapped import take_rows
from ...features.store import FeatureStore
from ..catalog.folders import HOW_TO_ALLOW
from ..catalog.groups import make_groups
from ..catalog.rows import select_rows
from ..catalog.table import Catalog
from ..catalog.targets import Target, make_target
from ..cluster.posters import spread_frames
from ..corrections.apply import Corrected
from ..sources.account import how_many
from .folds.splits import Split, make_splits
from .lighter import without_empty, without_twins
from .plan import Experiment
from .schema import ExperimentError


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
    corrected : Corrected, optional
        The labels to learn from, where a person corrected some. Its last rows may be titles that only teach: they have
        no label of their own, stand after the others, and are in no test.
    """

    experiment: Experiment
    catalog: Catalog
    target: Target
    frames: dict[str, pd.DataFrame]
    groups: np.ndarray
    splits: list[Split]
    notes: tuple[str, ...]
    corrected: Corrected | None = None

    @property
    def measured(self) -> int:
        """How many titles, from the first, have a label of their own and can be tested."""
        return len(self.catalog) - (0 if self.corrected is None else self.corrected.counts["added"])

    @property
    def learnt(self) -> np.ndarray:
        """The labels that models are fitted on, of the form of the target's."""
        return self.target.y if self.corrected is None else self.corrected.y

    def fingerprint(self) -> str:
        """A sha256 of titles, labels, poster contents and folds: the same run has the same."""
        digest = hashlib.sha256()
        for piece in json_pieces(self.catalog.titles.drop(columns="poster")):
            digest.update(piece)
        digest.update(",".join(map(str, self.frames["posters"]["posters_sha256"])).encode())
        digest.update(json.dumps([self.target.name, self.target.source, self.target.labels]).encode())
        digest.update(np.ascontiguousarray(self.target.y).tobytes())
        if self.corrected is not None:
            digest.update(np.ascontiguousarray(self.corrected.y).tobytes())
            digest.update(
                json.dumps(sorted((key, it.doubted) for key, it in self.corrected.decisions.items())).encode()
            )
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

    Titles are left out in this order, each time with a note that counts them: those that the experiment's `[titles]`
    does not ask for; those without a label; where every feature set needs a poster and nothing else, those without one;
    those that a limit does not draw; posters that turn out to be unreadable, in the same case.

    Parameters
    ----------
    experiment : Experiment
        What is measured.
    catalog : Catalog
        All titles.
    store : FeatureStore, optional
        Cache for poster features.
    weights : str
        For embeddings: `imagenet`, `random` or the path of a weights.json.
    limit : int, optional
        Take a seeded sample of this many titles, at least 1.
    n_jobs : int, optional
        Workers that decode posters, at least 1.
    progress : callable, optional
        As in `build_frames`.

    Returns
    -------
    Dataset

    Raises
    ------
    ExperimentError
        When `limit` or `n_jobs` is below 1, or no title or feature is left.
    """
    for name, value in (("limit", limit), ("jobs", n_jobs)):
        if value is not None and value < 1:
            raise ExperimentError(f"{name}: expected at least 1, got {value}")
    notes: list[str] = []
    if experiment.titles:
        chosen = select_rows(catalog.titles, experiment.titles)
        notes.append(f"[titles] keeps {len(chosen)} of {len(catalog)} titles: {_filter_words(experiment.titles)}")
        catalog = catalog.take(chosen)
        if not len(catalog):
            raise ExperimentError(f"{experiment.name}: {notes[0]}; expected at least one")
    target = _target(experiment, catalog)
    rows = target.rows
    by_poster = reads_posters_only(experiment, catalog.titles)
    if by_poster:
        paths = catalog.poster_paths()
        places = [paths[row] for row in rows]
        there = np.array([isinstance(path, Path) and path.is_file() for path in places], dtype=bool)
        if not there.all():
            outside = sum(isinstance(path, Refused) for path in places)
            allow = f", or one {OUTSIDE} ({outside}; {HOW_TO_ALLOW})," if outside else ""
            notes.append(_without_poster(int((~there).sum()), f"have no poster{allow}"))
            rows = rows[there]
            if len(places) and not len(rows):
                raise ExperimentError(f"{experiment.name}: {notes[-1]}; expected at least one poster")
    if limit is not None and limit < len(rows):
        rows = np.sort(rows[np.random.default_rng(experiment.seed).permutation(len(rows))[:limit]])
    left_out = [note for note in target.notes if len(rows) < len(target.rows)]
    catalog, target = _taking_part(experiment, catalog, target, rows)
    specs = [*experiment.specs(), "posters", "brightness", "palette"]
    frames = spread_frames(
        catalog.titles,
        catalog.poster_paths(),
        specs,
        store=store,
        weights=weights,
        n_jobs=n_jobs,
        progress=progress,
    )
    status = frames["posters"]["posters_status"]
    unreadable = _unreadable(status)
    readable = (status == "ok").to_numpy(dtype=bool)
    if by_poster and not readable.all():
        notes.append(_without_poster(int((~readable).sum()), "have a poster that cannot be read"))
        if not readable.any():
            raise ExperimentError(f"{experiment.name}: {'; '.join(unreadable)}; expected at least one that can be read")
        kept = np.flatnonzero(readable)
        catalog, target = _taking_part(experiment, catalog, target, target.rows[kept], kept)
        frames = {spec: take_rows(frame, kept) for spec, frame in frames.items()}
    left_out += [note for note in target.notes if note not in left_out]
    experiment, empty = without_empty(experiment, frames)
    experiment, twins = without_twins(experiment, target.kind)
    posters = frames["posters"]
    groups = make_groups(
        catalog.titles,
        phash=posters["posters_phash"],
        sha256=posters["posters_sha256"],
    )
    splits = make_splits(
        y=target.indicator(), groups=groups, titles=catalog.titles, seed=experiment.seed, **experiment.split
    )
    about = (*notes, *experiment.left_out, *left_out, *_ties(target), *unreadable, *empty, *twins)
    return Dataset(experiment, catalog, target, frames, groups, splits, about)


def json_pieces(titles: pd.DataFrame, rows: int = 65_536) -> Iterator[bytes]:
    """The bytes of `titles.to_json(orient="records")`, so many rows at a time: a million take gigabytes at once."""
    yield b"["
    for first in range(0, len(titles), rows):
        piece = titles.iloc[first : first + rows].to_json(orient="records")
        yield (("," if first else "") + piece[1:-1]).encode()
    yield b"]"


def reads_posters_only(experiment: Experiment, titles: pd.DataFrame) -> bool:
    """Whether all that can be learnt from comes from posters: other features are not asked for, or read empty columns.

    Judged before anything is computed, and so that a run of the features that were left gives the same answer.
    """
    specs = experiment.specs()
    empty = [
        family.reads and all(column not in titles or titles[column].isna().all() for column in family.reads)
        for family in map(family_of, specs)
    ]
    return any(map(reads_posters, specs)) and all(
        reads_posters(spec) or nothing for spec, nothing in zip(specs, empty, strict=True)
    )


def _target(experiment: Experiment, catalog: Catalog) -> Target:
    settings = {key: value for key, value in experiment.target.items() if key != "name"}
    return make_target(catalog.titles, experiment.target["name"], seed=experiment.seed, **settings)


def _taking_part(
    experiment: Experiment, catalog: Catalog, target: Target, rows: np.ndarray, within: np.ndarray | None = None
) -> tuple[Catalog, Target]:
    """Only these titles; fewer titles may carry fewer labels, so the target is made again for them."""
    if len(rows) == len(target.rows):
        return (catalog.take(rows) if within is None else catalog), target
    catalog = catalog.take(rows if within is None else within)
    target = _target(experiment, catalog)
    return catalog.take(target.rows), target


def _filter_words(wanted: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in wanted.items())


def _without_poster(count: int, why: str) -> str:
    return f"{count} titles {why} and take no part: every feature set of this experiment is made of posters only"


def _ties(target: Target) -> list[str]:
    if target.tie_share is None:
        return []
    return [
        f"{target.tie_share:.1%} of the titles have several equally good classes and got one by a seeded draw; "
        f"a rule that knew every genre would expect an accuracy of {target.ceiling:.3f}, so no model can be "
        "expected to beat that"
    ]


def _unreadable(status: pd.Series) -> list[str]:
    counts = status[status != "ok"].value_counts()
    return [
        f"{how_many(count, 'poster')} could not be used: {reason}{f' ({HOW_TO_ALLOW})' if reason == OUTSIDE else ''}"
        for reason, count in counts.items()
    ]
