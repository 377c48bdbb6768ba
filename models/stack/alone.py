"""Regressions for titles that have one block alone, or only blocks of their poster."""

from collections.abc import Iterator, Mapping

import numpy as np

from .blocks import block_kind
from .meta import BlockScores, MetaClassifier, have_only, rows_of

JOINT, INTERPLAY = "joint", "interplay"
ALL = (JOINT, INTERPLAY)  # members that learn from every block
POSTER_KINDS = ("colours", "embedding")


def fit_alone(
    whole: MetaClassifier, scores: Mapping[str, BlockScores], y: np.ndarray, width: int
) -> dict[str, MetaClassifier]:
    """A regression for each block alone, and one for the poster blocks together.

    That on all scores trusts each block as far as the others leave something to say, which is little.

    Parameters
    ----------
    whole : MetaClassifier
        The regression on all scores, for its settings.
    scores : mapping of member to BlockScores
        Of the training rows; each regression learns from the rows that have its blocks.
    y, width
        As in `MetaClassifier.fit`.
    """
    own = [name for name in scores if name not in ALL]
    posters = [name for name in own if block_kind(name) in POSTER_KINDS]
    made = {}
    for names in ([name] for name in own) if len(posters) < 2 else (*([name] for name in own), posters):
        rows = np.logical_and.reduce([~scores[name].absent for name in names])
        if len(names) < len(own) and rows.any():
            one = MetaClassifier(whole.kind, C=whole.C, others=whole.others)
            made[" + ".join(names)] = one.fit(rows_of({name: scores[name] for name in names}, rows), y[rows], width)
    return made


def judged_alone(
    alone: Mapping[str, MetaClassifier], scores: Mapping[str, BlockScores]
) -> Iterator[tuple[np.ndarray, MetaClassifier]]:
    """Rows that have the blocks of one of these regressions and no other, bool (n,), each with its regression."""
    own = {name: block for name, block in scores.items() if name not in ALL}
    for one in alone.values():
        rows = have_only(own, one.centre)
        if rows.any():
            yield rows, one
