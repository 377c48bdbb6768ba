"""Completion in real shells."""

import shutil
import subprocess

import pytest

from genrelab.pipeline.cli import COMMANDS, main

pytest.importorskip("shtab", reason="completion needs shtab: pip install 'genrelab[completion]'")


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    def write(shell, capsys):
        assert main(["completion", shell]) == 0
        path = tmp_path_factory.mktemp("completion") / "genrelab"
        path.write_text(capsys.readouterr().out, "utf-8")
        return path

    return write


def completed(script, *words, cwd=None):
    """What bash offers for the last word."""
    asked = " ".join(f"'{word}'" for word in words)
    code = (
        f"source '{script}'; COMP_WORDS=({asked}); COMP_CWORD={len(words) - 1}; "
        f"$(complete -p genrelab | sed 's/.*-F \\([^ ]*\\).*/\\1/') genrelab '{words[-1]}' '{words[-2]}'; "
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    return subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=True, cwd=cwd).stdout.split()


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_completes_commands_options_choices_and_files(script, capsys, tmp_path):
    path = script("bash", capsys)
    assert set(completed(path, "genrelab", "")) >= set(COMMANDS)
    assert completed(path, "genrelab", "ev") == ["evaluate"]
    assert "--no-thumbnails" in completed(path, "genrelab", "report", "--no")
    assert completed(path, "genrelab", "report", "--format", "c") == ["csv"]
    (tmp_path / "mine.joblib").touch()
    assert completed(path, "genrelab", "predict", "mi", cwd=tmp_path) == ["mine.joblib"]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh here")
def test_zsh_reads_the_script(script, capsys):
    path = script("zsh", capsys)
    subprocess.run(["zsh", "-n", path], check=True)
