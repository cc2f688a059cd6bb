"""What is personal goes when a session ends; everything said goes with "delete my data". Events as Rasa writes them."""

import datetime as dt
import json
from typing import Any

import pytest
import time_machine
from sqlalchemy import Table, insert, select, update

from channels import answers, conversations, turns
from core import disclosures, erasure
from core.bookings import begin
from core.database import reading, writing
from core.erased_events import ERASED
from core.privacy import decrypt
from core.settings import settings
from core.stored_events import opened, sealed
from core.tables import booking, conversation, feedback, inbox, now, outbox, tracker_event

pytestmark = pytest.mark.usefixtures("empty")

NUMBER = "+18605550142"
LATER = dt.timedelta(minutes=31)


def resident(channel: str = "sms") -> str:
    if channel == "web":
        return conversations.open_web("en").id
    with writing() as connection:
        return conversations.open_sms(connection, NUMBER)


def starts(key: str, text: str) -> turns.Turn:
    """A message comes in and is being answered."""
    with writing() as connection:
        accepted = turns.accept(connection, key, f"SM{text}"[:64], text)
        turn = turns.claim(connection, accepted.inbox_id)
    assert turn is not None
    return turn


def ends(turn: turns.Turn, answer: str, *slots: tuple[str, Any], name: str = "utter_dmv_permit") -> None:
    """Rasa saves the turn's events, then its answer is stored and sent."""
    events: list[dict[str, Any]] = [
        {"event": "user", "text": turn.text, "message_id": str(turn.inbox_id), "metadata": {},
         "parse_data": {"intent": {"name": "inform"}, "language": "en", "text": turn.text,
                        "entities": [{"entity": "town", "value": turn.text}]}},
        *({"event": "slot", "name": slot, "value": value} for slot, value in slots),
        {"event": "action", "name": name},
        {"event": "bot", "text": answer, "data": {}, "metadata": {
            "utter_action": name, "values": {"it": answer},
            "served": {"answer": name, "topic": None, "lang": "en", "remembered": {"values": {"it": answer}}}}},
    ]  # fmt: skip
    with writing() as connection:
        taken = connection.execute(
            select(tracker_event.c.position)
            .where(tracker_event.c.sender_id == turn.conversation_id)
            .order_by(tracker_event.c.position.desc())
            .limit(1)
        ).scalar()
        for place, event in enumerate(events, start=0 if taken is None else taken + 1):
            event["timestamp"] = now().timestamp()
            connection.execute(
                insert(tracker_event).values(
                    sender_id=turn.conversation_id, position=place, session=0, type=event["event"], timestamp=now(),
                    event=sealed(event),
                )
            )  # fmt: skip
    with writing() as connection:
        answers.store(connection, turns._ending(turn, turns.State.ANSWERED, "en"), [{"text": answer, "answer": name}])


def sent(key: str) -> None:
    with writing() as connection:
        connection.execute(update(outbox).where(outbox.c.conversation_id == key).values(delivery="sent"))


def says(key: str, text: str, answer: str, *slots: tuple[str, Any]) -> None:
    ends(starts(key, text), answer, *slots)
    sent(key)


def rows(table: Table, **where: Any) -> list[Any]:
    with reading() as connection:
        wanted = select(table).order_by(table.primary_key.columns[0])
        return list(connection.execute(wanted.filter_by(**where)).all())


def everything() -> str:
    """All that the database holds of conversations, decrypted, as one text."""
    stored = [opened(row.event) for row in rows(tracker_event)]
    return json.dumps(
        [stored, [row.text for row in rows(inbox)], [row.message for row in rows(outbox)]], ensure_ascii=False
    )


def silence(length: dt.timedelta = LATER) -> None:
    with time_machine.travel(now() + length, tick=False):
        erasure.erase_ended_sessions()


def test_values_of_personal_slots_and_the_texts_of_their_turns_go_when_the_session_ends() -> None:
    key = resident("web")
    says(key, "how do I renew", "You can renew online.", ("topic", "dmv_license_renew"))
    says(key, "check my registration", "What is your name?", ("requested_slot", "full_name"))
    says(key, "Maria Zebulon", "When were you born?", ("full_name", "Maria Zebulon"), ("requested_slot", "birth_date"))
    says(key, "on the 31st of February", "That day does not exist.", ("birth_date", None))
    says(key, "4 July 1980", "Thank you.", ("birth_date", "1980-07-04"), ("requested_slot", None))
    says(key, "is it for Maria Zebulon?", "Yes.")
    silence()
    left = everything()
    for personal in ("Maria", "Zebulon", "1980", "31st"):
        assert personal not in left
    assert "how do I renew" in left
    assert "You can renew online." in left
    assert "dmv_license_renew" in left
    slots = [opened(row.event) for row in rows(tracker_event, type="slot")]
    erased = [slot for slot in slots if slot.get("erased")]
    assert [(slot["name"], slot["value"]) for slot in erased] == [("full_name", None), ("birth_date", None)]
    assert [row.text for row in rows(inbox)][2:] == [ERASED] * 4


