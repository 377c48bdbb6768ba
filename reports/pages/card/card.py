"""What a person needs to know before using an exported model, from its manifest and the folder of its run.

skops has a model card too, but it is bound to skops' own persistence and fills in scikit-learn's parameters where a
reader wants data, split and trivial rules; so these are sections of our own.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ....features.files import write_text
from ...evaluation.leaderboard import leaderboard
from ...evaluation.verdicts import better_than_trivial
from ...runs.read import KEYS, Configuration, RunFolder, read_run
from ..notes import audit_checks, plain
from ..words import formats
from ..words.metric_names import metric_name
from .limits import limits, per_decade, used_weights
from .parts import Card, Code, Facts, Items, Part, Section, Table, Text
from .scores import calibration_parts, genre_parts, score_parts

_AUDIT = "genrelab audit --catalog PATH --run RUN"
_SPLITS = {
    "kfold": "{folds} folds",
    "holdout": "a part of {test_size} held out",
    "decades": "trained on one decade, tested on each",
    "temporal": "{folds} periods, each trained on the years before it",
}


def write_model_card(manifest: Mapping[str, Any], run_dir: Path, model: Path) -> tuple[Path, Path]:
    """Write the card beside a model file.

    Parameters
    ----------
    manifest : mapping
        The content of model.json.
    run_dir : Path
        The run that the model was chosen from.
    model : Path
        The joblib file; `model.joblib` gets `model.md` and `model.html`.

    Returns
    -------
    Path, Path
        The Markdown file and the self-contained page, each written whole.
    """
    card = model_card(manifest, read_run(run_dir), model.name)
    return (
        write_text(model.with_suffix(".md"), card.markdown()),
        write_text(model.with_suffix(".html"), card.html()),
    )


def model_card(manifest: Mapping[str, Any], run: RunFolder, file_name: str = "model.joblib") -> Card:
    """The card of an exported model.

    Parameters
    ----------
    manifest : mapping
        The content of model.json.
    run : RunFolder
        The run that the model was chosen from; everything measured comes from it.
    file_name : str
        Of the model, for the lines that load it.

    Returns
    -------
    Card

    Raises
    ------
    ValueError
        When the run has no scores of the model's cell.
    """
    cell = Configuration(*(manifest["cell"][key] for key in KEYS))
    table = leaderboard(run)
    own = table[(table[KEYS] == list(cell)).all(axis=1)]
    if own.empty:
        raise ValueError(f"{run.path}: expected scores of {cell}, found none")
    row, predictions = own.iloc[0], run.predictions(cell)
    checks = audit_checks(run)
    failed = [check.check for check in checks if check.failed]
    labels = [str(label) for label in manifest["labels"]]
    support = manifest["trained_on"].get("support") or {}
    order = sorted(labels, key=lambda label: (-int(support.get(label, 0)), label))
    title_count = formats.whole(manifest["trained_on"]["titles"])
    several = manifest["kind"] == "multilabel"
    what = f"independent probabilities for {len(labels)} genres" if several else f"one of {len(labels)} classes"
    return Card(
        title=f"Genre model: {cell.model} on {cell.feature_set}",
        lead=f"Gives a title {what}; fitted on {title_count} titles. "
        f"On titles it had not seen: {better_than_trivial(run, table, row).detail}",
        warning=f"Not evidence: the audit of the run failed ({', '.join(failed)})." if failed else "",
        sections=[
            Section("What it is", _what(manifest, run, cell)),
            Section("Scores", score_parts(run, table, row, predictions)),
            Section("Genre by genre", genre_parts(run, cell, manifest, order)),
            Section("Calibration", calibration_parts(predictions, order)),
            Section("Decades", per_decade(run, predictions)),
            Section("Audit", _audit(checks)),
            Section("Limits", [Items(limits(manifest, run))]),
            Section("Data and terms", _data(manifest, run)),
            Section("How to use it", _use(manifest, file_name)),
            Section("Versions", [Facts({name: str(value) for name, value in manifest["versions"].items()})]),
        ],
    )


def _what(manifest: Mapping[str, Any], run: RunFolder, cell: Configuration) -> list[Part]:
    split = dict(manifest.get("split") or {})
    told = _SPLITS.get(str(split.get("kind")), plain(split))
    if split.get("repeats", 1) > 1:
        told += ", {repeats} times anew"
    groups = manifest["trained_on"].get("groups")
    if groups:
        told += f"; franchises and posters that are one picture stay on one side ({formats.whole(groups)} groups)"
    thresholds = run.info.get("thresholds") or {}
    chosen = f"a threshold per genre for {metric_name(str(thresholds.get('objective', 'f1')))}, from out-of-fold scores"
    facts = {
        "question of the run": str(run.info.get("question") or ""),
        "learner": cell.model + ("" if cell.balance == "none" else f", balancing {cell.balance}"),
        "reads": ", ".join(manifest["features"]),
        "network weights (not in the file)": "; ".join(used_weights(manifest)),
        "genres": ", ".join(manifest["labels"]),
        "decides by": chosen if manifest["kind"] == "multilabel" else "the most probable class",
        "measured on": told.format_map(split),
        "then": f"refitted on all {formats.whole(manifest['trained_on']['titles'])} titles; the scores are of the "
        "models of the folds, each on titles it had not seen",
    }
    return [Facts({name: text for name, text in facts.items() if text})]


def _audit(checks: list) -> list[Part]:
    if not checks:
        return [Text("Not run. This looks for leaks; export again after it:"), Code(_AUDIT, "sh")]
    return [Table(["check", "outcome", "evidence"], [[c.check, c.status, c.evidence] for c in checks])]


def _data(manifest: Mapping[str, Any], run: RunFolder) -> list[Part]:
    target = manifest["trained_on"]["target"]
    source = target.get("source") if isinstance(target, dict) else None
    kinds = run.titles["kind"].value_counts() if run.titles is not None and "kind" in run.titles else {}
    facts = {
        "titles": formats.whole(manifest["trained_on"]["titles"]),
        "kinds": ", ".join(f"{formats.whole(count)} {kind}" for kind, count in dict(kinds).items()),
        "labels from": str(source or ""),
        "target": plain(target),
        "run": f"{manifest['experiment']}, fingerprint {str(manifest.get('run_fingerprint', ''))[:12]}",
    }
    parts: list[Part] = [Facts({name: text for name, text in facts.items() if text})]
    credits = [str(text) for text in manifest.get("attribution") or []]
    terms = [str(text) for text in manifest.get("licences") or []]
    if not credits:
        terms.append("The catalogue names no source to credit: whose terms hold is for you to find out.")
    terms.append(
        "The file holds no title, no poster and no text of the catalogue, but words and numbers learnt from it."
    )
    return [*parts, Items([*credits, *terms]), *([Items(manifest["notes"])] if manifest.get("notes") else [])]


def _use(manifest: Mapping[str, Any], file_name: str) -> list[Part]:
    posters = any(not str(spec).startswith(("metadata", "keywords", "overview")) for spec in manifest["features"])
    lines = [f"genrelab predict {file_name} --catalog my.parquet"]
    lines += [f"genrelab predict {file_name} posters/"] if posters else []
    library = (
        "from genrelab.models.file import load_model\n"
        "from genrelab.pipeline.catalog.table import load_catalog\n\n"
        f'model = load_model("{file_name}")  # checks hash and versions first\n'
        'catalog = load_catalog("my.parquet")\n'
        "probabilities = model.predict_proba(catalog.titles, root=catalog.root)"
    )
    told = (
        f"Keep {file_name} and its .json together. The file is a pickle: opening it runs code, so open it only from "
        f"someone you trust. sha256 {manifest['sha256']}"
    )
    return [Code("\n".join(lines), "sh"), Code(library), Text(told)]
