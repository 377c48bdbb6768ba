"""A row has its own image, or none and a reason; never another row's."""

import unicodedata
from pathlib import Path

import pytest

from genrelab.pipeline.sources.folder.filenames import is_numbered, read_name
from genrelab.pipeline.sources.folder.matching import match
from genrelab.pipeline.sources.own_table.names import title_key

ROOT = Path("/posters")


def pairs(images, rows):
    told = {ROOT / name: read_name(Path(name).stem) for name in images}
    result = match(rows, told, ROOT)
    return [image and image.relative_to(ROOT).as_posix() for image in result.image], result


@pytest.mark.parametrize(
    ("poster", "image"),
    [
        ("heat.jpg", "heat.jpg"),
        ("HEAT.JPG", "heat.jpg"),
        ("heat", "heat.jpg"),
        ("heat.png", "heat.jpg"),
        ("C:\\posters\\crime\\heat.jpg", "crime/heat.jpg"),
        ("D:/scans/crime/heat.jpg", "crime/heat.jpg"),
        ("crime\\heat.jpg", "crime/heat.jpg"),
        ("./crime/heat.jpg", "crime/heat.jpg"),
        ("/home/me/posters/crime/heat.jpg", "crime/heat.jpg"),
        ("file:///home/me/crime/heat.jpg", "crime/heat.jpg"),
        ("old%20scans/heat.jpg", "old scans/heat.jpg"),
        ('"heat.jpg"', "heat.jpg"),
        (unicodedata.normalize("NFC", "Amélie.jpg"), unicodedata.normalize("NFD", "Amélie.jpg")),
        (unicodedata.normalize("NFD", "AMÉLIE.jpg"), unicodedata.normalize("NFC", "Amélie.jpg")),
        ("Straße.jpg", "STRASSE.jpg"),
        ("17", "017.jpg"),
        ("Mr. Nobody", "Mr. Nobody.jpg"),
        ("1.0", "001.jpg"),
        ("heat.jpg", "heat.jpg.jpg"),
        (" heat .jpg ", " heat .jpg"),
        ("\\\\NAS\\share\\crime\\heat.jpg", "crime/heat.jpg"),
    ],
)
def test_one_name_in_every_spelling(poster, image):
    assert pairs([image, "other.jpg", "deep/other2.jpg"], [{"poster": poster}])[0] == [image]


@pytest.mark.parametrize(
    ("poster", "image"),
    [
        ("C:\\films\\us\\heat.jpg", "us/heat.jpg"),
        ("C:\\films\\fr\\heat.jpg", "fr/heat.jpg"),
        ("us/heat.jpg", "us/heat.jpg"),
        ("C:\\films\\de\\heat.jpg", None),
        ("heat.jpg", None),
        ("heat", None),
    ],
)
def test_one_name_in_two_folders_needs_the_folder(poster, image):
    found, result = pairs(["us/heat.jpg", "fr/heat.jpg"], [{"poster": poster}])
    assert found == [image]
    if image is None:
        assert "several images" in result.rows_out[0][1]
        assert {path.relative_to(ROOT).as_posix() for path, _ in result.images_out} == {"us/heat.jpg", "fr/heat.jpg"}


def test_a_bare_name_is_the_image_at_the_top():
    assert pairs(["heat.jpg", "fr/heat.jpg"], [{"poster": "heat.jpg"}])[0] == ["heat.jpg"]
    assert pairs(["Heat.jpg", "heat.jpg"], [{"poster": "heat.jpg"}, {"poster": "Heat.jpg"}])[0] == [
        "heat.jpg",
        "Heat.jpg",
    ]


def test_two_rows_that_claim_one_image_have_it_neither():
    rows = [{"poster": "heat.jpg", "genres_imdb": ["Crime"]}, {"poster": "HEAT.jpg", "genres_imdb": ["Drama"]}]
    found, result = pairs(["heat.jpg"], rows)
    assert found == [None, None] and len(result.rows_out) == 2
    assert result.images_out == [(ROOT / "heat.jpg", "claimed by 2 rows")]
    same = [{"poster": "heat.jpg", "title": "Heat"}, {"poster": "heat.jpg", "title": "Heat"}]
    assert pairs(["heat.jpg"], same)[0] == ["heat.jpg", None]


def test_the_surer_row_has_the_image():
    rows = [{"poster": "C:\\x\\fr\\heat.jpg"}, {"poster": "us/heat.jpg"}]
    found, result = pairs(["us/heat.jpg"], rows)
    assert found == [None, "us/heat.jpg"] and "more surely" in result.rows_out[0][1]


