"""Every form of a model gives the joblib's answers."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from genrelab.models.file import ModelFileError, load_model, read_manifest, save_model
from genrelab.models.recipes import RECIPES
from genrelab.pipeline.cli import main
from genrelab.pipeline.handover.forms.build import onnx_inputs
from genrelab.pipeline.handover.forms.checked import open_onnx
from genrelab.pipeline.handover.forms.convert import convert

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
pytest.importorskip("skops")

CLASSICAL = [name for name, recipe in RECIPES.items() if not recipe.takes_table]
NUMBERS, TEXTS = ("metadata",), ("metadata", "keywords:tfidf")
LARGEST = 1e-5


@pytest.mark.parametrize("kind", ["multilabel", "single"])
@pytest.mark.parametrize("recipe", CLASSICAL)
def test_skops_and_onnx_of_every_recipe_answer_as_the_joblib(made, tmp_path, recipe, kind):
    path = save_model(made.model(recipe, kind, "none", TEXTS), tmp_path / "model.joblib", {})
    model = load_model(path)
    expected = model.scores(made.rows)
    again = load_model(convert(path, "skops"))
    np.testing.assert_array_equal(again.scores(made.rows), expected)
    np.testing.assert_array_equal(again.thresholds, model.thresholds)
    session = open_onnx(convert(path, "onnx"))
    inputs = read_manifest(path)["forms"]["onnx"]["inputs"]
    assert [(one["name"], one["stage"]) for one in inputs] == [("metadata", "table"), ("keywords:tfidf", "encoded")]
    probabilities, decisions = session.run(None, onnx_inputs(model, made.rows, inputs))
    np.testing.assert_allclose(probabilities, expected, atol=LARGEST, rtol=0)
    np.testing.assert_array_equal(decisions, model.decide(expected))
    np.testing.assert_array_equal(again.decide(again.scores(made.rows)), decisions)


def test_the_folder_predicts_without_genrelab(made, saved, tmp_path):
    folder = convert(saved, "folder", tmp_path / "forms")
    assert sorted(file.name for file in folder.iterdir()) == [
        "README.md",
        "model.joblib",
        "model.json",
        "model.onnx",
        "model.skops",
        "predict_with_onnx.py",
    ]
    readme = (folder / "README.md").read_text("utf-8")
    assert "| `metadata` | double | 2 | numbers of the feature table |" in readme
    told = [line.split("`")[1] for line in readme.splitlines() if line.startswith("- `metadata_")]
    assert told == list(read_manifest(folder / "model.onnx")["forms"]["onnx"]["inputs"][0]["columns"])
    model = load_model(folder / "model.skops")
    made.rows[list(model.columns)].to_csv(tmp_path / "table.csv", index=False)
    # Isolated, and without the folders from which genrelab could be imported.
    code = (
        "import runpy, sys\n"
        "class No:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in ('genrelab', 'sklearn', 'pandas', 'joblib', 'onnx'):\n"
        "            raise ImportError(name)\n"
        "sys.meta_path.insert(0, No())\n"
        "sys.argv = sys.argv[1:]\n"
        "runpy.run_path(sys.argv[0], run_name='__main__')\n"
    )
    words = [str(folder / "predict_with_onnx.py"), str(folder / "model.onnx"), str(tmp_path / "table.csv")]
    ran = subprocess.run(
        [sys.executable, "-P", "-c", code, *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    expected = model.scores(made.rows)
    np.testing.assert_allclose([one["probabilities"] for one in answers], expected, atol=LARGEST, rtol=0)
    chosen = [[name in one["genres"] for name in model.labels] for one in answers]
    np.testing.assert_array_equal(chosen, model.decide(expected))


def test_the_script_of_the_folder_is_the_example_of_the_docs(repository):
    template = repository / "pipeline" / "handover" / "forms" / "templates" / "predict_with_onnx.py.txt"
    assert template.read_bytes() == (repository / "docs" / "examples" / "predict_with_onnx.py").read_bytes()


def test_the_command_writes_beside_the_model_and_replaces_when_asked(saved, tmp_path, capsys):
    for name in ("model.joblib", "model.json"):
        shutil.copy(saved.parent / name, tmp_path / name)
    words = ["convert", str(tmp_path / "model.joblib"), "--to", "skops"]
    assert main(words) == 0
    assert capsys.readouterr().out.startswith(str(tmp_path / "model.skops"))
    assert main(words) == 2
    assert "model.skops exists; choose another --out, or --overwrite" in capsys.readouterr().err
    assert main([*words, "--overwrite"]) == 0
    known = read_manifest(tmp_path / "model.skops")["forms"]["skops"]["sha256"]
    assert load_model(tmp_path / "model.skops", sha256=known).labels == load_model(saved).labels
    manifest = tmp_path / "model.json"
    manifest.write_text(manifest.read_text("utf-8").replace(read_manifest(saved)["sha256"], "0" * 64), "utf-8")
    with pytest.raises(ModelFileError, match="describes another model"):
        convert(saved, "onnx", tmp_path / "model.onnx")


def test_what_has_no_form_is_refused_in_one_sentence(made, saved, tmp_path):
    from sklearn.pipeline import Pipeline
    from sklearn.tree import DecisionTreeClassifier

    from genrelab.models.genre_model import GenreModel

    for to, out, sentence in (
        ("pickle", None, "expected one of skops, onnx, folder, got 'pickle'"),
        ("onnx", tmp_path / "model.bin", "ends in .onnx, got 'model.bin'"),
        ("folder", tmp_path, "exists; choose another --out"),
    ):
        with pytest.raises(ModelFileError, match=sentence):
            convert(saved, to, out)
    model = made.model("rf", "single", "none", NUMBERS)
    encoder = model.pipeline.named_steps["encode"]
    tree = DecisionTreeClassifier(max_depth=2).fit(encoder.transform(made.rows), np.arange(len(made.rows)) % 3)
    strange = GenreModel(
        Pipeline([("encode", encoder), ("classify", tree)]), model.specs, model.columns, model.labels, "single"
    )
    path = save_model(strange, tmp_path / "tree.joblib", {})
    with pytest.raises(ModelFileError, match="DecisionTreeClassifier has no ONNX form"):
        convert(path, "onnx")
