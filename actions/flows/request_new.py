"""`service_request_new`: what it is about, where, what is wrong, the kind's own questions, a telephone, and a yes.

Open311 has no idempotency key. The flow's own key is claimed in `core/filings.py` before anything is sent; a request
whose fate is unknown stays claimed, is never sent again, and the resident is told so.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions.apis import service_requests
from actions.apis.capabilities import gives
from actions.apis.result import Found, NeedsIdentity, NotFound, Rejected, Unavailable
from actions.apis.service_requests import LONGEST_DESCRIPTION, NewRequest, Receipt
from actions.flows import request_details, request_kinds, request_place
from actions.flows.confirm import CHANGE, Confirm
from actions.flows.field import Ending, Known, Question, Read, Wrong
from actions.flows.form import Flow, FlowEnd
from actions.flows.free_text import CANCEL, InOwnWords, is_short, says_something
from actions.flows.heard import Heard
from actions.flows.people import Phone
from actions.flows.request_details import Details
from actions.flows.request_place import Place
from actions.lookup import Again, Answer, NoAnswer, agency_values
from actions.sites import Line
from core import filings, values
from core.filings import Filing, State
from core.values import Value

TOPIC, UPSTREAM = "service_request_new", "open311"
KIND_OF_FILING = "service_request"
NUMBER, TOKEN = "number:", "token:"
"""How the receipt of a filing begins; an empty one is a request that gets no number."""
MOST_SECONDS = 4.7
"""Until it is said that nothing is known: a little less than an action has."""
LONGEST_SHOWN, LONGEST_BY_SMS = 400, 60
REFUSED = {"location": "place", "description": "description", "attribute": "details", "contact": "phone",
           "service": "category"}  # fmt: skip
"""What a refusal is about, and the slot that is asked for again."""


class Category(InOwnWords):
    """`category`: the service code of a kind that `apis.yml` has words for."""

    slot = "category"

    def takes(self, heard: Heard, known: Known) -> bool:
        return super().takes(heard, known) and is_short(heard)

    async def ask(self, known: Known) -> Question | Ending:
        if not _is_possible():
            return Ending(Answer(f"utter_{TOPIC}_how"))
        kinds = await request_kinds.offered()
        held = set(known["flow_offered"] or ())
        shown = [kind for kind in kinds if kind.code in held] if request_kinds.ALL in held else []
        options = request_kinds.some(shown) if shown else request_kinds.choices(kinds)
        return Question(f"utter_{TOPIC}_ask_category", options=options, upstreams=(UPSTREAM,))

    async def read(self, heard: Heard, known: Known) -> Read | Question | Ending | None:
        if ending := self.called_off(heard):
            return ending
        kinds = await request_kinds.offered()
        if heard.picked == request_kinds.ALL:
            return Question(f"utter_{TOPIC}_ask_category", options=request_kinds.choices(kinds), upstreams=(UPSTREAM,))
        meant = request_kinds.titled(heard, kinds) or request_kinds.suggested(heard, kinds)
        group = request_kinds.group_meant(heard, kinds)
        if group is not None and len(meant) != 1:
            meant = [kind for kind in meant or kinds if kind.group == group] or meant
        if len(meant) == 1:
            return Read(meant[0].code)
        options = request_kinds.some(meant)
        return Question(f"utter_{TOPIC}_ask_category_which", options=options, upstreams=(UPSTREAM,)) if meant else None

    async def hears(self, heard: Heard, known: Known) -> Any:
        """What the first message is about, if its words fit one kind only."""
        if known[self.slot] is not None or known["requested_slot"] or not _is_possible():
            return None
        meant = request_kinds.suggested(heard, await request_kinds.offered()) if heard.text else []
        return meant[0].code if len(meant) == 1 else None


class Description(InOwnWords):
    """`description`: the resident's own words, at most LONGEST_DESCRIPTION letters."""

    slot = "description"

    def takes(self, heard: Heard, known: Known) -> bool:
        return super().takes(heard, known) and (heard.intent == CANCEL or says_something(heard.text))

    async def ask(self, known: Known) -> Question:
        return Question(f"utter_{TOPIC}_ask_description")

    async def read(self, heard: Heard, known: Known) -> Read | Wrong | Ending | None:
        if heard.picked or (ending := self.called_off(heard)):
            return None if heard.picked else ending
        if len(heard.text) > LONGEST_DESCRIPTION:
            return Wrong("utter_flow_description_long", {"most": values.count(LONGEST_DESCRIPTION)})
        return Read(heard.text) if says_something(heard.text) else None

    async def hears(self, heard: Heard, known: Known) -> Any:
        """The first message, if it says what is the matter and where: "a hole in the road on route 8, exit 25"."""
        is_first = known[self.slot] is None and not known["requested_slot"]
        is_report = is_first and known["category"] is not None and known["place"] is not None
        return heard.text if is_report and says_something(heard.text) else None


