"""Names are the same however a table or a folder writes them."""

import pytest

from genrelab.pipeline.sources.own_table.names import file_of, files_of, name_key, path_parts, stem_of, title_key


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("heat.jpg", "heat.jpg"),
        ("us/heat.jpg", "us/heat.jpg"),
        ("https://shop.org/img/heat%20us.jpg?v=2", "heat us.jpg"),
        ("//cdn.shop.org/img/heat.jpg", "heat.jpg"),
        ("//NAS/posters/us/heat.jpg", "//NAS/posters/us/heat.jpg"),
        ("heat.jpg (https://v5.airtableusercontent.com/v3/u/1/abc)", "heat.jpg"),
        ("![Heat](us/heat.jpg)", "us/heat.jpg"),
        ('<img src="heat.jpg" width="80">', "heat.jpg"),
        ("Heat (1995).jpg", "Heat (1995).jpg"),
    ],
)
def test_the_file_that_a_cell_names(cell, name):
    assert file_of(cell) == name


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("a.jpg, b.jpeg", ["a.jpg", "b.jpeg"]),
        ("a.jpg|b.jpg;c.png", ["a.jpg", "b.jpg", "c.png"]),
        ("a.jpg\nb.jpg", ["a.jpg", "b.jpg"]),
        ("Me, You.jpg", ["Me, You.jpg"]),
        ("Mr. Smith, Mrs. Smith", ["Mr. Smith, Mrs. Smith"]),
    ],
)
def test_a_cell_may_list_several_images(cell, names):
    assert files_of(cell) == names


def test_paths_names_and_titles_for_comparing():
    assert path_parts("D:\\Bilder\\US\\heat.jpg") == ["Bilder", "US", "heat.jpg"]
    assert name_key(" HEAT .jpg") == name_key("heat.jpg")
    assert stem_of("Mr. Nobody") == "Mr. Nobody" and stem_of("a.JPEG") == "a"
    assert title_key("Matrix, The") == title_key("THE  MATRIX!")
