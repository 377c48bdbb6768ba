"""Which titles belong together: one franchise, or one picture under two ids. They never straddle a split."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ..sources.folder.filenames import is_numbered

NEAR_DISTANCE = 6
_CHUNK = 4_000_000

_NUMBER_WORDS = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
_ROMAN = "ii|iii|iv|v|vi|vii|viii|ix|xi|xii|xiii"
_PART = r"(?:part|chapter|episode|volume|vol\.?|season)"
# After "part" any number counts a sequel. Alone, 2 to 7, a Roman number or a year does; a larger one belongs to the
# title: Apollo 13, District 9, Super 8, Khiladi 420.
_ENDING = re.compile(
    rf"(?:[\s,]+{_PART}\s*(?:\d+|one|x|{_ROMAN}|{_NUMBER_WORDS})"
    rf"|[\s,]+(?:[2-7]|(?:19|20)\d\d|{_ROMAN}|{_NUMBER_WORDS})|(?<=[a-z])[2-7])$"
)
_SUBTITLE = re.compile(r"\s*(?::|\s[-–—]\s|;|\().*$")
# "Harry Potter and the Goblet of Fire": a name of two words or more before "and the" is the series' name.
_AND_THE = re.compile(r"^(\w[\w.']*(?:\s+\w[\w.']*)+)\s+and\s+the\s.*$")
_ARTICLE = re.compile(r"^(?:the|a|an)\s+")


def title_stem(title: str) -> str:
    """The part of a title that sequels share: without subtitle, number, article, case and accents.

    Parameters
    ----------
    title : str

    Returns
    -------
    str
        Lower case; the whole title where nothing would be left of it.

    Examples
    --------
    >>> title_stem("The Godfather: Part III"), title_stem("Alien³"), title_stem("Ocean's Eleven")
    ('godfather', 'alien', "ocean's")
    >>> title_stem("Harry Potter and the Goblet of Fire"), title_stem("1408"), title_stem("Apollo 13")
    ('harry potter', '1408', 'apollo 13')
    """
    plain = unicodedata.normalize("NFKD", title).casefold().replace("&", " and ")
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = plain.replace("’", "'")
    whole = " ".join(plain.split())
    stem = _SUBTITLE.sub("", whole)
    stem = _AND_THE.sub(r"\1", stem)
    # Fewer than three letters are no name: "K-9" and "Mr. X" stay whole.
    if len(shorter := _ENDING.sub("", stem).strip(" ,.-")) > 2:
        stem = shorter
    stem = _ARTICLE.sub("", stem).strip(" ,.-!?")
    return stem if len(stem) > 1 else whole


def make_groups(
    titles: pd.DataFrame,
    phash: Sequence[str | None] | pd.Series | None = None,
    sha256: Sequence[str | None] | pd.Series | None = None,
    *,
    franchises: bool = True,
    distance: int = NEAR_DISTANCE,
) -> np.ndarray:
    """Number the groups of titles that must stay on one side of a split.

    Two titles are in one group when they have the same poster file (always), the same franchise, or posters
    that are the same picture, directly or through other titles.

    The franchise is `collection_id` where the catalogue has one, else the title's stem; a title that was guessed from
    a file name (`title_from_file`), or that is a camera's number (`IMG_0001`), makes no franchise. Posters are the same
    picture when their 64-bit perceptual hashes differ in at most `distance` bits. Measured with
    `poster.fingerprint` on 5,048 real posters of 1980-2015 (12.7 million pairs): the three pairs at 0 to 2
    bits are the same picture by eye (re-used and recoloured art), there is none at 3 to 7, and from 8 on (one pair at
    8, seven at 10, 90 at 12) they are strangers. Of 400 of these posters, saved again at JPEG quality 30, all stay
    within 4 bits; within 6 stay 99.8 % of those halved in size, all turned grey, 99.5 % stretched, 99 % brightened by
    a fifth, 95 % cropped by 1 % a side and 83 % by 2 %. So 6 catches most copies without a false pair; at 8 it would
    be 94 % of the last, and one false pair. False pairs grow with the square of the titles.

    Parameters
    ----------
    titles : DataFrame of n rows
        Needs `title`; `collection_id` and `title_from_file` are used where they are there.
    phash : sequence of n strings or None, optional
        16 hexadecimal digits each; null for a poster that cannot be read.
    sha256 : sequence of n strings or None, optional
        Hash of the poster file.
    franchises : bool
        Whether titles of one franchise are kept together.
    distance : int
        Bits, 0 to 16.

    Returns
    -------
    ndarray of shape (n,), int64
        Group numbers 0, 1, ... in order of first appearance.

    Raises
    ------
    ValueError
        When lengths differ, a hash is not 16 hexadecimal digits, or `distance` is out of range.

    Examples
    --------
    >>> frame = pd.DataFrame({"title": ["Jaws", "Heat", "Jaws 2", "Ronin"]})
    >>> make_groups(frame, sha256=["a", "b", "c", "b"]).tolist()
    [0, 1, 0, 1]
    """
    if not 0 <= distance <= 16:
        raise ValueError(f"distance: expected 0 to 16 bits, found {distance}")
    size = len(titles)
    links: list[np.ndarray] = []
    if franchises:
        links.append(_same(_franchise_keys(titles)))
    if sha256 is not None:
        links.append(_same(_column(sha256, size, "sha256")))
    if phash is not None:
        links.append(near_pairs(_hashes(_column(phash, size, "phash"), titles), distance)[:, :2])
    return connected_groups(size, links)


def connected_groups(size: int, links: Iterable[np.ndarray]) -> np.ndarray:
    """Number the connected components of `size` items, in order of first appearance.

    Parameters
    ----------
    size : int
    links : iterable of int arrays of shape (m, 2)
        Pairs of items that belong together.

    Returns
    -------
    ndarray of shape (size,), int64

    Examples
    --------
    >>> connected_groups(4, [np.array([[0, 3]]), np.array([[3, 2]])]).tolist()
    [0, 1, 0, 0]
    """
    pairs = np.concatenate([np.empty((0, 2), dtype=np.int64), *links])
    graph = coo_array((np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    _, component = connected_components(graph.tocsr(), directed=False)
    return pd.factorize(component)[0].astype(np.int64)


def near_pairs(hashes: Sequence[int | None] | np.ndarray, distance: int) -> np.ndarray:
    """Pairs of 64-bit hashes that differ in at most `distance` bits.

    Two such hashes agree on at least m of `distance` + m disjoint bands of bits, so only those that share m bands
    are compared; m grows with the number of hashes, so that few strangers do. (After Norouzi, Punjani, Fleet
    2012, "Fast search in Hamming space with multi-index hashing".) A million hashes at 8 bits take half a minute.

    Parameters
    ----------
    hashes : sequence of n ints or None
    distance : int

    Returns
    -------
    ndarray of shape (m, 3), int64
        Positions i, j and their distance. Equal hashes are chained (first with second, second with third, ...);
        for different hashes the first position of each stands for its equals.

    Examples
    --------
    >>> near_pairs([0b1111, 0b0111, None, 2**63], 1).tolist()
    [[0, 1, 1]]
    """
    known = np.array([i for i, value in enumerate(hashes) if value is not None], dtype=np.int64)
    values = np.array([hashes[i] for i in known], dtype=np.uint64)
    unique, first, inverse = np.unique(values, return_index=True, return_inverse=True)
    chain = np.column_stack([known[_same(inverse)], np.zeros(len(values) - len(unique), dtype=np.int64)])
    found = [chain]
    together = 1 + (len(unique) > 20_000) + (len(unique) > 300_000)
    edges = np.linspace(0, 64, distance + together + 1).astype(int)
    bands = [(1 << int(high)) - (1 << int(low)) for low, high in pairwise(edges)]
    for chosen in combinations(bands, together):
        band = unique & np.uint64(sum(chosen))
        for left, right in _pairs_with_equal_key(band):
            bits = np.bitwise_count(unique[left] ^ unique[right]).astype(np.int64)
            near = (bits <= distance) & (bits > 0)
            ends = np.sort(np.column_stack([known[first[left[near]]], known[first[right[near]]]]), axis=1)
            found.append(np.column_stack([ends, bits[near]]))
    return np.unique(np.concatenate(found), axis=0).reshape(-1, 3)


def _pairs_with_equal_key(key: np.ndarray) -> Iterable[tuple[np.ndarray, np.ndarray]]:
    """All pairs of positions with equal keys, in chunks of bounded size."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    after = np.searchsorted(ordered, ordered, side="right") - np.arange(len(key)) - 1
    total = np.concatenate([[0], np.cumsum(after)])
    start = 0
    while start < len(key):
        stop = max(start + 1, int(np.searchsorted(total, total[start] + _CHUNK, side="right")) - 1)
        left = np.repeat(np.arange(start, stop), after[start:stop])
        offset = np.arange(len(left)) - np.repeat(total[start:stop] - total[start], after[start:stop])
        yield order[left], order[left + 1 + offset]
        start = stop