def test_before_half_an_hour_nothing_goes_and_nothing_goes_in_the_middle_of_a_turn() -> None:
    key = resident("web")
    says(key, "Maria Zebulon", "Thank you.", ("full_name", "Maria Zebulon"))
    silence(dt.timedelta(minutes=29))
    assert "Zebulon" in everything()
    starts(key, "one more thing")
    silence()
    assert "Zebulon" in everything()


def test_a_text_that_still_has_to_be_sent_is_sent_first() -> None:
    key = resident()
    ends(starts(key, "Maria Zebulon"), "Thank you, Maria Zebulon.", ("full_name", "Maria Zebulon"))
    silence()
    assert "Zebulon" in everything()
    sent(key)
    silence()
    assert "Zebulon" not in everything()


def test_the_next_session_is_erased_too() -> None:
    key = resident("web")
    says(key, "Maria Zebulon", "Thank you.", ("full_name", "Maria Zebulon"))
    silence()
    says(key, "Anna Quartz", "Thank you.", ("full_name", "Anna Quartz"))
    silence()
    assert "Quartz" not in everything()


def test_a_conversation_that_no_key_opens_does_not_keep_the_others_from_being_erased() -> None:
    broken, well = resident("web"), resident("web")
    says(broken, "Anna Quartz", "Thank you.", ("full_name", "Anna Quartz"))
    with writing() as connection:
        connection.execute(update(tracker_event).values(event={"event": "user", "timestamp": 0, "cipher": "gAAAA"}))
    says(well, "Maria Zebulon", "Thank you.", ("full_name", "Maria Zebulon"))
    silence()
    assert [row.text for row in rows(inbox, conversation_id=well)] == [ERASED]


def deletes_everything(key: str) -> erasure.Deleted:
    turn = starts(key, "delete my data")
    deleted = erasure.delete_conversation(key)
    ends(turn, "Done.", name="utter_data_deleted")
    return deleted


def test_delete_my_data_erases_all_that_was_said_at_once() -> None:
    key = resident()
    says(key, "I live in Zebulon", "So do I, in Zebulon.")
    begin("flow key", "upstream id", key)
    with writing() as connection:
        connection.execute(
            insert(feedback).values(conversation_id=key, seq=2, helpful=0, comment="Zebulon again", at=now())
        )
    deleted = deletes_everything(key)
    assert (deleted.messages, deleted.bookings) == (3, 1)
    assert [row.text for row in rows(inbox)] == [ERASED, ERASED]
    assert [row.message["text"] for row in rows(outbox)] == [ERASED, "Done."]
    assert rows(tracker_event) == []
    assert rows(booking) == []
    assert [row.comment for row in rows(feedback)] == [None]


def test_the_log_of_lookups_stays_and_is_in_order() -> None:
    key = resident()
    disclosures.record(key, "credential", "dmv_credential_status", "found")
    deletes_everything(key)
    verdict = disclosures.verify()
    assert (verdict.count, verdict.broken) == (1, None)


def test_the_phone_number_goes_once_the_answer_is_sent_and_comes_back_with_the_next_text() -> None:
    key = resident()
    deletes_everything(key)
    erasure.erase_ended_sessions()
    assert rows(conversation)[0].number_cipher is not None  # the answer is not sent yet
    sent(key)
    erasure.erase_ended_sessions()
    assert rows(conversation)[0].number_cipher is None
    assert resident() == key
    assert decrypt(rows(conversation)[0].number_cipher) == NUMBER


def test_an_earlier_answer_that_is_still_to_be_sent_goes_after_it_is_sent() -> None:
    key = resident()
    ends(starts(key, "hello"), "Hello from Zebulon.")
    deletes_everything(key)
    assert "Hello from Zebulon." in everything()
    sent(key)
    erasure.erase_ended_sessions()
    assert "Zebulon" not in everything()


def test_what_is_said_afterwards_stays() -> None:
    key = resident()
    deletes_everything(key)
    says(key, "hello again", "Hello!")
    sent(key)
    erasure.erase_ended_sessions()
    assert [row.text for row in rows(inbox)] == [ERASED, "hello again"]
    assert [row.message["text"] for row in rows(outbox)] == ["Done.", "Hello!"]
    assert [opened(row.event).get("text") for row in rows(tracker_event, type="bot")] == ["Hello!"]


def test_another_conversation_is_not_touched() -> None:
    other = resident("web")
    says(other, "hello", "Hello!")
    deletes_everything(resident())
    assert [row.text for row in rows(inbox, conversation_id=other)] == ["hello"]
    assert len(rows(tracker_event, sender_id=other)) == 3


def test_the_same_request_after_a_crash_erases_the_same() -> None:
    key = resident()
    says(key, "I live in Zebulon", "So do I.")
    turn = starts(key, "delete my data")
    erasure.delete_conversation(key)  # and the process dies
    erasure.delete_conversation(key)
    ends(turn, "Done.", name="utter_data_deleted")
    assert "Zebulon" not in everything()
    assert [row.message["text"] for row in rows(outbox)] == [ERASED, "Done."]


def test_a_conversation_that_is_not_known_is_no_error() -> None:
    assert erasure.delete_conversation("web-unknown") == erasure.Deleted(0, 0)


def test_the_session_is_as_long_as_rasa_thinks() -> None:
    assert erasure.session_length() == dt.timedelta(minutes=30)
    assert settings().disclosure_years == 5
