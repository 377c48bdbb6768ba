"""What workers must see is named by absolute paths, and only what is a file here."""

import json
import os

from genrelab.features.bounded import Refused
from genrelab.pipeline.cluster.sight import a_poster, absolute_weights, weight_files


def test_one_poster_that_is_there_stands_for_all(tmp_path):
    there = tmp_path / "b.jpg"
    there.write_bytes(b"x")
    assert a_poster([None, Refused("../a.jpg"), tmp_path / "absent.jpg", there, there]) == [there]


def test_files_of_a_search_path_become_absolute_and_names_stay(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "weights.json").write_text("[]")
    assert absolute_weights("random") == "random"
    given = os.pathsep.join(["weights.json", "minilm"])
    assert absolute_weights(given) == os.pathsep.join([str(tmp_path / "weights.json"), "minilm"])


def test_the_file_of_every_network_asked_for_must_be_seen_and_no_other(tmp_path):
    for name in ("a.h5", "b.h5"):
        (tmp_path / name).write_bytes(name.encode())
    entry = {"backbone": "MobileNetV2", "input_size": [96, 96], "preprocessing": "keras", "width": 1280}
    listed = [{"name": name, "file": f"{name}.h5", **entry} for name in ("a", "b")]
    description = tmp_path / "weights.json"
    description.write_text(json.dumps(listed))
    assert weight_files(["metadata", "embedding:a"], str(description)) == [description, tmp_path / "a.h5"]
    assert weight_files(["embedding:mobilenet_v2"], "random") == []
