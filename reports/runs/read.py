"""Read what a run left behind: the only place that opens the files of a run folder."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import reduce
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from .format import AUDIT, ENCODER, FAILED, FORMAT, INFO, KEYS, SPLIT, TRIVIAL, Cell, Check, Configuration
from .metrics import HEADLINE
from .tables import CONFORMAL, CORRECTIONS, CURVES, LEARNING_CURVE, PREDICTIONS, RESULTS, TITLES, Table

__all__ = ["ENCODER", "KEYS", "SPLIT", "TRIVIAL", "Configuration", "RunFolder", "RunFolderError", "read_run"]
pc: Any = pyarrow.compute  # its functions are made when it is imported, so no type checker knows them
AGAIN = "run the same `genrelab compare` again: it rebuilds the file from the finished cells"


class RunFolderError(ValueError):
    """A run folder that cannot be used; the message says which file and what to do."""


@dataclass(frozen=True)
class RunFolder:
    """A run as its files hold it.

    Attributes
    ----------
    path : Path
    results : DataFrame
        The columns of results.parquet, without the rows of failed cells.
    titles : DataFrame or None
        The columns of titles.parquet; None when the file is absent.
    info : dict
        The content of run.json, and under `audit` that of audit.json; empty when absent.
    failures : DataFrame
        One row for each cell and fold that could not be fitted: feature_set, model, balance, repeat, fold, reason.
    """

    path: Path
    results: pd.DataFrame
    titles: pd.DataFrame | None
    info: dict[str, Any]
    failures: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*KEYS, *SPLIT, "reason"]))

    @property
    def kind(self) -> str:
        """`multilabel` or `single`, from the metrics that were measured."""
        return "multilabel" if self.results["metric"].isin(["hamming_loss", "f1_samples"]).any() else "single"

    @property
    def headline(self) -> str:
        """The metric everything is ranked by: macro F1; accuracy is never the headline."""
        return HEADLINE

    @property
    def predictions_path(self) -> Path:
        """Where the out-of-fold scores are."""
        return self.path / PREDICTIONS.file

    def predictions(self, cell: Cell) -> pd.DataFrame:
        """Out-of-fold scores of one cell, read without loading the others.

        Parameters
        ----------
        cell : Cell

        Returns
        -------
        DataFrame
            repeat, fold, imdb_id, label, truth, score, predicted; no rows when nothing was kept. Ids and labels are
            categories in alphabetical order: a million titles of 22 genres are 0.5 GB so, and 1.4 GB as text.
        """
        columns = [name for name in PREDICTIONS.columns if name not in ("experiment", *KEYS)]
        if not self.predictions_path.exists():
            return pd.DataFrame(columns=columns)
        with pq.ParquetFile(self.predictions_path, read_dictionary=["imdb_id"]) as file:
            parts = [
                _of_cell(file.read_row_group(group, [*KEYS, *columns], use_threads=False), cell, columns)
                for group in range(file.num_row_groups)
                if _may_hold(file.metadata.row_group(group), cell)
            ]
            empty = file.schema_arrow.empty_table().select(columns)
        table = pa.concat_tables(parts, promote_options="permissive") if parts else empty
        del parts
        table, data = table.unify_dictionaries(), {}
        for name in columns:
            column = table[name]
            table = table.drop_columns(name)
            data[name] = _categories(column) if name in ("imdb_id", "label") else column.to_numpy().copy()
        pa.default_memory_pool().release_unused()
        return pd.DataFrame(data, copy=False)

    def prediction_parts(self, columns: list[str]) -> Iterator[pa.Table]:
        """All predictions, a million rows at a time: a large run has more rows than memory wants."""
        if not self.predictions_path.exists():
            return
        with pq.ParquetFile(self.predictions_path) as file:
            for batch in file.iter_batches(batch_size=1 << 20, columns=columns):
                yield pa.Table.from_batches([batch])

    def tested(self) -> dict[tuple[int, int], list[str]]:
        """The titles that each (repeat, fold) tested, by id."""
        label = self.info["labels"][0]
        columns = [*SPLIT, "imdb_id"]
        table = pq.read_table(self.predictions_path, columns=columns, filters=[("label", "==", label)]).to_pandas()
        groups = table.drop_duplicates().groupby(SPLIT, sort=True)["imdb_id"]
        return {(int(key[0]), int(key[1])): ids.astype(str).tolist() for key, ids in groups}  # pyright: ignore[reportIndexIssue, reportGeneralTypeIssues]

    def facts(self, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The columns of titles.parquet for some titles, by id; titles that it does not list are missing."""
        if self.titles is None:
            return {}
        rows = self.titles[self.titles["imdb_id"].isin(list(ids))].drop_duplicates("imdb_id")
        facts = rows.set_index("imdb_id").to_dict("index")
        return {str(key): {str(name): value for name, value in fact.items()} for key, fact in facts.items()}

    def curves(self) -> pd.DataFrame | None:
        """Losses of every network epoch by epoch; None where no network was trained."""
        return _frame(self.path, CURVES)

    def corrections(self) -> pd.DataFrame | None:
        """What a person decided of titles; None where nobody did."""
        return _frame(self.path, CORRECTIONS)

    def conformal(self) -> pd.DataFrame | None:
        """Promised and measured coverage of the best cell's genre sets; None where none was measured."""
        return _frame(self.path, CONFORMAL)

    def learning(self) -> pd.DataFrame | None:
        """Predictions of the leading cell fitted on parts of the training titles; None where none were made."""
        frame = _frame(self.path, LEARNING_CURVE)
        return None if frame is None else frame.astype({**dict.fromkeys(KEYS, str), "label": str, "imdb_id": str})

    def audited(self) -> Self:
        """This run with what an audit has seen since it was read; itself where there was none."""
        found = _audited(self.path)
        return self if found.items() <= self.info.items() else replace(self, info=self.info | found)

    def checks(self) -> list[Check]:
        """What the audit of the run saw; none where there was no audit."""
        entries = self.info.get("audit")
        records = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
        return [Check(*(str(record.get(key, "")) for key in ("check", "status", "evidence"))) for record in records]


