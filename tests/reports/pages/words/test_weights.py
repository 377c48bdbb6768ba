"""Weights of networks: short words beside a feature set, long ones once under the table."""

from genrelab.reports.pages.words.weights import INLINE, beside, listed

LONG = "resnet50, resnet50_notop.weights.h5; mobilenet_v2, mobilenet_v2_notop.weights.h5"


def test_random_weights_are_never_hidden():
    told = "; ".join(f"network_{k}, random weights" for k in range(4))
    assert len(told) > INLINE and beside(told) == "random weights"


def test_every_network_is_listed_once():
    weights = {"all": LONG, "without colour": LONG, "small": "a, b.h5"}
    assert listed(weights) == LONG.split("; ")
    assert beside(weights["small"]) == "a, b.h5" and beside(LONG) == ""


def test_only_feature_sets_of_the_table_count():
    assert listed({"all": LONG}, ["keywords", "-"]) == []
