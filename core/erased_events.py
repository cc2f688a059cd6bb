"""A session's events without what is personal in them: which turns are personal, and what is left of their events.

A turn is a message and everything up to the next one. It is personal when it sets a personal slot, answers the question
for one, or holds the value of one. Of its texts nothing is left; intents, names of answers, times and languages stay.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from core.jurisdiction import read_yaml
from core.settings import REPOSITORY

Event = dict[str, Any]

ERASED = "(erased)"
KEPT_OF_UNDERSTANDING = ("intent", "language", "in_scope", "message_id")
KEPT_OF_ANSWER = ("answer", "topic", "lang", "dir", "reviewed", "conversation_language")
SHORTEST_VALUE = 3
"""Characters; a name of two letters would be found in any text."""


@dataclass(frozen=True)
class Rewritten:
    changed: dict[int, Event]
    """Place in the given list, and the event that takes it."""
    message_ids: list[int]
    """Rows of the inbox whose turns are personal."""


@cache
def personal_slots() -> frozenset[str]:
    return frozenset(read_yaml(REPOSITORY / "data" / "personal_slots.yml"))


def without_personal(events: Sequence[Event]) -> Rewritten:
    """`events` are in order and may span several sessions."""
    changed: dict[int, Event] = {}
    message_ids: list[int] = []
    values = _values(events)
    asked_for: str | None = None
    for turn in _turns(events):
        of_turn = [events[place] for place in turn]
        if asked_for in personal_slots() or any(_is_personal(event, values) for event in of_turn):
            changed |= {place: left for place in turn if (left := _erased(events[place])) != events[place]}
            message_ids += [int(event["message_id"]) for event in of_turn if _has_row(event)]
        for event in of_turn:
            if event["event"] == "slot" and event["name"] == "requested_slot":
                asked_for = event["value"]
            elif event["event"] in ("session_started", "restart"):
                asked_for = None
    return Rewritten(changed, message_ids)


def _turns(events: Sequence[Event]) -> Iterator[list[int]]:
    """Places of the events of each turn; what stands before the first message is a turn of its own."""
    turn: list[int] = []
    for place, event in enumerate(events):
        if event["event"] == "user" and turn:
            yield turn
            turn = []
        turn.append(place)
    if turn:
        yield turn


def _sets_personal(event: Event) -> bool:
    return event["event"] == "slot" and event["name"] in personal_slots() and event["value"] is not None


def _is_personal(event: Event, values: re.Pattern[str] | None) -> bool:
    if _sets_personal(event):
        return True
    text = event.get("text") if event["event"] in ("user", "bot") else None
    return bool(values and text and values.search(text))


def _values(events: Sequence[Event]) -> re.Pattern[str] | None:
    """Finds any value that a personal slot has had."""
    found = {text for event in events if _sets_personal(event) for text in _texts(event["value"])}
    if not found:
        return None
    longest_first = sorted(found, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str) and len(value.strip()) >= SHORTEST_VALUE:
        yield value.strip()
    elif isinstance(value, list | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)


def _has_row(event: Event) -> bool:
    """Whether the message came through the inbox, whose id is its message id."""
    message_id = str(event.get("message_id") or "")
    return event["event"] == "user" and message_id.isascii() and message_id.isdigit()


def _erased(event: Event) -> Event:
    match event["event"]:
        case "user":
            understood = event.get("parse_data") or {}
            kept = {name: understood[name] for name in KEPT_OF_UNDERSTANDING if name in understood}
            return event | {"text": ERASED, "parse_data": kept | {"text": ERASED, "entities": []}}
        case "bot":
            return event | {"text": ERASED, "data": {}, "metadata": _left_of_answer(event.get("metadata") or {})}
        case "entities":
            return event | {"entities": []}
        case "slot" if _sets_personal(event):
            return event | {"value": None, "erased": True}
    return event


def _left_of_answer(metadata: Event) -> Event:
    served = metadata.get("served") or {}
    kept = {name: served[name] for name in KEPT_OF_ANSWER if name in served}
    nothing: Event = {
        "english": None,
        "choices": [],
        "links": [],
        "sources": [],
        "remembered": {"values": {}, "notes": [], "links": []},
    }
    return {"utter_action": metadata.get("utter_action"), "served": kept | nothing}
