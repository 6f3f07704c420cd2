import pytest
from fimble.errors import UsageError
from fimble.models import catalogue
from fimble_export import recipe as recipes
from fimble_export.quantize import mixed
from fimble_export.quantize.mixed import Row, Table

TABLE = Table(
    low="int4-rtn",
    high="int8",
    rows={"layers.0.a": Row(0.5, 100, 200), "layers.0.b": Row(0.1, 10, 20), "c": Row(0.4, 50, 100)},
)


def test_every_shipped_recipe_is_whole():
    assert len(recipes.names()) >= 3
    for name in recipes.names():
        recipe = recipes.load(name)
        assert recipe.label == f"{name}@{recipe.version}"
        assert recipes.plan(recipe)("layers.0.attention.qkv")[1] >= 16


@pytest.mark.parametrize("entry", catalogue.load(), ids=lambda entry: entry.name)
def test_the_catalogue_names_recipes_at_their_versions(entry):
    assert entry.recipe == recipes.load(entry.recipe.partition("@")[0]).label


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('colour = "red"', "no field 'colour'"),
        ('scheme = "int3"', "no scheme 'int3'"),
        ('ends = "mixed"', "no scheme 'mixed'"),
        ('target = "tpu"', "no target 'tpu'"),
        ('scheme = "mixed"', "needs a budget"),
    ],
)
def test_a_wrong_recipe_is_refused_by_name(text, sentence):
    with pytest.raises(UsageError, match=sentence):
        recipes.parse(text)


def test_an_unknown_recipe_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match=r"smollm2-135m"):
        recipes.load("gpt-9")


def test_ends_and_blocks_have_schemes_of_their_own():
    plan = recipes.plan(recipes.parse('scheme = "int4-kquant"\nblock = 32'))
    assert plan("embedding")[0].name == plan("head")[0].name == "int8"
    scheme, block = plan("layers.7.feed_forward.down")
    assert (scheme.name, block) == ("int4-kquant", 32)


@pytest.mark.parametrize(
    ("budget", "high"),
    [(160, set()), (170, {"layers.0.b"}), (220, {"layers.0.b", "c"}), (320, set(TABLE.rows))],
)
def test_the_budget_goes_where_a_byte_saves_most(budget, high):
    chosen = mixed.choose(TABLE, budget)
    assert {name for name, scheme in chosen.items() if scheme == "int8"} == high


def test_a_budget_below_the_least_is_refused():
    with pytest.raises(UsageError, match="10 bytes too small"):
        mixed.choose(TABLE, 150)
