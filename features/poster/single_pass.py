"""Every poster feature from one decode per poster.

Files are read and hashed first, posters with the same bytes are decoded once, and what the store holds is not
decoded at all. The decode is always a full one, because the dominant colour must be ColorThief's to the last
bit; pixels, hash and grey flag come from one reduction of it. Workers are threads: decoding, hashing and
the inner loops (compiled by numba in long passes, else numpy's) run outside Python's lock, and pixels need no
copy between processes. Of a JPEG of 300 x 440 on one core, the pass takes about 740 microseconds, 570 of them
reading and decoding (numpy's loops: 1,100).
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from ..bounded import Refused, hash_file
from ..compiled import compiled_loops
from ..store import FeatureStore
from .blocks import BLOCK_OF, FAMILIES, IDENTITIES, compute, empty_block, family_frame, posters_frame

__all__ = ["FAMILIES", "poster_features"]

_CHUNK = 512  # posters between two writes to the store
_BATCH = 16  # posters a worker takes at a time: their small pictures stay in the processor's cache
_COMPILED_FROM = 1500  # posters: for fewer, loading numba (half a second) takes longer than it saves
_KEEP = 2**19  # bytes up to which a file is kept between hashing and decoding; larger ones are read again


def poster_features(
    paths: Sequence[str | Path | Refused | None],
    families: Collection[str] = FAMILIES,
    *,
    store: FeatureStore | None = None,
    n_jobs: int | None = None,
    compiled: bool | None = None,
    progress: Callable[[int], None] | None = None,
) -> dict[str, pd.DataFrame]:
    """Compute the wanted poster features, each poster decoded once for all of them.

    Parameters
    ----------
    paths : sequence of n paths, Refused or None
        The posters; None for a title without one.
    families : collection of str
        Among `posters`, `brightness`, `palette`, `pixels`, `pixels:grey`.
    store : FeatureStore, optional
        Rows found there are not computed; new ones are added every 512 posters, so a killed pass goes on.
    n_jobs : int, optional
        Threads, as joblib counts them; all cores by default.
    compiled : bool, optional
        Whether numba compiles the inner loops: the same answers. By default it does from 1,500 posters on,
        if it is installed.
    progress : callable, optional
        Called with the number of posters finished since the last call.

    Returns
    -------
    dict of str to DataFrame
        By family, n rows with index 0 to n - 1: see `posters_frame`, `brightness`, `palette` and `pixels`.
        A poster that cannot be read has NaN colours, zero pixels, and a status that says why.

    Raises
    ------
    ValueError
        For an unknown family.
    ImportError
        If `compiled` is True and numba is not installed.

    Examples
    --------
    >>> frames = poster_features([None], ["posters", "brightness"])
    >>> frames["posters"].loc[0, "posters_status"], frames["brightness"].shape
    ('missing', (1, 5))
    """
    unknown = sorted(set(families) - set(FAMILIES))
    if unknown:
        raise ValueError(f"expected families among {', '.join(FAMILIES)}, found {', '.join(unknown)}")
    tell = progress or (lambda count: None)
    tables = {BLOCK_OF[family]: empty_block(BLOCK_OF[family], len(paths)) for family in families}
    compiled = compiled_loops(compiled, len(paths), _COMPILED_FROM)
    first_row: dict[str, int] = {}  # of each content
    row_keys: list[str | None] = []
    with Parallel(n_jobs=-1 if n_jobs is None else n_jobs, prefer="threads", return_as="generator") as parallel:

        def workers(jobs: Iterator) -> Iterator:
            return iter(parallel(jobs) or ())

        for start in range(0, len(paths), _CHUNK):
            chunk = [_place(path) for path in paths[start : start + _CHUNK]]
            hashed = [pair for part in workers(delayed(_hash)(part) for part in _parts(chunk)) for pair in part]
            row_keys += [key for key, _ in hashed]
            todo = {
                row: source
                for row, (key, source) in enumerate(hashed, start)
                if source is not None and (key is None or first_row.setdefault(key, row) == row)
            }
            missing = _take_stored(store, tables, {row: row_keys[row] for row in todo})
            lacking = set[int]().union(*missing.values())
            todo = {row: source for row, source in todo.items() if row in lacking}
            tell(len(chunk) - len(todo))
            done: list[int] = []
            work = [(source, row_keys[row]) for row, source in todo.items()]
            for keys, rows in workers(delayed(_compute)(part, list(tables), compiled) for part in _parts(work)):
                places = list(todo)[len(done) : len(done) + len(keys)]
                for block, values in rows.items():
                    tables[block][places] = values
                done += places
                for row, key in zip(places, keys, strict=True):
                    row_keys[row] = key
                tell(len(keys))
            _put(store, tables, missing, row_keys)
    for row, key in enumerate(row_keys):
        if key is not None and first_row.get(key, row) != row:
            for table in tables.values():
                table[row] = table[first_row[key]]
    return {family: family_frame(family, tables[BLOCK_OF[family]]) for family in families}


def _place(path: str | Path | Refused | None) -> Path | Refused | None:
    return path if path is None or isinstance(path, Refused) else Path(path)


def _parts(items: Sequence) -> Iterator[Sequence]:
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))


def _hash(paths: Sequence[Path | Refused | None]) -> list[tuple[str | None, bytes | Path | Refused | None]]:
    """The content hash of each file, and where to decode it from; no hash where `read_poster` will say why."""
    hashed: list[tuple[str | None, bytes | Path | Refused | None]] = []
    for path in paths:
        if path is None or isinstance(path, Refused):
            hashed.append((None, path))
            continue
        key, content = hash_file(path, keep=_KEEP)
        hashed.append((key, path if content is None else content))
    return hashed


def _compute(
    work: Sequence[tuple[bytes | Path | Refused, str | None]], blocks: list[str], compiled: bool
) -> tuple[list[str | None], dict[str, np.ndarray]]:
    return compute([source for source, _ in work], blocks, [key for _, key in work], compiled=compiled)


def _take_stored(
    store: FeatureStore | None, tables: dict[str, np.ndarray], keys: dict[int, str | None]
) -> dict[str, set[int]]:
    """Fill in the rows that the store has; return the rows that each block still lacks."""
    missing = {block: set(keys) for block in tables}
    known = {row: key for row, key in keys.items() if key is not None}
    if store is None or not known:
        return missing
    rows = np.array(list(known))
    for block, table in tables.items():
        found, values = store.get(IDENTITIES[block], list(known.values()))
        if found.any():
            table[rows[found]] = _array(values)
            missing[block] -= set(rows[found].tolist())
    return missing


def _array(values: pd.DataFrame | np.ndarray) -> np.ndarray:
    if isinstance(values, np.ndarray):
        return values
    rows = values.to_numpy(dtype=object)
    rows[pd.isna(rows)] = None
    return rows


def _put(
    store: FeatureStore | None,
    tables: dict[str, np.ndarray],
    missing: dict[str, set[int]],
    keys: list[str | None],
) -> None:
    if store is None:
        return
    for block, table in tables.items():
        rows = sorted(row for row in missing[block] if keys[row] is not None)
        if rows:
            values = table[rows]
            frame = posters_frame(values) if block == "posters" else values
            store.put(IDENTITIES[block], [str(keys[row]) for row in rows], frame)
