"""The checks of an audit, each on plain data: what is looked for, what was found, and whether that is a leak."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from ...features.families import parse_spec, reads_posters
from ...features.text.genre_words import names_a_genre
from ...features.text.keywords import PHRASE_SEPARATOR
from ...features.text.metadata import AFTER_RELEASE
from ...reports.runs.format import KEYS, Check, Split
from ..catalog.groups import NEAR_DISTANCE, near_pairs

PASSED, FAILED, NOT_RUN = "passed", "failed", "not run"
POSTER_CEILING = 0.5
OWN_GENRE_SHARE = 0.25
REFIT_TOLERANCE = 0.02


def straddling(splits: Iterable[Split], keys: Sequence | np.ndarray) -> list[tuple[object, int, int]]:
    """Keys that are on both sides of some split, with one training and one test position each.

    Parameters
    ----------
    splits : iterable of Split
    keys : sequence of n
        A null belongs to no other.

    Returns
    -------
    list of (key, training row, test row)
        Every key once.

    Examples
    --------
    >>> straddling([Split(0, 0, np.array([0, 1]), np.array([2, 3]))], ["a", None, "a", None])
    [('a', 0, 2)]
    """
    codes, values = pd.factorize(pd.Series(list(keys), dtype=object))
    found: dict[int, tuple[object, int, int]] = {}
    for split in splits:
        train, test = codes[split.train], codes[split.test]
        for code in np.intersect1d(train[train >= 0], test[test >= 0]).tolist():
            if code not in found:
                ends = split.train[train == code][0], split.test[test == code][0]
                found[code] = (values[code], int(ends[0]), int(ends[1]))
    return list(found.values())


def check_rows(splits: Sequence[Split], titles: pd.DataFrame) -> Check:
    """No title is trained on and tested, under its own id or as the same title of the same year."""
    name = "row overlap"
    ids = titles["imdb_id"].tolist()
    twice = straddling(splits, ids)
    if twice:
        return Check(
            name, FAILED, f"{_count(len(twice), 'title')} trained on and tested: {_some(k for k, *_ in twice)}."
        )
    known = titles["title"].notna() & titles["year"].notna()
    plain = titles["title"].astype(str).str.casefold() + " (" + titles["year"].astype(str) + ")"
    again = straddling(splits, plain.where(known, None).tolist())
    if again:
        said = _some(f"{ids[a]} = {ids[b]}, {key}" for key, a, b in again)
        return Check(name, FAILED, f"{_count(len(again), 'title')} on both sides of a split under two ids: {said}.")
    return Check(name, PASSED, f"{_count(len(splits), 'split')}: no title is trained on and tested.")


def check_posters(splits: Sequence[Split], sha256: Sequence[str | None], ids: Sequence[str]) -> Check:
    """No poster file is on both sides of a split."""
    name = "poster overlap"
    known = pd.Series(list(sha256), dtype=object)
    if known.isna().all():
        return Check(name, NOT_RUN, "There is no poster that can be read.")
    found = straddling(splits, known.to_numpy())
    if found:
        said = _some(f"{ids[a]} = {ids[b]}" for _, a, b in found)
        return Check(name, FAILED, f"{_count(len(found), 'poster file')} on both sides of a split: {said}.")
    shared = int(known.dropna().duplicated().sum())
    return Check(name, PASSED, f"{_count(shared, 'poster file')} shared by titles; none is on both sides of a split.")


def check_near_posters(
    splits: Sequence[Split], phash: Sequence[str | None], ids: Sequence[str], distance: int = NEAR_DISTANCE
) -> Check:
    """No picture is on both sides of a split as two different files."""
    name = "near-duplicate posters across folds"
    hashes = [int(h, 16) if isinstance(h, str) else None for h in phash]
    if not any(h is not None for h in hashes):
        return Check(name, NOT_RUN, "There is no poster with a perceptual hash.")
    pairs = near_pairs(hashes, distance)
    found: dict[tuple[int, int], int] = {}
    for split in splits:
        inside, outside = np.zeros((2, len(hashes)), dtype=bool)
        inside[split.train], outside[split.test] = True, True
        a, b = pairs[:, 0], pairs[:, 1]
        across = (inside[a] & outside[b]) | (inside[b] & outside[a])
        found |= {(int(i), int(j)): int(bits) for i, j, bits in pairs[across]}
    if found:
        said = _some(f"{ids[i]} and {ids[j]}, {bits} bits apart" for (i, j), bits in found.items())
        return Check(name, FAILED, f"{_count(len(found), 'pair')} of near-identical posters across a split: {said}.")
    return Check(name, PASSED, f"{_count(len(pairs), 'pair')} within {distance} bits of 64; none is across a split.")


def check_franchises(splits: Sequence[Split], groups: np.ndarray, titles: pd.DataFrame) -> Check:
    """No franchise is on both sides of a split."""
    name = "franchises across folds"
    found = straddling(splits, groups)
    names = titles["title"].tolist()
    if found:
        said = _some(f"{names[a]} and {names[b]}" for _, a, b in found)
        return Check(name, FAILED, f"{_count(len(found), 'franchise')} on both sides of a split: {said}.")
    sizes = np.bincount(groups)
    several = int((sizes > 1).sum())
    return Check(
        name,
        PASSED,
        f"{_count(several, 'group')} of {int(sizes[sizes > 1].sum())} titles kept whole, the largest of "
        f"{int(sizes.max())}.",
    )


def check_genre_words(
    frames: Mapping[str, pd.DataFrame], genres: Sequence[Sequence[str]], on_purpose: Sequence[str] = ()
) -> Check:
    """Text features do not name the genre; those in `on_purpose` do, to show the difference, and are told.

    Keywords may hold no word that names a genre. Prose may (a war, a family), but if more than a quarter of the
    plot texts name a genre of their own title, they are written from the labels; of real plot texts 16 % do.
    """
    name = "genre names in text features"
    faults, seen = [], [f"{spec} keeps them on purpose" for spec in on_purpose]
    for spec, frame in frames.items():
        family, _ = parse_spec(spec)
        if family == "keywords":
            texts = frame["keywords_phrases"].dropna()
            caught = texts[[any(map(names_a_genre, text.split(PHRASE_SEPARATOR))) for text in texts]]
            said = f"{spec}: {len(caught)} of {len(texts)} titles have a keyword that names a genre"
            if len(caught):
                first = next(p for p in caught.iloc[0].split(PHRASE_SEPARATOR) if names_a_genre(p))
                faults.append(f"{said}, such as {first!r}")
        elif family == "overview":
            texts = frame["overview_text"]
            known = [(text, own) for text, own in zip(texts, genres, strict=True) if isinstance(text, str) and own]
            naming = sum(any(f" {genre.lower()} " in f" {text} " for genre in own) for text, own in known)
            share = naming / max(len(known), 1)
            said = f"{spec}: {share:.0%} of {len(known)} texts name a genre of their title"
            if share > OWN_GENRE_SHARE:
                faults.append(f"{said}, more than {OWN_GENRE_SHARE:.0%}")
        else:
            continue
        seen.append(said)
    if not seen:
        return Check(name, NOT_RUN, "No feature set reads text.")
    return Check(name, FAILED if faults else PASSED, "; ".join(faults or seen) + ".")


def check_after_release(feature_sets: Mapping[str, Sequence[str]], allowed: bool) -> Check:
    """Nothing is used that is known only after the release, unless the run says that it is meant to be."""
    name = "features known only after release"
    using = [
        label
        for label, specs in feature_sets.items()
        if any(parse_spec(s)[0] == "metadata" and "as_of_release" not in parse_spec(s)[1] for s in specs)
    ]
    if not using:
        return Check(name, PASSED, "No feature set uses what is known only after the release.")
    told = f"{_some(using)}: {', '.join(AFTER_RELEASE)}"
    if allowed:
        return Check(name, PASSED, f"Used on purpose, so this is no forecast at release ({told}).")
    return Check(name, FAILED, f"{told}. Use metadata:as_of_release, or declare that the run is no forecast.")


def check_ceiling(results: pd.DataFrame, feature_sets: Mapping[str, Sequence[str]], kind: str) -> Check:
    """No system that sees posters only scores above what posters can tell: macro F1 0.5 over many genres.

    The best published poster-only scores on 23 genres of MM-IMDb are 0.24 to 0.31 macro F1.
    """
    name = "poster-only score below the plausible ceiling"
    own = [label for label, specs in feature_sets.items() if all(map(reads_posters, specs))]
    if kind != "multilabel" or not own:
        why = "The target is not multi-label." if kind != "multilabel" else "No feature set holds posters only."
        return Check(name, NOT_RUN, why)
    whole = results[results["label"].isna() & (results["metric"] == "f1_macro") & results["feature_set"].isin(own)]
    means = whole.groupby(KEYS)["value"].mean()
    if means.empty:
        return Check(name, NOT_RUN, "No poster-only system was measured.")
    feature_set, model, _ = means.index[int(means.to_numpy().argmax())]
    said = f"Best poster-only macro F1 {means.max():.3f} ({model} on {feature_set}); the ceiling is {POSTER_CEILING}."
    return Check(name, FAILED if means.max() > POSTER_CEILING else PASSED, said)


def check_shuffled(truth: np.ndarray, scores: np.ndarray) -> Check:
    """With labels shuffled over titles, scores on test titles rank them by chance: macro ROC AUC 0.5.

    Failed when the AUC is more than four standard errors above (from the variance of the rank sum of each label,
    (n + 1) / (12 n1 n0), labels counted as a third of their number because genres go together).

    Parameters
    ----------
    truth : ndarray of shape (n, L), 0/1
        Shuffled labels of test titles.
    scores : ndarray of shape (n, L)
        From a model trained on the shuffled labels of the training titles.
    """
    name = "label-shuffle test"
    both = [k for k in range(truth.shape[1]) if 0 < truth[:, k].sum() < len(truth)]
    if not both:
        return Check(name, NOT_RUN, "No label has titles with and without it in the test.")
    area = float(np.mean([roc_auc_score(truth[:, k], scores[:, k]) for k in both]))
    ones = truth[:, both].sum(axis=0).astype(float)
    variance = np.mean((len(truth) + 1) / (12 * ones * (len(truth) - ones)))
    limit = 0.5 + 4 * float(np.sqrt(variance / max(1.0, len(both) / 3)))
    said = f"Macro ROC AUC {area:.3f} with shuffled labels; chance is 0.5, the limit {limit:.3f}."
    return Check(name, PASSED if area <= limit else FAILED, said)


def check_gap(reported: float, test: float, train: float, what: str) -> Check:
    """A reported test score is what the same fit scores on its test titles, not what it scores on training titles.

    Parameters
    ----------
    reported, test, train : float
        The score in the results; the one of a second fit on the test titles, and on the training titles.
    what : str
        Which system and fold, for the evidence.
    """
    said = (
        f"{what}: macro F1 {reported:.3f} reported, {test:.3f} when fitted again; {train:.3f} on training titles "
        f"(gap {train - test:.3f})."
    )
    return Check("train-test gap", FAILED if reported > test + REFIT_TOLERANCE else PASSED, said)


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _some(parts: Iterable[object], most: int = 3) -> str:
    listed = [str(part) for part in parts]
    return "; ".join(listed[:most]) + (f"; and {len(listed) - most} more" if len(listed) > most else "")
