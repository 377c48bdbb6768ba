"""Write the list of modules at the end of docs/architecture.md: `make docs`."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "architecture.md"
FOLDERS = ("features", "models", "reports", "pipeline")
START = "## Every module\n"


def first_line(path: Path) -> str:
    """The first sentence of a module's docstring."""
    text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return text.split("\n\n")[0].replace("\n", " ")


def modules() -> str:
    """Every room with its files, one line each."""
    lines = [START]
    for folder in FOLDERS:
        rooms = sorted({path.parent for path in (ROOT / folder).rglob("*.py")})
        for room in rooms:
            files = [path for path in sorted(room.glob("*.py")) if not path.stem.startswith("__")]
            if files:
                lines += [f"### {room.relative_to(ROOT).as_posix()}/", ""]
                lines += [f"- `{path.name}` {first_line(path)}" for path in files] + [""]
    return "\n".join(lines)


def with_modules(page: str) -> str:
    """The page with its list as the code is now."""
    return page.split(START)[0] + modules()


if __name__ == "__main__":
    PAGE.write_text(with_modules(PAGE.read_text("utf-8")), "utf-8")
