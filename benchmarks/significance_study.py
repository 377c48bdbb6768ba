"""How often do the verdicts err, and what do they find? The tests of a report, run on made-up catalogues.

Every catalogue has titles in groups (sequels share a group and most of what is known of them), six genres of 5 to 50 %
of the titles, and configurations that are real learners, trained in real folds: each sees the same hidden facts of a
title through noise of its own. With equal noise all configurations are equally good, over titles and over training
sets alike, so every "better" is a false one. Where one configuration sees less noise, a "better" for it is lower.

    python benchmarks/significance_study.py            # ten minutes on a free core; writes docs/statistics.md
    python benchmarks/significance_study.py --quick    # a minute, prints only
"""

import argparse
import json
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.tree import DecisionTreeClassifier

from genrelab.reports.evaluation.bootstrap.draws import COUNTED
from genrelab.reports.evaluation.bootstrap.title_test import TitleTest
from genrelab.reports.evaluation.bootstrap.units import draw_weights
from genrelab.reports.evaluation.fold_test import corrected_t_test
from genrelab.reports.evaluation.significance import ALPHA, verdict_of

SHARES = np.array([0.5, 0.35, 0.25, 0.15, 0.1, 0.05])
HIDDEN = 8
DOCS = Path(__file__).resolve().parents[1] / "docs"


@dataclass(frozen=True)
class Case:
    """One size of the study.

    Parameters
    ----------
    titles, folds, configurations : int
    learner : {"linear", "tree"}
        Least squares, a stable learner; a decision tree, an unstable one.
    edge : float
        By which share the noise of the first configuration is smaller; 0 for no true difference.
    repeats : int
        How many catalogues.
    """

    titles: int
    folds: int
    configurations: int
    learner: str = "linear"
    edge: float = 0.0
    repeats: int = 200


@dataclass(frozen=True)
class Outcome:
    """What the tests said about one case.

    Parameters
    ----------
    case : Case
    wrong : float
        Share of catalogues with at least one false "better" or "worse" in the family.
    found : float
        Share of true pairs (the first configuration against each other) that were called better.
    wrong_folds, found_folds : float
        The same for the corrected resampled t-test over folds with Holm's adjustment, the leader against all others.
    difference : float
        Mean difference in macro F1 between the first configuration and the others: the true one.
    covered : float
        Share of those pairs whose interval holds the true difference.
    """

    case: Case
    wrong: float
    found: float
    wrong_folds: float
    found_folds: float
    difference: float
    covered: float


@dataclass(frozen=True)
class Catalogue:
    """Titles with their groups, folds and genres, and what every configuration said of them out of fold.

    Parameters
    ----------
    group, fold : ndarray of shape (titles,), int
    truth : ndarray of shape (titles, genres), 0 or 1
    said : list of ndarray of shape (titles, genres), 0 or 1
        One a configuration.
    """

    group: np.ndarray
    fold: np.ndarray
    truth: np.ndarray
    said: list[np.ndarray]


def make_catalogue(case: Case, seed: int) -> Catalogue:
    """One catalogue, its folds, and the out-of-fold predictions of every configuration."""
    rng = np.random.default_rng([1, seed])
    n, genres = case.titles, len(SHARES)
    # Three titles in four stand alone, the rest in groups of two to five that share three quarters of all variance.
    group = np.repeat(np.arange(n), rng.choice([1, 2, 3, 5], n, p=[0.75, 0.15, 0.07, 0.03]))[:n]

    def in_groups(columns: int) -> np.ndarray:
        shared, alone = rng.normal(size=(n, columns))[group], rng.normal(size=(n, columns))
        return np.sqrt(0.75) * shared + 0.5 * alone

    hidden = in_groups(HIDDEN)
    latent = hidden @ rng.normal(size=(HIDDEN, genres)) / np.sqrt(HIDDEN) + 0.7 * in_groups(genres)
    truth = (latent > quantiles(latent, 1 - SHARES)).astype(np.uint8)
    fold = rng.permutation(np.arange(n) % case.folds)[group]
    said = []
    for number in range(case.configurations):
        views = hidden + (1.0 - case.edge * (number == 0)) * in_groups(HIDDEN)
        guessed = np.zeros_like(truth)
        for k in range(case.folds):
            guessed[fold == k] = learn(case.learner, views[fold != k], truth[fold != k], views[fold == k], rng)
        said.append(guessed)
    return Catalogue(group, fold, truth, said)


