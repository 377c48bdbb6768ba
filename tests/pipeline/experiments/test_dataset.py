"""What a run starts from: aligned rows, and features that hold nothing left out and told."""

import numpy as np
import pytest

from genrelab.pipeline.catalog.table import Catalog, load_catalog
from genrelab.pipeline.experiments.dataset import prepare
from genrelab.pipeline.experiments.plan import ExperimentError, load_experiment


@pytest.fixture
def experiment(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(
        'title = "t"\n[target]\nname = "multilabel"\nmin_support = 15\n[split]\nfolds = 2\n[feature_sets]\n'
        'words = ["keywords"]\nboth = ["metadata", "overview"]\n[[grid]]\nmodels = ["glm"]\n',
        "utf-8",
    )
    return load_experiment(str(path))


def test_rows_are_aligned_and_a_limit_is_a_seeded_sample(experiment, demo_catalog):
    catalog = load_catalog(demo_catalog)
    data = prepare(experiment, catalog, limit=100, n_jobs=1)
    again = prepare(experiment, catalog, limit=100, n_jobs=1)
    assert len(data.catalog) <= 100
    assert {len(frame) for frame in data.frames.values()} == {len(data.catalog)}
    assert len(data.target.y) == len(data.groups) == len(data.catalog)
    assert data.fingerprint() == again.fingerprint()
    assert data.fingerprint() != prepare(experiment, catalog, limit=101, n_jobs=1).fingerprint()


def test_features_that_hold_nothing_are_left_out_and_told(experiment, demo_catalog):
    catalog = load_catalog(demo_catalog)
    bare = Catalog(catalog.titles.assign(keywords=None, overview=None), catalog.root)
    data = prepare(experiment, bare, n_jobs=1)
    assert data.experiment.feature_sets == {"both": ("metadata",)}
    assert [cell.feature_set for cell in data.experiment.cells] == ["both"]
    assert any(note.startswith("words: nothing is known of keywords") for note in data.notes)
    assert any(note.startswith("both: nothing is known of overview") for note in data.notes)


def test_a_catalogue_that_holds_none_of_the_features_is_refused(experiment, demo_catalog):
    catalog = load_catalog(demo_catalog)
    numbers = ["year", "runtime", "popularity", "vote_average", "vote_count", "revenue", "budget"]
    empty = dict.fromkeys([*numbers, "imdb_rating", "imdb_votes", "keywords", "overview"])
    with pytest.raises(ExperimentError, match="expected some of keywords, metadata, overview to be known"):
        prepare(experiment, Catalog(catalog.titles.assign(**empty), catalog.root), n_jobs=1)


def test_no_group_straddles(experiment, demo_catalog):
    data = prepare(experiment, load_catalog(demo_catalog), n_jobs=1)
    for split in data.splits:
        assert not np.intersect1d(data.groups[split.train], data.groups[split.test]).size
