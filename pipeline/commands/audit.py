"""`genrelab audit`: look for leaks; exit status 1 when a check fails."""

import argparse
from pathlib import Path

from .options import add_catalog, add_features, add_vectors
from .tables import add_format, aside, print_table


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    add_catalog(parser)
    parser.add_argument("--run", dest="run_folder", type=Path, metavar="DIR", help="a finished run on that catalogue")
    parser.add_argument("--no-refit", action="store_true", help="skip the two checks that train a model again")
    parser.add_argument(
        "--allow",
        action="append",
        default=[],
        choices=["after_release", "genre_names"],
        help="accept features known only after release, or keywords that name genres: you use them on purpose",
    )
    parser.add_argument(
        "--experiment", metavar="NAME", help="use this experiment instead of the one saved with the run"
    )
    add_features(parser)
    add_vectors(parser)
    add_format(parser)
    parser.set_defaults(weights=None)  # those of the run
    parser.epilog = (
        "The outcome of a run's audit is kept in its folder (audit.json), and its report then shows it.\n\n"
        "example:\n  genrelab audit --catalog my.parquet --run artifacts/runs/everything"
    )


def run(arguments: argparse.Namespace) -> int:
    """Audit, print every check, and keep the outcome with the run."""
    import joblib
    import pandas as pd

    from ...features.store import FeatureStore
    from ...reports.runs.write import write_audit
    from ..audit.audit import audit, passed
    from ..catalog.table import load_catalog

    checks = audit(
        load_catalog(arguments.catalog, allow_outside=arguments.allow_outside),
        arguments.run_folder,
        store=FeatureStore(arguments.features),
        experiment=arguments.experiment,
        weights=arguments.weights,
        vectors=arguments.vectors,
        refit=not arguments.no_refit,
        allow=tuple(arguments.allow),
        n_jobs=arguments.jobs or joblib.cpu_count(),
    )
    said = aside(arguments)
    if arguments.format == "table":
        width = max(len(check.name) for check in checks)
        for check in checks:
            print(f"{check.status.upper():<8} {check.name:<{width}}  {check.evidence}")
    else:
        rows = [{"check": check.name, "status": check.status, "evidence": check.evidence} for check in checks]
        print_table(pd.DataFrame(rows), arguments.format)
    if arguments.run_folder is not None:
        kept = write_audit(arguments.run_folder, checks)
        print(f"\nkept in {kept}; `genrelab report {arguments.run_folder}` shows it", file=said)
    if passed(checks):
        print("\nno check failed", file=said)
        return 0
    failed = ", ".join(check.name for check in checks if check.failed)
    print(f"\nNOT EVIDENCE: {failed}", file=said)
    return 1
