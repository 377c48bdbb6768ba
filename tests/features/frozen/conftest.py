"""What plain Keras gives, with which our own is compared: in whole float32 on a graphics card, too."""

import pytest


@pytest.fixture(scope="session")
def by_keras():
    """`by_keras(model, inputs)`: a model's outputs without TensorFloat-32, which a card takes by default."""
    keras = pytest.importorskip("keras")
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_tensor_float_32_execution(False)
        return lambda model, inputs: model.predict_on_batch(inputs)
    if backend == "jax":
        import jax  # pyright: ignore[reportMissingImports]

        def by_jax(model, inputs):
            with jax.default_matmul_precision("highest"):
                return model.predict_on_batch(inputs)

        return by_jax

    def by_torch(model, inputs):
        import torch  # pyright: ignore[reportMissingImports]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(torch.backends.cudnn, "allow_tf32", False)
            return model.predict_on_batch(inputs)

    return by_torch
