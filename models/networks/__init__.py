"""Networks as models of a comparison: the studies' own, layer for layer, and one that joins every kind of feature."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
