"""Experiment files: what they become, and how a wrong word is told."""

import pytest

from genrelab.pipeline.experiments.plan import Cell, ExperimentError, load_experiment, shipped_experiments

MINIMAL = """
title = "A test"
[target]
name = "multilabel"
[feature_sets]
table = ["metadata"]
[[grid]]
models = ["rf"]
"""


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "mine.toml"
        path.write_text(text, "utf-8")
        return str(path)

    return write


@pytest.mark.parametrize("name", shipped_experiments())
def test_every_shipped_experiment_is_valid(name):
    experiment = load_experiment(name, ["resnet50", "mobilenet_v2"])
    assert experiment.cells
    assert experiment.specs()


def test_defaults(write):
    experiment = load_experiment(write(MINIMAL))
    assert experiment.name == "mine"
    assert experiment.split["folds"] == 5
    assert experiment.target == {"name": "multilabel", "source": "imdb"}
    assert experiment.cells == (Cell("table", "rf", "none"),)


def test_each_embedding_becomes_a_feature_set_and_together_stays_one(write):
    text = MINIMAL.replace('table = ["metadata"]', 'e = ["embedding:each"]\nall = ["metadata", "embedding:together"]')
    experiment = load_experiment(write(text), ["one", "two"])
    assert experiment.feature_sets == {
        "one": ("embedding:one",),
        "two": ("embedding:two",),
        "all": ("metadata", "embedding:one", "embedding:two"),
    }
    assert [cell.feature_set for cell in experiment.cells] == ["one", "two", "all"]
    with pytest.raises(ExperimentError, match="needs an embedding; say --weights"):
        load_experiment(write(text))


def test_style_is_spread_over_networks_like_embeddings(write):
    sets = 'c = ["embedding:each"]\ns = ["style:each"]\nb = ["embedding:each", "style:each"]\n'
    text = MINIMAL.replace('table = ["metadata"]', sets + 'all = ["metadata", "style:together"]\nd = ["style:one@low"]')
    assert load_experiment(write(text), ["one", "two"]).feature_sets == {
        "one": ("embedding:one",),
        "two": ("embedding:two",),
        "s one": ("style:one",),
        "s two": ("style:two",),
        "b+one": ("embedding:one", "style:one"),
        "b+two": ("embedding:two", "style:two"),
        "all": ("metadata", "style:one", "style:two"),
        "d": ("style:one@low",),
    }
    with pytest.raises(ExperimentError, match="needs an embedding; say --weights"):
        load_experiment(write(text))


def test_parameters_are_swept_and_named(write):
    text = MINIMAL + "[grid.parameters]\nmax_features = [2, 4]\nmin_samples_leaf = [1]\n"
    names = [cell.name for cell in load_experiment(write(text)).cells]
    assert names == ["rf(max_features=2,min_samples_leaf=1)", "rf(max_features=4,min_samples_leaf=1)"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"rf"', '"rff"', "line 8: grid.1.models: expected a model among .*rf.*, got 'rff'; did you mean 'rf'"),
        ('"metadata"]', '"metdata"]', "line 6: feature_sets.table: feature 'metdata': .*did you mean 'metadata'"),
        ('["rf"]', '"rf"', "line 8: grid.1.models: expected a list of one or more texts, got 'rf'"),
        ('["metadata"]', "[]", "line 6: feature_sets.table: expected a list of one or more features, got"),
        ("[feature_sets]", "[split]\nfolds = 1\n[feature_sets]", "line 6: split.folds: expected a whole .* 2, got 1"),
        ("[feature_sets]", '[split]\nfolds = "three"\n[feature_sets]', "least 2, got 'three'"),
        ("[feature_sets]", 'source = "imbd"\n[feature_sets]', "line 5: target.source: .*did you mean 'imdb'"),
        (
            "[feature_sets]",
            '[titles]\nwhere = "yeer > 2000"\n[feature_sets]',
            "line 6: titles.where: .*did you mean 'year'",
        ),
        ("[feature_sets]", "[titles]\nyears = [2000, 1990]\n[feature_sets]", "titles.years: expected two years"),
        ('"metadata"]', '"keywords", "keywords:stem"]', "expected one variant of 'keywords' in one set"),
        ('"metadata"]', '"keywords:bold"]', "unknown option 'bold'; keywords knows stem, unmasked, tfidf"),
        (
            'models = ["rf"]',
            'models = ["rf"]\nbalance = ["fair"]',
            "grid.1.balance: expected a list of some of none, .*, got 'fair'",
        ),
        ('models = ["rf"]', 'model = ["rf"]', "grid.1.model: unknown key; known are .*; did you mean 'models'"),
        (
            'title = "A test"',
            'title = "A test"\nallow = ["everything"]',
            "line 3: allow: expected a list of some of after_release, genre_names, got",
        ),
        ("[target]", "[traget]", "line 3: traget: unknown key; .*did you mean 'target'"),
        ('title = "A test"', 'title = "A test', "expected TOML"),
        ('models = ["rf"]', 'models = ["rf"]\nfeature_sets = ["x"]', "expected a feature set among table, got 'x'"),
    ],
)
def test_a_wrong_word_is_told(write, old, new, told):
    with pytest.raises(ExperimentError, match=told):
        load_experiment(write(MINIMAL.replace(old, new)))


def test_an_unknown_name_lists_the_known_ones(tmp_path):
    with pytest.raises(ExperimentError, match="expected one of .*demo.*feature_table"):
        load_experiment("demoo")
    with pytest.raises(ExperimentError, match="no such file"):
        load_experiment(str(tmp_path / "none.toml"))


def test_sentences_are_those_of_the_text_encoders_at_hand(write):
    text = MINIMAL.replace('table = ["metadata"]', 'e = ["sentences:each"]\nall = ["metadata", "sentences:together"]')
    names = ["resnet50", "sentences:a", "sentences:b"]
    sets = load_experiment(write(text), names).feature_sets
    assert sets == {
        "e a": ("sentences:a",),
        "e b": ("sentences:b",),
        "all": ("metadata", "sentences:a", "sentences:b"),
    }


def test_without_a_text_encoder_sentences_are_left_out_and_named(write):
    text = MINIMAL.replace('table = ["metadata"]', 'e = ["sentences:each"]\nall = ["metadata", "sentences:together"]')
    experiment = load_experiment(write(text), ["resnet50"])
    assert experiment.feature_sets == {"all": ("metadata",)}
    assert experiment.left_out == (
        "measured without sentences, since no text encoder is at hand: all",
        "not measured, since no text encoder is at hand: e",
        "--encoders minilm fetches one; or name your own",
    )
