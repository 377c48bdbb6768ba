"""Write docs/licences.md, the licences of everything that genrelab installs: `make docs`."""

import configparser
import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "licences.md"
TOOLS = ("dev",)
# Licences by the words that packages use for them. Whatever matches none of these is a question for a person.
KINDS = {
    "MPL-2.0": r"MPL|Mozilla",
    "Apache-2.0": r"Apache",
    "BSD": r"BSD|Enthought",
    "MIT": r"\bMIT\b|MIT License|MIT-CMU|HPND",
    "ISC": r"ISC",
    "PSF": r"PSF|Python Software Foundation|matplotlib",
    "NVIDIA": r"NVIDIA",
}
HEAD = """\
# Licences

genrelab is under the MIT licence. What it installs is listed here, with the licence that each package states; none is
under the GPL, LGPL or AGPL. `make docs` writes this table from the installed packages, and a test fails when a package
states a licence that is not known here.

The packages under the MPL (certifi, tqdm and others) are used as they are; the MPL asks for something only of those who
change and pass on their files. `nvidia-nccl-cu12` comes with xgboost on Linux under NVIDIA's own terms, and is called
only where xgboost trains on several graphics cards. Wheels of numpy and scipy hold libgfortran under the GPL with the
GCC runtime exception, which leaves programs that use it free.

"""


def requirements(extra: str | None = None) -> list[Requirement]:
    """What setup.cfg asks for, in the core or in an extra; genrelab's own extras are left out."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", "utf-8")
    text = parser["options.extras_require"][extra] if extra else parser["options"]["install_requires"]
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    return [Requirement(line) for line in lines if not line.startswith("genrelab")]


def extras() -> list[str]:
    """The names of all extras."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", "utf-8")
    return list(parser["options.extras_require"])


def installed(asked: list[Requirement]) -> Iterator[str]:
    """Names of the packages that requirements bring, and of those that these bring, where they are installed."""
    waiting, seen = [(one.name, tuple(sorted(one.extras))) for one in asked], set()
    while waiting:
        name, wanted = waiting.pop()
        if (canonicalize_name(name), wanted) in seen:
            continue
        seen.add((canonicalize_name(name), wanted))
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        yield found.metadata["Name"]
        for line in found.requires or ():
            one = Requirement(line)
            if any(one.marker is None or one.marker.evaluate({"extra": extra}) for extra in ("", *wanted)):
                waiting.append((one.name, tuple(sorted(one.extras))))


def licence(name: str) -> str:
    """The licences that a package states, by their usual names; what it says itself where none is known."""
    about: Any = distribution(name).metadata
    classes = [text.rpartition(" :: ")[2] for text in about.get_all("Classifier", []) if text.startswith("License ::")]
    classes = [text for text in classes if text != "OSI Approved"]
    stated = about.get("License-Expression") or ", ".join(classes) or (about.get("License") or "").strip()[:200]
    if not stated or stated == "UNKNOWN":
        files = [file for file in distribution(name).files or () if "LICEN" in file.name.upper()]
        stated = Path(str(files[0].locate())).read_text("utf-8")[:200] if files else ""
    if re.search(r"GPL|GNU|General Public", stated):
        return f"? {stated[:60]!r}"
    known = [kind for kind, pattern in KINDS.items() if re.search(pattern, stated)]
    return " and ".join(known) or f"? {stated[:60]!r}"


def table() -> list[tuple[str, str, str]]:
    """Name, licence, and where it comes from: the core, else the first extra that brings it."""
    rows: dict[str, tuple[str, str, str]] = {}
    for extra in (None, *(name for name in extras() if name not in TOOLS), *TOOLS):
        for name in installed(requirements(extra)):
            rows.setdefault(canonicalize_name(name), (name, licence(name), extra or "core"))
    return [rows[name] for name in sorted(rows)]


def page() -> str:
    """The page as it should be."""
    lines = [f"| {name} | {stated} | {place} |" for name, stated, place in table()]
    return HEAD + "\n".join(["| package | licence | comes with |", "|---|---|---|", *lines]) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
