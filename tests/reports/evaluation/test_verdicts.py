import numpy as np
import pandas as pd

from genrelab.reports.evaluation.verdicts import block_answers, system_names, verdicts

NAMES = ["feature_set", "model", "balance", "repeat", "fold", "metric", "label", "value"]


def make_results(scores: dict) -> pd.DataFrame:
    rows = [
        (*key, 0, fold, "f1_macro", None, value) for key, values in scores.items() for fold, value in enumerate(values)
    ]
    return pd.DataFrame(rows, columns=NAMES)


RNG = np.random.default_rng(0)
BASE = 0.5 + RNG.normal(0, 0.01, 10)
RULE = ("-", "trivial:all_positive", "none")


def test_sentences_name_leader_equals_beaten_and_rule():
    results = make_results(
        {
            ("all", "stack", "none"): BASE + 0.05,
            ("all", "rf", "none"): BASE + RNG.normal(0, 0.001, 10),
            ("all", "gbm", "none"): BASE + 0.045 + RNG.normal(0, 0.03, 10),
            RULE: np.full(10, 0.2),
        }
    )
    said = verdicts(results)
    assert said[0].startswith("stack and GBM cannot be told apart (macro F1 0.55")
    assert said[1].startswith("stack beats RF by 0.05")
    assert said[2] == "Every system beats the best trivial rule, all-positive (macro F1 0.200)."


def test_long_lists_are_cut():
    noise = {("all", f"rf{k}", "none"): BASE - 0.002 * k + RNG.normal(0, 0.03, 10) for k in range(9)}
    said = verdicts(make_results({("all", "gbm", "none"): BASE + 0.001} | noise))
    assert len(said) == 1
    assert "cannot be told apart from" in said[0]
    assert "and 5 more (0.5" in said[0] and said[0].count("rf") + said[0].count("GBM") == 5


def test_a_system_below_the_rule_is_said_to_be():
    results = make_results({("all", "knn", "none"): BASE - 0.4, RULE: np.full(10, 0.2)})
    assert verdicts(results) == ["KNN is not shown to beat the rule all-positive (macro F1 0.200)."]


def test_practically_the_same():
    results = make_results({("all", "rf", "none"): BASE, ("all", "gbm", "none"): BASE + 0.001})
    assert verdicts(results) == ["GBM is practically the same as RF: within 0.01 macro F1."]


def test_one_split_proves_nothing():
    results = make_results({("all", "rf", "none"): [0.5], ("all", "gbm", "none"): [0.1]})
    said = verdicts(results)
    assert "cannot be told apart" in said[0]
    assert said[-1] == "There is one split only, so no difference can be tested."


def test_trivial_rules_alone_say_nothing():
    assert verdicts(make_results({RULE: [0.2, 0.2]})) == []


def test_a_point_of_a_grid_does_not_lead():
    results = make_results(
        {
            ("all", "rf(max_features=4)", "none"): BASE + 0.2,
            ("all", "rf(max_features=8)", "none"): BASE + 0.1,
            ("all", "gbm", "none"): BASE,
            ("all", "knn", "none"): BASE - 0.1,
        }
    )
    assert verdicts(results)[0].startswith("GBM beats KNN")


def test_names_hold_what_differs():
    systems = [("text", "rf(max_features=4)", "log"), ("all", "own", "none"), RULE]
    assert list(system_names(systems).values()) == [
        "RF(max_features=4) on text (log)",
        "own on all",
        "the rule all-positive",
    ]


def test_does_a_block_help():
    results = make_results(
        {
            ("all", "glm", "none"): BASE,
            ("no text", "glm", "none"): BASE - 0.1 + RNG.normal(0, 0.002, 10),
            ("no colour", "glm", "none"): BASE + RNG.normal(0, 0.0005, 10),
            ("no year", "glm", "none"): BASE - 0.01 + RNG.normal(0, 0.03, 10),
            ("all", "rf", "none"): BASE,
        }
    )
    without = {"text": "no text", "colour": "no colour", "year": "no year"}
    found = block_answers(results, "all", without)
    assert found[["block", "model", "answer"]].to_numpy().tolist() == [
        ["text", "glm", "yes"],
        ["colour", "glm", "no"],
        ["year", "glm", "cannot tell"],
    ]
    assert (found["low"] < found["high"]).all()
