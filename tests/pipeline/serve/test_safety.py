"""Attacks on a real server: each is refused with a sentence, and the server goes on."""

import csv
import io
import socket
import stat
import struct
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from genrelab.models.file import load_model
from genrelab.pipeline.serve.answers import Answers, empty_title
from genrelab.pipeline.serve.app import create_app
from genrelab.pipeline.serve.limits import Limits, RefusedError
from genrelab.pipeline.serve.safety import Gate
from genrelab.pipeline.serve.state import Settings
from genrelab.pipeline.serve.tables import as_csv
from genrelab.pipeline.serve.uploads import Upload, read_uploads

TOKEN = "0123456789abcdef0123"


@pytest.fixture(scope="module")
def small(serve_model, tmp_path_factory, run_server):
    """A server with narrow limits."""
    limits = Limits(
        request_bytes=400_000, file_bytes=100_000, files=10, unpacked_bytes=300_000, waiting=12, body_seconds=1.0
    )
    app = create_app(serve_model, settings=Settings(limits=limits, features=tmp_path_factory.mktemp("f")))
    yield from run_server(app, None)


@pytest.fixture(scope="module")
def locked(serve_model, tmp_path_factory, run_server):
    """A server with a token."""
    settings = Settings(token=TOKEN, features=tmp_path_factory.mktemp("f"))
    yield from run_server(create_app(serve_model, settings=settings), None)


def alive(served):
    with served.client() as client:
        assert client.get("/api/health").status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "127.0.0.1@evil.example", ""]
)
def test_a_foreign_host_is_refused(small, host):
    with small.client() as client:
        assert client.get("/api/model", headers={"Host": host}).status_code in (400, 421)
    alive(small)


