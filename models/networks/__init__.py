"""Networks as models of a comparison: the studies' own, layer for layer, and one that joins every kind of feature."""
