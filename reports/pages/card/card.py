"""What a person needs to know before using an exported model, from its manifest and the folder of its run.

skops has a model card too, but it is bound to skops' own persistence and fills in scikit-learn's parameters where a
reader wants data, split and trivial rules; so a card is made of the same parts as a report.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ....features.files import write_text
from ...runs.format import Check
from ...runs.metric_names import metric_name
from ...runs.read import KEYS, Configuration, RunFolder, read_run
from ..notes import plain
from ..page import html_page, markdown_page
from ..parts import Code, Facts, Items, Part, Text
from ..report import Report
from ..section import Shown
from ..sections.headline import over_rule
from ..tables import Table
from ..words import formats
from .limits import limits, per_decade, used_weights
from .scores import calibration_parts, genre_parts, score_parts

OF_POSTERS = ("brightness", "palette", "pixels", "embedding", "style", "image")  # features that a poster alone has
_AUDIT = "genrelab audit --catalog PATH --run RUN"
_SPLITS = {
    "kfold": "{folds} folds",
    "holdout": "a part of {test_size} held out",
    "decades": "trained on one decade, tested on each",
    "temporal": "{folds} periods, each trained on the years before it",
}


@dataclass(frozen=True)
class Card:
    """A title, what the model is in one sentence, a warning, and sections."""

    title: str
    lead: str
    warning: str
    sections: Sequence[Shown]

    def html(self) -> str:
        """One self-contained page."""
        return html_page(self.title, self.lead, self._top(), self.sections)

    def markdown(self) -> str:
        """The same as Markdown."""
        return markdown_page(self.title, self.lead, self._top(), self.sections)

    def _top(self) -> list[Part]:
        return [Text(self.warning, warning=True)] if self.warning else []


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
    report, cell = Report(run), Configuration(*(manifest["cell"][key] for key in KEYS))
    measured = report.table[(report.table[KEYS] == list(cell)).all(axis=1)]
    if measured.empty:
        raise ValueError(f"{run.path}: expected scores of {cell}, found none")
    row, predictions = measured.iloc[0], run.predictions(cell)
    labels = [str(label) for label in manifest["labels"]]
    support = manifest["trained_on"].get("support") or {}
    order = sorted(labels, key=lambda label: (-int(support.get(label, 0)), label))
    several = manifest["kind"] == "multilabel"
    what = f"a probability for each of {len(labels)} genres" if several else f"one of {len(labels)} classes"
    claim = over_rule(report, cell)
    sections: dict[str, list[Part]] = {
        "What it is": _what(manifest, run, cell),
        "Scores": score_parts(report, row, predictions, claim),
        "Genre by genre": genre_parts(run, cell, manifest, order),
        "Calibration": calibration_parts(predictions, order, manifest.get("calibration")),
        "Decades": per_decade(run, predictions),
        "Audit": _audit(report.checks),
        "Limits": [Items(limits(manifest, run))],
        "Data and terms": _data(manifest, run),
        "How to use it": _use(manifest, file_name),
        "Versions": [Facts({name: str(value) for name, value in manifest["versions"].items()})],
    }
    return Card(
        title=f"Genre model: {cell.model} on {cell.feature_set}",
        lead=f"Gives a title {what}; fitted on {fitted_on(manifest)}. "
        f"{claim.question} On titles it had not seen: {claim.short}. {claim.detail}",
        warning=f"Not evidence: the audit of the run failed ({', '.join(report.failed)})." if report.failed else "",
        sections=[
            Shown(heading.lower().replace(" ", "-"), heading, parts, {}, True)
            for heading, parts in sections.items()
            if parts
        ],
    )


def fitted_on(manifest: Mapping[str, Any]) -> str:
    """Which titles a model learnt from.

    Examples
    --------
    >>> fitted_on({"trained_on": {"titles": 72, "where": "year < 1980"}})
    'the 72 titles with year < 1980'
    """
    trained = manifest["trained_on"]
    titles = f"{formats.whole(trained['titles'])} titles"
    return f"the {titles} with {trained['where']}" if trained.get("where") else f"all {titles}"


def _what(manifest: Mapping[str, Any], run: RunFolder, cell: Configuration) -> list[Part]:
    split = dict(manifest.get("split") or {})
    told = _SPLITS.get(str(split.get("kind")), plain(split))
    if split.get("repeats", 1) > 1:
        told += ", repeated {repeats} times"
    groups = manifest["trained_on"].get("groups")
    if groups:
        told += f"; titles of one franchise or with one poster stay together ({formats.whole(groups)} groups)"
    thresholds = run.info.get("thresholds") or {}
    chosen = f"a threshold per genre for {metric_name(str(thresholds.get('objective', 'f1')))}, from out-of-fold scores"
    facts = {
        "question of the run": str(run.info.get("question") or ""),
        "learner": cell.model + ("" if cell.balance == "none" else f", balancing {cell.balance}"),
        "reads": ", ".join(manifest["features"]),
        "network weights (not in the file)": "; ".join(used_weights(manifest)),
        "genres": ", ".join(manifest["labels"]),
        "decides by": chosen if manifest["kind"] == "multilabel" else "the most probable class",
        "measured by": told.format_map(split),
        "then": f"refitted on {fitted_on(manifest)}; the scores are those of the models of the folds, "
        "each tested on titles it had not seen",
    }
    return [Facts({name: text for name, text in facts.items() if text})]


def _audit(checks: Sequence[Check]) -> list[Part]:
    if not checks:
        return [Text("Not run. This command looks for leaks; export again after it:"), Code(_AUDIT, "sh")]
    rows = [[check.name, check.status, check.evidence] for check in checks]
    return [Table(["check", "outcome", "evidence"], rows, words=["evidence"])]


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
        terms.append("The catalogue names no source to credit: find out whose terms apply before passing the model on.")
    terms.append("The file holds no title, poster or text of the catalogue, only words and numbers learnt from them.")
    return [*parts, Items([*credits, *terms]), *([Items(manifest["notes"])] if manifest.get("notes") else [])]


def _use(manifest: Mapping[str, Any], file_name: str) -> list[Part]:
    seen = [str(spec).startswith(OF_POSTERS) for spec in manifest["features"]]
    lines = [f"genrelab predict {file_name} --catalog my.parquet"]
    if any(seen):
        alone = "" if all(seen) else "  # posters alone: the scores above are not shown for such answers"
        lines.append(f"genrelab predict {file_name} posters/{alone}")
    library = (
        "import genrelab as gl\n\n"
        f'model = gl.load_model("{file_name}")  # checks hash and versions first\n'
        'catalog = gl.load_catalog("my.parquet")\n'
        "genres = model.predict(catalog)  # row for row; a title without input has nulls and a reason"
    )
    told = (
        f"Keep {file_name} and its .json together. The file is a pickle: opening it runs code, so only open one that "
        f"comes from someone you trust. sha256 {manifest['sha256']}"
    )
    return [Code("\n".join(lines), "sh"), Code(library), Text(told)]