@pytest.mark.parametrize(
    ("row", "image"),
    [
        ({"imdb_id": "tt0113277", "title": "Something else", "year": 1990}, "Heat (1995) [tt0113277].jpg"),
        ({"tmdb_id": 949, "title": "Heat"}, "Heat {tmdb-949}.jpg"),
        ({"title": "Heat", "year": 1995}, "Heat (1995) [tt0113277].jpg"),
        ({"title": "HEAT!", "year": 1995}, "Heat (1995) [tt0113277].jpg"),
        ({"title": "Heat", "year": 1986}, "Heat {tmdb-949}.jpg"),
        ({"title": "Heat", "year": 1995, "imdb_id": "tt0000001"}, None),
        ({"title": "Speed", "year": 1995}, None),
    ],
)
def test_ids_settle_else_title_and_year_agree(row, image):
    found, _ = pairs(["Heat (1995) [tt0113277].jpg", "Heat {tmdb-949}.jpg"], [row])
    if row.get("imdb_id") == "tt0000001":
        image = "Heat {tmdb-949}.jpg"  # of title and year, no other IMDb id in its name
    assert found == [image]


def test_another_year_is_another_film():
    assert pairs(["Heat (1995).jpg"], [{"title": "Heat", "year": 1986}])[0] == [None]
    assert pairs(["Heat (1995).jpg", "Heat (1986).jpg"], [{"title": "Heat"}])[0] == [None]
    assert pairs(["Heat.jpg"], [{"title": "Heat", "year": 1995}, {"title": "Heat", "year": 1986}])[0] == [None, None]


def test_an_id_settles_and_what_differs_is_told():
    found, result = pairs(["Ronin (1998) tt0113277.jpg"], [{"imdb_id": "tt0113277", "title": "Heat", "year": 1995}])
    assert found == ["Ronin (1998) tt0113277.jpg"] and len(result.remarks) == 2


def test_an_image_of_another_id_is_not_taken():
    found, result = pairs(["tt0000001.jpg"], [{"poster": "tt0000001.jpg", "imdb_id": "tt0113277"}])
    assert found == [None] and "is of imdb_id tt0000001" in result.rows_out[0][1]


def test_several_images_of_one_id_are_listed():
    found, result = pairs(["tt0113277 back.jpg", "tt0113277.jpg"], [{"imdb_id": "tt0113277"}])
    assert found == ["tt0113277 back.jpg"]
    assert [path.name for path, _ in result.images_out] == ["tt0113277.jpg"]


@pytest.mark.parametrize(
    "name",
    [
        "IMG_0001",
        "scan 017",
        "DSC01234",
        "poster (12)",
        "IMG-20240103-WA0001",
        "0017-2",
        "untitled",
        "Screenshot 2024-01-03 at 10.15.00",
        "d41d8cd98f00b204e9800998ecf8427e",
        "PXL_20240103_101500123",
        "scan",
        "image 3 copy",
    ],
)
def test_names_of_cameras_and_scanners(name):
    assert is_numbered(name)


@pytest.mark.parametrize(
    "name",
    ["Apollo 13", "District 9", "Se7en", "2012", "1917", "300", "21", "Rocky II", "Scanners", "Heat", "Page Eight"],
)
def test_titles_are_no_numbered_names(name):
    assert not is_numbered(name)


def test_title_keys():
    assert title_key("Matrix, The") == title_key("The Matrix") == title_key("THE  MATRIX")
    assert title_key("?") == "?"


@pytest.mark.parametrize(
    ("image", "title", "year"),
    [
        ("SPEED_1994.png", "Speed", 1994),
        ("The.Matrix.1999.1080p.jpg", "The Matrix", 1999),
        ("heat-1995-poster.jpg", "Heat", 1995),
        ("Blade Runner 2049.jpg", "Blade Runner 2049", 2017),
        ("Death Race 2000 1975.jpg", "Death Race 2000", 1975),
    ],
)
def test_a_year_without_brackets_counts_where_the_row_says_the_same(image, title, year):
    assert pairs([image, "x.jpg"], [{"title": title, "year": year}])[0] == [image]


def test_a_number_in_a_title_is_no_year_by_chance():
    rows = [{"title": "Blade Runner", "year": 1982}, {"title": "Wonder Woman", "year": 2017}]
    assert pairs(["Blade Runner 2049.jpg", "Wonder Woman 1984.jpg"], rows)[0] == [None, None]


def test_two_images_of_one_title_and_year_are_not_chosen_between():
    found, result = pairs(["Heat (1995).jpg", "heat_1995.jpg"], [{"title": "Heat", "year": 1995}])
    assert found == [None] and len(result.images_out) == 2


