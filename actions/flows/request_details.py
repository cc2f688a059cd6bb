"""The questions that a kind of request has of its own, as the state's system defines them, one after the other."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from actions.apis import service_requests
from actions.apis.service_kinds import Attribute, Datatype
from actions.flows.days import readings
from actions.flows.field import Ending, Known, Question, Read, Settled, Wrong
from actions.flows.free_text import InOwnWords, is_short
from actions.flows.heard import Heard, Option
from actions.flows.request_kinds import entry, offered
from actions.lookup import known as value_of
from core import values
from core.values import Value

TOPIC = "service_request_new"
SKIP = "skip"
SKIPPED = ""
LONGEST = 1000
NUMBER = re.compile(r"(?<![\d.,-])\d{1,6}(?:\.\d{1,4})?(?![\d.,]*\d)")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Details(InOwnWords):
    """`details`: code of the question → answer (a key, several, a text); "" is skipped, None not asked yet."""

    slot = "details"
    depends_on = ("category",)

    def takes(self, heard: Heard, known: Known) -> bool:
        is_list = any(value != SKIP for value in known["flow_offered"] or ())
        return super().takes(heard, known) and (is_short(heard) or not is_list)

    async def ask(self, known: Known) -> Question | Settled:
        asked = await questions(known)
        if not asked:
            return Settled({})
        return _question(_next(asked, known), known)

    async def read(self, heard: Heard, known: Known) -> Read | Wrong | Question | Ending:
        if ending := self.called_off(heard):
            return ending
        asked = await questions(known)
        attribute = _next(asked, known)
        value = _answer(attribute, heard, known)
        if isinstance(value, Wrong | Question):
            return value
        if value is None:
            return _wrong(attribute, known)
        return Read({each.code: None for each in asked} | dict(known[self.slot] or {}) | {attribute.code: value})

    def is_known(self, known: Known) -> bool:
        held = known[self.slot]
        return held is not None and None not in held.values()


async def questions(known: Known) -> list[Attribute]:
    """The questions of the chosen kind. Raises NoAnswer when the state's system is silent."""
    code = str(known["category"])
    if not any(kind.has_attributes for kind in await offered() if kind.code == code):
        return []
    found, _ = value_of(await service_requests.definition(code))
    return found


async def told(known: Known) -> list[Value]:
    """The answers that were given, in words, in the order of the questions."""
    held: Mapping[str, Any] = known["details"] or {}
    said: list[Value] = []
    for attribute in await questions(known) if held else []:
        given = held.get(attribute.code) or []
        names = {option.value: option.title for option in _options(attribute, known)}
        said += [names.get(one, values.text(one)) for one in ([given] if isinstance(given, str) else given)]
    return said


def answered(details: Any) -> dict[str, str | list[str]]:
    """What is filed: without the questions that were skipped."""
    return {code: value for code, value in (details or {}).items() if value}


def _next(asked: list[Attribute], known: Known) -> Attribute:
    held: Mapping[str, Any] = known["details"] or {}
    return next((attribute for attribute in asked if held.get(attribute.code) is None), asked[-1])


def _question(attribute: Attribute, known: Known) -> Question:
    options = _options(attribute, known)
    if not attribute.required:
        options.append(Option(SKIP, values.words("utter_word_skip")))
    own = _own(attribute, known).get("ask")
    if own:
        return Question(str(own), options=options)
    return Question(f"utter_{TOPIC}_ask_details", {"question": values.text(attribute.description)}, options)


def _answer(attribute: Attribute, heard: Heard, known: Known) -> str | list[str] | Wrong | Question | None:
    options = _options(attribute, known)
    if attribute.datatype is Datatype.NUMBER and (number := NUMBER.search(_plain_digits(heard.text))):
        return number.group()
    if not attribute.required and (heard.picked == SKIP or heard.is_no or heard.says("skip")):
        return SKIPPED
    match attribute.datatype:
        case Datatype.SINGLE:
            return heard.chosen(options)
        case Datatype.MULTIPLE:
            return _several(heard, options, known) or None
        case Datatype.NUMBER:
            return None
        case Datatype.DATETIME:
            return _day(heard)
        case _:
            return " ".join(heard.text.split())[:LONGEST] if not heard.picked and heard.text else None


def _several(heard: Heard, options: list[Option], known: Known) -> list[str]:
    """What of a list was pressed, named, or numbered ("1 and 3")."""
    if not any(letter.isalpha() for letter in heard.text.replace("and", "")) and heard.picked is None:
        shown = [value for value in known["flow_offered"] or () if value != SKIP]
        places = [int(number) - 1 for number in re.findall(r"\d+", _plain_digits(heard.text))]
        return list(dict.fromkeys(shown[place] for place in places if 0 <= place < len(shown)))
    return [option.value for option in options if heard.chosen([option])]


def _day(heard: Heard) -> str | Question | None:
    if heard.picked and DAY.fullmatch(heard.picked):
        return heard.picked
    days = [day for entity in heard.found("date") for day in readings(entity)]
    if len(days) > 1:
        return Question("utter_flow_date_which", options=[Option(day.isoformat(), values.date(day)) for day in days])
    return days[0].isoformat() if days else None


def _wrong(attribute: Attribute, known: Known) -> Wrong:
    if attribute.datatype is Datatype.NUMBER:
        return Wrong("utter_flow_details_number", {"example": values.count(2)})
    if attribute.datatype is Datatype.DATETIME:
        return Wrong("utter_flow_details_date", {"example": values.date(known.today)})
    return Wrong("utter_flow_details_wrong")


def _options(attribute: Attribute, known: Known) -> list[Option]:
    own: Mapping[str, str] = _own(attribute, known).get("values") or {}
    return [
        Option(key, values.words(str(own[key])) if key in own else values.text(name)) for key, name in attribute.values
    ]


def _own(attribute: Attribute, known: Known) -> Mapping[str, Any]:
    """What `apis.yml` says of the question."""
    found: Mapping[str, Any] = (entry(str(known["category"])).get("attributes") or {}).get(attribute.code) or {}
    return found


def _plain_digits(text: str) -> str:
    return unicodedata.normalize("NFKC", "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text))
