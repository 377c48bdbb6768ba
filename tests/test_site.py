"""The documentation as a site: built without a warning, whole, and nothing in it comes from elsewhere."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml

import genrelab

pytest.importorskip("mkdocs", reason="the site is built by mkdocs, which comes with genrelab[dev]")
pytestmark = pytest.mark.slow


class Page(HTMLParser):
    """What a page links to, loads, and is anchored by."""

    def __init__(self, text: str):
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.anchors |= {given["id"] or ""} if "id" in given else set()
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        if tag in ("script", "img", "iframe", "source") and given.get("src"):
            self.loaded.append(given["src"] or "")
        if tag == "link" and given.get("rel") != "canonical":
            self.loaded.append(given.get("href") or "")


@pytest.fixture(scope="module")
def site(repository, tmp_path_factory) -> Path:
    if not (repository / ".links" / "genrelab").exists():
        pytest.skip("the pages about Python are read from .links, which make setup lays")
    out = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", out],
        cwd=repository,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    assert "WARNING" not in built.stderr and "ERROR" not in built.stderr, built.stderr
    return out


@pytest.fixture(scope="module")
def pages(site) -> dict[Path, Page]:
    return {path: Page(path.read_text("utf-8")) for path in site.rglob("*.html")}


def test_nothing_is_loaded_from_elsewhere(site, pages):
    for path, page in pages.items():
        for address in page.loaded:
            assert not urlsplit(address).netloc, f"{path.name} loads {address}"
    for path in [*site.rglob("*.css")]:
        for address in re.findall(r"url\(([^)]*)\)", path.read_text("utf-8")):
            assert not address.strip("\"'").startswith(("http", "//")), f"{path.name} loads {address}"


def test_every_link_inside_leads_somewhere(site, pages):
    followed = 0
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or path.name == "404.html":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            target = target / "index.html" if target.is_dir() else target
            assert target.exists(), f"{path.relative_to(site)} leads to {link}"
            if parts.fragment and target.suffix == ".html":
                anchors = next(known for place, known in pages.items() if place.resolve() == target).anchors
                assert unquote(parts.fragment) in anchors | {"__top"}, f"{path.relative_to(site)} leads to {link}"
            followed += 1
    assert followed > 1000


def test_every_page_of_the_docs_is_in_the_menu(repository):
    text = (repository / "mkdocs.yml").read_text("utf-8")
    menu = set(re.findall(r": ([\w/-]+\.md)$", text, re.MULTILINE))
    there = {path.relative_to(repository / "docs").as_posix() for path in (repository / "docs").rglob("*.md")}
    assert there | {"index.md", "contributing.md", "changelog.md", "experiments.md"} == menu
    assert yaml.safe_load(text)["theme"]["font"] is False


def test_every_public_name_is_described(site):
    text = "".join(path.read_text("utf-8") for path in (site / "api").glob("*.html"))
    for name in dir(genrelab):
        assert f'id="genrelab.{name}"' in text, f"genrelab.{name} is in no page of docs/api"
