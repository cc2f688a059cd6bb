"""`service_notify`: a text when a service request changes, or before the deadlines of the next election.

Two yeses: by text message the wish and the yes to the summary; on the web the wish, and a YES from the phone, which is
asked by one text (core/subscriptions.py).
"""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from actions.apis import capabilities, open311
from actions.apis.open311 import CaseStatus
from actions.flows.case_status import case_numbers
from actions.flows.field import EVERYTHING, Ending, Field, Known, Question, Read, Settled, Wrong
from actions.flows.form import Flow, FlowEnd
from actions.flows.heard import Heard, Option
from actions.flows.people import Phone
from actions.flows.records import record_of
from actions.followed import is_over, state_of
from actions.lookup import Again, Answer, agency_values
from actions.notices import election_values, ending, newest_reminder
from core import attempts, quiet_hours, subscriptions, values
from core.elections import Election
from core.jurisdiction import time_zone
from core.reminders import id_of, next_election
from core.settings import settings
from core.subscriptions import Kind, Wanted
from core.values import Value

SMS = "sms"
YES, NO = "yes", "no"
OPEN311 = ("open311",)
OPT_IN = "notify_opt_in"
"""Kind of what is counted in core/attempts.py: texts to phones that have not written to us."""
LIKELY = 0.1
"""Confidence from which a topic that comes along ("text me before I vote") says what it is about."""
MEANT = {
    "service_case_status": Kind.REQUEST,
    "service_request_new": Kind.REQUEST,
    "vote_deadline": Kind.DEADLINE,
    "vote_election_dates": Kind.DEADLINE,
    "vote_register": Kind.DEADLINE,
    "vote_early": Kind.DEADLINE,
    "vote_polling_place": Kind.DEADLINE,
}
UNITED_STATES = "+1"


class NotifyAbout(Field):
    """`notify_about`: `request` or `deadline`."""

    slot = "notify_about"
    topics = frozenset(MEANT)

    async def ask(self, known: Known) -> Question | Settled | Ending:
        if not settings().twilio_auth_token:
            return Ending(Answer("utter_service_notify_how"))
        options = _options()
        return (
            Settled(options[0].value) if len(options) == 1 else Question("utter_service_notify_ask_about", {}, options)
        )

    async def read(self, heard: Heard, known: Known) -> Read | None:
        meant = _named(heard) or heard.chosen(_options()) or _implied(heard)
        return Read(str(meant)) if meant else None

    async def hears(self, heard: Heard, known: Known) -> Any:
        meant = _named(heard) or (_implied(heard) if known[self.slot] is None else None)
        return str(meant) if meant else None


class RequestNumber(Field):
    """`request_number`, as the state writes it. One that is asked for is looked up at once."""

    slot = "request_number"
    depends_on = ("notify_about",)
    topics = frozenset({"service_case_status"})

    def is_needed(self, known: Known) -> bool:
        return bool(known["notify_about"] == Kind.REQUEST)

    async def ask(self, known: Known) -> Question:
        return Question("utter_service_notify_ask_request_number", self.example(known))

    async def read(self, heard: Heard, known: Known) -> Read | Wrong | Ending | None:
        number = _number_in(heard)
        if number is None:
            return None
        found = await _request(known, number)
        if isinstance(found, CaseStatus):
            return Ending(_closed(number)) if is_over(found) else Read(number)
        return Wrong(found.response, found.values) if found.response == NOT_FOUND else Ending(found)

    async def hears(self, heard: Heard, known: Known) -> Any:
        return _number_in(heard)

    def example(self, known: Known) -> Mapping[str, Value]:
        return _example()


class NotifyPhone(Phone):
    """`phone`, on the web only: by text message it is the phone that writes."""

    def is_needed(self, known: Known) -> bool:
        return known.channel != SMS

    async def ask(self, known: Known) -> Question | Settled | Ending:  # type: ignore[override]
        return await _why_not(known) or await super().ask(known)

    async def read(self, heard: Heard, known: Known) -> Read | Wrong | None:
        found = await super().read(heard, known)
        if isinstance(found, Read) and not found.value.startswith(UNITED_STATES):
            return Wrong("utter_flow_phone_wrong", self.example(known))
        return found

    async def hears(self, heard: Heard, known: Known) -> Any:
        number = heard.first("phone_number")
        return number if number and number.startswith(UNITED_STATES) else None


class NotifyYes(Field):
    """`confirmed`, by text message only; a no is a no and ends the form."""

    slot = "confirmed"
    depends_on = EVERYTHING

    def is_needed(self, known: Known) -> bool:
        return known.channel == SMS

    async def ask(self, known: Known) -> Question | Ending:
        if why_not := await _why_not(known):
            return why_not
        options = [Option(YES, values.words("utter_word_yes")), Option(NO, values.words("utter_word_no"))]
        kind = known["notify_about"]
        return Question(f"utter_service_notify_ask_confirmed_{kind}", _about(known), options)

    async def read(self, heard: Heard, known: Known) -> Read | Wrong | Ending:
        if heard.picked == NO or (heard.picked is None and heard.is_no):
            return Ending(Answer("utter_service_notify_declined"))
        if heard.picked == YES or heard.is_yes:
            return Read(True)
        return Wrong("utter_service_notify_yes_or_no")


