"""Read what a run left behind: the only place of `reports` that opens its files."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow.parquet as pq

KEYS = ["feature_set", "model", "balance"]
SPLIT = ["repeat", "fold"]
RESULT_COLUMNS = ["experiment", *KEYS, *SPLIT, "metric", "label", "value", "fit_seconds", "predict_seconds"]
PREDICTION_COLUMNS = [*KEYS, *SPLIT, "imdb_id", "label", "truth", "score", "predicted"]
TRIVIAL = "trivial:"
ENCODER = "encoder"


class RunFolderError(ValueError):
    """A run folder that cannot be reported; the message says which file and what was expected."""


class Configuration(NamedTuple):
    """What is compared: a feature set, a model and a balancing.

    Examples
    --------
    >>> str(Configuration("metadata", "rf", "none")), str(Configuration("-", "trivial:majority", "none"))
    ('metadata · rf', 'trivial:majority')
    >>> str(Configuration("metadata", "rf", "smote"))
    'metadata · rf · smote'
    """

    feature_set: str
    model: str
    balance: str

    def __str__(self) -> str:
        parts = [self.feature_set, self.model, self.balance]
        return " · ".join(part for part, empty in zip(parts, ("-", "", "none"), strict=True) if part != empty)

    @property
    def trivial(self) -> bool:
        """Whether it is a rule that looks at no feature."""
        return self.model.startswith(TRIVIAL)


@dataclass(frozen=True)
class RunFolder:
    """A run as its files hold it.

    Attributes
    ----------
    path : Path
    results : DataFrame
        Columns `RESULT_COLUMNS`.
    titles : DataFrame or None
        imdb_id, title, year, kind, poster, labels, red, green, blue, grey; None when the file is absent.
    info : dict
        The content of run.json; empty when absent.
    """

    path: Path
    results: pd.DataFrame
    titles: pd.DataFrame | None
    info: dict[str, Any]

    @property
    def kind(self) -> str:
        """`multilabel` or `single`, told by the metrics that were measured."""
        return "multilabel" if self.results["metric"].isin(["hamming_loss", "f1_samples"]).any() else "single"

    @property
    def headline(self) -> str:
        """The metric everything is ranked by: macro F1; accuracy is never the headline."""
        return "f1_macro"

    @property
    def predictions_path(self) -> Path:
        """Where the out-of-fold scores are."""
        return self.path / "predictions.parquet"

    def predictions(self, configuration: Configuration) -> pd.DataFrame:
        """Out-of-fold scores of one configuration, read without loading the others.

        Returns
        -------
        DataFrame
            repeat, fold, imdb_id, label, truth, score, predicted; no rows when nothing was kept.
        """
        columns = [c for c in PREDICTION_COLUMNS if c not in KEYS]
        if not self.predictions_path.exists():
            return pd.DataFrame(columns=columns)
        wanted = [(key, "==", value) for key, value in zip(KEYS, configuration, strict=True)]
        frame = pq.read_table(self.predictions_path, columns=columns, filters=wanted).to_pandas()
        frame["label"] = frame["label"].astype(str)
        frame["imdb_id"] = frame["imdb_id"].astype(str)
        return frame

    def prediction_parts(self, columns: list[str]) -> Iterator[pd.DataFrame]:
        """All predictions, a row group at a time: a large run has more rows than memory wants."""
        if not self.predictions_path.exists():
            return
        with pq.ParquetFile(self.predictions_path) as file:
            for batch in file.iter_batches(batch_size=1 << 20, columns=columns):
                yield batch.to_pandas()


def read_run(path: Path) -> RunFolder:
    """Read a run folder.

    Parameters
    ----------
    path : Path
        Holds results.parquet, and where they exist predictions.parquet, titles.parquet, run.json.

    Returns
    -------
    RunFolder

    Raises
    ------
    RunFolderError
        When results.parquet is missing, empty or lacks a column, or run.json is not a JSON object.

    Examples
    --------
    >>> read_run(Path("no/run"))
    Traceback (most recent call last):
        ...
    genrelab.reports.runs.read.RunFolderError: no/run/results.parquet: expected the results of a run, found no file
    """
    path = Path(path)
    results = _frame(path / "results.parquet", RESULT_COLUMNS, "the results of a run")
    if results is None:
        raise RunFolderError(f"{path / 'results.parquet'}: expected the results of a run, found no file")
    if results.empty:
        raise RunFolderError(f"{path / 'results.parquet'}: expected at least one row, found none")
    if (path / "predictions.parquet").exists():
        missing = sorted(set(PREDICTION_COLUMNS) - set(pq.read_schema(path / "predictions.parquet").names))
        if missing:
            raise RunFolderError(f"{path / 'predictions.parquet'}: expected columns {missing}, found none such")
    titles = _frame(path / "titles.parquet", ["imdb_id"], "one row per title")
    return RunFolder(path, results, titles, _info(path / "run.json"))


def _frame(path: Path, columns: list[str], what: str) -> pd.DataFrame | None:
    if not path.exists():
        return None
    frame = pd.read_parquet(path)
    missing = [column for column in columns if column not in frame]
    if missing:
        raise RunFolderError(f"{path}: expected {what} with columns {missing}, found {list(frame)}")
    return frame


def _info(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        info = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise RunFolderError(f"{path}: expected JSON, found {error}") from error
    if not isinstance(info, dict):
        raise RunFolderError(f"{path}: expected a JSON object, found a {type(info).__name__}")
    return info
