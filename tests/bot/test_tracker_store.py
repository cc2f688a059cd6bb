"""What Rasa expects of a tracker store, asked of ours on both databases; a restart in the middle of a form."""

import datetime as dt
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import time_machine
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import event, func, select, update
from sqlalchemy.exc import IntegrityError

from bot.tracker_store import NutmegTrackerStore
from core.database import engine, reading, writing
from core.erasure import delete_conversation
from core.stored_events import opened
from core.tables import tracker_event
from tests.bot.dialogue import Agent, Conversation, EndpointConfig, installation, load_agent, our_domain, wait_for
from tests.stack import Stack


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    more = {} if request.param == "sqlite" else {"NUTMEG_DATABASE_URL": request.getfixturevalue("postgres_url")}
    with installation(tmp_path_factory.mktemp("var"), **more):
        yield request.param


@pytest.fixture
def store(database: str) -> NutmegTrackerStore:
    return NutmegTrackerStore(our_domain())


@pytest.fixture
def sender() -> str:
    return f"web-{secrets.token_hex(16)}"


def asks(text: str = "how much is a permit", intent: str = "dmv_permit") -> list[Event]:
    """A turn: a question and its answer."""
    return [
        ActionExecuted(ACTION_LISTEN_NAME),
        UserUttered(text, {"name": intent, "confidence": 0.9}, [], parse_data={"language": "en"}),
        SlotSet("topic", intent),
        ActionExecuted(f"utter_{intent}"),
        BotUttered("It costs something.", metadata={"utter_action": f"utter_{intent}"}),
    ]


def new_session() -> list[Event]:
    return [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]


async def saved(store: NutmegTrackerStore, sender: str, *turns: list[Event]) -> DialogueStateTracker:
    tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
    for turn in turns:
        tracker.update_with_events(turn, store.domain, override_timestamp=False)
        await store.save(tracker)
    return tracker


def rows_of(sender: str) -> int:
    with reading() as connection:
        counted = select(func.count()).where(tracker_event.c.sender_id == sender)
        return int(connection.execute(counted).scalar_one())


async def test_nobody_is_known_before_the_first_message(store: NutmegTrackerStore, sender: str) -> None:
    assert await store.retrieve(sender) is None
    assert await store.retrieve_full_tracker(sender) is None
    assert not await store.exists(sender)
    assert sender not in await store.keys()


async def test_a_new_conversation_has_the_slots_of_the_domain_and_listens(
    store: NutmegTrackerStore, sender: str
) -> None:
    tracker = await store.get_or_create_tracker(sender)
    assert tracker.sender_id == sender
    assert set(tracker.slots) >= {"topic", "town", "request_numbers"}
    assert tracker.latest_action_name == ACTION_LISTEN_NAME


async def test_what_is_saved_is_read_back_the_same(store: NutmegTrackerStore, sender: str) -> None:
    tracker = await saved(store, sender, new_session(), asks())
    again = await store.retrieve(sender)
    assert again is not None
    # A session begins with its own event; the action that began it belongs to the one before.
    assert [found.as_dict() for found in again.events] == [kept.as_dict() for kept in tracker.events][1:]
    assert again.get_slot("topic") == "dmv_permit"
    assert again.latest_message is not None
    assert again.latest_message.intent["name"] == "dmv_permit"
    assert await store.exists(sender)
    assert sender in await store.keys()


async def test_get_or_create_gives_the_stored_conversation(store: NutmegTrackerStore, sender: str) -> None:
    await saved(store, sender, asks())
    assert (await store.get_or_create_tracker(sender)).get_slot("topic") == "dmv_permit"


async def test_any_text_and_value_survives(store: NutmegTrackerStore, sender: str) -> None:
    text = "Ñandú 🚗 <b>'; DROP TABLE tracker_event;--</b> \u202eabc \\u0000 100 %"
    await saved(store, sender, [*asks(text), SlotSet("request_numbers", ["24-000123", "25-000001"])])
    again = await store.retrieve(sender)
    assert again is not None
    assert again.latest_message is not None
    assert again.latest_message.text == text
    assert again.get_slot("request_numbers") == ["24-000123", "25-000001"]


async def test_one_resident_does_not_see_another(store: NutmegTrackerStore, sender: str) -> None:
    await saved(store, sender, asks())
    await saved(store, f"{sender}-other", asks(intent="vote_register"))
    again = await store.retrieve(sender)
    assert again is not None
    assert again.get_slot("topic") == "dmv_permit"


async def test_only_new_events_are_appended(store: NutmegTrackerStore, sender: str) -> None:
    tracker = await saved(store, sender, asks())
    assert rows_of(sender) == 5
    await store.save(tracker)
    assert rows_of(sender) == 5
    again = await store.retrieve(sender)
    assert again is not None
    again.update_with_events(asks(intent="dmv_fees"), store.domain)
    await store.save(again)
    assert rows_of(sender) == 10


