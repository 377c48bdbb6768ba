"""Tables and heat maps: one description each for the page, the Markdown and, from the same frame, the CSV."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape as escape_html
from typing import Any

import pandas as pd

from .parts import breaking, escape_markdown
from .words import formats


@dataclass(frozen=True)
class Cell:
    """A cell that is more than its text.

    Attributes
    ----------
    text : str
    small : str
        A quieter second line.
    flag : str
        A warning in a frame.
    link : str
        The address that the small line leads to.
    key : float or None
        What the column is sorted by, where that is not the text.
    """

    text: str
    small: str = ""
    flag: str = ""
    link: str = ""
    key: float | None = None

    def html(self) -> str:
        """What is inside the `<td>`."""
        small = breaking(self.small)
        small = f'<a href="{escape_html(self.link)}">{small}</a>' if self.link else small
        flag = f' <span class="flag">{escape_html(self.flag)}</span>' if self.flag else ""
        return breaking(self.text) + flag + (f"<small>{small}</small>" if small else "")

    def __str__(self) -> str:
        extras = [extra for extra in (self.small, self.flag) if extra]
        return self.text + "".join(f" ({extra})" for extra in extras) if self.text else "; ".join(extras)


@dataclass(frozen=True)
class Table:
    """Rows of formatted cells.

    Parameters
    ----------
    names : sequence of str
    rows : sequence of sequences of str or Cell
        As many cells as names; numbers are formatted before.
    numeric : sequence of bool
        Columns set to the right; False where it is too short.
    words : sequence of str
        Names of the columns that hold sentences, which may break into lines.
    cards : bool
        Whether a phone shows every row as a card with the names of its columns.

    Examples
    --------
    >>> print(Table(["genre", "F1"], [["War", "0.5"]], [False, True]).markdown())
    | genre | F1 |
    | --- | ---: |
    | War | 0.5 |
    """

    names: Sequence[str]
    rows: Sequence[Sequence[Any]]
    numeric: Sequence[bool] = ()
    words: Sequence[str] = ()
    cards: bool = False

    def _right(self) -> list[bool]:
        return [*self.numeric, *[False] * (len(self.names) - len(self.numeric))]

    def markdown(self) -> str:
        """A table with a line per row."""
        lines = [[escape_markdown(name) for name in self.names]]
        lines.append(["---:" if flag else "---" for flag in self._right()])
        lines += [[escape_markdown(cell) for cell in row] for row in self.rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def html(self) -> str:
        """A `<table>` that scrolls when it is too wide."""
        kinds = [
            ' class="n"' if right else ' class="words"' if name in self.words else ' class="name"' if at == 0 else ""
            for at, (name, right) in enumerate(zip(self.names, self._right(), strict=True))
        ]
        head = "".join(f"<th{kind}>{escape_html(name)}</th>" for name, kind in zip(self.names, kinds, strict=True))
        marks = [f' data-is="{escape_html(name)}"' if self.cards else "" for name in self.names]
        body = "\n".join(
            "<tr>"
            + "".join(
                f"<td{kind}{mark}>{_inside(cell)}</td>" for cell, kind, mark in zip(row, kinds, marks, strict=True)
            )
            + "</tr>"
            for row in self.rows
        )
        table = '<table class="as-cards">' if self.cards else "<table>"
        return f'<div class="box" tabindex="0">{table}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _inside(cell: Any) -> str:
    return cell.html() if isinstance(cell, Cell) else breaking(cell)


def table_of(frame: pd.DataFrame, columns: Mapping[str, tuple[str, Callable[[Any], str]]]) -> Table:
    """A table of some columns of a frame; columns that it lacks are left out.

    Parameters
    ----------
    frame : DataFrame
    columns : mapping of column to (name, format)
        `str` keeps text as it is and sets it to the left; any other format is for numbers.

    Examples
    --------
    >>> frame = pd.DataFrame({"label": ["War"], "f1": [0.51234]})
    >>> table_of(frame, {"label": ("genre", str), "f1": ("F1", formats.score)}).rows
    [['War', '0.512']]
    """
    kept = {name: told for name, told in columns.items() if name in frame}
    rows = [
        [
            formats.DASH if told is str and _gone(value) else told(value)
            for value, (_, told) in zip(row, kept.values(), strict=True)
        ]
        for row in frame[list(kept)].itertuples(index=False, name=None)
    ]
    return Table([name for name, _ in kept.values()], rows, [told is not str for _, told in kept.values()])


def _gone(value: Any) -> bool:
    return value is None or value != value


@dataclass(frozen=True)
class Heat:
    """A matrix whose cells are the darker the larger their value.

    Parameters
    ----------
    matrix : DataFrame of float
        Its index and columns are the names.
    down, across : str
        What rows and columns are.
    decimals : bool
        Scores, or else whole percentages.
    diagonal : bool
        Whether cells of one name on both sides are outlined.
    from_least : bool
        Whether the colours begin at the least value, for values that differ by little; else at zero.
    """

    matrix: pd.DataFrame
    down: str = ""
    across: str = ""
    decimals: bool = False
    diagonal: bool = False
    from_least: bool = False

    def markdown(self) -> str:
        """The numbers as a table."""
        frame, told = self.matrix.rename_axis(columns=None), formats.score if self.decimals else formats.share
        rows = [[str(name), *map(told, row)] for name, row in zip(frame.index, frame.to_numpy(float), strict=True)]
        return Table([self.down or "genre", *map(str, frame)], rows, [False, *[True] * frame.shape[1]]).markdown()

    def html(self) -> str:
        """A `<table>`; with up to eight columns there is room for three decimals and level names."""
        matrix = self.matrix
        wide = self.decimals and matrix.shape[1] <= 8
        told = formats.score if wide else formats.hundredths if self.decimals else formats.share
        least = float(matrix.min().min()) if self.from_least else 0.0
        span = float(matrix.max().max()) - least
        kind = " wide" if wide else " fine" if self.decimals else ""
        head = "".join(f'<th scope="col" class="column"><span>{breaking(name)}</span></th>' for name in matrix)
        corner = "<br>".join(escape_html(word) for word in (self.down, self.across) if word)
        body = "\n".join(
            f'<tr><th scope="row">{escape_html(str(name))}</th>{"".join(cells)}</tr>'
            for name, cells in (
                (
                    name,
                    [
                        self._cell(told(value), value, least, span, self.diagonal and name == column)
                        for column, value in zip(matrix, row, strict=True)
                    ],
                )
                for name, row in zip(matrix.index, matrix.to_numpy(dtype=float).tolist(), strict=True)
            )
        )
        return (
            f'<div class="box" tabindex="0"><table class="heat{kind}"><thead><tr><th scope="col" class="quiet">{corner}'
            f"</th>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        )

    @staticmethod
    def _cell(text: str, value: float, least: float, span: float, same: bool) -> str:
        strength = 0.0 if pd.isna(value) or span <= 0 else round((value - least) / span, 3)
        kind = ' class="same"' if same else ""
        return f'<td style="--v: {strength}"{kind}>{text}</td>'


def as_csv(frame: pd.DataFrame) -> str:
    """A table as CSV text: six significant digits, line feeds, missing values empty.

    Text that a spreadsheet would take for a formula gets an apostrophe before it.

    Examples
    --------
    >>> as_csv(pd.DataFrame({"a": [0.1234567891], "b": [None], "c": ["=1+1"]}))
    "a,b,c\\n0.123457,,'=1+1\\n"
    """
    texts: dict[str, pd.Series] = {
        str(name): frame[name].map(_guarded) for name in frame if frame[name].dtype.kind not in "biufcmM"
    }
    return frame.assign(**texts).to_csv(index=False, float_format="%.6g", lineterminator="\n")


def _guarded(value: Any) -> Any:
    return (
        f"'{value}"
        if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") and value != "-"
        else value
    )
