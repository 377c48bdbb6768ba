"""A network in 8 bits is an encoder of its own: near the network in 32 bits, and never taken for it."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from genrelab.features.frozen.backbones import resolve_backbone
from genrelab.features.frozen.eight_bits.quantise import quantise
from genrelab.features.frozen.embeddings import decode_poster, embed
from genrelab.features.frozen.style import resolve_pictures, resolve_style
from genrelab.features.store import FeatureStore
from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.cli import main

CUT = "resnet50@conv2_block2_out"


def test_an_8_bit_network_is_near_the_whole_one_and_has_rows_of_its_own(demo_catalog, tmp_path):
    pytest.importorskip("onnxruntime")
    backbone = replace(resolve_backbone(CUT, "random"), input_size=(64, 64))
    found = load_catalog(demo_catalog).poster_paths()
    paths = [path for path in found if isinstance(path, Path) and path.is_file()][:24]
    decoded = [decode_poster(path, backbone.input_size)[1] for path in paths]
    pictures = np.stack([picture for picture in decoded if picture is not None])
    described = quantise(backbone, pictures, tmp_path / "int8")
    encoder = resolve_pictures("resnet50_conv2_block2_out_int8", f"random:{tmp_path / 'int8'}")
    assert encoder.sha256 in encoder.identity() and encoder.identity() != backbone.identity()
    assert json.loads(described.read_text())[0]["source"].endswith(f"quantised to 8 bits on {len(pictures)} posters")
    store = FeatureStore(tmp_path / "store")
    rows, exact = embed(paths, encoder, store=store).to_numpy(), embed(paths, backbone, store=store).to_numpy()
    readable = np.isfinite(exact).all(axis=1)
    assert readable.sum() >= 10 and (np.isfinite(rows).all(axis=1) == readable).all()
    error = np.linalg.norm(rows[readable] - exact[readable]) / np.linalg.norm(exact[readable])
    assert 1e-6 < error < 0.05  # another arithmetic, of nearly the same values
    assert len(list((tmp_path / "store").iterdir())) == 2
    with pytest.raises(ValueError, match="encoders.json exists; choose another folder"):
        quantise(backbone, pictures, tmp_path / "int8")


def test_a_style_and_an_empty_catalogue_are_refused(tmp_path):
    nothing = np.empty((0, 64, 64, 3), np.uint8)
    with pytest.raises(ValueError, match="a style has no 8-bit form"):
        quantise(resolve_style("resnet50", "random"), nothing, tmp_path)
    with pytest.raises(ValueError, match="expected at least one poster that can be read"):
        quantise(resolve_backbone(CUT, "random"), nothing, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_the_command_writes_an_encoder_that_features_finds(demo_catalog, tmp_path, capsys):
    pytest.importorskip("onnxruntime")
    of = ["--catalog", str(demo_catalog), "--weights", "random"]
    out = tmp_path / "int8"
    assert main(["quantise", CUT, *of, "--posters", "4", "--out", str(out)]) == 0
    name = "embedding:resnet50_conv2_block2_out_int8"
    assert f"{name} --encoders {out}" in capsys.readouterr().out
    cache = ["--features", str(tmp_path / "cache")]
    assert main(["features", name, *of, "--encoders", str(out), *cache, "--quiet"]) == 0
    assert "160 titles × 256 columns" in capsys.readouterr().out
