"""The shell around sections: one self-contained page, or one Markdown file."""

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from html import escape as escape_html
from importlib.resources import files
from string import Template

from .parts import Part, escape_markdown
from .section import Shown


def html_page(title: str, lead: str, top: Sequence[Part], sections: Sequence[Shown]) -> str:
    """A page that asks for nothing outside itself; one style, one script, both named in its content security policy.

    Parameters
    ----------
    title, lead : str
        Escaped here.
    top : sequence of Part
        What stands above the contents.
    sections : sequence of Shown
        Each can be folded; those without parts are left out.

    Returns
    -------
    str
        The same bytes for the same parts.
    """
    kept = [section for section in sections if section.parts]
    contents = "".join(f'<li><a href="#{s.anchor}">{escape_html(s.heading)}</a></li>' for s in kept)
    script = _file("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return Template(_file("page.html")).substitute(
        title=escape_html(title),
        lead=f'<p class="lead">{escape_html(lead)}</p>' if lead else "",
        top="\n".join(part.html() for part in top),
        contents=f'<nav aria-label="Contents"><ol>{contents}</ol></nav>' if len(kept) > 1 else "",
        sections="\n".join(map(_section, kept)),
        style=_file("page.css"),
        script=script,
        digest=f"sha256-{digest}",
    )


def markdown_page(title: str, lead: str, top: Sequence[Part], sections: Sequence[Shown]) -> str:
    """The same as Markdown: for a terminal, a diff or a wiki."""
    blocks = [f"# {escape_markdown(title)}", escape_markdown(lead), *(part.markdown() for part in top)]
    for section in sections:
        texts = [text for part in section.parts if (text := part.markdown())]
        blocks += [f"## {escape_markdown(section.heading)}", *texts] if texts else []
    return "\n\n".join(block for block in blocks if block) + "\n"


def _section(section: Shown) -> str:
    inner = "\n".join(part.html() for part in section.parts)
    opened = " open" if section.open else ""
    return (
        f'<details class="section" id="{section.anchor}"{opened}>'
        f"<summary><h2>{escape_html(section.heading)}</h2></summary>\n{inner}\n</details>"
    )


@cache
def _file(name: str) -> str:
    return (files("genrelab.reports.pages") / "templates" / name).read_text("utf-8")