class ConfirmRequest(Confirm):
    response = f"utter_{TOPIC}_ask_confirmed"
    changeable = ("category", "place", "description", "details", "phone")

    async def summary(self, known: Known) -> Mapping[str, Value]:
        lines: list[Line] = [("utter_line_request_kind", {"kind": request_kinds.word_of(str(known["category"]))})]
        if place := _place_line(known):
            lines.append(place)
        lines.append(("utter_line_request_words", {"words": values.text(_cut(known["description"], LONGEST_SHOWN))}))
        lines += [("utter_line_request_detail", {"answer": answer}) for answer in await request_details.told(known)]
        if known["phone"]:
            lines.append(("utter_line_request_phone", {"phone": values.phone(known["phone"])}))
        return {
            "kind": request_kinds.word_of(str(known["category"])),
            "words": values.text(_cut(known["description"], LONGEST_BY_SMS)),
            "details": values.lines(lines),
        }

    async def read(self, heard: Heard, known: Known) -> Read | Question | Ending | None:
        reading = await super().read(heard, known)
        if not isinstance(reading, Question):
            return reading
        asked = {each.slot for each in ValidateRequestNew.fields if each.is_needed(known) and known[each.slot] != {}}
        return replace(reading, options=[each for each in reading.options if each.value.removeprefix(CHANGE) in asked])


class ValidateRequestNew(Flow):
    topic = TOPIC
    page = "state_home"
    fields = (
        Category(),
        Place(),
        Description(),
        Details(),
        Phone(f"utter_{TOPIC}_ask_phone", is_optional=True),
        ConfirmRequest(),
    )


class ActionRequestNew(FlowEnd):
    flow = ValidateRequestNew

    async def finish(self, known: Known) -> Answer:
        if not _is_possible():
            return Answer(f"utter_{TOPIC}_how")
        until = asyncio.get_running_loop().time() + MOST_SECONDS
        await request_kinds.offered()  # known from now on, so that filing is one call
        key = str(known["flow_key"])
        earlier = await asyncio.to_thread(filings.begin, key, KIND_OF_FILING, known.conversation)
        return _earlier(earlier, known) if earlier else await self._file(key, known, until)

    async def _file(self, key: str, known: Known, until: float) -> Answer:
        try:
            async with asyncio.timeout_at(until):
                result = await service_requests.create(_request(known))
        except TimeoutError:
            return _doubt()
        if isinstance(result, Found):
            receipt = _receipt(result.value)
            await asyncio.to_thread(filings.finish, key, receipt)
            return _done(receipt, known, result.value.notice)
        if isinstance(result, Unavailable) and result.is_doubtful:
            return _doubt()
        await asyncio.to_thread(filings.fail, key)
        if isinstance(result, Rejected) and result.reason in REFUSED:
            slot = REFUSED[result.reason]
            raise Again(slot, Answer(f"utter_{TOPIC}_refused", {"what": values.words(f"utter_flow_change_{slot}")}))
        if isinstance(result, NotFound | NeedsIdentity):
            return Answer(f"utter_{TOPIC}_how")
        raise NoAnswer


def _is_possible() -> bool:
    return gives(UPSTREAM, "services") and gives(UPSTREAM, "create")


def _request(known: Known) -> NewRequest:
    return NewRequest(
        str(known["category"]),
        str(known["description"]),
        request_place.sent(known["place"]),
        attributes=request_details.answered(known["details"]),
        phone=known["phone"] or "",
    )


def _receipt(given: Receipt) -> str:
    if given.number:
        return f"{NUMBER}{given.number}"
    return f"{TOKEN}{given.token}" if given.token else ""


def _earlier(filing: Filing, known: Known) -> Answer:
    """What became of the same request when it was filed before: it is not filed again."""
    if filing.state is State.DONE and filing.receipt is not None:
        return _done(filing.receipt, known, "")
    return _doubt()


def _done(receipt: str, known: Known, notice: str) -> Answer:
    lines: list[Line] = [("utter_line_request_kind", {"kind": request_kinds.word_of(str(known["category"]))})]
    if notice:
        lines.append(("utter_line_request_notice", {"notice": values.text(notice)}))
    filled = {"details": values.lines(lines)}
    if receipt.startswith(NUMBER):
        number = values.text(receipt.removeprefix(NUMBER))
        return Answer(f"utter_{TOPIC}_done", filled | {"number": number}, (UPSTREAM,))
    if receipt.startswith(TOKEN):
        token = values.text(receipt.removeprefix(TOKEN))
        return Answer(f"utter_{TOPIC}_done_token", filled | {"token": token}, (UPSTREAM,))
    return Answer(f"utter_{TOPIC}_done_without_number", filled, (UPSTREAM,))


def _doubt() -> Answer:
    return Answer(f"utter_{TOPIC}_doubt", agency_values(TOPIC), (UPSTREAM,))


def _place_line(known: Known) -> Line | None:
    place = known["place"] if Place().is_needed(known) else None
    if not place or not place["text"]:
        return None
    if place["town"]:
        return "utter_line_request_place_town", {"town": values.text(place["town"])}
    return "utter_line_request_place", {}


def _cut(text: Any, longest: int) -> str:
    shown = " ".join(str(text).split())
    return shown if len(shown) <= longest else f"{shown[: longest - 1].rstrip()}…"