@pytest.mark.parametrize(
    "name",
    [
        "1995 Heat",
        "1995 - Heat",
        "(1995) Heat",
        "01 - Heat (1995)",
        "003_Heat",
        "Heat poster",
        "Heat (1995) - Poster",
        "heat-1995-poster",
        "HEAT_cover",
        "Ｈｅａｔ（１９９５）",
    ],
)
def test_what_stands_around_a_title(name):
    assert pairs([f"{name}.jpg", "Speed.jpg"], [{"title": "Heat", "year": 1995}])[0] == [f"{name}.jpg"]


@pytest.mark.parametrize(
    ("title", "name"),
    [("Dune: Part One", "DunePartOne"), ("Fast & Furious", "Fast and Furious"), ("12 Monkeys", "12 Monkeys")],
)
def test_one_title_in_other_spellings(title, name):
    assert pairs([f"{name}.jpg"], [{"title": title, "year": 1995}])[0] == [f"{name}.jpg"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Rocky", "Rocky_2"),
        ("Monkeys", "12 Monkeys"),
        ("Heat", "1986 - Heat"),
        ("Face", "Face Off"),
        ("Ahead", "A Head"),
        ("A / Head", "Ahead"),
    ],
)
def test_another_title_is_not_taken_for_it(title, name):
    assert pairs([f"{name}.jpg"], [{"title": title, "year": 1995}])[0] == [None]


def test_of_several_images_of_a_title_the_plainest_name_is_the_poster():
    images = ["Heat (1995).jpg", "Heat (1995) (1).jpg", "Heat (1995) - Copy.jpg"]
    found, result = pairs(images, [{"title": "Heat", "year": 1995}])
    assert found == ["Heat (1995).jpg"] and len(result.images_out) == 2
    found, _ = pairs(["Heat (1995)-poster.jpg", "Heat (1995)-fanart.jpg"], [{"title": "Heat", "year": 1995}])
    assert found == ["Heat (1995)-poster.jpg"]
    assert pairs(["Heat (1995) a.jpg", "Heat (1995) b.jpg"], [{"title": "Heat", "year": 1995}])[0] == [None]


def test_a_path_into_a_folder_that_is_there_is_no_other_folders_image():
    rows = [{"poster": "C:\\films\\fr\\heat.jpg", "title": "La Haine"}]
    assert pairs(["us/heat.jpg", "fr/speed.jpg"], rows)[0] == [None]
    found, result = pairs(["us/heat.jpg"], rows)
    assert found == ["us/heat.jpg"]
    assert result.remarks == [(0, "the table says fr/heat.jpg, the image is us/heat.jpg")]


@pytest.mark.parametrize(
    "name",
    ["movie_poster_001", "IMG-20240101-WA0001", "IMG_0001-edit", "Lot-0123", "Adobe Scan 01 Jan 2024",
     "fb_img_1234567890", "Neues Dokument 12",
      "Screenshot 2024-01-01 at 10.00.00", "numérisation0001", "c1f3a9e0b2d4", "P1010001"],
)  # fmt: skip
def test_names_of_telephones_scanners_and_shops_are_no_titles(name):
    assert is_numbered(name)


@pytest.mark.parametrize(
    "title", ["Movie 43", "No", "May", "New Moon", "Cover Girl", "Film Socialisme", "S21", "Dec 2"]
)
def test_titles_of_such_words_are_titles(title):
    assert not is_numbered(title)


def test_a_long_name_is_answered_at_once():
    for name in ("_" * 250 + "x", "1 " * 120 + "x", "e" * 250 + "x", "(1995) " * 36):
        is_numbered(name)  # a pattern that goes back and forth would take minutes
        read_name(name)


@pytest.mark.parametrize(
    ("title", "image"),
    [
        ("Ocean's Four", "Oceans Four.jpg"),
        ("Ocean’s Four", "Ocean's Four.jpg"),
        ("M*A*S*H", "MASH (1970).jpg"),
        ("Küß mich, Mörder", "kuess_mich_moerder.jpg"),
        ("Küß mich, Mörder", "kuss mich morder.jpg"),
        ("Ærlighed på Øen", "aerlighed_paa_oeen.jpg"),
        ("WALL·E", "Walle-poster.jpg"),
        ("V/H/S", "VHS (2012).jpg"),
        ("Face/Off", "FaceOff.jpg"),
        ("Fahrenheit 9/11", "fahrenheit 911.jpg"),
        ("2:22", "222.jpg"),
    ],
)
def test_names_that_lost_signs_or_umlauts(title, image):
    found, result = pairs([image, "other.jpg"], [{"title": title}])
    assert found == [image] and result.remarks == []


