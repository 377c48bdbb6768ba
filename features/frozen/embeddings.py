"""Posters to embeddings: one decode per distinct poster, in worker threads, ahead of the network.

A poster is decoded by the one safe reader (a JPEG at 1/2, 1/4 or 1/8 of its size where at least twice the input
is left), stretched to the network's input with Pillow's bilinear filter, which averages when it shrinks,
preprocessed as its weights ask, and the network's output is averaged over the picture.

The arithmetic of the pass, for JPEGs of 300 x 440 (`benchmarks/bench_embeddings.py` measures it): reading and
hashing one takes 0.1 ms of a core, decoding 0.6, stretching it to 224 x 224 0.7 by Pillow and 0.3 by the compiled
loops of `stretch_kernels`, which give the same values. So D is about 950 posters a second and core (700 by Pillow);
the network alone takes N. An accelerator waits for nothing as long as the host's c cores give c * D > N. On a CPU
both share the cores, and the network can keep at most 1 / (1 + N / (c * D)) of its own speed; on two cores that is
98 to 99 % at N = 20 to 31 (InceptionV3 to mixed8, ResNet50 to conv4) and 93 % at N = 133 (MobileNetV2, 12 ms of a core
for the network and 1.0 for the poster; 91 % by Pillow).

Measured on an NVIDIA H100 with 16 cores (ResNet50 whole, 12,000 JPEGs of 300 x 440, pictures a second): on JAX the
network alone takes 3,180 in float32, 11,331 in TensorFloat-32 and 14,432 in bfloat16, on PyTorch 2,227 in
TensorFloat-32. Threads decode 1,363 however many they are, since each poster keeps Python's lock for a while: the
pass takes 992. With processes that decode it takes 1,891 in float32 (1,345 with their start), and the rows are the
same bytes. So from `PROCESSES_FROM` posters on, processes decode where there is a card.

float32 on the card differs from the processor's by at most 7e-6 of the largest value (MobileNetV2, 296 real posters,
both backends). TensorFloat-32 differed by 2.7e-2 and bfloat16 by 0.30 there (ResNet50 to conv4: 9e-4 and 1.5e-2), so
neither is taken unasked.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, cpu_count, delayed

from ..bounded import Refused, hash_file
from ..compiled import compiled_loops
from ..poster.read import reading
from ..prefetch import in_order
from ..store import FeatureStore
from .backbones import Backbone
from .encoders import PictureEncoder
from .keras import has_card
from .network import load_network
from .onnx import load_pictures
from .resize import fitted
from .style import resolve_pictures, resolve_style
from .weights import locate

__all__ = ["embed"]

COMPILED_FROM = 1500  # posters: for fewer, loading numba (half a second) takes longer than it saves
PROCESSES_FROM = 10_000  # posters: for fewer, starting processes beside a card (seconds) takes longer than it saves
CHUNK = 32  # posters that a process decodes at a time
PUT_ROWS = 512  # rows computed between two writes to the store: what a kill can cost
Decoded = tuple[str | None, np.ndarray | None]
Batch = tuple[list[tuple[str, str | None]], Callable[[], np.ndarray]]  # posters, and the wait for their rows
Frozen = Backbone | PictureEncoder


def embed(
    paths: Sequence[str | os.PathLike[str] | Refused | None],
    backbone: Frozen,
    *,
    store: FeatureStore | None = None,
    batch_size: int | None = None,
    n_jobs: int | None = None,
    precision: str = "float32",
    compiled: bool | None = None,
    progress: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Compute the embedding of every poster.

    Parameters
    ----------
    paths : sequence of n paths, Refused or None
        The posters; None for a title without one.
    backbone : Backbone or PictureEncoder
        From `style.resolve_pictures`. Its weights are fetched or read only if a row is not in the store.
    store : FeatureStore, optional
        Rows found there are not computed; new rows are added every 512 posters, so a killed run goes on.
    batch_size : int, optional
        Posters per step of the network, at least 1; by default 32, and 128 on a graphics card.
    n_jobs : int, optional
        Threads that decode; by default one per core, at most 16.
    precision : {"float32", "bfloat16"}, optional
        Of the arithmetic; part of a row's identity. bfloat16 is for those who ask: on a card, where decoding holds the
        pass up, it gains nothing, and MobileNetV2's rows then differ by 12 %.
    compiled : bool, optional
        Stretch posters by loops that numba compiles: the same rows. By default where there are 1,500 posters to
        compute and numba is installed.
    progress : callable, optional
        Called with the number of titles finished since the last call.

    Returns
    -------
    DataFrame of shape (n, width), float32
        Columns `NAME_0000`, ...; NaN in the row of a poster that is missing or cannot be read.

    Raises
    ------
    ConnectionError, ValueError, FileNotFoundError
        If the weights cannot be had, or are not those described.
    ImportError
        If there is a poster to compute and no Keras, or `compiled` is True and there is no numba.

    Examples
    --------
    >>> from genrelab.features.frozen.backbones import resolve_backbone
    >>> embed([None], resolve_backbone("mobilenet_v2", "random")).iloc[:, :2]
       mobilenet_v2_0000  mobilenet_v2_0001
    0                NaN                NaN
    """
    if batch_size is not None and batch_size < 1:
        raise ValueError(f"batch_size: expected at least 1, found {batch_size}")
    if precision not in ("float32", "bfloat16"):
        raise ValueError(f"precision: expected float32 or bfloat16, found {precision!r}")
    if compiled:
        compiled_loops(compiled, len(paths), COMPILED_FROM)  # refused before anything is read
    tell = progress or (lambda count: None)
    jobs = n_jobs or min(16, cpu_count())
    with ThreadPoolExecutor(jobs) as pool:
        keys = list(pool.map(_content_hash, paths))
        titles: dict[str, list[int]] = {}
        for row, key in enumerate(keys):
            if key is not None:
                titles.setdefault(key, []).append(row)
        if not titles:
            tell(len(keys))
            return _frame({}, titles, len(keys), backbone)
        onnx = isinstance(backbone, PictureEncoder)
        batch_size = batch_size or (128 if not onnx and has_card() else 32)
        if isinstance(backbone, Backbone):
            backbone = locate(backbone)
        identity = backbone.identity(precision)
        rows = _stored(store, identity, list(titles))
        todo = [key for key in titles if key not in rows]
        tell(keys.count(None) + sum(len(titles[key]) for key in rows))
        compiled = compiled_loops(compiled, len(todo), COMPILED_FROM)
        unsaved: dict[str, np.ndarray] = {}
        work = {key: Path(str(paths[titles[key][0]])) for key in todo}
        decode = _Decode(
            backbone.input_size, compiled, backbone.resize if isinstance(backbone, PictureEncoder) else "stretch"
        )
        if not onnx and len(todo) >= PROCESSES_FROM and has_card():
            decoded = _by_processes(decode, work, jobs)
        else:  # two batches wait decoded while the network works on a third
            decoded = in_order(pool, lambda key: decode(work[key]), work, 3 * batch_size)
        try:
            for asked, found, row in _computed(decoded, backbone, precision, batch_size):
                rows[asked] = row
                tell(len(titles[asked]))
                if found is not None and store is not None:
                    unsaved[found] = row
                    if len(unsaved) >= PUT_ROWS:
                        _save(store, identity, unsaved)
        finally:  # also after Ctrl-C: what was computed is kept
            if store is not None:
                _save(store, identity, unsaved)
            pool.shutdown(wait=True, cancel_futures=True)
    return _frame(rows, titles, len(keys), backbone)


