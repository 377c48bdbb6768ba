from .components import PixelComponents as PixelComponents
from .components import StyleComponents as StyleComponents
from .encoder import make_encoder as make_encoder
from .scaling import ImputedScaler as ImputedScaler
from .steps import STEPS as STEPS
from .steps import Step as Step
from .tfidf import TextTfidf as TextTfidf
from .top_words import TopWords as TopWords
