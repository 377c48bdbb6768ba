"""Two runs on the titles of both: the scores, the one verdict, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score

from genrelab.pipeline.experiments.run import RunError
from genrelab.pipeline.handover.against import against
from genrelab.pipeline.handover.scored import Answers, write_scored
from genrelab.reports.runs.format import Cell

LABELS = ["Comedy", "Drama"]


def made(out, knows: float, first: int, count: int = 300, turned: bool = False):
    """A run whose scores know so much of the labels, on `count` titles from `first` on."""
    ids = np.arange(first, first + count)
    truth = np.column_stack([ids % 3 == 0, ids % 2 == 0]).astype(np.uint8)
    rng = np.random.default_rng(first)
    scores = 1 / (1 + np.exp(-(knows * (truth * 2.0 - 1) + rng.normal(size=truth.shape))))
    truth = 1 - truth if turned else truth
    titles = pd.DataFrame({"imdb_id": [f"tt{k:07d}" for k in ids], "title": "t", "year": 2000, "kind": "movie"})
    colours = {"poster": None, "red": 0.0, "green": 0.0, "blue": 0.0, "grey": False}
    names = np.array(LABELS, dtype=object)
    titles = titles.assign(**colours, labels=[names[row].tolist() for row in truth.astype(bool)], group=ids)
    about = {"experiment": out.name, "title": out.name, "kind": "multilabel", "labels": LABELS, "notes": []}
    about |= {"target": {"name": "multilabel", "source": "imdb"}}
    rule = Answers(
        Cell("-", "trivial:all_positive", "none"), np.ones(truth.shape), np.ones(truth.shape, dtype=np.uint8)
    )
    best = Answers(Cell("table", "rf", "none"), scores, (scores >= 0.5).astype(np.uint8))
    return write_scored(out, about, titles, truth, [best, rule]), truth, best.predicted


def test_the_better_one_is_found_on_shared_titles_alone(tmp_path):
    good, truth, predicted = made(tmp_path / "good", 2.0, 0)
    poor, _, _ = made(tmp_path / "poor", 0.2, 100)
    found = against(good, poor)
    assert (found.titles, found.of_first, found.of_second) == (200, 300, 300)
    assert found.scores[0] == pytest.approx(f1_score(truth[100:], predicted[100:], average="macro"))
    assert found.result.verdict == "better" and found.result.low > 0
    assert against(poor, good).result.verdict == "worse"
    assert "on the 200 titles that both runs measured (of 300 and 300): good: table · rf" in found.words


def test_a_run_against_itself_is_the_same(tmp_path):
    run, _, _ = made(tmp_path / "one", 1.0, 0)
    found = against(run, run.path, tmp_path / "page")
    assert found.result.verdict == "practically the same" and found.result.difference == 0
    assert (tmp_path / "page" / "run.json").exists()


def test_what_cannot_be_compared(tmp_path):
    one, _, _ = made(tmp_path / "one", 1.0, 0)
    with pytest.raises(RunError, match="expected titles that both runs tested, found 0"):
        against(one, made(tmp_path / "far", 1.0, 5000)[0])
    with pytest.raises(RunError, match="found others for 300 titles, such as tt0000000"):
        against(one, made(tmp_path / "turned", 1.0, 0, turned=True)[0])
