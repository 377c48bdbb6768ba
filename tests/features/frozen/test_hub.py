import http.server
import json
import os
import threading

import pytest

from genrelab.features.frozen import hub
from genrelab.features.frozen.hub import (
    available_encoders,
    resolve_encoder,
    resolve_picture,
    resolve_text,
    split_weights,
    weights_here,
)


@pytest.fixture(autouse=True)
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GENRELAB_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def served(tmp_path, monkeypatch):
    """A mirror on this machine; the list says what was asked for."""
    root, asked = tmp_path / "mirror", []
    root.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, directory=str(root), **kwargs)

        def do_GET(self):
            asked.append(self.path)
            super().do_GET()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    yield root, asked
    server.shutdown()
    thread.join()
    server.server_close()


def joined(*parts):
    return os.pathsep.join(map(str, parts))


def test_weights_and_encoders_are_split_like_a_search_path():
    assert split_weights("imagenet") == ("imagenet", ())
    assert split_weights(joined("w.json", "a", "b.json")) == ("w.json", ("w.json", "a", "b.json"))


def test_a_folder_of_a_known_name_is_that_encoder(tmp_path, tiny_encoders):
    tiny_encoders.text(tmp_path / "minilm")
    encoder = resolve_text("minilm", joined("imagenet", tmp_path / "minilm"))
    assert (encoder.pooling, encoder.normalise, encoder.max_tokens) == ("mean", True, 256)
    assert encoder.licence == "Apache-2.0"


def test_a_folder_of_folders_gives_all_that_hold_a_network(tmp_path, tiny_encoders):
    tiny_encoders.text(tmp_path / "all" / "minilm")
    tiny_encoders.picture(tmp_path / "all" / "lite2")
    (tmp_path / "all" / "notes").mkdir()
    encoders = available_encoders(joined("imagenet", tmp_path / "all"))
    assert {encoder.name for encoder in encoders} == {"minilm", "lite2"}
    assert resolve_picture("lite2", joined("imagenet", tmp_path / "all")).preprocessing.deviation == (128.0,) * 3


def test_a_description_file_counts_whichever_option_named_it(tmp_path, tiny_encoders):
    tiny_encoders.text(tmp_path / "mine")
    entry = {"name": "mine", "kind": "text", "file": "mine/model.onnx", "tokenizer": "mine/tokenizer.json"}
    path = tmp_path / "weights.json"
    path.write_text(json.dumps([entry]))
    assert resolve_text("mine", str(path)) == resolve_text("mine", joined("imagenet", path))


def test_the_sentence_transformers_layout_is_read_as_it_is(tmp_path, tiny_encoders):
    folder = tmp_path / "My-Encoder v2"
    tiny_encoders.text(folder / "onnx")
    (folder / "onnx" / "tokenizer.json").rename(folder / "tokenizer.json")
    modules = [{"type": f"sentence_transformers.models.{kind}", "path": path} for kind, path in
               (("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize"))]  # fmt: skip
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(
        json.dumps({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False, "include_prompt": True})
    )
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 64}')
    encoder = resolve_text(str(folder))
    assert (encoder.name, encoder.pooling, encoder.normalise, encoder.max_tokens) == ("my_encoder_v2", "cls", True, 64)


def test_a_pooling_that_is_not_known_is_refused(tmp_path, tiny_encoders):
    folder = tiny_encoders.text(tmp_path / "odd")
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_weightedmean_tokens": true}')
    with pytest.raises(ValueError, match="expected one of mean, cls and max, found .*weightedmean"):
        resolve_text(str(folder))


def test_a_picture_encoder_without_a_description_is_refused(tmp_path, tiny_encoders):
    with pytest.raises(ValueError, match=r"a picture encoder needs an encoders\.json"):
        resolve_encoder(str(tiny_encoders.picture(tmp_path / "eye")))


def test_an_unknown_name_lists_those_there_are(tmp_path, tiny_encoders):
    tiny_encoders.text(tmp_path / "mine")
    with pytest.raises(ValueError, match="encoder 'bert': expected one of mine, minilm, multilingual_minilm"):
        resolve_encoder("bert", joined("imagenet", tmp_path / "mine"))


def test_one_of_texts_is_not_taken_for_one_of_pictures(tmp_path, tiny_encoders):
    place = joined("imagenet", tiny_encoders.text(tmp_path / "mine"))
    with pytest.raises(ValueError, match="expected one of pictures, found one of texts"):
        resolve_picture("mine", place)


def test_a_known_encoder_is_fetched_once_and_kept(served, tmp_path, tiny_encoders, caplog):
    root, asked = served
    source = root / hub.KNOWN["minilm"]["hub"] / "resolve" / "main"
    tiny_encoders.text(source / "onnx")
    (source / "onnx" / "tokenizer.json").rename(source / "tokenizer.json")
    first = resolve_text("minilm")
    assert len(asked) == 2
    assert "fetching the encoder minilm (sentence-transformers/all-MiniLM-L6-v2, Apache-2.0)" in caplog.text
    assert resolve_text("minilm") == first
    assert len(asked) == 2
    assert first.source == "sentence-transformers/all-MiniLM-L6-v2"


def test_what_cannot_be_fetched_says_where_to_put_the_files(served, tmp_path):
    with pytest.raises(
        ConnectionError, match=r"404.*put onnx/model\.onnx and tokenizer\.json of sentence-transformers"
    ):
        resolve_text("minilm")
    assert not list((tmp_path / "cache").rglob("*.onnx"))


def test_without_a_network_the_sentence_says_what_to_do(monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ConnectionError, match=r"name a folder that holds them, or an encoders\.json, with --encoders"):
        resolve_text("minilm")
    with pytest.raises(ConnectionError, match="not on this machine yet"):
        resolve_encoder("minilm", fetch=False)


def test_weights_said_for_a_model_leave_its_encoders_where_they_are(tmp_path):
    kept = os.pathsep.join(["random", str(tmp_path), str(tmp_path / "gone"), "minilm"])
    assert weights_here("w.json", kept).split(os.pathsep) == ["w.json", str(tmp_path), "minilm"]
    both = os.pathsep.join(["w.json", "e.json"])
    assert weights_here(both, kept) == both
