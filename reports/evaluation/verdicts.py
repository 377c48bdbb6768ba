"""What the comparisons say, in sentences: all are read from the run's one `Comparisons`, so no two disagree."""

from dataclasses import dataclass

import pandas as pd

from ..runs.metric_names import metric_name
from ..runs.read import Configuration, RunFolder
from .leaderboard import best_per, choose_best
from .names import joined, rule_name, system_names
from .significance import Comparison, Comparisons, comparisons
from .sweeps import find_sweeps


@dataclass(frozen=True)
class Answer:
    """One question and its answer.

    Attributes
    ----------
    question, short, detail : str
    good : bool or None
        True for a yes that was shown, False for a no, None where it is no matter of yes or no.
    comparison : Comparison or None
        What the answer was read from.
    """

    question: str
    short: str
    detail: str
    good: bool | None = None
    comparison: Comparison | None = None


def answers(run: RunFolder, table: pd.DataFrame) -> list[Answer]:
    """Which features, which model, and whether it beats the best trivial rule.

    Parameters
    ----------
    run : RunFolder
    table : DataFrame
        As `leaderboard` returns it.

    Returns
    -------
    list of Answer
        Empty where nothing but trivial rules or points of a sweep ran.
    """
    best = choose_best(table)
    if best is None or run.headline not in table:
        return []
    balance = "" if best["balance"] == "none" else f" · {best['balance']}"
    return [
        _which(run, table, "feature_set", "Which features?", str(best["feature_set"]), "feature set"),
        _which(run, table, "model", "Which model?", f"{best['model']}{balance}", "model"),
        better_than_trivial(run, table, best),
    ]


def runner_up(run: RunFolder) -> Comparison | None:
    """The leader against the next best configuration; None where there is no second."""
    found = comparisons(run)
    if found.leader is None or not found.others:
        return None
    return found.between(found.leader, found.others[0])


def better_than_trivial(run: RunFolder, table: pd.DataFrame, best: pd.Series) -> Answer:
    """Whether a configuration, a leaderboard row, is better than the best trivial rule."""
    question = "Better than the best trivial rule?"
    if run.headline not in table or not table["trivial"].any():
        return Answer(question, "Not measured", "This run has no trivial rule to compare with.")
    found, system = comparisons(run), configuration(best)
    rule = found.rule
    if system not in found.systems or rule is None:
        return Answer(question, "Not tested", "It is a point of a sweep, picked on the folds it is scored on.")
    result = found.between(system, rule)
    word = metric_name(run.headline)
    scores = f"{word} {found.score(system):.3f} against {found.score(rule):.3f} for {rule_name(rule)}"
    short, good = {
        "better": ("Yes", True),
        "worse": ("No", False),
        "practically the same": ("No", False),
        "not shown": ("Not shown", False),
    }[result.verdict]
    return Answer(question, short, f"{scores}: {difference_words(result)}.", good, result)


def difference_words(result: Comparison) -> str:
    """The verdict with the difference and its interval, as every page words it.

    Examples
    --------
    >>> from .fold_test import corrected_t_test
    >>> a, b = Configuration("all", "rf", "none"), Configuration("all", "glm", "none")
    >>> folds = corrected_t_test([0.1, 0.12], 1.0)
    >>> difference_words(Comparison(a, b, 0.11, 0.05, 0.17, 0.001, 0.001, "better", 2, 2, folds))
    'better by 0.110 (0.050 to 0.170)'
    """
    if abs(result.low) == float("inf"):
        return "no difference is shown, one split cannot show any" if result.splits < 2 else "no difference is shown"
    span = f"{result.low:.3f} to {result.high:.3f}".replace("-", "−")
    if result.verdict in ("better", "worse"):
        return f"{result.verdict} by {abs(result.difference):.3f} ({span})"
    words = "practically the same" if result.verdict == "practically the same" else "no difference is shown"
    return f"{words} (difference {result.difference:.3f}, {span})".replace("-", "−")


def sentences(run: RunFolder, table: pd.DataFrame) -> list[str]:
    """Which differences are shown: the leader against the others, every configuration against the best rule."""
    if run.headline not in table:
        return []
    found = comparisons(run)
    if found.leader is None:
        return [
            f"This run sweeps {sweep.base} over {joined(sweep.parameters)}. Each point is scored on the folds that "
            "would choose among them, so none of them leads, and none carries a verdict."
            for sweep in find_sweeps(run)
            if sweep.parameters
        ]
    names = system_names(found.systems)
    said = _about_the_leader(found, names, metric_name(run.headline))
    said += _about_the_rule(found, names, metric_name(run.headline))
    if len(found.scores) < 2 and found.method == "folds":
        said.append("There is one split only and no predictions were kept, so no difference can be tested.")
    return said


