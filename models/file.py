"""A model on disk: `model.joblib` and, beside it, `model.json`, which is checked before anything is unpickled.

A network's layers and weights are a third file, `model.keras`, which is loaded without running code of its own.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import joblib

from ..features.files import replacing
from .genre_model import GenreModel
from .manifest import FORMAT, ModelFileError, manifest_path, read_manifest, version_clash, written_versions

__all__ = ["ModelFileError", "load_model", "manifest_path", "read_manifest", "save_model"]


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
        "versions": written_versions(network=bool(network)),
        **description,
    }
    with replacing(manifest_path(path)) as temporary:
        temporary.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return path


def load_model(path: str | os.PathLike, sha256: str | None = None) -> GenreModel:
    """Load a model after checking its hash and versions against the manifest.

    A joblib file is a pickle: unpickling runs code. The manifest's hash shows that the file is the one the manifest
    describes; whoever can change the one can change the other. A hash known from elsewhere, such as the maker's page,
    is the stronger check.

    Parameters
    ----------
    path : path
        The joblib file, with its manifest beside it.
    sha256 : str, optional
        What the file must have, in 64 hex digits.

    Returns
    -------
    GenreModel

    Raises
    ------
    ModelFileError
        When a file is missing, changed, damaged, of another format, or written with incompatible versions.
    """
    path = Path(path)
    manifest = read_manifest(path)
    if sha256 is not None and sha256.strip().lower() != manifest["sha256"]:
        raise ModelFileError(
            f"{path}: expected sha256 {sha256.strip().lower()[:12]}…, its manifest has {manifest['sha256'][:12]}…: "
            "it is another model, so it was not opened"
        )
    clash = version_clash(manifest["versions"])
    if clash:
        raise ModelFileError(f"{path} {clash}")
    beside = manifest.get("network")
    if beside is not None:
        _check_network(path, beside)
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != manifest["sha256"]:
            raise ModelFileError(
                f"{path} is not the file its manifest describes (expected sha256 {manifest['sha256'][:12]}…, found "
                f"{found[:12]}…): it was changed or damaged, so it was not opened; get it again from its maker"
            )
        file.seek(0)
        model = _unpickled(file, path)
    _check_equal(model, manifest, path)
    if beside is not None:
        _attach_network(model, path.parent / Path(beside["file"]).name)
    model.manifest = manifest
    return model


def _unpickled(file: BinaryIO, path: Path) -> GenreModel:
    try:
        model = joblib.load(file)
    except Exception as fault:  # a damaged pickle raises almost anything
        raise ModelFileError(
            f"{path} cannot be read although it is the file its manifest describes ({type(fault).__name__}: {fault}); "
            "export it again with this version of genrelab"
        ) from None
    if not isinstance(model, GenreModel):
        raise ModelFileError(f"{path}: expected a GenreModel, found {type(model).__name__}")
    return model


def _check_equal(model: GenreModel, manifest: Mapping[str, Any], path: Path) -> None:
    try:
        facts = {"kind": model.kind, "labels": list(model.labels), "features": list(model.specs)}
        facts["feature_columns"] = list(model.columns)
        steps = set(model.pipeline.named_steps)
    except (AttributeError, TypeError) as fault:
        raise ModelFileError(f"{path}: expected a whole GenreModel, found one that lacks a part ({fault})") from None
    if not {"encode", "classify"} <= steps:
        raise ModelFileError(f"{path}: expected the steps encode and classify, found {', '.join(sorted(steps))}")
    for name, value in facts.items():
        if value != manifest[name]:
            raise ModelFileError(f"{path}: its {name} are not those of its manifest; get both again from their maker")


def _attach_network(model: GenreModel, file: Path) -> None:
    from ..features.frozen.keras import load_keras

    try:
        network = load_keras().saving.load_model(file, compile=False, safe_mode=True)
        model.pipeline.named_steps["classify"].attach(network)
    except ImportError:
        raise
    except Exception as fault:  # Keras raises almost anything on a damaged file
        raise ModelFileError(f"{file}: expected a Keras network, found something else ({fault})") from None


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


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
