"""Status of applications and requests by their numbers."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.apis import capabilities, open311
from actions.apis.open311 import CaseStatus
from actions.apis.result import Found, NotFound, Result
from actions.lookup import Answer, Asked, Lookup, NoAnswer, send
from actions.sites import Line
from core import values
from core.values import Value

FORM = "case_status_form"
SLOT = "case_number"
MOST_NUMBERS = 3
MOST_MISSES = 5
"""Numbers that were not found, in one conversation: past that somebody is guessing."""
MOST_TRIES = 2
LOOKS_LIKE_A_NUMBER = re.compile(r"(?<!\d)(\d{2})[\s-]?(\d{6})(?!\d)")
NOT_FOUND = "utter_service_case_status_not_found"
LINE_NOT_FOUND = "utter_line_case_not_found"


class ValidateCaseStatusForm(FormValidationAction):
    """Takes one number or several; asks again once, and then lets the conversation go on to a person."""

    def name(self) -> str:
        return f"validate_{FORM}"

    def validate_case_number(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]
    ) -> dict[str, Any]:
        numbers = case_numbers(value)
        if numbers:
            return {SLOT: numbers}
        if _tries(tracker) + 1 >= MOST_TRIES:
            return {SLOT: None, "requested_slot": None}
        send(dispatcher, Answer("utter_case_number_invalid"))
        return {SLOT: None}


class ActionServiceCaseStatus(Lookup):
    topic = "service_case_status"
    page = "state_home"
    forgets = (SLOT,)

    async def answer(self, asked: Asked) -> Answer:
        numbers = case_numbers(asked.case_number)
        if not numbers:
            return Answer("utter_chat_human")
        if _misses(asked.events) >= MOST_MISSES:
            return Answer("utter_service_case_status_limit")
        results = await asyncio.gather(*(open311.case_status(number) for number in numbers))
        if not any(isinstance(result, Found | NotFound) for result in results):
            raise NoAnswer
        if len(numbers) == 1:
            return _one(numbers[0], results[0], asked)
        lines = [_line(number, result) for number, result in zip(numbers, results, strict=True)]
        if all(isinstance(result, NotFound) for result in results):
            return Answer(NOT_FOUND, {"number": values.names(numbers)}, ("open311",))
        return Answer("utter_service_case_status_several", {"lines": values.lines(lines)}, ("open311",))


def case_numbers(value: Any) -> list[str]:
    """The well-formed numbers in a slot's value (a text or a list), each once, at most MOST_NUMBERS."""
    pattern = re.compile(str(capabilities.of("open311")["number_pattern"]))
    texts = value if isinstance(value, list) else [value]
    found = [
        f"{year}-{rest}" for text in texts if isinstance(text, str) for year, rest in LOOKS_LIKE_A_NUMBER.findall(text)
    ]
    return [number for number in dict.fromkeys(found) if pattern.match(number)][:MOST_NUMBERS]


def _one(number: str, result: Result[CaseStatus], asked: Asked) -> Answer:
    named = {"number": values.text(number)}
    if not isinstance(result, Found):
        return Answer(NOT_FOUND, named, ("open311",))
    case = result.value
    details = [*_details(case, asked), *_note(case)]
    filled = named | {
        "state": values.words(_state(case)),
        "details": values.lines(details),
        "short": values.lines(_details(case, asked)[:2]),
    }
    return Answer("utter_service_case_status", filled, ("open311",))


def _details(case: CaseStatus, asked: Asked) -> list[Line]:
    lines: list[Line] = []
    if case.updated:
        lines.append(("utter_line_case_updated", {"date": values.date(case.updated.date())}))
    if case.expected and case.expected.date() >= asked.today:
        lines.append(("utter_line_case_expected", {"date": values.date(case.expected.date())}))
    if case.service:
        lines.append(("utter_line_case_service", {"service": values.text(case.service)}))
    if case.agency:
        lines.append(("utter_line_case_agency", {"agency": values.text(case.agency)}))
    return lines


def _note(case: CaseStatus) -> list[Line]:
    return [("utter_line_case_note", {"note": values.text(case.note)})] if case.note else []


def _line(number: str, result: Result[CaseStatus]) -> Line:
    filled: dict[str, Value] = {"number": values.text(number)}
    if isinstance(result, Found):
        return "utter_line_case", filled | {"state": values.words(_state(result.value))}
    return (LINE_NOT_FOUND if isinstance(result, NotFound) else "utter_line_case_unavailable"), filled


def _state(case: CaseStatus) -> str:
    """The response that says the state: by the beginning of the agency's note, else by the status word."""
    terms = capabilities.of("open311")
    notes: dict[str, str] = terms["notes"]
    note = case.note.lower()
    told = next((response for start, response in notes.items() if note.startswith(start)), None)
    return told or str(terms["words"].get(case.status, "utter_word_case_unknown"))


def _tries(tracker: Tracker) -> int:
    """How often this form has already turned a number down."""
    tries = 0
    for event in reversed(tracker.events):
        if event.get("event") == "active_loop" and event.get("name") == FORM:
            break
        tries += event.get("event") == "slot" and event.get("name") == SLOT and event.get("value") is None
    return tries


def _misses(events: Sequence[Mapping[str, Any]]) -> int:
    """How many numbers this conversation has asked for in vain."""
    answers = [event.get("metadata") or {} for event in events if event.get("event") == "bot"]
    return sum(_misses_of(answer.get("utter_action"), answer.get("values") or {}) for answer in answers)


def _misses_of(answer: str | None, filled: Mapping[str, Any]) -> int:
    if answer == NOT_FOUND:
        numbers = (filled.get("number") or {}).get("value")
        return len(numbers) if isinstance(numbers, list) else 1
    lines = (filled.get("lines") or {}).get("value") or ()
    return sum(line.get("response") == LINE_NOT_FOUND for line in lines)
