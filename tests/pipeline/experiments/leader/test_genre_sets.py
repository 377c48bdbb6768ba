"""Genre sets of a run's best cell keep their promise, and are left out where none can be made."""

import shutil

import numpy as np
import pandas as pd
import pytest

from genrelab.pipeline.experiments.leader.genre_sets import conformal_table, write_conformal
from genrelab.reports.runs.tables import CONFORMAL

FILE = CONFORMAL.file


def predictions(size: int = 2000, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    parts = []
    fold = rng.integers(0, 4, size)
    for label, share in (("Drama", 0.5), ("Comedy", 0.3), ("War", 0.1)):
        truth = (rng.random(size) < share).astype(int)
        score = 1 / (1 + np.exp(-rng.normal(2 * truth - 1, 1)))
        ids = [f"tt{k:07d}" for k in range(size)]
        parts.append(pd.DataFrame({"imdb_id": ids, "fold": fold, "label": label, "truth": truth, "score": score}))
    return pd.concat(parts, ignore_index=True).assign(repeat=0)


def test_the_promise_is_kept_on_titles_that_chose_nothing():
    table = conformal_table(predictions(), ["Comedy", "Drama", "War"])
    whole = table[table["label"].isna()]
    assert whole[whole["scope"] == "title"]["coverage"].to_numpy() == pytest.approx([0.9, 0.8], abs=0.02)
    genres = table[table["label"].notna() & (table["scope"] == "genre")]
    assert genres["coverage"].to_numpy() == pytest.approx(1 - genres["risk"].to_numpy(), abs=0.04)
    sizes = whole.set_index(["scope", "risk"])["set_size"]
    assert sizes["title", 0.1] > sizes["title", 0.2]


def test_only_the_first_repeat_counts():
    one = predictions()
    again = predictions(seed=1).assign(repeat=1)
    both = conformal_table(pd.concat([one, again]), ["Comedy", "Drama", "War"])
    pd.testing.assert_frame_equal(both, conformal_table(one, ["Comedy", "Drama", "War"]))


def test_one_fold_promises_nothing():
    assert conformal_table(predictions().assign(fold=0), ["Comedy", "Drama", "War"]).empty


def test_a_run_writes_them_for_its_best_cell(small_run, tmp_path):
    written = pd.read_parquet(small_run / FILE)
    assert written["model"].nunique() == 1 and not written["model"].iloc[0].startswith("trivial")
    copy = tmp_path / "run"
    shutil.copytree(small_run, copy, ignore=shutil.ignore_patterns("cells"))
    assert write_conformal(copy) == copy / FILE
    assert (copy / FILE).read_bytes() == (small_run / FILE).read_bytes()
    (copy / FILE).unlink()
    assert write_conformal(copy, "decades") is None and not (copy / FILE).exists()


def test_a_run_records_its_splits_and_what_every_source_says(small_run):
    import json

    about = json.loads((small_run / "run.json").read_text("utf-8"))
    assert [(s["repeat"], s["fold"], s["name"]) for s in about["splits"]] == [(0, 0, ""), (0, 1, "")]
    assert all(s["train"] + s["test"] == about["titles"] for s in about["splits"])
    titles = pd.read_parquet(small_run / "titles.parquet")
    for own, said in zip(titles["labels"], titles["genres_imdb"], strict=True):
        assert set(own) <= set(said)
