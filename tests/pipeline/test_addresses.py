"""Catalogues, posters and predictions in a real object store on this machine: the same bytes as from files."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from genrelab.features.bounded import MAX_BYTES, read_file
from genrelab.pipeline.addresses import Address, AddressError, fetch_catalog, read_place, sending
from genrelab.pipeline.catalog.table import load_catalog, save_catalog
from genrelab.pipeline.cli import main


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The address of a server that speaks S3, in a process of its own; the environment names it."""
    pytest.importorskip("moto")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
            patch.setenv("AWS_ACCESS_KEY_ID", "anyone")
            patch.setenv("AWS_SECRET_ACCESS_KEY", "anything")
            patch.setenv("AWS_REGION", "us-east-1")
            yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def store(server):
    """The store's own client, with an empty bucket `films`."""
    from pyarrow.fs import S3FileSystem

    client = S3FileSystem(
        endpoint_override=server, scheme="http", allow_bucket_creation=True, allow_bucket_deletion=True
    )
    client.create_dir("films")
    yield client
    client.delete_dir("films")


def put(store, folder: Path, place: str) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with store.open_output_stream(f"{place}/{path.relative_to(folder).as_posix()}") as target:
                target.write(path.read_bytes())


def objects(store) -> dict[str, bytes]:
    from pyarrow.fs import FileSelector

    found = store.get_file_info(FileSelector("films", recursive=True))
    return {info.path: store.open_input_stream(info.path).read() for info in found if info.is_file}


@pytest.mark.parametrize("text", ["gs://films/a.parquet", "s3://films", "s3://", "s3:/films/a", "https://films/a"])
def test_addresses_of_another_kind_are_refused(text):
    with pytest.raises(AddressError, match=r"expected a path, or an address such as s3://BUCKET/catalog\.parquet, got"):
        read_place(text)


@pytest.mark.parametrize(
    "words",
    [
        ["compare", "quick", "--out", "s3://films/run"],
        ["features", "posters", "--features", "s3://films/cache"],
        ["report", "s3://films/run"],
        ["predict", "model.joblib", "s3://films/posters"],
        ["predict", "s3://films/model.joblib", "a.jpg"],
    ],
)
def test_where_only_a_path_will_do_an_address_is_told_so(words, capsys):
    assert main(words) == 2
    said = capsys.readouterr().err
    assert f"expected a path on this machine, got the address {next(word for word in words if '//' in word)}" in said


