"""Short names for sentences."""

from genrelab.reports.evaluation.names import joined, rule_name, system_names
from genrelab.reports.runs.read import Configuration


def test_names_hold_what_differs():
    systems = [
        Configuration("text", "rf(max_features=4)", "log"),
        Configuration("all", "mine", "none"),
        Configuration("-", "trivial:all_positive", "none"),
    ]
    expected = ["RF(max_features=4) on text (log)", "mine on all", "the rule all-positive"]
    assert list(system_names(systems).values()) == expected
    assert rule_name(systems[2]) == "all-positive"


def test_long_lists_are_counted():
    assert joined(["a"]) == "a" and joined(["a", "b", "c"]) == "a, b and c"
    assert joined(list("abcde")) == "a, b, c, d and 1 more"
