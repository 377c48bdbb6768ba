"""The API over a real server: the answers of `genrelab predict`, jobs, titles, labels, downloads."""

import io
import json
import sqlite3
import time
import zipfile

import pytest

from genrelab.pipeline.cli import main
from genrelab.pipeline.corrections.labels import Labels


@pytest.fixture(scope="module")
def posters(serve_catalog):
    return sorted((serve_catalog / "posters").glob("*.jpg"))[:8]


def files(paths):
    return [("files", (path.name, path.read_bytes())) for path in paths]


def events(client, job):
    """All events of a job: (name, data)."""
    found, name = [], ""
    with client.stream("GET", f"/api/jobs/{job}/events") as answer:
        for line in answer.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                found.append((name, json.loads(line.removeprefix("data: "))))
    return found


def test_predict_answers_as_the_command_does(served, posters, serve_model, tmp_path):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(posters[0].read_bytes()[:300])
    out = tmp_path / "genres.json"
    assert main(["predict", str(serve_model), *map(str, [*posters, broken]), "--out", str(out)]) == 0
    with served.client() as client:
        answer = client.post("/api/predict", files=files([*posters, broken]))
    assert answer.status_code == 200
    mine, theirs = answer.json(), json.loads(out.read_text("utf-8"))
    assert mine["genrelab predictions"] == theirs["genrelab predictions"]
    assert [row["file"] for row in mine["rows"]] == [path.name for path in [*posters, broken]]
    for row, other in zip(mine["rows"], theirs["rows"], strict=True):
        assert row | {"file": ""} == pytest.approx(other | {"file": ""}) if row["status"] != "no answer" else True
        assert (row["status"], row["reason"]) == (other["status"], other["reason"])
    assert mine["rows"][-1]["status"] == "no answer" and "poster" in mine["rows"][-1]["reason"]


def test_typed_fields_move_the_answer_and_a_wrong_one_is_named(served, posters):
    with served.client() as client:
        bare = client.post("/api/predict", files=files(posters[:1])).json()["rows"][0]
        typed = client.post(
            "/api/predict", files=files(posters[:1]), data={"year": "1950", "keywords": "space, robot"}
        ).json()["rows"][0]
        alone = client.post("/api/predict", data={"year": "1950", "keywords": "space, robot"}).json()["rows"][0]
        wrong = client.post("/api/predict", files=files(posters[:1]), data={"year": "10"})
        nothing = client.post("/api/predict", data={})
    label = served.state.answers.model.labels[0]
    assert bare[label] != typed[label] and alone["status"] == "partly"
    assert wrong.status_code == 422 and wrong.json()["detail"].startswith("year: expected a number from 1870")
    assert nothing.status_code == 422 and "expected posters" in nothing.json()["detail"]


def test_a_job_streams_an_answer_a_poster_and_an_end(served, posters):
    with served.client() as client:
        started = client.post("/api/jobs", files=files(posters))
        assert started.status_code == 202
        job = started.json()["job"]
        found = events(client, job)
        assert [name for name, _ in found] == ["answer"] * len(posters) + ["end"]
        assert found[-1][1] == {"answered": len(posters), "of": len(posters), "cancelled": False}
        about = found[0][1]["about"]
        # The run's titles had metadata and keywords, which a bare poster lacks: its scores are worth something else.
        assert found[0][1]["status"] == "partly" and about == {"calibrated": {}, "listed": None}
        picture = client.get(f"/api/jobs/{job}/0/thumb.jpg")
        assert picture.content.startswith(b"\xff\xd8")
        late = client.get(f"/api/jobs/{job}/events", headers={"Last-Event-ID": str(len(posters))})
        assert late.text.startswith("event: end")


def test_a_cancelled_job_ends_at_once(served, posters):
    lock = served.state.answers.model_lock
    with served.client() as client:
        with lock:  # the model is busy with something long
            job = client.post("/api/jobs", files=files(posters)).json()["job"]
            time.sleep(0.1)
            other = client.post("/api/jobs", files=files(posters)).json()["job"]
            assert client.delete(f"/api/jobs/{other}").json() == {"cancelled": len(posters)}
            assert events(client, other)[-1][1]["cancelled"]
        assert events(client, job)[-1][1]["answered"] == len(posters)
        assert client.get("/api/jobs/nothing/events").status_code == 404


def test_explain_gives_maps_shares_and_colours(ready, posters):
    with ready.client() as client:
        answer = client.post("/api/explain", files=files(posters[:1]), data={"year": "1950", "keywords": "space"})
        assert answer.status_code == 200, answer.text
        made = answer.json()
        assert 1 <= len(made["maps"]) <= 3 and made["maps"][0]["words"]
        assert len(made["maps"][0]["lost"]) <= 40
        assert {"poster", "metadata", "keywords"} >= set(made["blocks"]["genres"][0]["parts"])
        assert 1 <= len(made["colours"]["palette"]) <= 5
        wrong = client.post("/api/explain", files=files(posters[:1]), data={"genre": "<b>"})
        assert wrong.status_code == 422 and "genre: expected one of" in wrong.json()["detail"]


def test_the_nearest_title_to_a_titles_poster_is_the_title(ready, posters):
    key = posters[0].stem
    with ready.client() as client:
        sent = client.post("/api/similar", files=files(posters[:1]), data={"count": "5"}).json()
        asked = client.post("/api/similar", data={"poster": key}).json()
    assert sent["titles"][0]["imdb_id"] == key and sent["titles"][0]["alike"] == pytest.approx(1, abs=0.01)
    assert key not in [title["imdb_id"] for title in asked["titles"]] and len(asked["titles"]) == 12


