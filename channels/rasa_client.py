"""One call to Rasa's input channel (`bot/channel.py`)."""

import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import urllib3

from core import sensitive
from core.settings import settings

PATH = "/webhooks/nutmeg/messages"
NOTICES = "/webhooks/nutmeg/notices"
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


@dataclass(frozen=True)
class Notice:
    """What is to be texted to somebody who follows something."""

    messages: list[dict[str, Any]]
    """As in Reply; none when there is nothing to tell."""
    found: dict[str, Any] | None
    """status, is_over, next_at; None when nothing could be found out now."""


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
            "masked": sensitive.kinds_in(text),
        },
    }
    if choice:
        body["choice"] = choice
    found = _post(PATH, body, patience)
    try:
        return Reply(found["language"], found["messages"])
    except KeyError as error:
        raise RasaUnavailable(type(error).__name__) from None


def notice(subscription: int, language: str, timeout: float) -> Notice:
    """What is to be told of a subscription. Asking changes nothing and may be repeated. Raises RasaUnavailable."""
    found = _post(NOTICES, {"subscription": subscription, "language": language}, timeout)
    try:
        return Notice(found["messages"], found["found"])
    except KeyError as error:
        raise RasaUnavailable(type(error).__name__) from None


def _post(path: str, body: dict[str, Any], patience: float) -> dict[str, Any]:
    try:
        answer = _pool().request(
            "POST",
            settings().rasa_url + path,
            json=body,
            headers={"Authorization": f"Bearer {settings().rasa_secret}"},
            timeout=urllib3.Timeout(connect=min(2.0, patience), read=patience),
        )
        if answer.status != 200:
            raise RasaUnavailable(f"status {answer.status}")
        found: dict[str, Any] = answer.json()
        return found
    except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
        raise RasaUnavailable(type(error).__name__, reached=False) from None
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise RasaUnavailable(type(error).__name__) from None


def is_ready() -> bool:
    """Whether Rasa is up and has its model."""
    try:
        answer = _pool().request("GET", settings().rasa_url + HEALTH, timeout=2.0)
    except urllib3.exceptions.HTTPError:
        return False
    return answer.status == 200
