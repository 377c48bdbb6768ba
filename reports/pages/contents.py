"""The sections of a report in page order: a new one is a file in `sections` and a line in this list."""

from .section import Section
from .sections.catalogue import CATALOGUE, COLOURS, WORDS
from .sections.differences import POOLED, RANKS, REAL
from .sections.errors import CONFUSION, TITLES
from .sections.genres import BY_SET, BY_SYSTEM, GENRES
from .sections.labels import CORRECTED, LABELS
from .sections.leaderboard import LEADERBOARD, SPREAD
from .sections.notes import AUDIT, NOTES
from .sections.probabilities import CURVES, SETS
from .sections.training import GRID, PIXELS, TRAINING, TUNED
from .sections.training_titles import DECADES, LEARNING
from .sections.what_helps import BALANCING, BLOCKS

SECTIONS: tuple[Section, ...] = (
    LEADERBOARD,
    REAL,
    BLOCKS,
    BALANCING,
    LEARNING,
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
    CORRECTED,
    TITLES,
    TRAINING,
    TUNED,
    GRID,
    PIXELS,
    CATALOGUE,
    COLOURS,
    WORDS,
    AUDIT,
    NOTES,
)
