"""Refit the chosen cell of a run on all its titles, and write the model file."""

import os
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from ...features.families import feature_spec, join_frames, network_names
from ...features.frozen.hub import weights_here
from ...features.store import FeatureStore
from ...models.file import read_manifest, save_model
from ...models.genre_model import GenreModel
from ...reports.evaluation.leaderboard import leaderboard
from ...reports.evaluation.metric_intervals import metric_intervals
from ...reports.evaluation.verdicts import better_than_trivial, configuration
from ...reports.pages.card.card import write_model_card
from ...reports.runs.format import KEYS, TRIVIAL, Cell
from ...reports.runs.read import read_run
from ..catalog.table import Catalog, load_catalog
from ..experiments.cell import Setting, encode, fit_cell
from ..experiments.dataset import Dataset
from ..experiments.record import weight_names
from ..experiments.run import Run, RunError
from ..places import CATALOG, FEATURES


def export(
    run: Run | Path | str,
    out: Path | str,
    catalog: Catalog | Path | str = CATALOG,
    *,
    model: str | None = None,
    feature_set: str | None = None,
    balance: str | None = None,
    experiment: str | None = None,
    weights: str | None = None,
    vectors: Path | None = None,
    features: Path | str | FeatureStore | None = FEATURES,
    jobs: int | None = None,
    overwrite: bool = False,
) -> tuple[Cell, Path]:
    """Choose a cell of a finished run, refit it on all titles of the run, and write the model file.

    What `genrelab export` does. The run's folder says how its cells were fitted; only the catalogue is needed besides.

    Parameters
    ----------
    run : Run or path
    out : path
        Such as `model.joblib`.
    catalog : Catalog or path
        The one the run was made with.
    model, feature_set, balance : str, optional
        Keep only cells with these; by default the best cell of all.
    experiment : str, optional
        A shipped name or TOML file to read in place of what the run keeps.
    weights, vectors : optional
        Where the run's network weights and word vectors are now, if they moved.
    features : path, FeatureStore or None
        Cache of poster features.
    jobs : int, optional
        One per core by default.
    overwrite : bool
        Replace a model that is there.

    Returns
    -------
    Cell
        What was refitted.
    Path
        The joblib file; beside it are its manifest (.json) and its card (.md and .html).

    Raises
    ------
    RunError
        When there is no finished run, no cell fits, the catalogue is another, or `out` exists.
    """
    out, jobs = Path(out), jobs or os.cpu_count() or 1
    if out.exists() and not overwrite:
        raise RunError(f"{out} exists; choose another --out, or --overwrite to replace it")
    run = run if isinstance(run, Run) else Run.open(run)
    catalog = catalog if isinstance(catalog, Catalog) else load_catalog(Path(catalog))
    store = FeatureStore(Path(features)) if isinstance(features, str | Path) else features
    plan = run.experiment(experiment)
    cell = run.best_cell(plan, model, feature_set, balance)
    kept = weights_here(weights, str(run.info.get("setting", {}).get("weights", "imagenet")))
    data = run.dataset(plan, catalog, store=store, weights=kept, n_jobs=jobs)
    setting = run.setting(data, weights=kept, vectors=vectors)
    fitted = fit_on_all(data, setting, cell, threads=jobs)
    description = _description(run, cell, weight_names(data.experiment, setting.weights))
    path = save_model(fitted, out, description | {"verdict": verdict(run.path, cell)})
    write_model_card(read_manifest(path), run.path, path)
    return cell, path


def fit_on_all(data: Dataset, setting: Setting, cell: Cell, *, threads: int = 1) -> GenreModel:
    """Fit one cell on every title of a dataset.

    Parameters
    ----------
    data : Dataset
    setting : Setting
    cell : Cell
    threads : int
        For learners that can use several.

    Returns
    -------
    GenreModel
    """
    specs = list(setting.feature_sets[cell.feature_set])
    X = join_frames(data.frames, specs)
    encoded = encode(cell, setting, X, np.arange(len(X)), [])
    estimator = fit_cell(cell, setting, encoded, data.target.y, data.groups, threads=threads)
    return GenreModel(
        Pipeline([("encode", encoded.encoder or "passthrough"), ("classify", estimator)]),
        [feature_spec(spec) for spec in specs],
        list(X.columns),
        data.target.labels,
        data.target.kind,
        setting.weights,
        _backbones(specs, setting.weights),
    )


def _backbones(specs: list[str], weights: str) -> dict[str, str]:
    names = network_names(specs)
    if not names:
        return {}
    from ...features.frozen.style import resolve_network
    from ...features.frozen.weights import locate

    return {name: locate(resolve_network(name, weights)).identity() for name in names}


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
    rows = table[(table[KEYS] == list(cell.key)).all(axis=1)]
    if rows.empty or folder.headline not in table:
        return {}
    row = rows.iloc[0]
    answer = better_than_trivial(folder, table, row)
    intervals = metric_intervals(folder, table, configuration(row)).set_index("metric")
    ends = [np.nan, np.nan]
    if folder.headline in intervals.index:
        ends = intervals.loc[[folder.headline], ["low", "high"]].to_numpy(dtype=float)[0].tolist()
    return {
        "interval": None if any(map(np.isnan, ends)) else [round(end, 6) for end in ends],
        "better_than_trivial": answer.good,
        "detail": answer.detail,
    }


def _description(run: Run, cell: Cell, weights: dict[str, str]) -> dict[str, Any]:
    about = run.info
    whole = run.results[run.results["label"].isna()]
    scores: dict[tuple[str, str, str], dict[str, dict[str, float]]] = {}
    for key, values in whole.groupby([*KEYS, "metric"])["value"]:
        feature_set, model, balance, metric = map(str, key)  # pyright: ignore[reportArgumentType]
        spread = {"mean": round(float(values.mean()), 6), "std": round(float(values.std()), 6)}
        scores.setdefault((feature_set, model, balance), {})[metric] = spread
    trivial = {key[1]: means for key, means in scores.items() if key[1].startswith(TRIVIAL)}
    return {
        "experiment": about["experiment"],
        "run_fingerprint": about["fingerprint"],
        "cell": dict(zip(KEYS, cell, strict=True)),
        "trained_on": {
            "titles": about["titles"],
            "groups": about["groups"],
            "target": about["target"],
            "support": dict(zip(about["labels"], about["support"], strict=True)),
        },
        "scores": scores[cell.key],
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