def embedding_frame(
    paths: Sequence[str | os.PathLike[str] | Refused | None], name: str, *, weights: str, **options
) -> pd.DataFrame:
    """The columns of `embedding:NAME`; options as in `embed`."""
    return embed(paths, resolve_pictures(name, weights), **options)


def style_frame(
    paths: Sequence[str | os.PathLike[str] | Refused | None], name: str, *, weights: str, **options
) -> pd.DataFrame:
    """The columns of `style:NAME`; options as in `embed`."""
    return embed(paths, resolve_style(name, weights), **options)


def _content_hash(path: str | os.PathLike[str] | Refused | None) -> str | None:
    return None if path is None or isinstance(path, Refused) else hash_file(path)[0]


def _stored(store: FeatureStore | None, identity: str, keys: list[str]) -> dict[str, np.ndarray]:
    if store is None:
        return {}
    found, rows = store.get(identity, keys)
    hits = [key for key, hit in zip(keys, found, strict=True) if hit]
    return dict(zip(hits, np.asarray(rows), strict=True))


def _save(store: FeatureStore, identity: str, rows: dict[str, np.ndarray]) -> None:
    if rows:
        store.put(identity, list(rows), np.stack(list(rows.values())))
    rows.clear()


def decode_poster(path: Path, size: tuple[int, int], compiled: bool = False, resize: str = "stretch") -> Decoded:
    """Return the hash of what was read now, and the picture at the input size if there is one."""
    height, width = size
    with reading(path, draft=(2 * width, 2 * height)) as poster:
        if poster.image is None:
            return poster.sha256, None
        return poster.sha256, fitted(poster.image, (width, height), resize, compiled=compiled)


