"""Fit the best system of a run again: as it was, and with labels that mean nothing."""

import ast
import warnings
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

from ...features.families import join_frames
from ...features.store import FeatureStore
from ...models.encode.encoder import make_encoder
from ..catalog.table import Catalog
from ..experiments.cell import TRIVIAL, build_estimator, fit, fold_seed, predict, takes_table
from ..experiments.dataset import Dataset, prepare
from ..experiments.plan import Cell, Experiment
from ..experiments.splits import Split
from .checks import NOT_RUN, Check, check_gap, check_shuffled
from .run import AuditError, Run, titles_of

REFITTED = ("train-test gap", "label-shuffle test")


def fit_and_score(
    data: Dataset,
    experiment: Experiment,
    cell: Cell,
    split: Split,
    y: np.ndarray,
    *,
    threads: int = 1,
    weights: str = "imagenet",
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Fit one cell on the training titles of a split, as a run does, and score both sides.

    Parameters
    ----------
    data : Dataset
    experiment : Experiment
    cell : Cell
    split : Split
    y : ndarray
        Labels as in `data.target.y`, or others of the same form.
    threads : int
    weights : str
        Of networks that start pretrained.

    Returns
    -------
    dict of "train", "test" to (scores, predicted), each of shape (rows, L)
    """
    specs = list(data.experiment.feature_sets[cell.feature_set])
    X = join_frames(data.frames, specs)
    with warnings.catch_warnings():
        # The run has kept what this fit warns of.
        warnings.simplefilter("ignore")
        encoder = None if takes_table(cell) else make_encoder(specs, list(X.columns))
        encoded: dict[str, Any] = {"train": X.iloc[split.train], "test": X.iloc[split.test]}
        if encoder is not None:
            encoded = {"train": encoder.fit_transform(encoded["train"]), "test": encoder.transform(encoded["test"])}
        estimator = build_estimator(
            cell,
            data.target.kind,
            seed=fold_seed(experiment.seed, split.train),
            threads=threads,
            encoder=encoder,
            inner_folds=int(experiment.thresholds["inner_folds"]),
            objective=experiment.thresholds["objective"],
            specs=specs,
            weights=weights,
            scale=experiment.scale,
        )
        fit(estimator, encoded["train"], y[split.train], data.groups[split.train])
    width = len(data.target.labels)
    return {side: predict(estimator, rows, data.target.kind, width) for side, rows in encoded.items()}


def refit_checks(
    run: Run, catalog: Catalog, store: FeatureStore | None, weights: str, n_jobs: int | None
) -> list[Check]:
    """Fit the run's best system on its first split again, then with labels shuffled over all titles.

    Parameters
    ----------
    run : Run
    catalog : Catalog
        The one the run was given: the whole of it, whatever part took part.
    store, weights, n_jobs
        As in `genrelab.pipeline.experiments.dataset.prepare`.

    Returns
    -------
    list of Check
        Those named in `REFITTED`.
    """
    experiment, cell = _best_cell(run)
    data = _data_of(run, experiment, catalog, store=store, weights=weights, n_jobs=n_jobs)
    if data is None:
        why = "The catalogue no longer gives the run's titles with the run's labels."
        return [Check(name, NOT_RUN, why) for name in REFITTED]
    split, threads = data.splits[0], n_jobs or 1
    fitted = fit_and_score(data, experiment, cell, split, data.target.y, threads=threads, weights=weights)
    truth = data.target.indicator()
    test, train = (
        f1_score(truth[rows], fitted[side][1], average="macro", zero_division=0)
        for side, rows in (("test", split.test), ("train", split.train))
    )
    what = f"{cell.name} on {cell.feature_set}, repeat {split.repeat}, fold {split.fold}"
    rng = np.random.default_rng(experiment.seed)
    mixed = data.target.y[rng.permutation(len(data.target.y))]
    shuffled = fit_and_score(data, experiment, cell, split, mixed, threads=threads, weights=weights)
    mixed_truth = mixed if mixed.ndim == 2 else np.eye(len(data.target.labels), dtype=np.uint8)[mixed]
    return [
        check_gap(_reported(run, cell, split), test, train, what),
        check_shuffled(mixed_truth[split.test], shuffled["test"][0]),
    ]


def _data_of(run: Run, experiment: Experiment, catalog: Catalog, **settings: Any) -> Dataset | None:
    """The rows of a run as it had them; None where the catalogue gives others.

    The run's sample and its draws among tied classes are of the whole catalogue. One that has grown since may still
    give the same labels to the run's titles alone.
    """
    for source in (catalog, titles_of(run, catalog)):
        data = prepare(experiment, source, limit=run.about.get("limit"), **settings)
        same = data.catalog.titles["imdb_id"].tolist() == run.titles["imdb_id"].tolist()
        if same and _label_sets(data) == [set(own) for own in run.titles["labels"]]:
            return data
    return None


def _label_sets(data: Dataset) -> list[set[str]]:
    names = np.array(data.target.labels, dtype=object)
    return [set(names[row]) for row in data.target.indicator().astype(bool)]


def _best_cell(run: Run) -> tuple[Experiment, Cell]:
    whole = run.results[run.results["label"].isna() & (run.results["metric"] == "f1_macro")]
    whole = whole[~whole["model"].str.startswith(TRIVIAL)]
    if whole.empty:
        raise AuditError(f"{run.folder}: expected a measured system, found trivial rules only")
    feature_set, model, balance = whole.groupby(["feature_set", "model", "balance"])["value"].mean().idxmax()
    base, _, inside = model.rstrip(")").partition("(")
    pairs = (part.partition("=") for part in inside.split(",") if part)
    cell = Cell(feature_set, base, balance, tuple((key, _value(text)) for key, _, text in pairs))
    about = run.about
    experiment = Experiment(
        about["experiment"],
        about.get("title", ""),
        about.get("question", ""),
        about.get("study"),
        about["target"],
        about["split"],
        about["seed"],
        about["thresholds"],
        {name: tuple(specs) for name, specs in about["feature_sets"].items()},
        (cell,),
        scale=about.get("scale", {}),
    )
    return experiment, cell


def _value(text: str) -> object:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def _reported(run: Run, cell: Cell, split: Split) -> float:
    rows = run.results
    own = rows["label"].isna() & (rows["metric"] == "f1_macro") & (rows["feature_set"] == cell.feature_set)
    own &= (rows["model"] == cell.name) & (rows["balance"] == cell.balance)
    return float(rows.loc[own & (rows["repeat"] == split.repeat) & (rows["fold"] == split.fold), "value"].iloc[0])
