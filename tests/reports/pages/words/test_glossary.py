"""Every word of a leaderboard is explained, and no other."""

import pandas as pd

from genrelab.models.balance.strategies import STRATEGIES
from genrelab.models.recipes import RECIPES
from genrelab.models.trivial import BASELINES
from genrelab.reports.pages.words.glossary import glossary
from genrelab.reports.runs.metric_names import ON_PAGE


def test_every_model_balance_rule_and_metric_has_a_meaning():
    rules = {name for own in BASELINES.values() for name in own}
    models = [*RECIPES, *(f"trivial:{name}" for name in rules)]
    table = pd.DataFrame({"model": models}).assign(balance="none")
    balances = pd.DataFrame({"model": "glm", "balance": list(STRATEGIES)})
    table = pd.concat([table, balances]).assign(**{name: 0.0 for own in ON_PAGE.values() for name in own})
    found = dict(glossary(table))
    assert set(RECIPES) <= set(found)
    assert {f"trivial rule: {name.replace('_', '-')}" for name in rules} <= set(found)
    assert {part for name in STRATEGIES for part in name.split("+")} - {"none"} <= set(found)
    assert {"F1", "macro F1", "accuracy", "log loss"} <= set(found)


def test_words_that_are_not_used_are_left_out(multilabel_report):
    found = dict(glossary(multilabel_report.table))
    assert "stack" not in found and "accuracy" not in found and "rf" in found
