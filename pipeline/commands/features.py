"""`genrelab features`: compute poster features and embeddings once, and keep them for every later run."""

import argparse

from .options import add_catalog, add_features


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


def run(arguments: argparse.Namespace) -> int:
    """Compute what is asked for and say what came out."""
    from ...features.families import EMBEDDING, SENTENCES, build_frames
    from ...features.frozen.hub import at_hand
    from ...features.store import FeatureStore
    from ..catalog.table import load_catalog
    from .progress import feature_bar

    catalog = load_catalog(arguments.catalog, allow_outside=arguments.allow_outside)
    specs = arguments.specs or [
        "posters",
        "brightness",
        "palette",
        *(name if name.startswith(f"{SENTENCES}:") else f"{EMBEDDING}:{name}" for name in at_hand(arguments.weights)),
    ]
    frames = build_frames(
        catalog.titles,
        catalog.poster_paths(),
        ["posters", *specs],
        store=FeatureStore(arguments.features),
        weights=arguments.weights,
        n_jobs=arguments.jobs,
        progress=feature_bar,
    )
    for spec, frame in frames.items():
        print(f"{spec:<28} {len(frame)} titles × {frame.shape[1]} columns")
    for status, count in frames["posters"]["posters_status"].value_counts().items():
        print(f"posters {status}: {count}")
    return 0
