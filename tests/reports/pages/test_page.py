"""The page: self-contained, escaped, and without the sections it has nothing for."""

import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from genrelab.reports.pages.page import environment, render_html
from genrelab.reports.pages.summary import Summary, summarize

VOID = {"meta", "wbr", "img", "br", "path", "use", "image", "rect", "line"}


class Reader(HTMLParser):
    """Collects what the tests ask for and checks that elements close in order."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs):
        values = dict(attrs)
        self.tags.append(tag)
        self.ids += [values["id"]] if values.get("id") else []  # pyright: ignore[reportAttributeAccessIssue]
        self.links += [values["href"]] if tag == "a" else []  # pyright: ignore[reportAttributeAccessIssue]
        self.sources += [value for key, value in attrs if key in ("src", "xlink:href") and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str):
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page(multilabel_summary: Summary) -> str:
    return render_html(multilabel_summary)


def test_is_well_formed_and_needs_nothing_else(page: str):
    reader = Reader(page)
    assert reader.open == [] and "script" not in reader.tags and "link" not in reader.tags
    assert all(source.startswith(("data:image/", "#")) for source in reader.sources)
    assert len(reader.ids) == len(set(reader.ids))
    assert not re.search(r"@import|url\((?!#)", page)


def test_contents_lead_to_sections(page: str):
    reader = Reader(page)
    anchors = {link[1:] for link in reader.links if link.startswith("#")}
    assert {"leaderboard", "genres", "confusion", "titles", "colours", "grid", "notes"} <= anchors <= set(reader.ids)


def test_words_and_feature_sets_are_explained(page: str):
    board = page.split('id="leaderboard"')[1].split('id="real"')[0]
    assert "What the words mean" in board and "a rare genre counts as much as a frequent one" in board
    assert "features: poster network" in page.split('id="notes"')[1]


def test_a_wide_matrix_has_two_decimals_and_a_narrow_one_three():
    macros = environment().from_string(
        '{% from "macros.html" import heat with context %}{{ heat(m, "down", "across", decimals=true, diagonal=true) }}'
    )
    for columns, told in ((3, "0.123"), (12, "0.12")):
        names = [f"resnet_{k}" for k in range(columns)]
        text = macros.render(m={"columns": names, "rows": [(names[1], [(0.1234, 0.5)] * columns)]})
        assert text.count(f">{told}</td>") == columns and text.count('class="same"') == 1
        assert "resnet_<wbr>0" in text and "across" in text


def test_first_screen_answers(page: str):
    first = page.split('id="leaderboard"')[0]
    assert "Which features?" in first and "Which model?" in first and "Better than the best trivial rule?" in first


def test_texts_are_escaped(page: str, nasty: str):
    assert nasty not in page and "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; | *Nasty* &amp; {{ 7 * 7 }}" in page


def test_run_json_is_escaped(make_run, nasty: str):
    names = dict.fromkeys(("title", "question"), nasty) | {"warnings": [nasty], "attribution": [nasty]}
    text = render_html(summarize(make_run(titles=30, seed=12, info=names)))
    assert "<script" not in text and text.count("&lt;script&gt;") >= 5
    Reader(text)


def test_collapsed_models_are_flagged(page: str):
    rows = re.findall(r"<tr class=.*?</tr>", page.split('id="real"')[0], flags=re.DOTALL)
    flagged = [row for row in rows if "one answer for all" in row]
    assert len(flagged) == 1 and "knn" in flagged[0]


def test_printed_numbers_beside_ours(single_summary: Summary):
    text = render_html(single_summary)
    assert "S1-RF printed" in text and "0.440" in text and "Confusion matrix" in text


def test_failed_audit_is_said_first(make_run):
    audit = [{"check": "same poster", "status": "failed", "evidence": "12 <pairs>"}]
    text = render_html(summarize(make_run(titles=30, seed=13, info={"audit": audit})))
    assert text.index("Not evidence.") < text.index("Which features?") and "12 &lt;pairs&gt;" in text


def test_no_failed_audit_is_no_banner(page: str):
    assert "Not evidence." not in page


def test_absent_parts_leave_their_sections_out(make_run):
    run = make_run(titles=40, seed=14)
    for name in ("predictions.parquet", "titles.parquet", "run.json"):
        (run / name).unlink()
    text = render_html(summarize(run))
    reader = Reader(text)
    assert {"leaderboard", "genres", "notes"} <= set(reader.ids)
    assert not {"confusion", "curves", "titles", "catalogue", "colours"} & set(reader.ids)
    assert 'src="data:' not in text


def test_only_whole_metrics_and_no_seconds(make_run):
    run = make_run("single", titles=40, seed=15)
    results = pd.read_parquet(run / "results.parquet")
    results = results[results["label"].isna()].assign(fit_seconds=float("nan"), predict_seconds=float("nan"))
    results.to_parquet(run / "results.parquet")
    reader = Reader(render_html(summarize(run)))
    assert not {"time", "genres", "genres-features", "pixels"} & set(reader.ids)
