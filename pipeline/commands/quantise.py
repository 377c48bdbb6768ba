"""`genrelab quantise`: write an embedding network in 8 bits, for processors."""

import argparse
from pathlib import Path

from .options import add_catalog, add_networks, at_least_one

SAMPLE = 128


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("network", metavar="NETWORK", help="a Keras network, as in embedding:NETWORK, such as resnet50")
    add_catalog(parser)
    add_networks(parser, "imagenet")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the encoder")
    parser.add_argument(
        "--posters",
        type=at_least_one,
        default=SAMPLE,
        metavar="N",
        help=f"posters, drawn at random, from which the ranges of values are taken (default: {SAMPLE})",
    )
    parser.epilog = (
        "The result is an encoder: --encoders DIR finds it, embedding:NETWORK_int8 names it. No genre is looked at. "
        "It pays on processors with 8-bit instructions (AVX-512 VNNI and the like); docs/scale.md has measurements.\n\n"
        "example:\n  genrelab quantise resnet50 --catalog my.parquet --out resnet50-int8\n"
        "  genrelab features embedding:resnet50_int8 --catalog my.parquet --encoders resnet50-int8"
    )


def run(arguments: argparse.Namespace) -> int:
    """Draw posters, quantise, and say what was written."""
    import numpy as np

    from ...features.frozen.backbones import resolve_backbone
    from ...features.frozen.eight_bits.quantise import quantise
    from ...features.frozen.embeddings import decode_poster
    from ..catalog.table import load_catalog

    backbone = resolve_backbone(arguments.network, arguments.weights)
    catalog = load_catalog(arguments.catalog, allow_outside=arguments.allow_outside)
    there = [path for path in catalog.poster_paths() if isinstance(path, Path) and path.is_file()]
    drawn = np.random.default_rng(0).permutation(len(there))[: arguments.posters]
    decoded = (decode_poster(there[place], backbone.input_size)[1] for place in drawn)
    pictures = [picture for picture in decoded if picture is not None]
    empty = np.empty((0, *backbone.input_size, 3), np.uint8)
    described = quantise(backbone, np.stack(pictures) if pictures else empty, arguments.out)
    for file in sorted(arguments.out.iterdir()):
        print(f"{file} ({file.stat().st_size / 2**20:.1f} MiB)")
    print(f"embedding:{backbone.name}_int8 --encoders {described.parent}")
    return 0
