import pytest

from genrelab.features.text.words import STOP_WORDS, stemmer, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bank-robbery, NEW york!", ["bank", "robbery", "new", "york"]),
        ("children's home", ["children", "home"]),
        ("the king’s  speech", ["king", "speech"]),
        ("o'clock", ["o'clock"]),
        ("<i>Heist</i> at https://example.org/a?b=1 &amp; more", ["heist"]),
        ("naïve café ﬁlm", ["naïve", "café", "film"]),
        ("1970s 3d u.s.", ["1970s", "3d"]),
        ("東京 film", ["東京", "film"]),
        ("", []),
        ("?! a of the", []),
    ],
)
def test_words(text, expected):
    assert words(text) == expected


def test_stop_words_are_lower_case_words_that_the_tokenizer_can_meet():
    for word in STOP_WORDS:
        found = words(word, stop_words=frozenset())
        assert found == [word] or len(word) == 1 or word.endswith("'s"), word


def test_words_of_a_plot_are_no_stop_words():
    assert not STOP_WORDS & {"fire", "cry", "mine", "system", "bill", "interest"}


def test_stems_equal_snowballs_published_ones():
    # From the sample vocabulary at snowballstem.org, English.
    stem = stemmer()
    sample = {"consist": "consist", "consisted": "consist", "consistency": "consist", "knightly": "knight"}
    sample |= {"knives": "knive", "knocks": "knock", "consolation": "consol"}
    assert {word: stem(word) for word in sample} == sample
