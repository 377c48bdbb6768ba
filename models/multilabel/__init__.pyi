from .conformal import ConformalSets as ConformalSets
from .conformal_classifier import ConformalClassifier as ConformalClassifier
from .margins import MarginProbabilities as MarginProbabilities
from .native import NativeLabels as NativeLabels
from .out_of_fold import OutOfFold as OutOfFold
from .per_label import OneVsRest as OneVsRest
from .thresholds import choose_thresholds as choose_thresholds
