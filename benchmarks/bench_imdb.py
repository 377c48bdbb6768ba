"""Filter a full-size synthetic title.basics and title.ratings: time, memory, and the count proven by an oracle.

    python benchmarks/bench_imdb.py                  # 11 million rows; needs about 0.5 GB of disk
    python benchmarks/bench_imdb.py --rows 1000000   # quick

The generator counts the titles that must stay while it writes them. Limits: 2 GB of memory, 90 seconds.
"""

import argparse
import gzip
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

TYPES = np.array(["tvEpisode", "short", "movie", "video", "tvSeries", "tvMovie", "tvMiniSeries", "videoGame"])
SHARES = np.array([0.76, 0.09, 0.062, 0.028, 0.025, 0.02, 0.01, 0.005])
GENRES = np.array(
    ["Drama", "Comedy", "Short", "Talk-Show", "Documentary", "Romance", "Family", "News", "Action", "Sport", "\\N"]
)
LIMIT_BYTES, LIMIT_SECONDS = 2 * 10**9, 90.0


def generate(folder: Path, rows: int, seed: int = 0) -> int:
    """Write both files; return how many series after 1950 have 1,000 votes or more."""
    generator = np.random.default_rng(seed)
    expected = 0
    with (
        gzip.open(folder / "title.basics.tsv.gz", "wt", compresslevel=1, encoding="utf-8") as basics,
        gzip.open(folder / "title.ratings.tsv.gz", "wt", compresslevel=1, encoding="utf-8") as ratings,
    ):
        basics.write(
            "tconst\ttitleType\tprimaryTitle\toriginalTitle\tisAdult\tstartYear\tendYear\truntimeMinutes\tgenres\n"
        )
        ratings.write("tconst\taverageRating\tnumVotes\n")
        for start in range(1, rows + 1, 200_000):
            count = min(200_000, rows + 1 - start)
            kinds = generator.choice(TYPES, count, p=SHARES)
            years = generator.integers(1890, 2027, count)
            known = generator.random(count) > 0.12
            adult = generator.random(count) < 0.03
            minutes = generator.integers(1, 200, count)
            first, second = generator.choice(GENRES, count), generator.choice(GENRES[:-1], count)
            rated = generator.random(count) < 0.14
            votes = (10 ** generator.uniform(0.7, 6, count)).astype(int)
            lines, marks = [], []
            for i in range(count):
                number = start + i
                title = f'"Title" no. {number} – été' if number % 7 == 0 else f"Title number {number}"
                year = str(years[i]) if known[i] else "\\N"
                genre = first[i] if first[i] == "\\N" or first[i] == second[i] else f"{first[i]},{second[i]}"
                lines.append(
                    f"tt{number:07d}\t{kinds[i]}\t{title}\t{title}\t{int(adult[i])}\t{year}\t\\N\t{minutes[i]}\t{genre}\n"
                )
                if rated[i]:
                    marks.append(f"tt{number:07d}\t{1 + number % 90 / 10:.1f}\t{votes[i]}\n")
            basics.writelines(lines)
            ratings.writelines(marks)
            series = np.isin(kinds, ("tvSeries", "tvMiniSeries"))
            expected += int((series & ~adult & known & (years > 1950) & rated & (votes >= 1000)).sum())
    return expected


def _measure(folder: Path, queue: multiprocessing.Queue) -> None:
    from genrelab.pipeline.sources.imdb import KINDS, read_imdb

    files = folder / "title.basics.tsv.gz", folder / "title.ratings.tsv.gz"
    for name, options in {
        "series after 1950, 1,000 votes": {"types": KINDS["series"], "after": 1950, "min_votes": 1000},
        "films after 1979, genres of 1,000": {
            "types": KINDS["movie"],
            "after": 1979,
            "drop_genres": ["Short"],
            "min_genre_titles": 1000,
        },
    }.items():
        began = time.perf_counter()
        count = len(read_imdb(*files, **options).titles)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        queue.put((name, count, time.perf_counter() - began, peak))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=11_000_000)
    parser.add_argument("--out", type=Path, default=Path("artifacts/bench/imdb.json"))
    options = parser.parse_args()
    rows = options.rows
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        began = time.perf_counter()
        expected = generate(folder, rows)
        size = (folder / "title.basics.tsv.gz").stat().st_size
        print(f"generated {rows:,} rows, {size / 1e6:.0f} MB packed, in {time.perf_counter() - began:.0f} s")
        context = multiprocessing.get_context("spawn")
        queue = context.Queue()
        child = context.Process(target=_measure, args=(folder, queue))
        child.start()
        results = [queue.get(), queue.get()]
        child.join()
    print(f"{'selection':<36}{'titles':>10}{'seconds':>10}{'peak MB':>10}")
    for what, count, seconds, peak in results:
        print(f"{what:<36}{count:>10,}{seconds:>10.1f}{peak / 1e6:>10.0f}")
    exact = results[0][1] == expected
    print(f"oracle: {expected:,} series expected, {'equal' if exact else 'NOT EQUAL'}")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    facts = {"rows": rows, "seconds": max(row[2] for row in results), "peak_bytes": max(row[3] for row in results)}
    options.out.write_text(json.dumps({**facts, "titles": results[0][1], "expected": expected}, indent=1))
    within = all(seconds < LIMIT_SECONDS and peak < LIMIT_BYTES for _, _, seconds, peak in results)
    return 1 if not exact else 0 if within else 2


if __name__ == "__main__":
    sys.exit(main())
