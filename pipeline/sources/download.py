"""Posters from their addresses: each verified, named by its content, with a status per title.

posters/3f/3fb0c0...9a.jpg    the sha256 of the file's bytes
posters/status.jsonl          one line per title that was settled; the log that a restart goes on from
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...features.files import replacing
from ...features.poster.fingerprint import GREY_SHARE, GREY_SPREAD
from ...features.poster.read import Poster, read_poster
from .http import AgainError, GaveUpError, PoliteClient, gather_bounded, run_to_the_end

if TYPE_CHECKING:
    import httpx

LOG = "status.jsonl"
COLUMNS = ["imdb_id", "url", "status", "poster", "sha256", "width", "height", "grey", "bytes", "fetched"]
ENDINGS = {"jpeg": "jpg", "png": "png", "webp": "webp", "gif": "gif", "bmp": "bmp", "tiff": "tiff"}
GIVE_UP_AFTER = 25  # posters in a row


def download_posters(
    urls: Mapping[str, str],
    folder: Path,
    *,
    resize: tuple[int, int] | None = None,
    retry_failed: bool = False,
    progress: Callable[[int], None] | None = None,
    **manners: float,
) -> pd.DataFrame:
    """Download posters, going on where an earlier run stopped.

    A file is decoded before it is kept: what is no picture, or not a whole one, is fetched again and in the
    end told. A title whose file is there, with the bytes its name promises, is not asked for again.

    Parameters
    ----------
    urls : mapping of str to str
        `imdb_id` to address.
    folder : Path
        Where files and the log go; it is made.
    resize : (int, int) or None
        Width and height in pixels that every poster is brought to, as study S1 does with 128 by 192; the file is
        then a PNG of these pixels.
    retry_failed : bool
        Ask again for posters that the server said it does not have.
    progress
        Called with 1 for every title settled, also when an earlier run settled it.
    **manners
        As `PoliteClient`: rate, concurrency, attempts, and so on.

    Returns
    -------
    DataFrame
        One row per title in the order of `urls`: `imdb_id`, `url`, `status` (`ok`, or the reason), `poster` (path
        relative to `folder`, or null), `sha256` (of the file), `width`, `height` (pixels), `grey` (no colour to
        speak of), `bytes`, `fetched` (seconds since 1970).

    Raises
    ------
    GaveUpError
        When 25 posters in a row had no good answer: the server is down, or there is no network.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = _read_log(folder / LOG)
    settled = {
        key: log[key]
        for key, url in urls.items()
        if key in log and _stands(log[key], url, folder, resize, retry_failed)
    }
    if progress is not None and settled:
        progress(len(settled))
    open_jobs = {key: url for key, url in urls.items() if key not in settled}
    if open_jobs:
        settled |= run_to_the_end(_download(open_jobs, folder, resize, progress, manners))
    return pd.DataFrame([settled[key] for key in urls], columns=COLUMNS, dtype=object)


async def _download(
    jobs: Mapping[str, str],
    folder: Path,
    resize: tuple[int, int] | None,
    progress: Callable[[int], None] | None,
    manners: Mapping[str, float],
) -> dict[str, dict]:
    rows: dict[str, dict] = {}
    torn = _torn(folder / LOG)
    with (folder / LOG).open("a", encoding="utf-8") as log:
        if torn:  # the line that a kill cut short ends here
            log.write("\n")
        async with PoliteClient(follow_redirects=True, **manners) as client:  # type: ignore[arg-type]
            failures = 0

            async def work(job: tuple[str, str]) -> None:
                nonlocal failures
                key, url = job
                row = dict.fromkeys(COLUMNS) | {"imdb_id": key, "url": url}
                try:
                    status, content, poster = await client.get(url, None, _check)
                except GaveUpError as error:
                    row["status"] = f"failed: {error}"
                    failures += 1
                    if failures >= GIVE_UP_AFTER:
                        raise GaveUpError(
                            f"{failures} posters in a row had no good answer; what is there is kept: run the same "
                            f"command again later. The last: {error}"
                        ) from None
                else:
                    failures = 0
                    row["status"] = status
                    if content is not None and poster is not None:
                        row |= await asyncio.to_thread(_keep, content, poster, folder, resize)
                row["fetched"] = time.time()
                rows[key] = row
                log.write(json.dumps(row | {"resize": resize}) + "\n")
                log.flush()
                if progress is not None:
                    progress(1)

            await gather_bounded(jobs.items(), work, client.concurrency)
    return rows


