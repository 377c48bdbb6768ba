from .balanced import Balanced as Balanced
from .reuse import keep_resampled as keep_resampled
from .strategies import STRATEGIES as STRATEGIES
from .strategies import class_weights as class_weights
from .strategies import resample as resample
