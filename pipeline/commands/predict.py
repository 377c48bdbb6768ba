"""`genrelab predict`: genres of posters or of a catalogue's titles."""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path

from .addresses import bring_catalog
from .options import FEATURES, add_cluster, add_jobs, add_networks, add_outside, add_quiet, path_or_address


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    from ..handover.formats import FORMATS

    parser.add_argument("model", type=Path, help="a model file (.joblib or .skops) with its .json beside it")
    parser.add_argument("posters", nargs="*", type=Path, metavar="POSTER_OR_FOLDER", help="images, or folders of them")
    parser.add_argument(
        "--catalog",
        type=path_or_address,
        metavar="PATH",
        help="predict for the titles of this catalogue: a path, or s3://BUCKET/...",
    )
    parser.add_argument(
        "--since",
        type=Path,
        metavar="FILE",
        help="predict only the titles that are new or changed since this earlier copy of the catalogue",
    )
    style = parser.add_mutually_exclusive_group()
    style.add_argument(
        "--format", choices=FORMATS, help="output format (default: from the file name of --out; a table on the screen)"
    )
    style.add_argument("--json", action="store_const", const="json", dest="format", help="short for --format json")
    parser.add_argument(
        "--out",
        type=path_or_address,
        metavar="FILE",
        help="output file: .csv, .json, .jsonl, .parquet or .txt; a path, or s3://BUCKET/...",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace a file that genrelab did not write")
    parser.add_argument(
        "--safe-csv",
        action="store_true",
        help="put an apostrophe before cells that a spreadsheet would run as formulas",
    )
    parser.add_argument("--sha256", metavar="HEX", help="refuse the model unless its file has this SHA-256")
    add_networks(parser)
    parser.add_argument("--features", type=Path, default=FEATURES, metavar="DIR", help=argparse.SUPPRESS)
    add_quiet(parser)
    add_jobs(parser, "threads that read posters")
    add_cluster(parser)
    add_outside(parser)
    parser.epilog = (
        "One row per title: imdb_id or file, one column per genre with its probability, one <genre>_predicted "
        "column (0/1, by the model's thresholds), status (ok, partly, no answer) and reason. A title without any "
        "input gets no answer, and the reason.\n\nexit status: 0 done, 1 no title could be answered, 2 refused\n\n"
        "examples:\n  genrelab predict model.joblib posters/\n"
        "  genrelab predict model.joblib --catalog my.parquet --out genres.csv\n"
        "  genrelab predict model.joblib --catalog my.parquet --since before.parquet --out changed.csv"
    )


def run(arguments: argparse.Namespace) -> int:
    """Predict piece by piece and write as it goes."""
    from ...features.store import FeatureStore
    from ...models.file import load_model, manifest_path
    from ..catalog.table import catalog_file
    from ..handover.formats import choose_format
    from ..handover.output import check_out, write_predictions
    from ..handover.predict import catalog_pieces, poster_pieces
    from ..handover.since import find_changes

    if bool(arguments.posters) == bool(arguments.catalog):
        raise ValueError("expected posters or --catalog PATH, one of the two; see genrelab predict --help")
    if arguments.since and not arguments.catalog:
        raise ValueError("--since FILE compares two catalogues; expected --catalog PATH beside it")
    style = choose_format(arguments.out, arguments.format)
    inputs = [arguments.model, manifest_path(arguments.model), arguments.model.with_suffix(".keras")]
    if arguments.out is not None:
        catalogs = [path for path in (arguments.catalog, arguments.since) if path is not None]
        catalogs = [catalog_file(path) if isinstance(path, Path) else path for path in catalogs]
        read = catalogs or [path for path in arguments.posters if path.is_file()]
        check_out(arguments.out, [*inputs, *read], overwrite=arguments.overwrite)
    model = load_model(arguments.model, arguments.sha256)
    bring_catalog(arguments, posters=model.reads_posters())
    if arguments.catalog:
        key, skipped = "imdb_id", []
        wanted = None
        if arguments.since:
            changes = find_changes(arguments.catalog, arguments.since, model, allow_outside=arguments.allow_outside)
            print(f"since {arguments.since}: {changes.in_words()}", file=sys.stderr)
            wanted = changes.rows
            if not wanted.any():
                print("nothing to predict; no file is written", file=sys.stderr)
                return 0
        count, pieces = catalog_pieces(arguments.catalog, model, rows=wanted, allow_outside=arguments.allow_outside)
    else:
        if not model.reads_posters():
            raise ValueError(
                f"{arguments.model} reads {', '.join(sorted(model.needs()))} and no posters; give it --catalog PATH"
            )
        key = "file"
        count, pieces, skipped = poster_pieces(arguments.posters)
    print(*skipped, sep="\n", end="\n" if skipped else "", file=sys.stderr)
    store = FeatureStore(arguments.features) if arguments.catalog else None
    with _tables(arguments, model, key, count, pieces, store) as tables:
        written = write_predictions(tables, style, arguments.out, model, key, safe_csv=arguments.safe_csv)
    _summary(arguments, model, style, written)
    return 0 if written.rows > sum(written.unanswered.values()) else 1


@contextmanager
def _tables(arguments: argparse.Namespace, model, key: str, count: int, pieces, store) -> Iterator[Iterator]:
    """The predictions of all pieces, made here or by the workers of a cluster."""
    from ..handover.predict import predict_pieces

    if arguments.cluster is None:
        with _progress(count, 1 + len(model.backbones), quiet=arguments.quiet) as progress:
            yield predict_pieces(
                model, key, pieces, store=store, weights=arguments.weights, n_jobs=arguments.jobs, progress=progress
            )
        return
    from ...features.families import feature_specs
    from ...features.frozen.backbones import file_sha256
    from ...features.frozen.hub import weights_here
    from ...models.file import manifest_path
    from ..cluster.connect import use_cluster
    from ..cluster.predictions import spread_predictions
    from ..cluster.sight import a_poster, weight_files

    weights = weights_here(arguments.weights, model.weights)
    first = list(islice(pieces, 1))  # one poster that is there is enough to see whether a worker sees posters
    reads = [arguments.model, manifest_path(arguments.model), *weight_files(feature_specs(model.specs), weights)]
    reads += [arguments.catalog] if arguments.catalog else []
    reads += a_poster(path for piece in first for path in piece.paths) if model.reads_posters() else []
    with (
        use_cluster(arguments.cluster, [arguments.features], reads),
        _progress(count, 1, quiet=arguments.quiet) as progress,
    ):
        tell, sha256 = progress("on the workers", count), file_sha256(arguments.model)
        yield spread_predictions(
            arguments.model, sha256, key, chain(first, pieces), store=store, weights=weights, progress=tell
        )


def _summary(arguments: argparse.Namespace, model, style: str, written) -> None:
    from ...features.bounded import OUTSIDE
    from ..catalog.folders import HOW_TO_ALLOW
    from ..sources.account import how_many
    from ..sources.images import printable

    where = f" in {printable(arguments.out)}" if arguments.out else ""
    rows, reasons = written.rows, written.unanswered
    unanswered, partly = sum(reasons.values()), sum(written.partly.values())
    print(
        f"{how_many(rows, 'row')}{where}{f', {unanswered} without an answer:' if unanswered else ''}", file=sys.stderr
    )
    for reason, count in sorted(reasons.items(), key=lambda item: -item[1])[:10]:
        print(f"  {count} {printable(reason)}", file=sys.stderr)
    if len(reasons) > 10:
        print(f"  and {len(reasons) - 10} other reasons, each in its row", file=sys.stderr)
    outside = any(OUTSIDE in reason for reason in (*reasons, *written.partly))
    if outside:
        print(f"there are posters {OUTSIDE}: {HOW_TO_ALLOW}", file=sys.stderr)
    if style != "table" or arguments.out is not None:  # there it stands above the table
        print(f"the model: {model.quality.in_words()}", file=sys.stderr)
        if model.quality.warning():
            print(model.quality.warning(), file=sys.stderr)
    if partly:
        most, count = max(written.partly.items(), key=lambda item: item[1])
        other = "" if outside else "; `genrelab export RUN --feature-set NAME` makes a model of what they have"
        print(
            f"{partly} of {how_many(rows, 'row')} lack a part of what the model reads (the most, {count}: "
            f"{printable(most)}). The score was measured on titles as the catalogue had them, so it is not shown for "
            f"these rows{other}",
            file=sys.stderr,
        )


def _add(bar, part: float) -> None:
    bar.update(part)


@contextmanager
def _progress(count: int, passes: int, *, quiet: bool) -> Iterator[Callable[[str, int], Callable[[int], None]]]:
    """One bar for all titles: each pass over a piece (posters, then each network) is an equal part of it."""
    from tqdm import tqdm

    with tqdm(
        total=count,
        unit=" titles",
        file=sys.stderr,
        leave=False,
        delay=0.5,
        disable=quiet or not sys.stderr.isatty(),
        bar_format="{l_bar}{bar}| {n:.0f}/{total_fmt} [{elapsed}<{remaining}, {rate_fmt}]",
    ) as bar:

        def begin(name: str, total: int) -> Callable[[int], None]:
            bar.set_description(name, refresh=False)
            return lambda done: _add(bar, done / passes)

        yield begin
