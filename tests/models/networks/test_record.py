"""Networks stand in the same table of recipes as the classical models."""

import pytest
from sklearn.base import clone

from genrelab.models.networks.registry import NETWORKS
from genrelab.models.recipes import RECIPES


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_is_a_recipe_that_takes_the_table(name):
    recipe = RECIPES[name]
    assert recipe.takes_table and recipe.name == name and recipe.summary
    model = recipe.build("multilabel", "log", seed=3, n_jobs=2, specs=("image",), checkpoint="somewhere")
    assert clone(model).get_params()["random_state"] == 3  # pyright: ignore[reportAttributeAccessIssue]
    assert (model.network, model.balance, model.workers) == (name, "log", 2)


def test_parameters_of_the_architecture_are_its_options():
    model = RECIPES["naive_cnn"].build("single", filters=4, learning_rate=0.1)
    assert model.options == {"filters": 4} and model.learning_rate == 0.1
    with pytest.raises(TypeError, match="colour"):
        RECIPES["naive_cnn"].build("single", colour=True)
    with pytest.raises(ValueError, match="multilabel or single"):
        RECIPES["naive_cnn"].build("ranking")
