"""A search in an experiment: read, run, kept in the run folder, and never a point of a sweep."""

import numpy as np
import pytest

from genrelab.models.recipes import RECIPES
from genrelab.pipeline.experiments.fit.estimator import candidates_of
from genrelab.pipeline.experiments.plan import ExperimentError, load_experiment
from genrelab.pipeline.experiments.run import Run
from genrelab.pipeline.experiments.runner import compare
from genrelab.reports.evaluation.sweeps import chosen_parameters, find_sweeps, summarize_choices
from genrelab.reports.pages.report import Report
from genrelab.reports.pages.sections.training import TUNED
from genrelab.reports.runs.cells import cell_file
from genrelab.reports.runs.format import Cell, Split

HEAD = (
    'title = "t"\n[target]\nname = "multilabel"\nmin_support = 15\n[split]\nfolds = 2\n[thresholds]\ninner_folds = 2\n'
    '[feature_sets]\nyear = ["metadata:as_of_release"]\n'
)


def written(tmp_path, grids: str):
    path = tmp_path / "searched.toml"
    path.write_text(HEAD + grids)
    return str(path)


def test_true_means_the_records_grid_and_a_table_ones_own(tmp_path):
    path = written(
        tmp_path,
        '[[grid]]\nmodels = ["glm", "rf"]\nsearch = true\n'
        '[[grid]]\nmodels = ["knn"]\nsearch = { n_neighbors = [3, 9] }\n',
    )
    glm, rf, knn = load_experiment(path).cells
    assert dict(glm.search) == dict(RECIPES["glm"].grid) and dict(rf.search) == dict(RECIPES["rf"].grid)
    assert [cell.name for cell in (glm, rf, knn)] == ["glm tuned", "rf tuned", "knn tuned"]
    assert candidates_of(knn) == [{"n_neighbors": 3}, {"n_neighbors": 9}]


@pytest.mark.parametrize(
    ("grids", "message"),
    [
        ('[[grid]]\nmodels = ["rf"]\nsearch = 3\n', "line 13: grid.1.search: expected true, or a table of lists"),
        (
            '[[grid]]\nmodels = ["rf"]\nsearch = true\nparameters = { max_features = [2] }\n',
            "expected parameters that are not in the grid's parameters, got max_features",
        ),
        (
            '[[grid]]\nmodels = ["rf"]\nsearch = true\n[[grid]]\nmodels = ["rf"]\nsearch = { max_features = [2, 3] }\n',
            "expected one search for year · rf tuned, got two with other values",
        ),
    ],
)
def test_what_is_refused(tmp_path, grids, message):
    with pytest.raises(ExperimentError, match=message):
        load_experiment(written(tmp_path, grids))


def test_a_run_keeps_what_every_fold_chose_and_the_page_shows_it(tmp_path, demo_catalog):
    path = written(
        tmp_path,
        '[[grid]]\nmodels = ["glm"]\nsearch = { C = [0.01, 1.0] }\n[[grid]]\nmodels = ["ovr_svm"]\n'
        'search = { C = [0.3, 3.0] }\n[[grid]]\nmodels = ["glm"]\nparameters = { C = [0.01, 1.0] }\n',
    )
    run = compare(path, demo_catalog, tmp_path / "run", features=None, jobs=1, limit=120)
    rows = run.results[run.results["metric"] == "chosen"]
    assert sorted(rows["model"]) == ["glm tuned"] * 2 + ["ovr_svm tuned"] * 2
    assert set(rows[rows["model"] == "glm tuned"]["label"]) <= {"C=0.01", "C=1.0"}
    table = chosen_parameters(run)
    outer = run.results.query("metric == 'f1_macro' and label.isna()")
    outer = outer.set_index(["model", "fold"])["value"]
    for row in table.to_dict("records"):
        assert row["optimism"] == pytest.approx(row["inner"] - outer[row["model"], row["fold"]])
    # What a fold chose, its tested titles are scored with.
    points = run.results.query("metric == 'f1_macro' and label.isna() and model.str.startswith('glm(')")
    points = points.set_index(["model", "fold"])["value"]
    for row in table[table["model"] == "glm tuned"].to_dict("records"):
        assert row["outer"] == pytest.approx(points[f"glm({row['chosen']})", row["fold"]])
    assert [sweep.base for sweep in find_sweeps(run)] == ["glm"]
    assert not run.leaderboard().query("model == 'glm tuned'").empty
    again = Run.open(tmp_path / "run")
    assert again.experiment() == run.experiment()
    assert [cell.search for cell in again.experiment().cells][0] == (("C", (0.01, 1.0)),)
    report = Report(again)
    data = TUNED.data(report)
    assert "ovr_svm tuned" in "".join(part.markdown() for part in TUNED.parts(report, data)).replace("\\", "")
    assert summarize_choices(data)["folds"].tolist() == [2, 2]


def test_search_values_are_part_of_the_cells_file(tmp_path):
    split = Split(0, 0, np.arange(2), np.arange(2))
    first, second = (Cell("x", "rf", "none", search=(("max_features", values),)) for values in ((2, 4), (2, 8)))
    assert cell_file(tmp_path, first, split) != cell_file(tmp_path, second, split)
    assert first == second  # tables show both alike