def _load(backbone: Frozen, precision: str = "float32"):
    return load_pictures(backbone) if isinstance(backbone, PictureEncoder) else load_network(backbone, precision)


@dataclass(frozen=True)
class _Decode:
    """How posters become pictures; it travels to other processes."""

    size: tuple[int, int]
    compiled: bool
    resize: str

    def __call__(self, path: Path) -> Decoded:
        return decode_poster(path, self.size, self.compiled, self.resize)

    def several(self, paths: Sequence[Path]) -> list[Decoded]:
        return [self(path) for path in paths]


def _by_processes(decode: _Decode, work: dict[str, Path], jobs: int) -> Iterator[tuple[str, Decoded]]:
    """Every poster's key and picture, decoded ahead by processes: threads would wait for each other's Python."""
    keys = list(work)
    chunks = [keys[first : first + CHUNK] for first in range(0, len(keys), CHUNK)]
    pool = Parallel(jobs, backend="loky", return_as="generator", pre_dispatch="2 * n_jobs")
    results: Any = pool(delayed(decode.several)([work[key] for key in chunk]) for chunk in chunks)
    for chunk, pictures in zip(chunks, results, strict=True):
        yield from zip(chunk, pictures, strict=True)


def _computed(
    decoded: Iterator[tuple[str, Decoded]], backbone: Frozen, precision: str, batch_size: int
) -> Iterator[tuple[str, str | None, np.ndarray]]:
    """Yield the hash asked for, the hash of what was read, and the row, for every poster to compute."""
    running: Batch | None = None
    readable: list[tuple[str, str | None]] = []
    images: list[np.ndarray] = []

    def start() -> Batch:
        return readable, _load(backbone, precision).start(np.stack(images), batch_size)

    for key, (found, image) in decoded:
        if image is None:
            width = backbone.width or _load(backbone, precision).width
            yield key, found, np.full(width, np.nan, np.float32)
            continue
        readable.append((key, found))
        images.append(image)
        if len(images) == batch_size:  # begun before the one that runs is fetched: an accelerator is never idle
            started = start()
            if running is not None:
                yield from _rows(*running)
            running, readable, images = started, [], []
    rest = start() if images else None
    for batch in (running, rest):
        if batch is not None:
            yield from _rows(*batch)


def _rows(
    keys: list[tuple[str, str | None]], result: Callable[[], np.ndarray]
) -> Iterator[tuple[str, str | None, np.ndarray]]:
    for (asked, found), row in zip(keys, result(), strict=True):
        yield asked, found, row


def _frame(rows: dict[str, np.ndarray], titles: dict[str, list[int]], number: int, backbone: Frozen) -> pd.DataFrame:
    width = len(next(iter(rows.values()))) if rows else backbone.width or _load(backbone).width
    matrix = np.full((number, width), np.nan, dtype=np.float32)
    for key, places in titles.items():
        matrix[places] = rows[key]
    return pd.DataFrame(matrix, columns=[f"{backbone.name}_{column:04d}" for column in range(width)])
