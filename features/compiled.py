"""Whether loops that numba compiles are used: they give the same values sooner, once numba is loaded."""

import importlib.util

__all__ = ["compiled_loops"]


def compiled_loops(wanted: bool | None, posters: int, least: int) -> bool:
    """Decide between compiled loops and numpy's or Pillow's.

    Parameters
    ----------
    wanted : bool or None
        What the caller asks for; None decides by the number of posters.
    posters : int
        To be worked on.
    least : int
        From so many on compiled loops save more than loading numba takes.

    Returns
    -------
    bool

    Raises
    ------
    ImportError
        If they are asked for and numba is not installed.

    Examples
    --------
    >>> compiled_loops(False, 10_000, 1500), compiled_loops(None, 10, 1500)
    (False, False)
    """
    if wanted is False or (wanted is None and posters < least):
        return False
    there = importlib.util.find_spec("numba") is not None
    if wanted and not there:
        raise ImportError("compiled=True needs the package numba; install it, or leave it out")
    return there
