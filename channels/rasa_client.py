"""One call to Rasa's input channel (`bot/channel.py`)."""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import urllib3

from core.settings import settings

PATH = "/webhooks/nutmeg/messages"
HEALTH = "/webhooks/nutmeg/health"


class RasaUnavailable(Exception):
    """Rasa did not answer in time or not properly; the turn can be asked again with the same message id."""

    def __init__(self, reason: str, reached: bool = True) -> None:
        super().__init__(reason)
        self.reached = reached
        """False when no connection was made at all, so that the turn cannot have begun."""


@dataclass(frozen=True)
class Reply:
    language: str
    """The conversation's language after this turn."""
    messages: list[dict[str, Any]]
    """text, lang, dir, answer, topic, choices [{title, intent}], links, sources, reviewed, english."""


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(maxsize=settings().web_threads * 2, retries=False)


def ask(
    *,
    conversation: str,
    message_id: str,
    text: str,
    choice: str | None,
    channel: str,
    language: str | None,
    again: bool,
    timeout: float,
) -> Reply:
    """Run one turn. With `again` Rasa looks first whether it has already run this message, and repeats its answers.

    A request that still waits in Rasa's queue when its time is over is not run there any more: by then somebody may
    have asked again. Raises RasaUnavailable.
    """
    patience = min(timeout, settings().pickup_seconds)
    body: dict[str, Any] = {
        "sender": conversation,
        "message_id": message_id,
        "text": text,
        "metadata": {
            "channel": channel,
            "language_hint": language,
            "again": again,
            "until": time.time() + patience,
        },
    }
    if choice:
        body["choice"] = choice
    try:
        answer = _pool().request(
            "POST",
            settings().rasa_url + PATH,
            json=body,
            headers={"Authorization": f"Bearer {settings().rasa_secret}"},
            timeout=urllib3.Timeout(connect=min(2.0, patience), read=patience),
        )
        if answer.status != 200:
            raise RasaUnavailable(f"status {answer.status}")
        found = answer.json()
        return Reply(found["language"], found["messages"])
    except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
        raise RasaUnavailable(type(error).__name__, reached=False) from None
    except (urllib3.exceptions.HTTPError, ValueError, KeyError) as error:
        raise RasaUnavailable(type(error).__name__) from None


def is_ready() -> bool:
    """Whether Rasa is up and has its model."""
    try:
        answer = _pool().request("GET", settings().rasa_url + HEALTH, timeout=2.0)
    except urllib3.exceptions.HTTPError:
        return False
    return answer.status == 200
