"""What a reader must know beside the numbers: how the run was made, what it warned of, whom to credit."""

from typing import Any

from ..runs.read import RunFolder

CHOSEN = (
    "The best configuration was chosen on the folds it is scored on, among all that were tried, so its own score is a "
    "little too lucky. Points of a sweep take no part in that choice."
)
COPYRIGHT = "Posters are copyright of their studios; the thumbnails are here to show errors, not to be passed on."


def facts(run: RunFolder) -> list[tuple[str, str]]:
    """How the run was made, as pairs of name and text, in reading order; absent facts are left out."""
    info, target = run.info, run.info.get("target")
    target = target if isinstance(target, dict) else {}
    ties = info.get("tie_share", target.get("tie_share"))
    ceiling = info.get("ceiling", target.get("ceiling"))
    pairs: list[tuple[str, Any]] = [
        ("titles", info.get("titles", info.get("rows"))),
        ("groups kept together by the split", info.get("groups")),
        ("target", {key: value for key, value in target.items() if key not in ("labels", "tie_share", "ceiling")}),
        ("share of titles whose class was drawn among ties", _percent(ties)),
        ("highest accuracy the ties allow", _percent(ceiling)),
        ("split", info.get("split")),
        ("seed", info.get("seed")),
        ("sample limit", info.get("limit")),
        ("thresholds", info.get("thresholds")),
        ("weights", _values(info.get("weights"))),
        ("catalogue", info.get("catalogue_fingerprint", info.get("catalogue"))),
        ("fingerprint of the run", info.get("fingerprint")),
        ("python", info.get("python")),
        ("versions", info.get("versions")),
    ]
    sets = info.get("feature_sets")
    if isinstance(sets, dict):
        pairs[2:2] = [(f"features: {name}", specs) for name, specs in sets.items()]
    return [(name, plain(value)) for name, value in pairs if value not in (None, "", {}, [])]


def remarks(run: RunFolder, key: str) -> list[str]:
    """The texts that run.json lists under `notes`, `warnings` or `attribution`."""
    value = run.info.get(key)
    if value is None or value == "":
        return []
    return [plain(item) for item in value] if isinstance(value, list) else [plain(value)]


def plain(value: Any) -> str:
    """A JSON value as a line of text.

    Examples
    --------
    >>> plain({"folds": 5, "by": ["decade", "group"]})
    'folds 5; by decade, group'
    """
    if isinstance(value, dict):
        return "; ".join(f"{key} {plain(item)}" for key, item in value.items() if item not in (None, ""))
    if isinstance(value, list):
        return ", ".join(plain(item) for item in value)
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _values(weights: Any) -> Any:
    """The words for each network's weights; the words name the network."""
    return "; ".join(dict.fromkeys(map(plain, weights.values()))) if isinstance(weights, dict) else weights


def _percent(share: Any) -> str | None:
    return f"{share:.1%}" if isinstance(share, int | float) and not isinstance(share, bool) else None
