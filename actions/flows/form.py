"""The engine of every flow: one Rasa form's validation action, which reads an answer and asks the next question.

A turn goes down this list and stops where something fits: back, never mind, another topic (the form steps aside and
asks again afterwards), the answer to the question that was asked, a correction or an answer to another question ("no, I
meant New London"), and last "I did not understand". Two failures in a row lead to a person. A form that another flow
interrupts is taken up again when that one ends.
"""

import asyncio
import json
import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from structlog.contextvars import bound_contextvars

from actions import personal
from actions.flows.confirm import CHANGE
from actions.flows.field import EVERYTHING, Ending, Field, Known, Question, Read, Settled, Wrong, known_in
from actions.flows.heard import Option, heard_in
from actions.flows.loops import comes_back, has_just_begun, interrupted_form, just_ended
from actions.lookup import WHOLE_SECONDS, Again, Answer, Events, NoAnswer, Timed, log, send, way_out
from core.switches import switched_off
from core.values import words

MOST_TRIES = 2
HUMAN = "utter_chat_human"
OWN_SLOTS = ("flow_key", "flow_offered", "flow_path", "flow_tries")
"""Of the engine: the key of what is filed, the choices on offer, the questions asked so far, failures in a row."""


class Flow(Action, ABC):
    """A form. Subclasses name the topic, its official page and the fields, in the order they are asked."""

    topic: ClassVar[str]
    page: ClassVar[str]

    @property
    @abstractmethod
    def fields(self) -> tuple[Field, ...]:
        """What the form asks for, in that order; a subclass writes `fields = (…)`."""

    def name(self) -> str:
        return f"validate_{self.form}"

    @property
    def form(self) -> str:
        return f"{self.topic}_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        with bound_contextvars(conversation=tracker.sender_id, topic=self.topic):
            turn = _Turn(self, dispatcher, tracker)
            try:
                async with asyncio.timeout(WHOLE_SECONDS):
                    return await turn.take()
            except (NoAnswer, TimeoutError) as error:
                log.warning("no_answer", reason=type(error).__name__)
            except Exception:
                log.exception("flow_failed")
            return turn.end(way_out(self.topic, self.page))


class FlowEnd(Timed, ABC):
    """What a flow does when everything is known. Subclasses name the flow and `finish`; its slots are emptied then."""

    flow: ClassVar[type[Flow]]

    def __init_subclass__(cls) -> None:
        cls.topic, cls.page = cls.flow.topic, cls.flow.page

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        known = known_in(tracker, heard_in(tracker))
        flow = self.flow()
        if not all(each.is_known(known) for each in flow.fields if each.is_needed(known)):
            return _forgotten(flow, tracker)  # the form has ended by itself and said why
        with bound_contextvars(conversation=tracker.sender_id, topic=self.flow.topic):
            try:
                send(dispatcher, await self.in_time(self.finish(known)))
            except Again as again:
                send(dispatcher, again.answer)
                emptied = [SlotSet(slot, None) for slot in (again.slot, "confirmed")]
                return [*emptied, FollowupAction(f"{self.topic}_form")]
        return _forgotten(flow, tracker)

    @abstractmethod
    async def finish(self, known: Known) -> Answer:
        """Do it, and say what was done. Raises NoAnswer when a state system is silent, Again to ask for a slot anew."""


