"""`genrelab convert`: write a model file in another form."""

import argparse
from pathlib import Path

from ..handover.forms.convert import FORMS
from .options import add_networks


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("model", type=Path, metavar="MODEL", help="a model.joblib with its model.json beside it")
    parser.add_argument(
        "--to",
        required=True,
        choices=FORMS,
        help="skops: a file whose loading runs no code, read by genrelab like the joblib; onnx: for ONNX Runtime, "
        "without genrelab; folder: all forms, with a README and a script that predicts",
    )
    parser.add_argument(
        "--out", type=Path, metavar="PATH", help="(default: beside the model: model.skops, model.onnx, model-forms/)"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace an existing file")
    add_networks(parser)
    parser.epilog = "example:\n  genrelab convert model.joblib --to onnx"


def run(arguments: argparse.Namespace) -> int:
    """Convert, and say what was written."""
    from ..handover.forms.convert import convert

    path = convert(
        arguments.model, arguments.to, arguments.out, overwrite=arguments.overwrite, weights=arguments.weights
    )
    for file in sorted(path.iterdir()) if path.is_dir() else [path]:
        size = file.stat().st_size
        print(f"{file} ({size / 2**20:.1f} MiB)" if size >= 2**20 else f"{file} ({size / 2**10:.1f} KiB)")
    return 0
