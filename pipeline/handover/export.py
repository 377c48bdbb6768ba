"""Refit the chosen cell of a run on all its titles, and write the model file."""

import warnings
from pathlib import Path
from typing import Any

import joblib
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
from ..catalog.rows import select_rows
from ..catalog.table import Catalog, load_catalog
from ..corrections.apply import in_words, is_about_corrections, read_corrections
from ..corrections.teach import teach, without_decisions
from ..experiments.dataset import Dataset
from ..experiments.fit.cell import fit_cell, training_notes
from ..experiments.fit.encoding import encode
from ..experiments.fit.setting import Setting
from ..experiments.record import weight_names
from ..experiments.run import Run, RunError
from ..places import CATALOG, FEATURES
from .evidence import calibration, describe_calibration, fingerprints


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
    calibrate: bool = True,
    where: str | None = None,
    corrections: Path | None = None,
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
    calibrate : bool
        Turn scores of a multi-label model into probabilities by curves that the run's out-of-fold predictions give,
        genre by genre, where that makes neither Brier score nor log loss worse. Which genres are predicted stays.
    where : str, optional
        Refit on the titles of the run for which this condition on catalogue columns holds, such as `year < 1980`. The
        run's scores are of all its titles and are not the model's any more; the manifest says so.
    corrections : Path, optional
        The labels.sqlite of `genrelab serve`: its decisions are the training labels of their titles.

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
    out, jobs = Path(out), jobs or joblib.cpu_count()
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
    if corrections is not None:
        plain = without_decisions(data)
        data = teach(plain, catalog, read_corrections(corrections), store=store, weights=kept, n_jobs=jobs)
    rows = None if where is None else _part(data, where)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fitted = fit_on_all(data, setting, cell, threads=jobs, rows=rows)
    description = _description(run, cell, weight_names(data.experiment, setting.weights))
    description |= {"verdict": verdict(run.path, cell)}
    if data.corrected is not None:
        counts = data.corrected.counts
        kept_notes = [note for note in description["notes"] if not is_about_corrections(note)]
        description |= {"corrections": counts, "notes": [*kept_notes, in_words(counts)]}
    if rows is not None:
        description = _of_part(description, data, rows, str(where))
    if calibrate and setting.kind == "multilabel":
        found = calibration(run, cell, None if rows is None else data.catalog.titles["imdb_id"].iloc[rows].tolist())
        if found is not None:
            fitted.calibration = found.curves
            description["calibration"] = describe_calibration(found, setting.labels)
    training = training_notes(cell, setting, fitted.pipeline["classify"], caught)
    description["notes"] = [*training, *(note for note in description["notes"] if note not in training)]
    description["seen"] = fingerprints(data, rows)
    path = save_model(fitted, out, description)
    write_model_card(read_manifest(path), run.path, path)
    return cell, path


def fit_on_all(
    data: Dataset, setting: Setting, cell: Cell, *, threads: int = 1, rows: np.ndarray | None = None
) -> GenreModel:
    """Fit one cell on every title of a dataset, or on some.

    Parameters
    ----------
    data : Dataset
    setting : Setting
    cell : Cell
    threads : int
        For learners that can use several.
    rows : ndarray of int, optional
        Positions of the titles to fit on; all by default.

    Returns
    -------
    GenreModel
    """
    rows = np.arange(len(data.catalog)) if rows is None else rows
    specs = list(setting.feature_sets[cell.feature_set])
    X = join_frames(data.frames, specs)
    encoded = encode(cell, setting, X, rows, [])
    estimator = fit_cell(cell, setting, encoded, data.learnt, data.groups, threads=threads)
    return GenreModel(
        Pipeline([("encode", encoded.encoder or "passthrough"), ("classify", estimator)]),
        [feature_spec(spec) for spec in specs],
        list(X.columns),
        data.target.labels,
        data.target.kind,
        setting.weights,
        _backbones(specs, setting.weights),
    )


def _part(data: Dataset, where: str) -> np.ndarray:
    """Positions of the titles for which a condition holds; of every class some must be left."""
    rows = select_rows(data.catalog.titles, {"where": where})
    left = data.target.indicator()[rows].sum(axis=0)
    if len(rows) < 2 or (left > 0).sum() < 2:
        raise RunError(
            f"--where {where!r}: expected titles of at least two genres, got {len(rows)} of {len(data.catalog)} titles"
        )
    return rows


def _of_part(description: dict[str, Any], data: Dataset, rows: np.ndarray, where: str) -> dict[str, Any]:
    """The description of a model that was fitted on a part of the run's titles."""
    support = data.target.indicator()[rows].sum(axis=0).tolist()
    trained = description["trained_on"] | {
        "titles": len(rows),
        "groups": len(np.unique(data.groups[rows])),
        "support": dict(zip(data.target.labels, map(int, support), strict=True)),
        "where": where,
    }
    note = (
        f"Fitted on the {len(rows)} of {len(data.catalog)} titles with {where}. The scores are those of the run, which "
        "measured all its titles: an experiment with the same condition under [titles] measures this model."
    )
    verdict = description["verdict"] | {"better_than_trivial": None}
    return description | {"trained_on": trained, "notes": [note, *description["notes"]], "verdict": verdict}


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
