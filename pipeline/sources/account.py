"""What a source read, what it could not read, and what it left out: counted, with examples, in words."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...features.files import replacing
from .images import printable

SHARE, AT_LEAST = 0.2, 10  # more than a fifth, and at least ten, of a table's cells or rows is a fault
ALL_OF = 3  # so are all of so few
SHOWN = 10


def is_fault(count: int, total: int) -> bool:
    """Return whether so many of `total` cells or rows are more than a slip here and there, or all of them.

    Examples
    --------
    >>> is_fault(9, 60), is_fault(10, 60), is_fault(20, 60), is_fault(9, 9)
    (False, False, True, True)
    """
    return (count >= AT_LEAST and count > SHARE * total) or count == total >= ALL_OF


def how_many(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> how_many(1, "row"), how_many(2_000, "row"), how_many(1, "name is", "names are")
    ('1 row', '2,000 rows', '1 name is')
    """
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


@dataclass
class ColumnAccount:
    """What became of one column of a table.

    Examples
    --------
    >>> account = ColumnAccount("Length", "runtime")
    >>> account.read, account.missing = 95, 3
    >>> account.fail("line 4", "two reels", "expected minutes")
    >>> account.line()
    "Length → runtime: 95 read, 3 empty, 1 not read, such as 'two reels' in line 4 (expected minutes)"
    """

    header: str
    meaning: str
    note: str = ""
    read: int = 0
    missing: int = 0
    unread: int = 0
    examples: list[tuple[str, str, str]] = field(default_factory=list)

    def fail(self, where: str, cell: object, why: str) -> None:
        """Count a cell that holds something that cannot be read; the first three are kept as examples."""
        self.unread += 1
        if len(self.examples) < 3:
            text = printable(str(cell))
            self.examples.append((where, text if len(text) <= 60 else f"{text[:59]}…", why))

    def line(self) -> str:
        """Return the account as one line."""
        parts = [f"{self.read:,} read"] + ([f"{self.missing:,} empty"] if self.missing else [])
        if self.unread:
            where, cell, why = self.examples[0]
            parts.append(f"{self.unread:,} not read, such as {cell!r} in {where} ({why})")
        note = f" ({self.note})" if self.note else ""
        return f"{printable(self.header)} → {self.meaning}{note}: {', '.join(parts)}"


@dataclass
class SourceReport:
    """What a source read, what it left out and why, and what a reader should know.

    Parameters
    ----------
    source : str
        Its name.
    dropped : dict
        Rows left out, by reason.
    notes : list of str
        What a reader should know.
    table : list of str
        What became of a user's table, line by line.
    left_out : list of (str, str, str)
        What was left out (`row`, `poster`, `file`), its name or place, and why.
    faults : list of str
        Sentences about losses so large that the command ends with status 1.

    Examples
    --------
    >>> report = SourceReport("imdb")
    >>> report.drop("adult", 3)
    >>> report.lines(kept=10)
    ['imdb: 10 titles kept', '  left out, adult: 3']
    """

    source: str
    dropped: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    table: list[str] = field(default_factory=list)
    left_out: list[tuple[str, str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def drop(self, reason: str, count: int) -> None:
        """Add `count` left-out rows under `reason`; zero is not mentioned."""
        if count:
            self.dropped[reason] = self.dropped.get(reason, 0) + int(count)

    def lines(self, kept: int) -> list[str]:
        """Return the report as text lines."""
        lines = [f"{self.source}: {how_many(kept, 'title')} kept"]
        lines += [f"  {line}" for line in self.table]
        lines += [f"  left out, {reason}: {count:,}" for reason, count in self.dropped.items()]
        lines += [f"  note: {note}" for note in self.notes]
        if self.left_out:
            first = f"the first {SHOWN} of {len(self.left_out):,}" if len(self.left_out) > SHOWN else "all"
            lines.append(f"  left out or not matched ({first}):")
            lines += [f"    {what} {printable(name)}: {printable(why)}" for what, name, why in self.left_out[:SHOWN]]
        return lines + [f"  fault: {fault}" for fault in self.faults]


def write_left_out(left_out: Sequence[tuple[str, str, str]], path: Path) -> Path | None:
    """Write everything that was left out as a CSV; without anything, remove the list of an earlier run.

    Returns
    -------
    Path or None
        The file, None where there is nothing to list.
    """
    if not left_out:
        path.unlink(missing_ok=True)
        return None
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["what", "name", "why"])
        writer.writerows([what, printable(name), printable(why)] for what, name, why in left_out)
    return path


def counted(reasons: Sequence[str]) -> list[str]:
    """Return reasons with how often each occurs, most frequent first.

    Examples
    --------
    >>> counted(["empty", "no image", "empty"])
    ['2 × empty', '1 × no image']
    """
    return [f"{count:,} × {reason}" for reason, count in Counter(reasons).most_common()]
