"""Parts format themselves, and let nothing through unescaped."""

import pytest

from genrelab.reports.pages.card.parts import Card, Code, Facts, Items, Section, Table, Text

BAD = "<script>x</script> | *y*"


@pytest.mark.parametrize(
    "part",
    [Text(BAD), Items([BAD]), Facts({BAD: BAD}), Table([BAD], [[BAD]]), Section(BAD, [Text(BAD)])],
    ids=lambda part: type(part).__name__,
)
def test_texts_are_escaped_both_ways(part):
    assert "<script>" not in part.html() and "&lt;script&gt;" in part.html()
    assert "<script>" not in part.markdown() and "\\*y\\*" in part.markdown()


def test_code_is_verbatim_in_markdown_and_escaped_in_html():
    assert Code("a < b", "sh").markdown() == "```sh\na < b\n```"
    assert Code("a < b").html() == '<pre tabindex="0"><code>a &lt; b</code></pre>'


def test_numbers_stand_to_the_right():
    table = Table(["genre", "F1"], [["War", "0.5"]], [False, True])
    assert '<td class="n">0.5</td>' in table.html() and '<td class="n">War' not in table.html()


def test_a_card_leaves_out_empty_sections_and_warns_first():
    card = Card("Title", "Lead.", [Section("Full", [Text("here")]), Section("Empty", [])], warning="Not evidence")
    for text in (card.markdown(), card.html()):
        assert "Full" in text and "Empty" not in text
        assert text.index("Not evidence") < text.index("Full")
    assert card.html().startswith("<!doctype html>")