async def test_a_tracker_made_elsewhere_appends_only_what_the_store_lacks(
    store: NutmegTrackerStore, sender: str
) -> None:
    tracker = await saved(store, sender, asks())
    copied = DialogueStateTracker.from_events(sender, [*tracker.events, *asks(intent="dmv_fees")], store.domain.slots)
    await store.save(copied)
    assert rows_of(sender) == 10


async def test_a_turn_is_one_transaction(store: NutmegTrackerStore, sender: str) -> None:
    commits: list[object] = []

    def count(connection: object) -> None:
        commits.append(connection)

    event.listen(engine(), "commit", count)
    try:
        tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
        tracker.update_with_events([*new_session(), *asks()], store.domain)
        before = len(commits)
        await store.save(tracker)
        assert len(commits) - before == 1
    finally:
        event.remove(engine(), "commit", count)


async def test_events_come_back_in_the_order_they_happened_in_whatever_their_clocks_say(
    store: NutmegTrackerStore, sender: str
) -> None:
    now = dt.datetime.now(dt.UTC).timestamp()
    turns = [SlotSet("town", town, timestamp=now - place) for place, town in enumerate(("Norwich", "Danbury", "Avon"))]
    await saved(store, sender, turns)
    again = await store.retrieve(sender)
    assert again is not None
    assert [found.value for found in again.events] == ["Norwich", "Danbury", "Avon"]


async def test_only_the_current_session_is_read_back(store: NutmegTrackerStore, sender: str) -> None:
    await saved(store, sender, new_session(), asks(), new_session(), asks(intent="vote_register"))
    again = await store.retrieve(sender)
    assert again is not None
    assert [found.intent_name for found in again.events if isinstance(found, UserUttered)] == ["vote_register"]
    assert any(isinstance(found, SessionStarted) for found in again.events)


async def test_the_full_tracker_has_every_session(store: NutmegTrackerStore, sender: str) -> None:
    await saved(store, sender, new_session(), asks(), new_session(), asks(intent="vote_register"))
    whole = await store.retrieve_full_tracker(sender)
    assert whole is not None
    asked = [found.intent_name for found in whole.events if isinstance(found, UserUttered)]
    assert asked == ["dmv_permit", "vote_register"]
    assert len(whole.events) == rows_of(sender)


async def test_a_full_tracker_saved_again_adds_nothing(store: NutmegTrackerStore, sender: str) -> None:
    await saved(store, sender, new_session(), asks(), new_session(), asks(intent="vote_register"))
    whole = await store.retrieve_full_tracker(sender)
    assert whole is not None
    before = rows_of(sender)
    await store.save(whole)
    assert rows_of(sender) == before


async def test_a_new_session_appended_to_a_stored_one_is_the_one_read_back(
    store: NutmegTrackerStore, sender: str
) -> None:
    await saved(store, sender, new_session(), asks())
    again = await store.retrieve(sender)
    assert again is not None
    again.update_with_events([*new_session(), *asks(intent="dmv_fees")], store.domain)
    await store.save(again)
    latest = await store.retrieve(sender)
    assert latest is not None
    assert [found.intent_name for found in latest.events if isinstance(found, UserUttered)] == ["dmv_fees"]


async def test_a_conversation_without_any_session_is_read_back_whole(store: NutmegTrackerStore, sender: str) -> None:
    await saved(store, sender, asks(), asks(intent="dmv_fees"))
    again = await store.retrieve(sender)
    assert again is not None
    assert len(again.events) == 10


async def test_a_restart_empties_the_slots_and_is_kept(store: NutmegTrackerStore, sender: str) -> None:
    await saved(store, sender, asks(), [Restarted(), ActionExecuted(ACTION_LISTEN_NAME)])
    again = await store.retrieve(sender)
    assert again is not None
    assert again.get_slot("topic") is None
    assert rows_of(sender) == 7


async def test_an_open_form_is_still_open_when_read_back(store: NutmegTrackerStore, sender: str) -> None:
    await saved(store, sender, [*asks(intent="service_case_status"), ActiveLoop("service_case_status_form")])
    again = await store.retrieve(sender)
    assert again is not None
    assert again.active_loop_name == "service_case_status_form"


