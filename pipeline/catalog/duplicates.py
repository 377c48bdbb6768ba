"""One film under two ids: found by its poster and its title."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from ...features.bounded import hash_file
from ...features.poster.read import read_poster
from .table import poster_paths

COLUMNS = ["imdb_id", "title", "year", "other_id", "other_title", "other_year", "reason"]
SAME = "same poster and title"
POSTER_ONLY = "same poster, other title"
BITS_APART = 6


def plain_title(title: str) -> str:
    """Return a title without case, accents and punctuation, for comparing.

    Examples
    --------
    >>> plain_title("  Amélie: The-Movie!")
    'amelie the movie'
    """
    folded = unicodedata.normalize("NFKD", title.casefold())
    return " ".join(re.sub(r"[\W_]+", " ", "".join(c for c in folded if not unicodedata.combining(c))).split())


def difference_hash(path: Path) -> int | None:
    """Return 64 bits that similar pictures share: whether each grey pixel of a 9 by 8 copy is brighter than the next.

    Returns
    -------
    int or None
        0 to 2**64 - 1; None when the file cannot be decoded.
    """
    image = read_poster(path, draft=(72, 64)).image
    if image is None:
        return None
    small = np.asarray(image.convert("L").resize((9, 8), Image.Resampling.BOX), dtype=np.int16)
    return int("".join("1" if bit else "0" for bit in (small[:, :-1] > small[:, 1:]).ravel()), 2)


def find_duplicates(titles: pd.DataFrame, root: Path) -> pd.DataFrame:
    """Find titles that share a poster.

    Two rows with the same plain title and kind, years at most one apart (or unknown), and posters whose
    difference hashes differ in at most 6 of 64 bits are the same film. Byte-equal posters of other titles are
    told as well, but are often a franchise or a placeholder. Files are read only where something could match.

    Parameters
    ----------
    titles : DataFrame
        Catalogue rows.
    root : Path
        The folder poster paths start from.

    Returns
    -------
    DataFrame
        One row per pair, columns `imdb_id` (the one to keep: more votes, then the lower id), `title`, `year`,
        `other_id`, `other_title`, `other_year`, `reason`.
    """
    paths = [path if isinstance(path, Path) and path.is_file() else None for path in poster_paths(titles, root)]
    pairs: dict[tuple[int, int], str] = {}
    for rows in _groups_by_title(titles):
        hashes = {row: difference_hash(path) for row in rows if (path := paths[row]) is not None}
        for i, a in enumerate(rows):
            for b in rows[i + 1 :]:
                one, other = hashes.get(a), hashes.get(b)
                if one is None or other is None or (one ^ other).bit_count() > BITS_APART:
                    continue
                if _near(titles["year"].iloc[a], titles["year"].iloc[b]):
                    pairs[a, b] = SAME
    for rows in _groups_by_bytes(paths):
        first = rows[0]
        for other in rows[1:]:
            pairs.setdefault((first, other), POSTER_ONLY)
    found = []
    for (a, b), reason in sorted(pairs.items()):
        a, b = sorted((a, b), key=lambda row: (-_votes(titles, row), titles["imdb_id"].iloc[row]))
        cells = [[titles[name].iloc[row] for name in ("imdb_id", "title", "year")] for row in (a, b)]
        found.append([*cells[0], *cells[1], reason])
    return pd.DataFrame(found, columns=COLUMNS, dtype=object)


def _votes(titles: pd.DataFrame, row: int) -> float:
    known = [titles[name].iloc[row] for name in ("imdb_votes", "vote_count") if name in titles]
    return max((float(value) for value in known if not pd.isna(value)), default=0.0)


def _near(a: object, b: object) -> bool:
    return pd.isna(a) or pd.isna(b) or abs(int(a) - int(b)) <= 1  # type: ignore[arg-type]


def _groups_by_title(titles: pd.DataFrame) -> list[list[int]]:
    groups: dict[object, list[int]] = defaultdict(list)
    for row, (title, kind) in enumerate(zip(titles["title"], titles["kind"], strict=True)):
        if not pd.isna(title) and plain_title(title):
            groups[plain_title(title), None if pd.isna(kind) else kind].append(row)
    return [rows for rows in groups.values() if len(rows) > 1]


def _groups_by_bytes(paths: list[Path | None]) -> list[list[int]]:
    sizes: dict[int, list[int]] = defaultdict(list)
    files = {row: path for row, path in enumerate(paths) if path is not None}
    for row, path in files.items():
        sizes[path.stat().st_size].append(row)
    digests: dict[str, list[int]] = defaultdict(list)
    for rows in sizes.values():
        if len(rows) > 1:
            for row in rows:
                key = hash_file(files[row])[0]
                if key is not None:
                    digests[key].append(row)
    return [rows for rows in digests.values() if len(rows) > 1]