class ValidateServiceNotify(Flow):
    topic = "service_notify"
    page = "state_home"
    fields = (
        NotifyAbout(),
        RequestNumber(),
        NotifyPhone("utter_service_notify_ask_phone", is_optional=False),
        NotifyYes(),
    )


NOT_FOUND = f"utter_{ValidateServiceNotify.topic}_not_found"


class ActionServiceNotify(FlowEnd):
    flow = ValidateServiceNotify

    async def finish(self, known: Known) -> Answer:
        wanted = await _wanted(known)
        if isinstance(wanted, Answer):
            return wanted
        if known.channel == SMS:
            is_new = await asyncio.to_thread(subscriptions.begin, known.conversation, wanted)
            kind = known["notify_about"]
            return Answer(f"utter_service_notify_done_{kind}", _about(known)) if is_new else Answer(FULL)
        return await _ask_phone(known, wanted)


FULL = "utter_service_notify_full"


async def _ask_phone(known: Known, wanted: Wanted) -> Answer:
    """Have the phone asked. Everybody hears the same, whether that phone takes our texts or not."""
    number = str(known["phone"])
    who = await asyncio.to_thread(attempts.who, known.conversation, number)
    if await asyncio.to_thread(attempts.is_locked, OPT_IN, who):
        return Answer("utter_service_notify_too_many", agency_values(ValidateServiceNotify.topic))
    if await asyncio.to_thread(subscriptions.ask, number, wanted):
        await asyncio.to_thread(attempts.failed, OPT_IN, who)
    opens = quiet_hours.after(known.now)
    if opens == known.now:
        return Answer("utter_service_notify_sent")
    return Answer("utter_service_notify_sent_later", {"opens": values.time(opens.astimezone(time_zone()).time())})


async def _wanted(known: Known) -> Wanted | Answer:
    """What to follow, with its present state; or why not."""
    if known["notify_about"] == Kind.DEADLINE:
        election = next_election(known.now)
        if election is None:
            return Answer("utter_service_notify_no_election", links=("vote_my_vote",))
        return Wanted(Kind.DEADLINE, id_of(election), known.language, newest_reminder(election, known.now))
    number = str(known["request_number"])
    found = await _request(known, number)
    if isinstance(found, Answer):
        if found.response == NOT_FOUND:
            raise Again("request_number", found)
        return found
    if is_over(found):
        return _closed(number)
    return Wanted(Kind.REQUEST, number, known.language, state_of(found))


async def _why_not(known: Known) -> Ending | None:
    """Why there is nothing to follow, before more is asked. A number that was asked for has been looked up already."""
    if known["notify_about"] == Kind.DEADLINE or "request_number" in (known["flow_path"] or ()):
        return None
    number = str(known["request_number"])
    found = await _request(known, number)
    if isinstance(found, Answer):
        return Ending(found)
    return Ending(_closed(number)) if is_over(found) else None


async def _request(known: Known, number: str) -> CaseStatus | Answer:
    """The request; or what is said when there is none. Raises NoAnswer when the state's system is silent."""
    found = await record_of(
        known, ValidateServiceNotify, "service_request", number, lambda: open311.case_status(number)
    )
    if isinstance(found, Answer) and found.response == NOT_FOUND:
        return Answer(NOT_FOUND, _example(), OPEN311)
    return found


def _closed(number: str) -> Answer:
    return Answer("utter_service_notify_closed", {"ending": ending(number)}, OPEN311)


def _about(known: Known) -> Mapping[str, Value]:
    if known["notify_about"] == Kind.REQUEST:
        return {"ending": ending(str(known["request_number"]))}
    election: Election | None = next_election(known.now)
    return election_values(election) if election else {}


def _options() -> list[Option]:
    request = Option(Kind.REQUEST, values.words("utter_word_notify_request"))
    follows = capabilities.gives("open311", "case_status")
    return [*([request] if follows else []), Option(Kind.DEADLINE, values.words("utter_word_notify_deadline"))]


def _named(heard: Heard) -> Kind | None:
    """What only one of the two can mean."""
    if _number_in(heard):
        return Kind.REQUEST
    return Kind.DEADLINE if heard.found("election") else None


def _implied(heard: Heard) -> Kind | None:
    """The likeliest topic besides this one says it."""
    others = [(topic, share) for topic, share in heard.ranking if not topic.startswith(ValidateServiceNotify.topic)]
    return MEANT.get(others[0][0]) if others and others[0][1] >= LIKELY else None


def _number_in(heard: Heard) -> str | None:
    pattern = re.compile(str(capabilities.of("open311")["number_pattern"]))
    found = case_numbers([str(value) for entity in heard.found("case_number") for value in _listed(entity["value"])])
    return next((number for number in found if pattern.match(number)), None)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _example() -> dict[str, Value]:
    return {"example": values.text(str(capabilities.of("open311")["number_example"]))}
