"""Do the label sources agree on a genre? What each of them says, and Cohen's kappa between them."""

from collections.abc import Mapping, Sized
from itertools import combinations

import numpy as np
import pandas as pd

from ...runs.once import once_per_run
from ...runs.read import RunFolder

SOURCES = {"imdb": "genres_imdb", "tmdb": "genres_tmdb", "movielens": "genres_movielens"}
NAMES = {"imdb": "IMDb", "tmdb": "TMDb", "movielens": "MovieLens"}
FEWEST = 10  # titles of a genre, for a source to be asked about it
COLUMNS = ["label", "first", "second", "titles", "both", "first_only", "second_only", "kappa", "jaccard"]


def cohen_kappa(both: np.ndarray, first: np.ndarray, second: np.ndarray, titles: np.ndarray) -> np.ndarray:
    """Agreement beyond chance of two sources on a 0/1 label, from counts.

    kappa = (p_o - p_e) / (1 - p_e), p_o being the share of titles on which they agree and p_e the share they would
    agree on by chance (Cohen 1960, "A coefficient of agreement for nominal scales").

    Parameters
    ----------
    both, first, second, titles : arrays of one shape
        Titles that both, the first, the second source give the label to, and all titles.

    Returns
    -------
    ndarray of float64
        1 full agreement, 0 chance; NaN where nobody, or everybody, has the label in both.

    Examples
    --------
    >>> cohen_kappa(np.array([20]), np.array([25]), np.array([30]), np.array([50])).round(3).tolist()
    [0.4]
    """
    total = np.asarray(titles, dtype=np.float64)
    both, first, second = (np.asarray(v, dtype=np.float64) for v in (both, first, second))
    neither = total - first - second + both
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = (both + neither) / total
        chance = (first * second + (total - first) * (total - second)) / total**2
        return np.where(chance < 1, (observed - chance) / (1 - chance), np.nan)


def agreement(sources: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """How far sources agree on each genre, over the titles both know.

    Parameters
    ----------
    sources : mapping of source name to DataFrame
        0/1 per title (index) and genre (columns, one vocabulary for all); only titles that the source has genres
        for, and only genres that it knows, so that silence does not count as "no".

    Returns
    -------
    DataFrame
        One row per genre and pair of sources that both know it: `label`, `first`, `second`, `titles` (known to both),
        `both`, `first_only`, `second_only` (titles with the label), `kappa`, `jaccard` (both over any; NaN where no
        title has it). Sorted by pair, then kappa, least first.

    Raises
    ------
    ValueError
        With fewer than two sources, or a title twice in one.

    Examples
    --------
    >>> one = pd.DataFrame({"War": [1, 1, 0, 0]}, index=list("abcd"))
    >>> two = pd.DataFrame({"War": [1, 0, 0], "Noir": [1, 0, 0]}, index=list("abc"))
    >>> agreement({"one": one, "two": two})[["label", "titles", "both", "jaccard"]].values.tolist()
    [['War', 3, 1, 0.5]]
    """
    if len(sources) < 2:
        raise ValueError(f"expected at least two sources, found {len(sources)}")
    for name, frame in sources.items():
        if not frame.index.is_unique:
            raise ValueError(
                f"source {name!r}: expected every title once, found {frame.index[frame.index.duplicated()][0]} twice"
            )
    parts = []
    for (first, one), (second, other) in combinations(sources.items(), 2):
        shared = one.index.intersection(other.index)
        labels = [label for label in one.columns if label in other.columns]
        a = one.loc[shared, labels].to_numpy(dtype=bool)
        b = other.loc[shared, labels].to_numpy(dtype=bool)
        both, in_a, in_b = (a & b).sum(axis=0), a.sum(axis=0), b.sum(axis=0)
        any_ = in_a + in_b - both
        part = pd.DataFrame(
            {
                "label": labels,
                "first": first,
                "second": second,
                "titles": len(shared),
                "both": both,
                "first_only": in_a - both,
                "second_only": in_b - both,
                "kappa": cohen_kappa(both, in_a, in_b, np.full(len(labels), len(shared))),
                "jaccard": np.divide(both, any_, out=np.full(len(labels), np.nan), where=any_ > 0),
            }
        )
        parts.append(part.sort_values(["kappa", "label"]))
    return pd.concat(parts, ignore_index=True)[COLUMNS]


@once_per_run
def source_labels(run: RunFolder) -> dict[str, pd.DataFrame]:
    """What every source says, 0/1 per title and genre, from the columns genres_* of titles.parquet.

    Returns
    -------
    dict of source name to DataFrame
        Titles that the source has genres for; genres that it gives to ten titles at least. Sources without any are
        left out.
    """
    found = {}
    for source, column in SOURCES.items():
        if run.titles is None or column not in run.titles:
            continue
        lists = run.titles.drop_duplicates("imdb_id").set_index("imdb_id")[column]
        lists = lists[lists.map(lambda names: _filled(names))]
        if lists.empty:
            continue
        codes, names = pd.factorize(np.concatenate([np.asarray(list(given), dtype=object) for given in lists]))
        told = np.zeros((len(lists), len(names)), dtype=np.uint8)
        told[np.repeat(np.arange(len(lists)), [len(given) for given in lists]), codes] = 1
        table = pd.DataFrame(told, lists.index, pd.Index(names, name="label")).sort_index(axis="columns")
        found[NAMES[source]] = table.loc[:, table.sum() >= FEWEST]
    return found


def _filled(names: object) -> bool:
    return isinstance(names, Sized) and not isinstance(names, str) and len(names) > 0


def source_agreement(run: RunFolder) -> pd.DataFrame:
    """`agreement` of the sources of a run; no rows with fewer than two of them."""
    sources = source_labels(run)
    return agreement(sources) if len(sources) >= 2 else pd.DataFrame()


def agreement_matrix(table: pd.DataFrame) -> pd.DataFrame:
    """Kappa per genre (rows, least agreed on first) and pair of sources (columns).

    Examples
    --------
    >>> rows = pd.DataFrame({"label": ["War"], "first": ["IMDb"], "second": ["TMDb"], "kappa": [0.5]})
    >>> agreement_matrix(rows).to_dict()
    {'IMDb and TMDb': {'War': 0.5}}
    """
    if table.empty:
        return pd.DataFrame()
    named = table.assign(pair=table["first"] + " and " + table["second"])
    wide = named.pivot(index="label", columns="pair", values="kappa")[named["pair"].unique()]
    return wide.loc[wide.mean(axis=1).sort_values(kind="stable").index].rename_axis(index="label", columns=None)
