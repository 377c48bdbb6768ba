"""What several test modules share."""

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent
REAL_DATA = REPOSITORY.parent / "shared" / "data"


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real titles and posters; tests that need it are skipped where it is absent."""
    if not (REAL_DATA / "catalog.parquet").exists():
        pytest.skip("needs the real catalogue in ../shared/data, which is not part of the project")
    return REAL_DATA


@pytest.fixture(scope="session", autouse=True)
def settings_of_nobody(tmp_path_factory):
    """Tests neither read nor write the settings of the person who runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENRELAB_CONFIG", str(tmp_path_factory.mktemp("settings")))
        yield


SMALL_EXPERIMENT = """
title = "A small experiment"
question = "Does the machinery work?"
seed = 1
[target]
name = "multilabel"
min_support = 15
[split]
folds = 2
[thresholds]
inner_folds = 2
[feature_sets]
metadata = ["metadata"]
both = ["metadata", "keywords", "brightness"]
[[grid]]
models = ["rf"]
parameters = { n_estimators = [20] }
[[grid]]
feature_sets = ["both"]
models = ["glm"]
balance = ["none", "balanced"]
"""


@pytest.fixture(scope="session")
def demo_catalog(tmp_path_factory) -> Path:
    """A small synthetic catalogue with posters, dirt included."""
    from genrelab.pipeline.demo.generate import generate_demo

    return generate_demo(tmp_path_factory.mktemp("demo"), n_titles=160, seed=5)


@pytest.fixture(scope="session")
def small_experiment(tmp_path_factory) -> Path:
    """A TOML file whose cells take seconds."""
    path = tmp_path_factory.mktemp("experiment") / "small.toml"
    path.write_text(SMALL_EXPERIMENT, "utf-8")
    return path


@pytest.fixture(scope="session")
def small_run(demo_catalog, small_experiment, tmp_path_factory) -> Path:
    """A finished run of the small experiment; tests only read it."""
    from genrelab.pipeline.experiments.runner import compare

    out = tmp_path_factory.mktemp("runs") / "small"
    return compare(str(small_experiment), demo_catalog, out, features=None, jobs=1).path


@pytest.fixture(scope="session")
def hand_models(tmp_path_factory) -> dict[str, Path]:
    """Two model files made by hand in a second: `metadata` reads year and length, `colour` the poster."""
    import numpy as np
    import pandas as pd
    from sklearn.pipeline import Pipeline

    from genrelab.features.families import build_frames
    from genrelab.models.encode.encoder import make_encoder
    from genrelab.models.file import save_model
    from genrelab.models.genre_model import GenreModel
    from genrelab.models.recipes import RECIPES

    folder, rng = tmp_path_factory.mktemp("hand"), np.random.default_rng(0)
    titles = pd.DataFrame({"year": rng.integers(1950, 2020, 40), "runtime": rng.uniform(60, 180, 40)})
    y = np.column_stack([titles["year"] > 1990, titles["runtime"] > 120]).astype(np.uint8)
    made = {}
    for name, spec in (("metadata", "metadata"), ("colour", "brightness")):
        X = build_frames(titles, [None] * 40, [spec])[spec]
        if name == "colour":
            X = X.assign(**{column: rng.uniform(0, 255, 40) for column in X if column != "brightness_level"})
            X["brightness_level"] = pd.Series(rng.choice(["Low", "Medium", "High"], 40), dtype="str")
        encoder = make_encoder([spec], list(X.columns))
        classifier = RECIPES["rf"].build("multilabel", n_estimators=5).fit(encoder.fit_transform(X), y)
        pipeline = Pipeline([("encode", encoder), ("classify", classifier)])
        model = GenreModel(pipeline, [spec], list(X.columns), ["Drama", "Comedy"], "multilabel")
        scores = {
            "scores": {"f1_macro": {"mean": 0.5}},
            "trivial_scores": {"trivial:prior": {"f1_macro": {"mean": 0.4}}},
        }
        better = {"verdict": {"interval": [0.45, 0.55], "better_than_trivial": name == "metadata"}}
        made[name] = save_model(model, folder / f"{name}.joblib", scores | better)
    return made


