"""What can be booked, in a resident's words, and what a topic says about which of it is meant."""

from collections.abc import Sequence
from typing import Any

from actions.apis.appointments import Service
from actions.apis.capabilities import of
from core import values
from core.values import Value


def name_of(service: Service) -> Value:
    """The response that names a service; the system's own name when `apis.yml` has no words for it."""
    word = _entry(service).get("word")
    return values.words(str(word)) if word else values.text(service.name)


def implied(topic: str, offered: Sequence[Service]) -> list[Service]:
    """Services that somebody who asked about the topic wants: "I need to renew my license" is a choice already."""
    return [service for service in offered if topic in _entry(service).get("topics", ())]


def implying_topics() -> frozenset[str]:
    """All topics that say what an appointment is for."""
    return frozenset(topic for entry in of("qmatic").get("services") or () for topic in entry.get("topics", ()))


def _entry(service: Service) -> dict[str, Any]:
    """The entry of `apis.yml` for a service, by its id or its name, whatever the capitals."""
    known = {str(entry["id"]).lower(): entry for entry in of("qmatic").get("services") or ()}
    return known.get(service.id.lower()) or known.get(service.name.lower()) or {}
