"""Genre names: one canonical list for the usual spellings; a user's own names stay as they are."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

SOURCES = {"tmdb": "genres_tmdb", "imdb": "genres_imdb", "movielens": "genres_movielens", "own": "genres_own"}
OWN = "own"  # a user's own names, taken as they are

# Usual name -> canonical names; compared without case, accents, spaces, hyphens and a plural's s. A compound name of
# TMDb's series list is two genres; a name that is no genre (a screen format, an empty marker) is none.
_SAME = (
    "Action Adventure Animation Biography Comedy Crime Documentary Drama Family Fantasy History Horror Music "
    "Musical Mystery News Romance Short Sport Thriller War Western Adult Foreign Soap"
)
_OTHER: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(["children", "childrens", "kids", "kidsfamily", "familyfilm"], ("Family",)),
    **dict.fromkeys(["filmnoir", "noir"], ("Film Noir",)),
    "gameshow": ("Game Show",),
    **dict.fromkeys(["reality", "realitytv", "realityshow"], ("Reality",)),
    **dict.fromkeys(["scifi", "sciencefiction", "sf", "scienceficton", "syfy"], ("Science Fiction",)),
    **dict.fromkeys(["talk", "talkshow"], ("Talk Show",)),
    **dict.fromkeys(["tvmovie", "tvfilm", "madefortv"], ("TV Movie",)),
    **dict.fromkeys(["biopic", "biographical", "bio"], ("Biography",)),
    **dict.fromkeys(["docu", "doc", "documentaries", "documentaryfilm"], ("Documentary",)),
    **dict.fromkeys(["romcom", "romanticcomedy"], ("Romance", "Comedy")),
    **dict.fromkeys(["dramedy", "tragicomedy"], ("Drama", "Comedy")),
    **dict.fromkeys(["animated", "cartoon"], ("Animation",)),
    **dict.fromkeys(["comedies"], ("Comedy",)),
    **dict.fromkeys(["mysteries"], ("Mystery",)),
    **dict.fromkeys(["families"], ("Family",)),
    **dict.fromkeys(["histories", "historical"], ("History",)),
    **dict.fromkeys(["romantic", "lovestory"], ("Romance",)),
    **dict.fromkeys(["suspense"], ("Thriller",)),
    **dict.fromkeys(["musicals"], ("Musical",)),
    **dict.fromkeys(["soapopera"], ("Soap",)),
    "warpolitics": ("War",),
    "nogenreslisted": (),
    "imax": (),
}
# TMDb's own numbers, of films and of series.
TMDB_GENRES: dict[int, str] = {
    12: "Adventure",
    14: "Fantasy",
    16: "Animation",
    18: "Drama",
    27: "Horror",
    28: "Action",
    35: "Comedy",
    36: "History",
    37: "Western",
    53: "Thriller",
    80: "Crime",
    99: "Documentary",
    878: "Science Fiction",
    9648: "Mystery",
    10402: "Music",
    10749: "Romance",
    10751: "Family",
    10752: "War",
    10759: "Action & Adventure",
    10762: "Kids",
    10763: "News",
    10764: "Reality",
    10765: "Sci-Fi & Fantasy",
    10766: "Soap",
    10767: "Talk",
    10768: "War & Politics",
    10770: "TV Movie",
}
SPELLINGS: dict[str, tuple[str, ...]] = {name.lower(): (name,) for name in _SAME.split()} | _OTHER
CANONICAL: tuple[str, ...] = tuple(sorted({name for names in SPELLINGS.values() for name in names}))
_KIND_WORDS = re.compile(r"(?:film|movie|genre|serie)s?$")
_AND = re.compile(r"\s*(?:&|/|\+|\band\b|\s[-–]\s)\s*")


@lru_cache(maxsize=65_536)
def translate(name: str) -> tuple[str, ...] | None:
    """Return the canonical genres that a name means, in any usual spelling; None for a name in no table.

    Examples
    --------
    >>> translate("SciFi"), translate("Sci-Fi & Fantasy"), translate("Sports"), translate("Giallo"), translate("New")
    (('Science Fiction',), ('Science Fiction', 'Fantasy'), ('Sport',), None, None)
    """
    key = _key(name)
    plural = f"{key}s" if len(key) > 3 else key  # "New" is no News
    for word in (key, key.removesuffix("s"), _KIND_WORDS.sub("", key), plural):
        if word in SPELLINGS:
            return SPELLINGS[word]
    parts = [part for part in _AND.split(name.strip()) if part]
    parts = parts if len(parts) > 1 else [part for part in name.split("-") if part.strip()]
    if len(parts) < 2 or len(parts) > 4:
        return None
    known: list[str] = []
    for part in parts:
        genres = SPELLINGS.get(_key(part)) or SPELLINGS.get(_key(part).removesuffix("s"))
        if not genres:
            return None
        known += genres
    return tuple(dict.fromkeys(known))


def is_genre(name: str) -> bool:
    """Return whether a name is a usual genre's, in any usual spelling.

    Examples
    --------
    >>> is_genre("Sci-Fi"), is_genre("Giallo")
    (True, False)
    """
    return translate(name) is not None


def _key(name: str) -> str:
    if any(mark in str(name) for mark in ",;|\n"):
        return str(name)  # several names that nobody parted
    plain = unicodedata.normalize("NFKD", str(name).replace("’", "'").replace("ß", "ss")).casefold()
    return re.sub(r"[\W_]+", "", plain)


def canonical_genres(names: Iterable[str] | None) -> tuple[list[str], list[str]]:
    """Translate the genre names of one title.

    Parameters
    ----------
    names : iterable of str or None
        Names as a source writes them.

    Returns
    -------
    known : list of str
        Canonical names without repeats, in the order given.
    unknown : list of str
        Names that no table knows; for the caller to report, never dropped in silence.

    Examples
    --------
    >>> canonical_genres(["Sci-Fi & Fantasy", "Children", "Telenovela"])
    (['Science Fiction', 'Fantasy', 'Family'], ['Telenovela'])
    """
    known: dict[str, None] = {}
    unknown = []
    for name in () if names is None else names:
        translated = translate(str(name))
        if translated is None:
            unknown.append(str(name))
        else:
            known.update(dict.fromkeys(translated))
    return list(known), unknown


def title_genres(titles: pd.DataFrame, source: str = "imdb") -> tuple[list[list[str]], Counter]:
    """Canonical genres of every title from one label source.

    Parameters
    ----------
    titles : DataFrame
        Catalogue rows.
    source : {"imdb", "tmdb", "movielens", "own"}
        Whose genres; own names are taken as they are.

    Returns
    -------
    genres : list of n lists of str
        Empty where the source says nothing about a title.
    unknown : Counter
        How often each unknown name occurs.

    Raises
    ------
    ValueError
        If the source is not one of these, or the catalogue lacks its column.

    Examples
    --------
    >>> frame = pd.DataFrame({"genres_imdb": [["Drama", "Sci-Fi"], None, ["Drama", "Nonsense"]]})
    >>> title_genres(frame)
    ([['Drama', 'Science Fiction'], [], ['Drama']], Counter({'Nonsense': 1}))
    """
    if source not in SOURCES:
        raise ValueError(f"label source: expected one of {', '.join(SOURCES)}, found {source!r}")
    column = SOURCES[source]
    if column not in titles:
        raise ValueError(f"the catalogue has no column {column!r}, so it has no {source} genres")
    genres, unknown = [], Counter()
    if source == OWN:
        lists = (names if isinstance(names, list | tuple | np.ndarray) else () for names in titles[column])
        return [
            list(dict.fromkeys(stripped for name in names if (stripped := str(name).strip()))) for names in lists
        ], unknown
    for names in titles[column]:
        known, strange = canonical_genres(names if isinstance(names, list | tuple | np.ndarray) else None)
        genres.append(known)
        unknown.update(strange)
    return genres, unknown


def indicator_matrix(genres: Sequence[Sequence[str]], labels: Sequence[str]) -> np.ndarray:
    """One column per label, 1 where the title has the genre.

    Parameters
    ----------
    genres : n lists of str
    labels : L names; a title's genres outside them are ignored

    Returns
    -------
    ndarray of shape (n, L), uint8

    Examples
    --------
    >>> indicator_matrix([["Drama"], ["War", "Drama"]], ["Drama", "War"]).tolist()
    [[1, 0], [1, 1]]
    """
    position = {label: column for column, label in enumerate(labels)}
    matrix = np.zeros((len(genres), len(labels)), dtype=np.uint8)
    for row, names in enumerate(genres):
        for name in names:
            if name in position:
                matrix[row, position[name]] = 1
    return matrix


def co_occurrence(genres: Sequence[Sequence[str]]) -> pd.DataFrame:
    """Number of titles that carry both genres; the diagonal counts the titles of each.

    Parameters
    ----------
    genres : n lists of str

    Returns
    -------
    DataFrame of shape (L, L), int64, rows and columns by falling support, then name

    Examples
    --------
    >>> co_occurrence([["Drama"], ["War", "Drama"]]).loc["Drama"].tolist()
    [2, 1]
    """
    support = Counter(name for names in genres for name in names)
    labels = sorted(support, key=lambda name: (-support[name], name))
    matrix = indicator_matrix(genres, labels).astype(np.int64)
    return pd.DataFrame(matrix.T @ matrix, index=labels, columns=labels)
