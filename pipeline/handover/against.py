"""Two runs on the titles that both measured: one verdict, from the tests that every page uses."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ...reports.evaluation.significance import Comparison, Comparisons, comparisons
from ...reports.evaluation.verdicts import difference_words
from ...reports.runs.format import Cell
from ...reports.runs.matrices import matrices
from ...reports.runs.metric_names import metric_name
from ..experiments.run import Run, RunError
from .scored import Answers, write_scored


@dataclass(frozen=True)
class Against:
    """The best configurations of two runs on shared titles.

    Parameters
    ----------
    first, second : Cell
        Of the first run and of the second; the feature set begins with the run's name.
    scores : (float, float)
        Macro F1 of each on the shared titles.
    titles, of_first, of_second : int
        Shared titles, and how many each run measured.
    result : Comparison
    """

    first: Cell
    second: Cell
    scores: tuple[float, float]
    titles: int
    of_first: int
    of_second: int
    result: Comparison

    @property
    def words(self) -> str:
        """The verdict, in two sentences."""
        one, other = (f"{cell} {score:.3f}" for cell, score in zip((self.first, self.second), self.scores, strict=True))
        return (
            f"{metric_name('f1_macro')} on the {self.titles} titles that both runs measured (of {self.of_first} and "
            f"{self.of_second}): {one}, {other}. The first against the second: {difference_words(self.result)}."
        )


def against(first: Run | Path | str, second: Run | Path | str, out: Path | str | None = None) -> Against:
    """Compare the best configurations of two runs on the titles that both tested.

    What `genrelab report RUN --against RUN` says. Each title counts once, with its out-of-fold scores of the first draw
    of folds, and all are scored together.

    Parameters
    ----------
    first, second : Run or path
    out : path, optional
        Also write the page of the two, with the trivial rules of the first run.

    Returns
    -------
    Against

    Raises
    ------
    RunError
        When the runs predict other labels, share too few titles, or give them other labels.
    """
    runs = [run if isinstance(run, Run) else Run.open(run) for run in (first, second)]
    labels = runs[0].info["labels"]
    if runs[0].kind != runs[1].kind or set(labels) != set(runs[1].info["labels"]):
        raise RunError(
            f"expected two runs with the same labels, got {', '.join(labels)} in {runs[0].path} and "
            f"{', '.join(runs[1].info['labels'])} in {runs[1].path}"
        )
    names = [run.path.name for run in runs]
    if names[0] == names[1]:
        names = [str(run.path) for run in runs]
    leaders = [comparisons(run).leader for run in runs]
    rule = comparisons(runs[0]).rule
    if leaders[0] is None or leaders[1] is None:
        raise RunError("expected a fitted configuration in both runs, found trivial rules only")
    tables = [_once(run, leader, labels) for run, leader in zip(runs, leaders, strict=True) if leader is not None]
    shared = [name for name in tables[0]["truth"].index if name in tables[1]["truth"].index]
    truth = tables[0]["truth"].loc[shared].to_numpy(dtype=np.uint8)
    if len(shared) < 2:
        raise RunError(f"expected titles that both runs tested, found {len(shared)}")
    other = (truth != tables[1]["truth"].loc[shared].to_numpy(dtype=np.uint8)).any(axis=1)
    if other.any():
        raise RunError(
            f"expected the same labels in both runs, found others for {int(other.sum())} titles, such as "
            f"{shared[int(other.argmax())]}"
        )
    answers = []
    for name, leader, table in zip(names, leaders, tables, strict=True):
        assert leader is not None
        cell = Cell(f"{name}: {leader.feature_set}", leader.model, leader.balance)
        answers.append(_answers(cell, table, shared))
    if rule is not None:
        answers.append(_answers(rule, _once(runs[0], rule, labels), shared))
    assert runs[0].titles is not None
    titles = runs[0].titles.set_index("imdb_id").loc[shared].reset_index()
    about = {
        "experiment": f"{names[0]} against {names[1]}",
        "title": f"{names[0]} against {names[1]}, on the titles of both",
        "kind": runs[0].kind,
        "labels": labels,
        "target": runs[0].info.get("target", {}),
        "notes": [f"{len(shared)} titles that both runs tested, each once, out of fold."],
        "attribution": runs[0].info.get("attribution", []),
        "feature_sets": {},
    }
    with tempfile.TemporaryDirectory() as folder:
        run = write_scored(Path(folder) / "run" if out is None else Path(out), about, titles, truth, answers)
        tests = Comparisons(run)
        one, two = answers[0].cell, answers[1].cell
        scores, result = (tests.score(one), tests.score(two)), tests.between(one, two)
    return Against(one, two, scores, len(shared), len(tables[0]["truth"]), len(tables[1]["truth"]), result)


def _once(run: Run, cell: Cell, labels: list[str]) -> dict:
    """Truth, scores and decisions of every title once: tables of titles by labels."""
    table = run.predictions(cell)
    names = ["truth", "score", "predicted"]
    titles, columns, found = matrices(table[table["repeat"] == table["repeat"].min()], names, labels, first=True)
    return {name: pd.DataFrame(values, titles, columns) for name, values in zip(names, found, strict=True)}


def _answers(cell: Cell, table: dict, shared: list[str]) -> Answers:
    scores = table["score"].loc[shared].to_numpy(dtype=np.float64)
    return Answers(cell, scores, table["predicted"].loc[shared].to_numpy(dtype=np.uint8))
