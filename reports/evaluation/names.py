"""Short names of configurations for sentences and figures."""

from collections.abc import Sequence

from ..runs.format import TUNED
from ..runs.read import TRIVIAL, Configuration

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


def system_names(systems: Sequence[Configuration]) -> dict[Configuration, str]:
    """Short names for configurations: only what tells them apart.

    Examples
    --------
    >>> def named(*systems):
    ...     return list(system_names([Configuration(*system) for system in systems]).values())
    >>> named(("table", "rf", "none"), ("table", "gbm", "none"))
    ['RF', 'GBM']
    >>> named(("text", "glm", "none"), ("all", "glm", "log"))
    ['GLM on text', 'GLM on all (log)']
    >>> named(("all", "rf tuned", "none"), ("all", "rf", "none"))
    ['RF tuned', 'RF']
    >>> named(("all", "stack", "none"), ("without text", "stack", "none"))
    ['stack on all', 'stack without text']
    """
    learnt = [system for system in systems if not system.trivial]
    several_sets = len({system.feature_set for system in learnt}) > 1
    several_balances = len({system.balance for system in learnt}) > 1
    names = {}
    for system in systems:
        if system.trivial:
            names[system] = f"the rule {rule_name(system)}"
            continue
        base, bracket, rest = system.model.partition("(")
        tuned = TUNED if base.endswith(TUNED) else ""
        base = base.removesuffix(TUNED)
        name = _MODEL_WORDS.get(base, base) + tuned + bracket + rest
        if several_sets:
            # "stack without poster", not "stack on without poster".
            link = "" if system.feature_set.startswith("without ") else "on "
            name += f" {link}{system.feature_set}"
        if several_balances and system.balance != "none":
            name += f" ({system.balance})"
        names[system] = name
    return names


def rule_name(rule: Configuration) -> str:
    """A trivial rule's name as it is written.

    Examples
    --------
    >>> rule_name(Configuration("-", "trivial:all_positive", "none"))
    'all-positive'
    """
    return rule.model.removeprefix(TRIVIAL).replace("_", "-")


def joined(words: Sequence[str]) -> str:
    """A list in words; what goes beyond four names is counted.

    Examples
    --------
    >>> joined(["a", "b"]), joined(list("abcdef"))
    ('a and b', 'a, b, c, d and 2 more')
    """
    if len(words) == 1:
        return words[0]
    left = len(words) - MOST_NAMED
    shown, last = (words[:-1], words[-1]) if left <= 0 else (words[:MOST_NAMED], f"{left} more")
    return f"{', '.join(shown)} and {last}"
