"""Which titles are trained on and which are tested: repeated folds, a hold-out, decades, time."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from ....reports.runs.format import Split
from .stratify import iterative_folds

KINDS = ("kfold", "holdout", "decades", "temporal", "kinds")
SMALLEST_DECADE = 50
FORMS = ("films", "series")


def make_splits(
    kind: str,
    y: np.ndarray,
    groups: np.ndarray | None = None,
    titles: pd.DataFrame | None = None,
    *,
    seed: int = 0,
    folds: int = 5,
    repeats: int = 1,
    test_size: float = 0.2,
    train_decades: Sequence[int] | None = None,
    test_decades: Sequence[int] | None = None,
    equal_train: bool = True,
) -> list[Split]:
    """Split titles for a run; the same arguments give the same splits.

    Labels keep their share by iterative stratification over groups (`iterative_folds`). What keeping groups
    whole costs in balance, on the 5,039 real titles with 22 genres in 4,805 groups, five folds, mean of ten seeds:

    ====================================  =======  =========  ============  =====
    five test folds                       grouped  ungrouped  GroupKFold    KFold
    ====================================  =======  =========  ============  =====
    mean difference of label odds         0.0022   0.0019     0.0095        0.0093
    largest relative error of a share     10.8 %   10.4 %     70.3 %        62.3 %
    mean difference of fold size, titles  9.0      7.5        8.5           0.3
    titles whose group straddles          0        341        0             342
    ====================================  =======  =========  ============  =====

    (`fold_balance`; the last two columns are scikit-learn's, shuffled.) The rarest genre
    has 32 titles, 6.4 a fold, so a largest error of 9 % cannot be avoided.

    Parameters
    ----------
    kind : {"kfold", "holdout", "decades", "temporal", "kinds"}
        `kfold`: `repeats` times `folds` folds. `holdout`: `repeats` times one part of `test_size`. `decades`:
        train on one decade, test on each (the diagonal too): within every fold the training rows of one decade
        meet the test rows of another, so all cells of the matrix are out of fold; `fold` numbers the cell of
        the matrix and `repeat` the draw (`folds` draws per repeat). `temporal`: `folds` test periods of about
        equal size, each trained on all years before it; a title whose group is in the test is not trained on.
        `kinds`: like `decades`, with films and series in their place.
    y : ndarray of shape (n, L) of 0/1, or (n,) of int codes
    groups : ndarray of shape (n,), optional
        From `make_groups`; every title on its own without it.
    titles : DataFrame of n rows, optional
        Needs `year` for `decades` and `temporal`, `kind` for `kinds`; a title without one takes no part in these.
    seed : int
    folds, repeats : int
        At least 2 and 1.
    test_size : float
        Share of the titles in a hold-out, between 0 and 1.
    train_decades, test_decades : sequence of int, optional
        First years, as in 1980; all decades with at least 50 titles by default.
    equal_train : bool
        `decades`, `kinds`: every decade trains on as many titles as the smallest one has, so that a cell shows the
        decade and not the number of titles.

    Returns
    -------
    list of Split

    Raises
    ------
    ValueError
        For an unknown kind, sizes that do not fit, too few groups, or a decade without titles.

    Examples
    --------
    >>> splits = make_splits("kfold", np.array([0, 1, 0, 1, 0, 1]), np.array([0, 0, 1, 1, 2, 2]), folds=3)
    >>> [(s.repeat, s.fold, len(s.train), s.test.tolist()) for s in splits][0][:3]
    (0, 0, 4)
    """
    if kind not in KINDS:
        raise ValueError(f"kind of split: expected one of {', '.join(KINDS)}, found {kind!r}")
    indicator = _indicator(y)
    groups = np.arange(len(indicator)) if groups is None else np.asarray(groups)
    if groups.shape != (len(indicator),):
        raise ValueError(f"groups: expected {len(indicator)} numbers, one per title, found shape {groups.shape}")
    if repeats < 1:
        raise ValueError(f"repeats: expected at least 1, found {repeats}")
    if kind == "holdout":
        if not 0 < test_size < 1:
            raise ValueError(f"test_size: expected a share between 0 and 1, found {test_size}")
        parts = [_folds(indicator, groups, [1 - test_size, test_size], seed, r) for r in range(repeats)]
        return [Split(r, 0, np.flatnonzero(part == 0), np.flatnonzero(part == 1)) for r, part in enumerate(parts)]
    if folds < 2:
        raise ValueError(f"folds: expected at least 2, found {folds}")
    if kind == "temporal":
        return list(_temporal(_years(titles, len(indicator)), groups, folds))
    distinct = len(np.unique(groups))
    if distinct < folds:
        raise ValueError(f"folds: expected at most one per group, {distinct}, found {folds}")
    drawn = [_folds(indicator, groups, [1 / folds] * folds, seed, r) for r in range(repeats)]
    if kind == "kfold":
        return [
            Split(r, f, np.flatnonzero(part != f), np.flatnonzero(part == f))
            for r, part in enumerate(drawn)
            for f in range(folds)
        ]
    if kind == "kinds":
        form = _forms(titles, len(indicator))
        return list(_matrix(form, [0, 1], [0, 1], dict(enumerate(FORMS)), drawn, folds, equal_train, seed))
    decade = _decades(_years(titles, len(indicator)))
    rows, columns = _chosen(decade, train_decades, "train"), _chosen(decade, test_decades, "test")
    names = {d: f"{d}s" for d in [*rows, *columns]}
    return list(_matrix(decade, rows, columns, names, drawn, folds, equal_train, seed))


def _folds(y: np.ndarray, groups: np.ndarray, shares: list[float], seed: int, repeat: int) -> np.ndarray:
    own_seed = int(np.random.SeedSequence([seed, repeat]).generate_state(1)[0])
    return iterative_folds(y, groups, shares, own_seed)


def _matrix(
    part_of: np.ndarray,
    rows: list[int],
    columns: list[int],
    names: Mapping[int, str],
    drawn: list[np.ndarray],
    folds: int,
    equal_train: bool,
    seed: int,
) -> Iterator[Split]:
    for repeat, part in enumerate(drawn):
        for f in range(folds):
            inside = {d: np.flatnonzero((part_of == d) & (part != f)) for d in rows}
            smallest = min(map(len, inside.values()))
            for i, d in enumerate(rows):
                train = inside[d]
                if equal_train:
                    rng = np.random.default_rng([seed, repeat, f, d])
                    train = np.sort(rng.permutation(train)[:smallest])
                for j, other in enumerate(columns):
                    test = np.flatnonzero((part_of == other) & (part == f))
                    name = f"{names[d]} to {names[other]}"
                    if not len(train) or not len(test):
                        raise ValueError(f"{name}: expected titles on both sides of fold {f}, found too few")
                    yield Split(repeat * folds + f, i * len(columns) + j, train, test, name)


def _temporal(years: np.ndarray, groups: np.ndarray, folds: int) -> Iterator[Split]:
    known = np.flatnonzero(np.isfinite(years))
    # Periods end with whole years; the first one is only trained on.
    edges = np.unique(np.quantile(years[known], np.arange(1, folds + 1) / (folds + 1), method="higher"))
    if len(edges) < folds or edges[0] <= years[known].min():
        found = len(np.unique(years[known]))
        raise ValueError(f"folds: expected enough years for {folds + 1} periods, found {found} different years")
    bounds = [*edges, np.inf]
    for f, (low, high) in enumerate(pairwise(bounds)):
        test = np.flatnonzero((years >= low) & (years < high))
        train = np.flatnonzero(years < low)
        train = train[~np.isin(groups[train], groups[test])]
        last = years[test].max()
        yield Split(0, f, train, test, f"before {low:.0f} to {low:.0f}-{last:.0f}")


def _indicator(y: np.ndarray) -> np.ndarray:
    y = np.asarray(y)
    if y.ndim == 2:
        return y.astype(np.uint8)
    if y.ndim != 1 or len(y) == 0:
        raise ValueError(f"y: expected one row or one code per title, found an array of shape {y.shape}")
    _, codes = np.unique(y, return_inverse=True)
    return np.eye(int(codes.max()) + 1, dtype=np.uint8)[codes]


def _years(titles: pd.DataFrame | None, size: int) -> np.ndarray:
    if titles is None or "year" not in titles:
        raise ValueError("titles: expected a column 'year' for a split by time, found none")
    if len(titles) != size:
        raise ValueError(f"titles: expected {size} rows, one per label row, found {len(titles)}")
    return titles["year"].to_numpy(dtype=np.float64, na_value=np.nan)


def _forms(titles: pd.DataFrame | None, size: int) -> np.ndarray:
    """0 for films, 1 for series, -1 for titles of unknown kind."""
    if titles is None or len(titles) != size:
        raise ValueError(f"titles: expected {size} rows with a column 'kind' for a split by kind")
    form = titles["kind"].map({"movie": 0, "series": 1}).fillna(-1).to_numpy(dtype=np.int64)
    count = [int((form == number).sum()) for number in (0, 1)]
    if min(count) < SMALLEST_DECADE:
        raise ValueError(
            f"kinds: expected at least {SMALLEST_DECADE} films and {SMALLEST_DECADE} series, found {count[0]} and "
            f"{count[1]}; add series to the catalogue"
        )
    return form


def _decades(years: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(years), np.nan_to_num(years) // 10 * 10, -1).astype(np.int64)


def _chosen(decade: np.ndarray, asked: Sequence[int] | None, side: str) -> list[int]:
    present, count = np.unique(decade[decade >= 0], return_counts=True)
    if asked is None:
        return [int(d) for d, c in zip(present, count, strict=True) if c >= SMALLEST_DECADE]
    known = ", ".join(f"{d} ({c})" for d, c in zip(present, count, strict=True))
    for d in asked:
        if d not in present:
            raise ValueError(f"{side}_decades: expected first years among {known}, found {d}")
    return [int(d) for d in asked]
