"""Conversations with the real model in this process, turn by turn, as the public app would have them."""

import asyncio
import json
import os
import re
import secrets
import uuid
import warnings
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, TypeVar

import pytest

from core import switches
from core.database import engine, upgrade
from core.facts import facts
from core.settings import REPOSITORY, settings

with warnings.catch_warnings():
    # Rasa is older than the libraries below it, and they say so while it is imported.
    warnings.simplefilter("ignore")
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.trackers import DialogueStateTracker
    from rasa.utils.endpoints import EndpointConfig

    from bot.channel import CollectingChannel, asked_for
    from bot.nlg import CatalogNLG
    from bot.tracker_store import NutmegTrackerStore

T = TypeVar("T")
CONFIRMATION = re.compile(r"NB-[0-9A-Z]{6}")
NOBODY_LISTENS = "http://127.0.0.1:9/webhook"


@contextmanager
def installation(var: Path, **more: str) -> Iterator[None]:
    """Settings of its own for this process, and an empty database; what was before comes back at the end."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("NUTMEG_") and name != "NUTMEG_MODEL_DIR"]:
            patch.delenv(name)
        patch.setenv("NUTMEG_VAR", str(var))
        for name, value in more.items():
            patch.setenv(name, value)
        _forget()
        upgrade()
        try:
            yield
        finally:
            engine().dispose()
    _forget()


def _forget() -> None:
    settings.cache_clear()
    engine.cache_clear()
    switches._seen = switches._Seen()


@contextmanager
def switched_off(*topics: str) -> Iterator[None]:
    """Topics are off for a while, known at once."""
    for topic in topics:
        switches.switch_off(topic, "for a test")
    switches._seen = switches._Seen()
    try:
        yield
    finally:
        for topic in topics:
            switches.switch_on(topic)
        switches._seen = switches._Seen()


@cache
def load_agent(model: Path) -> Agent:
    """Rasa's agent with our answers and our store, loaded once in a test run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Agent.load(
            str(model),
            generator=CatalogNLG(),
            tracker_store=NutmegTrackerStore(),
            action_endpoint=EndpointConfig(url=NOBODY_LISTENS),
        )


@cache
def our_domain() -> Domain:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Domain.load(str(REPOSITORY / "domain"))


def answers_of_their_own() -> list[str]:
    """Names of the answers that need nothing from an action or the conversation: facts fill them."""
    known = {*facts(), "languages", "help_phone"}
    parts = ("utter_line_", "utter_note_", "utter_word_", "utter_title_")
    return [
        name
        for name, variations in our_domain().responses.items()
        if not name.startswith(parts)
        and all(
            field is None or field in known
            for variation in variations
            for _, field, _, _ in Formatter().parse(variation["text"])
        )
    ]


def wait_for(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine, on a loop of its own: Rasa keeps nothing between turns that belongs to a loop."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()


@dataclass(frozen=True)
class Turn:
    """What one message was answered with."""

    messages: list[dict[str, Any]]
    language: str | None
    """The conversation's language after it."""

    @property
    def answers(self) -> list[str]:
        return [message["answer"] for message in self.messages]

    @property
    def answer(self) -> str:
        assert len(self.messages) == 1, self.answers
        return str(self.messages[0]["answer"])

    @property
    def text(self) -> str:
        return "\n".join(message["text"] for message in self.messages)

    @property
    def offered(self) -> list[str]:
        """Topics that stand on buttons."""
        return [choice["intent"].removeprefix("/") for message in self.messages for choice in message["choices"]]

    def __getattr__(self, key: str) -> Any:
        """`topic`, `lang`, `links`, `sources` … of the only message."""
        if key.startswith("_"):
            raise AttributeError(key)
        assert len(self.messages) == 1, self.answers
        return self.messages[0][key]


@dataclass
class Conversation:
    agent: Agent
    channel: str = "web"
    language: str | None = None
    """Of the conversation so far; None before the first answer."""
    sender: str = field(default_factory=lambda: f"web-{secrets.token_hex(16)}")
    offered: list[dict[str, Any]] = field(default_factory=list)
    """Choices of the last turn that had some."""
    told_number: str | None = None
    """The last confirmation number of an appointment in an answer that made one."""

    def say(self, text: str) -> Turn:
        return self._turn(text)

    def choose(self, topic: str) -> Turn:
        """A button is pressed that stands for a topic."""
        return self._turn(f"/{topic}")

    def pick(self, value: str) -> Turn:
        """A button of a form is pressed; it must be on offer."""
        offered = [choice["intent"] for choice in self.offered]
        wanted = f"/inform{json.dumps({'pick': value})}"
        assert wanted in offered, offered
        return self._turn(wanted)

    def slot(self, name: str) -> Any:
        return self.tracker().get_slot(name)

    def tracker(self) -> DialogueStateTracker:
        found = wait_for(self.agent.tracker_store.retrieve(self.sender))
        assert found is not None
        return found

    def _turn(self, text: str) -> Turn:
        collected = CollectingChannel(self.channel)
        message = UserMessage(
            text,
            collected,
            self.sender,
            input_channel=self.channel,
            message_id=str(uuid.uuid4()),
            metadata={
                "language_hint": self.language,
                "again": False,
                "asked": wait_for(asked_for(self.agent, self.sender)),
            },
        )
        wait_for(self.agent.handle_message(message))
        self.language = collected.language or self.language
        made = [one["text"] for one in collected.messages if str(one["answer"]).endswith(("_done", "_moved"))]
        numbers = [number for text in made for number in CONFIRMATION.findall(text)]
        self.told_number = numbers[0] if numbers else self.told_number
        self.offered = [choice for message in collected.messages for choice in message["choices"]] or self.offered
        return Turn(collected.messages, self.language)
