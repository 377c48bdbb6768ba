"""The JSON beside a model file, checked before anything is unpickled."""

import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

__all__ = [
    "FORMAT",
    "ModelFileError",
    "form_sha256",
    "manifest_path",
    "read_manifest",
    "version_clash",
    "written_versions",
]

FORMAT = 2
_REQUIRED = ("python", "genrelab", "scikit-learn", "numpy")  # versions without which nothing is checked
_MOST_MANIFEST_BYTES = 16 * 2**20
# How much of a version must be equal for a pickle of that package to be trusted: scikit-learn promises nothing
# across minor releases, the others keep their pickles within a major one.
_COMPARED = {
    "scikit-learn": 2,
    "imbalanced-learn": 2,
    "genrelab": 2,
    "xgboost": 1,
    "numpy": 1,
    "scipy": 1,
    "pandas": 1,
    "keras": 1,
}


class ModelFileError(ValueError):
    """A model file that must not be loaded; the message says why and what to do."""


def manifest_path(path: str | os.PathLike) -> Path:
    """The JSON beside a model file.

    Examples
    --------
    >>> manifest_path("artifacts/model.joblib").name
    'model.json'
    """
    return Path(path).with_suffix(".json")


def read_manifest(path: str | os.PathLike) -> dict[str, Any]:
    """The manifest of a model file, checked to be one.

    Parameters
    ----------
    path : path
        The joblib file, or another form of the model beside the same manifest.

    Returns
    -------
    dict
        At least `sha256`, `kind`, `labels`, `features`, `feature_columns` and `versions`, of the right types.

    Raises
    ------
    ModelFileError
        When one of the two files is missing, or the manifest is none.
    """
    path, beside = Path(path), manifest_path(path)
    if path.suffix == ".json":
        raise ModelFileError(f"expected a model file, got its manifest {path}; give {path.with_suffix('.joblib')}")
    for file in (path, beside):
        if not file.is_file():
            raise ModelFileError(
                f"expected a file at {file}, found none; a model is two files, {path.name} and {beside.name}"
            )
    if beside.stat().st_size > _MOST_MANIFEST_BYTES:
        raise ModelFileError(f"{beside}: expected a genrelab manifest, found {beside.stat().st_size:,} bytes")
    try:
        manifest = json.loads(beside.read_text("utf-8"))
    except (ValueError, RecursionError) as fault:
        raise ModelFileError(f"{beside}: expected a genrelab manifest, found no JSON ({fault})") from None
    if not isinstance(manifest, dict) or "format" not in manifest:
        raise ModelFileError(f"{beside}: expected a genrelab manifest, found something else")
    if manifest["format"] == 1:
        raise ModelFileError(
            f"{path} was written by genrelab 0.1, whose models cannot be read any more, so it was not opened; "
            "export it again with this version: genrelab export RUN --out model.joblib"
        )
    if manifest["format"] != FORMAT:
        raise ModelFileError(
            f"{beside}: expected format {FORMAT}, found {manifest['format']!r}; install the genrelab that wrote it"
        )
    for name, (expected, is_right) in _FIELDS.items():
        if not is_right(manifest.get(name)):
            raise ModelFileError(
                f"{beside}: expected {name!r} to be {expected}, found {manifest.get(name)!r:.60}; it was changed or "
                "damaged, so the model was not opened"
            )
    return manifest


def form_sha256(path: Path, manifest: Mapping[str, Any]) -> str:
    """The hash that a model file must have: the joblib's, or that of the form by the file's ending.

    Raises
    ------
    ModelFileError
        When the manifest describes no form of that ending.

    Examples
    --------
    >>> form_sha256(Path("model.skops"), {"sha256": "0a", "forms": {"skops": {"file": "model.skops", "sha256": "1b"}}})
    '1b'
    """
    if path.suffix == ".joblib":
        return manifest["sha256"]
    form = (manifest.get("forms") or {}).get(path.suffix.removeprefix("."))
    if form is None:
        raise ModelFileError(
            f"{path}: {manifest_path(path).name} describes no {path.suffix or 'such'} file, so it was not opened; "
            "forms are written by: genrelab convert MODEL --to skops|onnx|folder"
        )
    return form["sha256"]


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(name, str) for name in value)


def _are_versions(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and all(isinstance(text, str) and re.match(r"\d", text) for text in value.values())
        and set(_REQUIRED) <= set(value)
    )


def _is_network(value: Any) -> bool:
    if value is None:
        return True
    return isinstance(value, dict) and isinstance(value.get("file"), str) and _is_hash(value.get("sha256"))


def _are_forms(value: Any) -> bool:
    # Each form that `genrelab convert` wrote: its file and hash, and what a reader of that form needs besides.
    return value is None or (
        isinstance(value, dict) and all(form is not None and _is_network(form) for form in value.values())
    )


_FIELDS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "sha256": ("64 hex digits", _is_hash),
    "kind": ("'multilabel' or 'single'", lambda value: value in ("multilabel", "single")),
    "labels": ("a list of names", _are_names),
    "features": ("a list of names", _are_names),
    "feature_columns": ("a list of names", _are_names),
    "versions": (f"versions of at least {', '.join(_REQUIRED)}", _are_versions),
    "network": ("a file and its sha256", _is_network),
    "forms": ("a file and its sha256 for each form", _are_forms),
}


def version_clash(written: Mapping[str, str]) -> str | None:
    """Why this environment cannot be trusted to read a model, as the end of a sentence; None where it can."""
    python = written.get("python", _python())
    if python.split(".")[0] != str(sys.version_info.major):
        return f"was written with Python {python}, this is Python {_python()}; use that Python"
    for name, parts in _COMPARED.items():
        expected = written.get(name)
        if expected is None:
            continue
        try:
            found = version(name)
        except PackageNotFoundError:
            return f"needs {name} {expected}, which is not installed; run: pip install '{name}=={expected}'"
        if _release(found, parts) != _release(expected, parts):
            return (
                f"was written with {name} {expected}, this environment has {found}; run: "
                f"pip install '{name}=={expected}', or export it again: genrelab export RUN --out model.joblib"
            )
    return None


def _release(text: str, parts: int) -> tuple[str, ...]:
    return tuple(re.findall(r"\d+", text)[:parts])


def written_versions(*, network: bool) -> dict[str, str]:
    """The versions that a manifest keeps."""
    return {"python": _python(), **{name: version(name) for name in _COMPARED if name != "keras" or network}}


def _python() -> str:
    return ".".join(map(str, sys.version_info[:3]))
