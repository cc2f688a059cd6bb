"""Every scenario of this folder, played in every language against the real model, actions and the sandbox.

A scenario is a YAML file of turns. A turn has what the resident says in English (`say`; `choose` presses a topic's
button, `pick` a form's) and what must come back: `answer` (the name of the answer, several joined by ` + `, or a list
of those when the state's clock decides), and where it matters `topic`, `language` (of the conversation afterwards),
`lang` (of the text), `slots`, `offers`, `sources`. `own` stands for the language the scenario is played in, `other`
for English, or Spanish when it is played in English. For the whole scenario: `at` (the time it is), `off` (topics that
are switched off), `channel`, `control` (orders to the sandbox before it begins, or
before a turn); `{number}` in what is said is the confirmation number that was told last. What is said in the other
languages stands in `languages/<code>.yml`, in the same order.
"""

import contextlib
import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import time_machine

from core.jurisdiction import read_yaml
from core.languages import LANGUAGES
from tests.bot.dialogue import Agent, Conversation, Turn, switched_off
from tests.stack import Stack

HERE = Path(__file__).parent
SCENARIOS = sorted(path.stem for path in HERE.glob("*.yml"))
ALWAYS = ("en", "es")
WHOLE = {"at", "off", "channel", "control", "turns"}
EXPECTED = {"answer", "topic", "language", "lang", "slots", "offers", "sources", "control"}


@cache
def _scenario(name: str) -> dict[str, Any]:
    found: dict[str, Any] = read_yaml(HERE / f"{name}.yml")
    return found


@cache
def _translated(language: str) -> dict[str, list[str | None]]:
    path = HERE / "languages" / f"{language}.yml"
    return (read_yaml(path) or {}) if path.exists() else {}


def _says(name: str, language: str) -> list[str | None]:
    """What is said, turn by turn; None where a button is pressed."""
    if language == "en":
        return [turn.get("say") for turn in _scenario(name)["turns"]]
    return _translated(language)[name]


def _plays() -> list[Any]:
    """Each scenario in English, Spanish and one language more by turns; the rest is played by `make conversations`."""
    plays = []
    others = [code for code in LANGUAGES if code not in ALWAYS]
    for place, name in enumerate(SCENARIOS):
        for code in LANGUAGES:
            is_due = code in ALWAYS or code == others[place % len(others)]
            plays.append(pytest.param(name, code, marks=() if is_due else pytest.mark.every_language))
    return plays


@pytest.mark.parametrize(("name", "language"), _plays())
def test_the_scenario_plays_out(name: str, language: str, assistant: Agent, stack: Stack) -> None:
    scenario = _scenario(name)
    with contextlib.ExitStack() as around:
        if "at" in scenario:
            moment = dt.datetime.fromisoformat(scenario["at"])
            around.enter_context(time_machine.travel(moment, tick=True))
        around.enter_context(switched_off(*scenario.get("off", ())))
        if "control" in scenario:
            around.enter_context(stack.orders(*scenario["control"]))
        stack.forget_wrong_tries()
        resident = Conversation(assistant, scenario.get("channel", "web"))
        for expected, say in zip(scenario["turns"], _says(name, language), strict=True):
            if "control" in expected:
                around.enter_context(stack.orders(*expected["control"]))
            turn = resident.say(_filled(say, resident)) if say is not None else _press(resident, expected)
            _check(turn, expected, resident, language, say or "a button")


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_scenario_is_well_told(name: str) -> None:
    scenario = _scenario(name)
    assert set(scenario) <= WHOLE
    for turn in scenario["turns"]:
        assert set(turn) - EXPECTED in ({"say"}, {"choose"}, {"pick"}), turn


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_every_scenario_is_told_in_the_language_turn_by_turn(language: str) -> None:
    told = _translated(language)
    assert set(told) == set(SCENARIOS)
    for name in SCENARIOS:
        english = _says(name, "en")
        assert [say is None for say in told[name]] == [say is None for say in english], name


def test_there_are_scenarios_enough_to_be_worth_the_name() -> None:
    assert len(SCENARIOS) >= 40


def _filled(say: str, resident: Conversation) -> str:
    """`{number}` is the confirmation number that was told last."""
    return say.replace("{number}", resident.told_number or "")


def _press(resident: Conversation, turn: dict[str, Any]) -> Turn:
    return resident.pick(turn["pick"]) if "pick" in turn else resident.choose(turn["choose"])


def _check(turn: Turn, expected: dict[str, Any], resident: Conversation, own: str, said: str) -> None:
    meant = {"own": own, "other": "es" if own == "en" else "en"}
    allowed = expected["answer"] if isinstance(expected["answer"], list) else [expected["answer"]]
    assert " + ".join(turn.answers) in allowed, f"after {said!r}"
    assert all("{" not in message["text"] and message["text"].strip() for message in turn.messages)
    language = expected.get("language", "own")
    assert turn.language == meant.get(language, language), f"after {said!r}"
    if "lang" in expected:
        tag = LANGUAGES[meant.get(expected["lang"], expected["lang"])].tag
        assert {message["lang"] for message in turn.messages} == {tag}
    if "topic" in expected:
        assert turn.messages[0]["topic"] == expected["topic"], f"after {said!r}"
    if "offers" in expected:
        assert set(turn.offered) >= set(expected["offers"]), f"after {said!r}"
    if "sources" in expected:
        assert any(message["sources"] for message in turn.messages) is expected["sources"], f"after {said!r}"
    for name, value in expected.get("slots", {}).items():
        assert resident.slot(name) == value, f"after {said!r}"
