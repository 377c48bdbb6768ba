"""Many labels a title: a classifier each, thresholds, calibration, lists that hold the truth."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
