"""Which parts of a title a text encoder reads, as the options of a spec name them."""

from pathlib import PurePath

__all__ = ["PARTS", "column_name", "parse_name"]

PARTS = {"plot": "overview", "keywords": "keywords", "title": "title"}  # part -> catalogue column


def parse_name(option: str) -> tuple[str, tuple[str, ...]]:
    """Split `NAME@PART+PART` of a spec into the encoder's name and the parts of a title it reads.

    Raises
    ------
    ValueError
        For an unknown part, or no name.

    Examples
    --------
    >>> parse_name("minilm"), parse_name("minilm@title+plot")
    (('minilm', ('plot', 'keywords', 'title')), ('minilm', ('plot', 'title')))
    """
    name, at, rest = option.rpartition("@") if "@" in option else (option, "", "")
    parts = rest.split("+") if at else list(PARTS)
    if not name:
        raise ValueError(f"sentences: expected the name of an encoder, as in 'sentences:minilm', found {option!r}")
    for part in parts:
        if part not in PARTS:
            raise ValueError(f"sentences: expected parts among {', '.join(PARTS)}, found {part!r}")
    return name, tuple(part for part in PARTS if part in parts)


def column_name(name: str) -> str:
    """An encoder's name in column names: a folder by its last part, letters and digits only.

    Examples
    --------
    >>> column_name("minilm"), column_name("my/encoders/E5-small v2")
    ('minilm', 'e5_small_v2')
    """
    last = PurePath(name).name
    return "".join(letter if letter.isalnum() else "_" for letter in last.lower()).strip("_") or "encoder"
