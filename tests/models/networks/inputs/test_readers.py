import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from genrelab.models.networks.architecture import FEATURES, POSTER, TEXT, Network, Training
from genrelab.models.networks.inputs.readers import FeatureReader, MatrixSource, PosterReader, make_reader


def network(reads, **rest):
    return Network("own", "", reads, lambda *_: None, Training(()), **rest)


def table():
    return pd.DataFrame(
        {
            "metadata_year": [1999.0, np.nan, 2001.0, 1950.0],
            "metadata_runtime": [90.0, np.nan, np.nan, 100.0],
            "net_0000": np.array([1.0, np.nan, 3.0, np.nan], dtype=np.float32),
            "net_0001": np.array([1.0, np.nan, 2.0, np.nan], dtype=np.float32),
            "keywords_words": ["bank heist", None, None, "bank"],
            "keywords_phrases": ["bank heist", None, None, "bank"],
            "overview_text": ["a bank is robbed", "robbed bank", None, "the heist"],
            "brightness_red": [1.0, 2.0, 3.0, np.nan],
            "brightness_green": [1.0, 2.0, 3.0, np.nan],
            "brightness_blue": [1.0, 2.0, 3.0, np.nan],
            "brightness_luma": [1.0, 2.0, 3.0, np.nan],
            "brightness_level": ["High", "Low", "Low", None],
        }
    )


def test_branches_are_contiguous_and_end_with_what_is_there():
    specs = ("metadata", "overview", "brightness", "keywords", "embedding:net")
    reader = FeatureReader(specs, branches=True).fit(table())
    blocks = reader.build_options()["blocks"]
    assert list(blocks) == ["poster", "text", "metadata"]
    ends = [place for block in blocks.values() for span in block for place in span]
    assert ends[0] == 0 and ends[1] == ends[2] and ends[3] == ends[4]
    (width,) = reader.shape
    assert ends[5] == width - 3
    source = reader.source(table())
    _, inputs = next(iter(source.batches(np.arange(4), 10, 1)))
    assert inputs.shape == (4, width) and inputs.dtype == np.float32 and np.isfinite(inputs).all()
    assert inputs[:, -3:].tolist() == [[1, 1, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]]
    names = reader.encoder.get_feature_names_out()
    assert {name.partition("_")[0] for name in names[slice(*blocks["poster"][0])]} == {"net", "brightness"}
    assert {name.partition("_")[0] for name in names[slice(*blocks["metadata"][0])]} == {"metadata"}


def test_a_branch_without_families_is_left_out():
    reader = FeatureReader(("image", "metadata"), branches=True).fit(table())
    assert list(reader.build_options()["blocks"]) == ["metadata"]
    plain = FeatureReader(("image", "metadata"), branches=False).fit(table())
    assert plain.build_options() == {} and plain.shape == (reader.shape[0] - 1,)


def test_a_sparse_matrix_is_dense_only_batch_by_batch():
    matrix = sp.random(50, 30, 0.1, random_state=0, dtype=np.float32, format="csc")
    after = np.ones((50, 1), dtype=np.float32)
    source = MatrixSource(matrix, np.ones(50, dtype=bool), after)
    assert sp.issparse(source.matrix)
    order = np.random.default_rng(0).permutation(50)
    batches = list(source.batches(order, 8, 1))
    assert np.array_equal(np.concatenate([rows for rows, _ in batches]), order)
    assert np.array_equal(np.concatenate([x for _, x in batches]), np.column_stack([matrix.toarray(), after])[order])


def test_posters_are_known_by_path():
    reader = PosterReader((9, 6)).fit(pd.DataFrame({"image_path": ["a"]}))
    known = reader.known(pd.DataFrame({"image_path": ["a.jpg", None, np.nan, "", pd.NA]}))
    assert known.tolist() == [True, False, False, False, False]
    with pytest.raises(ValueError, match="expected a column image_path"):
        reader.source(pd.DataFrame({"poster": ["a"]}))


def test_texts_are_numbers_of_words():
    options = {"vocabulary": 20, "length": 5, "vectors": None, "width": 9}
    reader = make_reader(network(TEXT), options, None, 1.0)
    assert options == {"width": 9}
    texts = pd.concat([table()] * 3, ignore_index=True)
    reader.fit(texts)
    source = reader.source(texts)
    assert source.matrix.dtype == np.int32 and source.matrix.shape == (12, 5) and reader.shape == (5,)
    assert source.known[:4].tolist() == [True, True, False, True]
    built = reader.build_options()
    assert built["vectors"] is None and built["vocabulary"] > source.matrix.max()
    assert "learnt" in reader.notes[0]


def test_reader_of_a_network():
    assert make_reader(network(POSTER, size=(192, 128)), {}, None, 0.5).shape == (96, 64, 3)
    with pytest.raises(ValueError, match="height and width"):
        make_reader(network(POSTER), {}, None, 1)
    with pytest.raises(ValueError, match="expected specs"):
        make_reader(network(FEATURES), {}, None, 1)
    with pytest.raises(ValueError, match="expected feature families"):
        make_reader(network(FEATURES), {}, ("image",), 1)
    with pytest.raises(ValueError, match="expected to read"):
        make_reader(network("sound"), {}, None, 1)
