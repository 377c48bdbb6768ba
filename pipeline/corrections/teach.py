"""A dataset whose models learn from corrected labels: the same titles tested in the same folds on the same labels."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..catalog.groups import make_groups
from ..catalog.rows import select_rows
from ..catalog.table import Catalog
from ..cluster.posters import spread_frames
from ..experiments.dataset import Dataset, reads_posters_only
from .apply import Decision, correct, in_words, is_about_corrections, only_taught

ROLLING = ("decades", "temporal", "kinds")  # splits that ask which titles may teach: nothing is added to them


def teach(data: Dataset, catalog: Catalog, decisions: Mapping[str, Decision], **computing: Any) -> Dataset:
    """Let models learn from what a person decided.

    Titles of the dataset keep their labels for scores, their groups' folds, and their tests. Titles that have no label
    of their own are added after the others: they teach in every split whose test holds nothing of their group.

    Parameters
    ----------
    data : Dataset
        Without corrections.
    catalog : Catalog
        The whole one.
    decisions : mapping of id to Decision
    computing
        `store`, `weights`, `n_jobs` and `progress` as in `build_frames`.

    Returns
    -------
    Dataset
    """
    added = _added(data, catalog, decisions)
    frames = spread_frames(added.titles, added.poster_paths(), list(data.frames), **computing) if len(added) else {}
    if len(added) and reads_posters_only(data.experiment, data.catalog.titles):
        there = np.flatnonzero(frames["posters"]["posters_status"] == "ok")
        added, frames = added.take(there), {name: frame.iloc[there] for name, frame in frames.items()}
    if len(added):
        data = _joined(data, added, frames)
    ids = data.catalog.titles["imdb_id"].tolist()
    corrected = correct(data.target, ids, decisions, added.titles["imdb_id"].tolist())
    return replace(data, corrected=corrected, notes=(*data.notes, in_words(corrected.counts)))


def without_decisions(data: Dataset) -> Dataset:
    """The dataset before anybody corrected it: only titles that can be tested, with the labels that they have."""
    if data.corrected is None:
        return data
    count = data.measured
    return replace(
        data,
        catalog=data.catalog.take(np.arange(count)),
        target=replace(data.target, y=data.target.y[:count], rows=data.target.rows[:count]),
        frames={name: frame[:count] for name, frame in data.frames.items()},
        groups=data.groups[:count],
        splits=[replace(split, train=split.train[split.train < count]) for split in data.splits],
        notes=tuple(note for note in data.notes if not is_about_corrections(note)),
        corrected=None,
    )


def _added(data: Dataset, catalog: Catalog, decisions: Mapping[str, Decision]) -> Catalog:
    """Titles that a person labelled and no source did, of those that the experiment asks for."""
    wanted = data.experiment.titles
    whole = catalog.take(select_rows(catalog.titles, wanted)) if wanted else catalog
    rows = only_taught(whole.titles, data.target.source, decisions)
    return whole.take(rows if data.experiment.split["kind"] not in ROLLING else rows[:0])


def _joined(data: Dataset, added: Catalog, frames: Mapping[str, pd.DataFrame]) -> Dataset:
    count, more = len(data.catalog), np.arange(len(data.catalog), len(data.catalog) + len(added))
    titles = pd.concat([data.catalog.titles, added.titles], ignore_index=True)
    joined = {name: pd.concat([frame, frames[name]], ignore_index=True) for name, frame in data.frames.items()}
    posters = joined["posters"]
    groups = make_groups(titles, phash=posters["posters_phash"], sha256=posters["posters_sha256"])
    nothing = np.zeros((len(added), data.target.y.shape[1]), dtype=data.target.y.dtype)
    target = replace(
        data.target, y=np.concatenate([data.target.y, nothing]), rows=np.concatenate([data.target.rows, more])
    )
    splits = [
        replace(split, train=np.concatenate([split.train, more[~np.isin(groups[count:], groups[split.test])]]))
        for split in data.splits
    ]
    catalog = replace(data.catalog, titles=titles)
    return replace(data, catalog=catalog, target=target, frames=joined, groups=groups, splits=splits)
