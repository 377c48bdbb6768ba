"""A run in Python: what the command shows, from the object that `compare` returns."""

import shutil

import pytest

from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.experiments.plan import load_experiment
from genrelab.pipeline.experiments.run import Run, RunError
from genrelab.pipeline.experiments.runner import compare
from genrelab.reports.evaluation.leaderboard import leaderboard
from genrelab.reports.runs.format import KEYS, Cell
from genrelab.reports.runs.read import read_run


@pytest.fixture
def run(small_run) -> Run:
    return Run.open(small_run)


def test_its_leaderboard_is_the_one_of_the_pages(run, small_run):
    table = run.leaderboard()
    shown = leaderboard(read_run(small_run))
    assert table[KEYS].values.tolist() == shown[KEYS].values.tolist()
    assert table["f1_macro"].tolist() == shown["f1_macro"].tolist() and (table["failed_folds"] == 0).all()


def test_predictions_of_a_cell_with_parameters(run):
    cell = Cell("both", "rf", "none", (("n_estimators", 20),))
    assert len(run.predictions(cell)) == run.info["titles"] * len(run.info["labels"])


def test_its_best_cell_is_the_first_of_the_leaderboard(run):
    table = run.leaderboard()
    first = table[~table["trivial"]].iloc[0]
    assert run.best_cell(run.experiment()).key == tuple(first[KEYS])
    with pytest.raises(RunError, match="expected a cell with nothing"):
        run.best_cell(run.experiment(), model="nothing")


def test_a_notebook_shows_title_and_scores(run):
    shown = run._repr_html_()
    assert "A small experiment" in shown and "rf(n_estimators=20)" in shown and "f1_macro" in shown


def test_what_it_used_and_could_not_use_is_counted(run):
    counts = run.info["counts"]
    assert counts["catalogue"] == counts["sample"] == 160
    assert counts["measured"] + counts["without_label"] == 160 and counts["measured"] == run.info["titles"]
    assert sum(counts["posters"].values()) == counts["measured"] and counts["posters"]["missing"] > 0
    assert set(run.info["seconds"]) == {"features", "fits", "results"}
    assert run.info["words"]["models"]["rf"]["sentence"] == "random forest"


def test_an_unfinished_run_says_what_is_missing(small_run, tmp_path):
    shutil.copytree(small_run, tmp_path / "run")
    (tmp_path / "run" / "titles.parquet").unlink()
    with pytest.raises(RunError, match=r"found no titles\.parquet; run `genrelab compare`"):
        Run.open(tmp_path / "run")
    assert Run.open(tmp_path / "run", whole=False).titles is None


def test_a_run_gives_its_experiment_back(small_run, small_experiment):
    again, first = Run.open(small_run).experiment(), load_experiment(str(small_experiment))
    assert (again.cells, again.feature_sets, again.seed, again.titles) == (
        first.cells,
        first.feature_sets,
        first.seed,
        {},
    )
    assert {**again.split} == {**first.split} and {**again.thresholds} == {**first.thresholds}


@pytest.mark.slow
def test_a_run_of_some_titles_gives_its_filter_and_its_rows_back(small_experiment, demo_catalog, tmp_path):
    path = tmp_path / "films.toml"
    path.write_text(small_experiment.read_text("utf-8") + '[titles]\nkind = "movie"\nyears = [1980, 2029]\n', "utf-8")
    run = compare(str(path), demo_catalog, tmp_path / "run", jobs=1, features=None)
    again = Run.open(run.path).experiment()
    assert again.titles == {"kind": "movie", "years": [1980, 2029]}
    data = run.dataset(again, load_catalog(demo_catalog))
    assert data.catalog.titles["imdb_id"].tolist() == run.titles["imdb_id"].tolist()
    assert set(data.catalog.titles["kind"]) == {"movie"}
    assert data.catalog.titles["year"].min() >= 1980
