from .classifier import SharedKernelLabels as SharedKernelLabels
from .nystroem import NystroemSVC as NystroemSVC
from .search import SharedKernelSearchCV as SharedKernelSearchCV
from .svc import SharedKernelSVC as SharedKernelSVC
