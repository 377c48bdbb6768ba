from .backbones import Backbone as Backbone
from .backbones import available_backbones as available_backbones
from .backbones import resolve_backbone as resolve_backbone
from .embeddings import embed as embed
from .style import resolve_network as resolve_network
from .style import resolve_style as resolve_style
