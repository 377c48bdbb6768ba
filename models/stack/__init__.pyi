from .joint import JointKernel as JointKernel
from .meta import MetaClassifier as MetaClassifier
from .stacked import StackedBlocks as StackedBlocks
