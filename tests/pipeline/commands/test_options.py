import argparse
import os

import pytest

from genrelab.pipeline.commands.options import add_features, add_networks


def parsed(add, *words):
    parser = argparse.ArgumentParser()
    add(parser)
    return parser.parse_args(words).weights


@pytest.mark.parametrize(
    "words", [("--weights", "w.json", "--encoders", "e"), ("--encoders", "e", "--weights", "w.json")]
)
def test_weights_and_encoders_are_one_search_path_in_any_order(words):
    assert parsed(add_features, *words) == os.pathsep.join(["w.json", "e"])


def test_encoders_may_be_said_several_times():
    words = ("--encoders", "a", "--encoders", "minilm")
    assert parsed(add_features, *words) == os.pathsep.join(["imagenet", "a", "minilm"])
    assert parsed(add_features) == "imagenet"


def test_a_model_keeps_its_weights_where_only_encoders_are_said():
    assert parsed(add_networks) is None
    assert parsed(add_networks, "--encoders", "a") == f"{os.pathsep}a"
