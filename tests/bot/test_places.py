"""Towns in messages: by name, village, ZIP code and slip of the finger; and ordinary words that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.entities import EntityFinder
from bot.nlu.places import PlaceFinder, ordinary_names
from core.jurisdiction import towns
from core.text import fold
from tests.bot.dialogue import Agent, UserMessage, wait_for

PLACES = PlaceFinder(["waiting", "license", "renew", "permit", "office", "status", "windows", "person", "parking"])


def found(text: str) -> list[str]:
    return [place.town for place in PLACES.find(text)]


@pytest.mark.parametrize("town", sorted(towns()))
def test_every_town_is_found_by_its_name_however_it_is_written(town: str) -> None:
    for written in (town, town.lower(), town.upper(), f"the dmv in {town}"):
        assert found(written) == [town], written


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("norwhich", "Norwich"),
        ("watterbury", "Waterbury"),
        ("new havn", "New Haven"),
        ("newhaven", "New Haven"),
        ("bridgport", "Bridgeport"),
        ("stamfrod", "Stamford"),
        ("hartfrod", "Hartford"),
        ("middeltown", "Middletown"),
        ("wethersfeild", "Wethersfield"),
        ("west hartferd", "West Hartford"),
    ],
)
def test_a_misspelt_town_is_found(text: str, town: str) -> None:
    assert found(text) == [town]
    assert found(f"wait time at the {text} dmv") == [town]


def test_a_village_stands_for_its_town() -> None:
    assert found("Willimantic") == ["Windham"]
    assert found("Mystic") in (["Stonington"], ["Groton"])


def test_every_zip_code_gives_its_town() -> None:
    for town in towns().values():
        for code in town.zips:
            (one,) = found(code)
            assert code in towns()[one].zips


@pytest.mark.parametrize("text", ["10001", "00000", "123456", "24-000123", "0636", "8605550100"])
def test_a_number_that_is_no_zip_code_of_the_state_is_no_place(text: str) -> None:
    assert found(text) == []


def test_a_zip_code_with_four_more_digits_counts() -> None:
    assert found("I live at 06360-1234") == ["Norwich"]


@pytest.mark.parametrize(
    "text",
    [
        "what union do state workers have",
        "orange juice",
        "I hope so",
        "in washington state",
        "how long is the wait",
        "I need a new license",
        "quiero renovar mi licencia",
        "parking permit",
        "the person at the window",
        "",
    ],
)
def test_an_ordinary_word_is_no_town(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", ["Orange", "in Orange", "dmv near Kent", "cerca de Union"])
def test_a_town_that_is_also_a_word_counts_where_it_is_used_as_a_place(text: str) -> None:
    assert len(found(text)) == 1


def test_two_towns_come_in_the_order_they_stand_in() -> None:
    assert found("from Danbury to Norwich") == ["Danbury", "Norwich"]


def test_the_longest_name_wins() -> None:
    assert found("West Hartford") == ["West Hartford"]
    assert found("north haven") == ["North Haven"]


def test_no_training_word_is_a_town_by_mistake(agent: Agent) -> None:
    """The model has learned the ordinary words: none of these names a place."""
    assert agent.processor is not None
    for text in ("I lost my license", "my husband hits me", "are you a robot", "se me perdió la tarjeta", "thank you"):
        parsed = wait_for(agent.processor.parse_message(UserMessage(text)))
        assert [entity for entity in parsed["entities"] if entity["entity"] in ("town", "office")] == [], text


@given(st.text(max_size=200))
def test_a_place_stands_where_it_says_it_does(text: str) -> None:
    for place in PLACES.find(text):
        assert 0 <= place.start < place.end <= len(text)
        assert place.town in towns()


@given(st.lists(st.sampled_from(sorted(name for name in towns() if fold(name) not in ordinary_names())), min_size=1))
def test_towns_with_commas_between_them_are_all_found(names: list[str]) -> None:
    assert found(", ".join(names)) == names


def test_a_number_is_not_taken_for_two_things() -> None:
    finder = EntityFinder(None, None, PLACES)  # type: ignore[arg-type]
    kinds = [entity["entity"] for entity in finder.find("24-000123 call 860-555-0100 in 06360")]
    assert kinds == ["case_number", "phone_number", "town"]
