"""Fields about a person: name, date of birth, town, telephone. Their values are forgotten when the flow ends."""

import datetime as dt
import re
from typing import Any, ClassVar

from actions.flows.days import birth_dates
from actions.flows.field import Field, Known, Question, Read, Wrong
from actions.flows.heard import Heard, Option
from core import values
from core.text import fold, words
from core.values import Value

EXAMPLE_BIRTHDAY = dt.date(1980, 7, 4)
EXAMPLE_NUMBER = "+18605550100"
MOST_NAME_WORDS = 6
MOST_WORDS = 9
"""Words and marks of a message that gives a name."""
AFTER_A_NAME = ("date", "phone_number", "confirmation_number", "case_number", "email")
NAME = re.compile(r"[^\W\d_][\w'’.\-]*", re.UNICODE)
LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff'’.\- ]+")


class FullName(Field):
    """`full_name`: `{"first": …, "last": …}` as written on a document, in Latin letters."""

    slot = "full_name"
    question: ClassVar[str]

    def __init__(self, question: str) -> None:
        self.question = question  # type: ignore[misc]

    async def ask(self, known: Known) -> Question:
        return Question(self.question)

    async def read(self, heard: Heard, known: Known) -> Read | Wrong | None:
        if heard.picked or not heard.text:
            return None
        said = heard.after("named") or heard.without("name_is")
        return read_name(_up_to_what_follows(said, heard))

    def takes(self, heard: Heard, known: Known) -> bool:
        return says_its_name(heard)

    async def hears(self, heard: Heard, known: Known) -> Any:
        """Only what is said to be a name: "my name is Ana Diaz"."""
        said = heard.after("named")
        reading = read_name(_up_to_what_follows(said, heard)) if said else None
        return reading.value if isinstance(reading, Read) else None


def says_its_name(heard: Heard) -> bool:
    """Whether a short message leads in to a name: "my last name is Diaz" alone sounds like changing a name."""
    return heard.begins("name_is") and len(words(heard.text)) <= MOST_WORDS


def _up_to_what_follows(text: str, heard: Heard) -> str:
    """The text before a date or number, or before a town that a comma or a word such as "from" leads in to."""
    ends = [text.find(str(one.get("text"))) for kind in AFTER_A_NAME for one in heard.found(kind)]
    for town in heard.found("town"):
        place = text.find(str(town.get("text")))
        before = text[: max(place, 0)].rstrip()
        if before.endswith((",", "，", ";", "\n")) or heard.ends(before, "name_ends"):
            ends.append(place)
    cut = text[: min((end for end in ends if end >= 0), default=len(text))].rstrip(" ,，;.:-(\n")
    while cut != text and heard.ends(cut, "name_ends"):
        cut = cut[: -len(cut.split()[-1])].rstrip(" ,，;.:-(\n")
    return cut if len(NAME.findall(cut)) > 1 else text


def read_name(text: str) -> Read | Wrong | None:
    """First and last name: "Ana Diaz", "Diaz, Ana". None when it is no name at all."""
    last_first = text.count(",") == 1
    cut = re.split(r"[\n;!?]|,\s*(?=\d)|\b\d", text)[0].strip(" .,")
    found = name_words(cut)
    if not found or len(found) > MOST_NAME_WORDS:
        return None
    if not LATIN.fullmatch(" ".join(found)):
        return Wrong("utter_flow_full_name_latin")
    if len(found) < 2:
        return Wrong("utter_flow_full_name_wrong")
    if last_first and "," in cut:
        last, first = (part.strip() for part in cut.split(",", 1))
        return Read({"first": first, "last": last}) if first and last else Wrong("utter_flow_full_name_wrong")
    return Read({"first": found[0], "last": " ".join(word for word in found[1:] if len(word.strip(".")) > 1)})


def name_words(text: str) -> list[str]:
    """The words that may be a name; of words in two scripts ("मेरा नाम Ana Diaz है") those in Latin letters."""
    found = NAME.findall(text)
    return [word for word in found if LATIN.fullmatch(word)] or found


class BirthDate(Field):
    """`birth_date`: ISO 8601. A date that can be read two ways is asked back; one that can't be is said to be so."""

    slot = "birth_date"

    def __init__(self, question: str) -> None:
        self.question = question

    async def ask(self, known: Known) -> Question:
        return Question(self.question)

    async def read(self, heard: Heard, known: Known) -> Read | Wrong | Question | None:
        if heard.picked and re.fullmatch(r"\d{4}-\d\d-\d\d", heard.picked):
            return Read(heard.picked)
        said = heard.found("date")
        if not said:
            return None
        if any(entity.get("impossible") for entity in said):
            return Wrong("utter_flow_date_impossible")
        readings = birth_dates(said[0], known.today)
        if not readings:
            return Wrong("utter_flow_birth_date_wrong", self.example(known))
        if len(readings) > 1:
            return Question("utter_flow_date_which", options=[_as_option(day) for day in readings])
        return Read(readings[0].isoformat())

    async def hears(self, heard: Heard, known: Known) -> Any:
        said = [day for entity in heard.found("date") for day in [birth_dates(entity, known.today)] if len(day) == 1]
        return said[0][0].isoformat() if said else None

    def example(self, known: Known) -> dict[str, Value]:
        return {"example": values.date(EXAMPLE_BIRTHDAY)}


def _as_option(day: dt.date) -> Option:
    return Option(day.isoformat(), values.date(day))


class Town(Field):
    """A town of the state by its canonical name, in a slot of the flow's own."""

    def __init__(self, slot: str, question: str) -> None:
        self.slot = slot  # type: ignore[misc]
        self.question = question

    async def ask(self, known: Known) -> Question:
        return Question(self.question)

    async def read(self, heard: Heard, known: Known) -> Read | None:
        town = heard.first("town")
        return Read(town) if town else None

    async def hears(self, heard: Heard, known: Known) -> Any:
        """Any town but one that is part of the person's name, as in Bill Clinton."""
        name = known["full_name"] or {}
        named = set(words(fold(f"{name.get('first', '')} {name.get('last', '')}")))
        said = heard.found("town")
        return next((str(one["value"]) for one in said if not set(words(fold(str(one.get("text"))))) <= named), None)


class Phone(Field):
    """`phone`: E.164. Optional ones take "skip" and then hold an empty text."""

    slot = "phone"

    def __init__(self, question: str, is_optional: bool) -> None:
        self.question = question
        self.is_optional = is_optional

    async def ask(self, known: Known) -> Question:
        options = [Option("skip", values.words("utter_word_skip"))] if self.is_optional else []
        return Question(self.question, options=options)

    async def read(self, heard: Heard, known: Known) -> Read | Wrong | None:
        number = heard.first("phone_number")
        if number:
            return Read(number)
        if self.is_optional and (heard.picked == "skip" or heard.is_no or heard.says("skip")):
            return Read("")
        return None

    async def hears(self, heard: Heard, known: Known) -> Any:
        return heard.first("phone_number")

    def example(self, known: Known) -> dict[str, Value]:
        return {"example": values.phone(EXAMPLE_NUMBER)}
