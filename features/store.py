"""A cache on disk for features: one row per poster content hash and feature identity.

    root/
      mobilenet_v2-1f0c9a3b52d4e687/     one folder per identity: its name and a hash of the whole string
        identity.json                    the identity, the columns, the type of the rows
        01763716266012345678-9b1c….parquet   part files: written once, never changed, in order of time

Parts are written beside their place and renamed into it, and nothing is ever rewritten, so two processes
may read and write the same store, and a killed one leaves nothing half done.
"""

import hashlib
import json
import os
import re
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from .files import replacing

__all__ = ["FeatureStore"]

KEY = "sha256"
VALUES = "values"  # where all columns have one numeric type, a row is stored as its bytes


class FeatureStore:
    """Keep the features that were computed once, so that a second run computes nothing.

    Parameters
    ----------
    root : path
        Folder of the store. It is made by the first `put`, not before.

    Examples
    --------
    >>> import numpy as np, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = FeatureStore(folder)
    ...     store.put("mean;v1", ["aa", "bb"], np.array([[1.0], [2.0]], dtype="float32"))
    ...     store.get("mean;v1", ["bb", "cc"])
    (array([ True, False]), array([[2.]], dtype=float32))
    """

    def __init__(self, root: str | os.PathLike[str]):
        self.root = Path(root)
        self._keys: dict[Path, np.ndarray] = {}  # parts never change, so their keys are read once

    def folder(self, identity: str) -> Path:
        """Return the folder that holds the rows of one identity, whether or not it exists.

        Parameters
        ----------
        identity : str
            Everything the feature depends on except the poster: family, parameters, weights, version.

        Returns
        -------
        Path

        Examples
        --------
        >>> FeatureStore("cache").folder("mean;v1").name
        'mean-dc53e887524d225a'
        """
        name = re.sub(r"[^a-z0-9]+", "_", re.split(r"[;|,]", identity.lower())[0]).strip("_")[:40] or "feature"
        return self.root / f"{name}-{hashlib.sha256(identity.encode()).hexdigest()[:16]}"

    def get(self, identity: str, keys: Sequence[str]) -> tuple[np.ndarray, pd.DataFrame | np.ndarray]:
        """Look up rows by poster hash.

        Parameters
        ----------
        identity : str
            The identity given to `put`.
        keys : sequence of str
            Hex sha256 of the posters' bytes, in any order, repeats allowed.

        Returns
        -------
        found : bool array of shape (len(keys),)
        rows : DataFrame or ndarray of shape (found.sum(), columns)
            The rows of the found keys in the order of `keys`, with the types and column names they were put
            with; an empty DataFrame where the store has never seen the identity.

        Raises
        ------
        ValueError
            If a file of the store cannot be read; the sentence names it.
        """
        parts = self._parts(identity)
        found = np.zeros(len(keys), dtype=bool)
        if not parts:
            return found, pd.DataFrame()
        description = self._describe(identity)
        assert description is not None
        place: dict[str, tuple[Path, int]] = {}
        for part in reversed(parts):  # the oldest row of a key wins, whoever reads
            place.update({key: (part, row) for row, key in enumerate(self._part_keys(part))})
        wanted: dict[Path, tuple[list[int], list[int]]] = {}
        for position, key in enumerate(keys):
            if key in place:
                found[position] = True
                part, row = place[key]
                targets, rows = wanted.setdefault(part, ([], []))
                targets.append(position)
                rows.append(row)
        blocks = [_read(part, rows, description) for part, (_, rows) in wanted.items()]
        order = np.argsort(np.concatenate([targets for targets, _ in wanted.values()] or [[]]), kind="stable")
        return found, _join(blocks, order, description)

    def put(self, identity: str, keys: Sequence[str], rows: pd.DataFrame | np.ndarray) -> None:
        """Add rows; rows already there stay as they are.

        Parameters
        ----------
        identity : str
            Everything the feature depends on except the poster.
        keys : sequence of str
            Hex sha256 of each poster's bytes, one per row.
        rows : DataFrame or 2-D ndarray
            Facts of single posters, in the order of `keys`; the index is not kept.

        Raises
        ------
        ValueError
            If keys and rows differ in number, or the columns are not those stored before under the identity.
        """
        if len(keys) != len(rows):
            raise ValueError(f"store: expected one key per row, found {len(keys)} keys for {len(rows)} rows")
        if not len(keys):
            return
        new = _description(identity, rows)
        known = self._describe(identity)
        if known is None:
            with replacing(self.folder(identity) / "identity.json") as temporary:
                temporary.write_text(json.dumps(new))
        elif known != new:
            raise ValueError(
                f"store: {identity!r} holds {_shape(known)}, but {_shape(new)} came: "
                "a feature that means something else needs another identity"
            )
        table = pa.table({KEY: pa.array(list(keys), pa.string())})
        if isinstance(rows, pd.DataFrame) and new["dtype"] is None:
            for name, column in rows.items():
                table = table.append_column(str(name), pa.array(column, from_pandas=True))
        else:
            matrix = np.ascontiguousarray(rows.to_numpy() if isinstance(rows, pd.DataFrame) else rows)
            width = matrix.itemsize * matrix.shape[1]
            buffer = pa.py_buffer(matrix)
            values = pa.FixedSizeBinaryArray.from_buffers(pa.binary(width), len(matrix), [None, buffer])
            table = table.append_column(VALUES, values)
        part = self.folder(identity) / f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}.parquet"
        with replacing(part) as temporary:
            pq.write_table(table, temporary, compression="zstd", use_dictionary=False, write_statistics=False)

    def _parts(self, identity: str) -> list[Path]:
        return sorted(self.folder(identity).glob("[0-9]*.parquet"))

    def _part_keys(self, part: Path) -> np.ndarray:
        if part not in self._keys:
            self._keys[part] = _open(part, [KEY]).column(KEY).to_numpy()
        return self._keys[part]

    def _describe(self, identity: str) -> dict[str, Any] | None:
        path = self.folder(identity) / "identity.json"
        try:
            return json.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise ValueError(f"store: {path} is broken ({error}): delete its folder") from error