def test_titles_are_paged_and_filtered(ready):
    with ready.client() as client:
        facets = client.get("/api/facets").json()
        everything = client.get("/api/titles", params={"size": 50}).json()
        assert everything["total"] == facets["titles"] and len(everything["titles"]) == 50
        genre = max(facets["genres"], key=lambda one: one["titles"])
        some = client.get("/api/titles", params={"genre": genre["genre"], "size": 200}).json()
        assert some["total"] == genre["titles"]
        relabelled = set(Labels(ready.state.catalog.root / "labels.sqlite", "test").current())  # by other tests
        assert all(genre["genre"] in one["genres"] for one in some["titles"] if one["imdb_id"] not in relabelled)
        counts = facets["outcomes"]
        wrong = client.get("/api/titles", params={"outcome": "wrong"}).json()
        assert wrong["total"] == counts["wrong"]
        label = ready.state.answers.model.labels[0]
        row = next(one for one in client.get("/api/run").json()["genres"] if one["genre"] == label)
        missed = client.get("/api/titles", params={"truth": label, "predicted": f"!{label}"}).json()
        assert missed["total"] == row["missed"]
        hues = sum(
            client.get("/api/titles", params={"hue": hue}).json()["total"] for hue in (-1, 0, 60, 120, 180, 240, 300)
        )
        assert hues > 0
        assert client.get("/api/titles", params={"genre": "<script>"}).status_code == 422
        assert client.get("/api/titles", params={"page": 0}).json()["detail"].startswith("page:")
        points = client.get("/api/map").json()
        assert len(points["ids"]) == len(points["x"]) > 100
        chosen = client.post("/api/titles", json={"ids": points["ids"][:3]}).json()
        assert chosen["total"] == 3


def test_a_titles_page_and_pictures(ready, posters):
    key = next(path.stem for path in posters if path.stem in ready.state.evidence.scores.index)
    with ready.client() as client:
        title = client.get(f"/api/titles/{key}").json()
        assert title["imdb_id"] == key and title["labels"] and title["scores"]
        small, large = client.get(f"/api/titles/{key}/thumb.jpg"), client.get(f"/api/titles/{key}/poster.jpg")
        assert small.headers["content-type"] == large.headers["content-type"] == "image/jpeg"
        assert client.get("/api/titles/tt0/thumb.jpg").status_code == 404


def test_decisions_are_in_the_file_when_the_answer_comes(ready):
    file = ready.catalog / "labels.sqlite"
    with ready.client() as client:
        queue = client.get("/api/queue", params={"kind": "suspicious"}).json()
        assert queue["titles"] and queue["titles"][0]["doubts"]
        key, before = queue["titles"][0]["imdb_id"], queue["titles"][0]["genres"]
        made = client.post("/api/labels", json={"imdb_id": key, "genres": ["War"], "queue": "suspicious"}).json()
        base = sqlite3.connect(file)
        who, kept, after, where = base.execute(
            "SELECT who, before, after, queue FROM decisions WHERE id = ?", (made["id"],)
        ).fetchone()
        base.close()
        assert (who, json.loads(kept), json.loads(after), where) == ("tester", before, ["War"], "suspicious")
        assert client.get(f"/api/titles/{key}").json()["genres"] == ["War"]
        client.post("/api/labels", json={"imdb_id": key, "kind": "confirm", "queue": "suspicious"})
        left = client.get("/api/queue", params={"kind": "suspicious"}).json()["titles"]
        assert key not in [one["imdb_id"] for one in left]
        for _ in range(2):
            assert client.delete("/api/labels/last").json()["undone"]["imdb_id"] == key
        assert client.get(f"/api/titles/{key}").json()["genres"] == before
        assert client.post("/api/labels", json={"imdb_id": "tt1", "genres": []}).status_code == 404
        assert client.get("/api/queue", params={"kind": "unlabelled"}).status_code == 200


def test_tables_and_folders_can_be_taken_away(served, posters):
    rows = [{"file": "=1+1.jpg", "genres": ["War"], "status": "ok", "reason": None, "scores": {}}]
    with served.client() as client:
        table = client.post("/api/table", json={"format": "csv", "rows": rows})
        assert "'=1+1.jpg,War" in table.text and "attachment" in table.headers["content-disposition"]
        book = client.post("/api/table", json={"format": "xlsx", "rows": rows}).content
        from openpyxl import load_workbook

        cells = load_workbook(io.BytesIO(book)).active["A2"]
        assert (cells.value, cells.data_type) == ("=1+1.jpg", "s")
        job = client.post("/api/jobs", files=files(posters[:2])).json()["job"]
        copies = [{"job": job, "row": 0, "name": "../../x.jpg", "genres": ["War", "Drama"]}]
        copies += [{"job": job, "row": 1, "name": "x.jpg", "genres": ["War"]}]
        copies += [{"job": job, "row": 1, "name": name, "genres": []} for name in ("scan", "a.b")]
        made = client.post("/api/folders", json=copies).content
    archive = zipfile.ZipFile(io.BytesIO(made))
    assert archive.namelist() == [
        "War/x.jpg",
        "Drama/x.jpg",
        "War/x (2).jpg",
        "no genre/scan.jpg",
        "no genre/a.b.jpg",
    ]
    assert archive.read("War/x.jpg") == posters[0].read_bytes()


def test_health_version_and_the_api_page(served):
    with served.client() as client:
        assert client.get("/api/health").json()["status"] == "ok"
        assert client.get("/api/version").json()["model"] == "model.joblib"
        page = client.get("/api").text
        assert "POST /api/predict" in page and "http://" not in page.replace("http://127.0.0.1:8765", "")
        assert "/api/predict" in client.get("/api/openapi.json").json()["paths"]
        assert client.get("/report/first").headers["content-security-policy"].startswith("default-src 'none'")
        assert client.get("/").text.count("<script") == 1
