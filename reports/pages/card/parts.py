"""Pieces of a model card that format themselves, as Markdown and as HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape as escape_html
from typing import Any, Protocol

from ..markdown import escape, markdown_table


class Part(Protocol):
    """Anything a section holds."""

    def markdown(self) -> str:
        """The part as Markdown, without blank lines around it."""
        ...

    def html(self) -> str:
        """The part as HTML, every text of it escaped."""
        ...


@dataclass(frozen=True)
class Text:
    """A paragraph of plain text.

    Examples
    --------
    >>> Text("a < b").markdown(), Text("a < b").html()
    ('a &lt; b', '<p>a &lt; b</p>')
    """

    text: str

    def markdown(self) -> str:
        """One line."""
        return escape(self.text)

    def html(self) -> str:
        """One `<p>`."""
        return f"<p>{escape_html(self.text)}</p>"


@dataclass(frozen=True)
class Items:
    """A list of plain texts.

    Examples
    --------
    >>> Items(("one", "two")).html()
    '<ul><li>one</li><li>two</li></ul>'
    """

    texts: Sequence[str]

    def markdown(self) -> str:
        """One line per item."""
        return "\n".join(f"- {escape(text)}" for text in self.texts)

    def html(self) -> str:
        """One `<ul>`."""
        return f"<ul>{''.join(f'<li>{escape_html(text)}</li>' for text in self.texts)}</ul>"


@dataclass(frozen=True)
class Facts:
    """Names and what they are.

    Examples
    --------
    >>> Facts({"titles": "48"}).markdown()
    '- **titles**: 48'
    """

    pairs: Mapping[str, str]

    def markdown(self) -> str:
        """One line per pair."""
        return "\n".join(f"- **{escape(name)}**: {escape(text)}" for name, text in self.pairs.items())

    def html(self) -> str:
        """One `<dl>`."""
        rows = (f"<dt>{escape_html(name)}</dt><dd>{escape_html(text)}</dd>" for name, text in self.pairs.items())
        return f'<dl class="facts">{"".join(rows)}</dl>'


@dataclass(frozen=True)
class Table:
    """Rows of formatted cells.

    Parameters
    ----------
    names : sequence of str
    rows : sequence of sequences
        As many cells as names; numbers are formatted before.
    numeric : sequence of bool
        Columns set to the right; False where it is too short.

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

    def markdown(self) -> str:
        """A table with a line per row."""
        return markdown_table(self.names, self.rows, self.numeric)

    def html(self) -> str:
        """A `<table>` that scrolls when it is too wide."""
        right = [*self.numeric, *[False] * (len(self.names) - len(self.numeric))]
        style = [' class="n"' if flag else "" for flag in right]
        head = "".join(f"<th{s}>{escape_html(name)}</th>" for name, s in zip(self.names, style, strict=True))
        body = "\n".join(
            f"<tr>{''.join(f'<td{s}>{escape_html(str(cell))}</td>' for cell, s in zip(row, style, strict=True))}</tr>"
            for row in self.rows
        )
        return (
            f'<div class="box" tabindex="0"><table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>'
        )


@dataclass(frozen=True)
class Code:
    """Lines to type.

    Examples
    --------
    >>> Code("a = 1").html()
    '<pre tabindex="0"><code>a = 1</code></pre>'
    """

    text: str
    language: str = "python"

    def markdown(self) -> str:
        """A fenced block."""
        return f"```{self.language}\n{self.text}\n```"

    def html(self) -> str:
        """One `<pre>`."""
        return f'<pre tabindex="0"><code>{escape_html(self.text)}</code></pre>'


@dataclass(frozen=True)
class Picture:
    """A figure, on the page only.

    Parameters
    ----------
    svg : str
        An `<svg>` element made here; it is not escaped.
    caption : str
    """

    svg: str
    caption: str

    def markdown(self) -> str:
        """Nothing: the numbers stand in a table."""
        return ""

    def html(self) -> str:
        """One `<figure>`."""
        return f"<figure>{self.svg}<figcaption>{escape_html(self.caption)}</figcaption></figure>"


@dataclass(frozen=True)
class Section:
    """A heading and its parts."""

    title: str
    parts: Sequence[Part]

    def markdown(self) -> str:
        """The section with blank lines between its parts."""
        return "\n\n".join([f"## {escape(self.title)}", *filter(None, (part.markdown() for part in self.parts))])

    def html(self) -> str:
        """The section."""
        return "\n".join(
            [f"<section><h2>{escape_html(self.title)}</h2>", *(part.html() for part in self.parts), "</section>"]
        )


@dataclass(frozen=True)
class Card:
    """A title, what it is in one sentence, a warning, and sections; those without parts are left out."""

    title: str
    lead: str
    sections: Sequence[Section]
    warning: str = ""

    @property
    def shown(self) -> list[Section]:
        """Sections that have something to show."""
        return [section for section in self.sections if section.parts]

    def markdown(self) -> str:
        """The card as Markdown; the same bytes for the same card.

        Examples
        --------
        >>> Card("A model", "It guesses.", [Section("Limits", [Text("Many.")]), Section("Nothing", [])]).markdown()
        '# A model\\n\\nIt guesses.\\n\\n## Limits\\n\\nMany.\\n'
        """
        warning = f"**{escape(self.warning)}**" if self.warning else ""
        parts = [f"# {escape(self.title)}", escape(self.lead), warning, *(s.markdown() for s in self.shown)]
        return "\n\n".join(part for part in parts if part) + "\n"

    def html(self) -> str:
        """The card as one self-contained page."""
        from ..page import environment

        return environment().get_template("card.html").render(card=self)
