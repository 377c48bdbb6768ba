"""Do people carry a franchise across folds? Titles of one team on both sides of a split, and what they do to a score.

Groups keep franchises whole that the catalogue names or whose titles tell. A series of films by one team under titles
that have nothing in common stays apart, and a model that reads names may copy the genres of one to the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from ...features.families import parse_spec
from ...features.text.people import NAME_SEPARATOR, people
from ...reports.evaluation.verdicts import configuration
from ...reports.runs.format import Check, Configuration, Split
from ...reports.runs.metrics import HEADLINE
from ..experiments.run import Run
from .checks import FAILED, NOT_RUN, PASSED

NAME = "people across folds"
FAMILY = "people"
MAKERS, ANYONE = 2, 3  # names in common that make a team: of those who direct and write, or of all
LIMIT = 0.02  # in F1 by title: what titles of a known team may add to the score of all
_ROLES = {"makers": ("people_director", "people_writer"), "all": ("people_director", "people_writer", "people_cast")}


@dataclass(frozen=True)
class Links:
    """Test titles that share a team with a training title.

    Parameters
    ----------
    known : dict of (repeat, fold) to ndarray of bool
        For each test row of the split.
    nearest : list of (test row, training row)
        The training title with most names in common, of each linked test title.
    """

    known: dict[tuple[int, int], np.ndarray]
    nearest: list[tuple[int, int]]

    @property
    def share(self) -> float:
        """Share of tested titles that are linked."""
        return float(np.concatenate(list(self.known.values())).mean())


def team_links(splits: Sequence[Split], names: pd.DataFrame) -> Links:
    """Find test titles with two of a training title's directors and writers, or three of all its names.

    Parameters
    ----------
    splits : sequence of Split
    names : DataFrame
        `people_director`, `people_writer`, `people_cast`, as `genrelab.features.text.people.people` gives them.

    Examples
    --------
    >>> rows = {"people_director": ["Ann", "Ann", "Bo"], "people_writer": ["Cy", "Cy", "Cy"], "people_cast": [None] * 3}
    >>> links = team_links([Split(0, 0, np.array([0]), np.array([1, 2]))], pd.DataFrame(rows))
    >>> links.known[0, 0].tolist(), links.nearest
    ([True, False], [(1, 0)])
    """
    makers, everyone = (_indicator(names, columns) for columns in _ROLES.values())
    known, nearest = {}, []
    for split in splits:
        # Small integers in sparse matrices: 5,000 titles take a second.
        made = makers[split.test] @ makers[split.train].T
        shared = everyone[split.test] @ everyone[split.train].T
        linked = ((made >= MAKERS) + (shared >= ANYONE)).tocsr()
        known[split.repeat, split.fold] = np.diff(linked.indptr) > 0
        most = shared.multiply(linked).tocsr()
        for row in np.flatnonzero(known[split.repeat, split.fold]):
            inside = slice(most.indptr[row], most.indptr[row + 1])
            best = most.indices[inside][most.data[inside].argmax()]
            nearest.append((int(split.test[row]), int(split.train[best])))
    return Links(known, nearest)


def check_people(run: Run, splits: Sequence[Split], titles: pd.DataFrame) -> Check:
    """What titles of a team that was trained on add to the score of a system that reads names.

    The score is the F1 of each title, averaged. What such titles add is the score of all less that of titles whose team
    is new. They may be easier for any system; so it is held against the best system of the run without names.

    Parameters
    ----------
    run : Run
    splits : sequence of Split
    titles : DataFrame
        The run's catalogue rows.
    """
    reading = [name for name, specs in run.measured_sets.items() if any(parse_spec(s)[0] == FAMILY for s in specs)]
    if not reading:
        return Check(NAME, NOT_RUN, "No feature set reads names of people.")
    if run.info["kind"] != "multilabel":
        return Check(NAME, NOT_RUN, "The target is not multi-label.")
    table = run.leaderboard()
    learnt = table[~table["trivial"].astype(bool) & table[HEADLINE].notna()]
    ours = learnt[learnt["feature_set"].isin(reading)]
    if ours.empty:
        return Check(NAME, NOT_RUN, "No system that reads names was measured.")
    links = team_links(splits, people(titles))
    said = f"{links.share:.1%} of the tested titles share a team with a training title"
    if not links.nearest:
        return Check(NAME, PASSED, f"{said}: people carry no franchise across folds.")
    assert run.titles is not None
    agreement, chance = _agreement(links.nearest, [set(row) for row in run.titles["labels"]])
    said += f", and agree with it on {agreement:.0%} of their genres (any two titles: {chance:.0%})"
    ids = run.titles["imdb_id"].astype(str).to_numpy()
    system = configuration(ours.iloc[0])
    scores = _scores(run, system, splits, ids, links)
    if scores is None:
        return Check(NAME, PASSED, f"{said}. All or none of the titles with a score are such: there is no difference.")
    others = learnt[~learnt["feature_set"].isin(reading)]
    beside = None if others.empty else configuration(others.iloc[0])
    without = None if beside is None else _scores(run, beside, splits, ids, links)
    said += f". {system} scores an F1 of {scores.linked:.3f} on them and {scores.new:.3f} on titles of new teams"
    added = scores.added - (0.0 if without is None else without.added)
    if without is not None:
        said += f" ({beside}, without names: {without.linked:.3f} and {without.new:.3f})"
    told = "by names, they add" if without is not None else "they add"
    verdict = f"{told} {max(added, 0.0):.3f} to the score of all, and {LIMIT} is the limit"
    if added > LIMIT:
        advice = "give titles of one team a common `collection`, or leave `people` out"
        return Check(NAME, FAILED, f"{said}; {verdict}: people carry franchises across folds; {advice}.")
    return Check(NAME, PASSED, f"{said}; {verdict}: people carry no franchise that matters.")


@dataclass(frozen=True)
class _Scores:
    """Mean F1 of titles whose team was trained on, of those whose was not, and of all."""

    linked: float
    new: float
    all: float

    @property
    def added(self) -> float:
        return self.all - self.new


def _scores(run: Run, system: Configuration, splits: Sequence[Split], ids: np.ndarray, links: Links) -> _Scores | None:
    frame = run.predictions(system)
    sums = frame.assign(hits=frame["truth"] & frame["predicted"]).groupby(["repeat", "fold", "imdb_id"], sort=False)[
        ["hits", "truth", "predicted"]
    ]
    total = sums.sum().astype(float)
    f1 = 2 * total["hits"] / (total["truth"] + total["predicted"]).clip(lower=1)
    marks = {
        (split.repeat, split.fold, title): bool(mark)
        for split in splits
        for title, mark in zip(ids[split.test], links.known[split.repeat, split.fold], strict=True)
    }
    known = np.array([marks.get(key, False) for key in f1.index], dtype=bool)
    if not known.any() or known.all():
        return None
    values = f1.to_numpy()
    return _Scores(float(values[known].mean()), float(values[~known].mean()), float(values.mean()))


def _agreement(pairs: Sequence[tuple[int, int]], genres: Sequence[set[str]]) -> tuple[float, float]:
    """Mean share of genres in common (of those that either has) of linked pairs, and of pairs drawn at random."""
    rng = np.random.default_rng(0)
    drawn = rng.integers(len(genres), size=(10_000, 2))
    return _jaccard(pairs, genres), _jaccard(drawn[drawn[:, 0] != drawn[:, 1]].tolist(), genres)


def _jaccard(pairs: Sequence[Sequence[int]], genres: Sequence[set[str]]) -> float:
    return float(np.mean([len(genres[a] & genres[b]) / max(1, len(genres[a] | genres[b])) for a, b in pairs]))


def _indicator(names: pd.DataFrame, columns: Sequence[str]) -> sparse.csr_matrix:
    """One row a title and one column a name, 1 where the title has it in any of the roles."""
    rows, said = [], []
    for texts in names[list(columns)].itertuples(index=False, name=None):
        found = {name for text in texts if isinstance(text, str) for name in text.split(NAME_SEPARATOR)}
        said += sorted(found)
        rows.append(len(found))
    codes, values = pd.factorize(pd.Series(said, dtype=object))
    place = np.concatenate([[0], np.cumsum(rows)])
    ones = np.ones(len(codes), dtype=np.int32)
    return sparse.csr_matrix((ones, codes, place), shape=(len(names), max(1, len(values))))
