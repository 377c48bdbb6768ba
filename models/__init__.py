"""Models of a comparison, their encoders, and the model that predicts; each model is one record."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