def test_the_exact_name_comes_before_the_loose_one_and_two_loose_ones_are_ambiguous():
    rows = [{"title": "Mörder"}, {"title": "Moerder"}]
    assert pairs(["morder.jpg", "moerder.jpg"], rows)[0] == ["morder.jpg", "moerder.jpg"]
    found, result = pairs(["kuss.jpg", "kuess.jpg"], [{"title": "Kü*ss"}])
    assert found == [None] and "several images" in result.rows_out[0][1]
    found, result = pairs(["oceans four.jpg"], [{"title": "Ocean's Four"}, {"title": "Ocean*s Four"}])
    assert found == [None, None] and "2 rows claim" in result.rows_out[0][1]


def test_a_cell_with_several_images_has_the_first_and_the_others_are_left_out():
    found, result = pairs(["a.jpg", "b.jpg", "c.jpg"], [{"poster": "a.jpg, b.jpg"}, {"poster": "c.jpg"}])
    assert found == ["a.jpg", "c.jpg"]
    assert [(image.name, why) for image, why in result.images_out] == [("b.jpg", "another image of the title of a.jpg")]


@pytest.mark.parametrize(
    ("poster", "image"),
    [
        ("A-001", "A-001_front.jpg"),
        ("A-001", "A-001 (1).jpg"),
        ("A-001.jpg", "A-001 - Kopie.jpg"),
        ("A-001.tif", "A-001-683x1024.jpg"),
        ("A-001", "Copy of A-001.jpg"),
    ],
)
def test_a_copy_or_the_front_of_a_named_image_is_its_image(poster, image):
    back = "A-001_back.jpg"
    found, result = pairs([image, back, "A-002_front.jpg"], [{"poster": poster}, {"poster": "A-002"}])
    assert found == [image, "A-002_front.jpg"]
    assert result.images_out == ([(ROOT / back, f"the back of {image}")])


def test_an_image_of_the_very_name_comes_before_its_copies():
    assert pairs(["A-001.jpg", "A-001_front.jpg", "A-001 (1).jpg"], [{"poster": "A-001"}])[0] == ["A-001.jpg"]
    assert pairs(["A-001_front.jpg", "A-001 (1).jpg"], [{"poster": "A-001"}])[0] == [None]


@pytest.mark.parametrize(
    ("title", "image"),
    [
        ("Sped Up", "Sped Up (2).jpg"),
        ("Sped Up", "Sped Up - Copy (3).jpg"),
        ("Sped Up", "sped-up-scaled.jpg"),
        ("Sped Up", "Sped Up_w500.jpg"),
        ("Sped Up", "spedup.jpg"),
        ("Sped Up", "4711 - Sped Up.jpg"),
        ("The Matrix", "Matrix The.jpg"),
        ("Rocky II", "Rocky 2.jpg"),
        ("Rocky 3", "rocky_iii.jpg"),
        ("Spider-Man: Homecoming", "SpidermanHomecoming.jpg"),
        ("Amélie", "AmÃ©lie.jpg"),
    ],
)
def test_titles_in_names_as_programs_and_people_change_them(title, image):
    assert pairs([image, "other.jpg"], [{"title": title, "year": 1990}])[0] == [image]


@pytest.mark.parametrize(
    ("images", "rows", "found"),
    [
        (["Toy Story.jpg", "Toy Story 2.jpg"], ["Toy Story", "Toy Story 2"], ["Toy Story.jpg", "Toy Story 2.jpg"]),
        (["Rocky.jpg", "Rocky 2.jpg"], ["Rocky II", "Rocky"], ["Rocky 2.jpg", "Rocky.jpg"]),
        (["Therapist.jpg"], ["The Rapist", "Therapist"], [None, "Therapist.jpg"]),
        (["Get Back.jpg", "Get.jpg"], ["Get Back", "Get"], ["Get Back.jpg", "Get.jpg"]),
        (["The Front.jpg", "The.jpg"], ["The Front"], ["The Front.jpg"]),
    ],
)
def test_a_films_own_poster_stays_its_own(images, rows, found):
    assert pairs(images, [{"title": title, "year": 1990} for title in rows])[0] == found


def test_what_a_media_centre_keeps_beside_a_poster_is_no_title():
    images = ["Heat (1995)/poster.jpg", "Heat (1995)/fanart.jpg", "Heat (1995)/extra/banner2.jpg", "fanart.jpg"]
    told = {
        ROOT / name: read_name("Heat (1995)" if name.endswith("poster.jpg") else Path(name).stem) for name in images
    }
    result = match([{"title": "Heat", "year": 1995}], told, ROOT)
    assert result.image == [ROOT / images[0]]
    assert [path for path, _ in result.images_out] == [ROOT / images[1], ROOT / images[2]]
