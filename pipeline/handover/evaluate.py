"""How well an exported model does on labelled titles that it has never seen."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...features.families import build_frames
from ...features.families import words_of as feature_words
from ...features.poster.colour import top_colours
from ...features.store import FeatureStore
from ...models.file import load_model
from ...models.genre_model import GenreModel
from ...models.recipes import words_of as model_words
from ...models.trivial import MULTILABEL_RULES, SINGLE_RULES, TrivialClass, TrivialLabels
from ...reports.runs.format import TRIVIAL, Cell
from ..catalog.genres import indicator_matrix, title_genres
from ..catalog.groups import make_groups
from ..catalog.table import Catalog, load_catalog
from ..catalog.targets import make_target
from ..experiments.run import Run
from ..places import ARTIFACTS, FEATURES
from ..sources.account import how_many
from .evidence import short_hash
from .scored import Answers, write_scored


def evaluate(
    model: GenreModel | Path | str,
    catalog: Catalog | Path | str,
    out: Path | str | None = None,
    *,
    features: Path | str | FeatureStore | None = FEATURES,
    weights: str | None = None,
    jobs: int | None = None,
) -> Run:
    """Score a model on the titles of a labelled catalogue that it was not trained on.

    What `genrelab evaluate` does. Titles that the model was trained on, by id or by poster, titles without a label and
    titles without anything that the model reads are left out and counted in the notes.

    Parameters
    ----------
    model : GenreModel or path
        As `load_model` gives it, or its file.
    catalog : Catalog or path
        With genres of the source that the model was trained with.
    out : path, optional
        Folder of the results and the page, by default artifacts/evaluations/ and the experiment's name.
    features, weights, jobs
        As in `GenreModel.predict`.

    Returns
    -------
    Run
        One split: the model and the trivial rules, which know the frequencies of the model's training titles. Its
        `report()` writes the page.

    Raises
    ------
    ValueError
        When the model says nothing about its training, or fewer than two titles are left.
    """
    model = model if isinstance(model, GenreModel) else load_model(model)
    manifest = model.manifest
    if manifest is None or not {"trained_on", "cell"} <= set(manifest):
        raise ValueError("expected a model that was loaded from its file and says what it was trained on")
    catalog = catalog if isinstance(catalog, Catalog) else load_catalog(Path(catalog))
    store = FeatureStore(Path(features)) if isinstance(features, str | Path) else features
    total, target = len(catalog), dict(manifest["trained_on"]["target"])
    rows, truth = true_labels(catalog.titles, target, model)
    notes = _left_out(total - len(rows), total, f"none of the model's labels is among their {target['source']} genres")
    catalog = catalog.take(rows)
    frames = build_frames(
        catalog.titles, catalog.poster_paths(), ["posters", "brightness", "palette"], store=store, n_jobs=jobs
    )
    posters = frames["posters"]
    seen = was_seen(catalog.titles["imdb_id"], posters["posters_sha256"], manifest.get("seen"))
    if seen is None:
        notes.append("This model's file does not say which titles it was trained on: some of these may be among them.")
        seen = np.zeros(len(catalog), dtype=bool)
    notes += _left_out(int(seen.sum()), total, "the model was trained on them, by their id or their poster")
    unseen = np.flatnonzero(~seen)
    if len(unseen) < 2:
        raise ValueError(_too_few(len(unseen), total, notes))
    answers = model.predict(catalog.take(unseen), store=store, weights=weights, n_jobs=jobs)
    answered = answers[model.labels[0]].notna().to_numpy(dtype=bool)
    notes += _left_out(int((~answered).sum()), total, "they have nothing that the model reads")
    kept = unseen[answered]
    if len(kept) < 2:
        raise ValueError(_too_few(len(kept), total, notes))
    titles = catalog.titles.iloc[kept].reset_index(drop=True)
    groups = make_groups(titles, phash=posters["posters_phash"].iloc[kept], sha256=posters["posters_sha256"].iloc[kept])
    truth = truth[kept]
    scores = answers[list(model.labels)].to_numpy(dtype=np.float64)[answered]
    feature_set, kind, balance = (str(manifest["cell"][name]) for name in ("feature_set", "model", "balance"))
    cell = Cell(feature_set, kind, balance)
    systems = [Answers(cell, scores, model.decide(scores)), *trivial_answers(manifest, model, len(kept))]
    names = np.array(model.labels, dtype=object)
    paths = catalog.poster_paths()
    frame = pd.DataFrame(
        {
            **{name: titles[name] for name in ("imdb_id", "title", "year", "kind")},
            "poster": [str(paths[row]) if isinstance(paths[row], Path) else None for row in kept],
            "labels": [names[row].tolist() for row in truth.astype(bool)],
            **{colour: frames["brightness"][f"brightness_{colour}"].to_numpy()[kept] for colour in _COLOURS},
            "colours": pd.Series(top_colours(frames["palette"].iloc[kept]), dtype=object),
            "grey": posters["posters_grey"].to_numpy()[kept],
            "group": groups,
        }
    )
    about = {
        "experiment": manifest.get("experiment", "model"),
        "title": f"{cell.name} on titles it has never seen",
        "question": "Does the exported model keep what its run promised?",
        "kind": model.kind,
        "labels": list(model.labels),
        "target": target,
        "feature_sets": {cell.feature_set: list(model.specs)},
        "weights": manifest.get("weights", {}),
        "words": {"models": model_words([cell.model]), "features": feature_words(model.specs)},
        "notes": notes,
        "attribution": list(catalog.attribution),
        "versions": manifest["versions"],
        "split": {"kind": "never seen"},
        "seed": 0,
    }
    place = ARTIFACTS / "evaluations" / str(about["experiment"]) if out is None else Path(out)
    return write_scored(place, about, frame, truth, systems)


_COLOURS = ("red", "green", "blue")


def true_labels(titles: pd.DataFrame, target: Mapping[str, Any], model: GenreModel) -> tuple[np.ndarray, np.ndarray]:
    """Which titles of a catalogue have a label for a model's target, and their labels.

    Parameters
    ----------
    titles : DataFrame
    target : mapping
        Of the model's experiment.
    model : GenreModel

    Returns
    -------
    rows : ndarray of int64, shape (m,)
    truth : ndarray of uint8, shape (m, L)
        In the order of the model's labels, however frequent they are here.
    """
    source, drop = str(target["source"]), set(target.get("drop", ()))
    if model.kind == "single":
        settings = {key: value for key, value in target.items() if key != "name"}
        made = make_target(titles, str(target["name"]), **settings)
        return made.rows, made.indicator()[:, [made.labels.index(label) for label in model.labels]]
    genres = [[name for name in names if name not in drop] for names in title_genres(titles, source)[0]]
    rows = np.flatnonzero([bool(names) for names in genres])
    if target["name"] == "top_k":
        genres = [[name if name in model.labels else "Others" for name in names] for names in genres]
    return rows, indicator_matrix(genres, model.labels)[rows]


def was_seen(ids: pd.Series, posters: pd.Series, seen: Mapping[str, Any] | None) -> np.ndarray | None:
    """Whether each title, or its poster, was among the training titles; None where the manifest does not say.

    Examples
    --------
    >>> ids, posters = pd.Series(["tt1", "tt2"]), pd.Series([None, "0123456789abcdef"])
    >>> was_seen(ids, posters, {"titles": [short_hash("tt1")], "posters": ["0123456789ab"]}).tolist()
    [True, True]
    """
    if not isinstance(seen, Mapping):
        return None
    titles, images = set(seen.get("titles", ())), set(seen.get("posters", ()))
    by_id = [short_hash(str(name)) in titles for name in ids]
    by_poster = [isinstance(name, str) and name[:12] in images for name in posters]
    return np.array(by_id, dtype=bool) | np.array(by_poster, dtype=bool)


def trivial_answers(manifest: Mapping[str, Any], model: GenreModel, count: int) -> list[Answers]:
    """What the trivial rules say, which know the frequencies of the model's training titles and nothing else."""
    support = np.array([manifest["trained_on"]["support"][label] for label in model.labels], dtype=np.float64)
    empty, found = np.zeros((count, 1)), []
    if model.kind == "multilabel":
        for name in MULTILABEL_RULES:
            if name == "most_frequent_set":
                continue  # which labels stand together is not in the manifest
            rule = TrivialLabels(name)
            rule.prior_, rule.classes_ = support / manifest["trained_on"]["titles"], np.arange(len(support))
            found.append(Answers(Cell("-", TRIVIAL + name, "none"), rule.predict_proba(empty), rule.predict(empty)))
        return found
    for name in SINGLE_RULES:
        rule = TrivialClass(name)
        rule.prior_, rule.classes_ = support / support.sum(), np.arange(len(support))
        scores = rule.predict_proba(empty)
        predicted = np.eye(len(support), dtype=np.uint8)[scores.argmax(axis=1)]
        found.append(Answers(Cell("-", TRIVIAL + name, "none"), scores, predicted))
    return found


def _too_few(count: int, total: int, notes: list[str]) -> str:
    return (
        f"expected at least two labelled titles that the model has not seen, got {count} of {total}: {' '.join(notes)}"
    )


def _left_out(count: int, total: int, why: str) -> list[str]:
    return [f"{count} of {how_many(total, 'title')} left out: {why}."] if count else []
