"""The days of early voting before any address; voting places when the service is silent, puzzled or switched off."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from actions.apis import capabilities
from core.settings import settings
from tests.actions.asking import At, Sandbox
from tests.actions.voting import SEPTEMBER, STREET, Play, is_forgotten, names

MODES = ["error", "garbage", "down", "truncated", "redirect", "huge", "wrong_types", "throttled", "slow"]


@pytest.fixture
def play(form: Play, at: At) -> Play:
    at(SEPTEMBER)
    return form


@pytest.mark.parametrize(
    ("moment", "response"),
    [
        (SEPTEMBER, "utter_vote_early"),
        ("2026-10-25T10:00:00-04:00", "utter_vote_early_now"),
        ("2026-11-24T10:00:00-05:00", "utter_vote_early_by_rule"),
    ],
)
async def test_the_days_of_early_voting_are_told_before_the_address_is_asked_for(
    form: Play, at: At, moment: str, response: str
) -> None:
    at(moment)
    play = form("vote_early")
    assert names(await play.begin("when can I vote early")) == [response, "utter_vote_early_ask_address"]
    assert names(await play.say("hm what", intent="unclear")) == ["utter_flow_address_wrong"]
    assert await play.say("what do I bring", intent="vote_id") == []
    assert names(await play.come_back()) == ["utter_vote_early_ask_address"]


async def test_when_early_voting_is_over_no_address_is_asked_for(form: Play, at: At) -> None:
    at("2026-11-02T10:00:00-05:00")
    play = form("vote_early")
    assert names(await play.begin("when can I vote early")) == ["utter_vote_early_over"]
    assert not play.active


async def test_with_the_calendar_down_the_days_are_counted_from_the_rules(play: Play, sandbox: Sandbox) -> None:
    sandbox.order(api="democracy_works", mode="down")
    said = await play("vote_early").begin("when can I vote early")
    assert names(said) == ["utter_vote_early_by_rule", "utter_vote_early_ask_address"]
    assert said[0].notes == []


async def test_with_an_address_the_days_come_first_too(play: Play) -> None:
    said = await play("vote_early").begin(f"vote early near {STREET}, Norwich", address=STREET, town="Norwich")
    assert names(said) == ["utter_vote_early", "utter_flow_address_ask_confirmed"]


@pytest.mark.parametrize("mode", MODES)
async def test_a_silent_service_ends_in_a_way_out(play: Play, sandbox: Sandbox, mode: str) -> None:
    form = play("vote_polling_place")
    await form.begin()
    sandbox.order(api="civic_info", mode=mode)
    said = await form.say(f"{STREET}, Norwich", address=STREET, town="Norwich")
    assert names(said) == ["utter_lookup_unavailable"]
    assert said[0].links == ["vote_lookup"]
    assert said[0]["phone"]
    assert is_forgotten(form)


async def test_an_address_that_the_service_cannot_find_is_asked_for_again(
    play: Play, upstream_says: Callable[[int, Any], None]
) -> None:
    form = play("vote_polling_place")
    await form.begin()
    fault = {"domain": "global", "reason": "parseError", "message": "Failed to parse address"}
    upstream_says(400, {"error": {"errors": [fault], "code": 400, "message": fault["message"]}})
    said = await form.say(f"{STREET}, Norwich", address=STREET, town="Norwich")
    assert names(said) == ["utter_flow_address_not_found", "utter_vote_polling_place_ask_address"]
    assert form.slots["address"] is None
    assert form.active


async def test_an_address_that_turns_out_to_be_elsewhere_ends_the_flow(
    play: Play, upstream_says: Callable[[int, Any], None]
) -> None:
    form = play("vote_polling_place")
    await form.begin()
    upstream_says(200, {"election": {"id": "1", "name": "X"}, "normalizedInput": {"state": "MA"}})
    said = await form.say(f"{STREET}, Norwich", address=STREET, town="Norwich")
    assert names(said) == ["utter_flow_address_other_state"]
    assert is_forgotten(form)


@pytest.mark.parametrize(
    ("topic", "answer"),
    [
        ("vote_polling_place", "utter_vote_polling_place_how"),
        ("vote_early", "utter_vote_early"),
        ("vote_ballot", "utter_vote_ballot_how"),
    ],
)
async def test_what_is_switched_off_is_not_asked_an_address_for(
    play: Play, nothing_given: None, topic: str, answer: str
) -> None:
    form = play(topic)
    assert names(await form.begin()) == [answer]
    assert is_forgotten(form)


@pytest.fixture
def nothing_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`civic_info` with an empty `gives`, as an operator would switch it off."""
    apis = YAML(typ="safe").load((capabilities.folder() / "apis.yml").read_text(encoding="utf-8"))
    apis["civic_info"]["gives"] = []
    YAML().dump(apis, tmp_path / "apis.yml")
    monkeypatch.setattr(capabilities, "folder", lambda: tmp_path)
    capabilities._all.cache_clear()
    yield
    capabilities._all.cache_clear()


@pytest.fixture
def upstream_says(httpserver: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Any], None]:
    """From now on every question to `civic_info` gets this answer."""

    def answer(status: int, body: Any) -> None:
        httpserver.expect_request("/civic_info/civicinfo/v2/voterinfo").respond_with_json(body, status=status)
        monkeypatch.setenv("NUTMEG_CIVIC_INFO_URL", httpserver.url_for("/civic_info"))
        settings.cache_clear()

    return answer
