"""Pieces of a page that format themselves, as HTML and as Markdown: every section and every card is made of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape as escape_html
from typing import Any, Protocol


class Part(Protocol):
    """Anything a section holds."""

    def html(self) -> str:
        """The part as HTML, every text of it escaped."""
        ...

    def markdown(self) -> str:
        """The part as Markdown without blank lines around it; empty where a picture says nothing in text."""
        ...


def escape_markdown(text: Any) -> str:
    """Text that means itself in Markdown, within a line and a table cell.

    Examples
    --------
    >>> escape_markdown("a|b <i> *c*\\nd")
    'a\\\\|b &lt;i&gt; \\\\*c\\\\* d'
    """
    flat = " ".join(str(text).split())
    flat = flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|#~])", r"\\\1", flat)


def breaking(text: object) -> str:
    """A name as HTML that may break after its underscores.

    Examples
    --------
    >>> breaking("mobilenet_v2")
    'mobilenet_<wbr>v2'
    """
    return escape_html(str(text)).replace("_", "_<wbr>")


@dataclass(frozen=True)
class Text:
    """A paragraph of plain text; a quiet one is a remark, a warning stands in a frame.

    Examples
    --------
    >>> Text("a < b").markdown(), Text("a < b", quiet=True).html()
    ('a &lt; b', '<p class="quiet">a &lt; b</p>')
    """

    text: str
    quiet: bool = False
    warning: bool = False

    def markdown(self) -> str:
        """One line; a warning in bold."""
        text = escape_markdown(self.text)
        return f"**{text}**" if self.warning else text

    def html(self) -> str:
        """One `<p>`."""
        text = escape_html(self.text)
        if self.warning:
            return f'<div class="banner" role="alert"><strong>{text}</strong></div>'
        kind = ' class="quiet"' if self.quiet else ""
        return f"<p{kind}>{text}</p>"


@dataclass(frozen=True)
class Heading:
    """A heading within a section.

    Examples
    --------
    >>> Heading("By genre").markdown()
    '### By genre'
    """

    text: str

    def markdown(self) -> str:
        """One line."""
        return f"### {escape_markdown(self.text)}"

    def html(self) -> str:
        """One `<h3>`."""
        return f"<h3>{escape_html(self.text)}</h3>"


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
        return "\n".join(f"- {escape_markdown(text)}" for text in self.texts)

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
        return "\n".join(f"- **{escape_markdown(name)}**: {escape_markdown(text)}" for name, text in self.pairs.items())

    def html(self) -> str:
        """One `<dl>`."""
        rows = (f"<dt>{escape_html(name)}</dt><dd>{escape_html(text)}</dd>" for name, text in self.pairs.items())
        return f'<dl class="facts">{"".join(rows)}</dl>'


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
    source : str
        An `<svg>` element made here, which is not escaped, or the data URI of a picture.
    caption : str
    wide : bool
        Whether it takes the whole width, and scrolls on a phone.
    """

    source: str
    caption: str = ""
    wide: bool = False

    def markdown(self) -> str:
        """Nothing: the numbers are in a table."""
        return ""

    def html(self) -> str:
        """One `<figure>`."""
        scroll = ' class="scroll" tabindex="0"' if self.wide else ""
        caption = f"<figcaption>{escape_html(self.caption)}</figcaption>" if self.caption else ""
        inner = self.source
        if inner.startswith("data:"):
            inner = f'<img src="{escape_html(inner)}" alt="{escape_html(self.caption)}" loading="lazy">'
        return f"<figure{scroll}>{inner}{caption}</figure>"


@dataclass(frozen=True)
class Side:
    """Parts side by side where the page is wide, one below the other where it is narrow."""

    parts: Sequence[Part]

    def markdown(self) -> str:
        """The parts one after the other."""
        return "\n\n".join(filter(None, (part.markdown() for part in self.parts)))

    def html(self) -> str:
        """One grid."""
        return f'<div class="figures">{"".join(f"<div>{part.html()}</div>" for part in self.parts)}</div>'


@dataclass(frozen=True)
class Fold:
    """Parts behind a line that opens them.

    Examples
    --------
    >>> Fold("More", [Text("text")]).html()
    '<details><summary>More</summary><p>text</p></details>'
    """

    line: str
    parts: Sequence[Part]

    def markdown(self) -> str:
        """The line in bold, then the parts."""
        return "\n\n".join([f"**{escape_markdown(self.line)}**", *filter(None, (p.markdown() for p in self.parts))])

    def html(self) -> str:
        """One `<details>`."""
        inner = "".join(part.html() for part in self.parts)
        return f"<details><summary>{escape_html(self.line)}</summary>{inner}</details>"


@dataclass(frozen=True)
class InText:
    """A part for the Markdown only: on the page a picture says it."""

    part: Part

    def markdown(self) -> str:
        """The part."""
        return self.part.markdown()

    def html(self) -> str:
        """Nothing."""
        return ""
