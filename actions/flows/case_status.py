"""`service_case_status`: where one request stands and what happened so far, or a line each for several.

A number is all that stands between a stranger and a request: only the state of the work is told, never what a resident
wrote, and whoever asks for too many numbers in vain is locked out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from actions import personal
from actions.apis import capabilities, open311, service_requests
from actions.apis.capabilities import gives
from actions.apis.open311 import CaseStatus
from actions.apis.result import Found, NotFound, Result
from actions.flows.field import Ending, Field, Known, Question, Read, Wrong
from actions.flows.form import Flow, FlowEnd
from actions.flows.heard import Heard
from actions.flows.request_kinds import word_of
from actions.followed import state_of, word_for
from actions.lookup import Answer, NoAnswer, agency_values
from actions.sites import Line
from core import values
from core.text import fold
from core.values import Value

TOPIC, UPSTREAM = "service_case_status", "open311"
MOST_NUMBERS = 5
MOST_STEPS = 6
LOOKS_LIKE_A_NUMBER = re.compile(r"(?<!\d)(\d{2})[\s-]?(\d{6})(?!\d)")


class RequestNumbers(Field):
    """`request_numbers`: a list of numbers in one spelling, or of tokens that become numbers."""

    slot = "request_numbers"
    topics = frozenset({TOPIC})

    async def ask(self, known: Known) -> Question | Ending:
        if not gives(UPSTREAM, "case_status"):
            return Ending(Answer(f"utter_{TOPIC}_how"))
        return Question(f"utter_{TOPIC}_ask_request_numbers")

    async def read(self, heard: Heard, known: Known) -> Read | Wrong:
        numbers = _numbers_in(heard) or case_numbers(heard.text)
        return Read(numbers) if numbers else Wrong("utter_flow_request_numbers_wrong", self.example(known))

    async def hears(self, heard: Heard, known: Known) -> Any:
        return (_numbers_in(heard) or None) if gives(UPSTREAM, "case_status") else None

    def example(self, known: Known) -> Mapping[str, Value]:
        return {"example": values.text(str(capabilities.of(UPSTREAM)["number_example"]))}


class ValidateCaseStatus(Flow):
    topic = TOPIC
    page = "state_home"
    fields = (RequestNumbers(),)


class ActionCaseStatus(FlowEnd):
    flow = ValidateCaseStatus

    async def finish(self, known: Known) -> Answer:
        numbers = await _without_tokens(known["request_numbers"])
        if not numbers:
            return Answer(f"utter_{TOPIC}_no_number_yet")
        try:
            if len(numbers) == 1:
                return await self._one(numbers[0], known)
            return await self._several(numbers, known)
        except personal.Locked:
            return Answer("utter_personal_locked", agency_values(TOPIC), links=(self.page,))

    async def _one(self, number: str, known: Known) -> Answer:
        async def load() -> Result[CaseStatus]:
            return await open311.case_status(number)

        result = await personal.look_up(_lookup(known, number), load)
        if isinstance(result, NotFound):
            return _not_found([number])
        if not isinstance(result, Found):
            raise NoAnswer
        return _told(result.value, known)

    async def _several(self, numbers: Sequence[str], known: Known) -> Answer:
        results = await personal.look_up_several(_lookup(known, ""), numbers, service_requests.statuses)
        if not any(isinstance(result, Found | NotFound) for result in results.values()):
            raise NoAnswer
        if all(isinstance(result, NotFound) for result in results.values()):
            return _not_found(numbers)
        lines = [_line(number, result) for number, result in results.items()]
        return Answer(f"utter_{TOPIC}_several", {"lines": values.lines(lines)}, (UPSTREAM,))


def case_numbers(value: Any) -> list[str]:
    """The well-formed numbers and tokens in a text or a list of texts, each once, at most MOST_NUMBERS."""
    terms = capabilities.of(UPSTREAM)
    found: list[str] = []
    for text in value if isinstance(value, list) else [value]:
        if isinstance(text, str):
            written = [f"{year}-{rest}" for year, rest in LOOKS_LIKE_A_NUMBER.findall(text)]
            found += [number for number in written if re.fullmatch(terms["number_pattern"], number)]
            found += _tokens(text)
    return list(dict.fromkeys(found))[:MOST_NUMBERS]


def _numbers_in(heard: Heard) -> list[str]:
    """The numbers that the model found in a message, and the receipts that look like nothing else."""
    found = [str(value) for entity in heard.found("case_number") for value in _listed(entity["value"])]
    return case_numbers(found) or _tokens(heard.text)[:MOST_NUMBERS]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _tokens(text: str) -> list[str]:
    pattern = capabilities.of(UPSTREAM).get("token_pattern")
    return [word for word in re.findall(r"\w+", fold(text)) if pattern and re.fullmatch(pattern, word)]


async def _without_tokens(numbers: Sequence[str]) -> list[str]:
    """The numbers, and those that the tokens have become. Raises NoAnswer when that can't be asked."""
    found = []
    for number in numbers:
        if not _tokens(number):
            found.append(number)
            continue
        become = await service_requests.number_of(number)
        if isinstance(become, Found):
            found.append(become.value)
        elif not isinstance(become, NotFound):
            raise NoAnswer
    return found


def _lookup(known: Known, number: str) -> personal.Lookup:
    return personal.Lookup("service_request", TOPIC, known.conversation, number)


def _not_found(numbers: Sequence[str]) -> Answer:
    named = values.text(numbers[0]) if len(numbers) == 1 else values.names(numbers)
    return Answer(f"utter_{TOPIC}_not_found", {"number": named}, (UPSTREAM,))


def _told(case: CaseStatus, known: Known) -> Answer:
    dates = list(_dates(case, known))
    about: list[Line] = []
    if case.service_code or case.service:
        about.append(("utter_line_case_service", {"service": word_of(case.service_code, case.service)}))
    if case.agency:
        about.append(("utter_line_case_agency", {"agency": values.text(case.agency)}))
    if case.note:
        about.append(("utter_line_case_note", {"note": values.text(case.note)}))
    filled = {
        "number": values.text(case.number),
        "state": values.words(state_of(case)),
        "details": values.lines([*dates, *about, *_history(case)]),
        "short": values.lines([*dates, *about][:2]),
    }
    return Answer(f"utter_{TOPIC}", filled, (UPSTREAM,))


def _dates(case: CaseStatus, known: Known) -> Iterator[Line]:
    if case.updated:
        yield "utter_line_case_updated", {"date": values.date(case.updated.date())}
    if case.expected and case.expected.date() >= known.today:
        yield "utter_line_case_expected", {"date": values.date(case.expected.date())}


def _history(case: CaseStatus) -> list[Line]:
    """What happened so far, in words where `apis.yml` has them; one step alone says no more than the state does."""
    if len(case.history) < 2:
        return []
    steps: list[Line] = [
        ("utter_line_case_step", {"date": values.date(at.date()), "what": _step(note)})
        for at, note in case.history[-MOST_STEPS:]
    ]
    return [("utter_line_case_history", {}), *steps]


def _step(note: str) -> Value:
    known = word_for(note)
    return values.words(known) if known else values.text(note.rstrip("."))


def _line(number: str, result: Result[CaseStatus] | None) -> Line:
    filled: dict[str, Value] = {"number": values.text(number)}
    if isinstance(result, Found):
        return "utter_line_case", filled | {"state": values.words(state_of(result.value))}
    is_missing = isinstance(result, NotFound)
    return ("utter_line_case_not_found" if is_missing else "utter_line_case_unavailable"), filled
