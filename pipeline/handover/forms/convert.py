"""Write a model in another form: skops, ONNX, or a folder that holds every form."""

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

from ....features.files import replacing, write_json
from ....features.text.metadata import METADATA_UNITS
from ....models.file import ModelFileError, load_model, manifest_path, read_manifest, untrusted_types
from ....models.genre_model import GenreModel
from .build import build_onnx
from .operators.graph import ML_OPSET, OPSET
from .pictures import picture_encoders, write_encoders

FORMS = ("skops", "onnx", "folder")
EXAMPLE, POSTERS = "predict_with_onnx.py", "predict_posters_with_onnx.py"


def convert(
    model: str | os.PathLike,
    to: str,
    out: str | os.PathLike | None = None,
    *,
    overwrite: bool = False,
    weights: str | None = None,
) -> Path:
    """Write a model file in another form; what `genrelab convert` does.

    Parameters
    ----------
    model : path
        Such as `model.joblib`, with its manifest beside it; loaded as `load_model` does.
    to : {"skops", "onnx", "folder"}
        `skops`: the same estimators; loading runs no code, and `load_model` takes it. `onnx`: one graph from feature
        columns to probabilities and decisions, for ONNX Runtime. `folder`: joblib, skops and ONNX with the manifest,
        a README and a script that predicts without genrelab; for a model that reads nothing but posters through
        encoders of ONNX, the encoders too and a script from posters to genres.
    out : path, optional
        By default beside the model: `model.skops`, `model.onnx`, or the folder `model-forms`.
    overwrite : bool
        Replace a file that is there.
    weights : str, optional
        Where the encoders of a folder lie here, if elsewhere than at training.

    Returns
    -------
    Path
        What was written. The manifest beside it lists the form with its hash.

    Raises
    ------
    ModelFileError
        When the model cannot be loaded, has no such form, or `out` exists.
    """
    path = Path(model)
    if to not in FORMS:
        raise ModelFileError(f"to: expected one of {', '.join(FORMS)}, got {to!r}")
    target = Path(out) if out is not None else _beside(path, to)
    if target.exists() and (to == "folder" or not overwrite):
        raise ModelFileError(f"{target} exists; choose another --out" + ("" if to == "folder" else ", or --overwrite"))
    if to != "folder" and target.suffix != f".{to}":
        raise ModelFileError(f"out: expected a file name that ends in .{to}, got {target.name!r}")
    loaded = load_model(path)
    if hasattr(loaded.pipeline.named_steps["classify"], "detach"):
        raise ModelFileError(f"{path} holds a network, whose form is the .keras file beside it; it has no other")
    manifest = dict(loaded.manifest or {})
    if to == "folder":
        return _write_folder(loaded, path, manifest, target, weights)
    _write_form(loaded, manifest, to, target)
    return target


def _beside(path: Path, to: str) -> Path:
    return path.with_name(f"{path.stem}-forms") if to == "folder" else path.with_suffix(f".{to}")


def _write_form(model: GenreModel, manifest: dict[str, Any], form: str, target: Path) -> None:
    """Write one form, then the manifest that lists it."""
    beside = manifest_path(target)
    if beside.exists():
        there = read_manifest(beside.with_suffix(".joblib")) if beside.with_suffix(".joblib").exists() else None
        if there is None:
            there = json.loads(beside.read_text("utf-8"))
        if not isinstance(there, dict) or there.get("sha256") != manifest["sha256"]:
            raise ModelFileError(f"{beside} describes another model; choose another --out")
        manifest = there
    data, about = WRITERS[form](model)
    with replacing(target) as temporary:
        temporary.write_bytes(data)
    entry = {"file": target.name, "sha256": hashlib.sha256(data).hexdigest(), **about}
    manifest = manifest | {"forms": {**(manifest.get("forms") or {}), form: entry}}
    write_json(beside, manifest)


def _skops(model: GenreModel) -> tuple[bytes, dict[str, Any]]:
    try:
        from skops.io import dumps, get_untrusted_types
    except ImportError:
        raise ImportError("skops is not installed; run: pip install 'genrelab[skops]'") from None
    data = dumps(model, compression=zipfile.ZIP_DEFLATED, compresslevel=6)
    strange = untrusted_types(data)
    if strange:
        raise ModelFileError(
            f"the model holds types that load_model does not trust ({', '.join(strange[:3])}), as models of other "
            "packages do; it has no skops form"
        )
    return data, {"trusted_types": sorted(get_untrusted_types(data=data))}


