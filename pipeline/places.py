"""Where generated files go when nothing else is said, and where the user's settings are."""

import os
from pathlib import Path

ARTIFACTS = Path("artifacts")
CATALOG = ARTIFACTS / "catalog" / "demo" / "catalog.parquet"
FEATURES = ARTIFACTS / "features"
RUNS = ARTIFACTS / "runs"


def config_folder() -> Path:
    """The folder of the user's settings; GENRELAB_CONFIG, then XDG_CONFIG_HOME, decide where."""
    chosen = os.environ.get("GENRELAB_CONFIG")
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "genrelab"
