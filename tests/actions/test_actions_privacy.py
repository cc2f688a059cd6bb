""" "Delete my data" through the action; and answers about people that take the same time, found or not."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import text

from actions.even_time import evenly
from actions.privacy import ActionDeleteMyData
from channels import conversations, turns
from core.database import writing
from tests.bot.dialogue import installation

TOLERANCE = 0.25


@pytest.fixture
def own_database(tmp_path: Path) -> Iterator[None]:
    with installation(tmp_path):
        yield


async def deleted(conversation_id: str) -> tuple[str, dict[str, object], list[str]]:
    """Name of the answer, its values as figures, and the events."""
    dispatcher = CollectingDispatcher()
    tracker = Tracker(conversation_id, {}, {}, [], False, None, {}, "action_listen")
    events = await ActionDeleteMyData().run(dispatcher, tracker, {})
    (said,) = dispatcher.messages
    values = {name: value["value"] for name, value in said["values"].items()}
    return said["response"], values, [str(event["event"]) for event in events]


@pytest.mark.usefixtures("own_database")
async def test_says_how_much_was_deleted_and_how_long_the_law_keeps_the_rest() -> None:
    made = conversations.open_web("en")
    with writing() as connection:
        turns.claim(connection, turns.accept(connection, made.id, "1", "delete my data").inbox_id)
    answer, values, events = await deleted(made.id)
    assert answer == "utter_data_deleted"
    assert values == {"messages": 1, "bookings": 0, "years": 5}
    assert events == ["reset_slots", "active_loop"]


@pytest.mark.usefixtures("own_database")
async def test_says_so_when_the_database_is_away() -> None:
    with writing() as connection:
        connection.execute(text("DROP TABLE tracker_event"))
    answer, values, _ = await deleted("web-1")
    assert answer == "utter_data_not_deleted"
    assert values["phone"]


async def test_what_is_quick_and_what_is_slow_take_the_same_time() -> None:
    took = []
    for seconds in (0.0, 0.4):
        started = time.monotonic()
        async with evenly(600):
            await asyncio.sleep(seconds)
        took.append(time.monotonic() - started)
    assert min(took) >= 0.6
    assert abs(took[0] - took[1]) < TOLERANCE


async def test_a_failure_takes_as_long_as_a_success() -> None:
    started = time.monotonic()
    with pytest.raises(ValueError, match="x"):
        async with evenly(200):
            raise ValueError("x")
    assert time.monotonic() - started >= 0.2


async def test_what_takes_longer_is_not_held_back() -> None:
    started = time.monotonic()
    async with evenly(10):
        await asyncio.sleep(0.1)
    assert time.monotonic() - started < 0.1 + TOLERANCE
