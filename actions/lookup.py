"""What every lookup shares: what was asked, its answer, the time it may take, and the way out when it fails."""

import asyncio
import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from structlog.contextvars import bound_contextvars

from actions.apis.client import client
from actions.apis.result import Found, Result, Unavailable
from core import values
from core.jurisdiction import agency_for, time_zone
from core.logs import logger
from core.values import Value

T = TypeVar("T")
Events = list[dict[str, Any]]

WHOLE_SECONDS = 5.0
log = logger("actions")


class NoAnswer(Exception):
    """The state's systems give nothing that can be told; the resident gets the agency's phone and page."""


@dataclass(frozen=True)
class Asked:
    """What the conversation knows when a lookup starts."""

    town: str | None
    """Canonical name (`towns.yml`)."""
    office: str | None
    """Name of an office, when the message itself names one."""
    now: dt.datetime
    """In the state's own time."""

    @property
    def today(self) -> dt.date:
        return self.now.date()

    @property
    def place(self) -> str | None:
        return self.office or self.town


@dataclass(frozen=True)
class Answer:
    """The name of a response and what fills it."""

    response: str
    values: Mapping[str, Value] = field(default_factory=dict)
    upstreams: tuple[str, ...] = ()
    """Whose data it shows; sample data is said to be such."""
    cached_at: dt.datetime | None = None
    """When the oldest part of it was current, if a system is down and it comes from memory."""
    links: tuple[str, ...] = ()
    sources: tuple[dict[str, str], ...] = ()
    urls: tuple[dict[str, Any], ...] = ()
    """Links of this answer alone, shown where there are links to press: `title` a value, `url` an address."""


class Again(Exception):
    """What was wanted can't be had: the form says why and asks for one thing again."""

    def __init__(self, slot: str, answer: Answer) -> None:
        super().__init__(slot)
        self.slot, self.answer = slot, answer


class Timed(Action, ABC):
    """An action that answers within WHOLE_SECONDS, or says the way out."""

    topic: ClassVar[str]
    page: ClassVar[str]
    """The official page."""

    def name(self) -> str:
        return f"action_{self.topic}"

    @abstractmethod
    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        """Answer, and return what changes."""

    async def in_time(self, work: Awaitable[Answer]) -> Answer:
        """The answer, or the way out when it takes too long or fails."""
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                return await work
        except Again:
            raise
        except (NoAnswer, TimeoutError) as error:
            log.warning("no_answer", reason=type(error).__name__)
        except Exception:
            # The resident gets a way forward whatever happens here; the operator gets the place in the log.
            log.exception("lookup_failed")
        return way_out(self.topic, self.page)


class Lookup(Timed, ABC):
    """A topic that is answered from a state system. Subclasses name the topic and its official page, and `answer`."""

    forgets: ClassVar[tuple[str, ...]] = ()
    """Slots that are emptied afterwards."""

    @abstractmethod
    async def answer(self, asked: Asked) -> Answer:
        """The answer. Raises NoAnswer when the state's systems give nothing."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        with bound_contextvars(conversation=tracker.sender_id, topic=self.topic):
            send(dispatcher, await self.in_time(self.answer(asked_in(tracker))))
        return [SlotSet(name, None) for name in self.forgets]


def way_out(topic: str, page: str) -> Answer:
    """What is said when the state's systems give nothing: the agency's phone and page."""
    return Answer("utter_lookup_unavailable", agency_values(topic), links=(page,))


def agency_values(topic: str) -> dict[str, Value]:
    """Name and telephone of the agency that answers for a topic."""
    agency = agency_for(topic)
    return {"agency": values.text(agency.name), "phone": values.phone(agency.phone)}


def send(dispatcher: CollectingDispatcher, answer: Answer, options: Sequence[Mapping[str, Any]] = ()) -> None:
    """Send an answer; `options` are choices of a form (`title` a value, `intent` what pressing one says)."""
    notes = ["utter_note_sample"] if any(client(name).is_sandbox for name in answer.upstreams) else []
    filled = dict(answer.values)
    if answer.cached_at:
        notes.append("utter_note_cached")
        filled["cached_at"] = as_of(answer.cached_at, now_here())
    dispatcher.utter_message(
        response=answer.response,
        values=filled,
        notes=notes,
        links=list(answer.links),
        sources=[dict(source) for source in answer.sources],
        options=[dict(option) for option in options],
        urls=[dict(url) for url in answer.urls],
    )


def asked_in(tracker: Tracker) -> Asked:
    message: Mapping[str, Any] = tracker.latest_message or {}
    named = [entity for entity in message.get("entities") or () if isinstance(entity, dict)]
    office = next(
        (str(entity["value"]) for entity in named if entity.get("entity") == "office" and entity.get("value")), None
    )
    town = tracker.get_slot("town")
    known_town = town if isinstance(town, str) else None
    return Asked(known_town, office, now_here())


def now_here() -> dt.datetime:
    return dt.datetime.now(time_zone())


def known(result: Result[T]) -> tuple[T, dt.datetime | None]:
    """The value of a result and, when it is an old one from memory, its time. Raises NoAnswer when there is none."""
    if isinstance(result, Found):
        return result.value, None
    if isinstance(result, Unavailable) and result.cached:
        return result.cached.value, result.cached.at
    raise NoAnswer


def oldest(*moments: dt.datetime | None) -> dt.datetime | None:
    return min((moment for moment in moments if moment), default=None)


def as_of(moment: dt.datetime, now: dt.datetime) -> Value:
    """A time of today, or the date of another day: no weekday, which in Spanish would double the cost of a text."""
    here = moment.astimezone(now.tzinfo)
    return values.time(here.time()) if here.date() == now.date() else values.date(here.date())