def blocks(run: RunFolder, table: pd.DataFrame) -> pd.DataFrame:
    """Does each block of features help? The feature set with all blocks against those named `without …`.

    Returns
    -------
    DataFrame
        block, model, balance, answer (`better with it`, `worse with it`, `practically the same`, `not shown`),
        with_block, without_block, difference, low, high, adjusted; no rows where the run has no such pairs.
    """
    columns = ["block", "model", "balance", "answer", "with_block", "without_block"]
    columns += ["difference", "low", "high", "adjusted"]
    names = sorted(name for name in table["feature_set"].unique() if name.startswith("without "))
    contents = run.info.get("feature_sets") or {}
    wholes = [name for name in table["feature_set"].unique() if name not in names and name != "-"]
    if not names or not wholes or run.headline not in table:
        return pd.DataFrame(columns=columns)
    whole = max(wholes, key=lambda name: (len(contents.get(name, [])), name == "everything"))
    found, rows = comparisons(run), []
    for rest in names:
        for system in sorted((system for system in found.systems if system.feature_set == whole), key=tuple):
            other = Configuration(rest, system.name, system.balance)
            if other in found.systems:
                result = found.between(system, other)
                answer = {"better": "better with it", "worse": "worse with it"}.get(result.verdict, result.verdict)
                front = [rest.removeprefix("without "), system.model, system.balance, answer]
                scores = [found.score(system), found.score(other)]
                rows.append([*front, *scores, result.difference, result.low, result.high, result.adjusted])
    return pd.DataFrame(rows, columns=columns)


def configuration(row: pd.Series) -> Configuration:
    """The configuration of a leaderboard row."""
    return Configuration(str(row["feature_set"]), str(row["model"]), str(row["balance"]))


def _which(run: RunFolder, table: pd.DataFrame, column: str, question: str, short: str, what: str) -> Answer:
    """The best value of a column, and the leader against the best configuration with another value."""
    ranked = best_per(table, column)
    if len(ranked) < 2:
        return Answer(question, short, f"The only {what} in this run.")
    found = comparisons(run)
    first, second = configuration(ranked.iloc[0]), configuration(ranked.iloc[1])
    result = found.between(first, second)
    word = metric_name(run.headline)
    detail = f"{word} {found.score(first):.3f}; next is {ranked.iloc[1][column]} with {found.score(second):.3f}"
    return Answer(question, short, f"{detail}: {difference_words(result)}.", None, result)


def _about_the_leader(found: Comparisons, names: dict[Configuration, str], word: str) -> list[str]:
    leader = found.leader
    if leader is None or not found.others:
        return []
    results = [found.between(leader, other) for other in found.others]
    groups: dict[str, list[Comparison]] = {}
    for result in results:
        groups.setdefault(result.verdict, []).append(result)
    top, said = names[leader], []
    if undecided := groups.get("not shown"):
        others = joined([names[result.second] for result in undecided])
        scores = [found.score(result.second) for result in undecided]
        span = f"{scores[0]:.3f}" if len(scores) == 1 else f"{max(scores):.3f} to {min(scores):.3f}"
        said.append(f"No difference is shown between {top} ({word} {found.score(leader):.3f}) and {others} ({span}).")
    if equal := groups.get("practically the same"):
        others = joined([names[result.second] for result in equal])
        said.append(f"{top} is practically the same as {others}: within {found.rope:g} {word}.")
    if beaten := groups.get("better"):
        if len(beaten) == len(results) > 1:
            said.append(f"{top} is better than all {len(beaten)} others.")
        parts = [
            f"{names[result.second]} by {result.difference:.3f} ({result.low:.3f} to {result.high:.3f})"
            for result in beaten
        ]
        said.append(f"{top} is better than {joined(parts)}, in {word}.")
    if ahead := groups.get("worse"):
        # Only where splits are missing: by mean score over the splits it has, the leader is the best.
        others = joined([names[result.second] for result in ahead])
        said.append(f"{top} is worse than {others} on the splits that both have.")
    return said


def _about_the_rule(found: Comparisons, names: dict[Configuration, str], word: str) -> list[str]:
    rule = found.rule
    if rule is None:
        return []
    results = [found.between(system, rule) for system in found.systems if not system.trivial]
    score = f"{word} {found.score(rule):.3f}"
    said = []
    if all(result.verdict == "better" for result in results):
        who = "Every configuration" if len(results) > 1 else names[results[0].first]
        return [f"{who} is better than the best trivial rule, {rule_name(rule)} ({score})."]
    for verdict, words in (
        ("not shown", "not shown to be better than"),
        ("practically the same", "practically the same as"),
        ("worse", "worse than"),
    ):
        members = [names[result.first] for result in results if result.verdict == verdict]
        if members:
            verb = "is" if len(members) == 1 else "are"
            said.append(f"{joined(members)} {verb} {words} {names[rule]} ({score}).")
    return said
