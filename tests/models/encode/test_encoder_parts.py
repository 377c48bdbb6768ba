"""The scikit-learn contract of every small transformer, with the checks that check_estimator leaves out."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks
from threadpoolctl import threadpool_limits

from genrelab.models.encode.components import PixelComponents, StyleComponents
from genrelab.models.encode.scaling import ImputedScaler
from genrelab.models.encode.tfidf import TextTfidf
from genrelab.models.encode.top_words import TopWords

PARTS = [
    TopWords(),
    TextTfidf(),
    TextTfidf(ngram_max=2, min_titles=1, separator="|"),
    ImputedScaler(),
    ImputedScaler("mean", indicators=False, root=True),
    PixelComponents(components=2),
    StyleComponents(components=2),
]
NOT_RUN_BY_CHECK_ESTIMATOR = [
    "check_transformer_get_feature_names_out",
    "check_transformer_get_feature_names_out_pandas",
    "check_get_feature_names_out_error",
    "check_set_output_transform",
    "check_set_output_transform_pandas",
]
WORDS = np.array([["bank heist heist"], ["heist"], [None], ["zebra"]], dtype=object)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@parametrize_with_checks(PARTS)
def test_scikit_learn_contract(estimator, check):
    check(estimator)


# The checks themselves fit on a frame and transform an array.
@pytest.mark.filterwarnings("ignore:X (has|does not have valid) feature names:UserWarning")
@pytest.mark.parametrize("name", NOT_RUN_BY_CHECK_ESTIMATOR)
@pytest.mark.parametrize("part", PARTS, ids=str)
def test_names_and_set_output(part, name):
    if isinstance(part, TextTfidf) and "set_output_transform_pandas" in name:
        pytest.skip("its output is sparse, which pandas output does not hold")
    getattr(estimator_checks, name)(type(part).__name__, clone(part))


@pytest.mark.parametrize(
    ("part", "rows"),
    [
        (TopWords(count=2), WORDS),
        (TextTfidf(min_titles=1), WORDS),
        (ImputedScaler(), np.array([[1.0, np.nan], [2.0, 3.0], [9.0, 4.0], [2.5, np.nan]])),
        (PixelComponents(2), np.random.default_rng(0).integers(0, 256, (4, 9)).astype(np.uint8)),
        (StyleComponents(2), np.random.default_rng(0).exponential(size=(4, 9))),
    ],
    ids=lambda value: type(value).__name__,
)
def test_second_fit_forgets_the_first_and_pickles(part, rows):
    once = clone(part).fit(rows)  # pyright: ignore[reportAttributeAccessIssue]
    twice = clone(part).fit(rows[::-1][:3]).fit(rows)  # pyright: ignore[reportAttributeAccessIssue]
    expected, found = once.transform(rows), pickle.loads(pickle.dumps(twice)).transform(rows)
    dense = (lambda m: m.toarray()) if hasattr(expected, "toarray") else np.asarray
    assert dense(expected).dtype == np.float32
    np.testing.assert_array_equal(dense(found), dense(expected))
    assert once.get_feature_names_out().dtype == object


def test_top_words_break_ties_by_alphabet_whatever_the_order_of_rows():
    rows = np.array([["pear apple"], ["plum apple"], ["plum pear"], ["fig"]], dtype=object)
    for order in (slice(None), slice(None, None, -1)):
        assert TopWords(count=2).fit(rows[order]).words_.tolist() == ["apple", "pear"]


def test_top_words_count_titles_not_occurrences():
    assert TopWords(count=1).fit(WORDS[:2]).words_.tolist() == ["heist"]
    rows = np.array([["a a a a"], ["b"], ["b"]], dtype=object)
    assert TopWords(count=1).fit(rows).words_.tolist() == ["b"]


def test_tfidf_equals_scikit_learns_own():
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = ["the heist heist", "bank heist of the century", "a bank", "nothing alike here"]
    peer = TfidfVectorizer(token_pattern=r"\S+", sublinear_tf=True, ngram_range=(1, 2), min_df=1)
    expected = peer.fit_transform(texts)
    ours = TextTfidf(ngram_max=2, min_titles=1)
    found = ours.fit_transform(np.array(texts, dtype=object).reshape(-1, 1))
    assert ours.terms_.tolist() == sorted(peer.vocabulary_)
    np.testing.assert_allclose(found.toarray(), expected.toarray(), atol=1e-6)


def test_tfidf_of_missing_text_is_a_zero_row_and_unknown_terms_are_left_out():
    found = TextTfidf(min_titles=1).fit(WORDS).transform(np.array([[None], ["unknown"], [""]], dtype=object))
    assert found.nnz == 0


def test_tfidf_takes_every_term_when_none_is_frequent_enough():
    assert TextTfidf(min_titles=9).fit(WORDS).terms_.tolist() == ["bank", "heist", "zebra"]


def test_tfidf_without_any_text_says_so():
    with pytest.raises(ValueError, match="overview: expected text in at least one of 2 titles"):
        TextTfidf("overview").fit(np.array([[None], [""]], dtype=object))


def test_scaler_against_scikit_learns_own():
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import StandardScaler

    rng = np.random.default_rng(3)
    X = np.where(rng.random((60, 4)) < 0.2, np.nan, rng.normal(5, 3, (60, 4)))
    X[:, 3] = 7.0
    filled = SimpleImputer(strategy="median", add_indicator=True).fit_transform(X)
    expected = np.hstack([StandardScaler().fit_transform(filled[:, :4]), filled[:, 4:]])
    scaler = ImputedScaler()
    np.testing.assert_allclose(scaler.fit_transform(X), expected, atol=1e-6)
    names = scaler.get_feature_names_out(["year", "runtime", "budget", "constant"])
    assert names.tolist()[4:] == ["year_missing", "runtime_missing", "budget_missing"]


def test_scaler_gives_a_column_without_values_zeros():
    X = np.array([[np.nan, 1.0], [np.nan, 3.0]])
    assert ImputedScaler(indicators=False).fit_transform(X)[:, 0].tolist() == [0.0, 0.0]
    assert ImputedScaler("mean", indicators=False).fit(X).transform([[5.0, 1.0]])[0, 0] == 5.0


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (TopWords(count=0), "count: expected at least 1, found 0"),
        (TextTfidf(min_titles=0), "min_titles: expected at least 1"),
        (ImputedScaler("mode"), "fill: expected one of median, mean, found 'mode'"),
        (PixelComponents(0), "components: expected at least 1"),
        (StyleComponents(0), "components: expected at least 1"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_bad_parameters_are_named(part, message):
    with pytest.raises(ValueError, match=message):
        part.fit(np.array([[1.0], [2.0]]))


def test_unreadable_posters_do_not_move_the_components():
    rng = np.random.default_rng(0)
    pixels = rng.integers(1, 256, (40, 30)).astype(np.uint8)
    with_gaps = np.vstack([pixels, np.zeros((5, 30), dtype=np.uint8)])
    clean, gaps = PixelComponents(3).fit(pixels), PixelComponents(3).fit(with_gaps)
    np.testing.assert_allclose(gaps.transform(pixels), clean.transform(pixels), atol=1e-5)
    assert not gaps.transform(with_gaps)[40:].any()
    with pytest.raises(ValueError, match="at least two readable posters, found 1"):
        PixelComponents(3).fit(with_gaps[39:])


def test_components_against_an_exact_decomposition():
    rng = np.random.default_rng(1)
    pixels = (rng.normal(size=(80, 3)) @ rng.normal(size=(3, 50)) * 20 + 120).clip(1, 255)
    encoder = PixelComponents(3).fit(pixels)
    centred = pixels / 255 - (pixels / 255).mean(axis=0)
    values = np.linalg.svd(centred, compute_uv=False) ** 2
    np.testing.assert_allclose(encoder.explained_variance_ratio_, values[:3] / values.sum(), rtol=1e-4)
    np.testing.assert_allclose(encoder.transform(pixels).std(axis=0, ddof=1), 1.0, rtol=1e-4)


def test_style_components_against_numpy_on_the_readable_rows():
    rng = np.random.default_rng(2)
    grams = rng.exponential(size=(60, 3)) @ rng.normal(size=(3, 12))
    rooted = np.sign(grams) * np.sqrt(np.abs(grams))
    scaled = (rooted - rooted.mean(axis=0)) / rooted.std(axis=0)
    expected = np.linalg.svd(scaled, full_matrices=False)[0][:, :2] * np.sqrt(59)
    with_gap = np.vstack([grams, np.full((1, 12), np.nan)])
    found = StyleComponents(2).fit(with_gap).transform(with_gap)
    np.testing.assert_allclose(np.abs(found[:60]), np.abs(expected), atol=1e-3)
    assert found[60].tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match="style: expected at least two readable posters, found 1"):
        StyleComponents(2).fit(with_gap[59:])


def test_components_do_not_depend_on_threads():
    pixels = np.random.default_rng(0).integers(1, 256, (300, 6000)).astype(np.uint8)
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads):
            part = PixelComponents().fit(pixels)
            found.append((part.components_, part.transform(pixels)))
    assert np.array_equal(found[0][0], found[1][0]) and np.array_equal(found[0][1], found[1][1])
