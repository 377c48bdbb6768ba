from .colour import brightness as brightness
from .colour import luma as luma
from .colour import palette as palette
from .dominant import dominant_palette as dominant_palette
from .frames import each_poster as each_poster
from .read import Poster as Poster
from .read import read_poster as read_poster
from .single_pass import poster_features as poster_features