def read_run(path: Path, *, titles: bool = True) -> RunFolder:
    """Read a run folder, of this version or of genrelab 0.1.

    Parameters
    ----------
    path : Path
        Holds results.parquet, and where they exist predictions.parquet, titles.parquet, run.json, audit.json.
    titles : bool
        False leaves titles.parquet unread: a gigabyte for a million titles.

    Returns
    -------
    RunFolder

    Raises
    ------
    RunFolderError
        When results.parquet is missing or empty, a file is damaged or lacks a column, run.json is not a JSON object,
        or a newer genrelab made the run.

    Examples
    --------
    >>> read_run(Path("no/run"))
    Traceback (most recent call last):
        ...
    genrelab.reports.runs.read.RunFolderError: no/run/results.parquet: expected the results of a run, found no file
    """
    path = Path(path)
    results = _frame(path, RESULTS)
    if results is None:
        raise RunFolderError(f"{path / RESULTS.file}: expected the results of a run, found no file")
    if results.empty:
        raise RunFolderError(f"{path / RESULTS.file}: expected at least one row, found none; {AGAIN}")
    if (path / PREDICTIONS.file).exists():
        with _naming(path / PREDICTIONS.file):
            names = pq.read_schema(path / PREDICTIONS.file).names
        missing = sorted(set(PREDICTIONS.columns) - {"experiment"} - set(names))
        if missing:
            raise RunFolderError(f"{path / PREDICTIONS.file}: expected columns {missing}, found none such; {AGAIN}")
    info = read_json(path / INFO)
    if info.get("format", 1) > FORMAT:
        raise RunFolderError(
            f"{path}: expected a run of format {FORMAT} or less, found {info['format']}; update genrelab"
        )
    failed = results["metric"] == FAILED
    failures = results[failed][[*KEYS, *SPLIT, "label"]].rename(columns={"label": "reason"}).reset_index(drop=True)
    kept = results[~failed].reset_index(drop=True)
    known = _frame(path, TITLES, ["imdb_id"]) if titles else None
    return RunFolder(path, kept, known, info | _audited(path), failures)


def _may_hold(group: pq.RowGroupMetaData, cell: Cell) -> bool:
    """Whether a row group can have rows of a cell, by its statistics: writers give every cell and split its own."""
    columns = (group.column(place) for place in range(group.num_columns))
    known = {column.path_in_schema: column.statistics for column in columns if column.path_in_schema in KEYS}
    told = ((known[key], value) for key, value in zip(KEYS, cell, strict=True))
    return all(one is None or not one.has_min_max or one.min <= value <= one.max for one, value in told)


def _of_cell(table: pa.Table, cell: Cell, columns: list[str]) -> pa.Table:
    """The rows of a cell, with splits in two bytes each."""
    wanted = reduce(pc.and_, (pc.equal(table[key], value) for key, value in zip(KEYS, cell, strict=True)))
    table = (table if pc.all(wanted).as_py() else table.filter(wanted)).select(columns)
    for name in SPLIT:
        place = columns.index(name)
        table = table.set_column(place, name, table[name].cast(pa.int16()))
    return table


def _categories(column: pa.ChunkedArray) -> pd.Categorical:
    """A column as categories in alphabetical order, those that occur; its chunks share one dictionary."""
    column = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    if not column.num_chunks:
        return pd.Categorical([], ordered=True)
    codes = np.concatenate([chunk.indices.to_numpy() for chunk in column.chunks])
    names = column.chunk(0).dictionary
    used = np.flatnonzero(np.bincount(codes, minlength=len(names)))
    names = names.take(pa.array(used))
    order = pc.sort_indices(names)
    place = np.empty(len(column.chunk(0).dictionary), dtype=np.int32)
    place[used[order.to_numpy()]] = np.arange(len(used), dtype=np.int32)
    return pd.Categorical.from_codes(place[codes], pd.Index(names.take(order).to_pandas()), ordered=True)


def _audited(path: Path) -> dict[str, Any]:
    checks = read_json(path / AUDIT).get("checks")
    return {"audit": checks} if checks else {}


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file of a run folder; an empty one where there is no file."""
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise RunFolderError(f"{path}: expected JSON, found a damaged file ({error}); {AGAIN}") from error
    if not isinstance(content, dict):
        raise RunFolderError(f"{path}: expected a JSON object, found a {type(content).__name__}; {AGAIN}")
    return content


def _frame(folder: Path, table: Table, needed: list[str] | None = None) -> pd.DataFrame | None:
    path = folder / table.file
    if not path.exists():
        return None
    with _naming(path):
        frame = pd.read_parquet(path)
    missing = [column for column in needed or table.columns if column not in frame and column not in table.later]
    if missing:
        raise RunFolderError(
            f"{path}: expected a column for {', '.join(missing)}, found {', '.join(map(str, frame.columns))}; {AGAIN}"
        )
    return table.completed(frame)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Name the file where a parquet reader names none."""
    try:
        yield
    except (OSError, ValueError, pa.ArrowException) as error:
        raise RunFolderError(f"{path}: expected a parquet file, found a damaged one ({error}); {AGAIN}") from error
