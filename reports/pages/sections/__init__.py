"""The sections of a report in page order. A new one is a file here and a line in this list."""

from ..section import Section
from .catalogue import CATALOGUE, COLOURS, WORDS
from .decades import DECADES
from .differences import POOLED, RANKS, REAL
from .errors import CONFUSION, TITLES
from .genres import BY_SET, BY_SYSTEM, GENRES
from .labels import LABELS
from .leaderboard import LEADERBOARD, SPREAD
from .notes import AUDIT, NOTES
from .probabilities import CURVES, SETS
from .training import GRID, PIXELS, TRAINING
from .what_helps import BALANCING, BLOCKS

SECTIONS: tuple[Section, ...] = (
    LEADERBOARD,
    REAL,
    BLOCKS,
    BALANCING,
    DECADES,
    RANKS,
    POOLED,
    SPREAD,
    GENRES,
    BY_SET,
    BY_SYSTEM,
    CONFUSION,
    CURVES,
    SETS,
    LABELS,
    TITLES,
    TRAINING,
    GRID,
    PIXELS,
    CATALOGUE,
    COLOURS,
    WORDS,
    AUDIT,
    NOTES,
)

__all__ = ["SECTIONS"]
