"""`genrelab features`: compute poster features and embeddings once, and keep them for every later run."""

import argparse
from functools import partial

from .options import add_catalog, add_cluster, add_features, add_quiet
from .tables import add_format, print_table


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument(
        "specs",
        nargs="*",
        metavar="FEATURE",
        help="families such as brightness, palette, pixels, embedding:resnet50, style:resnet50, sentences:minilm "
        "(default: posters brightness palette, and every network of --weights and --encoders)",
    )
    add_catalog(parser)
    add_features(parser)
    add_cluster(parser)
    add_quiet(parser)
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Compute what is asked for and say what came out."""
    import pandas as pd

    from ...features.families import EMBEDDING, SENTENCES
    from ...features.frozen.hub import at_hand
    from ...features.store import FeatureStore
    from ..catalog.table import load_catalog
    from ..cluster.connect import use_cluster
    from ..cluster.posters import spread_frames
    from ..cluster.sight import a_poster, weight_files
    from ..progress import feature_bar

    catalog = load_catalog(arguments.catalog, allow_outside=arguments.allow_outside)
    specs = arguments.specs or [
        "posters",
        "brightness",
        "palette",
        *(name if name.startswith(f"{SENTENCES}:") else f"{EMBEDDING}:{name}" for name in at_hand(arguments.weights)),
    ]
    paths, reads = catalog.poster_paths(), []
    if arguments.cluster is not None:
        reads = [catalog.root, *weight_files(specs, arguments.weights), *a_poster(paths)]
    with use_cluster(arguments.cluster, [arguments.features], reads):
        frames = spread_frames(
            catalog.titles,
            paths,
            ["posters", *specs],
            store=FeatureStore(arguments.features),
            weights=arguments.weights,
            n_jobs=arguments.jobs,
            progress=partial(feature_bar, quiet=arguments.quiet),
        )
    statuses = frames["posters"]["posters_status"].value_counts()
    if arguments.format != "table":
        rows = [{"what": spec, "titles": len(frame), "columns": frame.shape[1]} for spec, frame in frames.items()]
        rows += [{"what": f"posters {status}", "titles": count} for status, count in statuses.items()]
        print_table(pd.DataFrame(rows).astype({"columns": "Int64"}), arguments.format)
        return 0
    for spec, frame in frames.items():
        print(f"{spec:<28} {len(frame)} titles × {frame.shape[1]} columns")
    for status, count in statuses.items():
        print(f"posters {status}: {count}")
    return 0
