"""`genrelab export`: refit a cell of a run on all its titles and write it as one file."""

import argparse
import os
from pathlib import Path

from .options import ARTIFACTS, add_catalog, add_features


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="such as artifacts/runs/everything")
    parser.add_argument("--model", metavar="NAME", help="as the leaderboard shows it (default: the best cell's)")
    parser.add_argument("--feature-set", metavar="NAME", help="(default: the best cell's)")
    parser.add_argument("--balance", metavar="NAME", help="(default: the best cell's)")
    parser.add_argument(
        "--out",
        type=Path,
        default=ARTIFACTS / "model.joblib",
        metavar="FILE",
        help="the model; its manifest (.json) and card (.md, .html) go beside it (default: artifacts/model.joblib)",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace a model that is there")
    parser.add_argument("--experiment", metavar="NAME", help="if the run's experiment was a .toml file: its path")
    add_catalog(parser)
    add_features(parser)
    parser.epilog = "example:\n  genrelab export artifacts/runs/demo --model rf --out model.joblib"


def run(arguments: argparse.Namespace) -> int:
    """Refit, write, and say what was written."""
    import json

    from ...features.frozen.backbones import available_backbones
    from ...features.store import FeatureStore
    from ..catalog.table import load_catalog
    from ..experiments.plan import FULL, load_experiment
    from ..experiments.runner import RunError
    from ..handover.export import export_model

    if arguments.out.exists() and not arguments.overwrite:
        raise RunError(f"{arguments.out} exists; choose another --out, or --overwrite to replace it")
    about = arguments.run_folder / "run.json"
    if not about.exists():
        raise RunError(f"expected a finished run in {arguments.run_folder}, found no run.json; run `genrelab compare`")
    told = json.loads(about.read_text("utf-8"))
    name, scale = arguments.experiment or told["experiment"], told.get("scale", {}).get("name", FULL)
    experiment = load_experiment(name, [backbone.name for backbone in available_backbones(arguments.weights)], scale)
    cell, path = export_model(
        experiment,
        load_catalog(arguments.catalog, allow_outside=arguments.allow_outside),
        arguments.run_folder,
        arguments.out,
        model=arguments.model,
        feature_set=arguments.feature_set,
        balance=arguments.balance,
        store=FeatureStore(arguments.features),
        weights=arguments.weights,
        n_jobs=arguments.jobs or os.cpu_count(),
    )
    size = path.stat().st_size / 2**20
    print(f"{path} ({size:.1f} MiB) and {path.with_suffix('.json').name}: {cell.name} on {cell.feature_set}, ")
    print(f"balance {cell.balance}, refitted on all titles of {arguments.run_folder}")
    print(f"model card: {path.with_suffix('.md')} and {path.with_suffix('.html').name}")
    return 0
