"""What a run starts from: aligned rows, and features that hold nothing left out and told."""

from pathlib import Path

import numpy as np
import pytest

from genrelab.pipeline.catalog.table import Catalog, load_catalog
from genrelab.pipeline.experiments.dataset import json_pieces, prepare
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


@pytest.mark.parametrize("rows", [1, 33, 160, 9999])
def test_pieces_of_the_fingerprint_are_the_bytes_of_the_whole(demo_catalog, rows):
    titles = load_catalog(demo_catalog).titles
    assert b"".join(json_pieces(titles, rows)) == titles.to_json(orient="records").encode()
    assert b"".join(json_pieces(titles[:0], rows)) == b"[]"


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


def write(tmp_path, text):
    path = tmp_path / "own2.toml"
    path.write_text(
        'title = "t"\n[target]\nname = "multilabel"\nmin_support = 10\n[split]\nfolds = 2\n' + text, "utf-8"
    )
    return load_experiment(str(path))


def test_a_limit_is_drawn_among_labelled_titles(experiment, demo_catalog):
    catalog = load_catalog(demo_catalog)
    genres = catalog.titles["genres_imdb"].copy()
    genres.iloc[::2] = None
    half = Catalog(catalog.titles.assign(genres_imdb=genres), catalog.root)
    data = prepare(experiment, half, limit=60, n_jobs=1)
    assert len(data.catalog) == 60
    assert any("have no label of this target" in note for note in data.notes)


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"limit": -5}, {"n_jobs": 0}])
def test_limits_and_jobs_below_one_are_refused(experiment, demo_catalog, wrong):
    with pytest.raises(ExperimentError, match="expected at least 1, got"):
        prepare(experiment, load_catalog(demo_catalog), **wrong)


def test_titles_are_filtered_and_counted(tmp_path, demo_catalog):
    catalog = load_catalog(demo_catalog)
    sets = (
        '[titles]\nkind = "movie"\nyears = [1980, 2100]\n[feature_sets]\na = ["metadata"]\n[[grid]]\nmodels = ["glm"]\n'
    )
    data = prepare(write(tmp_path, sets), catalog, n_jobs=1)
    titles = catalog.titles
    wanted = ((titles["kind"] == "movie") & (titles["year"] >= 1980)).fillna(False)
    assert set(data.catalog.titles["imdb_id"]) <= set(titles["imdb_id"][wanted])
    assert data.notes[0].startswith(f"[titles] keeps {wanted.sum()} of {len(titles)} titles: kind movie")


def test_titles_without_a_poster_take_no_part_where_all_is_posters(tmp_path, demo_catalog):
    catalog = load_catalog(demo_catalog)
    poster = catalog.titles["poster"].copy()
    poster.iloc[:7] = None
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff no picture")
    poster.iloc[7] = str(broken)
    bare = Catalog(catalog.titles.assign(poster=poster), catalog.root)
    only = prepare(write(tmp_path, '[feature_sets]\na = ["brightness"]\n[[grid]]\nmodels = ["glm"]\n'), bare, n_jobs=1)
    assert (only.frames["posters"]["posters_status"] == "ok").all()
    assert len(only.target.y) == len(only.catalog) == len(only.frames["brightness"])
    told = [note for note in only.notes if "every feature set of this experiment is made of posters only" in note]
    assert len(told) == 2 and "have a poster that cannot be read" in told[1]
    mixed = '[feature_sets]\na = ["brightness"]\nb = ["metadata"]\n[[grid]]\nmodels = ["glm"]\n'
    assert len(prepare(write(tmp_path, mixed), bare, n_jobs=1).catalog) > len(only.catalog)


def test_posters_outside_the_folder_are_told_with_what_reads_them(tmp_path, demo_catalog):
    catalog = load_catalog(demo_catalog)
    there = [isinstance(path, Path) and path.is_file() for path in catalog.poster_paths()]
    inside = catalog.take(np.flatnonzero(there))
    absolute = [str(path) for path in inside.poster_paths()]
    only = write(tmp_path, '[feature_sets]\na = ["brightness"]\n[[grid]]\nmodels = ["glm"]\n')
    # Copied to another machine: every poster lies outside the folder of the file.
    moved = Catalog(inside.titles.assign(poster=absolute), tmp_path)
    how = "--allow-outside, in Python load_catalog(path, allow_outside=True), reads them"
    count = len(prepare(only, inside, n_jobs=1).catalog)
    with pytest.raises(ExperimentError, match="expected at least one poster") as refused:
        prepare(only, moved, n_jobs=1)
    told = "titles have no poster, or one outside the catalogue's folder"
    assert told in str(refused.value) and how in str(refused.value)
    some = Catalog(inside.titles.assign(poster=[*inside.titles["poster"][:-3], *absolute[-3:]]), catalog.root)
    copied = tmp_path / "copied.jpg"
    copied.write_bytes(Path(absolute[0]).read_bytes())
    some.titles.loc[len(some) - 3 :, "poster"] = str(copied)
    mixed = write(tmp_path, '[feature_sets]\na = ["brightness"]\nb = ["metadata"]\n[[grid]]\nmodels = ["glm"]\n')
    notes = prepare(mixed, some, n_jobs=1).notes
    assert f"3 posters could not be used: outside the catalogue's folder ({how})" in notes
    data = prepare(only, some, n_jobs=1)
    assert len(data.catalog) < count
    assert data.notes[0].startswith(f"3 {told} (3; {how}), and take no part")


def test_one_estimator_under_two_names_is_measured_once(tmp_path, demo_catalog):
    text = '[feature_sets]\na = ["metadata"]\n[[grid]]\nmodels = ["svm_rbf", "ovr_svm"]\nbalance = ["none", "smote"]\n'
    data = prepare(write(tmp_path, text), load_catalog(demo_catalog), n_jobs=1)
    cells = [(cell.model, cell.balance) for cell in data.experiment.cells]
    # With resampling there is a classifier per label, and the two differ.
    assert cells == [("svm_rbf", "none"), ("svm_rbf", "smote"), ("ovr_svm", "smote")]
    assert any("ovr_svm is the same estimator as svm_rbf" in note for note in data.notes)