def _same(keys: Sequence[object] | np.ndarray | pd.Series) -> np.ndarray:
    """Chain the positions with equal keys; a null equals nothing."""
    codes = pd.factorize(pd.Series(keys))[0]  # pyright: ignore[reportCallIssue, reportArgumentType]
    known = np.flatnonzero(codes >= 0)
    order = known[np.argsort(codes[known], kind="stable")]
    neighbours = np.column_stack([order[:-1], order[1:]])
    return neighbours[codes[order[:-1]] == codes[order[1:]]]


def _franchise_keys(titles: pd.DataFrame) -> pd.Series:
    real = titles["title"].map(lambda title: None if is_numbered(title) else title, na_action="ignore")
    if "title_from_file" in titles:
        real = real.mask(titles["title_from_file"].fillna(False).astype(bool))
    stems = real.map(lambda title: f"title {title_stem(title)}", na_action="ignore").astype(object)
    if "collection_id" not in titles:
        return stems.reset_index(drop=True)
    collection = titles["collection_id"]
    named = collection.map(lambda value: f"collection {value}", na_action="ignore").astype(object)
    return named.where(collection.notna(), stems).reset_index(drop=True)


def _column(values: Sequence[str | None] | pd.Series, size: int, name: str) -> pd.Series:
    if len(values) != size:
        raise ValueError(f"{name}: expected {size} values, one per title, found {len(values)}")
    return pd.Series(list(values), dtype=object)


def _hashes(phash: pd.Series, titles: pd.DataFrame) -> list[int | None]:
    numbers: list[int | None] = []
    for row, text in enumerate(phash):
        if pd.isna(text):
            numbers.append(None)
        elif isinstance(text, str) and re.fullmatch(r"[0-9a-fA-F]{16}", text):
            numbers.append(int(text, 16))
        else:
            name = titles["title"].iloc[row]
            raise ValueError(f"phash of row {row} ({name!r}): expected 16 hexadecimal digits, found {text!r}")
    return numbers
