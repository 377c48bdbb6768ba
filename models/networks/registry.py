"""Every network by the name of its recipe."""

from .architecture import Network
from .studies import (
    augmented_cnn,
    cnn_lstm,
    deep_cnn,
    fc_head,
    inception_tuned,
    mini_vgg,
    multimodal,
    naive_cnn,
    poster_cnn,
    resnet,
    two_genre_cnn,
)

_ALL = (
    naive_cnn.NETWORK,
    deep_cnn.NETWORK,
    inception_tuned.NETWORK,
    augmented_cnn.NETWORK,
    two_genre_cnn.NETWORK,
    fc_head.NETWORK,
    resnet.RESNET_RANDOM,
    resnet.RESNET_IMAGENET,
    resnet.RESNET_TRANSFER,
    mini_vgg.NETWORK,
    poster_cnn.NETWORK,
    cnn_lstm.NETWORK,
    multimodal.NETWORK,
)
NETWORKS: dict[str, Network] = {network.name: network for network in _ALL}
