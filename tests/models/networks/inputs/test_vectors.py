import gzip
import zipfile

import numpy as np
import pytest

from genrelab.models.networks.inputs.vectors import read_glove

SMALL = "the 0.1 0.2 0.3\nheist -0.5 1e-2 2\ncafé 1 2 3\n"


@pytest.fixture
def written(tmp_path):
    def write(content, name="vectors.txt"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_only_the_words_asked_for_are_kept_in_the_order_of_the_file(written):
    found = read_glove(written(SMALL), ["café", "heist", "absent"])
    assert found.words == ["heist", "café"]
    assert found.matrix.dtype == np.float32
    np.testing.assert_allclose(found.matrix, [[-0.5, 0.01, 2], [1, 2, 3]])
    assert (found.lines, found.broken, found.first_broken) == (3, 0, None)


def test_no_word_asked_for_is_in_the_file(written):
    found = read_glove(written(SMALL), {"absent"})
    assert found.words == []
    assert found.matrix.shape == (0, 3)


def test_gz_is_told_by_its_bytes_and_a_zip_of_one_text_is_read(written, tmp_path):
    expected = read_glove(written(SMALL), {"heist"}).matrix
    packed = written(gzip.compress(SMALL.encode()), "vectors.txt")
    np.testing.assert_array_equal(read_glove(packed, {"heist"}).matrix, expected)
    with zipfile.ZipFile(tmp_path / "vectors.zip", "w") as archive:
        archive.writestr("inner.txt", SMALL)
    np.testing.assert_array_equal(read_glove(tmp_path / "vectors.zip", {"heist"}).matrix, expected)


def test_words_with_blanks_do_not_pass_for_their_first_part(written):
    found = read_glove(written("york 1 2\n. . . 3 4\nnew york 5 6\nnew 7 8\nat 9 10 11 12\n"), {"new york", "new", "."})
    assert found.words == ["new york", "new"]
    np.testing.assert_array_equal(found.matrix, [[5, 6], [7, 8]])


@pytest.mark.parametrize("odd", ["\x85", "\xa0", "\u2028", "\x1c"])
def test_characters_that_look_like_line_ends_or_blanks_belong_to_words(written, odd):
    found = read_glove(written(f"a{odd}b 1 2\nheist 3 4\n"), {f"a{odd}b", "heist", "b"})
    assert found.words == [f"a{odd}b", "heist"]
    assert found.broken == 0


def test_a_header_of_word2vec_is_passed_over_and_windows_line_ends_are_too(written):
    found = read_glove(written("3 2\r\nthe 1 2\r\nheist 3 4 \r\n2008 5 6\r\n\r\n"), {"3", "heist", "2008"})
    assert found.words == ["heist", "2008"]
    assert found.lines == 3
    np.testing.assert_array_equal(found.matrix, [[3, 4], [5, 6]])


def test_vectors_of_one_number_have_no_header(written):
    assert read_glove(written("7 2\nthe 1\nheist 3\n"), {"7"}).words == ["7"]


def test_broken_lines_are_counted_and_the_first_is_named(written):
    text = "the 1 2 3\nbank 1 2\nheist 1 x 3\ntrain 1 nan 3\ncar 4 5 6\ncar 7 8 9\nlast 1"
    found = read_glove(written(text), {"bank", "heist", "train", "car", "last"})
    assert found.words == ["car"]
    np.testing.assert_array_equal(found.matrix, [[4, 5, 6]])
    assert (found.lines, found.broken) == (7, 4)
    assert found.first_broken == "line 2: expected 3 numbers, found 2"


def test_a_word_of_digits_at_the_start_does_not_set_the_width(written):
    found = read_glove(written("at 99 1 2\nthe 1 2\nheist 3 4\n"), {"heist", "at 99"})
    assert found.words == ["at 99", "heist"]
    assert found.matrix.shape == (2, 2)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "found an empty file"),
        (b"\n\n", "found an empty file"),
        (b"3 2\nthe \0\1\2\3\0\0\n", "found a binary file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "found a binary file"),
        (b"heist 1 2 " * 30_000, "found a binary file"),
        (
            b"once upon a time\nthere was a heist\n",
            "expected lines of a word and its numbers, found 'once upon a time'",
        ),
        (b"PK\x03\x04 no archive", "archive is broken or cut off"),
    ],
)
def test_what_is_no_file_of_vectors_is_refused_with_what_was_found(written, content, message):
    path = written(content)
    with pytest.raises(ValueError, match=message) as refusal:
        read_glove(path, {"heist"})
    assert str(path) in str(refusal.value)


def test_a_cut_gz_and_a_zip_of_several_texts_are_refused(written, tmp_path):
    random = np.random.default_rng(0)
    lines = "".join(f"w{number} {random.random()} {random.random()}\n" for number in range(2000))
    cut = written(gzip.compress(lines.encode())[:-2000], "cut.gz")
    with pytest.raises(ValueError, match=r"cut.gz: the archive is broken or cut off, \d{3,} lines could be read"):
        read_glove(cut, {"w1"})
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        archive.writestr("one.txt", SMALL)
        archive.writestr("two.txt", SMALL)
    with pytest.raises(ValueError, match=r"expected a .zip of one text, found one.txt, two.txt"):
        read_glove(tmp_path / "many.zip", {"the"})


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere.txt does not exist"):
        read_glove(tmp_path / "nowhere.txt", {"heist"})
