"""Predictions for posters and catalogues of any length, piece by piece."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

import numpy as np
import pandas as pd

from ...features.families import column_prefix, reads_posters
from ...features.files import replacing
from ...features.store import FeatureStore
from ...models.genre_model import GenreModel
from ..catalog.schema import check_titles
from ..catalog.table import Catalog, iter_catalog

PIECE = 1024
IMAGES = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"}
# One piece: what identifies each row, the rows, and their poster paths.
Piece = tuple[list[str], pd.DataFrame, list[Path | None]]


def catalog_pieces(path: Path) -> Iterator[Piece]:
    """The titles of a catalogue, `PIECE` at a time; memory does not grow with its length."""
    for catalog in iter_catalog(path, PIECE):
        yield _piece(catalog)


def _piece(catalog: Catalog) -> Piece:
    return catalog.titles["imdb_id"].tolist(), catalog.titles, catalog.poster_paths()


def poster_pieces(places: Sequence[Path]) -> Iterator[Piece]:
    """Posters by path; a folder stands for the images under it, in order of name.

    Raises
    ------
    ValueError
        When a place does not exist, or a folder holds no image.
    """
    files: list[Path] = []
    for place in places:
        if place.is_dir():
            found = sorted(path for path in place.rglob("*") if path.suffix.lower() in IMAGES)
            if not found:
                raise ValueError(f"expected images in {place}, found none with the endings {', '.join(sorted(IMAGES))}")
            files += found
        else:
            # A path that does not exist gets a row with its status, like any other poster that cannot be read.
            files.append(place)
    empty = check_titles(pd.DataFrame({"imdb_id": ["tt0000000"]})).drop(columns="imdb_id")
    for start in range(0, len(files), PIECE):
        own = files[start : start + PIECE]
        titles = empty.iloc[np.zeros(len(own), dtype=int)].reset_index(drop=True)
        yield [str(path) for path in own], titles, list(own)


def predict_pieces(
    model: GenreModel,
    key: str,
    pieces: Iterable[Piece],
    *,
    store: FeatureStore | None = None,
    weights: str | None = None,
    n_jobs: int | None = None,
) -> Iterator[pd.DataFrame]:
    """Probabilities and decisions for every piece.

    Parameters
    ----------
    model : GenreModel
    key : str
        Name of the first column.
    pieces : iterable of (names, titles, paths)
    store, weights, n_jobs
        As in `GenreModel.features`.

    Yields
    ------
    DataFrame
        `key`, one float column per genre, one `<genre>_predicted` 0/1 column per genre, `status`, and for a model with
        gates the share of each branch, `used_<branch>`. A row without any input has nulls and its reason.
    """
    title_prefixes = tuple(f"{column_prefix(spec)}_" for spec in model.specs if not reads_posters(spec))
    for names, titles, paths in pieces:
        features = model.features(titles, paths, store=store, weights=weights, n_jobs=n_jobs)
        status = pd.Series("ok", index=features.index)
        if "posters_status" in features:
            status = features["posters_status"].astype("string")
        own = [column for column in model.columns if column.startswith(title_prefixes)]
        known = features[own].notna().any(axis=1) if own else pd.Series(False, index=features.index)
        if not model.reads_posters():
            status = status.mask(~known, "nothing known of what the model reads")
        usable = (status == "ok") | known
        probabilities = model.predict_proba(features)
        decided = model.decide(probabilities)
        table = pd.DataFrame({key: names})
        for number, label in enumerate(model.labels):
            table[label] = np.where(usable, probabilities[:, number], np.nan)
        for number, label in enumerate(model.labels):
            table[f"{label}_predicted"] = pd.array(np.where(usable, decided[:, number], -1), dtype="Int64")
            table.loc[~usable.to_numpy(), f"{label}_predicted"] = pd.NA
        table["status"] = status.to_numpy()
        used = model.branch_use(features)
        for branch in () if used is None else used.columns:
            table[f"used_{branch}"] = np.where(usable, used[branch], np.nan)
        yield table


def write_predictions(
    tables: Iterable[pd.DataFrame], style: str, out: Path | None, labels: Sequence[str], key: str
) -> tuple[int, int]:
    """Write predictions as they come.

    Parameters
    ----------
    tables : iterable of DataFrame
    style : {"table", "csv", "json"}
        `json` is one list of objects; `table` is for people and shows the predicted genres with probabilities.
    out : Path or None
        A file, written atomically, or the screen.
    labels : sequence of str
    key : str

    Returns
    -------
    rows, failed : int
        How many rows were written, and how many of them without a prediction.
    """
    rows = failed = 0
    with ExitStack() as stack:
        stream: TextIO = sys.stdout
        if out is not None:
            temporary = stack.enter_context(replacing(out))
            stream = stack.enter_context(temporary.open("w", encoding="utf-8", newline=""))
        if style == "json":
            stream.write("[")
        for number, table in enumerate(tables):
            if style == "csv":
                table.to_csv(stream, index=False, header=number == 0, float_format="%.6f", lineterminator="\n")
            elif style == "json":
                _write_json(stream, table, first=number == 0)
            else:
                _write_table(stream, table, labels, key)
            rows += len(table)
            failed += int(table[labels[0]].isna().sum())
        if style == "json":
            stream.write("\n]\n")
    return rows, failed


def _write_json(stream: TextIO, table: pd.DataFrame, *, first: bool) -> None:
    for number, record in enumerate(table.astype(object).where(table.notna(), None).to_dict("records")):
        stream.write(("" if first and number == 0 else ",") + "\n " + json.dumps(record, ensure_ascii=False))


def _write_table(stream: TextIO, table: pd.DataFrame, labels: Sequence[str], key: str) -> None:
    width = min(40, max(len(str(name)) for name in table[key]))
    for row in table.to_dict("records"):
        if pd.isna(row[labels[0]]):
            stream.write(f"{row[key]!s:<{width}}  no prediction: {row['status']}\n")
            continue
        chosen = [label for label in labels if row[f"{label}_predicted"] == 1]
        rest = sorted(set(labels) - set(chosen), key=lambda label: -row[label])[:3]
        shown = ", ".join(f"{label} {row[label]:.0%}" for label in sorted(chosen, key=lambda label: -row[label]))
        further = ", ".join(f"{label} {row[label]:.0%}" for label in rest)
        note = "" if row["status"] == "ok" else f"  [{row['status']}]"
        stream.write(f"{row[key]!s:<{width}}  {shown or 'none'}  (next: {further}){note}\n")
