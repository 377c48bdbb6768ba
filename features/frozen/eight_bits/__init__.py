"""A Keras network in 8 bits, for ONNX Runtime."""
