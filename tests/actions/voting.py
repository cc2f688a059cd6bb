"""What the tests of the flows about where and on what somebody votes share."""

from collections.abc import Callable
from typing import Any

from tests.actions.asking import Said
from tests.actions.forms import Form

Play = Callable[..., Form]
TOPICS = ("vote_polling_place", "vote_early", "vote_ballot")
SEPTEMBER = "2026-09-20T10:00:00-04:00"
STREET = "12 Main Street"


def names(said: list[Said]) -> list[str]:
    return [message.response for message in said]


def is_forgotten(play: Form) -> bool:
    return not any(play.slots.get(slot) for slot in ("address", "address_town", "confirmed", "requested_slot"))


async def asked_at(play: Form, text: str, **entities: Any) -> list[Said]:
    """What is said to the answer `text`, after the form has asked for an address."""
    await play.begin()
    return await play.say(text, **entities)
