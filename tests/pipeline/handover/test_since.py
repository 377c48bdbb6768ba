"""Only new and changed titles are predicted again, and their answers are those of a whole prediction."""

import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from genrelab.pipeline.catalog.table import load_catalog, save_catalog
from genrelab.pipeline.cli import main


@pytest.fixture(scope="module")
def model_file(small_run, demo_catalog, small_experiment, tmp_path_factory):
    out = tmp_path_factory.mktemp("model") / "model.joblib"
    arguments = ["export", small_run, "--feature-set", "both", "--model", "glm", "--balance", "balanced", "--out", out]
    arguments += ["--experiment", small_experiment, "--catalog", demo_catalog, "--features", out.parent / "features"]
    assert main(list(map(str, arguments))) == 0
    return out


@pytest.fixture
def states(demo_catalog, tmp_path):
    """A catalogue of 60 titles beside its posters, and a copy that is younger than all of them."""
    catalog = load_catalog(demo_catalog).take(range(60))
    for poster in catalog.poster_paths():
        if isinstance(poster, Path) and poster.exists():
            copy = tmp_path / poster.relative_to(catalog.root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(poster, copy)
    now, before = tmp_path / "now.parquet", tmp_path / "before.parquet"
    save_catalog(catalog.titles, now)
    save_catalog(catalog.titles, before)
    return catalog.titles, now, before


def predict(model_file, now, out, *more) -> int:
    words = ["predict", model_file, "--catalog", now, "--out", out, "--features", out.parent / "features", *more]
    return main(list(map(str, words)))


def test_new_and_changed_titles_get_the_answers_of_a_whole_prediction(model_file, states, tmp_path, capsys):
    titles, now, before = states
    save_catalog(titles.iloc[5:58], before)  # five new at the start, two at the end
    later = titles.copy()
    later.loc[20, "runtime"] = 61.0
    later.loc[30, "title"] = "A name that the model does not read"
    save_catalog(later.drop(index=40), now)
    assert predict(model_file, now, tmp_path / "changed.csv", "--since", before) == 0
    assert "7 new titles, 1 changed, 51 as before, 1 no longer there" in capsys.readouterr().err
    changed = pd.read_csv(tmp_path / "changed.csv")
    assert changed["imdb_id"].tolist() == titles["imdb_id"].iloc[[0, 1, 2, 3, 4, 20, 58, 59]].tolist()
    assert predict(model_file, now, tmp_path / "all.csv") == 0
    whole = pd.read_csv(tmp_path / "all.csv")
    pd.testing.assert_frame_equal(changed, whole[whole["imdb_id"].isin(changed["imdb_id"])].reset_index(drop=True))


def test_a_poster_written_after_the_copy_is_a_change(model_file, states, tmp_path):
    titles, now, before = states
    row = next(row for row, name in enumerate(titles["poster"]) if not pd.isna(name) and (tmp_path / name).exists())
    later = before.stat().st_mtime + 10
    os.utime(tmp_path / titles["poster"][row], (later, later))
    assert predict(model_file, now, tmp_path / "changed.csv", "--since", before) == 0
    assert pd.read_csv(tmp_path / "changed.csv")["imdb_id"].tolist() == [titles["imdb_id"][row]]


def test_nothing_changed_writes_no_file(model_file, states, tmp_path, capsys):
    _, now, before = states
    assert predict(model_file, now, tmp_path / "changed.csv", "--since", before) == 0
    assert "0 new titles, 0 changed, 60 as before, 0 no longer there" in capsys.readouterr().err
    assert not (tmp_path / "changed.csv").exists()


def test_a_cell_that_cannot_be_read_is_predicted_and_says_so(model_file, states, tmp_path):
    _, now, before = states
    for file in (now, before):
        broken = pd.read_parquet(file)
        broken.loc[7, "runtime"] = -1.0
        broken.to_parquet(file)
    assert predict(model_file, now, tmp_path / "changed.csv", "--since", before) == 1
    assert pd.read_csv(tmp_path / "changed.csv")["reason"][0].startswith("row 7 ")


def test_what_is_no_earlier_catalogue_is_refused(model_file, states, tmp_path, capsys):
    _, now, before = states
    assert predict(model_file, now, tmp_path / "out.csv", "--since", now) == 2
    assert "is the catalogue itself" in capsys.readouterr().err
    assert predict(model_file, now, tmp_path / "out.parquet") == 0
    assert predict(model_file, now, tmp_path / "new.csv", "--since", tmp_path / "out.parquet") == 2
    assert "holds predictions" in capsys.readouterr().err
    assert predict(model_file, now, before, "--since", before, "--overwrite") == 2
    assert main(["predict", str(model_file), str(tmp_path), "--since", str(before)]) == 2
    assert "expected --catalog PATH" in capsys.readouterr().err
