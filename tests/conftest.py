"""What several test modules share."""

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
REAL_DATA = REPOSITORY.parent / "shared" / "data"


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real titles and posters; tests that need it are skipped where it is absent."""
    if not (REAL_DATA / "catalog.parquet").exists():
        pytest.skip("needs the real catalogue in ../shared/data, which is not part of the project")
    return REAL_DATA
