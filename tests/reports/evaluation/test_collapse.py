"""Models with one answer for all are found, however the file is cut into parts."""

from pathlib import Path

import pyarrow.parquet as pq

from genrelab.reports.evaluation.collapse import collapsed_folds
from genrelab.reports.runs.read import RunFolder, read_run


def _counts(run: RunFolder) -> dict:
    return collapsed_folds(run).set_index(["feature_set", "model", "balance"])["collapsed_folds"].to_dict()


def test_only_the_constant_model_and_the_rules_collapse(multilabel_run: Path):
    counts = _counts(read_run(multilabel_run))
    assert {key[1]: value for key, value in counts.items() if value} == {
        "knn": 6,
        "trivial:all_negative": 6,
        "trivial:all_positive": 6,
    }


def test_parts_of_a_fold_are_put_together(make_run):
    run = make_run(titles=30, seed=5)
    whole = _counts(read_run(run))
    table = pq.read_table(run / "predictions.parquet")
    pq.write_table(table, run / "predictions.parquet", row_group_size=101)
    assert _counts(read_run(run)) == whole
