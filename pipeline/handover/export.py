"""Refit the chosen cell of a run on all its titles, and write the model file."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from ...features.families import feature_spec, join_frames, network_names
from ...features.store import FeatureStore
from ...models.encode.encoder import make_encoder
from ...models.file import read_manifest, save_model
from ...models.genre_model import GenreModel
from ...reports.evaluation.answers import better_than_trivial
from ...reports.evaluation.intervals import fold_interval
from ...reports.evaluation.leaderboard import leaderboard
from ...reports.pages.card.card import write_model_card
from ...reports.runs.metrics import HEADLINE
from ...reports.runs.read import KEYS, read_run
from ..catalog.table import Catalog
from ..experiments.cell import TRIVIAL, build_estimator, fit, fold_seed, takes_table
from ..experiments.dataset import Dataset, prepare
from ..experiments.plan import Cell, Experiment
from ..experiments.record import weight_names
from ..experiments.runner import RunError


def scores_of(run: Path) -> pd.DataFrame:
    """Mean and standard deviation over folds of every whole-set metric of every cell.

    Parameters
    ----------
    run : Path
        Folder of a finished run.

    Returns
    -------
    DataFrame
        Index `feature_set, model, balance`; columns `(metric, mean|std)`.

    Raises
    ------
    RunError
        When the folder holds no finished run.
    """
    path = run / "results.parquet"
    if not path.exists():
        raise RunError(f"expected the results of a finished run at {path}, found nothing; run `genrelab compare`")
    results = pd.read_parquet(path)
    whole = results[results["label"].isna()]
    table = whole.groupby(["feature_set", "model", "balance", "metric"], sort=False)["value"].agg(["mean", "std"])
    return table.unstack("metric").swaplevel(axis=1).sort_index(axis=1)


def choose_cell(
    experiment: Experiment,
    run: Path,
    model: str | None = None,
    feature_set: str | None = None,
    balance: str | None = None,
) -> Cell:
    """The cell with the best mean macro F1 among those that fit what was asked for.

    Parameters
    ----------
    experiment : Experiment
    run : Path
    model, feature_set, balance : str, optional
        Keep only cells with these; `model` is a name as the leaderboard shows it.

    Returns
    -------
    Cell

    Raises
    ------
    RunError
        When no measured cell fits.
    """
    scores = scores_of(run)[(HEADLINE, "mean")].sort_values(ascending=False, kind="stable")
    known = {(cell.feature_set, cell.name, cell.balance): cell for cell in experiment.cells}
    wanted = (feature_set, model, balance)
    for key in scores.index:
        if key in known and all(want in (None, has) for want, has in zip(wanted, key, strict=True)):
            return known[key]
    cells = "; ".join(" · ".join(key) for key in scores.index if not key[1].startswith(TRIVIAL))
    asked = ", ".join(str(want) for want in wanted if want)
    raise RunError(f"expected a cell with {asked} in {run}, found {cells}")


def fit_on_all(
    experiment: Experiment, cell: Cell, data: Dataset, *, threads: int = 1, weights: str = "imagenet"
) -> GenreModel:
    """Fit one cell on every title of a dataset.

    Parameters
    ----------
    experiment : Experiment
    cell : Cell
    data : Dataset
    threads : int
        For learners that can use several.
    weights : str
        As in `prepare`; the model remembers it.

    Returns
    -------
    GenreModel
    """
    experiment = data.experiment
    specs = list(experiment.feature_sets[cell.feature_set])
    X = join_frames(data.frames, specs)
    encoder = None if takes_table(cell) else make_encoder(specs, list(X.columns))
    encoded = X if encoder is None else encoder.fit_transform(X)
    estimator = build_estimator(
        cell,
        data.target.kind,
        seed=fold_seed(experiment.seed, np.arange(len(X))),
        threads=threads,
        encoder=encoder,
        inner_folds=int(experiment.thresholds["inner_folds"]),
        objective=experiment.thresholds["objective"],
        specs=specs,
        weights=weights,
        scale=experiment.scale,
    )
    fit(estimator, encoded, data.target.y, data.groups)
    return GenreModel(
        Pipeline([("encode", encoder or "passthrough"), ("classify", estimator)]),
        [feature_spec(spec) for spec in specs],
        list(X.columns),
        data.target.labels,
        data.target.kind,
        weights,
        _backbones(specs, weights),
    )


def _backbones(specs: list[str], weights: str) -> dict[str, str]:
    names = network_names(specs)
    if not names:
        return {}
    from ...features.frozen.style import resolve_network
    from ...features.frozen.weights import locate

    return {name: locate(resolve_network(name, weights)).identity() for name in names}


def export_model(
    experiment: Experiment,
    catalog: Catalog,
    run: Path,
    out: Path,
    *,
    model: str | None = None,
    feature_set: str | None = None,
    balance: str | None = None,
    store: FeatureStore | None = None,
    weights: str = "imagenet",
    n_jobs: int | None = None,
) -> tuple[Cell, Path]:
    """Choose a cell of a finished run, refit it on all titles of the run, and write the model file.

    Parameters
    ----------
    experiment, catalog : the ones of the run
    run : Path
        Its folder.
    out : Path
        Such as `model.joblib`.
    model, feature_set, balance : str, optional
        As in `choose_cell`; by default the best cell of all.
    store, weights, n_jobs
        As in `prepare`.

    Returns
    -------
    Cell
        What was refitted.
    Path
        The joblib file; beside it are its manifest (.json) and its card (.md and .html).
    """
    cell = choose_cell(experiment, run, model, feature_set, balance)
    about = json.loads((run / "run.json").read_text("utf-8"))
    data = prepare(experiment, catalog, store=store, weights=weights, limit=about["limit"], n_jobs=n_jobs)
    fitted = fit_on_all(experiment, cell, data, threads=n_jobs or 1, weights=weights)
    description = _description(about, cell, scores_of(run), weight_names(experiment, weights))
    path = save_model(fitted, out, description | {"verdict": verdict(run, cell)})
    write_model_card(read_manifest(path), run, path)
    return cell, path


def verdict(run: Path, cell: Cell) -> dict[str, Any]:
    """What every answer of the model must say: the interval of its macro F1, and whether it beats the trivial rules.

    Parameters
    ----------
    run : Path
        Folder of a finished run.
    cell : Cell
        The one that was exported.

    Returns
    -------
    dict
        `interval` (two numbers, or null for a single split), `better_than_trivial` (true, false, or null where it was
        not tested) and `detail` (a sentence), as the run's report has them.
    """
    folder = read_run(run)
    table = leaderboard(folder)
    rows = table[(table[KEYS] == [cell.feature_set, cell.name, cell.balance]).all(axis=1)]
    if rows.empty or HEADLINE not in table:
        return {}
    row = rows.iloc[0]
    answer = better_than_trivial(folder, table, row)
    values = folder.results[folder.results["label"].isna() & (folder.results["metric"] == HEADLINE)]
    own = values[(values[KEYS] == [cell.feature_set, cell.name, cell.balance]).all(axis=1)]["value"]
    interval = fold_interval(own)
    ends = [max(0.0, interval.low), min(1.0, interval.high)]
    return {
        "interval": None if any(map(np.isnan, ends)) else [round(float(end), 6) for end in ends],
        "better_than_trivial": answer.good,
        "detail": answer.detail,
    }


def _description(about: dict, cell: Cell, scores: pd.DataFrame, weights: dict[str, str]) -> dict[str, Any]:
    def means(key: tuple[str, str, str]) -> dict[str, dict[str, float]]:
        row = scores.loc[key]
        metrics = row.index.get_level_values(0).unique()
        return {m: {part: round(float(row[(m, part)]), 6) for part in ("mean", "std")} for m in metrics}

    trivial = {key[1]: means(key) for key in scores.index if key[1].startswith(TRIVIAL)}
    return {
        "experiment": about["experiment"],
        "run_fingerprint": about["fingerprint"],
        "cell": {"feature_set": cell.feature_set, "model": cell.name, "balance": cell.balance},
        "trained_on": {
            "titles": about["titles"],
            "groups": about["groups"],
            "target": about["target"],
            "support": dict(zip(about["labels"], about["support"], strict=True)),
        },
        "scores": means((cell.feature_set, cell.name, cell.balance)),
        "trivial_scores": trivial,
        "split": about["split"],
        "weights": weights,
        "attribution": about["attribution"],
        "licences": _licences(about),
        "notes": about["notes"],
    }


def _licences(about: dict) -> list[str]:
    """Terms of the sources that the catalogue credits; of the labels' source where it credits none."""
    from ..sources.registry import POSTER_LICENCE, SOURCES

    credited = [source for source in SOURCES.values() if source.attribution in about["attribution"]]
    if not about["attribution"]:
        credited = [source for name, source in SOURCES.items() if name == about["target"].get("source")]
    posters = [POSTER_LICENCE] if credited else []
    return list(dict.fromkeys([*(source.licence for source in credited), *posters]))
