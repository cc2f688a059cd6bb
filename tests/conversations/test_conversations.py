"""Every scenario of this folder, played in every language against the real model, actions and the sandbox.

A scenario is a YAML file: a language's turns under its code, in the same order in each language. A turn has what the
resident says (`say`, or `choose` for a button) and what must come back: `answer` (the name of the answer, a list of
names when the state's clock decides, or several names joined by ` + `), and where it matters `topic`, `language` (of
the conversation afterwards; else the scenario's own), `lang` (of the text), `slots`, `offers`, `sources`. For the
whole scenario: `at` (the time it is), `off` (topics that are switched off), `channel`.
"""

import contextlib
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import time_machine

from core.jurisdiction import read_yaml
from tests.bot.dialogue import Agent, Conversation, Turn, switched_off

SCENARIOS = sorted(Path(__file__).parent.glob("*.yml"))
LANGUAGES = ("en", "es")
WHOLE = {"at", "off", "channel"}
EXPECTED = {"answer", "topic", "language", "lang", "slots", "offers", "sources"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_scenario_plays_out(path: Path, language: str, assistant: Agent) -> None:
    scenario = read_yaml(path)
    with contextlib.ExitStack() as stack:
        if "at" in scenario:
            moment = dt.datetime.fromisoformat(scenario["at"])
            stack.enter_context(time_machine.travel(moment, tick=True))
        stack.enter_context(switched_off(*scenario.get("off", ())))
        resident = Conversation(assistant, scenario.get("channel", "web"))
        for expected in scenario[language]:
            turn = resident.choose(expected["choose"]) if "choose" in expected else resident.say(expected["say"])
            _check(turn, {"language": language, **expected}, resident)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_scenario_is_told_in_every_language_and_goes_the_same_way(path: Path) -> None:
    scenario = read_yaml(path)
    assert set(scenario) - WHOLE == set(LANGUAGES)
    ways = {language: [turn["answer"] for turn in scenario[language]] for language in LANGUAGES}
    assert ways["es"] == ways["en"]
    for language in LANGUAGES:
        for turn in scenario[language]:
            assert set(turn) - EXPECTED in ({"say"}, {"choose"}), f"{language}: {turn}"


def test_there_are_scenarios_enough_to_be_worth_the_name() -> None:
    assert len(SCENARIOS) >= 20


def _check(turn: Turn, expected: dict[str, Any], resident: Conversation) -> None:
    said = expected.get("say") or expected["choose"]
    allowed = expected["answer"] if isinstance(expected["answer"], list) else [expected["answer"]]
    assert " + ".join(turn.answers) in allowed, f"after {said!r}"
    assert all("{" not in message["text"] and message["text"].strip() for message in turn.messages)
    assert turn.language == expected["language"], f"after {said!r}"
    if "lang" in expected:
        assert {message["lang"] for message in turn.messages} == {expected["lang"]}
    if "topic" in expected:
        assert turn.messages[0]["topic"] == expected["topic"], f"after {said!r}"
    if "offers" in expected:
        assert set(turn.offered) >= set(expected["offers"]), f"after {said!r}"
    if "sources" in expected:
        assert any(message["sources"] for message in turn.messages) is expected["sources"], f"after {said!r}"
    for name, value in expected.get("slots", {}).items():
        assert resident.slot(name) == value, f"after {said!r}"
