"""How an event of a conversation stands in the database: what a resident said, was told and gave is encrypted.

An event of a personal type is stored as `{"event": "user", "timestamp": …, "message_id": …, "cipher": "gAAAA…"}`; the
cipher holds the whole event as JSON. Other events, and rows that are older than the encryption, are plain.
"""

import json
from typing import Any

from core.privacy import event_cipher

Event = dict[str, Any]

PERSONAL_TYPES = {"user", "bot", "slot", "entities"}
"""Types of Rasa's events that quote the resident or the answer."""
CIPHER = "cipher"
IN_CLEAR = ("event", "timestamp", "message_id")
"""The message id is the row of the inbox."""


def sealed(event: Event) -> Event:
    """The event as it is stored."""
    if event["event"] not in PERSONAL_TYPES:
        return event
    token = event_cipher().seal(json.dumps(event))
    return {name: event[name] for name in IN_CLEAR if name in event} | {CIPHER: token.decode()}


def opened(stored: Event) -> Event:
    """The event as Rasa made it. Raises core.privacy.KeyMissing."""
    if CIPHER not in stored:
        return stored
    event: Event = json.loads(event_cipher().open(stored[CIPHER]))
    return event


def is_current(stored: Event) -> bool:
    """Whether the row is as `sealed` would write it today: encrypted with the newest key, or of a plain type."""
    if stored["event"] not in PERSONAL_TYPES:
        return True
    return CIPHER in stored and event_cipher().is_current(stored[CIPHER])
