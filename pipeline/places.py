"""Where generated files go when nothing else is said."""

from pathlib import Path

ARTIFACTS = Path("artifacts")
CATALOG = ARTIFACTS / "catalog" / "catalog.parquet"
FEATURES = ARTIFACTS / "features"
RUNS = ARTIFACTS / "runs"
