"""The page in a real Chromium: drop, cancel, sort, edit, label by keyboard, at the width of a phone."""

import shutil
import sqlite3
import time

import pytest

pytestmark = pytest.mark.browser
SOON = 30_000


@pytest.fixture
def page(browser, ready):
    """An open page that reports no error of its own."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    opened = context.new_page()
    faults = []
    opened.on("pageerror", lambda fault: faults.append(str(fault)))
    opened.goto(ready.url)
    opened.wait_for_selector(".drop", timeout=SOON)
    yield opened
    context.close()
    assert faults == []


@pytest.fixture
def posters(make_jpeg, tmp_path):
    """Sixty posters on disk, six of them broken."""
    files = []
    for number in range(60):
        path = tmp_path / f"poster {number:02d}.jpg"
        content = make_jpeg(number, (60, 90))
        path.write_bytes(content[:60] if number % 10 == 9 else content)
        files.append(str(path))
    return files


def choose(page, files):
    page.set_input_files("#files", files)


def test_one_poster_is_answered_and_explained(page, posters, ready):
    choose(page, posters[:1])
    page.wait_for_selector("text=1 of 1 poster", timeout=SOON)
    page.click(".tile")
    label = ready.state.answers.model.labels[0]
    assert page.locator("dialog .bars dt", has_text=label).count() == 1
    page.wait_for_selector("dialog h2:has-text('Where it is seen')", timeout=SOON)
    page.click("dialog button:has-text('Why ') >> nth=0")
    assert page.locator("dialog .chips button[aria-pressed=true]").count() >= 1
    page.wait_for_selector("dialog .strip .tile", timeout=SOON)
    assert "What the model does not know" in page.inner_text("dialog")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="detached", timeout=SOON)


def test_sixty_with_broken_ones_are_sorted_filtered_edited_and_taken_away(page, posters, tmp_path):
    choose(page, posters)
    page.wait_for_selector("text=60 of 60 posters, 6 without an answer", timeout=SOON)
    page.click("nav >> text=Table")
    rows = page.locator("tbody tr")
    assert rows.count() == 60
    page.click("th button:has-text('File')")
    page.click("th button:has-text('File')")
    assert "poster 59.jpg" in rows.nth(0).inner_text()
    page.select_option("select[aria-label=Certainty]", "none")
    assert rows.count() == 6
    page.select_option("select[aria-label=Certainty]", "")
    rows.nth(1).focus()
    page.keyboard.press("Enter")
    chip = page.locator("tbody .chips button").first
    genre, before = chip.inner_text()[1:].strip(), chip.get_attribute("aria-pressed")
    page.keyboard.press(chip.get_attribute("aria-keyshortcuts"))
    page.wait_for_selector("tbody tr.edited")
    after = page.locator("tbody .chips button").first.get_attribute("aria-pressed")
    assert {before, after} == {"true", "false"}
    page.keyboard.press("Escape")
    assert (genre in rows.nth(1).locator("td").nth(2).inner_text()) == (after == "true")
    with page.expect_download() as download:
        page.click("text=CSV")
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert len(lines) == 61 and lines[0].startswith("file,genres,")
    with page.expect_download() as download:
        page.click("text=Folders by genre")
    assert download.value.path().read_bytes().startswith(b"PK")


def test_what_is_edited_stays_under_a_filter_that_it_no_longer_passes(page, posters):
    choose(page, posters[:8])
    page.wait_for_selector("text=8 of 8 posters", timeout=SOON)
    page.click("nav >> text=Table")
    rows = page.locator("tbody tr[tabindex]")
    genre = rows.nth(0).locator("td").nth(2).inner_text().split(", ")[0]
    page.select_option("select[aria-label=Genre]", genre)
    before, name = rows.count(), rows.nth(0).locator("td").nth(1).inner_text()
    rows.nth(0).focus()
    page.keyboard.press("Enter")
    chip = page.locator("tr.editor .chips button", has_text=genre)
    page.keyboard.press(chip.get_attribute("aria-keyshortcuts"))
    page.wait_for_selector("tbody tr.edited")
    assert rows.count() == before and rows.nth(0).locator("td").nth(1).inner_text() == name
    page.keyboard.press("Escape")
    assert rows.count() == before - 1


def test_a_folder_is_read_without_what_systems_leave_in_it(page, posters, tmp_path):
    folder = tmp_path / "lot" / "inner"
    folder.mkdir(parents=True)
    for name in ("a.jpg", "Thumbs.db", ".DS_Store", "desktop.ini"):
        shutil.copyfile(posters[0], folder / name)
    page.set_input_files("input[webkitdirectory]", str(tmp_path / "lot"))
    page.wait_for_selector("text=1 of 1 poster", timeout=SOON)
    assert page.inner_text(".tile .name") == "inner/a.jpg"


def test_cancel_leaves_the_rest_unanswered(page, posters, ready):
    with ready.state.answers.model_lock:  # the model is busy
        choose(page, posters)
        page.click("#cancel", timeout=SOON)
        page.wait_for_selector("text=60 of 60 posters", timeout=SOON)
        assert page.locator(".tile .said:has-text('cancelled')").count() >= 50


def test_ten_labels_by_keyboard_are_in_the_file(page, ready):
    page.click("nav >> text=Labels")
    page.wait_for_selector("#now", timeout=SOON)
    file = ready.catalog / "labels.sqlite"
    start = time.time()
    seen = []
    for _ in range(10):
        seen.append(page.inner_text("#now"))
        key = page.locator(".labelling .chips button").first.get_attribute("aria-keyshortcuts")
        page.keyboard.press(key)
        page.wait_for_timeout(50)
        page.keyboard.press("Enter")
        page.wait_for_selector(f"text={len(seen) + 1} of", timeout=SOON)
    page.keyboard.press("Backspace")
    page.wait_for_selector("text=Taken back", timeout=SOON)
    base = sqlite3.connect(file)
    kinds = dict(base.execute("SELECT kind, COUNT(*) FROM decisions WHERE who = 'tester' GROUP BY kind").fetchall())
    base.close()
    assert len(set(seen)) == 10 and kinds["label"] >= 10 and kinds["confirm"] >= 10 and kinds["undo"] >= 1
    assert time.time() - start < 120


def test_a_number_of_the_run_and_a_point_of_the_map_lead_to_titles(page):
    page.click("nav >> text=Run")
    cell = page.locator("tbody tr td a").first
    cell.wait_for(timeout=SOON)
    count = cell.inner_text()
    cell.click()
    page.wait_for_selector(f"text={count} title", timeout=SOON)
    page.click("nav >> text=Map")
    page.wait_for_selector(".map canvas", timeout=SOON)
    page.wait_for_timeout(300)
    box = page.locator(".map canvas").bounding_box()
    page.click("text=Choose an area")
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 5, box["y"] + box["height"] - 5, steps=4)
    page.mouse.up()
    page.wait_for_selector("text=chosen on the map", timeout=SOON)
    page.click(".wall .tile >> nth=0")
    page.wait_for_selector("h2:has-text('Facts')", timeout=SOON)


def test_a_cell_a_bar_and_a_point_lead_to_titles(page, ready):
    facts = ready.state.run_facts()
    page.click("nav >> text=Run")
    for mark in ("td.f1 a", "td.heat a", ".reliability a"):
        page.wait_for_selector(mark, timeout=SOON)
        link = page.locator(mark).last if mark == "td.heat a" else page.locator(mark).first
        target = link.get_attribute("href")
        link.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Only titles", timeout=SOON)
        assert page.url.endswith(target)
        shown = page.inner_text(".bar ~ div p.small")
        if mark == ".reliability a":
            first = facts["reliability"][ready.state.answers.model.labels[0]][0]
            assert shown.startswith(f"{first['titles']:,} title")
        page.click("nav >> text=Run")


def test_script_in_names_is_text(page, make_jpeg, tmp_path):
    name = "<img src=x onerror=document.title='owned'>.jpg"
    choose(page, [{"name": name, "mimeType": "image/jpeg", "buffer": make_jpeg(3)}])
    page.wait_for_selector("text=1 of 1 poster", timeout=SOON)
    page.click(".tile")
    assert name in page.inner_text("dialog h1")
    assert page.title() == "Posters · genrelab"


def test_nothing_is_wider_than_a_phone(browser, ready):
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    for view in ("posters", "table", "gallery", "label", "map", "run"):
        page.goto(f"{ready.url}/#{view}")
        page.reload()
        page.wait_for_timeout(700)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, view
    context.close()
