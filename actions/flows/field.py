"""What a form asks for, one field at a time: its question, how an answer is read, what it depends on."""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from rasa_sdk import Tracker

from actions.flows.heard import Heard, Option
from actions.lookup import Answer, now_here
from core.values import Value

EVERYTHING = ("*",)


@dataclass(frozen=True)
class Known:
    """What a form knows when it asks or reads."""

    slots: Mapping[str, Any]
    conversation: str
    language: str
    channel: str
    now: dt.datetime = field(default_factory=now_here)
    """In the state's own time."""

    def __getitem__(self, slot: str) -> Any:
        return self.slots.get(slot)

    @property
    def today(self) -> dt.date:
        return self.now.date()


@dataclass(frozen=True)
class Question:
    """The name of a response that asks, what fills it, and the choices it offers."""

    response: str
    values: Mapping[str, Value] = field(default_factory=dict)
    options: Sequence[Option] = ()
    upstreams: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    before: Answer | None = None
    """Said first, as a message of its own: what can be told without an answer."""


@dataclass(frozen=True)
class Settled:
    """A field that need not be asked: only one value is possible."""

    value: Any


@dataclass(frozen=True)
class Ending:
    """The form can't go on; the answer says why, and what to do instead."""

    answer: Answer


@dataclass(frozen=True)
class Read:
    """What an answer means."""

    value: Any


@dataclass(frozen=True)
class Wrong:
    """An answer that can't be taken: the response that says what was wrong, with an example."""

    response: str
    values: Mapping[str, Value] = field(default_factory=dict)


class Field(ABC):
    """One thing that a form asks for. Its slot holds plain JSON; None means that it is not known yet."""

    slot: ClassVar[str]
    depends_on: ClassVar[tuple[str, ...]] = ()
    """Slots whose change makes the value worthless."""
    topics: ClassVar[frozenset[str]] = frozenset()
    """Topics that, in answer to this question, are an answer: "my licence" to "What do you need to do?"."""
    can_be_called_off: ClassVar[bool] = True
    """False where "cancel" is an answer: to "Do you want to move or to cancel it?"."""

    def takes(self, heard: Heard, known: Known) -> bool:
        """Whether a message that sounds like another topic is an answer to this question."""
        return heard.intent in self.topics

    @abstractmethod
    async def ask(self, known: Known) -> Question | Settled | Ending:
        """The question, or why there is none. Raises NoAnswer when a state system is needed and silent."""

    async def read(self, heard: Heard, known: Known) -> "Read | Wrong | Question | Ending | None":
        """What the answer to the question means, a question back, or the end; None when it is no answer to it."""
        return None

    async def hears(self, heard: Heard, known: Known) -> Any:
        """A value that a message says without being asked, or None. Only what can be nothing else is taken."""
        return None

    def is_needed(self, known: Known) -> bool:
        return True

    def is_known(self, known: Known) -> bool:
        """Whether it need not be asked any more; a field with several questions says so after the last of them."""
        return known[self.slot] is not None

    def example(self, known: Known) -> Mapping[str, Value]:
        """What fills `utter_flow_<slot>_wrong`, which is said to an answer that is not understood."""
        return {}


def known_in(tracker: Tracker, heard: Heard) -> Known:
    return Known(
        slots={name: value for name, value in tracker.slots.items() if value is not None},
        conversation=tracker.sender_id,
        language=heard.language,
        channel=tracker.get_latest_input_channel() or "web",
    )
