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
