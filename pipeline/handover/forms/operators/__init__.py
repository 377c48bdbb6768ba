"""Fitted estimators as ONNX operators, one file per kind of mathematics."""
