"""The leader fitted on parts of the training titles: nested, groups whole, apart from all configurations."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from genrelab.pipeline.experiments.leader.learning import SHARES, parts_of
from genrelab.pipeline.experiments.run import Run
from genrelab.pipeline.experiments.runner import compare
from genrelab.reports.evaluation.leaderboard import leaderboard
from genrelab.reports.evaluation.learning.learning_curve import learning_curve
from genrelab.reports.runs.format import Split
from genrelab.reports.runs.read import read_run
from genrelab.reports.runs.tables import LEARNING_CURVE


def test_parts_are_nested_and_keep_groups_whole():
    rng = np.random.default_rng(0)
    groups = rng.integers(0, 60, 300)
    fold = rng.integers(0, 3, 60)[groups]
    splits = [
        Split(repeat, k, np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for repeat in (0, 1) for k in range(3)
    ]
    parts = parts_of(splits, groups, 7)
    assert [share for share, part, split in parts if split.fold == 0] == list(SHARES)
    assert len(parts) == 3 * len(SHARES), "the first repeat only"
    for split in splits[:3]:
        mine = [part for _, part, of in parts if of is split]
        for smaller, larger in zip(mine, mine[1:] + [split], strict=True):
            assert set(smaller.train) < set(larger.train) and (smaller.test == split.test).all()
        for share, part in zip(SHARES, mine, strict=True):
            inside, all_of_it = np.unique(groups[part.train]), np.unique(groups[split.train])
            assert len(inside) == round(share * len(all_of_it))
            assert len(part.train) == np.isin(groups[split.train], inside).sum()
    again = parts_of(splits, groups, 7)
    assert all((a[1].train == b[1].train).all() for a, b in zip(parts, again, strict=True))


@pytest.fixture(scope="module")
def curved(demo_catalog, small_experiment, small_run, tmp_path_factory):
    """The small experiment with a learning curve, in a folder of its own."""
    toml = tmp_path_factory.mktemp("curved") / "small.toml"
    toml.write_text("learning_curve = true\n" + small_experiment.read_text("utf-8"), "utf-8")
    return compare(str(toml), demo_catalog, toml.parent / "run", features=None, jobs=1)


def test_everything_else_of_the_run_is_as_without(curved, small_run):
    for name in ("predictions.parquet", "titles.parquet", "conformal.parquet"):
        pd.testing.assert_frame_equal(pd.read_parquet(curved.path / name), pd.read_parquet(small_run / name))
    with_curve, without = leaderboard(read_run(curved.path)), leaderboard(read_run(small_run))
    columns = ["feature_set", "model", "balance", "f1_macro"]
    pd.testing.assert_frame_equal(with_curve[columns], without[columns])
    assert curved.info["fingerprint"] == Run.open(small_run).info["fingerprint"], "it can be added to a finished run"
    assert set(curved.info["seconds"]) == {"features", "fits", "learning", "results"}


def test_each_part_is_the_leader_fitted_on_fewer_titles(curved):
    parts = curved.learning()
    table = curved.leaderboard()
    leader = table[~table["trivial"]].iloc[0]
    assert set(parts[["feature_set", "model", "balance"]].itertuples(index=False, name=None)) == {
        (leader["feature_set"], leader["model"], leader["balance"])
    }
    sizes = parts.groupby(["share", "fold"])["trained_on"].first().unstack()
    train = {split["fold"]: split["train"] for split in curved.info["splits"]}
    for fold, whole in train.items():
        assert sizes[fold].is_monotonic_increasing and 0 < sizes.loc[0.125, fold] < sizes.loc[0.5, fold] < whole
    curve = learning_curve(curved)
    assert curve is not None and len(curve.points) == 4
    assert curve.points["f1_macro"].iloc[-1] == pytest.approx(leader["f1_macro"])
    assert "What would twice the titles bring?" in (curved.report().parent / "report.md").read_text("utf-8")


def test_a_finished_curve_is_not_fitted_again(curved, demo_catalog, tmp_path_factory):
    files = {path: path.stat().st_mtime_ns for path in (curved.path / "learning").rglob("*.npz")}
    assert len(files) == 2 * len(SHARES)
    toml = tmp_path_factory.mktemp("again") / "small.toml"
    toml.write_text((curved.path / "experiment.toml").read_text("utf-8"), "utf-8")
    compare(str(toml), demo_catalog, curved.path, features=None, jobs=1)
    assert {path: path.stat().st_mtime_ns for path in (curved.path / "learning").rglob("*.npz")} == files


def test_its_table_has_the_columns_that_are_described(curved):
    written = pq.read_schema(curved.path / LEARNING_CURVE.file)
    assert written.names == list(LEARNING_CURVE.columns)
    assert all(written.field(name).type == kind for name, (kind, _) in LEARNING_CURVE.columns.items())
