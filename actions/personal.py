"""Lookups that reveal something about a person: locked after too many wrong tries, written down, even in time.

What a resident is told is the same whether the number exists and the date is wrong, or there is no such number: both
end as NotFound and count as a wrong try. So does somebody else's record where a sign-in is required (core/identity.py).
"""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from actions.apis.result import Found, NeedsIdentity, NotFound, Rejected, Result, Unavailable
from actions.even_time import evenly
from actions.lookup import Answer
from core import attempts, disclosures, identity, values
from core.identity import Claims
from core.text import fold, words

T = TypeVar("T")

OUTCOMES = {
    Found: "found",
    NotFound: "not_found",
    NeedsIdentity: "needs_identity",
    Rejected: "refused",
    Unavailable: "unavailable",
}


class Locked(Exception):
    """This lookup is closed for this conversation, address or record until tomorrow."""


@dataclass(frozen=True)
class Lookup:
    """Who asks for what."""

    kind: str
    """`voter_registration`, `credential` … : the name of the record in the disclosure log and of the lock."""
    topic: str
    conversation: str
    thing: str
    """What is looked up, in one spelling; only its keyed hash is stored."""
    born: dt.date | None = None
    """Whose record it is, as far as the question says so: compared with who has signed in, where that is required."""
    last_name: str = ""


async def look_up(asked: Lookup, load: Callable[[], Awaitable[Result[T]]]) -> Result[T]:
    """The result of `load`, written into the disclosure log before anybody sees it. Raises Locked.

    Where a sign-in is required and missing, it is NeedsIdentity, and nothing is asked; `identity_answer` says so.
    """
    who = await asyncio.to_thread(_admitted, asked)
    if who is None:
        raise Locked
    if identity.is_required(asked.kind):
        claims = await asyncio.to_thread(identity.verified, asked.conversation, asked.kind)
        if claims is None:
            await asyncio.to_thread(_written, asked, who, NeedsIdentity())
            return NeedsIdentity()
        if not _is_theirs(claims, asked):
            load = _nothing
    async with evenly():
        result = await load()
        await asyncio.to_thread(_written, asked, who, result)
    return result


async def look_up_several(
    asked: Lookup, things: Sequence[str], load: Callable[[Sequence[str]], Awaitable[Result[dict[str, T]]]]
) -> dict[str, Result[T] | None]:
    """The results of one call for several things, each written down and counted for itself, in their order.

    `load` gets the things that are not locked; what it does not bring is not found. None stands for a locked one.
    Raises Locked when all are.
    """
    each = {thing: replace(asked, thing=thing) for thing in things}
    open_to = {thing: await asyncio.to_thread(_admitted, one) for thing, one in each.items()}
    admitted = {thing: who for thing, who in open_to.items() if who is not None}
    if not admitted:
        raise Locked
    async with evenly():
        loaded = await load(list(admitted))
        results: dict[str, Result[T] | None] = {thing: _part(loaded, thing) for thing in admitted}
        for thing, who in admitted.items():
            await asyncio.to_thread(_written, each[thing], who, results[thing])
    return {thing: results.get(thing) for thing in things}


async def needs_sign_in(kind: str, conversation: str) -> bool:
    """Whether NeedsIdentity means a sign-in of ours, not one that the state's system wants on its own page."""
    if not identity.is_required(kind):
        return False
    return await asyncio.to_thread(identity.verified, conversation, kind) is None


async def identity_answer(topic: str, conversation: str, kind: str, held: Mapping[str, Any]) -> Answer:
    """The link to the sign-in; `held` are the flow's slots, with which the look-up goes on afterwards."""
    url = await asyncio.to_thread(identity.begin, conversation, kind, topic, held)
    filled = {"link": values.text(url), "limit": values.minutes(int(identity.LIVES.total_seconds() // 60))}
    return Answer("utter_identity_needed", filled, urls=({"title": values.words("utter_word_sign_in"), "url": url},))


async def held(conversation: str, topic: str) -> Mapping[str, Any]:
    """The slots that a look-up was interrupted with by a sign-in that is done now, once; else nothing."""
    return await asyncio.to_thread(identity.held, conversation, topic) if identity.is_used() else {}


def _is_theirs(claims: Claims, asked: Lookup) -> bool:
    """The same date of birth and, where both are told, a last name in common: "Okafor" and "Okafor-Diaz" are one.

    Where the question names no date of birth, nothing shows that the record is theirs.
    """
    if asked.born is None or claims.birth_date != asked.born:
        return False
    told, named = _name_words(claims.name), _name_words(asked.last_name)
    return not told or not named or bool(told & named)


def _name_words(name: str) -> set[str]:
    return {word for word in words(fold(name)) if len(word) > 1}


async def _nothing() -> NotFound:
    return NotFound()


def _admitted(asked: Lookup) -> tuple[str, ...] | None:
    """For whom and for what a wrong try counts; None when one of them is locked."""
    who = attempts.who(asked.conversation, asked.thing)
    if not attempts.is_locked(asked.kind, who):
        return who
    disclosures.record(asked.conversation, asked.kind, asked.topic, "locked")
    return None


def _written(asked: Lookup, who: tuple[str, ...], result: Result[Any] | None) -> None:
    disclosures.record(asked.conversation, asked.kind, asked.topic, OUTCOMES[type(result)])
    if isinstance(result, NotFound):
        attempts.failed(asked.kind, who)


def _part(loaded: Result[dict[str, T]], thing: str) -> Result[T]:
    match loaded:
        case Found(value=values, at=at):
            return Found(values[thing], at) if thing in values else NotFound()
        case Unavailable(since=since):
            return Unavailable(since)
        case refusal:
            return refusal
