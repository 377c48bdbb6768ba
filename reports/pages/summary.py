"""From a run folder to everything a report shows, as data. Pages are made elsewhere and compute nothing."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..evaluation import verdicts as words
from ..evaluation.catalogue import co_occurrence, popularity
from ..evaluation.colours import ColourStrips, colours_by_genre, colours_by_genre_and_period, colours_by_period
from ..evaluation.confusion import confusion_matrix, error_map
from ..evaluation.curves import Calibration, Curve, calibration, precision_recall
from ..evaluation.decades import decade_matrix
from ..evaluation.extremes import TitleCard, extreme_titles
from ..evaluation.genre_calibration import genre_calibration
from ..evaluation.genres import genre_by_feature_set, genre_table
from ..evaluation.leaderboard import best_per, choose_best, five_number_table, leaderboard
from ..evaluation.metric_intervals import metric_intervals
from ..evaluation.ranks import Ranks, ranks
from ..evaluation.sets import genre_sets
from ..evaluation.significance import comparisons
from ..evaluation.suspicious import Suspect, agreement_matrix, source_agreement, suspects
from ..evaluation.sweeps import Sweep, explained_variance, find_sweeps
from ..evaluation.training_curves import TrainingCurve, augmented_picture, training_curves
from ..runs.read import Configuration, RunFolder, read_run
from .notes import Check, audit_checks, facts, remarks


@dataclass(frozen=True)
class Summary:
    """What a report shows; an empty table, list or None means that the run holds nothing to show there.

    Attributes
    ----------
    title, question, experiment, kind, headline : str
    scale : str or None
        What a shorter run left out.
    labels : list of str
        Most frequent first.
    best : Configuration or None
    answers : list of Answer
    sentences : list of str
        Which differences are shown.
    intervals : str
        What the intervals are and where the verdicts come from.
    leaderboard, five_numbers, feature_sets, blocks, genres, genres_by_features : DataFrame
        `feature_sets` holds the best leaderboard row of each feature set.
    confusion : DataFrame
        Confusion matrix (single-label) or error map (multi-label) of the best model.
    ranks : Ranks or None
        The best configurations and the groups of those not shown to differ.
    pooled : DataFrame
        Intervals of the best configuration by several metrics, and of its lead over the best trivial rule.
    sets, set_genres : DataFrame
        Conformal genre sets: promised and measured coverage; genre by genre.
    decades : DataFrame
        Trained on the row's decade, tested on the column's.
    curves, calibration : precision-recall curves and calibration of the best model
    genre_calibration : DataFrame
    agreement, kappa : DataFrame
        Of the label sources: all counts; kappa per genre and pair of sources.
    suspects : list of Suspect
        Labels that the best model's scores contradict.
    popularity, co_occurrence : DataFrame
    by_genre, by_period, by_genre_and_period : ColourStrips or None
    explained_variance : DataFrame
    sweeps : list of Sweep
    training : list of TrainingCurve
    augmented : str or None
        A picture of one poster augmented many ways, as a data URI.
    best_titles, worst_titles : list of TitleCard
    weights : dict
        Feature set to the words for the network weights it uses.
    checks : list of Check
    facts : list of (name, text)
    remarks, warnings, attribution : list of str
    """

    title: str
    question: str
    scale: str | None
    experiment: str
    kind: str
    headline: str
    labels: list[str]
    best: Configuration | None
    answers: list[words.Answer]
    sentences: list[str]
    intervals: str
    leaderboard: pd.DataFrame
    five_numbers: pd.DataFrame
    feature_sets: pd.DataFrame
    blocks: pd.DataFrame
    genres: pd.DataFrame
    genres_by_features: pd.DataFrame
    confusion: pd.DataFrame
    ranks: Ranks | None
    pooled: pd.DataFrame
    sets: pd.DataFrame
    set_genres: pd.DataFrame
    decades: pd.DataFrame
    curves: list[Curve]
    calibration: Calibration | None
    genre_calibration: pd.DataFrame
    agreement: pd.DataFrame
    kappa: pd.DataFrame
    suspects: list[Suspect]
    popularity: pd.DataFrame
    co_occurrence: pd.DataFrame
    by_genre: ColourStrips | None
    by_period: ColourStrips | None
    by_genre_and_period: ColourStrips | None
    explained_variance: pd.DataFrame
    sweeps: list[Sweep]
    training: list[TrainingCurve]
    augmented: str | None
    best_titles: list[TitleCard]
    worst_titles: list[TitleCard]
    weights: dict[str, str]
    checks: list[Check]
    facts: list[tuple[str, str]]
    remarks: list[str]
    warnings: list[str]
    attribution: list[str]

    @property
    def is_evidence(self) -> bool:
        """False when a check of the audit failed."""
        return not any(check.failed for check in self.checks)


def summarize(run_dir: Path | RunFolder, *, thumbnails: bool = True, resample: bool = True) -> Summary:
    """Compute everything a report of a run shows.

    Parameters
    ----------
    run_dir : Path or RunFolder
    thumbnails : bool
        Whether to read posters.
    resample : bool
        Whether to draw titles again for bootstrap intervals, which takes seconds for a large run.

    Returns
    -------
    Summary

    Raises
    ------
    RunFolderError
        When the folder holds no readable run.
    """
    run = run_dir if isinstance(run_dir, RunFolder) else read_run(run_dir)
    table = leaderboard(run)
    chosen = choose_best(table)
    best = None if chosen is None else words.configuration(chosen)
    labels = _labels(run)
    per_set = best_per(table, "feature_set")
    predictions = pd.DataFrame() if best is None else run.predictions(best)
    if predictions.empty:
        confusion, curves, calibrated, extremes = pd.DataFrame(), [], None, ([], [])
    else:
        confusion = (error_map if run.kind == "multilabel" else confusion_matrix)(predictions, labels)
        curves, calibrated = precision_recall(predictions, labels), calibration(predictions)
        extremes = extreme_titles(run, predictions, thumbnails=thumbnails)
    sets, set_genres = genre_sets(run)
    agreed = source_agreement(run)
    return Summary(
        title=str(run.info.get("title") or run.results["experiment"].iloc[0]),
        question=str(run.info.get("question") or ""),
        scale=next((note for note in remarks(run, "notes") if note.startswith("Scale ")), None),
        experiment=str(run.results["experiment"].iloc[0]),
        kind=run.kind,
        headline=run.headline,
        labels=labels,
        best=best,
        answers=words.answers(run, table),
        sentences=words.sentences(run, table),
        intervals=comparisons(run).words if run.headline in table else "",
        leaderboard=table,
        five_numbers=five_number_table(run),
        feature_sets=per_set,
        blocks=words.blocks(run, table),
        genres=pd.DataFrame() if best is None else genre_table(run, best, labels),
        genres_by_features=genre_by_feature_set(
            run, [words.configuration(row) for _, row in per_set.iterrows()], labels
        ),
        confusion=confusion,
        ranks=ranks(run, table),
        pooled=metric_intervals(run, table, best if resample else None),
        sets=sets,
        set_genres=set_genres,
        decades=decade_matrix(run, best),
        curves=curves,
        calibration=calibrated,
        genre_calibration=pd.DataFrame() if predictions.empty else genre_calibration(predictions, labels),
        agreement=agreed,
        kappa=agreement_matrix(agreed),
        suspects=[] if predictions.empty else suspects(run, predictions, thumbnails=thumbnails),
        popularity=popularity(run),
        co_occurrence=co_occurrence(run, labels),
        by_genre=colours_by_genre(run, labels),
        by_period=colours_by_period(run),
        by_genre_and_period=colours_by_genre_and_period(run, labels),
        explained_variance=explained_variance(run),
        sweeps=find_sweeps(run),
        training=training_curves(run),
        augmented=augmented_picture(run) if thumbnails else None,
        best_titles=extremes[0],
        worst_titles=extremes[1],
        weights=_weights(run),
        checks=audit_checks(run),
        facts=facts(run),
        remarks=remarks(run, "notes"),
        warnings=remarks(run, "warnings"),
        attribution=remarks(run, "attribution"),
    )


def _labels(run: RunFolder) -> list[str]:
    """The target's labels, most frequent first."""
    rows = run.results[(run.results["metric"] == "support") & run.results["label"].notna()]
    counts = popularity(run).set_index("label")["titles"] if rows.empty else rows.groupby("label")["value"].mean()
    return [str(name) for name in sorted(counts.index, key=lambda name: (-counts[name], name))]


def _weights(run: RunFolder) -> dict[str, str]:
    contents, names = run.info.get("feature_sets"), run.info.get("weights")
    if not isinstance(contents, dict) or not isinstance(names, dict):
        return {}
    found = {}
    for feature_set, specs in contents.items():
        used = [spec.removeprefix("embedding:") for spec in specs if str(spec).startswith(("embedding:", "style:"))]
        shown = dict.fromkeys(str(names[name]) for name in used if name in names)
        if shown:
            found[str(feature_set)] = "; ".join(shown)
    return found