def drawn_scores(made: Catalogue, weights: np.ndarray) -> np.ndarray:
    """Macro F1 of every configuration on every fold under every draw: configurations by folds by draws."""
    folds = []
    for k in range(made.fold.max() + 1):
        rows = made.fold == k
        units, place = np.unique(made.group[rows], return_inverse=True)
        per_unit = np.zeros((len(units), rows.sum()), dtype=np.float32)
        per_unit[place, np.arange(rows.sum())] = 1
        times = weights[:, units] @ per_unit
        truth = made.truth[rows].astype(np.float32)
        true = times @ truth
        folds.append(
            [f1_macro(times @ (truth * one[rows]), times @ one[rows].astype(np.float32), true) for one in made.said]
        )
    return np.array(folds).transpose(1, 0, 2)


def f1_macro(hits: np.ndarray, said: np.ndarray, true: np.ndarray) -> np.ndarray:
    """As reports measure it; one row a draw, one column a genre."""
    return COUNTED["f1_macro"](hits, said, true, true)


def learn(learner: str, x: np.ndarray, y: np.ndarray, new: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Fit on the training titles and give genres to new ones."""
    if learner == "tree":
        tree = DecisionTreeClassifier(min_samples_leaf=5, random_state=int(rng.integers(1 << 30)))
        return np.asarray(tree.fit(x, y).predict(new)).astype(np.uint8)
    x, new = np.column_stack([x, np.ones(len(x))]), np.column_stack([new, np.ones(len(new))])
    weights = np.linalg.lstsq(x, y * 2.0 - 1.0, rcond=None)[0]
    # As many titles as in training get each genre: no rare genre is given up.
    cut = quantiles(x @ weights, 1 - np.maximum(y.mean(axis=0), 1 / len(y)))
    return (new @ weights > cut).astype(np.uint8)


def quantiles(values: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """A quantile of every column, each at a share of its own."""
    return np.array([np.quantile(column, share) for column, share in zip(values.T, shares, strict=True)])


def judge(case: Case, seed: int, draws: int) -> tuple[int, int, int, int, list[tuple[float, float, float]]]:
    """The verdicts on one catalogue: errors and finds of both methods, and the true pairs' intervals."""
    made = make_catalogue(case, seed)
    groups = int(made.group.max()) + 1
    weights = draw_weights(groups, draws, np.random.default_rng([2, seed]))
    values = drawn_scores(made, np.ones((1, groups), dtype=np.float32))[:, :, 0]
    count, ratio = case.configurations, 1 / (case.folds - 1)
    test = TitleTest(
        drawn_scores(made, weights), values, np.zeros(case.folds), ratio, np.zeros(count, dtype=bool), ALPHA
    )
    wrong, hits, intervals = 0, 0, []
    for one in range(count):
        for other in range(one + 1, count):
            difference = float((values[one] - values[other]).mean())
            low, high, _, _ = test.test(one, other, difference)
            verdict = verdict_of(low, high)
            true = case.edge > 0 and one == 0
            wrong |= verdict in (("worse",) if true else ("better", "worse"))
            if one == 0:
                hits += verdict == "better"
                intervals.append((difference, low, high))
    leader = int(values.mean(axis=1).argmax())
    others = [other for other in range(count) if other != leader]
    p_values = sorted(corrected_t_test((values[leader] - values[other]).tolist(), ratio).p_value for other in others)
    beaten = 0
    while beaten < len(p_values) and p_values[beaten] * (len(p_values) - beaten) < ALPHA:
        beaten += 1
    true = case.edge > 0 and leader == 0
    return wrong, hits, int(beaten > 0 and not true), beaten if true else 0, intervals


def study(case: Case, draws: int = 199, seed: int = 0) -> Outcome:
    """Make a case's catalogues and count."""
    judged = [judge(case, seed + 1000 * k + 1, draws) for k in range(case.repeats)]
    pairs = case.repeats * (case.configurations - 1)
    intervals = np.array([interval for outcome in judged for interval in outcome[4]])
    true = float(intervals[:, 0].mean()) if case.edge else 0.0
    return Outcome(
        case,
        sum(outcome[0] for outcome in judged) / case.repeats,
        sum(outcome[1] for outcome in judged) / pairs,
        sum(outcome[2] for outcome in judged) / case.repeats,
        sum(outcome[3] for outcome in judged) / pairs,
        true,
        float(((intervals[:, 1] <= true) & (true <= intervals[:, 2])).mean()),
    )


def cases() -> Iterator[Case]:
    """The sizes people use: without a true difference, then with smaller and larger ones."""
    sizes = [(300, 3, 400), (1000, 3, 300), (1000, 5, 200), (5000, 5, 60)]
    for titles, folds, repeats in sizes:
        for configurations in (2, 10, 30):
            if titles * configurations < 100_000:
                for learner in ("linear", "tree"):
                    fewer = {2: 1, 10: 2, 30: 4}[configurations]
                    yield Case(titles, folds, configurations, learner, 0.0, repeats // fewer)
    for titles, folds, repeats in sizes:
        for edge in (0.1, 0.2, 0.4):
            yield Case(titles, folds, 10, "linear", edge, repeats // 6)


def table(outcomes: list[Outcome]) -> str:
    """Both parts of the result as Markdown."""
    lines = ["| learner | titles | folds | configurations | catalogues | wrong | wrong, folds and Holm |"]
    lines.append("|---|---:|---:|---:|---:|---:|---:|")
    for one in (one for one in outcomes if not one.case.edge):
        case = one.case
        lines.append(
            f"| {case.learner} | {case.titles:,} | {case.folds} | {case.configurations} | {case.repeats} | "
            f"{one.wrong:.1%} | {one.wrong_folds:.1%} |"
        )
    lines += [
        "",
        "| titles | folds | configurations | true difference | found | found, folds and Holm | covered | wrong |",
    ]
    lines.append("|---:|---:|---:|---:|---:|---:|---:|---:|")
    for one in (one for one in outcomes if one.case.edge):
        case = one.case
        lines.append(
            f"| {case.titles:,} | {case.folds} | {case.configurations} | {one.difference:.3f} | {one.found:.0%} | "
            f"{one.found_folds:.0%} | {one.covered:.1%} | {one.wrong:.1%} |"
        )
    return "\n".join(lines)


def draw(outcomes: list[Outcome]) -> str:
    """Both results as one picture, an `<svg>` element."""
    from genrelab.reports.pages.figures.svg import INK, MARKERS, MUTED, SERIES, as_svg, figure

    made, (upper, lower) = figure(7.2, 8.0, rows=2)
    null = [one for one in outcomes if not one.case.edge]
    sizes = list(dict.fromkeys((one.case.titles, one.case.folds) for one in null))
    for k, learner in enumerate(("linear", "tree")):
        for m, count in enumerate((2, 10, 30)):
            points = [one for one in null if one.case.learner == learner and one.case.configurations == count]
            at = [sizes.index((one.case.titles, one.case.folds)) + 0.24 * k + 0.07 * m - 0.19 for one in points]
            label = f"{count} × {'least squares' if learner == 'linear' else 'tree'}"
            upper.plot(at, [one.wrong for one in points], MARKERS[m], color=SERIES[k], label=label, markersize=6)
    upper.axhline(0.05, color=MUTED, linestyle=(0, (4, 2)))
    upper.set_xticks(range(len(sizes)), [f"{titles:,} titles\n{folds} folds" for titles, folds in sizes], fontsize=8.5)
    upper.set(ylim=(0, 0.15), ylabel="share of catalogues with a false verdict", title="no true difference")
    upper.legend(frameon=False, labelcolor=INK, fontsize=8.5, ncols=2)
    for k, size in enumerate(sizes):
        points = [one for one in outcomes if one.case.edge and (one.case.titles, one.case.folds) == size]
        label, gaps = f"{size[0]:,} titles, {size[1]} folds", [one.difference for one in points]
        lower.plot(gaps, [one.found for one in points], "-" + MARKERS[k], color=SERIES[k], label=label)
        lower.plot(gaps, [one.found_folds for one in points], ":" + MARKERS[k], color=SERIES[k], alpha=0.6)
    lower.set(
        ylim=(0, 1.02), xlabel="true difference in macro F1", ylabel="share found", title="power, 10 configurations"
    )
    lower.legend(frameon=False, labelcolor=INK, fontsize=8.5, title="dotted: folds and Holm", title_fontsize=8.5)
    return as_svg(made, "significance", "false verdicts without a true difference, and power")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few and small catalogues; prints only")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--docs", type=Path, default=DOCS, help="folder of statistics.md")
    parser.add_argument("--json", type=Path, help="also keep the numbers here, case by case")
    options = parser.parse_args()
    chosen = list(cases())
    if options.quick:
        chosen = [replace(case, repeats=10) for case in chosen if case.titles <= 1000 and case.configurations <= 10]
    outcomes = []
    with ProcessPoolExecutor(options.jobs) as pool:
        for outcome in pool.map(study, chosen):
            outcomes.append(outcome)
            print(f"{outcome}", flush=True)
            if options.json:
                options.json.write_text(json.dumps([asdict(one) for one in outcomes], indent=1), "utf-8")
    print(table(outcomes))
    if not options.quick:
        page = options.docs / "statistics.md"
        marks = r"(<!-- study -->\n).*?(\n<!-- /study -->)"
        text = re.sub(marks, lambda m: m[1] + table(outcomes) + m[2], page.read_text("utf-8"), flags=re.DOTALL)
        page.write_text(text, "utf-8")
        (options.docs / "statistics.svg").write_text(draw(outcomes), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
