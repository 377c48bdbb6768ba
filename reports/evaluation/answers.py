"""The three questions a reader comes with, answered in words with the numbers behind them."""

from dataclasses import dataclass

import pandas as pd

from ..runs.metric_names import metric_name
from ..runs.read import KEYS, Configuration, RunFolder
from .leaderboard import best_per, choose_best
from .significance import ALPHA, compare_systems
from .verdicts import block_answers, verdicts


@dataclass(frozen=True)
class Answer:
    """One question and its answer.

    Attributes
    ----------
    question, short, detail : str
    good : bool or None
        True for a yes that was shown, False for a no, None where it is no matter of yes or no.
    """

    question: str
    short: str
    detail: str
    good: bool | None = None


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
        Empty where nothing but trivial rules ran.
    """
    best = choose_best(table)
    if best is None or run.headline not in table:
        return []
    return [_features(run, table, best), _model(run, table, best), better_than_trivial(run, table, best)]


def sentences(run: RunFolder, table: pd.DataFrame) -> list[str]:
    """Which differences are real, by the corrected resampled t-test; grid points are left out."""
    if run.headline not in table or choose_best(table) is None:
        return []
    return verdicts(_without_grid(run, table), run.headline)


def blocks(run: RunFolder, table: pd.DataFrame) -> pd.DataFrame:
    """Does each block of features help? `everything` against the feature sets named `without …`.

    Returns
    -------
    DataFrame
        block, model, balance, answer, with_block, without_block, difference, low, high, p_holm; no rows where the
        run has no such pairs.
    """
    columns = ["block", "model", "balance", "answer", "with_block", "without_block"]
    columns += ["difference", "low", "high", "p_holm"]
    names = [name for name in table["feature_set"].unique() if name.startswith("without ")]
    contents = run.info.get("feature_sets") or {}
    wholes = [name for name in table["feature_set"].unique() if name not in names and name != "-"]
    if not names or not wholes:
        return pd.DataFrame(columns=columns)
    whole = max(wholes, key=lambda name: (len(contents.get(name, [])), name == "everything"))
    without = {name.removeprefix("without "): name for name in sorted(names)}
    systems = set(table[KEYS].itertuples(index=False, name=None))
    shared = [s for s in systems if s[0] == whole and any((n, *s[1:]) in systems for n in names)]
    if not shared:
        return pd.DataFrame(columns=columns)
    found = block_answers(_without_grid(run, table), whole, without, run.headline)
    return found.rename(columns={"first_mean": "with_block", "second_mean": "without_block"})[columns]


def configuration(row: pd.Series) -> Configuration:
    """The configuration of a leaderboard row."""
    return Configuration(*(str(row[key]) for key in KEYS))


def _features(run: RunFolder, table: pd.DataFrame, best: pd.Series) -> Answer:
    ranked = best_per(table, "feature_set")
    question = "Which features?"
    if len(ranked) < 2:
        return Answer(question, str(best["feature_set"]), "The only feature set in this run.")
    return Answer(question, str(best["feature_set"]), _runner_up(run, ranked, "feature_set"))


def _model(run: RunFolder, table: pd.DataFrame, best: pd.Series) -> Answer:
    ranked = best_per(table, "model")
    balance = "" if best["balance"] == "none" else f" · {best['balance']}"
    short = f"{best['model']}{balance}"
    if len(ranked) < 2:
        return Answer("Which model?", short, "The only model in this run.")
    return Answer("Which model?", short, _runner_up(run, ranked, "model"))


def _runner_up(run: RunFolder, ranked: pd.DataFrame, column: str) -> str:
    first, second = ranked.iloc[0], ranked.iloc[1]
    test = compare_systems(
        run.results, run.headline, pairs=[(configuration(first), configuration(second))], alpha=ALPHA
    ).iloc[0]
    word = metric_name(run.headline)
    scores = f"{word} {first[run.headline]:.3f}; next is {second[column]} with {second[run.headline]:.3f}"
    verdict = {
        "better": "a real difference",
        "same": "practically the same",
        "cannot tell": "too close to call on these folds",
    }.get(test["verdict"], "too close to call on these folds")
    return f"{scores}, {verdict}."


def better_than_trivial(run: RunFolder, table: pd.DataFrame, best: pd.Series) -> Answer:
    """Whether a configuration (a leaderboard row) beats the best trivial rule, by the corrected test."""
    question = "Better than the best trivial rule?"
    rules = table[table["trivial"]]
    if rules.empty:
        return Answer(question, "Not measured", "This run has no trivial rule to compare with.", None)
    rule = rules.iloc[0]
    test = compare_systems(
        run.results, run.headline, pairs=[(configuration(best), configuration(rule))], alpha=ALPHA
    ).iloc[0]
    word, name = metric_name(run.headline), str(rule["model"]).removeprefix("trivial:").replace("_", "-")
    scores = f"{best[run.headline]:.3f} against {rule[run.headline]:.3f} for {name} ({word})"
    if test["verdict"] == "better":
        # Not for a single split: then there is no interval and no such verdict.
        detail = f"{scores}; the gain is {test['difference']:.3f}, between {test['low']:.3f} and {test['high']:.3f}."
        return Answer(question, "Yes", detail, True)
    if test["difference"] <= 0:
        return Answer(question, "No", f"{scores}.", False)
    return Answer(question, "Not shown", f"{scores}; the folds do not tell the gain from chance.", False)


def _without_grid(run: RunFolder, table: pd.DataFrame) -> pd.DataFrame:
    if not (~table["grid_point"] & ~table["trivial"]).any():
        return run.results
    grid = set(table.loc[table["grid_point"], KEYS].itertuples(index=False, name=None))
    if not grid:
        return run.results
    keys = pd.MultiIndex.from_frame(run.results[KEYS])
    return run.results[~keys.isin(grid)]
