"""What the flows that look up somebody's record share: one look-up, and what is said when it tells nothing."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import TypeVar

from actions import personal
from actions.apis.result import Found, NeedsIdentity, NotFound, Rejected, Result
from actions.flows.field import Known
from actions.flows.form import Flow
from actions.lookup import Answer, NoAnswer, agency_values
from core.text import fold

T = TypeVar("T")


async def record_of(
    known: Known,
    flow: type[Flow],
    kind: str,
    thing: str,
    load: Callable[[], Awaitable[Result[T]]],
    upstreams: tuple[str, ...] = (),
) -> T | Answer:
    """The record, or what is said instead. Raises NoAnswer when the state's system is silent.

    `utter_<topic>_not_found` never says which of the facts was wrong, nor whether there is such a record at all.
    """
    try:
        result = await personal.look_up(_asked(known, flow, kind, thing), load)
    except personal.Locked:
        return Answer("utter_personal_locked", agency_values(flow.topic), links=(flow.page,))
    if isinstance(result, Found):
        return result.value
    if isinstance(result, NeedsIdentity):
        return await sign_in(known, flow, kind)
    if isinstance(result, NotFound) or (isinstance(result, Rejected) and result.reason == "ineligible"):
        return Answer(f"utter_{flow.topic}_not_found", upstreams=upstreams, links=(flow.page,))
    raise NoAnswer


def _asked(known: Known, flow: type[Flow], kind: str, thing: str) -> personal.Lookup:
    born, name = known["birth_date"], known["full_name"] or {}
    return personal.Lookup(
        kind,
        flow.topic,
        known.conversation,
        thing,
        born=dt.date.fromisoformat(born) if born else None,
        last_name=str(name.get("last", "")),
    )


async def sign_in(known: Known, flow: type[Flow], kind: str) -> Answer:
    """A link to sign in with; or the state's own page, where it is the state's system that wants a sign-in."""
    if await personal.needs_sign_in(kind, known.conversation):
        slots = {each.slot: known[each.slot] for each in flow().fields if known[each.slot] is not None}
        return await personal.identity_answer(flow.topic, known.conversation, kind, slots)
    return Answer("utter_flow_sign_in_there", agency_values(flow.topic), links=(flow.page,))


def spelled(*parts: str) -> str:
    """What is looked up, in one spelling: without capitals, accents, spaces and punctuation."""
    return " ".join("".join(letter for letter in fold(part) if letter.isalnum()) for part in parts)
