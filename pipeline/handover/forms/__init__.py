"""A model in every form that people use: skops, ONNX, a folder of all."""
