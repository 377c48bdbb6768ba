"""Genres of posters by onnxruntime, NumPy and Pillow alone; genrelab need not be installed.

python predict_posters_with_onnx.py model.onnx poster.jpg another.png ...

The encoders that model.json lists under forms.onnx.pictures lie beside the model.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image, ImageOps

BILINEAR = Image.Resampling.BILINEAR


def opened(path: Path, sha256: str) -> onnxruntime.InferenceSession:
    data = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(data).hexdigest() != sha256:
        sys.exit(f"{path} is not the file that model.json describes")
    try:
        return onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    except Exception as fault:
        sys.exit(f"{path}: ONNX Runtime cannot read it ({' '.join(str(fault).split())[:200]})")


def upright(path: str, width: int, height: int) -> Image.Image:
    """A picture in RGB, on white where it is transparent; a JPEG is decoded smaller where that is enough."""
    image = Image.open(path)
    lying = image.getexif().get(274, 1) >= 5
    image.draft(None, (2 * height, 2 * width) if lying else (2 * width, 2 * height))  # pyright: ignore[reportArgumentType]
    picture = ImageOps.exif_transpose(image)
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Image.new("RGB", picture.size, "white")
        white.paste(picture, mask=picture.getchannel("A"))
        return white
    return picture.convert("RGB")


def stretched(image: Image.Image, width: int, height: int) -> np.ndarray:
    rows_first = image.height > height and image.height - height > 2 * (image.width - width)
    between = (image.width, height) if rows_first else (width, image.height)
    return np.asarray(image.resize(between, BILINEAR).resize((width, height), BILINEAR))


def fitted(image: Image.Image, width: int, height: int, way: str) -> np.ndarray:
    if way == "stretch":
        return stretched(image, width, height)
    scale = (max if way == "crop" else min)(width / image.width, height / image.height)
    inner = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    resized = stretched(image, *inner)
    left, top = (inner[0] - width) // 2, (inner[1] - height) // 2
    if way == "crop":
        return resized[top : top + height, left : left + width]
    out = np.zeros((height, width, 3), np.uint8)
    out[-top : -top + inner[1], -left : -left + inner[0]] = resized
    return out


def vectors(session: onnxruntime.InferenceSession, pixels: np.ndarray, about: dict) -> np.ndarray:
    """One vector for each picture; `pixels` are bytes of shape (n, height, width, 3)."""
    deviation = np.asarray(about["deviation"], np.float32)
    scale = 1.0 / (np.float32(about["divisor"]) * deviation)
    ready = pixels[..., about["order"]] * scale - np.asarray(about["mean"], np.float32) / deviation
    if about["layout"] == "NCHW":
        ready = np.ascontiguousarray(ready.transpose(0, 3, 1, 2))
    output = about["output"] or session.get_outputs()[0].name
    values = np.asarray(session.run([output], {session.get_inputs()[0].name: ready.astype(np.float32)})[0])
    if values.ndim == 4:
        places = values.reshape(*values.shape[:2], -1).transpose(0, 2, 1)
        values = places if about["layout"] == "NCHW" else values.reshape(len(values), -1, values.shape[-1])
    if values.ndim == 3:
        pool = {"mean": lambda v: v.mean(axis=1), "cls": lambda v: v[:, 0], "max": lambda v: v.max(axis=1)}
        values = pool[about["pooling"]](values)
    rows = values.reshape(len(values), -1).astype(np.float32)
    if about["normalise"]:
        rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-12))
    return rows


def main(model: str, *posters: str) -> None:
    folder = Path(model).parent
    manifest = json.loads(Path(model).with_suffix(".json").read_text("utf-8"))
    form = manifest["forms"]["onnx"]
    session = opened(Path(model), form["sha256"])
    encoders = [(about, opened(folder / Path(about["file"]).name, about["sha256"])) for about in form["pictures"]]
    for poster in posters:
        inputs = {}
        for about, encoder in encoders:
            height, width = about["input_size"]
            pixels = fitted(upright(poster, width, height), width, height, about["resize"])
            inputs[about["input"]] = vectors(encoder, pixels[np.newaxis], about).astype(np.float64)
        scores, chosen = (np.asarray(one)[0] for one in session.run(["probabilities", "decisions"], inputs))
        genres = [label for label, yes in zip(manifest["labels"], chosen, strict=True) if yes]
        told = {"file": poster, "genres": genres, "probabilities": scores.tolist()}
        print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
