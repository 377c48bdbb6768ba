"""`genrelab fetch SOURCE`: a catalogue from the places where films live, or from files that are there."""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..sources.registry import SOURCES
from ..sources.tables.headers import did_you_mean
from .options import Help, add_quiet

if TYPE_CHECKING:
    import pandas as pd

    from ..catalog.table import Catalog
    from ..sources.frame import Fetched


def fetch(source: str, *given: str | Path, out: str | Path, **options: Any) -> Catalog:
    """Build a catalogue: what `genrelab fetch` does, with the options of `genrelab fetch SOURCE --help` by name.

    Parameters
    ----------
    source : str
        Such as `folder`, `tmdb` or `movies_dataset`.
    *given : str or path
        What stands without an option's name, such as the folder.
    out : path
        The catalogue to write, a name that ends in .parquet. What is said of it on the screen is said here, too.
    **options
        `csv="my.csv"` for `--csv my.csv`, `quiet=True` for `--quiet`; a list or a mapping repeats the option:
        `column={"title": "Film"}` for `--column title=Film`.

    Returns
    -------
    Catalog
        As written.

    Raises
    ------
    ValueError
        When an option is unknown, or the files are not understood.

    Warns
    -----
    UserWarning
        When so much of a table was not read or not matched that it should be looked at.

    Examples
    --------
    >>> fetch("folder", "no/folder", out="my.txt")
    Traceback (most recent call last):
        ...
    ValueError: --out: expected a name that ends in .parquet, found my.txt
    """
    from ..catalog.table import load_catalog
    from ..cli import build_parser

    if source not in SOURCES:
        raise ValueError(
            f"fetch: expected one of {', '.join(SOURCES)}, found {source!r}{did_you_mean(source, SOURCES)}"
        )
    words = ["fetch", source, *map(str, given), "--out", str(out)]
    for name, value in options.items():
        option = "--" + name.replace("_", "-")
        if isinstance(value, Mapping):
            value = [f"{key}={cell}" for key, cell in value.items()]
        for one in value if isinstance(value, list | tuple) else [value]:
            if one is not None and one is not False:
                words.append(option if one is True else f"{option}={one}")  # a value may begin with a dash
    try:
        arguments = build_parser("fetch").parse_args(words)
    except SystemExit:  # the parser has said what it expected
        raise ValueError(
            f"fetch: expected options of `genrelab fetch {source} --help`, got {' '.join(words[2:])}"
        ) from None
    if run(arguments):
        warnings.warn(f"{out}: much of the table was not read or not matched; the lines above say what", stacklevel=2)
    return load_catalog(out)


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments: one sub-command per source."""
    sources = parser.add_subparsers(dest="source", metavar="SOURCE", required=True)
    parser.epilog = (
        "`genrelab fetch SOURCE --help` lists the options of a source. To join catalogues, use\n"
        "`genrelab catalog merge`. To continue an interrupted fetch, run the same command again.\n\n"
        "examples:\n" + "\n".join(f"  genrelab fetch {source.name} {source.example}" for source in SOURCES.values())
    )
    for source in SOURCES.values():
        own = sources.add_parser(
            source.name,
            help=source.description,
            description=f"{source.description[0].upper()}{source.description[1:]}.\n\n{_sketch(source.name)}{source.licence}".replace(
                "%", "%%"
            ),
            epilog=f"example:\n  genrelab fetch {source.name} {source.example}",
            formatter_class=Help,
        )
        source.add_arguments(own)
        own.add_argument("--out", type=Path, required=True, metavar="FILE", help="the catalogue to write (.parquet)")
        own.add_argument(
            "--poster-folder",
            type=Path,
            metavar="DIR",
            help="where to put posters (default: posters/ beside the catalogue)",
        )
        add_quiet(own)
        own.add_argument("--dry-run", action="store_true", help="show what would be done without writing anything")
        if source.name == "kaggle_posters":
            own.add_argument(
                "--download-posters", action="store_true", help="download posters from the addresses in the table"
            )
            own.add_argument("--rate", type=float, default=20.0, help="requests per second (default: 20)")
            own.add_argument("--concurrency", type=int, default=8, help="simultaneous requests (default: 8)")
        if source.name in ("tmdb", "kaggle_posters"):
            own.add_argument("--resize", metavar="WxH", help="resize every downloaded poster, such as 128x192")
            own.add_argument("--drop-grey", action="store_true", help="leave out titles whose poster has no colour")


def run(arguments: argparse.Namespace) -> int:
    """Build, download posters where asked, write the catalogue, and say what was left out and why.

    Returns
    -------
    int
        0, or 1 where so much of a table was not read or not matched that it should be looked at.
    """
    source = SOURCES[arguments.source]
    if arguments.out.suffix != ".parquet":
        raise ValueError(f"--out: expected a name that ends in .parquet, found {arguments.out.name}")
    resize = _size(getattr(arguments, "resize", None))
    files = [getattr(arguments, name, None) for name in ("basics", "ratings")]
    size = sum(file.stat().st_size for file in files if file is not None and file.exists()) or None
    bar = _Bar(source.name, source.unit, arguments.quiet or source.unit is None, size)
    try:
        fetched = source.build(arguments, bar.add)
        kept = _write(arguments, fetched, source.attribution, resize)
    finally:
        bar.close()
    report = fetched.report
    print(*report.lines(kept), sep="\n")
    if arguments.dry_run:
        print("dry run: nothing was written")
    else:
        _write_beside(arguments, fetched)
        print(f"catalogue: {arguments.out}\n{source.licence}")
        if source.attribution:
            print(f"Notice, kept in the catalogue and shown in reports: {source.attribution}")
    return 1 if report.faults else 0


def _write(arguments: argparse.Namespace, fetched: Fetched, attribution: str, resize: tuple[int, int] | None) -> int:
    """Write the catalogue and return its number of titles; nothing is written where there is none."""
    from ..catalog.folders import remember_folders
    from ..catalog.table import save_pieces

    titles, report = fetched.titles, fetched.report
    wanted = getattr(arguments, "posters", None) or getattr(arguments, "download_posters", False)
    if fetched.poster_urls and wanted and not arguments.dry_run:
        titles = _posters(arguments, fetched.poster_urls, titles, report, resize)
    kept = 0

    def counted(pieces: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        nonlocal kept
        for piece in pieces:
            kept += len(piece)
            yield piece
        if not kept:
            raise ValueError("\n".join(["expected at least one title", *report.lines(0)]))

    pieces = counted([titles] if fetched.pieces is None else fetched.pieces)
    if arguments.dry_run:
        for _ in pieces:
            pass
    else:
        save_pieces(pieces, arguments.out, [attribution] if attribution else [])
        named = [value for value in vars(arguments).values() if isinstance(value, Path) and value.is_dir()]
        if not remember_folders(arguments.out, named):
            report.notes.append(
                "the user's settings cannot be written: commands need --allow-outside for these posters"
            )
    return kept


def _write_beside(arguments: argparse.Namespace, fetched: Fetched) -> None:
    """Write the published split, the mapping that was asked for, and the list of what was left out."""
    from ..sources.account import write_left_out

    if fetched.split:
        _write_json(arguments.out.with_suffix(".split.json"), fetched.split, "split")
    listed = write_left_out(fetched.report.left_out, arguments.out.with_suffix(".left-out.csv"))
    if listed is not None:
        print(f"all that was left out or not matched: {listed}")
    if getattr(arguments, "save_mapping", None):
        _write_json(arguments.save_mapping, fetched.mapping, "mapping")


def _write_json(path: Path, content: object, what: str) -> None:
    from ...features.files import replacing

    with replacing(path) as temporary:
        temporary.write_text(json.dumps(content, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{what}: {path}")


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
