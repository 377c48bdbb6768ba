import os

import pytest

from genrelab.features.frozen import keras as keras_backend
from genrelab.features.frozen.keras import auto_precision, has_card, keras_settings, load_keras


def test_precision_follows_the_card(monkeypatch):
    keras = pytest.importorskip("keras")
    if keras.backend.backend() == "torch":
        pytest.skip("PyTorch is asked for its cards by another name")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(keras_backend.Path, "exists", lambda path: True)
    monkeypatch.setattr(keras.distribution, "list_devices", lambda kind: ["gpu:0"])
    assert auto_precision() == "bfloat16"
    monkeypatch.setattr(keras.distribution, "list_devices", lambda kind: [])
    assert auto_precision() == "float32"
    monkeypatch.setattr(keras.distribution, "list_devices", lambda kind: pytest.fail("asked for a hidden card"))
    monkeypatch.setitem(os.environ, "CUDA_VISIBLE_DEVICES", "-1")
    assert not has_card()


def test_the_users_settings_come_back():
    pytest.importorskip("keras")
    keras = load_keras()
    keras.config.set_dtype_policy("float64")
    try:
        with keras_settings("bfloat16"):
            assert keras.config.dtype_policy().name == "mixed_bfloat16"
        assert keras.config.dtype_policy().name == "float64"
    finally:
        keras.config.set_dtype_policy("float32")