class TinyEncoders:
    """Encoders of ONNX small enough to be made in a test, with values that can be worked out by hand."""

    WORDS = ("[UNK]", "bank", "heist", "love", "ghost", "space", "film", "night")

    def text(self, folder, *, pooled=False):
        """A text encoder: word number k becomes the vector (k, k * k, 1), each word by itself.

        The folder holds model.onnx and tokenizer.json. With `pooled` the network itself takes the largest values.
        """
        import numpy as np
        import onnx
        from onnx import TensorProto, helper, numpy_helper
        from tokenizers import Tokenizer
        from tokenizers.models import WordLevel
        from tokenizers.normalizers import Lowercase
        from tokenizers.pre_tokenizers import Whitespace

        folder.mkdir(parents=True, exist_ok=True)
        number = np.arange(len(self.WORDS), dtype=np.float32)
        table = numpy_helper.from_array(np.column_stack([number, number**2, np.ones_like(number)]), "table")
        nodes = [helper.make_node("Gather", ["table", "input_ids"], ["tokens"])]
        if pooled:
            nodes.append(helper.make_node("ReduceMax", ["tokens"], ["vector"], axes=[1], keepdims=0))
        shape = ["n", 3] if pooled else ["n", "t", 3]
        graph = helper.make_graph(
            nodes,
            "text",
            [helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "t"]) for name in ("input_ids",)],
            [helper.make_tensor_value_info("vector" if pooled else "tokens", TensorProto.FLOAT, shape)],
            [table],
        )
        onnx.save(_model(helper, graph), folder / "model.onnx")
        tokenizer = Tokenizer(WordLevel({word: n for n, word in enumerate(self.WORDS)}, unk_token="[UNK]"))
        tokenizer.normalizer = Lowercase()
        tokenizer.pre_tokenizer = Whitespace()
        tokenizer.save(str(folder / "tokenizer.json"))
        return folder

    def picture(self, folder, *, places=False, layout="NCHW"):
        """A picture encoder of 4 x 6 pixels: the mean of each colour, or with `places` the prepared pixels."""
        import onnx
        from onnx import TensorProto, helper

        folder.mkdir(parents=True, exist_ok=True)
        shape = ["n", 3, 6, 4] if layout == "NCHW" else ["n", 6, 4, 3]
        axes = [2, 3] if layout == "NCHW" else [1, 2]
        node = (
            helper.make_node("Identity", ["pixels"], ["out"])
            if places
            else helper.make_node("ReduceMean", ["pixels"], ["out"], axes=axes, keepdims=0)
        )
        out = helper.make_tensor_value_info("out", TensorProto.FLOAT, shape if places else ["n", 3])
        pixels = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, shape)
        onnx.save(_model(helper, helper.make_graph([node], "picture", [pixels], [out])), folder / "model.onnx")
        return folder

    def asked(self, folder, meanings, **text):
        """The picture encoder above, named `asked`, with a text side: a text is the mean of its words' meanings.

        `meanings` gives the three values of a word; all other words are (0.1, 0.1, 0.1). The folder gets encoders.json.
        """
        import json

        import numpy as np
        import onnx
        from onnx import TensorProto, helper, numpy_helper
        from tokenizers import Tokenizer
        from tokenizers.models import WordLevel
        from tokenizers.pre_tokenizers import Whitespace

        self.picture(folder)
        values = np.array([[0.1] * 3, *meanings.values()], dtype=np.float32)
        graph = helper.make_graph(
            [
                helper.make_node("Gather", ["table", "input_ids"], ["tokens"]),
                helper.make_node("ReduceMean", ["tokens"], ["vector"], axes=[1], keepdims=0),
            ],
            "captions",
            [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["n", "t"])],
            [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["n", 3])],
            [numpy_helper.from_array(values, "table")],
        )
        onnx.save(_model(helper, graph), folder / "text_model.onnx")
        words = {"[UNK]": 0} | {word: number for number, word in enumerate(meanings, start=1)}
        tokenizer = Tokenizer(WordLevel(words, unk_token="[UNK]"))
        tokenizer.pre_tokenizer = Whitespace()
        tokenizer.save(str(folder / "tokenizer.json"))
        side = {"file": "text_model.onnx", "tokenizer": "tokenizer.json"} | text
        entry = {"name": "asked", "kind": "picture", "file": "model.onnx", "input_size": [6, 4], "text": side}
        (folder / "encoders.json").write_text(json.dumps([entry]))
        return folder / "encoders.json"


def _model(helper, graph):
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


@pytest.fixture(scope="session")
def tiny_encoders():
    """Makes tiny encoders; skips where ONNX Runtime, onnx or tokenizers is not installed."""
    for name in ("onnx", "onnxruntime", "tokenizers"):
        pytest.importorskip(name)
    return TinyEncoders()
