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


SMALL_EXPERIMENT = """
title = "A small experiment"
question = "Does the machinery work?"
seed = 1
[target]
name = "multilabel"
min_support = 15
[split]
folds = 2
[thresholds]
inner_folds = 2
[feature_sets]
metadata = ["metadata"]
both = ["metadata", "keywords", "brightness"]
[[grid]]
models = ["rf"]
parameters = { n_estimators = [20] }
[[grid]]
feature_sets = ["both"]
models = ["glm"]
balance = ["none", "balanced"]
"""


@pytest.fixture(scope="session")
def demo_catalog(tmp_path_factory) -> Path:
    """A small synthetic catalogue with posters, dirt included."""
    from genrelab.pipeline.demo.generate import generate_demo

    return generate_demo(tmp_path_factory.mktemp("demo"), n_titles=160, seed=5)


@pytest.fixture(scope="session")
def small_experiment(tmp_path_factory) -> Path:
    """A TOML file whose cells take seconds."""
    path = tmp_path_factory.mktemp("experiment") / "small.toml"
    path.write_text(SMALL_EXPERIMENT, "utf-8")
    return path


@pytest.fixture(scope="session")
def small_run(demo_catalog, small_experiment, tmp_path_factory) -> Path:
    """A finished run of the small experiment; tests only read it."""
    from genrelab.pipeline.experiments.runner import compare

    out = tmp_path_factory.mktemp("runs") / "small"
    return compare(str(small_experiment), demo_catalog, out, features=None, jobs=1).path
