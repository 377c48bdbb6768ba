"""What the site is made of beside the pages in docs/: README, contributing and changes, and the experiments that ship.

mkdocs calls the functions whose names begin with `on_`; see mkdocs.yml.
"""

import re
import tomllib
from pathlib import Path

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[1]
PAGES = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
SHIPPED = ROOT / "pipeline" / "experiments" / "shipped"


def on_files(files, config):
    """Add the pages that have their home elsewhere."""
    for name, page in PAGES.items():
        text = (ROOT / name).read_text("utf-8")
        files.append(File.generated(config, page, content=inside_docs(text)))
    files.append(File.generated(config, "experiments.md", content=experiments()))
    return files


def on_page_markdown(markdown, page, config, files):
    """Show files of the repository that are no pages by their path alone: the site does not hold them."""
    return re.sub(r"\[([^\]]*)\]\(\.\./(?:pipeline|models|features|reports)/[^)]*\)", r"\1", markdown)


def inside_docs(text: str) -> str:
    """A page of the root with its links as they are in docs/.

    Examples
    --------
    >>> inside_docs("[forms](docs/forms.md), [how](CONTRIBUTING.md), [scripts](docs/examples)")
    '[forms](forms.md), [how](contributing.md), scripts'
    """
    text = re.sub(r"\[([^\]]*)\]\(docs/(?:examples|notebooks)\)", r"\1", text)
    text = re.sub(r"(\]\()docs/", r"\1", text)
    for name, page in PAGES.items():
        text = text.replace(f"]({name})", f"]({page})")
    return text


def experiments() -> str:
    """A page of the experiments that come with genrelab: their names, titles and questions."""
    lines = ["# Experiments that come with genrelab", "", "Each runs by its name: `genrelab compare NAME`.", ""]
    lines += ["| name | title | question |", "|---|---|---|"]
    for path in sorted(SHIPPED.glob("*.toml")):
        content = tomllib.loads(path.read_text("utf-8"))
        lines.append(f"| `{path.stem}` | {content['title']} | {content.get('question', '')} |")
    lines += ["", "[Experiment files](experiment-toml.md) explains what they are made of, and how to write one.", ""]
    return "\n".join(lines)
