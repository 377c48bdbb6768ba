"""The command line: words, help that teaches, one sentence for every expected fault."""

import re
import subprocess
import sys

import pytest

from genrelab.pipeline.cli import COMMANDS, main


@pytest.mark.parametrize("word", COMMANDS)
def test_every_word_has_help(word, capsys):
    with pytest.raises(SystemExit) as ended:
        main([word, "--help"])
    assert ended.value.code == 0
    assert f"genrelab {word}" in capsys.readouterr().out


def test_help_lists_every_word_and_the_way_through(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    assert all(re.search(rf"^    {word}\s", told, re.MULTILINE) for word in COMMANDS)
    assert "genrelab predict model.joblib" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["compare", "demoo"], "expected one of"),
        (["compare", "quick", "--catalog", "none.parquet"], "expected a catalogue at none.parquet, found nothing"),
        (["compare", "quick", "--weights", "none.json"], "none.json"),
        (["predict", "none.joblib", "poster.jpg"], "expected a file at none.joblib, found none"),
        (["predict", "none.joblib"], "expected posters or --catalog PATH"),
        (["report", "nowhere"], "nowhere"),
        (["export", "nowhere"], "found no run.json; run `genrelab compare`"),
        (["catalog", "check", "none.parquet"], "found nothing"),
    ],
)
def test_a_request_that_cannot_be_carried_out_is_one_sentence_and_status_two(
    words, told, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.startswith(f"genrelab {words[0]}: ")
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_the_module_runs_as_the_command_does():
    told = subprocess.run([sys.executable, "-m", "genrelab.pipeline", "--version"], capture_output=True, text=True)
    assert told.stdout.startswith("genrelab 0.")


def test_the_bare_word_shows_the_help(capsys):
    assert main([]) == 0
    told = capsys.readouterr().out
    assert "usage: genrelab" in told and "exit status:" in told


def test_an_unknown_command_gets_the_nearest(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["predcit"])
    assert ended.value.code == 2
    assert "got 'predcit'; did you mean 'predict'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [["compare", "demo", "--limit", "0"], ["compare", "demo", "--limit", "-5"], ["compare", "demo", "--jobs", "0"],
     ["predict", "m.joblib", "--jobs", "-1"], ["features", "--jobs", "x"], ["explain", "m", "--background", "0"]],
)  # fmt: skip
def test_limits_and_jobs_are_checked_alike(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert f"argument {words[-2]}: expected a whole number of at least 1, got {words[-1]!r}" in capsys.readouterr().err


def test_a_terminated_command_ends_as_an_interrupted_one(tmp_path):
    code = (
        "import os, signal, sys\nfrom genrelab.pipeline import cli\nfrom genrelab.pipeline.commands import purge\n"
        "purge.run = lambda arguments: os.kill(os.getpid(), signal.SIGTERM) or 0\nsys.exit(cli.main(['purge', 'tmdb']))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert told.returncode == 143 and "interrupted; the same command continues" in told.stderr


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["prdict", "x"], "predict"),
        (["fetch", "foldr", "x"], "folder"),
        (["convert", "m.joblib", "--to", "onx"], "onnx"),
        (["predict", "m.joblib", "x.jpg", "--overwite"], "--overwrite"),
        (["fetch", "folder", "x", "--colunm", "a=b", "--out", "c.parquet"], "--column"),
        (["catalog", "chek", "x"], "check"),
    ],
)
def test_a_wrong_word_is_answered_with_the_nearest_right_one(words, meant, capsys):
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    assert capsys.readouterr().err.rstrip().endswith(f"did you mean {meant!r}?")
