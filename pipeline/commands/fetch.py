"""`genrelab fetch SOURCE`: a catalogue from the places where films live, or from files that are there."""

import argparse
import json
import sys
import time
from pathlib import Path

from ..sources.registry import SOURCES


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments: one sub-command per source."""
    sources = parser.add_subparsers(dest="source", metavar="SOURCE", required=True)
    parser.epilog = (
        "`genrelab fetch SOURCE --help` teaches each source's options. Several catalogues become one with\n"
        "`genrelab catalog merge`. An interrupted fetch goes on where it stopped: run the same command again.\n\n"
        "examples:\n" + "\n".join(f"  genrelab fetch {source.name} {source.example}" for source in SOURCES.values())
    )
    for source in SOURCES.values():
        own = sources.add_parser(
            source.name,
            help=source.description,
            description=f"{source.description}.\n\n{_sketch(source.name)}{source.licence}".replace("%", "%%"),
            epilog=f"example:\n  genrelab fetch {source.name} {source.example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        source.add_arguments(own)
        own.add_argument("--out", type=Path, required=True, metavar="FILE", help="the catalogue to write (.parquet)")
        own.add_argument(
            "--poster-folder", type=Path, metavar="DIR", help="where posters go (default: posters beside it)"
        )
        own.add_argument("--quiet", action="store_true", help="no progress bar")
        if source.name == "kaggle_posters":
            own.add_argument("--download-posters", action="store_true", help="fetch posters from their addresses")
            own.add_argument("--rate", type=float, default=20.0, help="requests a second (default 20)")
            own.add_argument("--concurrency", type=int, default=8, help="requests under way at once (default 8)")
        if source.name in ("tmdb", "kaggle_posters"):
            own.add_argument("--resize", metavar="WxH", help="bring every downloaded poster to this size, as 128x192")
            own.add_argument("--drop-grey", action="store_true", help="leave titles with a colourless poster out")


def run(arguments: argparse.Namespace) -> int:
    """Build, download posters where asked, write the catalogue, and say what was left out and why."""
    from ...features.files import replacing
    from ..catalog.table import save_catalog

    source = SOURCES[arguments.source]
    if arguments.out.suffix != ".parquet":
        raise ValueError(f"--out: expected a name that ends in .parquet, found {arguments.out.name}")
    resize = _size(getattr(arguments, "resize", None))
    files = [getattr(arguments, name, None) for name in ("basics", "ratings")]
    size = sum(file.stat().st_size for file in files if file is not None and file.exists()) or None
    bar = _Bar(source.name, source.unit, arguments.quiet or source.unit is None, size)
    try:
        fetched = source.build(arguments, bar.add)
    finally:
        bar.close()
    titles, report = fetched.titles, fetched.report
    if fetched.poster_urls and (getattr(arguments, "posters", None) or getattr(arguments, "download_posters", False)):
        titles = _posters(arguments, fetched.poster_urls, titles, report, resize)
    save_catalog(titles, arguments.out, [source.attribution] if source.attribution else [])
    print(*report.lines(len(titles)), sep="\n")
    if fetched.split:
        file = arguments.out.with_suffix(".split.json")
        with replacing(file) as temporary:
            temporary.write_text(json.dumps(fetched.split, indent=0) + "\n", encoding="utf-8")
        print(f"split: {file}")
    print(f"catalogue: {arguments.out}\n{source.licence}")
    if source.attribution:
        print(f"Notice, kept in the catalogue and shown in reports: {source.attribution}")
    return 0


def _posters(arguments: argparse.Namespace, urls: dict, titles, report, resize: tuple[int, int] | None):
    from ..sources.download import download_posters
    from ..sources.images import relative_to

    if arguments.source == "kaggle_posters":  # a poster that lies there already is not fetched
        here = set(titles["imdb_id"][titles["poster"].notna()])
        urls = {key: url for key, url in urls.items() if key not in here}
    folder = arguments.poster_folder or arguments.out.parent / "posters"
    bar = _Bar("posters", "poster", arguments.quiet, total=len(urls))
    manners = {name: getattr(arguments, name) for name in ("rate", "concurrency", "attempts", "backoff", "deadline")
               if hasattr(arguments, name)}  # fmt: skip
    try:
        status = download_posters(urls, folder, resize=resize, progress=bar.add, **manners)
    finally:
        bar.close()
    good = status[status["status"] == "ok"]
    paths = {key: relative_to(folder / name, arguments.out.parent) for key, name in
             zip(good["imdb_id"], good["poster"], strict=True)}  # fmt: skip
    titles = titles.assign(poster=titles["poster"].fillna(titles["imdb_id"].map(paths).astype("string")))
    report.notes.append(f"posters: {len(good):,} of {len(urls):,} there, in {folder}; log: {folder / 'status.jsonl'}")
    for why, count in status.loc[status["status"] != "ok", "status"].str.split(":").str[0].value_counts().items():
        report.notes.append(f"posters, {why}: {count:,}")
    grey = set(good["imdb_id"][good["grey"].astype(bool)])
    report.notes.append(f"posters without colour: {len(grey):,}")
    if getattr(arguments, "drop_grey", False):
        report.drop("poster without colour", len(grey))
        titles = titles[~titles["imdb_id"].isin(grey)].reset_index(drop=True)
    return titles


def _sketch(name: str) -> str:
    from ..sources.layout import LAYOUTS

    if name not in LAYOUTS:
        return ""
    return "layout:\n" + "".join(f"  {line}\n" for line in LAYOUTS[name].sketch.splitlines()) + "\n"


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    width, cross, height = text.partition("x")
    if not (cross and width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise ValueError(f"--resize: expected WIDTHxHEIGHT as 128x192, found {text!r}")
    return int(width), int(height)


class _Bar:
    """A bar with rate and time left; it shows itself only after a moment, so that quick work stays silent."""

    def __init__(self, name: str, unit: str | None, quiet: bool, total: int | None = None) -> None:
        from tqdm import tqdm

        scale = unit == "B"
        self.bar = tqdm(
            desc=name, unit=unit if scale else f" {unit}s", total=total, disable=quiet, file=sys.stderr,
            leave=False, unit_scale=scale, delay=0.5,
        )  # fmt: skip
        self.began = time.monotonic()

    def add(self, count: int) -> None:
        self.bar.update(count)

    def close(self) -> None:
        self.bar.close()
