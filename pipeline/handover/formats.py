"""The formats that predictions are written in, by the ending of the file."""

from pathlib import Path

from ..addresses import Address
from ..sources.images import printable

ENDINGS = {".csv": "csv", ".json": "json", ".jsonl": "jsonl", ".parquet": "parquet", ".txt": "table"}
FORMATS = tuple(dict.fromkeys(ENDINGS.values()))


def choose_format(out: Path | Address | None, asked: str | None) -> str:
    """The format of an output file: by its ending, which a format asked for must agree with.

    Parameters
    ----------
    out : Path, Address or None
        None is the screen, where `table` is the default and `parquet` cannot be written.
    asked : str or None
        One of `FORMATS`.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        For an ending that says nothing, or another one than was asked for.

    Examples
    --------
    >>> choose_format(Path("genres.csv"), None), choose_format(None, "json")
    ('csv', 'json')
    """
    if out is None:
        if asked == "parquet":
            raise ValueError("--format parquet: expected --out FILE.parquet, a screen cannot show it")
        return asked or "table"
    by_ending = ENDINGS.get(out.suffix.lower())
    if by_ending is None:
        raise ValueError(f"--out {printable(out)}: expected a name that ends in {', '.join(ENDINGS)}")
    if asked is not None and asked != by_ending:
        ending = next(ending for ending, name in ENDINGS.items() if name == asked)
        raise ValueError(f"--out {printable(out)} and --format {asked} disagree: expected a name that ends in {ending}")
    return by_ending