def test_two_hosts_are_refused(small):
    port = int(small.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(b"GET /api/model HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        assert line.recv(100).split()[1] in (b"400", b"421")
    alive(small)


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_sites_page_cannot_post_or_read(small, make_jpeg, headers):
    with small.client() as client:
        sent = client.post("/api/predict", files=[("files", ("a.jpg", make_jpeg()))], headers=headers)
        assert sent.status_code == 403
        assert client.get("/api/model", headers=headers).status_code == 403
        own = {"Origin": small.url, "Sec-Fetch-Site": "same-origin"}
        assert client.post("/api/predict", files=[("files", ("a.jpg", make_jpeg()))], headers=own).status_code == 200


def test_the_token_is_asked_of_everything(locked):
    with locked.client() as client:
        for path in ("/", "/api/model", "/static/main.js", "/api/health"):
            assert client.get(path).status_code == 401
        assert client.get("/", params={"token": TOKEN[:-1]}).status_code == 401
        assert client.get("/api/model", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
        welcome = client.get("/", params={"token": TOKEN})
        assert welcome.status_code == 303 and "httponly" in welcome.headers["set-cookie"].lower()
        assert client.get("/").status_code == 200


def test_another_address_needs_a_token():
    with pytest.raises(ValueError, match=r"host 0\.0\.0\.0: expected a token"):
        Gate(None, "0.0.0.0")
    with pytest.raises(ValueError, match="expected a token"):
        create_app("no.joblib", settings=Settings(host="192.168.1.5"))


def test_a_body_that_is_too_large_is_refused_whatever_its_header_says(small):
    def parts():
        yield b"--x\r\nContent-Disposition: form-data; name=files; filename=a.jpg\r\n\r\n"
        for _ in range(100):
            yield b"a" * 10_000

    with small.client() as client:
        large = client.post("/api/predict", files=[("files", ("a.jpg", b"x" * 500_000))])
        assert large.status_code == 413
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        assert client.post("/api/predict", content=parts(), headers=headers).status_code == 413
    alive(small)


def test_a_slow_body_is_given_up(small):
    port = int(small.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(
            b"POST /api/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            b"Content-Length: 1000\r\n\r\n--x\r\n"
        )
        assert line.recv(100).split()[1] == b"408"
    alive(small)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x",
        b"--x\r\n\r\n",
        b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--",
        b"--y\r\n" * 50,
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="\x00"\r\n\r\nabc\r\n--x--\r\n',
    ],
)
def test_a_malformed_form_is_refused(small, body):
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    with small.client() as client:
        answer = client.post("/api/predict", content=body, headers=headers)
        assert answer.status_code in (200, 400, 422) and ("detail" in answer.json() or "rows" in answer.json())
        if "rows" in answer.json():
            assert answer.json()["rows"][0]["status"] == "no answer"
    alive(small)


def test_a_file_that_is_too_large_costs_itself_only(small, make_jpeg):
    with small.client() as client:
        answer = client.post(
            "/api/predict",
            files=[("files", ("a.jpg", b"\xff\xd8\xff" + b"x" * 150_000)), ("files", ("b.jpg", make_jpeg()))],
        )
    rows = answer.json()["rows"]
    assert rows[0]["status"] == "no answer" and "too large" in rows[0]["reason"]
    assert rows[1]["reason"] is None or "poster" not in rows[1]["reason"]


def test_a_picture_of_too_many_pixels_is_not_decoded(small):
    header = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    pixels = b"IDAT" + zlib.compress(bytes(1000))
    parts = [
        (len(part) - 4).to_bytes(4, "big") + part + zlib.crc32(part).to_bytes(4, "big") for part in (header, pixels)
    ]
    png = b"\x89PNG\r\n\x1a\n" + b"".join(parts)
    with small.client() as client:
        row = client.post("/api/predict", files=[("files", ("bomb.png", png))]).json()["rows"][0]
    assert row["status"] == "no answer" and "too many pixels" in row["reason"]


def test_more_than_the_queue_holds_is_told_busy(small, make_jpeg):
    posters = [("files", (f"{number}.jpg", make_jpeg(number))) for number in range(9)]
    with small.client() as client, small.state.answers.model_lock:
        statuses = [client.post("/api/jobs", files=posters).status_code for _ in range(4)]
        refused = client.post("/api/jobs", files=posters)
    assert 503 in statuses and refused.status_code == 503
    assert refused.json()["detail"].startswith("busy") and refused.headers["retry-after"]
    alive(small)


def test_a_hundred_clients_at_one_time_are_answered_or_told_busy(small, make_jpeg):
    def ask(number):
        with small.client() as client:
            answer = client.post("/api/predict", files=[("files", (f"{number}.jpg", make_jpeg(number)))])
            row = answer.json().get("rows", [{}])[0]
            return answer.status_code, row.get("file"), f"{number}.jpg"

    with ThreadPoolExecutor(100) as pool:
        found = list(pool.map(ask, range(100)))
    assert {status for status, _, _ in found} <= {200, 503}
    assert sum(status == 200 for status, _, _ in found) >= 10
    assert all(name == sent for status, name, sent in found if status == 200)
    alive(small)


def zipped(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in members:
            archive.writestr(info, content)
    return buffer.getvalue()


def test_members_of_a_zip_that_lead_outside_or_are_no_files_are_refused_one_by_one(make_jpeg):
    link = zipfile.ZipInfo("link.jpg")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    inner = zipped([("a.jpg", make_jpeg())])
    content = zipped(
        [
            ("../up.jpg", b"x"),
            ("/etc/passwd", b"x"),
            ("C:\\a.jpg", b"x"),
            ("C:a.jpg", b"x"),
            ("..\\b.jpg", b"x"),
            (link, "/etc/passwd"),
            ("inner.zip", inner),
            ("bomb.jpg", bytes(500_000)),
            ("__MACOSX/._a.jpg", b"x"),
            ("sub/good.jpg", make_jpeg()),
        ]
    )
    limits = Limits(file_bytes=100_000)
    found = {one.name: one.status for one in read_uploads([("a.zip", io.BytesIO(content))], limits)}
    outside = "its name in the zip leads outside"
    assert found == {
        "a.zip: ../up.jpg": outside,
        "a.zip: /etc/passwd": outside,
        "a.zip: C:\\a.jpg": outside,
        "a.zip: C:a.jpg": outside,
        "a.zip: ..\\b.jpg": outside,
        "a.zip: link.jpg": "a link or device in a zip",
        "a.zip: inner.zip": "an archive inside a zip, which is not opened",
        "a.zip: bomb.jpg": "too large",
        "a.zip: sub/good.jpg": "ok",
    }


def test_a_zip_that_lies_about_its_sizes_is_read_no_further_than_it_may_be(make_jpeg):
    content = bytearray(zipped([("bomb.jpg", bytes(5_000_000))]))
    place = content.find(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<I", 10)  # the size in the index
    (one,) = read_uploads([("a.zip", io.BytesIO(bytes(content)))], Limits(file_bytes=100_000))
    assert one.status in ("too large", "damaged in its zip") and not one.content


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_that_takes_as_much_memory_as_the_zip_says_is_not_read(make_jpeg, method):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("a.jpg", make_jpeg())
    buffer.seek(0)
    (one,) = read_uploads([("a.zip", buffer)], Limits())
    assert one.status == "packed in a way that is not read" and not one.content


def test_too_many_members_are_refused_whole(small):
    content = zipped([(f"{number}.jpg", b"x") for number in range(50)])
    with small.client() as client:
        answer = client.post("/api/predict", files=[("files", ("a.zip", content))])
    assert answer.status_code == 413 and "at most 10 posters" in answer.json()["detail"]
    alive(small)


def test_names_are_shown_and_never_opened(small, make_jpeg):
    names = ["../../../../etc/passwd", "<img src=x onerror=alert(1)>.jpg", "a\r\nX: y.jpg", "x" * 900 + ".jpg"]
    with small.client() as client:
        rows = client.post("/api/predict", files=[("files", (name, make_jpeg(7))) for name in names]).json()["rows"]
    assert len(rows) == 4 and all(len(row["file"]) <= 200 and row["file"].isprintable() for row in rows)
    assert len({str({k: v for k, v in row.items() if k != "file"}) for row in rows}) == 1


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_cell_of_a_csv_begins_like_a_formula(start):
    text = as_csv([{"file": f"{start}1+1", "genres": [f"{start}2"], "status": start, "reason": start}], [])
    cells = [cell for line in csv.reader(io.StringIO(text.decode("utf-8-sig"), newline="")) for cell in line]
    assert not any(cell.startswith(start) for cell in cells) and f"'{start}1+1" in cells


def test_static_files_and_reports_cannot_be_left(small):
    with small.client() as client:
        for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/report/..%2frun.json"):
            assert client.get(path).status_code in (404, 405)


def test_every_answer_has_a_policy_and_no_script_of_others(small):
    with small.client() as client:
        for path in ("/", "/api/model", "/static/main.js", "/nothing"):
            headers = client.get(path).headers
            assert "script-src 'self'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"


def test_uploads_are_gone_when_the_request_and_the_server_are(serve_model, make_jpeg):
    answers = Answers(load_model(serve_model))
    answers.start()
    job = answers.submit([Upload("a.jpg", make_jpeg())], empty_title())
    assert job.poster(0).exists()
    answers.forget(job.key)
    assert not job.folder.exists()
    answers.stop()
    assert not answers.root.exists()


def test_a_request_that_ends_too_large_leaves_nothing_behind(serve_model, make_jpeg):
    bounds = Limits(unpacked_bytes=len(make_jpeg()) + 10)
    answers = Answers(load_model(serve_model), bounds)
    files = [("a.jpg", io.BytesIO(make_jpeg())), ("b.jpg", io.BytesIO(make_jpeg()))]
    with pytest.raises(RefusedError, match="of posters in one request"):
        answers.submit(read_uploads(files, bounds), empty_title())
    assert list(answers.root.iterdir()) == []
    answers.stop()


def test_posters_that_wait_are_no_more_bytes_than_are_kept(serve_model, make_jpeg):
    answers = Answers(load_model(serve_model), Limits(kept_bytes=2 * len(make_jpeg())))
    for _ in range(2):
        answers.submit([Upload("a.jpg", make_jpeg())], empty_title())
    with pytest.raises(RefusedError, match="busy: the posters that are waiting fill the space"):
        answers.submit([Upload("a.jpg", make_jpeg())], empty_title())
    assert len(list(answers.root.iterdir())) == 2
    answers.stop()


def test_a_header_that_never_ends_and_endless_passes_cost_themselves(small, make_jpeg):
    buffer = io.BytesIO()
    Image.new("L", (3000, 3000), 128).save(buffer, "JPEG", progressive=True)
    whole = buffer.getvalue()
    last = whole.rfind(b"\xff\xda")
    passes = whole[:-2] + whole[last:-2] * 100 + whole[-2:]
    files = [
        ("files", (name, content)) for name, content in (("zeros", b"\xff\xd8\xff" + bytes(90_000)), ("passes", passes))
    ]
    with small.client() as client:
        rows = client.post("/api/predict", files=[*files, ("files", ("b.jpg", make_jpeg()))]).json()["rows"]
    assert [row["reason"].split("; ")[-1] for row in rows[:2]] == ["poster too slow"] * 2
    assert rows[2]["reason"] is None or "poster" not in rows[2]["reason"]