class _Turn:
    """One call of a form's action."""

    def __init__(self, flow: Flow, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        self.flow, self.dispatcher, self.tracker = flow, dispatcher, tracker
        self.heard = heard_in(tracker)
        self.known = known_in(tracker, self.heard)
        self.changes: dict[str, Any] = {}

    async def take(self) -> Events:
        """The slots that change, or nothing: then Rasa lets the form step aside for another rule."""
        if has_just_begun(self.tracker, self.flow.form):
            return await self._begin()
        if comes_back(self.tracker):
            return await self._go_on(again=True)
        asked = self._field(self.known["requested_slot"])
        return await (self._take_answer(asked) if asked else self._go_on())

    async def _begin(self) -> Events:
        if self.flow.topic in switched_off():
            return self.end(Answer(f"utter_title_{self.flow.topic}"))
        self._set("flow_key", uuid.uuid4().hex)
        if before := just_ended(self.tracker):
            if before != self.flow.form:
                send(self.dispatcher, Answer("utter_flow_resume", {"flow": words(f"utter_title_{self.flow.topic}")}))
            return await self._go_on()
        for slot in (*OWN_SLOTS[1:], *(each.slot for each in self.flow.fields)):
            self._set(slot, None)
        interrupted = interrupted_form(self.tracker, self.flow.form)
        if interrupted:
            self._set("flow_suspended", interrupted)
        for slot, value in (await personal.held(self.known.conversation, self.flow.topic)).items():
            self._set(slot, value)
        await self._take_what_is_said(but=None)
        return await self._go_on()

    async def _take_answer(self, asked: Field) -> Events:
        if self.heard.picked and self.heard.picked.startswith(CHANGE):
            return await self._change(self.heard.picked.removeprefix(CHANGE))
        if self.heard.says("back"):
            return await self._go_back(asked)
        if asked.can_be_called_off and self.heard.calls_off(self.flow.topic):
            return self.end(Answer("utter_flow_cancelled"))
        is_other = self.heard.is_another_question and self.heard.intent != self.flow.topic
        if is_other and not asked.takes(self.heard, self.known):
            return []
        reading = await asked.read(self.heard, self.known)
        if isinstance(reading, Read):
            self._set(asked.slot, reading.value)
            await self._take_what_is_said(but=asked)
            return await self._go_on()
        if await self._take_what_is_said(but=asked):
            return await self._go_on()
        if isinstance(reading, Question):
            return self._ask(asked, reading)
        if isinstance(reading, Ending):
            return self.end(reading.answer)
        if reading is None and is_other and self.heard.intent != "chat_cancel":
            return []
        return await self._try_again(asked, reading or self._wrong(asked))

    async def _take_what_is_said(self, but: Field | None) -> bool:
        """Take what the message says of other fields: whatever order it comes in, and corrections."""
        taken = False
        for each in self.flow.fields:
            if each is but or not each.is_needed(self.known):
                continue
            value = await each.hears(self.heard, self.known)
            if value is not None and value != self.known[each.slot]:
                self._set(each.slot, value)
                taken = True
        return taken

    async def _go_on(self, again: bool = False) -> Events:
        """Ask the next thing that is not known; end the form when there is none."""
        if not again:
            self._set("flow_tries", None)
        for each in self.flow.fields:
            if each.is_known(self.known) or not each.is_needed(self.known):
                continue
            question = await each.ask(self.known)
            if isinstance(question, Ending):
                return self.end(question.answer)
            if isinstance(question, Settled):
                self._set(each.slot, question.value)
                continue
            return self._ask(each, question)
        self._set("requested_slot", None)
        return self._events()

    def _ask(self, each: Field, question: Question) -> Events:
        path = [slot for slot in self.known["flow_path"] or () if slot != each.slot]
        self._set("flow_path", [*path, each.slot])
        self._set("flow_offered", [option.value for option in question.options] or None)
        self._set("requested_slot", each.slot)
        if question.before:
            send(self.dispatcher, question.before)
        asked = Answer(question.response, question.values, question.upstreams, links=question.links)
        send(self.dispatcher, asked, options=[_button(option) for option in question.options])
        return self._events()

    async def _go_back(self, asked: Field) -> Events:
        path = [slot for slot in self.known["flow_path"] or () if slot != asked.slot]
        if not path:
            send(self.dispatcher, Answer("utter_flow_first"))
            return await self._go_on(again=True)
        self._set("flow_path", path[:-1])
        return await self._change(path[-1])

    async def _change(self, slot: str) -> Events:
        """Forget one answer and what hangs on it, and ask for it again."""
        if self._field(slot):
            self._set(slot, None)
            self._set("flow_path", [each for each in self.known["flow_path"] or () if each != slot])
        return await self._go_on()

    async def _try_again(self, asked: Field, wrong: Wrong) -> Events:
        tries = int(self.known["flow_tries"] or 0) + 1
        if tries >= MOST_TRIES:
            send(self.dispatcher, Answer(wrong.response, wrong.values))
            return self.end(Answer(HUMAN))
        self._set("flow_tries", tries)
        self._set("requested_slot", asked.slot)
        question = await asked.ask(self.known)
        options = [_button(option) for option in question.options] if isinstance(question, Question) else []
        send(self.dispatcher, Answer(wrong.response, wrong.values), options=options)
        return self._events()

    def _wrong(self, asked: Field) -> Wrong:
        return Wrong(f"utter_flow_{asked.slot}_wrong", asked.example(self.known))

    def end(self, answer: Answer | None) -> Events:
        """Say this and leave the form; what it knew is forgotten."""
        if answer:
            send(self.dispatcher, answer)
        self.changes = {}
        return [SlotSet("requested_slot", None), *_emptied(self.flow)]

    def _set(self, slot: str, value: Any) -> None:
        """Set a slot, and empty those that hang on it."""
        slots = dict(self.known.slots)
        changed = slots.get(slot) != value
        self.changes[slot] = value
        slots[slot] = value
        self.known = replace(self.known, slots={name: held for name, held in slots.items() if held is not None})
        if changed:
            for each in self.flow.fields:
                hangs = slot in each.depends_on or (each.depends_on == EVERYTHING and self._field(slot))
                if hangs and each.slot != slot and self.known[each.slot] is not None:
                    self._set(each.slot, None)

    def _field(self, slot: Any) -> Field | None:
        return next((each for each in self.flow.fields if each.slot == slot), None)

    def _events(self) -> Events:
        return [SlotSet(slot, value) for slot, value in self.changes.items()]


def _button(option: Option) -> dict[str, Any]:
    return {"title": option.title, "intent": f"/inform{json.dumps({'pick': option.value})}"}


def _emptied(flow: Flow) -> Events:
    return [SlotSet(slot, None) for slot in (*(each.slot for each in flow.fields), *OWN_SLOTS)]


def _forgotten(flow: Flow, tracker: Tracker) -> Events:
    """The slots of the flow are emptied; a form that this one has interrupted is taken up again."""
    events = _emptied(flow)
    suspended = tracker.get_slot("flow_suspended")
    if suspended:
        events += [SlotSet("flow_suspended", None), FollowupAction(suspended)]
    return events
