"""Posters sorted into folders by genre."""

import pytest
from PIL import Image

from genrelab.pipeline.sources.folder.folder import read_folder
from genrelab.pipeline.sources.own_table.options import TableOptions


@pytest.fixture
def sorted_posters(tmp_path):
    for shade, name in enumerate(["Horror/alien.jpg", "Horror/old/it.jpg", "Sci-Fi/dune.jpg", "heat.jpg"]):
        path = tmp_path / "p" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (20, 30), (shade, 0, 0)).save(path, "JPEG")
    return tmp_path


def genres(found, column):
    filled = found.titles.dropna(subset=[column])
    return {row["poster"]: row[column] for row in filled.to_dict("records")}


@pytest.mark.parametrize("base", ["", "deep/below"])
def test_the_folder_is_the_genre(sorted_posters, base):
    found = read_folder(sorted_posters / "p", base=sorted_posters / base, folder_genres=True)
    up = "../" * len([part for part in base.split("/") if part])
    assert genres(found, "genres_imdb") == {
        f"{up}p/Horror/alien.jpg": ["Horror"],
        f"{up}p/Horror/old/it.jpg": ["Horror"],
        f"{up}p/Sci-Fi/dune.jpg": ["Sci-Fi"],
    }
    assert any("Horror 2, Sci-Fi 1" in note for note in found.report.notes)


def test_own_names_and_a_map(sorted_posters):
    options = TableOptions(genre_map={"Horror": "Grusel"})
    found = read_folder(sorted_posters / "p", base=sorted_posters, options=options, folder_genres=True)
    assert genres(found, "genres_own")["p/Horror/alien.jpg"] == ["Grusel"]


def test_a_table_wins(sorted_posters):
    table = sorted_posters / "t.csv"
    table.write_text("poster,genre\nalien.jpg,Thriller\n", encoding="utf-8")
    found = read_folder(sorted_posters / "p", table, base=sorted_posters, folder_genres=True)
    assert genres(found, "genres_imdb")["p/Horror/alien.jpg"] == ["Thriller"]
    assert genres(found, "genres_imdb")["p/Sci-Fi/dune.jpg"] == ["Sci-Fi"]


def test_unasked_they_are_pointed_out_only(sorted_posters):
    found = read_folder(sorted_posters / "p", base=sorted_posters)
    assert found.titles["genres_imdb"].isna().all()
    assert any("--genres-from-folders" in note for note in found.report.notes)


def test_folders_above_those_of_genres_are_none_and_a_name_may_be_several(tmp_path):
    for shade, name in enumerate(["all/Horror, Sci-Fi/alien.jpg", "all/Crime/heat.jpg", "all/Crime/old/speed.jpg"]):
        path = tmp_path / "p" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (20, 30), (shade, 0, 0)).save(path, "JPEG")
    found = read_folder(tmp_path / "p", base=tmp_path, folder_genres=True)
    assert genres(found, "genres_imdb") == {
        "p/all/Horror, Sci-Fi/alien.jpg": ["Horror", "Sci-Fi"],
        "p/all/Crime/heat.jpg": ["Crime"],
        "p/all/Crime/old/speed.jpg": ["Crime"],
    }


def test_a_folder_of_unsorted_posters_is_no_genre(sorted_posters):
    (sorted_posters / "p" / "heat.jpg").rename(sorted_posters / "p" / "Sci-Fi" / "heat.jpg")
    (sorted_posters / "p" / "_unsorted").mkdir()
    (sorted_posters / "p" / "Sci-Fi" / "dune.jpg").rename(sorted_posters / "p" / "_unsorted" / "dune.jpg")
    found = read_folder(sorted_posters / "p", base=sorted_posters, folder_genres=True)
    assert genres(found, "genres_imdb") == {
        "p/Horror/alien.jpg": ["Horror"],
        "p/Horror/old/it.jpg": ["Horror"],
        "p/Sci-Fi/heat.jpg": ["Sci-Fi"],
    }
    assert len(found.titles) == 4
    assert "posters in folders that name no genre: 1" in found.report.notes


def test_one_image_in_two_folders_has_the_genres_of_both(sorted_posters):
    image = sorted_posters / "p" / "Sci-Fi" / "Alien.JPG"
    image.write_bytes((sorted_posters / "p" / "Horror" / "alien.jpg").read_bytes())
    other = sorted_posters / "p" / "Sci-Fi" / "it.jpg"  # another poster of the same name
    Image.new("RGB", (20, 30), (200, 0, 0)).save(other, "JPEG")
    found = read_folder(sorted_posters / "p", base=sorted_posters, folder_genres=True)
    assert genres(found, "genres_imdb") == {
        "p/Horror/alien.jpg": ["Horror", "Sci-Fi"],
        "p/Horror/old/it.jpg": ["Horror"],
        "p/Sci-Fi/dune.jpg": ["Sci-Fi"],
        "p/Sci-Fi/it.jpg": ["Sci-Fi"],
    }
    assert found.report.dropped == {"image that lies in several folders": 1}
    assert any(name == "p/Sci-Fi/Alien.JPG" and "same image" in why for _, name, why in found.report.left_out)
