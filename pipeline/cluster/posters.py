"""Poster features by the workers of a cluster: each decodes and embeds its own posters and writes the rows itself.

What travels to a worker is the places of its posters; what comes back is their number. The rows go into the feature
cache from where they were computed, in whole files, and the command reads them there. So a worker that is killed costs
the posters that it had in hand: another takes them, and finds what was written before.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import joblib
import pandas as pd

from ...features.bounded import Refused
from ...features.families import TITLE, build_frames, family_of, reads_posters
from ...features.prefetch import in_order
from ...features.store import FeatureStore
from .connect import ClusterError, active_client
from .sight import absolute_weights
from .threads import one_thread

__all__ = ["spread_frames"]

LEAST, MOST = 128, 1536  # posters a worker takes at a time: whole batches; compiled loops pay from 1,500 on
ROUNDS = 4  # pieces a worker gets in the end, so that the slowest is not waited for long
Place = Path | Refused | None


def spread_frames(
    titles: pd.DataFrame,
    paths: Sequence[Place],
    specs: Sequence[str],
    *,
    store: FeatureStore | None = None,
    weights: str = "imagenet",
    n_jobs: int | None = None,
    progress: Callable[[str, int], Callable[[int], None]] | None = None,
) -> dict[str, pd.DataFrame]:
    """What `build_frames` gives, posters looked at by the workers of the cluster that `use_cluster` holds open.

    Without a cluster, and without a feature cache for its workers to write to, this machine computes all.

    Parameters
    ----------
    titles, paths, specs, store, weights, n_jobs, progress
        As in `genrelab.features.families.build_frames`.

    Returns
    -------
    dict of str to DataFrame
        The same values as without a cluster.

    Raises
    ------
    ClusterError
        When workers die over the same posters again and again.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [1999]})
    >>> list(spread_frames(frame, [None], ["metadata"]))
    ['metadata']
    """
    local = partial(build_frames, titles, paths, specs, store=store, weights=weights, n_jobs=n_jobs, progress=progress)
    client = active_client()
    if client is None:
        return local()
    by_poster = [spec for spec in specs if family_of(spec).needs != TITLE and reads_posters(spec)]
    if store is not None and by_poster:
        fill_store(
            client, paths, by_poster, store, weights, progress and progress("posters, on the workers", len(paths))
        )
    with joblib.parallel_config("threading"):
        return local()


def fill_store(
    client: Any,
    paths: Sequence[Place],
    specs: Sequence[str],
    store: FeatureStore,
    weights: str,
    tell: Callable[[int], None] | None = None,
) -> None:
    """Let workers compute the rows of posters that the feature cache lacks.

    Parameters
    ----------
    client : distributed.Client
    paths : sequence of Path, Refused or None
        Absolute.
    specs : sequence of str
        Families that read posters.
    store : FeatureStore
    weights : str
    tell : callable, optional
        Called with the number of titles finished since the last call.
    """
    there = [path for path in paths if isinstance(path, Path)]
    workers = max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
    size = min(MOST, max(LEAST, -(-len(there) // (ROUNDS * workers * LEAST)) * LEAST))
    blocks = [[path.absolute() for path in there[first : first + size]] for first in range(0, len(there), size)]
    work = partial(_fill, specs=list(specs), root=store.root.absolute(), weights=absolute_weights(weights))
    if tell:
        tell(len(paths) - len(there))
    for block, _ in by_workers(client, work, blocks, 2 * workers):
        if tell:
            tell(len(block))


def by_workers(client: Any, work: Callable[[Any], Any], items: Any, ahead: int) -> Any:
    """`genrelab.features.prefetch.in_order` with a cluster's workers; work of one that died is given to another.

    Raises
    ------
    ClusterError
        When workers die over the same piece again and again.
    """
    from distributed import KilledWorker

    try:
        yield from in_order(client.get_executor(pure=False), work, items, ahead)
    except KilledWorker as fault:
        raise ClusterError(
            f"cluster: several workers died over the same piece of work, the last at {fault.last_worker.address}; "
            "too little memory is the usual reason. What was finished is kept: the same command goes on"
        ) from None


def _fill(paths: list[Path], specs: list[str], root: Path, weights: str) -> int:
    """On a worker: compute and store what is missing of these posters; their number."""
    with one_thread():
        build_frames(pd.DataFrame(index=range(len(paths))), paths, specs, store=_store(root), weights=weights, n_jobs=1)
    return len(paths)


@lru_cache(maxsize=4)
def _store(root: Path) -> FeatureStore:
    return FeatureStore(root)  # kept, since it remembers what its files hold
