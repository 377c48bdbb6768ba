"""What the comparisons say, in sentences."""

from collections.abc import Mapping, Sequence

import pandas as pd

from ..runs.metric_names import metric_name
from ..runs.read import KEYS, TRIVIAL
from .significance import ALPHA, ROPE, compare_systems, fold_scores
from .sweeps import grid_points

MOST_NAMED = 4
_MODEL_WORDS = {
    "glm": "GLM",
    "rf": "RF",
    "gbm": "GBM",
    "svm_linear": "linear SVM",
    "svm_rbf": "RBF SVM",
    "knn": "KNN",
    "ovr_svm": "one-vs-rest SVM",
    "mlp": "MLP",
    "stack": "stack",
}


def system_names(systems: Sequence[tuple[str, str, str]]) -> dict[tuple[str, str, str], str]:
    """Short names for systems: only what tells them apart.

    Parameters
    ----------
    systems : sequence of (feature_set, model, balance)

    Returns
    -------
    dict of system to str

    Examples
    --------
    >>> list(system_names([("table", "rf", "none"), ("table", "gbm", "none")]).values())
    ['RF', 'GBM']
    >>> list(system_names([("text", "glm", "none"), ("all", "glm", "log")]).values())
    ['GLM on text', 'GLM on all (log)']
    >>> list(system_names([("all", "stack", "none"), ("without text", "stack", "none")]).values())
    ['stack on all', 'stack without text']
    """
    own = [system for system in systems if not system[1].startswith(TRIVIAL)]
    several_sets = len({system[0] for system in own}) > 1
    several_balances = len({system[2] for system in own}) > 1
    names = {}
    for system in systems:
        features, model, balance = system
        if model.startswith(TRIVIAL):
            names[system] = f"the rule {model.removeprefix(TRIVIAL).replace('_', '-')}"
            continue
        base, bracket, rest = model.partition("(")
        name = _MODEL_WORDS.get(base, base) + bracket + rest
        if several_sets:
            # "stack without poster", not "stack on without poster".
            name += f" {features}" if features.startswith("without ") else f" on {features}"
        if several_balances and balance != "none":
            name += f" ({balance})"
        names[system] = name
    return names


def verdicts(
    results: pd.DataFrame,
    metric: str = "f1_macro",
    *,
    test_train_ratio: float | None = None,
    rope: float = ROPE,
    alpha: float = ALPHA,
) -> list[str]:
    """Say which differences on the leaderboard are real.

    The leader is compared with every other system, and every system with the best trivial rule; p-values of the
    corrected resampled t-test are adjusted by Holm within each of the two families.

    Parameters
    ----------
    results : DataFrame
        Of a run, long form.
    metric : str
    test_train_ratio, rope, alpha
        As in `compare_systems`.

    Returns
    -------
    list of str
        Sentences, most important first; empty when there is no system beside trivial rules.

    Examples
    --------
    >>> rows = [("t", m, "none", 0, f, "f1_macro", None, v * f) for m, v in (("rf", 1), ("gbm", 1.1)) for f in (1, 2)]
    >>> names = ["feature_set", "model", "balance", "repeat", "fold", "metric", "label", "value"]
    >>> verdicts(pd.DataFrame(rows, columns=names))
    ['GBM and RF cannot be told apart (macro F1 1.650 and 1.500).']
    """
    table = fold_scores(results, metric)
    # The best point of a grid is read off the test folds: too lucky to be the leader.
    swept = grid_points(pd.DataFrame(list(table.columns), columns=KEYS))
    own = [system for system in table.columns if not system[1].startswith(TRIVIAL)]
    learnt = [system for system, point in zip(table.columns, swept, strict=True) if system in own and not point] or own
    rules = [system for system in table.columns if system[1].startswith(TRIVIAL)]
    if not learnt:
        return []
    names = system_names([*learnt, *rules])
    word = metric_name(metric)
    settings = {"test_train_ratio": test_train_ratio, "rope": rope, "alpha": alpha}
    leader, sentences = learnt[0], []
    if len(learnt) > 1:
        against = compare_systems(results, metric, pairs=[(leader, other) for other in learnt[1:]], **settings)
        sentences += _about_the_leader(names, leader, against, word, rope)
    if rules:
        against = compare_systems(results, metric, pairs=[(system, rules[0]) for system in learnt], **settings)
        sentences += _about_the_rule(names, rules[0], against, word)
    if len(table) < 2:
        sentences.append("There is one split only, so no difference can be tested.")
    return sentences


