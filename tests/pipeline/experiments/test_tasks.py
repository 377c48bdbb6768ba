"""A cell that cannot be fitted: named, the others go on, and the same command tries it again."""

import json

import pandas as pd
import pytest

from genrelab.models.recipes import RECIPES
from genrelab.pipeline.cli import main
from genrelab.pipeline.experiments.runner import RunError, compare
from genrelab.reports.runs.read import read_run


def toml(tmp_path, *models: str):
    """Forests with impossible parameters fail in their fit, as a foreign model may."""
    grids = [
        f'[[grid]]\nmodels = ["rf"]\nparameters = {{ n_estimators = [5], max_depth = [{depth}] }}' for depth in models
    ]
    path = tmp_path / "some.toml"
    path.write_text(
        'title = "some"\n[target]\nname = "multilabel"\nmin_support = 15\n[split]\nfolds = 2\n'
        '[thresholds]\ninner_folds = 0\n[feature_sets]\nyear = ["metadata:as_of_release"]\n' + "\n".join(grids)
    )
    return path


def test_others_go_on_and_the_failed_one_is_a_row_with_its_reason(tmp_path, demo_catalog, capsys):
    out = tmp_path / "run"
    words = ["compare", str(toml(tmp_path, "2", "-7")), "--catalog", str(demo_catalog), "--out", str(out)]
    words += ["--features", str(tmp_path / "f"), "--jobs", "1", "--quiet"]
    assert main(words) == 1
    said = capsys.readouterr()
    name = "rf(n_estimators=5,max_depth=-7)"
    for fold in (0, 1):
        assert f"year · {name} · none · fold {fold}: InvalidParameterError: The 'max_depth' parameter" in said.out
    assert "2 cells could not be fitted; the same command tries again" in said.out
    assert f"year · {name}, fold 0: not measured" in said.err
    assert "Traceback" not in said.out + said.err
    table = pd.read_parquet(out / "results.parquet")
    failed = table[table["metric"] == "failed"]
    assert set(failed["model"]) == {name} and failed["value"].isna().all() and len(failed) == 2
    assert failed["label"].str.startswith("InvalidParameterError").all()
    run = read_run(out)
    assert name not in set(run.results["model"]) and len(run.failures) == 2
    assert any(name in warning for warning in run.info["warnings"])
    record = json.loads(next((out / "cells").glob("*.failed.json")).read_text())
    assert "Traceback" in record["traceback"]
    finished = {path: path.stat().st_mtime_ns for path in (out / "cells").glob("*.npz")}
    tried = {path: path.stat().st_mtime_ns for path in (out / "cells").glob("*.failed.json")}
    assert main(words) == 1
    assert {path: path.stat().st_mtime_ns for path in (out / "cells").glob("*.npz")} == finished
    assert all(path.stat().st_mtime_ns > before for path, before in tried.items())


def test_the_leaderboard_marks_it_and_a_cure_takes_the_mark_away(tmp_path, demo_catalog, monkeypatch):
    settings = {"features": None, "jobs": 1}
    run = compare(str(toml(tmp_path, "2", "-7")), demo_catalog, tmp_path / "run", **settings)
    marks = run.leaderboard().set_index("model")["failed_folds"]
    assert marks["rf(n_estimators=5,max_depth=-7)"] == 2 and marks["rf(n_estimators=5,max_depth=2)"] == 0
    assert "max_depth=-7" in run._repr_html_()
    build = type(RECIPES["rf"]).build

    def cured(self, *arguments, **parameters):
        return build(self, *arguments, **parameters | {"max_depth": abs(parameters.get("max_depth", 2))})

    monkeypatch.setattr(type(RECIPES["rf"]), "build", cured)
    again = compare(str(tmp_path / "some.toml"), demo_catalog, tmp_path / "run", **settings)
    assert again.failures.empty and not list((tmp_path / "run" / "cells").glob("*.failed.json"))
    assert again.leaderboard()["failed_folds"].sum() == 0


def test_when_nothing_can_be_fitted_the_run_says_so(tmp_path, demo_catalog):
    with pytest.raises(RunError, match="no cell could be fitted; the first: InvalidParameterError"):
        compare(str(toml(tmp_path, "-7")), demo_catalog, tmp_path / "run", features=None, jobs=1)
