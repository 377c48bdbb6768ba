import math

import pytest

from genrelab.features.plugins import did_you_mean, is_reference, resolve


def test_a_reference_is_imported():
    assert resolve("math:sqrt") is math.sqrt
    assert resolve("os.path:join") is __import__("os").path.join
    assert resolve(math.sqrt) is math.sqrt


def test_a_reference_may_start_at_a_package():
    assert resolve(".families:FAMILIES", "genrelab.features") is resolve("genrelab.features.families:FAMILIES")


@pytest.mark.parametrize("reference", ["no_such_package.x:y", "math:no_such_name", "math"])
def test_what_cannot_be_imported_is_named(reference):
    with pytest.raises(ValueError, match=reference.replace(".", r"\.")):
        resolve(reference)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.b:c", True), ("keywords:tfidf", False), ("a.b:", False), ("a.b", False), ("a.1:c", False), (":x", False)],
)
def test_what_a_reference_looks_like(name, expected):
    assert is_reference(name) is expected


def test_only_a_word_that_looks_alike_is_offered():
    assert did_you_mean("overwiew", ["keywords", "overview"]) == "; did you mean 'overview'?"
    assert did_you_mean("poster", ["keywords", "overview"]) == ""
    assert did_you_mean(7, ["keywords"]) == ""
