"""Run folders as a run leaves them, made from random numbers."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.metrics import average_precision_score, f1_score, precision_recall_fscore_support

from genrelab.pipeline.catalog.thumbnails import thumbnail
from genrelab.reports.pages.report import Report
from genrelab.reports.runs.read import read_run

GENRES = ("Drama", "Comedy", "Action", "Romance", "Science Fiction", "Western")
CLASSES = ("AcAdDr", "CoFaDr", "RoCoDa", "ScFa", "Ho")
# Feature set -> how much its scores know.
SETS = {"metadata": 0.6, "keywords": 1.0, "poster network": 0.4, "everything": 1.6, "without keywords": 0.8}
MODELS = {"glm": 0.0, "rf": 0.25}
NASTY = "<script>alert(1)</script> | *Nasty* & {{ 7 * 7 }}"


class RunMaker:
    """Writes run folders under one temporary folder."""

    def __init__(self, root: Path):
        self.root = root

    def __call__(
        self,
        kind: str = "multilabel",
        *,
        experiment: str | None = None,
        titles: int = 120,
        repeats: int = 2,
        folds: int = 3,
        seed: int = 0,
        posters: int = 0,
        signal: float = 1.0,
        info: dict | None = None,
        small: bool = True,
    ) -> Path:
        """Make one run folder and return its path; a small one has three configurations and the trivial rules."""
        experiment = experiment or kind
        rng = np.random.default_rng(seed)
        out = self.root / f"{experiment}-{seed}-{len(list(self.root.iterdir()))}"
        out.mkdir(parents=True)
        labels = GENRES if kind == "multilabel" else CLASSES
        truth = _truth(kind, titles, len(labels), rng)
        ids = np.array([f"tt{k:07d}" for k in range(titles)])
        results, predictions = [], []
        for repeat in range(repeats):
            fold_of = rng.permutation(titles) % folds
            for cell, scores, predicted in _cells(kind, truth, rng, signal, small):
                for fold in range(folds):
                    rows = fold_of == fold
                    key = [experiment, *cell, repeat, fold]
                    seconds = [float(rng.uniform(0.01, 3)), float(rng.uniform(0.001, 0.1))]
                    measured = _measure(kind, truth[rows], scores[rows], predicted[rows], labels)
                    if cell[0] == "everything" and cell[1] == "glm":
                        shares = 0.5 ** np.arange(1, 9)
                        results += [
                            [
                                experiment,
                                cell[0],
                                "encoder",
                                "none",
                                repeat,
                                fold,
                                "explained_variance_ratio",
                                f"pca_{k:02d}",
                                float(share),
                                *seconds,
                            ]
                            for k, share in enumerate(shares, 1)
                        ]
                    results += [[*key, metric, label, value, *seconds] for metric, label, value in measured]
                    predictions += [
                        [*key, ids[i], label, truth[i, j], scores[i, j], predicted[i, j]]
                        for i in np.flatnonzero(rows)
                        for j, label in enumerate(labels)
                    ]
        names = ["experiment", "feature_set", "model", "balance", "repeat", "fold"]
        pd.DataFrame(
            results, columns=[*names, "metric", "label", "value", "fit_seconds", "predict_seconds"]
        ).to_parquet(out / "results.parquet", index=False)
        frame = pd.DataFrame(predictions, columns=[*names, "imdb_id", "label", "truth", "score", "predicted"])
        texts = dict.fromkeys([*names[:4], "label"], "category")
        types = {"truth": "uint8", "score": "float32", "predicted": "uint8"}
        frame.astype(texts | types).to_parquet(out / "predictions.parquet", index=False)
        _titles(out, ids, truth, labels, posters, rng)
        record = {
            "title": "Synthetic run",
            "question": "Which features tell a genre?",
            "seed": seed,
            "kind": kind,
            "target": {"name": "custom" if kind == "single" else kind, "source": "imdb"},
            "split": {"folds": folds, "repeats": repeats},
            "titles": titles,
            "tie_share": 0.217,
            "feature_sets": {name: ["metadata"] for name in SETS}
            | {"poster network": ["embedding:mobilenet_v2"], "everything": ["metadata", "embedding:mobilenet_v2"]},
            "weights": {"mobilenet_v2": "mobilenet_v2, random weights"},
            "notes": ["Synthetic titles."],
            "warnings": ["smote: fewer rows than neighbours"],
            "attribution": ["No real source."],
            "versions": {"genrelab": "0.1.0"},
        }
        (out / "run.json").write_text(json.dumps(record | (info or {})), "utf-8")
        return out


@pytest.fixture(scope="session")
def nasty() -> str:
    """A title that would break out of a page, a table or a template."""
    return NASTY


@pytest.fixture(scope="session")
def make_run(tmp_path_factory: pytest.TempPathFactory) -> RunMaker:
    """A function that writes run folders."""
    return RunMaker(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="session")
def multilabel_run(make_run: RunMaker) -> Path:
    """A multi-label run with posters."""
    return make_run("multilabel", posters=100, small=False)


@pytest.fixture(scope="session")
def single_run(make_run: RunMaker) -> Path:
    """A single-label run named like the replication of S1, with a grid."""
    return make_run("single", experiment="feature_table", small=False)


@pytest.fixture(scope="session")
def multilabel_report(multilabel_run: Path) -> Report:
    """The multi-label run as its sections see it, with pictures."""
    return Report(read_run(multilabel_run), thumbnail)


@pytest.fixture(scope="session")
def single_report(single_run: Path) -> Report:
    """The single-label run as its sections see it."""
    return Report(read_run(single_run))


def _truth(kind: str, titles: int, labels: int, rng: np.random.Generator) -> np.ndarray:
    shares = np.linspace(0.55, 0.12, labels)
    if kind == "multilabel":
        truth = (rng.random((titles, labels)) < shares).astype(np.uint8)
        truth[~truth.any(axis=1), 0] = 1
        return truth
    return np.eye(labels, dtype=np.uint8)[rng.choice(labels, titles, p=shares / shares.sum())]


def _cells(kind: str, truth: np.ndarray, rng: np.random.Generator, signal: float, small: bool):
    """Yield (feature set, model, balance), scores, predictions."""
    n, labels = truth.shape
    share = truth.mean(axis=0)
    rules = {"all_positive": 1, "all_negative": 0} if kind == "multilabel" else {"majority": 1}
    for name, value in rules.items():
        predicted = np.full((n, labels), value, np.uint8)
        if kind == "single":
            predicted = np.tile(np.eye(labels, dtype=np.uint8)[share.argmax()], (n, 1))
        yield ("-", f"trivial:{name}", "none"), np.tile(share, (n, 1)), predicted
    cells = [(s, m, b, SETS[s] + MODELS[m]) for s in SETS for m in MODELS for b in ("none", "balanced")]
    cells += [
        ("everything", f"rf(max_features={f},n_estimators={e})", "none", 1.2 + f / 20)
        for f in (2, 4, 8)
        for e in (100, 200)
    ]
    if small:
        cells = [
            cell for cell in cells if cell[:3:2] == ("everything", "none") or cell[:3] == ("keywords", "rf", "none")
        ]
        cells = [cell for cell in cells if "(" not in cell[1]]
    for feature_set, model, balance, knows in cells:
        logits = 2 * signal * knows * (truth - 0.5) + rng.normal(0, 1.2, truth.shape) - 0.4
        scores = 1 / (1 + np.exp(-logits))
        if kind == "single":
            scores = scores / scores.sum(axis=1, keepdims=True)
            predicted = np.eye(labels, dtype=np.uint8)[scores.argmax(axis=1)]
        else:
            predicted = (scores > 0.5).astype(np.uint8)
        yield (feature_set, model, balance), scores, predicted
    constant = np.tile(np.eye(labels, dtype=np.uint8)[0], (n, 1))
    yield ("metadata", "knn", "none"), np.tile(share, (n, 1)), constant


def _measure(kind: str, truth: np.ndarray, scores: np.ndarray, predicted: np.ndarray, labels: tuple) -> list:
    rows = [(f"f1_{a}", None, f1_score(truth, predicted, average=a, zero_division=0)) for a in ("macro", "micro")]
    ranked = [
        average_precision_score(truth[:, k], scores[:, k]) if truth[:, k].any() else float("nan")
        for k in range(len(labels))
    ]
    exact = float((truth == predicted).all(axis=1).mean())
    if kind == "multilabel":
        rows += [("average_precision_macro", None, float(np.nanmean(ranked)))]
        rows += [("hamming_loss", None, float((truth != predicted).mean())), ("subset_accuracy", None, exact)]
    else:
        rows = [rows[0], ("accuracy", None, exact), ("log_loss", None, 1.0)]
    parts = precision_recall_fscore_support(truth, predicted, average=None, zero_division=0)
    for k, label in enumerate(labels):
        values = dict(zip(("precision", "recall", "f1", "support"), (float(part[k]) for part in parts), strict=True))
        rows += [(name, label, value) for name, value in values.items()]
        rows.append(("average_precision", label, ranked[k]))
    return rows


def _titles(out: Path, ids: np.ndarray, truth: np.ndarray, labels: tuple, posters: int, rng) -> None:
    colours = rng.integers(0, 256, (len(ids), 3)).astype("float32")
    colours[::7] = colours[::7, :1]
    colours[::31] = np.nan
    paths: list[str | None] = []
    for k, row in enumerate(colours):
        path = out / "posters" / f"{ids[k]}.jpg"
        path.parent.mkdir(exist_ok=True)
        if k < posters:
            colour = tuple(int(v) for v in np.nan_to_num(row, nan=90))
            Image.new("RGB", (60, 90), colour).save(path)
        paths.append(str(path))
    if posters:
        (out / "posters" / f"{ids[1]}.jpg").write_bytes(b"no picture")
    names = np.array(labels, dtype=object)
    pd.DataFrame(
        {
            "imdb_id": ids,
            "title": [NASTY if k % 5 == 0 else f"A Title of Some Length {k}" for k in range(len(ids))],
            "year": pd.array([None if k % 17 == 0 else 1960 + k % 60 for k in range(len(ids))], dtype="Int64"),
            "kind": "movie",
            "poster": paths,
            "labels": [names[row.astype(bool)].tolist() for row in truth],
            "red": colours[:, 0],
            "green": colours[:, 1],
            "blue": colours[:, 2],
            "grey": pd.array([None if k % 11 == 0 else k % 13 == 0 for k in range(len(ids))], dtype="boolean"),
        }
    ).to_parquet(out / "titles.parquet", index=False)