def _about_the_leader(
    names: Mapping[tuple, str], leader: tuple, against: pd.DataFrame, word: str, rope: float
) -> list[str]:
    sentences = []
    groups = dict(iter(against.groupby("verdict", sort=False)))
    top = names[leader]
    if "cannot tell" in groups:
        rows = groups["cannot tell"]
        others = _listed([names[system] for system in rows["second"]])
        best, scores = abs(against["first_mean"].iloc[0]), rows["second_mean"].abs()
        if len(rows) == 1:
            sentences.append(f"{top} and {others} cannot be told apart ({word} {best:.3f} and {scores.iloc[0]:.3f}).")
        else:
            span = f"{scores.max():.3f} to {scores.min():.3f}"
            sentences.append(f"{top} ({word} {best:.3f}) cannot be told apart from {others} ({span}).")
    if "same" in groups:
        others = _listed([names[system] for system in groups["same"]["second"]])
        sentences.append(f"{top} is practically the same as {others}: within {rope:g} {word}.")
    if "better" in groups:
        rows = groups["better"]
        if len(rows) == len(against) > 1:
            sentences.append(f"{top} beats all {len(rows)} others.")
        parts = [
            f"{names[row.second]} by {row.difference:.3f} ({row.low:.3f} to {row.high:.3f})"
            for row in rows.itertuples()
        ]
        sentences.append(f"{top} beats {_listed(parts)}, in {word}.")
    return sentences


def _about_the_rule(names: Mapping[tuple, str], rule: tuple, against: pd.DataFrame, word: str) -> list[str]:
    score = f"{word} {abs(against['second_mean'].iloc[0]):.3f}"
    lost = against[against["verdict"] != "better"]
    if lost.empty:
        who = "Every system beats" if len(against) > 1 else f"{names[against['first'].iloc[0]]} beats"
        return [f"{who} the best trivial rule, {names[rule].removeprefix('the rule ')} ({score})."]
    members = _listed([names[system] for system in lost["first"]])
    verb = "is" if len(lost) == 1 else "are"
    return [f"{members} {verb} not shown to beat {names[rule]} ({score})."]


def block_answers(
    results: pd.DataFrame,
    whole: str,
    without: Mapping[str, str],
    metric: str = "f1_macro",
    *,
    test_train_ratio: float | None = None,
    rope: float = ROPE,
    alpha: float = ALPHA,
) -> pd.DataFrame:
    """Does a feature block help? The feature set with all blocks against the one without each.

    Parameters
    ----------
    results : DataFrame
        Of a run, long form.
    whole : str
        The feature set with all blocks.
    without : mapping of block to feature set
        The feature set that leaves that block out.
    metric, test_train_ratio, rope, alpha
        As in `compare_systems`; Holm counts all blocks and models.

    Returns
    -------
    DataFrame
        The columns of `compare_systems` and before them `block`, `model`, `balance`, `answer`: `yes` (better with
        the block), `no` (practically the same, or worse with it), `cannot tell`.

    Examples
    --------
    >>> rows = [(s, "rf", "none", 0, f, "f1_macro", None, v) for s, v in (("all", 0.5), ("less", 0.4)) for f in (0, 1)]
    >>> names = ["feature_set", "model", "balance", "repeat", "fold", "metric", "label", "value"]
    >>> block_answers(pd.DataFrame(rows, columns=names), "all", {"colour": "less"})["answer"].tolist()
    ['yes']
    """
    systems = set(fold_scores(results, metric).columns)
    pairs, asked = [], []
    for block, rest in without.items():
        for _, model, balance in sorted(system for system in systems if system[0] == whole):
            if (rest, model, balance) in systems:
                pairs.append(((whole, model, balance), (rest, model, balance)))
                asked.append((block, model, balance))
    found = compare_systems(results, metric, pairs=pairs, test_train_ratio=test_train_ratio, rope=rope, alpha=alpha)
    answers = found["verdict"].map({"better": "yes", "worse": "no", "same": "no", "cannot tell": "cannot tell"})
    front = pd.DataFrame(asked, columns=["block", "model", "balance"]).assign(answer=answers)
    return pd.concat([front, found], axis=1)


def _listed(words: Sequence[str]) -> str:
    if len(words) == 1:
        return words[0]
    left = len(words) - MOST_NAMED
    shown, last = (words[:-1], words[-1]) if left <= 0 else (words[:MOST_NAMED], f"{left} more")
    return f"{', '.join(shown)} and {last}"
