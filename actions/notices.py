"""What a notice says: the worker asks for each subscription that is due, through Rasa's own door (bot/notices.py).

This looks and tells, and changes nothing: the worker stores the text and what was told in one transaction.
"""

import asyncio
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from structlog.contextvars import bound_contextvars

from actions.apis import open311
from actions.apis.result import Found, NotFound
from actions.followed import is_over, state_of
from actions.lookup import WHOLE_SECONDS, Answer, Events, NoAnswer, log, now_here, send
from core import disclosures, values
from core.elections import Election
from core.jurisdiction import profile
from core.reminders import election_of, reminders
from core.subscriptions import Kind, State, Subscription, find
from core.switches import switched_off
from core.values import Value

TOPIC = "service_notify"
SENDER = "notice-"
SLOT = "notice"
"""Of the answer to the worker alone; no slot of the domain, so no conversation ever holds it."""
LAST_DIGITS = 4
"""Of a request's number in a text: enough for its owner, worth nothing to anybody else."""


@dataclass(frozen=True)
class Told:
    """What is said, if anything, and what the worker is to note."""

    answer: Answer | None
    status: str | None
    is_over: bool = False
    next_at: dt.datetime | None = None


class ActionServiceNotice(Action):
    """Sender `notice-<id>`. Sets SLOT to `{status, is_over, next_at}`, to null when nothing could be found out now."""

    def name(self) -> str:
        return "action_service_notice"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        with bound_contextvars(conversation=tracker.sender_id, topic=TOPIC):
            try:
                async with asyncio.timeout(WHOLE_SECONDS):
                    told = await _told(int(tracker.sender_id.removeprefix(SENDER)))
            except (NoAnswer, TimeoutError) as error:
                log.warning("no_answer", reason=type(error).__name__)
                return [SlotSet(SLOT, None)]
        if told.answer:
            send(dispatcher, told.answer)
        next_at = told.next_at.isoformat() if told.next_at else None
        return [SlotSet(SLOT, {"status": told.status, "is_over": told.is_over, "next_at": next_at})]


async def _told(subscription_id: int) -> Told:
    found = await asyncio.to_thread(find, subscription_id)
    if found is None or TOPIC in switched_off():
        raise NoAnswer
    about = _about_request if found.kind is Kind.REQUEST else _about_election
    return await about(found)


async def _about_request(found: Subscription) -> Told:
    named = {"ending": ending(found.reference)}
    if found.state is State.PENDING:
        return Told(Answer("utter_service_notice_opt_in_request", named | _us()), found.last_status)
    if found.is_over:
        return Told(Answer("utter_service_notice_over", named), found.last_status, is_over=True)
    result = await open311.case_status(found.reference)
    if isinstance(result, NotFound):
        return Told(Answer("utter_service_notice_gone", named), found.last_status, is_over=True)
    if not isinstance(result, Found):
        raise NoAnswer
    state, ended = state_of(result.value), is_over(result.value)
    if state == found.last_status and not ended:
        return Told(None, state)
    await asyncio.to_thread(disclosures.record, found.conversation_id, "service_request", TOPIC, "found")
    response = "utter_service_notice_closed" if ended else "utter_service_notice_changed"
    return Told(Answer(response, named | {"state": values.words(state)}, ("open311",)), state, ended)


async def _about_election(found: Subscription) -> Told:
    election = election_of(found.reference)
    if election is None:
        raise NoAnswer
    named = election_values(election)
    if found.state is State.PENDING:
        return Told(Answer("utter_service_notice_opt_in_deadline", named | _us()), found.last_status)
    now = now_here()
    listed = reminders(election)
    ahead = [one for one in listed if one.at > now]
    past = [one for one in listed if one.at <= now]
    names = [one.name for one in listed]
    place = names.index(found.last_status) if found.last_status in names else -1
    newest = past[-1] if past and len(past) - 1 > place else None
    status = newest.name if newest else found.last_status
    next_at = ahead[0].at if ahead else None
    if newest is None or newest.day < now.date():
        return Told(None, status, is_over=not ahead, next_at=next_at)
    response = f"utter_service_notice_{newest.about}" + ("" if ahead else "_last")
    return Told(Answer(response, named | {"day": values.date(newest.day)}), status, not ahead, next_at)


def ending(request_number: str) -> Value:
    return values.text(request_number[-LAST_DIGITS:])


def election_values(election: Election) -> dict[str, Value]:
    return {"election": values.words(f"utter_word_election_{election.kind}"), "date": values.date(election.day)}


def newest_reminder(election: Election, now: dt.datetime) -> str | None:
    """The last one that is past: whoever asks now gets those after it."""
    return next((one.name for one in reversed(reminders(election)) if one.at <= now), None)


def _us() -> dict[str, Value]:
    return {"state": values.text(str(profile()["name"]))}
