"""A model on disk: `model.joblib` and, beside it, `model.json`, which is checked before anything is unpickled.

A network's layers and weights are a third file, `model.keras`, which is loaded without running code of its own.
"""

import hashlib
import json
import os
import re
import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import joblib

from ..features.files import replacing
from .genre_model import GenreModel

FORMAT = 1
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


def save_model(model: GenreModel, path: str | os.PathLike, description: Mapping[str, Any]) -> Path:
    """Write a model and its manifest, each atomically, the manifest last.

    Parameters
    ----------
    model : GenreModel
        Fitted.
    path : path
        Such as `model.joblib`; the manifest goes beside it as `model.json`, a network as `model.keras`.
    description : mapping
        What the manifest says besides labels, columns, thresholds, versions and hash: data, scores, notes.

    Returns
    -------
    Path
        Of the joblib file.
    """
    path = Path(path)
    if path.suffix != ".joblib":
        raise ModelFileError(f"expected a file name that ends in .joblib, found {path.name!r}")
    network = _write_network(model, path)
    manifest = {
        "format": FORMAT,
        "sha256": _sha256(path),
        **network,
        "kind": model.kind,
        "labels": list(model.labels),
        "thresholds": [round(float(value), 6) for value in model.thresholds],
        "features": list(model.specs),
        "feature_columns": list(model.columns),
        "backbones": model.backbones,
        "versions": {"python": _python(), **{name: version(name) for name in _COMPARED if name != "keras" or network}},
        **description,
    }
    with replacing(manifest_path(path)) as temporary:
        temporary.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return path


def load_model(path: str | os.PathLike) -> GenreModel:
    """Load a model after checking its hash and versions against the manifest.

    A joblib file is a pickle: unpickling runs code. The hash shows that the file is the one the manifest
    describes; whether to trust the pair is for its receiver to decide.

    Parameters
    ----------
    path : path
        The joblib file, with its manifest beside it.

    Returns
    -------
    GenreModel

    Raises
    ------
    ModelFileError
        When a file is missing, changed, of another format, or written with incompatible versions.
    """
    path = Path(path)
    manifest = read_manifest(path)
    found = _sha256(path)
    if found != manifest["sha256"]:
        raise ModelFileError(
            f"{path} is not the file its manifest describes (expected sha256 {manifest['sha256'][:12]}…, found "
            f"{found[:12]}…): it was changed or damaged, so it was not opened; get it again from its maker"
        )
    clash = _version_clash(manifest["versions"])
    if clash:
        raise ModelFileError(f"{path} {clash}")
    beside = manifest.get("network")
    if beside is not None:
        _check_network(path, beside)
    model = joblib.load(path)
    if not isinstance(model, GenreModel):
        raise ModelFileError(f"{path}: expected a GenreModel, found {type(model).__name__}")
    if beside is not None:
        from ..features.frozen.keras import load_keras

        network = load_keras().saving.load_model(path.parent / Path(beside["file"]).name, compile=False, safe_mode=True)
        model.pipeline.named_steps["classify"].attach(network)
    return model


def _write_network(model: GenreModel, path: Path) -> dict[str, dict[str, str]]:
    """Write the joblib file, a network's layers and weights beside it; what the manifest says of the latter."""
    classifier = model.pipeline.named_steps["classify"]
    network = classifier.detach() if hasattr(classifier, "detach") else None
    try:
        with replacing(path) as temporary:
            joblib.dump(model, temporary, compress=3)
        if network is None:
            return {}
        beside = path.with_suffix(".keras")
        with replacing(beside) as temporary:
            network.save(temporary)
        return {"network": {"file": beside.name, "sha256": _sha256(beside)}}
    finally:
        if network is not None:
            classifier.attach(network)


def _check_network(path: Path, beside: Mapping[str, str]) -> None:
    file = path.parent / Path(beside["file"]).name
    if not file.is_file():
        raise ModelFileError(f"expected the network of {path.name} at {file}, found none; keep the files together")
    if _sha256(file) != beside["sha256"]:
        raise ModelFileError(f"{file} is not the file its manifest describes; get it again from its maker")


def read_manifest(path: str | os.PathLike) -> dict[str, Any]:
    """The manifest of a model file, checked to be one."""
    path, beside = Path(path), manifest_path(path)
    for file in (path, beside):
        if not file.is_file():
            raise ModelFileError(
                f"expected a file at {file}, found none; a model is two files, {path.name} and {beside.name}"
            )
    try:
        manifest = json.loads(beside.read_text("utf-8"))
        known = manifest["format"] == FORMAT
        _ = manifest["sha256"], manifest["versions"]
    except (ValueError, KeyError, TypeError) as fault:
        raise ModelFileError(f"{beside}: expected a genrelab manifest, found something else ({fault!r})") from None
    if not known:
        raise ModelFileError(
            f"{beside}: expected format {FORMAT}, found {manifest['format']!r}; install the genrelab that wrote it"
        )
    return manifest


def _version_clash(written: Mapping[str, str]) -> str | None:
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
                f"pip install '{name}=={expected}', or export the model again"
            )
    return None


def _release(text: str, parts: int) -> tuple[str, ...]:
    return tuple(re.findall(r"\d+", text)[:parts])


def _python() -> str:
    return ".".join(map(str, sys.version_info[:3]))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
