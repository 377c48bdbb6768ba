import pytest

from genrelab.pipeline.experiments import schema
from genrelab.pipeline.experiments.plan import load_experiment
from genrelab.pipeline.experiments.schema import ExperimentError, File, line_of

GOOD = """title = "T"
[target]
name = "multilabel"
[split]
folds = 3
[feature_sets]
words = ["keywords"]
[[grid]]
models = ["glm"]
[[grid]]
models = ["rf"]
parameters = { max_depth = [2, 4] }
"""


def load(tmp_path, text: str):
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    return load_experiment(str(path))


def test_a_good_file_is_taken(tmp_path):
    assert [cell.name for cell in load(tmp_path, GOOD).cells] == ["glm", "rf(max_depth=2)", "rf(max_depth=4)"]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("folds = 3", 'folds = "three"', 5, "expected a whole number of at least 2, got 'three'"),
        ("folds = 3", "folds = 1", 5, "expected a whole number of at least 2, got 1"),
        ("folds = 3", "folds = true", 5, "expected a whole number"),
        ("folds = 3", "fold = 3", 5, "did you mean 'folds'"),
        ('models = ["rf"]', 'models = "rf"', 11, "expected a list of one or more texts, got 'rf'"),
        ('models = ["rf"]', 'models = ["rff"]', 11, "rff"),
        ('["rf"]\nparameters = { max_depth', '["gbm"]\nparameters = { max_deph', 12, "did you mean 'max_depth'"),
        ("max_depth", "max_deph", 12, "rf has no parameter 'max_deph'; did you mean 'max_depth'?"),
        ('models = ["rf"]', 'models = ["rf", "knn"]', 12, "knn has no parameter 'max_depth'"),
        ('models = ["glm"]', 'models = ["glm"]\nsearch = { c = [1.0] }', 10, "has no parameter 'c'; did you mean 'C'"),
        ('models = ["rf"]', 'models = ["rf"]\nbalance = "log"', 12, "got 'log'; did you mean ['log']?"),
        ("folds = 3", "folds = 3\n[thresholds]\ninner_folds = 1", 7, "expected 0 or a whole number of at least 2"),
        ('name = "multilabel"', 'name = "multi_label"', 3, "did you mean 'multilabel'"),
        ('["keywords"]', "[]", 7, "words"),
        ("[2, 4]", "2", 12, "lists"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path, old, new, line, words):
    with pytest.raises(ExperimentError) as caught:
        load(tmp_path, GOOD.replace(old, new))
    message = str(caught.value)
    assert "mine" in message and f"line {line}" in message and words in message


@pytest.mark.parametrize("gone", schema.NEEDED)
def test_what_is_needed_is_missed(tmp_path, gone):
    parts = {"title": 'title = "T"\n', "target": '[target]\nname = "multilabel"\n'}
    parts |= {"feature_sets": '[feature_sets]\nwords = ["keywords"]\n', "grid": '[[grid]]\nmodels = ["glm"]\n'}
    with pytest.raises(ExperimentError, match=gone):
        load(tmp_path, "".join(text for name, text in parts.items() if name != gone))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 1),
        (("split", "folds"), 5),
        (("grid", 0, "models"), 9),
        (("grid", 1, "models"), 11),
        (("grid", 1, "balance"), 10),
        (("scale",), None),
    ],
)
def test_the_line_of_a_path(path, line):
    assert line_of(GOOD, path) == line


def test_a_table_must_be_one():
    with pytest.raises(ExperimentError, match="split: expected a table, got 3"):
        File("x").check("split", 3, schema.SPLIT)
