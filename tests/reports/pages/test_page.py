"""The page: self-contained, escaped, and without the sections it has nothing for."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from genrelab.pipeline.catalog.thumbnails import thumbnail
from genrelab.reports.pages.page import html_page, markdown_page
from genrelab.reports.pages.parts import Text
from genrelab.reports.pages.render import write_report
from genrelab.reports.pages.section import Shown

VOID = {"meta", "wbr", "img", "br", "path", "use", "image", "rect", "line", "input"}


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
def page(multilabel_run: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("page")
    return write_report(multilabel_run, out, picture=thumbnail).read_text("utf-8")


def test_is_well_formed_and_needs_nothing_else(page: str):
    reader = Reader(page)
    assert reader.open == [] and reader.tags.count("script") == 1 and reader.tags.count("link") == 0
    assert all(source.startswith(("data:image/", "#")) for source in reader.sources)
    assert len(reader.ids) == len(set(reader.ids))
    assert not re.search(r"@import|url\((?!#)", page)


def test_the_policy_names_the_one_script_by_its_hash(page: str):
    script = page.split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page and not re.search(r"<[^>]* on[a-z]+=", page)


def test_contents_lead_to_sections_that_fold(page: str):
    reader = Reader(page)
    anchors = {link[1:] for link in reader.links if link.startswith("#")}
    assert {"leaderboard", "genres", "confusion", "titles", "colours", "grid", "notes"} <= anchors <= set(reader.ids)
    assert page.count('<details class="section"') == len(anchors)


def test_first_screen_answers(page: str):
    first = page.split('id="leaderboard"')[0]
    for question in (
        "Which features and model won?",
        "By how much over the runner-up?",
        "Better than the best trivial",
    ):
        assert question in first


def test_texts_are_escaped(page: str, nasty: str):
    assert nasty not in page and "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; | *Nasty* &amp; {{ 7 * 7 }}" in page


def test_a_run_of_results_alone_has_a_page_too(make_run, nasty: str, tmp_path: Path):
    run = make_run("single", titles=40, seed=14)
    for name in ("predictions.parquet", "titles.parquet", "run.json"):
        (run / name).unlink()
    results = pd.read_parquet(run / "results.parquet")
    results = results[results["label"].isna()].assign(fit_seconds=float("nan"), predict_seconds=float("nan"))
    results.assign(feature_set=results["feature_set"].replace("keywords", nasty)).to_parquet(run / "results.parquet")
    text = write_report(run, tmp_path).read_text("utf-8")
    reader = Reader(text)
    assert {"leaderboard", "notes"} <= set(reader.ids) and "<script>alert" not in text
    assert not {"confusion", "curves", "titles", "catalogue", "colours", "genres"} & set(reader.ids)
    assert 'src="data:' not in text


def test_shell_alone(nasty: str):
    sections = [Shown("one", nasty, [Text(nasty)], {}, True), Shown("none", "Nothing", [], {}, False)]
    html, text = html_page(nasty, nasty, [Text("top")], sections), markdown_page(nasty, "", [], sections)
    assert Reader(html).open == [] and "<script>alert" not in html and "Nothing" not in html
    assert "<script" not in text and text.count("\\*Nasty\\*") == 3 and "Nothing" not in text
