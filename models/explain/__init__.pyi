from .blocks import Explanation as Explanation
from .blocks import block_contributions as block_contributions
from .blocks import explain_title as explain_title
from .genre_keywords import top_keywords as top_keywords
from .occlusion import OcclusionMap as OcclusionMap
from .occlusion import occlusion_map as occlusion_map
