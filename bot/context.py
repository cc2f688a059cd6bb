"""Which answer is meant: what was asked before, what is switched off, whether a person is at the phone now.

Rules name an answer (`utter_follow_up_cost`, `utter_chat_repeat`); here it becomes the answer that fits the
conversation (`utter_dmv_license_renew_cost`, the last answer in its short form). Everything is read from the tracker.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from core import values
from core.jurisdiction import Agency, agency_for, time_zone
from core.languages import LANGUAGES
from core.settings import settings
from core.switches import switched_off
from core.topics import topics
from core.values import Value

MOST_CHOICES = 3
SHORT_CHANNEL = "sms"


@dataclass(frozen=True)
class Wanted:
    """An answer to make: its name and what it is filled with."""

    name: str
    topic: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    sources: tuple[dict[str, str], ...] = ()
    choices: tuple[str, ...] = ()
    """Topics to offer."""
    options: tuple[Mapping[str, Any], ...] = ()
    """Choices of a form: `title` is a value, `intent` what pressing one says."""
    urls: tuple[Mapping[str, Any], ...] = ()
    """Links of this answer alone, for the web: `title` is a value."""
    variant: str | None = None
    """Channel whose variant to use; None for the conversation's own."""


def wanted(name: str, tracker: DialogueStateTracker, responses: Mapping[str, Any], sent: Mapping[str, Any]) -> Wanted:
    """The answer that `name` stands for in this conversation; `sent` is what a custom action sent with it."""
    own = topic_of(name)
    topic = own if own and topics()[own].is_offered else tracker.get_slot("topic")
    plain = Wanted(
        name,
        topic,
        sent.get("values", {}),
        tuple(sent.get("notes", ())),
        tuple(sent.get("links", ())),
        tuple(sent.get("sources", ())),
        tuple(sent.get("choices", ())),
        tuple(sent.get("options", ())),
        tuple(sent.get("urls", ())),
    )
    if name.startswith("utter_follow_up_"):
        plain = _follow_up(plain, name.removeprefix("utter_follow_up_"), responses)
    elif name == "utter_chat_repeat":
        plain = _repeated(plain, tracker)
    elif name == "utter_sources":
        plain = _sources(plain, tracker)
    elif name in ("utter_unclear", "utter_which_place_topic"):
        plain = replace(plain, choices=plain.choices or _likeliest(tracker))
    elif name == "utter_chat_human":
        plain = _person(plain)
    elif name == "utter_chat_language":
        plain = _in_new_language(plain, tracker)
    elif name == "utter_apology":
        plain = replace(plain, values=_agency_values(plain.topic), links=(agency_for(plain.topic).page,))
    off = topic_of(plain.name)
    if off in switched_off():
        return _switched_off(plain, off)
    if f"{plain.name}_again" in responses and _last_answer(tracker, turns_back=1) == plain.name:
        plain = replace(plain, name=f"{plain.name}_again")
    return plain


def topic_of(name: str) -> str | None:
    """The topic that an answer's name belongs to: `utter_dmv_real_id_cost` gives `dmv_real_id`."""
    rest = name.removeprefix("utter_").removeprefix("title_")
    while rest:
        if rest in topics():
            return rest
        rest = rest.rpartition("_")[0]
    return None


def language_of(tracker: DialogueStateTracker) -> str:
    """The language of the message that is being answered."""
    message = tracker.latest_message
    if message is None:
        return "en"
    data: Mapping[str, Any] = message.parse_data or {}
    metadata = message.metadata or {}
    found = str(data.get("language") or metadata.get("language_hint") or "en")
    return metadata.get("pseudo_locale") or found if found == "en" else found


def _follow_up(plain: Wanted, aspect: str, responses: Mapping[str, Any]) -> Wanted:
    if plain.topic is None:
        return plain
    name = f"utter_{plain.topic}_{aspect}"
    return replace(plain, name=name if name in responses else "utter_follow_up_unknown")


