"""The answer store and the terms."""

import json
import sqlite3

import pytest

from genrelab.pipeline.places import config_folder
from genrelab.pipeline.sources.tmdb.store import AnswerStore, StoreError, request_key
from genrelab.pipeline.sources.tmdb.terms import TermsError, require_consent

DAY = 86_400.0


def test_answers_come_back_by_request_whatever_the_order(tmp_path):
    with AnswerStore(tmp_path / "deep" / "a.sqlite") as store:
        store.put("/a", {"x": 1, "y": 2}, 200, {"text": "été"})
        assert store.get("/a", {"y": "2", "x": "1"}) == (200, {"text": "été"})
        assert store.get("/a", {"x": 1}) is None
    with AnswerStore(tmp_path / "deep" / "a.sqlite") as store:
        assert len(store) == 1


def test_expiry_and_purge(tmp_path):
    now = [1000 * DAY]
    with AnswerStore(tmp_path / "a.sqlite", clock=lambda: now[0]) as store:
        store.put("/old", {}, 200, {"secret": "marker-of-the-old-answer"})
        now[0] += 100 * DAY
        store.put("/new", {}, 404, {})
        now[0] += 79.9 * DAY
        assert store.get("/old", {}) is not None
        now[0] += 0.2 * DAY
        assert store.get("/old", {}) is None and store.get("/new", {}) == (404, {})
        assert store.purge() == 1 and len(store) == 1
        assert store.purge(everything=True) == 1 and len(store) == 0


def test_what_is_no_store_is_told(tmp_path):
    (tmp_path / "a.sqlite").write_bytes(b"this is a text file, and long enough to be looked at" * 100)
    with pytest.raises(StoreError, match=r"a\.sqlite: cannot be used"):
        AnswerStore(tmp_path / "a.sqlite")


def test_answers_are_packed_json(tmp_path):
    with AnswerStore(tmp_path / "a.sqlite") as store:
        store.put("/a", {}, 200, {"word": "x" * 10_000})
    connection = sqlite3.connect(tmp_path / "a.sqlite")
    assert connection.execute("SELECT length(body) FROM answers").fetchone()[0] < 200
    connection.close()


def test_key_holds_no_header():
    assert request_key("/a", {"b": "c d", "a": None}) == "/a?a=None&b=c+d"


def test_consent_is_asked_for_once(tmp_path, monkeypatch):
    monkeypatch.setenv("GENRELAB_CONFIG", str(tmp_path / "config"))
    with pytest.raises(TermsError, match="written agreement") as caught:
        require_consent(False)
    assert "api-terms-of-use" in str(caught.value) and "--i-have-read-tmdb-terms" in str(caught.value)
    assert not (tmp_path / "config").exists()
    require_consent(True)
    require_consent(False)
    assert json.loads((tmp_path / "config" / "consent.json").read_text())["tmdb_terms"]
    (tmp_path / "config" / "consent.json").write_text("[]")
    with pytest.raises(TermsError):
        require_consent(False)


def test_the_user_s_config_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("GENRELAB_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert config_folder() == tmp_path / "genrelab"
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", "/home/somebody")
    assert str(config_folder()) == "/home/somebody/.config/genrelab"