def _description(identity: str, rows: pd.DataFrame | np.ndarray) -> dict[str, Any]:
    """Say what the rows are: columns None for an array, dtype None for columns of different types."""
    if isinstance(rows, pd.DataFrame):
        types = set(rows.dtypes)
        one = next(iter(types)) if len(types) == 1 else None
        dtype = one.str if isinstance(one, np.dtype) and one.kind in "biuf" else None
        columns = [str(name) for name in rows.columns]
        types = None if dtype else [str(kind) for kind in rows.dtypes]
        shape = {"dtype": dtype, "width": len(columns), "columns": columns, "types": types}
        return {"identity": identity, **shape}
    if rows.ndim != 2 or rows.dtype.kind not in "biuf":
        raise ValueError(f"store: expected a 2-D numeric array, found {rows.dtype} of shape {rows.shape}")
    shape = {"dtype": rows.dtype.str, "width": rows.shape[1], "columns": None, "types": None}
    return {"identity": identity, **shape}


def _shape(description: dict[str, Any]) -> str:
    kind = "array" if description["columns"] is None else "named"
    return f"{description['width']} {kind} columns of {description['dtype'] or 'mixed types'}"


def _open(part: Path, columns: list[str] | None = None) -> pa.Table:
    try:
        return pq.read_table(part, columns=columns, partitioning=None)  # pyright: ignore[reportArgumentType]
    except (OSError, pa.ArrowInvalid) as error:
        raise ValueError(f"store: {part} cannot be read ({error}): delete it to compute it again") from error


def _read(part: Path, rows: list[int], description: dict[str, Any]) -> pd.DataFrame | np.ndarray:
    table = _open(part)
    if description["dtype"] is None:
        frame = table.drop_columns(KEY).to_pandas()
        return frame.astype(dict(zip(description["columns"], description["types"], strict=True))).iloc[rows]
    values = table.column(VALUES).combine_chunks()
    flat = np.frombuffer(values.buffers()[1], dtype=np.dtype(description["dtype"]))
    start = values.offset * description["width"]
    matrix = flat[start : start + len(values) * description["width"]].reshape(len(values), -1)
    return matrix[rows]


def _join(blocks: list[Any], order: np.ndarray, description: dict[str, Any]) -> pd.DataFrame | np.ndarray:
    columns = description["columns"]
    if description["dtype"] is None:
        if not blocks:
            return pd.DataFrame({name: [] for name in columns})
        return pd.concat(blocks, ignore_index=True).iloc[order].reset_index(drop=True)
    empty = np.empty((0, description["width"]), dtype=np.dtype(description["dtype"]))
    matrix = np.concatenate(blocks)[order] if blocks else empty
    return matrix if columns is None else pd.DataFrame(matrix, columns=columns)