def _check(answer: httpx.Response) -> tuple[str, bytes | None, Poster | None]:
    """Return status, bytes and picture of an answer; ask for another attempt when the picture is broken."""
    if answer.status_code in (403, 404, 410):
        return f"not there ({answer.status_code})", None, None
    if answer.status_code != 200:
        return f"unexpected answer ({answer.status_code})", None, None
    poster = read_poster(answer.content)
    if not poster.ok:
        kind = answer.headers.get("content-type", "no content type")
        raise AgainError(f"expected a picture, found {len(answer.content)} bytes of {kind}: {poster.status}")
    return "ok", answer.content, poster


def _keep(content: bytes, poster: Poster, folder: Path, resize: tuple[int, int] | None) -> dict[str, object]:
    image, ending = poster.image, ENDINGS[str(poster.format)]
    assert image is not None
    grey = is_grey(np.asarray(image.resize((32, 48))))
    width, height = poster.width, poster.height
    if resize is not None:
        buffer = io.BytesIO()
        image.resize(resize, reducing_gap=3.0).save(buffer, "PNG")
        content, ending, (width, height) = buffer.getvalue(), "png", resize
    digest = hashlib.sha256(content).hexdigest()
    name = f"{digest[:2]}/{digest}.{ending}"
    if not _whole(folder / name, len(content)):
        with replacing(folder / name) as temporary:
            temporary.write_bytes(content)
    facts = (name, digest, width, height, grey, len(content))
    return dict(zip(("poster", "sha256", "width", "height", "grey", "bytes"), facts, strict=True))


def is_grey(pixels: np.ndarray) -> bool:
    """Return whether a picture has no colour to speak of.

    Parameters
    ----------
    pixels : ndarray, uint8, shape (height, width, 3)

    Returns
    -------
    bool
        True when in 99 of 100 pixels the three channels lie within `GREY_SPREAD` of one another, as everywhere.

    Examples
    --------
    >>> is_grey(np.full((4, 4, 3), 90, np.uint8)), is_grey(np.array([[[200, 20, 20]]], np.uint8))
    (True, False)
    """
    spread = pixels.max(axis=2).astype(int) - pixels.min(axis=2)
    return bool((spread <= GREY_SPREAD).mean() >= GREY_SHARE)


def _stands(
    row: Mapping[str, object], url: str, folder: Path, resize: tuple[int, int] | None, retry_failed: bool
) -> bool:
    wanted = list(resize) if resize is not None else None
    if row.get("url") != url or row.get("resize") != wanted:
        return False
    if row["status"] == "ok":
        return _whole(folder / str(row["poster"]), row["bytes"])
    return not retry_failed and str(row["status"]).startswith("not there")


def _whole(path: Path, size: object) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False


def _read_log(path: Path) -> dict[str, dict]:
    rows: dict[str, dict] = {}
    if path.exists():
        with path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                try:
                    row = json.loads(line)
                    rows[row["imdb_id"]] = row
                except (ValueError, KeyError, TypeError):
                    continue  # cut short by a kill
    return rows


def _torn(path: Path) -> bool:
    if not path.exists() or not path.stat().st_size:
        return False
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) != b"\n"


def purge_posters(folder: Path, older_than: float, *, clock: Callable[[], float] = time.time) -> int:
    """Delete posters that were fetched more than `older_than` seconds ago, and their lines in the log.

    Returns
    -------
    int
        The number of files deleted. A file that a younger line also names stays.
    """
    rows = _read_log(folder / LOG)
    limit = clock() - older_than
    young = {key: row for key, row in rows.items() if row["fetched"] > limit}
    stays = {row["poster"] for row in young.values()}
    gone = {row["poster"] for row in rows.values() if row["poster"]} - stays
    for name in gone:
        (folder / name).unlink(missing_ok=True)
    if rows:
        with replacing(folder / LOG) as temporary:
            temporary.write_text("".join(json.dumps(row) + "\n" for row in young.values()), encoding="utf-8")
    return len(gone)
