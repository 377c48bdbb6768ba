from .architecture import Network as Network
from .architecture import Stage as Stage
from .architecture import Training as Training
from .classifier import NetworkClassifier as NetworkClassifier
from .record import NetworkRecipe as NetworkRecipe
from .registry import NETWORKS as NETWORKS
