"""The card says what was measured, beside the trivial rules, from the manifest and the run's files alone."""

import json
import re

import pytest

from genrelab.reports.evaluation.leaderboard import leaderboard
from genrelab.reports.pages.card.card import model_card, write_model_card
from genrelab.reports.runs.read import read_run


def manifest(run_dir, **changes):
    run = read_run(run_dir)
    labels = sorted(run.results["label"].dropna().unique())
    labels = [label for label in labels if not label.startswith("pca")]
    return {
        "sha256": "ab" * 32,
        "kind": run.kind,
        "labels": labels,
        "thresholds": [0.25 + k / 100 for k in range(len(labels))],
        "features": ["metadata", "embedding:mobilenet_v2"],
        "feature_columns": ["metadata_year", "metadata_popularity"],
        "backbones": {},
        "versions": {"python": "3.11.7", "scikit-learn": "1.9.1"},
        "experiment": "synthetic",
        "run_fingerprint": "f" * 64,
        "cell": {"feature_set": "everything", "model": "rf", "balance": "none"},
        "trained_on": {
            "titles": 120,
            "groups": 110,
            "target": {"name": run.kind, "source": "imdb"},
            "support": {label: 20 + 15 * k for k, label in enumerate(labels)},
        },
        "split": {"kind": "kfold", "folds": 3, "repeats": 2},
        "weights": {"mobilenet_v2": "mobilenet_v2, random weights"},
        "attribution": ["Information courtesy of a source."],
        "licences": ["Not to be passed on."],
        "notes": [],
    } | changes


@pytest.fixture(scope="module")
def small_run(make_run):
    """Three configurations and the trivial rules."""
    return make_run(titles=120, repeats=1)


@pytest.fixture(scope="module")
def text(small_run):
    return model_card(manifest(small_run), read_run(small_run)).markdown()


def section(text: str, heading: str) -> str:
    return text.split(f"## {heading}\n")[1].split("\n## ")[0]


def test_sections_come_in_reading_order(text):
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert headings == [
        "What it is",
        "Scores",
        "Genre by genre",
        "Calibration",
        "Decades",
        "Audit",
        "Limits",
        "Data and terms",
        "How to use it",
        "Versions",
    ]


def test_scores_stand_beside_the_best_trivial_rule_of_each_metric(text, small_run):
    table = leaderboard(read_run(small_run)).set_index(["feature_set", "model", "balance"])
    own = table.loc[("everything", "rf", "none")]
    rules = table[table["trivial"]]
    scores = section(text, "Scores")
    cells = {line.split("|")[1].strip(): line.split("|")[2:5] for line in scores.splitlines() if line.count("|") > 5}
    for name, metric, best in (
        ("macro F1", "f1_macro", "max"),
        ("Hamming loss (less is better)", "hamming_loss", "min"),
    ):
        model, interval, rule = (cell.strip() for cell in cells[name])
        assert (model, rule) == (f"{own[metric]:.3f}", f"{getattr(rules[metric], best)():.3f}")
        assert float(interval.split()[0]) <= own[metric] <= float(interval.split()[-1])
    assert scores.count("| all-positive |") >= 1 and scores.count("| all-negative |") >= 1
    assert "Better than the best trivial rule?" in scores and "The rule all-positive scores" in scores


def test_every_genre_has_its_threshold_and_calibration(text, small_run):
    about = manifest(small_run)
    rows = section(text, "Genre by genre")
    for label, threshold in zip(about["labels"], about["thresholds"], strict=True):
        row = next(line for line in rows.splitlines() if line.startswith(f"| {label} |"))
        assert row.endswith(f"| {threshold:.3f} |") and "–" not in row
    calibrated = section(text, "Calibration")
    assert all(f"| {label} |" in calibrated for label in about["labels"])


def test_genres_below_the_bar_are_named(small_run):
    weak = {"feature_set": "metadata", "model": "knn", "balance": "none"}
    rows = section(model_card(manifest(small_run, cell=weak), read_run(small_run)).markdown(), "Genre by genre")
    assert "Not above it: " in rows and "Western" in rows.split("Not above it: ")[1].split(".")[0]


def test_limits_are_told(text):
    told = section(text, "Limits")
    for words in ("at most three genres", "random", "popularity", "fewer than 50 titles", "Nine in ten", "kind movie"):
        assert words in told, words


def test_terms_and_use_are_told(text):
    assert "Information courtesy of a source." in section(text, "Data and terms")
    assert "Not to be passed on." in section(text, "Data and terms")
    assert "genrelab predict model.joblib posters/" in section(text, "How to use it")


@pytest.mark.parametrize(
    ("audit", "told"),
    [
        (None, "Not run"),
        ([{"check": "shuffle", "status": "passed", "evidence": "falls to chance"}], "falls to chance"),
        ([{"check": "shuffle", "status": "failed", "evidence": "scores stay"}], "Not evidence"),
    ],
)
def test_the_audit_is_told_whatever_it_was(make_run, audit, told):
    run_dir = make_run(titles=40, info={"audit": audit})
    card = model_card(manifest(run_dir), read_run(run_dir))
    assert told in card.markdown() and told in card.html()


def test_a_single_label_model_has_no_thresholds_and_tells_of_ties(make_run):
    run_dir = make_run("single", titles=60, info={"tie_share": 0.5, "ceiling": 0.7})
    text = model_card(manifest(run_dir), read_run(run_dir)).markdown()
    assert "threshold" not in section(text, "Genre by genre")
    assert "right on more than 70 %" in section(text, "Limits")


def test_a_run_without_predictions_or_titles_has_a_shorter_card(make_run):
    run_dir = make_run(titles=40)
    (run_dir / "predictions.parquet").unlink()
    (run_dir / "titles.parquet").unlink()
    text = model_card(manifest(run_dir, attribution=[], licences=[]), read_run(run_dir)).markdown()
    assert "## Calibration" not in text and "## Decades" not in text and "## Scores" in text
    assert "names no source to credit" in text


def test_a_cell_that_was_not_measured_is_refused(small_run):
    cell = {"feature_set": "none", "model": "rf", "balance": "none"}
    with pytest.raises(ValueError, match="expected scores of none · rf, found none"):
        model_card(manifest(small_run, cell=cell), read_run(small_run))


def test_files_lie_beside_the_model_and_the_page_needs_nothing_else(small_run, tmp_path):
    paths = write_model_card(manifest(small_run), small_run, tmp_path / "mine.joblib")
    assert [path.name for path in paths] == ["mine.md", "mine.html"]
    page = paths[1].read_text("utf-8")
    assert "load_model(&quot;mine.joblib&quot;)" in page
    assert page.count("<script") == 1 and not re.search(r'(src|href)="http', page)
    again = write_model_card(json.loads(json.dumps(manifest(small_run))), small_run, tmp_path / "mine.joblib")
    assert again[1].read_text("utf-8") == page