async def test_a_second_writer_who_read_the_same_turn_gets_an_error_and_nothing_is_lost(
    store: NutmegTrackerStore, sender: str
) -> None:
    await saved(store, sender, asks())
    first, second = await store.retrieve(sender), await store.retrieve(sender)
    assert first is not None
    assert second is not None
    first.update_with_events(asks(intent="dmv_fees"), store.domain)
    second.update_with_events([*asks(intent="vote_register"), SlotSet("town", "Avon")], store.domain)
    await store.save(first)
    with pytest.raises(IntegrityError):
        await store.save(second)
    again = await store.retrieve(sender)
    assert again is not None
    assert [found.intent_name for found in again.events if isinstance(found, UserUttered)] == ["dmv_permit", "dmv_fees"]
    assert again.get_slot("town") is None


async def test_what_was_said_and_given_is_not_stored_in_clear(store: NutmegTrackerStore, sender: str) -> None:
    said = [*asks("I am Zebulon"), SlotSet("request_numbers", "24-000123"), BotUttered("Hello Zebulon")]
    await saved(store, sender, said)
    with reading() as connection:
        rows = connection.execute(select(tracker_event.c.event).where(tracker_event.c.sender_id == sender)).scalars()
        stored = str(list(rows))
    assert "Zebulon" not in stored
    assert "24-000123" not in stored
    again = await store.retrieve(sender)
    assert again is not None
    assert again.latest_message is not None
    assert again.latest_message.text == "I am Zebulon"
    assert again.get_slot("request_numbers") == "24-000123"


async def test_rows_from_before_the_encryption_are_still_read(store: NutmegTrackerStore, sender: str) -> None:
    await saved(store, sender, asks())
    with writing() as connection:
        rows = connection.execute(
            select(tracker_event.c.id, tracker_event.c.event).where(tracker_event.c.sender_id == sender)
        )
        for row in rows.all():
            plain = update(tracker_event).where(tracker_event.c.id == row.id)
            connection.execute(plain.values(event=opened(row.event)))
    again = await store.retrieve(sender)
    assert again is not None
    assert again.get_slot("topic") == "dmv_permit"


async def test_a_conversation_whose_events_were_erased_begins_anew(store: NutmegTrackerStore, sender: str) -> None:
    await saved(store, sender, new_session(), asks())
    delete_conversation(sender)
    assert await store.retrieve(sender) is None
    await saved(store, sender, new_session(), asks(intent="dmv_fees"))
    again = await store.retrieve(sender)
    assert again is not None
    assert again.get_slot("topic") == "dmv_fees"


async def test_times_are_stored_as_moments_with_their_zone(store: NutmegTrackerStore, sender: str) -> None:
    await saved(store, sender, asks())
    with reading() as connection:
        at = connection.execute(
            select(tracker_event.c.timestamp).where(tracker_event.c.sender_id == sender).limit(1)
        ).scalar_one()
    assert abs(dt.datetime.now(dt.UTC) - at) < dt.timedelta(minutes=1)


# With the real model


@pytest.fixture
def restarted(database: str, model: Path, stack: Stack) -> Iterator[Callable[[], Agent]]:
    """`restarted()` is the assistant as a new process would have it: nothing in memory but the model."""

    def load() -> Agent:
        load_agent.cache_clear()
        agent = load_agent(model)
        assert agent.processor is not None
        agent.processor.action_endpoint = EndpointConfig(url=f"{stack.url('actions')}/webhook")
        return agent

    yield load
    load_agent.cache_clear()


def test_a_restart_in_the_middle_of_the_form_goes_on_where_it_was(restarted: Callable[[], Agent]) -> None:
    before = Conversation(restarted())
    assert before.say("what is the status of my request").answer == "utter_service_case_status_ask_request_numbers"
    after = Conversation(restarted(), sender=before.sender, language=before.language)
    assert after.tracker().active_loop_name == "service_case_status_form"
    assert after.slot("requested_slot") == "request_numbers"
    assert after.say("24-000123").answer == "utter_service_case_status"
    assert after.tracker().active_loop_name is None


def test_after_half_an_hour_of_silence_a_new_session_begins_without_the_old_topic(database: str, model: Path) -> None:
    start = dt.datetime.now(dt.UTC)
    resident = Conversation(load_agent(model))
    with time_machine.travel(start, tick=True):
        resident.say("how do I renew my license")
    with time_machine.travel(start + dt.timedelta(minutes=29), tick=True):
        assert resident.say("how much is it?").answer == "utter_dmv_license_renew_cost"
    with time_machine.travel(start + dt.timedelta(minutes=60), tick=True):
        assert resident.say("how much is it?").answer == "utter_follow_up_cost"
    assert len([found for found in resident.tracker().events if isinstance(found, UserUttered)]) == 1
    whole = wait_for(resident.agent.tracker_store.retrieve_full_tracker(resident.sender))
    assert whole is not None
    assert len([found for found in whole.events if isinstance(found, UserUttered)]) == 3
