"""Write a file whole or not at all, with `reports` depending on no other folder."""

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, text: str) -> Path:
    """Write text so that the file is either the old one or the new one.

    Parameters
    ----------
    path : Path
        The file; its folder is made.
    text : str
        Written as UTF-8, line ends unchanged.

    Returns
    -------
    Path
        The same path.

    Examples
    --------
    >>> write_whole(Path(tempfile.mkdtemp()) / "a" / "note.txt", "done").read_text()
    'done'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}.", suffix=path.suffix)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path
