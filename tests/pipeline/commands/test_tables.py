"""Tables for programs: alone on standard output, whole, and the same numbers as Python's."""

import io
import json
import os
import re
import subprocess
import sys

import pandas as pd
import pytest

from genrelab.pipeline.cli import COMMANDS, main, whole_parser
from genrelab.pipeline.experiments.run import Run

# Commands that print a table, and how the table is asked for here; what is in capitals is a path.
TABLES = {
    "compare": ["EXPERIMENT", "--catalog", "CATALOG", "--out", "RUN", "--features", "FREE", "--jobs", "1"],
    "report": ["RUN", "--out", "FREE"],
    "audit": ["--catalog", "CATALOG", "--run", "RUN", "--no-refit", "--features", "FREE"],
    "catalog": ["check", "CATALOG", "--no-posters"],
    "features": ["brightness", "--catalog", "CATALOG", "--features", "FREE", "--weights", "random"],
    "evaluate": ["EXPORTED", "--catalog", "LATER", "--out", "FREE", "--features", "CACHE"],
    "predict": ["MODEL", "--catalog", "CATALOG"],
    "explain": ["MODEL", "--title", "TITLE", "--catalog", "CATALOG"],
    "demo": None,  # what compare prints
}


@pytest.fixture(scope="module")
def paths(small_experiment, demo_catalog, small_run, hand_models, tmp_path_factory):
    import shutil

    from genrelab.pipeline.demo.generate import generate_demo

    place = tmp_path_factory.mktemp("tables")
    own, exported = place / "run", place / "model.joblib"
    shutil.copytree(small_run, own)  # the audit writes into it
    words = ["export", small_run, "--catalog", demo_catalog, "--model", "glm", "--balance", "none", "--out", exported]
    assert main([*map(str, words), "--features", str(place / "features")]) == 0
    return {
        "EXPERIMENT": small_experiment,
        "CATALOG": demo_catalog,
        "RUN": own,
        "MODEL": hand_models["metadata"],
        "EXPORTED": exported,
        "CACHE": place / "features",
        "LATER": generate_demo(place / "later", n_titles=60, seed=6),
        "TITLE": pd.read_parquet(demo_catalog)["imdb_id"].iloc[0],
    }


def words(name, paths, free):
    return [name, *(str(paths.get(word, free if word == "FREE" else word)) for word in TABLES[name])]


def commands_with_format():
    actions = next(action.choices for action in whole_parser()._actions if isinstance(action.choices, dict))
    found = set()
    for name, parser in actions.items():
        choices = [action.choices for action in parser._actions if isinstance(action.choices, dict)]
        inner = [parser, *(one for chosen in choices for one in chosen.values())]
        if any("--format" in action.option_strings for one in inner for action in one._actions):
            found.add(name)
    return found


def test_every_command_with_a_format_is_tried_here():
    assert commands_with_format() == set(TABLES)


@pytest.mark.parametrize("name", [name for name in TABLES if TABLES[name]])
def test_json_and_csv_hold_the_same_table_and_nothing_else(name, paths, tmp_path, capsys):
    found = {}
    for style in ("json", "csv"):
        code = main([*words(name, paths, tmp_path / style), *(["--json"] if style == "json" else ["--format", "csv"])])
        assert code in (0, 1)
        said = capsys.readouterr().out
        found[style] = pd.DataFrame(rows_of(said)) if style == "json" else pd.read_csv(io.StringIO(said))
    assert len(found["json"]) and found["json"].columns.tolist() == found["csv"].columns.tolist()
    for column in found["csv"].select_dtypes("number"):
        if not column.endswith("seconds"):
            numbers = pd.to_numeric(found["json"][column])
            digits = 1e-5 if name == "predict" else 1e-12  # predictions as CSV have six decimals
            pd.testing.assert_series_equal(numbers, found["csv"][column], check_dtype=False, rtol=0, atol=digits)


def rows_of(said):
    rows = json.loads(said)
    return rows["rows"] if isinstance(rows, dict) else rows


def test_the_leaderboard_of_the_command_is_pythons(paths, tmp_path, capsys):
    assert main(["report", str(paths["RUN"]), "--out", str(tmp_path / "report"), "--json"]) == 0
    said = capsys.readouterr()
    expected = Run.open(paths["RUN"]).leaderboard()
    found = pd.DataFrame(json.loads(said.out))
    assert found["model"].tolist() == expected["model"].tolist()
    assert found["f1_macro"].to_numpy() == pytest.approx(expected["f1_macro"].to_numpy(), abs=1e-15, nan_ok=True)
    assert said.err.startswith("report: ")


def test_format_and_json_together_are_refused(paths, capsys):
    with pytest.raises(SystemExit):
        main(["report", str(paths["RUN"]), "--json", "--format", "csv"])
    assert "not allowed with argument" in capsys.readouterr().err


def test_the_help_of_every_command_is_printed(capsys):
    for name in COMMANDS:
        with pytest.raises(SystemExit) as ended:
            main([name, "--help"])
        assert ended.value.code == 0 and capsys.readouterr().out.startswith(f"usage: genrelab {name}")


def test_genrelab_alone_shows_its_help_and_every_exit_status(repository, capsys):
    assert main([]) == 0
    said = capsys.readouterr().out
    page = (repository / "docs" / "commands.md").read_text("utf-8")
    for number in (0, 1, 2, 130, 143):
        assert re.search(rf"\b{number}\b", said.rpartition("exit status:")[2])
        assert f"| {number} |" in page
    for name in COMMANDS:
        assert f"`{name}`" in page


def test_progress_on_a_terminal_has_no_colours(paths, tmp_path):
    """A real pseudo-terminal, where programs like to colour what they say."""
    pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")
    here, there = pty.openpty()
    code = "import sys; from genrelab.pipeline.cli import main; sys.exit(main(sys.argv[1:]))"
    asked = words("features", paths, tmp_path / "features")
    environment = os.environ | {"NO_COLOR": "1", "TERM": "xterm-256color", "COLUMNS": "100"}
    with subprocess.Popen(
        [sys.executable, "-P", "-c", code, *asked], stdout=there, stderr=there, env=environment
    ) as ran:
        os.close(there)
        seen = b""
        while True:
            try:
                part = os.read(here, 65536)
            except OSError:  # Linux's way of saying that the other end is closed
                break
            if not part:
                break
            seen += part
        os.close(here)
    assert ran.returncode == 0, seen
    assert b"brightness" in seen
    assert not re.search(rb"\x1b\[[0-9;]*m", seen)
