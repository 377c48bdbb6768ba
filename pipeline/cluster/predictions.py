"""Predictions by the workers of a cluster: piece by piece, in the catalogue's order."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

import pandas as pd

from ...features.store import FeatureStore
from ...models.file import load_model
from ...models.genre_model import GenreModel
from ..handover.predict import Piece, predict_pieces
from .connect import ClusterError, active_client
from .posters import by_workers
from .sight import absolute_weights
from .threads import one_thread

__all__ = ["spread_predictions"]


def spread_predictions(
    model: Path,
    sha256: str,
    key: str,
    pieces: Iterable[Piece],
    *,
    store: FeatureStore | None = None,
    weights: str,
    progress: Callable[[int], None] | None = None,
) -> Iterator[pd.DataFrame]:
    """What `predict_pieces` gives, every piece by a worker of the cluster that `use_cluster` holds open.

    A worker gets the rows of its titles and the places of their posters, reads posters and model itself, writes poster
    features into the cache, and sends probabilities back.

    Parameters
    ----------
    model : Path
        The model's file: every worker loads it once.
    sha256 : str
        Of the file; a worker that finds another one there refuses it.
    key, pieces, store
        As in `predict_pieces`.
    weights : str
        Where the weights lie, from `genrelab.features.frozen.hub.weights_here`.
    progress : callable, optional
        Called with the number of titles finished since the last call.

    Yields
    ------
    DataFrame

    Raises
    ------
    ClusterError
        When workers die over the same piece again and again, or one does not see a poster that is there.
    """
    client = active_client()
    workers = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
    work = partial(
        _predict,
        model=model.absolute(),
        sha256=sha256,
        key=key,
        root=None if store is None else store.root.absolute(),
        weights=absolute_weights(weights),
    )
    for piece, table in by_workers(client, work, map(_absolute, pieces), 2 * workers):
        check_seen(piece, table)
        if progress:
            progress(len(piece.names))
        yield table


def check_seen(piece: Piece, table: pd.DataFrame) -> None:
    """Refuse the answer of a worker that calls posters missing which are there: it came after the proof of sight.

    Raises
    ------
    ClusterError
        Naming the first such poster.
    """
    missing = table["reason"].astype("string").str.contains("poster missing", regex=False, na=False)
    for path, gone in zip(piece.paths, missing, strict=True):
        if gone and isinstance(path, Path) and path.is_file():
            raise ClusterError(
                f"cluster: a worker that came later does not see {path}, which is there. Every worker needs the "
                "posters, the weights and the model under the same paths"
            )


def _absolute(piece: Piece) -> Piece:
    return replace(piece, paths=[path.absolute() if isinstance(path, Path) else path for path in piece.paths])


def _predict(piece: Piece, model: Path, sha256: str, key: str, root: Path | None, weights: str) -> pd.DataFrame:
    """On a worker: the probabilities of one piece."""
    store = None if root is None else FeatureStore(root)
    with one_thread():
        return next(predict_pieces(_model(model, sha256), key, [piece], store=store, weights=weights, n_jobs=1))


@lru_cache(maxsize=2)
def _model(path: Path, sha256: str) -> GenreModel:
    return load_model(path, sha256)