def _onnx(model: GenreModel) -> tuple[bytes, dict[str, Any]]:
    try:
        import onnx  # noqa: F401
    except ImportError:
        raise ImportError("onnx is not installed; run: pip install 'genrelab[onnx]'") from None
    try:
        proto, inputs = build_onnx(model)
    except ValueError as fault:
        raise ModelFileError(str(fault)) from None
    return proto.SerializeToString(), {"opset": OPSET, "ml_opset": ML_OPSET, "inputs": inputs}


WRITERS: dict[str, Callable[[GenreModel], tuple[bytes, dict[str, Any]]]] = {"skops": _skops, "onnx": _onnx}


def _write_folder(model: GenreModel, path: Path, manifest: dict[str, Any], target: Path, weights: str | None) -> Path:
    """Every form, whole or absent: written into a hidden folder that then takes the target's name."""
    if path.suffix != ".joblib":
        raise ModelFileError(f"expected a .joblib to make a folder of, got {path.name!r}")
    encoders = picture_encoders(model, weights)
    target.parent.mkdir(parents=True, exist_ok=True)
    hidden = Path(tempfile.mkdtemp(prefix=f".{target.name[:50]}.", dir=target.parent))
    try:
        shutil.copyfile(path, hidden / "model.joblib")
        (hidden / "model.json").write_text(json.dumps(manifest | {"forms": {}}), "utf-8")
        for form in WRITERS:
            _write_form(model, manifest, form, hidden / f"model.{form}")
        templates = resources.files(__package__ or "") / "templates"
        (hidden / EXAMPLE).write_text((templates / f"{EXAMPLE}.txt").read_text("utf-8"), "utf-8")
        if encoders:
            (hidden / POSTERS).write_text((templates / f"{POSTERS}.txt").read_text("utf-8"), "utf-8")
            written = json.loads((hidden / "model.json").read_text("utf-8"))
            written["forms"]["onnx"]["pictures"] = write_encoders(encoders, hidden)
            write_json(hidden / "model.json", written)
        (hidden / "README.md").write_text(_readme((templates / "README.md").read_text("utf-8"), hidden), "utf-8")
        hidden.chmod(0o755)
        hidden.rename(target)
    except BaseException:
        shutil.rmtree(hidden, ignore_errors=True)
        raise
    return target


def _readme(template: str, folder: Path) -> str:
    manifest = json.loads((folder / "model.json").read_text("utf-8"))
    inputs = "\n".join(
        f"| `{one['name']}` | {one['type']} | {len(one['columns'])} | "
        f"{'numbers of the feature table' if one['stage'] == 'table' else 'columns of the model’s encoder'} |"
        for one in manifest["forms"]["onnx"]["inputs"]
    )
    columns = [column for one in manifest["forms"]["onnx"]["inputs"] for column in one["columns"]]
    units = [f"- `metadata_{name}`: {unit}" for name, unit in METADATA_UNITS.items() if f"metadata_{name}" in columns]
    if any(column.startswith("palette_") for column in columns):
        units.append("- `palette_…_red`, `_green`, `_blue`: 0 to 255; `_grey`: 1 for a colour without hue, else 0")
    pictures = manifest["forms"]["onnx"].get("pictures", [])
    files = "".join(
        f"| `{one['file']}` | the encoder of `{one['input']}`, licence: {one['licence']} |\n" for one in pictures
    )
    if pictures:
        files += f"| `{POSTERS}` | predicts from poster files with onnxruntime, NumPy and Pillow alone |\n"
    return template.format(
        labels=", ".join(manifest["labels"]),
        genrelab=manifest["versions"]["genrelab"],
        inputs=inputs,
        units="\nThe numbers of the feature table are not all as a catalogue has them:\n\n" + "\n".join(units) + "\n"
        if units
        else "",
        pictures=files,
        posters=f"python {POSTERS} model.onnx poster.jpg\n" if pictures else "",
    )
