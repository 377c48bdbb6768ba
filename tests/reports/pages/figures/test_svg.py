"""Figures for the inside of a page."""

import subprocess
import sys
import xml.etree.ElementTree as ET

from genrelab.reports.pages.figures.svg import INK, SERIES, as_svg, figure


def _picture(name: str) -> str:
    made, (axes,) = figure()
    axes.plot([0, 1], [0, 1], color=SERIES[0], marker="o", label="x")
    axes.set_title("a <b> & $c", color=INK)
    return as_svg(made, name, 'says "this" & <that>')


def test_is_one_well_formed_element_that_scales():
    text = _picture("one")
    root = ET.fromstring(text)
    assert root.tag.endswith("svg") and "width" not in root.attrib and "viewBox" in root.attrib
    assert root.attrib["aria-label"] == 'says "this" & <that>'
    assert "a <b> & $c" in "".join(root.itertext())


def test_takes_the_pages_colours():
    text = _picture("one")
    assert "currentColor" in text and "var(--series-1, #0072b2)" in text
    assert "#010203" not in text


def test_ids_of_two_figures_differ_and_references_hold():
    found = []
    for name in ("one", "two"):
        root = ET.fromstring(_picture(name))
        ids = {element.attrib["id"] for element in root.iter() if "id" in element.attrib}
        references = {
            value[1:]
            for element in root.iter()
            for key, value in element.attrib.items()
            if key.endswith("href") and value.startswith("#")
        }
        assert references and references <= ids
        found.append(ids)
    assert not found[0] & found[1]


def test_same_bytes_each_time():
    assert _picture("one") == _picture("one")


def test_pyplot_is_not_needed():
    code = """
import sys
from genrelab.reports.pages.figures.svg import as_svg, figure
made, axes = figure()
as_svg(made, "one", "a figure")
sys.exit("matplotlib.pyplot" in sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