def _repeated(plain: Wanted, tracker: DialogueStateTracker) -> Wanted:
    """The last answer again, in its shorter form."""
    said = last_said(tracker)
    if not said:
        return plain
    made_of = said["remembered"]
    return Wanted(
        said["answer"],
        said["topic"],
        made_of["values"],
        tuple(made_of["notes"]),
        tuple(made_of["links"]),
        variant=SHORT_CHANNEL,
    )


def _sources(plain: Wanted, tracker: DialogueStateTracker) -> Wanted:
    said = last_said(tracker)
    if not said or not said["sources"]:
        return replace(plain, name="utter_sources_none")
    listed = values.lines([("utter_line_source", _source_values(source)) for source in said["sources"]])
    return replace(plain, topic=said["topic"], sources=tuple(said["sources"]), values={"sources": listed})


def _source_values(source: Mapping[str, str]) -> dict[str, Value]:
    read = source.get("verified_on")
    return {
        "page": values.text(source["url"].removeprefix("https://")),
        "read": {"unit": "month", "value": read} if read else values.text("-"),
    }


def _likeliest(tracker: DialogueStateTracker) -> tuple[str, ...]:
    data = (tracker.latest_message.parse_data if tracker.latest_message else None) or {}
    offered = [one["topic"] for one in data.get("alternatives", ())]
    return tuple(topic for topic in offered if topics()[topic].is_offered)[:MOST_CHOICES]


def _person(plain: Wanted) -> Wanted:
    """The phone of the agency that answers for the topic, and whether somebody is there now."""
    agency = agency_for(plain.topic)
    here = dt.datetime.now(time_zone())
    filled = _agency_values(plain.topic)
    if agency.is_always_open:
        return replace(plain, name="utter_chat_human_always", values=filled, links=(agency.page,))
    span = agency.hours.get(here.strftime("%A").lower())
    if span and span[0] <= here.time() < span[1]:
        return replace(
            plain, name="utter_chat_human_open", values=filled | {"closes": values.time(span[1])}, links=(agency.page,)
        )
    opening = next_opening(agency, here)
    if opening is None:
        return replace(plain, name="utter_chat_human_unknown", values=filled, links=(agency.page,))
    filled |= {"day": values.weekday(opening.date()), "opens": values.time(opening.time())}
    return replace(plain, name="utter_chat_human_closed", values=filled, links=(agency.page,))


def next_opening(agency: Agency, after: dt.datetime) -> dt.datetime | None:
    """The next moment the agency's phone opens, in the zone of `after`; None when it has no hours."""
    for ahead in range(8):
        day = (after + dt.timedelta(days=ahead)).date()
        span = agency.hours.get(day.strftime("%A").lower())
        if span:
            opening = dt.datetime.combine(day, span[0], after.tzinfo)
            if opening > after:
                return opening
    return None


def _in_new_language(plain: Wanted, tracker: DialogueStateTracker) -> Wanted:
    """A language that is not offered is said so; one that is, is confirmed."""
    code = language_of(tracker)
    if code not in settings().language_list:
        return replace(plain, name="utter_foreign_language")
    return replace(plain, values={"language": values.text(LANGUAGES[code].name)})


def _switched_off(plain: Wanted, topic: str | None) -> Wanted:
    return Wanted("utter_topic_off", topic, _agency_values(topic), links=(agency_for(topic).page,))


def _agency_values(topic: str | None) -> dict[str, Value]:
    agency = agency_for(topic)
    return {"agency": values.text(agency.name), "phone": values.phone(agency.phone)}


def last_said(tracker: DialogueStateTracker) -> dict[str, Any] | None:
    """What the last real answer was made of: its name, values, sources; not a control phrase."""
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered):
            made: dict[str, Any] = (event.metadata or {}).get("served") or {}
            name = made.get("answer", "")
            if topic_of(name) and not name.startswith("utter_chat_"):
                return made
    return None


def _last_answer(tracker: DialogueStateTracker, turns_back: int) -> str | None:
    """Name of the last answer of an earlier turn."""
    turns = 0
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            turns += 1
        elif isinstance(event, BotUttered) and turns == turns_back:
            name = ((event.metadata or {}).get("served") or {}).get("answer")
            return str(name).removesuffix("_again") if name else None
    return None
