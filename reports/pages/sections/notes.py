"""The audit, and how the run was made."""

from typing import Any

import pandas as pd

from ...runs.format import KEYS, Check, Configuration
from ..notes import facts, remarks
from ..parts import Facts, Heading, Items, Part
from ..report import Report
from ..section import Section
from ..tables import Cell, Table


def _audit_parts(_: Report, data: list[Check]) -> list[Part]:
    rows = [
        [check.name, Cell("", flag=check.status) if check.failed else check.status, check.evidence] for check in data
    ]
    return [Table(["check", "status", "evidence"], rows, words=["evidence"])]


def _notes(report: Report) -> dict[str, Any]:
    lists = {key: remarks(report.run, key) for key in ("notes", "warnings", "attribution")}
    failed = report.run.failures
    cells = [str(Configuration(*key)) for key in failed[KEYS].itertuples(index=False, name=None)]
    failures = pd.DataFrame({"cell": cells, "reason": failed["reason"].astype(str).tolist()})
    return {"facts": dict(facts(report.run)), "failures": failures, **lists}


def _notes_parts(_: Report, data: dict[str, Any]) -> list[Part]:
    parts: list[Part] = [Facts(data["facts"])] if data["facts"] else []
    for heading, key in (("About this run", "notes"), ("Warnings", "warnings"), ("Sources", "attribution")):
        if data[key]:
            parts += [Heading(heading), Items(data[key])]
    failures: pd.DataFrame = data["failures"]
    if len(failures):
        counted = failures.value_counts().reset_index().itertuples(index=False, name=None)
        told = [f"{cell}: {reason} ({count} folds)" for cell, reason, count in counted]
        parts += [Heading("Fits that failed"), Items(told)]
    return parts or [Items(["This run folder holds no run.json: how the run was made is not known."])]


AUDIT = Section(
    "audit",
    "Audit",
    lambda report: report.checks or None,
    _audit_parts,
    lambda data: {"audit": pd.DataFrame([vars(check) for check in data])},
    open=True,
)
NOTES = Section("notes", "Notes", _notes, _notes_parts, open=True)
