import http.server
import socket
import threading

import pytest

from genrelab.features.frozen import weights
from genrelab.features.frozen.backbones import file_sha256, resolve_backbone
from genrelab.features.frozen.weights import Release, locate, release_path, weights_file


@pytest.fixture
def keras_home(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras"


@pytest.fixture
def server():
    """A server on this machine: path -> content; it counts requests."""
    contents: dict[str, bytes] = {}
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            content = contents.get(self.path.removesuffix(".cut"))
            if content is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[:-10] if self.path.endswith(".cut") else content)

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}", contents, asked
        running.shutdown()


@pytest.fixture
def release(monkeypatch):
    def put(url, md5=None):
        monkeypatch.setitem(weights.RELEASES, "MobileNetV2", Release(url, md5))

    return put


def test_random_weights_and_described_files_need_nothing(keras_home):
    backbone = resolve_backbone("mobilenet_v2", "random")
    assert locate(backbone) is backbone
    assert not keras_home.exists()


def test_the_release_is_fetched_once_and_named_by_its_hash(keras_home, server, release):
    base, contents, asked = server
    contents["/mobilenet.h5"] = bytes(range(256)) * 50
    release(f"{base}/mobilenet.h5")
    backbone = resolve_backbone("mobilenet_v2")
    found = locate(backbone)
    assert asked == ["/mobilenet.h5"]
    path = keras_home / "models" / "mobilenet.h5"
    assert path.read_bytes() == contents["/mobilenet.h5"]
    assert found.sha256 == file_sha256(path)
    assert locate(backbone) == found == locate(found)
    assert len(asked) == 1
    assert weights_file(found) == path
    assert [file.name for file in path.parent.iterdir()] == ["mobilenet.h5"]


def test_what_keras_has_fetched_before_is_used(keras_home, release):
    release("http://127.0.0.1:9/never/asked.h5")
    path = keras_home / "models" / "asked.h5"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"there")
    assert locate(resolve_backbone("mobilenet_v2")).sha256 == file_sha256(path)


@pytest.mark.parametrize("answer", ["nobody", "absent"])
def test_a_fetch_that_fails_says_what_to_do(keras_home, server, release, answer):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}"
        release(f"{nobody if answer == 'nobody' else server[0]}/m.h5")
        with pytest.raises(ConnectionError) as caught:
            locate(resolve_backbone("mobilenet_v2"))
    sentence = str(caught.value)
    assert f"put that file at {keras_home / 'models' / 'm.h5'}" in sentence
    assert "random weights" in sentence and "weights.json" in sentence
    assert list((keras_home / "models").iterdir()) == []


@pytest.mark.parametrize("damage", ["short", "other"])
def test_a_broken_fetch_is_refused_and_leaves_nothing(keras_home, server, release, damage):
    base, contents, _ = server
    contents["/m.h5"] = b"x" * 5000
    if damage == "short":
        release(f"{base}/m.h5.cut")
    else:
        release(f"{base}/m.h5", "0" * 32)
    with pytest.raises(ValueError, match=r"came broken: expected .*, found"):
        locate(resolve_backbone("mobilenet_v2"))
    assert list((keras_home / "models").iterdir()) == []


def test_a_release_is_known_for_three_networks_where_keras_looks_for_it(keras_home):
    names = [release_path(resolve_backbone(name)).name for name in ("resnet50", "inception_v3", "mobilenet_v2")]
    assert names == [
        "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
        "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5",
    ]


@pytest.mark.parametrize("name", ["resnet50", "inception_v3", "mobilenet_v2"])
def test_the_releases_are_those_that_keras_fetches(name, monkeypatch):
    """Keras itself is asked what it would fetch; nothing is fetched."""
    keras = pytest.importorskip("keras")
    from keras.src.utils import file_utils

    asked = {}

    def note(file_name, origin, **options):
        asked.update(name=file_name, url=origin, md5=options.get("file_hash"))
        raise InterruptedError

    monkeypatch.setattr(file_utils, "get_file", note)
    backbone = resolve_backbone(name)
    with pytest.raises(InterruptedError):
        getattr(keras.applications, backbone.backbone)(include_top=False, input_shape=(224, 224, 3))
    expected = weights.RELEASES[backbone.backbone]
    assert (asked["url"], asked["md5"]) == (expected.url, expected.digest)
    assert release_path(backbone).name == asked["name"]
