"""Feature sets that name every network or text encoder at hand, and those that go without."""

from collections.abc import Mapping

from ...features.families import EMBEDDING, NETWORKS, SENTENCES
from .schema import File

EACH = {f"{family}:each": family for family in NETWORKS}
TOGETHER = {f"{family}:together": family for family in NETWORKS}


def without_sentences(specs: list[str], names: list[str]) -> list[str]:
    """A feature set without `sentences:` of what is at hand, where nothing is."""
    if any(name.startswith(f"{SENTENCES}:") for name in names):
        return specs
    return [spec for spec in specs if spec not in (f"{SENTENCES}:each", f"{SENTENCES}:together")]


def left_out(asked: Mapping[str, list[str]], kept: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Sentences on the feature sets that had to go without a text encoder."""
    shorter = [label for label in asked if 0 < len(kept[label]) < len(asked[label])]
    gone = [label for label in asked if not kept[label]]
    notes = []
    if shorter:
        notes.append(f"measured without sentences, since no text encoder is at hand: {', '.join(shorter)}")
    if gone:
        notes.append(f"not measured, since no text encoder is at hand: {', '.join(gone)}")
    return (*notes, "--encoders minilm fetches one; or name your own") if notes else ()


def expand(file: File, label: str, specs: list[str], names: list[str]) -> dict[str, tuple[str, ...]]:
    """Feature sets that a set with `FAMILY:each` and `FAMILY:together` becomes, by label."""
    if not {*EACH, *TOGETHER} & set(specs):
        return {label: tuple(specs)}
    texts = [one.removeprefix(f"{SENTENCES}:") for one in names if one.startswith(f"{SENTENCES}:")]
    networks = [one for one in names if not one.startswith(f"{SENTENCES}:")]
    there = {family: texts if family == SENTENCES else networks for family in NETWORKS}
    asked = {(EACH | TOGETHER)[spec] for spec in specs if spec in EACH | TOGETHER}
    if any(not there[family] for family in asked):
        raise file.error(
            ["feature_sets", label], "this needs an embedding; say --weights imagenet, random or a weights.json"
        )
    wide: list[str] = []
    for spec in specs:
        family = TOGETHER.get(spec)
        wide += [spec] if family is None else [f"{family}:{one}" for one in there[family]]
    each = {EACH[spec] for spec in wide if spec in EACH}
    if not each:
        return {label: tuple(wide)}
    if len({tuple(there[family]) for family in each}) > 1:
        raise file.error(
            ["feature_sets", label], "expected `each` of networks or of sentences, got both; make two sets of them"
        )
    found = {}
    for one in there[next(iter(each))]:
        own = one if specs == [f"{EMBEDDING}:each"] else f"{label} {one}" if len(specs) == 1 else f"{label}+{one}"
        found[own] = tuple(f"{EACH[spec]}:{one}" if spec in EACH else spec for spec in wide)
    return found
