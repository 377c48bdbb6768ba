"""Draw the pictures of the method pages, each from numbers measured here: python docs/pictures.py (a minute)."""

import time
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from sklearn.datasets import make_multilabel_classification
from sklearn.model_selection import GroupKFold, KFold
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import SVC

from genrelab import ConformalSets, GroupedStratifiedSplits, SharedKernelSVC  # pyright: ignore[reportAttributeAccessIssue]

IMAGES = Path(__file__).parent / "images"
OURS, OTHER, THIRD = "#3b5bdb", "#868e96", "#e8590c"


def splits() -> None:
    """Errors of label shares, and rows whose group is on both sides, for three splitters."""
    shares = np.geomspace(0.5, 0.02, 12)
    errors: dict[str, list[float]] = {"grouped, stratified": [], "GroupKFold": [], "KFold": []}
    divided: dict[str, list[int]] = {name: [] for name in errors}
    for seed in range(10):
        rng = np.random.default_rng(seed)
        Y, groups = (rng.random((800, 12)) < shares).astype(int), np.arange(800) // 2
        splitters = [
            GroupedStratifiedSplits(5, random_state=seed),
            GroupKFold(5, shuffle=True, random_state=seed),
            KFold(5, shuffle=True, random_state=seed),
        ]
        for name, splitter in zip(errors, splitters, strict=True):
            for train, test in splitter.split(Y, Y, groups=None if name == "KFold" else groups):
                errors[name] += np.abs(Y[test].mean(axis=0) / Y.mean(axis=0) - 1).tolist()
                divided[name].append(int(np.isin(groups[test], groups[train]).sum()))
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
    left.boxplot(list(errors.values()), tick_labels=list(errors), whis=(0, 100))
    left.set_ylabel("relative error of a label's share")
    right.bar(list(divided), [float(np.mean(rows)) for rows in divided.values()], color=[OURS, OTHER, OTHER])
    right.set_ylabel("rows whose group is on both sides")
    save(figure, "splits")


def conformal() -> None:
    """What is found against what was promised, and how long the lists are."""
    risks = np.array([0.05, 0.1, 0.2, 0.3, 0.4])
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
    left.plot(1 - risks, 1 - risks, color=OTHER, linestyle=":", label="promised")
    for skill, name, colour in ((1.5, "a model with skill", OURS), (0.0, "a model that guesses", THIRD)):
        found, size = np.empty((2, 50, len(risks)))
        for draw in range(50):
            rng = np.random.default_rng(draw)
            Y = (rng.random((5300, 6)) < [0.5, 0.4, 0.2, 0.15, 0.1, 0.05]).astype(int)
            scores = 1 / (1 + np.exp(-(skill * (2 * Y - 1) + rng.normal(0, 1.5, Y.shape))))
            some = Y[300:].any(axis=1)
            for number, risk in enumerate(risks):
                listed = ConformalSets(risk).fit(scores[:300], Y[:300]).predict(scores[300:])
                hits = (listed & Y[300:])[some].sum(axis=1) / Y[300:][some].sum(axis=1)
                found[draw, number], size[draw, number] = hits.mean(), listed.sum(axis=1).mean()
        left.plot(1 - risks, found.mean(axis=0), "o-", color=colour, label=name)
        right.plot(1 - risks, size.mean(axis=0), "o-", color=colour, label=name)
    left.set(xlabel="promised share of true labels", ylabel="found")
    right.set(xlabel="promised share of true labels", ylabel="labels a list")
    left.legend(frameon=False)
    save(figure, "conformal")


def kernel() -> None:
    """Seconds to fit one-vs-rest by the number of labels."""
    counts = [1, 2, 4, 8, 16]
    X, Y = make_multilabel_classification(1500, 200, n_classes=max(counts), random_state=0)  # pyright: ignore[reportAssignmentType]
    X = np.asarray(X) / np.asarray(X).std()
    SharedKernelSVC().fit(X[:50], np.asarray(Y)[:50])  # compiles
    figure, axes = plt.subplots(figsize=(5, 3), layout="constrained")
    for name, colour in (("SharedKernelSVC", OURS), ("OneVsRestClassifier(SVC)", OTHER)):
        seconds = []
        for count in counts:
            model = SharedKernelSVC() if name == "SharedKernelSVC" else OneVsRestClassifier(SVC())
            started = time.perf_counter()
            model.fit(X, np.asarray(Y)[:, :count])
            seconds.append(time.perf_counter() - started)
        axes.plot(counts, seconds, "o-", color=colour, label=name)
    axes.set(xlabel="labels", ylabel="seconds to fit", ylim=(0, None))
    axes.legend(frameon=False)
    save(figure, "kernel")


def save(figure: Figure, name: str) -> None:
    """Write a picture that has no date in it, so that the same numbers give the same file."""
    figure.savefig(IMAGES / f"{name}.svg", metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    splits()
    conformal()
    kernel()
