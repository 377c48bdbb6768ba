import numpy as np
import pytest

from genrelab.models.networks.architecture import FEATURES, TEXT, Network, Stage, Training
from genrelab.models.networks.settings import find_network, identity, plan_options, plan_training

TRAINING = Training((Stage(50, 0.01), Stage(20, 0.001)), batch_size=64, patience=5)


def build(*_args, **_options):
    return None


def network(**rest):
    return Network("own", "", rest.pop("reads", FEATURES), build, TRAINING, **rest)


def test_training_takes_what_is_given():
    assert plan_training(TRAINING) == TRAINING
    found = plan_training(TRAINING, epochs=3, batch_size=8, learning_rate=0.5, patience=0)
    assert [(stage.epochs, stage.learning_rate) for stage in found.stages] == [(3, 0.5), (3, 0.5)]
    assert found.batch_size == 8 and found.patience == 0
    for wrong in ({"epochs": 0}, {"batch_size": 0}, {"learning_rate": 0.0}, {"patience": -1}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            plan_training(TRAINING, **wrong)


def test_options_are_the_networks_own():
    own = network(options={"units": 8})
    assert plan_options(own, None, "random") == {"units": 8}
    assert plan_options(own, {"units": 9}, "random") == {"units": 9}
    with pytest.raises(ValueError, match="unknown option 'depth'; it has units"):
        plan_options(own, {"depth": 9}, "random")
    assert plan_options(network(options={"start": "resnet50"}), {}, "random")["weights"] == "random"
    assert plan_options(network(reads=TEXT), {"length": 5}, "random") == {"length": 5}
    assert own.options == {"units": 8}


def test_networks_by_name():
    own = network()
    assert find_network(own) is own
    with pytest.raises(ValueError, match="found 'no_such_network'"):
        find_network("no_such_network")


def test_identity_changes_with_all_that_decides():
    base = (network(), TRAINING, {"seed": 0, "options": {"units": (1, 2)}}, np.arange(4), ["a.jpg", None])
    assert identity(*base) == identity(*base)
    changed = [
        (base[0], plan_training(TRAINING, epochs=2), *base[2:]),
        (*base[:2], {"seed": 1, "options": {"units": (1, 2)}}, *base[3:]),
        (*base[:3], np.arange(5), base[4]),
        (*base[:3], np.arange(4).astype(np.float64), base[4]),
        (*base[:4], ["b.jpg", None]),
    ]
    assert len({identity(*base), *(identity(*one) for one in changed)}) == 6
    assert len(identity(*base, np.empty((0, 3)))) == 64
