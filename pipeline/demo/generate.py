"""The demo's catalogue: synthetic titles with drawn posters, for trying everything without data or network.

out_dir/
    catalog.parquet
    posters/tt99000001.jpg ...

Nothing in it is real: ids begin with tt99, names and plots with "Synthetic", every poster says so in its letters
and in its file, and the parquet file carries a notice. How much posters and words tell of the genre is set so
that models err about as on real titles.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ...features.files import replacing
from ..catalog.table import save_catalog
from .dirt import CLEAN, encode_poster, plan_dirt, twin_of
from .posters import render_poster
from .titles import make_titles

__all__ = ["NOTICE", "generate_demo"]

NOTICE = "Synthetic titles and posters made by genrelab's demo; no real film or series is meant."
MOST_TITLES = 999_999
_CHUNK = 25


@dataclass(frozen=True)
class _Job:
    path: Path
    title: str
    genres: tuple[str, ...]
    year: int
    seed: tuple[int, int]
    dirt: str


def generate_demo(
    out_dir: str | Path,
    n_titles: int = 1000,
    seed: int = 0,
    *,
    n_jobs: int | None = -1,
    progress: Callable[[int], None] | None = None,
) -> Path:
    """Make the demo's catalogue and posters.

    The same `n_titles` and `seed` give the same bytes, however many workers draw.

    Parameters
    ----------
    out_dir : path
        Folder for `catalog.parquet` and `posters/`; it is made. The catalogue is written last, so where there is
        one its posters are complete.
    n_titles : int
        1 to 999,999.
    seed : int
        At least 0.
    n_jobs : int, optional
        Worker processes that draw posters, as in joblib; -1 is one per core.
    progress : callable, optional
        Called with the number of posters just finished.

    Returns
    -------
    Path
        Of `catalog.parquet`.

    Raises
    ------
    ValueError
        When `n_titles` or `seed` is out of range.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> path = generate_demo(folder, n_titles=2, n_jobs=1)
    >>> sorted(item.relative_to(folder).as_posix() for item in folder.rglob("*.*"))
    ['catalog.parquet', 'posters/tt99000001.jpg', 'posters/tt99000002.jpg']
    """
    if not 1 <= n_titles <= MOST_TITLES:
        raise ValueError(f"n_titles: expected 1 to {MOST_TITLES:,}, found {n_titles}")
    if seed < 0:
        raise ValueError(f"seed: expected at least 0, found {seed}")
    folder = Path(out_dir)
    titles, jobs = _plan(folder, n_titles, seed)
    (folder / "posters").mkdir(parents=True, exist_ok=True)
    for finished in _draw(jobs, n_jobs):
        if progress is not None:
            progress(finished)
    return save_catalog(titles, folder / "catalog.parquet", [NOTICE])


def _plan(folder: Path, n_titles: int, seed: int) -> tuple[pd.DataFrame, list[_Job]]:
    rng = np.random.default_rng([seed, 0])
    titles, genres = make_titles(n_titles, rng)
    plan = plan_dirt(n_titles, rng)
    drawn = list(range(n_titles))
    records = titles.to_dict("records")
    for number, dirt in enumerate(plan):
        if dirt.endswith("twin"):
            other = twin_of(number, plan, rng)
            if other is None:
                plan[number] = CLEAN
                continue
            # One work under two ids, as a series and its film cut, or a typing error, make them.
            ids = {name: records[number][name] for name in ("imdb_id", "tmdb_id", "movielens_id")}
            records[number] = records[other] | ids | {"title": f"{records[other]['title']} (Restored)"}
            genres[number], drawn[number] = genres[other], other
    jobs = []
    for number, (record, dirt) in enumerate(zip(records, plan, strict=True)):
        name = f"posters/{record['imdb_id']}.jpg"
        record["poster"] = None if dirt == "no poster" else name
        source = records[drawn[number]]
        jobs.append(
            _Job(folder / name, source["title"], genres[number], source["year"], (seed, 1 + drawn[number]), dirt)
        )
    return pd.DataFrame(records), jobs


def _draw(jobs: list[_Job], n_jobs: int | None) -> Iterator[int]:
    import joblib

    chunks = [jobs[start : start + _CHUNK] for start in range(0, len(jobs), _CHUNK)]
    # A few posters are drawn before a second process has started.
    workers = 1 if len(chunks) <= 4 else n_jobs
    drawn = joblib.Parallel(n_jobs=workers, return_as="generator")(joblib.delayed(_write)(chunk) for chunk in chunks)
    return (count for count in drawn if count is not None)


def _write(jobs: list[_Job]) -> int:
    for job in jobs:
        if job.dirt in ("no poster", "absent file"):
            job.path.unlink(missing_ok=True)
            continue
        image = render_poster(job.title, job.genres, job.year, np.random.default_rng(job.seed))
        with replacing(job.path) as temporary:
            temporary.write_bytes(encode_poster(image, job.dirt))
    return len(jobs)
