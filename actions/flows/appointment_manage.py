"""`dmv_appointment_manage`: a number and a last name open an appointment; it is shown, moved or cancelled after a yes.

How number and name open it: `appointment_opened.py`.
"""

import datetime as dt
from dataclasses import replace
from typing import Any

from actions.apis import appointments
from actions.apis.result import Found, NotFound, Rejected, Result, Unavailable
from actions.flows.appointment_book import USUAL_MINUTES, start_of
from actions.flows.appointment_opened import PAGE, TOPIC, Confirmation, LastName, OfAppointment
from actions.flows.appointment_told import told, told_before_a_change, when
from actions.flows.confirm import NO, YES, Confirm
from actions.flows.field import Ending, Field, Known, Question, Read
from actions.flows.form import Flow, FlowEnd
from actions.flows.heard import Heard, Option
from actions.flows.slots_free import QMATIC, DayWanted, TimeWanted, office_of
from actions.lookup import Again, Answer, agency_values
from core import calendar_links, values
from core.values import Value

MOVE, CANCEL, KEEP = "move", "cancel", "keep"
SAID = {MOVE: "moves", CANCEL: "cancels", KEEP: "keeps"}
"""The phrases of `data/flow_words.yml` for each."""
STOPPED = Ending(Answer("utter_flow_cancelled"))


class NextStep(Field):
    """`next_step`: move, cancel or keep."""

    slot = "next_step"
    topics = frozenset({TOPIC, "dmv_appointment_book", "chat_cancel"})
    can_be_called_off = False

    async def ask(self, known: Known) -> Question:
        return Question(
            "utter_dmv_appointment_manage_ask_next_step", await told_before_a_change(known), _steps(), QMATIC
        )

    async def read(self, heard: Heard, known: Known) -> Read | Ending | None:
        if heard.picked:
            return Read(heard.picked) if heard.picked in SAID else None
        said = _steps_said(heard)
        if heard.calls_off(TOPIC) and not said:
            return STOPPED
        step = said[0] if len(said) == 1 else heard.chosen(_steps()) if not said else None
        return Read(step) if step else None

    async def hears(self, heard: Heard, known: Known) -> Any:
        """A bare "cancel" while something else is asked stops the flow; it never cancels an appointment."""
        said = _steps_said(heard) if heard.intent == TOPIC else []
        return said[0] if len(said) == 1 else None


class NewDay(DayWanted):
    """The question says what is booked now; where nothing is free, the appointment stays."""

    async def ask(self, known: Known) -> Question | Ending:
        question = await super().ask(known)
        if isinstance(question, Ending):
            return Ending(replace(question.answer, response="utter_dmv_appointment_manage_none"))
        filled = {**question.values, **when(_start(known))}
        return replace(question, response="utter_dmv_appointment_manage_ask_day", values=filled)

    def is_needed(self, known: Known) -> bool:
        return bool(known["next_step"] == MOVE)


class NewTime(TimeWanted):
    def is_needed(self, known: Known) -> bool:
        return bool(known["next_step"] == MOVE)


class ConfirmChange(Confirm):
    """A bare "cancel" stops a move; to "Shall I cancel it?" it says neither yes nor no."""

    changeable = ("day", "time", "next_step")
    topics = frozenset({"chat_cancel"})
    can_be_called_off = False

    async def ask(self, known: Known) -> Question:
        if known["next_step"] == CANCEL:
            options = [
                Option(YES, values.words("utter_word_yes_cancel")),
                Option(NO, values.words("utter_word_no_keep")),
            ]
            shown = await told_before_a_change(known)
            return Question("utter_dmv_appointment_manage_ask_cancel", shown, options, QMATIC)
        options = [Option(YES, values.words("utter_word_yes")), Option(NO, values.words("utter_word_no_change"))]
        return Question("utter_dmv_appointment_manage_ask_move", await self.summary(known), options, QMATIC)

    async def read(self, heard: Heard, known: Known) -> Read | Question | Ending | None:
        if heard.calls_off(TOPIC):
            is_open = known["next_step"] == CANCEL and CANCEL in _steps_said(heard)
            return None if is_open else STOPPED
        answer = await super().read(heard, known)
        if isinstance(answer, Question) and known["next_step"] == CANCEL:
            return Ending(await _kept(known))
        return answer

    async def summary(self, known: Known) -> dict[str, Value]:
        return await told_before_a_change(known, start_of(known))

    def is_needed(self, known: Known) -> bool:
        return known["next_step"] in (MOVE, CANCEL)


class ValidateAppointmentManage(Flow):
    topic = TOPIC
    page = PAGE
    fields = (
        Confirmation(),
        LastName(),
        OfAppointment("service"),
        OfAppointment("office"),
        NextStep(),
        NewDay(),
        NewTime(),
        ConfirmChange(),
    )


class ActionAppointmentManage(FlowEnd):
    flow = ValidateAppointmentManage

    async def finish(self, known: Known) -> Answer:
        if known["next_step"] == KEEP:
            return await _kept(known)
        answer = await (_moved(known) if known["next_step"] == MOVE else _cancelled(known))
        return replace(answer, upstreams=QMATIC)


async def _kept(known: Known) -> Answer:
    return Answer("utter_dmv_appointment_manage_kept", await told(known), QMATIC)


async def _cancelled(known: Known) -> Answer:
    shown = await told(known)
    result = await appointments.cancel(known["last_name"]["number"])
    if isinstance(result, Found):
        return Answer("utter_dmv_appointment_manage_cancelled", shown)
    if isinstance(result, Unavailable) and result.is_doubtful:
        return Answer("utter_dmv_appointment_manage_doubt_cancel", agency_values(TOPIC))
    return _nothing_done(result)


async def _moved(known: Known) -> Answer:
    office, old = await office_of(known), str(known["last_name"]["number"])
    shown = await told(known, at=start_of(known))
    result = await appointments.move(old, office.id, start_of(known), str(known["flow_key"]), known.conversation)
    if isinstance(result, Found):
        made = result.value.appointment
        ends = made.end or made.start + dt.timedelta(minutes=USUAL_MINUTES)
        link = calendar_links.url(made.start, ends, f"{office.name} DMV", office.street, made.number)
        filled = shown | when(made.start) | {"number": values.text(made.number), "old_number": values.text(old)}
        filled |= agency_values(TOPIC)
        is_whole = result.value.is_old_cancelled
        response = "utter_dmv_appointment_manage_moved" if is_whole else "utter_dmv_appointment_manage_moved_old_stays"
        return Answer(response, filled, urls=({"title": values.words("utter_line_calendar"), "url": link},))
    if isinstance(result, Rejected) and result.reason == "slot_taken":
        raise Again("time", Answer("utter_dmv_appointment_manage_taken", upstreams=QMATIC))
    if isinstance(result, Unavailable) and result.is_doubtful:
        return Answer("utter_dmv_appointment_manage_doubt_move", agency_values(TOPIC))
    return _nothing_done(result)


def _nothing_done(result: Result[Any]) -> Answer:
    """The appointment is gone since it was shown, or it stands as it was."""
    if isinstance(result, NotFound):
        return Answer("utter_dmv_appointment_manage_gone")
    return Answer("utter_dmv_appointment_manage_unchanged", agency_values(TOPIC))


def _start(known: Known) -> dt.datetime:
    return dt.datetime.fromisoformat(known["last_name"]["start"])


def _steps() -> list[Option]:
    return [Option(step, values.words(f"utter_word_step_{step}")) for step in SAID]


def _steps_said(heard: Heard) -> list[str]:
    return [step for step, phrases in SAID.items() if heard.after(phrases) is not None]
