"""`service_notify_stop`: what a phone gets texts about, and an end to it, asked for from that phone."""

import asyncio
from collections.abc import Sequence

from actions.flows.field import Ending, Field, Known, Question, Read, Wrong
from actions.flows.form import Flow, FlowEnd
from actions.flows.heard import Heard, Option
from actions.flows.notify import NO, SMS, YES
from actions.lookup import Answer
from actions.notices import election_values, ending
from actions.sites import Line
from core import subscriptions, values
from core.database import writing
from core.reminders import election_of
from core.subscriptions import Kind, Subscription
from core.values import Value

ALL, NONE = "all", "none"


class StopWhich(Field):
    """`confirmed`: the id of a subscription, or `all`."""

    slot = "confirmed"

    async def ask(self, known: Known) -> Question | Ending:
        if known.channel != SMS:
            return Ending(Answer("utter_service_notify_stop_web"))
        followed = await _followed(known)
        if not followed:
            return Ending(Answer("utter_service_notify_stop_none"))
        if len(followed) == 1:
            options = [Option(YES, values.words("utter_word_yes")), Option(NO, values.words("utter_word_no"))]
            return Question("utter_service_notify_stop_ask_one", {"what": _what(followed)}, options)
        return Question("utter_service_notify_stop_ask", options=_options(followed))

    async def read(self, heard: Heard, known: Known) -> Read | Question | Ending | Wrong:
        followed = await _followed(known)
        if heard.picked in (NO, NONE) or (heard.picked is None and heard.is_no):
            return Ending(Answer("utter_service_notify_stop_kept"))
        if len(followed) > 1:
            chosen = heard.chosen(_options(followed))
            return Read(chosen) if chosen else Wrong("utter_service_notify_stop_which")
        return Read(ALL) if heard.picked == YES or heard.is_yes else Wrong("utter_service_notify_yes_or_no")


class ValidateServiceNotifyStop(Flow):
    topic = "service_notify_stop"
    page = "state_home"
    fields = (StopWhich(),)


class ActionServiceNotifyStop(FlowEnd):
    flow = ValidateServiceNotifyStop

    async def finish(self, known: Known) -> Answer:
        which = str(known["confirmed"])
        await asyncio.to_thread(_stop, known.conversation, None if which == ALL else int(which))
        return Answer("utter_service_notify_stop_done" if which == ALL else "utter_service_notify_stop_done_one")


def _stop(conversation_id: str, subscription_id: int | None) -> None:
    with writing() as connection:
        subscriptions.stop(connection, conversation_id, subscription_id)


async def _followed(known: Known) -> list[Subscription]:
    return await asyncio.to_thread(subscriptions.active, known.conversation)


def _options(followed: Sequence[Subscription]) -> list[Option]:
    """All and none come first: what a text has no room for is left out at its end."""
    all_or_none = [
        Option(ALL, values.words("utter_word_notify_all")),
        Option(NONE, values.words("utter_word_notify_none")),
    ]
    return [*all_or_none, *(Option(str(one.id), _what([one])) for one in followed)]


def _what(followed: Sequence[Subscription]) -> Value:
    return values.lines([_line(one) for one in followed])


def _line(one: Subscription) -> Line:
    if one.kind is Kind.REQUEST:
        return "utter_line_followed_request", {"ending": ending(one.reference)}
    election = election_of(one.reference)
    if election is None:
        return "utter_word_notify_deadline", {}
    return "utter_line_followed_deadline", election_values(election)
