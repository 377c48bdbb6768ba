"""From feature columns to a matrix."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from genrelab.models.encode.encoder import categorical_columns, encoder_blocks, make_encoder

ALL = [
    "metadata",
    "keywords",
    "keywords:tfidf",
    "overview",
    "brightness",
    "palette",
    "pixels",
    "embedding:net",
    "style:net",
]


@pytest.fixture
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    rows = 40
    frame = pd.DataFrame(
        {
            "metadata_year": rng.normal(2000, 10, rows).astype(np.float32),
            "metadata_revenue": np.where(rng.random(rows) < 0.3, np.nan, rng.random(rows)).astype(np.float32),
            "keywords_words": [None if i % 7 == 0 else "heist bank train"[: 5 + i % 12] for i in range(rows)],
            "keywords_phrases": [None if i % 7 == 0 else "bank heist|train" for i in range(rows)],
            "overview_text": [None if i % 5 == 0 else f"robber {i % 3} plans" for i in range(rows)],
            "brightness_level": [["High", "Low", None][i % 3] for i in range(rows)],
        }
    )
    for name in ("red", "green", "blue", "luma"):
        frame[f"brightness_{name}"] = np.where(frame["brightness_level"].isna(), np.nan, rng.random(rows) * 255)
    for number in range(1, 3):
        for name in ("red", "green", "blue", "grey"):
            frame[f"palette_{number}_{name}"] = rng.random(rows).astype(np.float32)
    for number in range(30):
        frame[f"pixels_{number:05d}"] = rng.integers(1, 256, rows).astype(np.uint8)
    for number in range(6):
        frame[f"net_{number:04d}"] = rng.random(rows).astype(np.float32)
        frame[f"net_conv4_{number:04d}"] = rng.random(rows).astype(np.float32)
        frame[f"style_net_{number:04d}"] = rng.exponential(size=rows).astype(np.float32)
        frame[f"style_net_conv1_{number:04d}"] = rng.exponential(size=rows).astype(np.float32)
    frame.loc[3, [c for c in frame if str(c).startswith(("net_", "style_net_"))]] = np.nan
    return frame


@pytest.mark.parametrize("spec", ALL)
def test_every_family_is_float32_finite_and_named_by_family(table, spec):
    encoder = make_encoder([spec], list(table.columns))
    encoded = encoder.fit_transform(table)
    dense = encoded.toarray() if sp.issparse(encoded) else encoded  # pyright: ignore[reportAttributeAccessIssue]
    prefix = {"embedding:net": "net", "style:net": "style_net_pca"}.get(spec, spec.partition(":")[0])
    names = encoder.get_feature_names_out()
    assert dense.dtype == np.float32
    assert np.isfinite(dense).all()
    assert dense.shape == (len(table), len(names))
    assert all(name.startswith(f"{prefix}_") for name in names)


@pytest.mark.parametrize("spec", ALL)
def test_a_row_does_not_depend_on_the_others(table, spec):
    encoder = make_encoder([spec], list(table.columns)).fit(table)
    together = encoder.transform(table)
    alone = encoder.transform(table.iloc[[7]])
    dense = (lambda m: m.toarray()) if sp.issparse(together) else np.asarray
    np.testing.assert_allclose(dense(alone)[0], dense(together)[7], atol=1e-5)


def test_blocks_cover_the_matrix_in_order(table):
    encoder = make_encoder(ALL, list(table.columns))
    width = encoder.fit_transform(table).shape[1]
    blocks = encoder_blocks(encoder)
    assert list(blocks) == ALL
    assert np.concatenate(list(blocks.values())).tolist() == list(range(width))
    assert list(encoder.named_transformers_)[: len(ALL)] == ALL
    assert encoder.named_transformers_["pixels"].explained_variance_ratio_.shape == (20,)


def test_keywords_are_learnt_on_training_rows_only(table):
    training = table.iloc[:20].assign(keywords_words="heist")
    encoder = make_encoder(["keywords"], list(table.columns), keyword_count=40).fit(training)
    assert encoder.get_feature_names_out().tolist() == ["keywords_heist"]


def test_categorical_columns_are_the_zero_one_columns(table):
    encoder = make_encoder(["metadata", "keywords", "brightness", "embedding:net"], list(table.columns))
    encoded = encoder.fit_transform(table)
    names = encoder.get_feature_names_out()
    chosen = categorical_columns(encoder)
    assert np.isin(encoded[:, list(chosen)], (0, 1)).all()
    assert {str(names[i]).split("_")[0] for i in chosen} == {"metadata", "keywords", "brightness"}
    rest = np.setdiff1d(np.arange(encoded.shape[1]), chosen)
    assert not any(np.isin(encoded[:, i], (0, 1)).all() for i in rest)


def test_titles_without_posters_have_no_level(table):
    encoder = make_encoder(["brightness"], list(table.columns)).fit(table)
    encoded = pd.DataFrame(encoder.transform(table), columns=encoder.get_feature_names_out())
    levels = encoded[[f"brightness_level_{level}" for level in ("High", "Medium", "Low")]].sum(axis=1)
    np.testing.assert_array_equal(levels.to_numpy(), table["brightness_level"].notna())


def test_one_backbone_does_not_take_the_columns_of_another(table):
    encoder = make_encoder(["embedding:net", "embedding:net_conv4"], list(table.columns)).fit(table)
    assert {k: len(v) for k, v in encoder_blocks(encoder).items()} == {
        "embedding:net": 6,
        "embedding:net_conv4": 6,
    }
    encoder = make_encoder(["style:net", "style:net@conv1", "embedding:net@conv4"], list(table.columns)).fit(table)
    assert [len(v) for v in encoder_blocks(encoder).values()] == [6, 6, 6]
    names = encoder.get_feature_names_out()[[0, 6, 12]].tolist()
    assert names == ["style_net_pca_001", "style_net_conv1_pca_001", "net_conv4_0000"]


def test_style_becomes_few_components_and_an_unreadable_poster_the_average(table):
    encoder = make_encoder(["style:net"], list(table.columns), style_components=2)
    encoded = encoder.fit_transform(table)
    assert encoded.shape == (40, 2)
    assert encoded[3].tolist() == [0.0, 0.0]
    np.testing.assert_allclose(np.delete(encoded, 3, axis=0).mean(axis=0), 0.0, atol=1e-5)


def test_a_spec_without_columns_and_facts_for_audits_are_refused(table):
    with pytest.raises(ValueError, match="expected columns named other_…"):
        make_encoder(["embedding:other"], list(table.columns))
    with pytest.raises(ValueError, match="for audits, not for models"):
        make_encoder(["posters"], ["posters_status"])
