"""The one command for all benchmarks: it knows each, gives each what it understands, and ends with a summary."""

import argparse
import importlib.util
import json
import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"
if not FOLDER.is_dir():
    pytest.skip("the benchmarks are not part of an installed package", allow_module_level=True)
spec = importlib.util.spec_from_file_location("genrelab_benchmarks_run", FOLDER / "run.py")
assert spec is not None and spec.loader is not None
run = importlib.util.module_from_spec(spec)
spec.loader.exec_module(run)

REAL = argparse.Namespace(catalog="c.parquet", weights="w.json", store="f", embedding="x", quick=False)


def test_every_benchmark_is_known():
    assert {path.stem.removeprefix("bench_") for path in FOLDER.glob("bench_*.py")} == set(run.BENCHMARKS)


@pytest.mark.parametrize("name", run.BENCHMARKS)
def test_each_is_given_options_that_it_has(name):
    text = (FOLDER / f"bench_{name}.py").read_text("utf-8")
    if "from bench_ovr_svm import arguments" in text:
        text += (FOLDER / "bench_ovr_svm.py").read_text("utf-8")
    real = run.command(name, REAL, Path("out.json"))
    quick = run.command(name, argparse.Namespace(**vars(REAL) | {"quick": True}), Path("out.json"))
    for words in (real, quick):
        for word in words:
            if word.startswith("--"):
                assert f'add_argument("{word}"' in text
    assert real[2:4] == ["--out", "out.json"]
    assert len(quick) > len(real)
    assert all(f"--{option}" in real for option in run.BENCHMARKS[name].real)


def test_options_that_were_not_given_are_left_to_the_benchmark():
    none = argparse.Namespace(catalog=None, weights=None, store=None, embedding=None, quick=False)
    assert run.command("ovr_svm", none, Path("o"))[2:] == ["--out", "o"]


def test_a_summary_comes_last_and_failures_are_counted(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    facts = {"rows": 11_000_000, "seconds": 42.0, "peak_bytes": 5e8}
    status = {"imdb": 0, "search": 1, "posters": 2, "compare": 0}

    def play(words, check):
        name = Path(words[1]).stem.removeprefix("bench_")
        if name == "imdb":
            Path(words[3]).write_text(json.dumps(facts))
        return subprocess.CompletedProcess(words, status[name])

    monkeypatch.setattr(run.subprocess, "run", play)
    assert run.main([*status]) == 1
    lines = capsys.readouterr().out.splitlines()
    lines = lines[lines.index("== summary") + 1 :]
    assert [line.split()[0] for line in lines[:4]] == [*status]
    assert "11,000,000 rows: 42 s, 500 MB" in lines[0]
    assert "FAILED" in lines[1]
    assert "goal missed" in lines[2]
    assert "equal" in lines[3] and "no figures" in lines[3]
    assert lines[4:] == ["goal missed by: posters", "failed: search"]


def test_an_unknown_name_is_refused(capsys):
    with pytest.raises(SystemExit):
        run.main(["nothing"])
    assert "found nothing" in capsys.readouterr().err
