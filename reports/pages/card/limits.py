"""What a model must not be trusted with, told from its manifest and its run."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ...runs.read import RunFolder
from ..parts import Part, Text
from ..tables import Table
from ..words import formats

# Columns whose value is known only once a film is out.
AFTER_RELEASE = ("popularity", "vote_average", "vote_count", "revenue", "imdb_rating", "imdb_votes")
FEW = 50
CHOSEN_HERE = (
    "It was chosen among all that its run tried, by the folds it is scored on: its scores are a little too lucky, more "
    "so for a point of a grid."
)


def limits(manifest: Mapping[str, Any], run: RunFolder) -> list[str]:
    """Sentences on the limits of a model, the gravest first.

    Parameters
    ----------
    manifest : mapping
        The content of model.json.
    run : RunFolder

    Returns
    -------
    list of str
    """
    found = [CHOSEN_HERE, *_labels(manifest, run)]
    columns = manifest.get("feature_columns") or []
    late = [name for name in AFTER_RELEASE if f"metadata_{name}" in columns]
    if late:
        found.append(
            f"It reads what is known only after a title's release ({', '.join(late).replace('_', ' ')}): for a title "
            "not yet out its scores do not hold."
        )
    weights = used_weights(manifest)
    if weights:
        found.append(
            f"Its poster features come from a network whose weights are not in the file ({'; '.join(weights)}); "
            "prediction needs these very weights and refuses others."
        )
    if any("random" in words for words in weights):
        found.append("The network's weights are random: it has seen no picture, and its features mean little.")
    return [*found, *_titles(run)]


def used_weights(manifest: Mapping[str, Any]) -> list[str]:
    """The words for the weights of the networks that the model reads; its run may have tried others.

    Examples
    --------
    >>> used_weights({"features": ["embedding:a", "keywords"], "weights": {"a": "a, random", "b": "b, imagenet"}})
    ['a, random']
    """
    specs = [str(spec) for spec in manifest["features"]]
    # An embedding is listed by its network, a style by its whole spec.
    names = {spec.removeprefix("embedding:") for spec in specs if spec.startswith(("embedding:", "style:"))}
    return [str(words) for name, words in (manifest.get("weights") or {}).items() if name in names]


def _labels(manifest: Mapping[str, Any], run: RunFolder) -> list[str]:
    found, target = [], manifest["trained_on"]["target"]
    source = str(target.get("source", "")) if isinstance(target, dict) else ""
    labels = run.titles["labels"] if run.titles is not None and "labels" in run.titles else None
    if manifest["kind"] == "multilabel" and labels is not None:
        most = int(labels.map(len).max())
        if source == "imdb":
            found.append(
                f"IMDb lists at most three genres a title (here at most {most}): a genre that a title lacks may be "
                "true all the same, and a right guess then counts as wrong."
            )
        else:
            found.append(f"Titles have at most {most} of these genres; a genre nobody noted counts as absent.")
    if manifest["kind"] == "single":
        found.append("Every title is forced into one class, though most films have several genres.")
        share, ceiling = run.info.get("tie_share"), run.info.get("ceiling")
        if share and ceiling:
            found.append(
                f"{share:.0%} of the titles fit several classes and got one by a draw: no model can be expected to "
                f"be right on more than {ceiling:.0%}.".replace("%", " %")
            )
    support = manifest["trained_on"].get("support") or {}
    rare = [f"{label} ({count})" for label, count in sorted(support.items(), key=lambda kv: kv[1]) if count < FEW]
    if rare:
        found.append(f"Genres learnt from fewer than {FEW} titles: {', '.join(rare)}.")
    found.append("It knows no genre but those listed: a title of another genre gets the nearest of these, or none.")
    return found


def _titles(run: RunFolder) -> list[str]:
    if run.titles is None:
        return []
    found = []
    if "year" in run.titles and run.titles["year"].notna().any():
        years = run.titles["year"].dropna().astype(int)
        low, high = np.quantile(years, [0.05, 0.95], method="nearest")
        found.append(
            f"Nine in ten of its titles are of {low} to {high} (all of {years.min()} to {years.max()}); posters and "
            "keywords of other years look different."
        )
    if "kind" in run.titles and run.titles["kind"].nunique() == 1:
        kind = str(run.titles["kind"].iloc[0])
        found.append(f"All its titles are of the kind {kind}; nothing is known about others.")
    return found


def per_decade(run: RunFolder, predictions: pd.DataFrame) -> list[Part]:
    """Titles and pooled micro F1 of every decade, from out-of-fold predictions; nothing where years are unknown.

    Parameters
    ----------
    run : RunFolder
    predictions : DataFrame
        imdb_id, truth, predicted of one system.

    Returns
    -------
    list of Part
    """
    if run.titles is None or "year" not in run.titles or predictions.empty:
        return []
    decade = (run.titles["year"] // 10 * 10).set_axis(run.titles["imdb_id"].astype(str))
    frame = predictions[["imdb_id", "truth", "predicted"]].assign(decade=predictions["imdb_id"].map(decade))
    frame = frame.dropna(subset=["decade"])
    frame = frame.assign(hits=frame["truth"] * frame["predicted"], given=frame["truth"] + frame["predicted"])
    groups = frame.groupby(frame["decade"].astype(int))
    sums, titles = groups[["hits", "given"]].sum(), groups["imdb_id"].nunique()
    if sums.empty:
        return []
    rows = [
        [f"{year}s", formats.whole(count), formats.score(2 * hits / given if given else None)]
        for year, count, hits, given in zip(sums.index, titles, sums["hits"], sums["given"], strict=True)
    ]
    told = "Micro F1 of the out-of-fold predictions by the decade of the title; trained on all decades."
    return [Text(told), Table(["decade", "titles", "micro F1"], rows, [False, True, True])]