@pytest.mark.cluster
def test_features_and_predictions_from_a_store_are_those_from_files(
    store, demo_catalog, hand_models, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    put(store, demo_catalog.parent, "films/2026")
    for place, cache in ((str(demo_catalog), "alone"), ("s3://films/2026/catalog.parquet", "fetched")):
        assert main(["features", "brightness", "--catalog", place, "--features", cache, "--quiet"]) == 0
    said = capsys.readouterr().out
    assert said[: len(said) // 2] == said[len(said) // 2 :] and "posters ok" in said
    model = str(hand_models["colour"])
    assert main(["predict", model, "--catalog", str(demo_catalog), "--out", "alone.parquet", "--quiet"]) == 0
    command = ["predict", model, "--catalog", "s3://films/2026", "--features", "fetched", "--quiet"]
    assert main([*command, "--out", "s3://films/out/genres.parquet"]) == 0
    assert objects(store)["films/out/genres.parquet"] == Path("alone.parquet").read_bytes()
    assert main([*command, "--out", "s3://films/out/genres.parquet"]) == 0  # its own output is replaced
    capsys.readouterr()
    assert main([*command, "--out", "s3://films/2026/catalog.parquet"]) == 2
    assert "exists and holds no earlier predictions; --overwrite replaces it" in capsys.readouterr().err
    assert objects(store)["films/2026/catalog.parquet"] == demo_catalog.read_bytes()
    assert main([*command[:-1], "--out", "s3://nobody/genres.csv"]) == 2
    assert "s3://nobody/genres.csv: expected a bucket 'nobody', found none" in capsys.readouterr().err


@pytest.mark.cluster
def test_a_run_of_three_workers_reads_a_catalogue_from_a_store(
    store, small_run, demo_catalog, small_experiment, tmp_path, monkeypatch, start_workers
):
    monkeypatch.chdir(tmp_path)
    put(store, demo_catalog.parent, "films")
    with start_workers(3) as (address, _):
        words = ["--catalog", "s3://films/catalog.parquet", "--out", "run", "--cluster", address, "--no-report"]
        assert main(["compare", str(small_experiment), *words, "--quiet"]) == 0
    own, local = (
        pd.read_parquet(path / "results.parquet").drop(columns=["fit_seconds", "predict_seconds"])
        for path in (tmp_path / "run", small_run)
    )
    pd.testing.assert_frame_equal(own, local, check_exact=True)


@pytest.mark.cluster
def test_only_what_changed_is_copied_again_and_what_is_gone_goes(store, demo_catalog, tmp_path):
    put(store, demo_catalog.parent, "films")
    address = Address("s3://films/catalog.parquet")
    told: list[int] = []
    file = fetch_catalog(address, tmp_path, progress=lambda name, total: told.append)
    assert sum(told) == len(load_catalog(file))
    posters = sorted(path for path in file.parent.rglob("*") if path.is_file() and path != file)
    here = {path.relative_to(file.parent).as_posix() for path in posters}
    named = set(load_catalog(demo_catalog).titles["poster"].dropna())
    assert here == {name for name in named if (demo_catalog.parent / name).is_file()}
    changed, gone, kept = posters[:3]
    kept.write_bytes(kept.read_bytes())  # another time: copied again
    os.utime(kept, ns=(posters[3].stat().st_mtime_ns,) * 2)
    times = [path.stat().st_ctime_ns for path in posters[4:]]
    with store.open_output_stream(f"films/{changed.relative_to(file.parent).as_posix()}") as target:
        target.write(b"another poster")
    store.delete_file(f"films/{gone.relative_to(file.parent).as_posix()}")
    assert fetch_catalog(address, tmp_path) == file
    assert changed.read_bytes() == b"another poster" and not gone.exists()
    assert [path.stat().st_ctime_ns for path in posters[4:]] == times


@pytest.mark.cluster
def test_names_that_leave_the_folder_are_not_copied_and_a_giant_is_cut(store, tmp_path, monkeypatch):
    monkeypatch.setattr("genrelab.pipeline.addresses.MAX_BYTES", 1000)
    names = ["../secret.jpg", "/etc/passwd", "in/big.jpg", "x" * 250 + ".jpg", "absent/a.jpg", "in/small.jpg", None]
    source = tmp_path / "source"
    ids = [f"tt{number:07d}" for number in range(1, len(names) + 1)]
    save_catalog(pd.DataFrame({"imdb_id": ids, "poster": names}), source / "catalog.parquet")
    (source / "in").mkdir()
    (source / "in" / "big.jpg").write_bytes(b"b" * 5000)
    (source / "in" / "small.jpg").write_bytes(b"s" * 1000)
    put(store, source, "films/deep")
    shutil.copy(source / "in" / "small.jpg", source / "secret.jpg")
    put(store, source, "films")
    file = fetch_catalog(Address("s3://films/deep/"), tmp_path / "cache")
    copied = {path.relative_to(tmp_path / "cache" / "fetched").parts[1:] for path in file.parent.rglob("*.jpg")}
    assert copied == {("in", "big.jpg"), ("in", "small.jpg")}
    assert read_file(file.parent / "in" / "big.jpg", 1000) == (None, "too large")
    assert read_file(file.parent / "in" / "small.jpg", 1000)[1] == "ok" and MAX_BYTES > 1000
    assert not (tmp_path / "cache" / "fetched" / "secret.jpg").exists()


@pytest.mark.cluster
def test_what_a_store_does_not_give_or_take_is_told(store, tmp_path, monkeypatch, capsys):
    with pytest.raises(AddressError, match=r"s3://films/none: expected a catalogue there, found nothing"):
        fetch_catalog(Address("s3://films/none"), tmp_path)
    with store.open_output_stream("films/catalog.parquet") as target:
        target.write(b"no parquet")
    command = ["catalog", "check", "s3://films/catalog.parquet"]
    assert main(command) == 2 and "expected a path on this machine" in capsys.readouterr().err
    assert main(["features", "--catalog", "s3://films/catalog.parquet", "--features", str(tmp_path)]) == 2
    assert "expected a parquet file, found something else" in capsys.readouterr().err
    address = Address("s3://nobody/genres.csv")
    said = r"s3://nobody/genres\.csv: .*; what was to be sent is kept at "
    with pytest.raises(AddressError, match=said) as told, sending(address) as path:
        path.write_text("imdb_id\n")
    kept = Path(str(told.value).rpartition(" ")[2])
    assert kept.read_text() == "imdb_id\n"
    shutil.rmtree(kept.parent)
    with pytest.raises(KeyError), sending(Address("s3://films/half.csv")) as path:
        path.write_text("half")
        raise KeyError
    assert not path.parent.exists() and "films/half.csv" not in objects(store)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(AddressError, match=r"^s3://films/a: .*connect"):
        fetch_catalog(Address("s3://films/a"), tmp_path)


@pytest.mark.cluster
def test_a_model_that_reads_no_posters_copies_none(store, demo_catalog, hand_models, tmp_path):
    put(store, demo_catalog.parent, "films")
    out = tmp_path / "genres.csv"
    command = ["predict", str(hand_models["metadata"]), "--catalog", "s3://films/catalog.parquet", "--quiet"]
    assert main([*command, "--features", str(tmp_path / "cache"), "--out", str(out)]) == 0
    assert pq.read_metadata(demo_catalog).num_rows == len(pd.read_csv(out))
    assert [path.name for path in (tmp_path / "cache").rglob("*") if path.is_file()] == ["catalog.parquet"]
