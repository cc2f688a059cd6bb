"""The answer catalogue: from the name of an answer to a message in the reader's language, with its sources.

English stands in `domain/*.yml`, translations in `locales/`, facts in `data/jurisdictions/`. A message is translated
whole or not at all, and says which language it is really in.
"""

import copy
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

from rasa.core.nlg.generator import ResponseVariationFilter
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.context import SHORT_CHANNEL, Wanted, language_of, topic_of, wanted
from core.catalogs import translate
from core.facts import Fact, fact_text, facts
from core.jurisdiction import agency_for, page_by_url, pages
from core.languages import ENGLISH, LANGUAGES, PSEUDO_LOCALES, Language, language
from core.logs import logger
from core.settings import settings
from core.values import Value, format_value, names, phone

log = logger("nlg")

DOMAIN = "responses"
APOLOGY = "utter_apology"
DOUBLE_STOP = re.compile(r"(?<!\.)\.\.(?!\.)")


class MissingValue(Exception):
    """A placeholder that neither the action nor the facts fill; the message names it."""


@dataclass
class _Made:
    """A text being made, and what it draws on."""

    language: Language
    reviewed: bool = True
    used: dict[str, Fact] = field(default_factory=dict)


class CatalogNLG(TemplatedNaturalLanguageGenerator):
    """Named in `endpoints.yml`. A subclass of Rasa's own, whose `responses` Rasa refreshes after a model swap."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        super().__init__(domain.responses if domain else {})

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """A message: its `text`, and under `served` its answer's name, language, links, sources and choices.

        They stand below one key because Rasa writes what an action sent over keys of the same name.
        """
        responses: Mapping[str, Any] = kwargs.pop("domain_responses", None) or self.responses
        try:
            want = wanted(utter_action, tracker, responses, kwargs)
            return self._message(want, responses, tracker, output_channel)
        except MissingValue as missing:
            log.error("value_missing", answer=utter_action, reason=str(missing))
            return self._message(wanted(APOLOGY, tracker, responses, {}), responses, tracker, output_channel)

    def _message(
        self, want: Wanted, responses: Mapping[str, Any], tracker: DialogueStateTracker, channel: str
    ) -> dict[str, Any] | None:
        variation = self._variation(want, responses, tracker, channel)
        if variation is None:
            return None
        asked = self._served(language_of(tracker))
        metadata = variation.get("metadata") or {}
        made = self._language_for(want, variation, responses, asked)
        text = self._text(want, variation, responses, made)
        english = self._text(want, variation, responses, _Made(ENGLISH)) if made.language is not ENGLISH else None
        links = [pages()[page] for page in dict.fromkeys([*want.links, *metadata.get("links", ())])]
        choices = want.choices or tuple(metadata.get("choices", ()))
        return {
            "text": text,
            "served": {
                "answer": want.name,
                "topic": topic_of(want.name) or want.topic,
                "lang": made.language.tag,
                "dir": made.language.direction,
                "reviewed": made.reviewed,
                "conversation_language": language_of(tracker),
                "english": english,
                "links": [
                    {"title": self._given(url["title"], responses, made), "url": url["url"]}
                    for url in (want.urls if channel != SHORT_CHANNEL else ())
                ]
                + [{"title": self._page_title(page, made.language), "url": page.url} for page in links],
                "sources": self._sources(want, made),
                "choices": [
                    {"title": self._title(topic, responses, made.language), "intent": f"/{topic}"} for topic in choices
                ]
                + [
                    {"title": self._given(option["title"], responses, made), "intent": option["intent"]}
                    for option in want.options
                ],
                "remembered": {
                    "values": dict(want.values),
                    "notes": list(want.notes),
                    "links": list(want.links),
                },
            },
        }

    def _variation(
        self, want: Wanted, responses: Mapping[str, Any], tracker: DialogueStateTracker, channel: str
    ) -> dict[str, Any] | None:
        """The variation for the channel; the same conversation always gets the same one."""
        if want.name not in responses:
            return None
        fitting = ResponseVariationFilter(dict(responses)).responses_for_utter_action(
            want.name, want.variant or channel, tracker.current_slot_values()
        )
        if not fitting:
            return None
        digest = hashlib.sha256(f"{tracker.sender_id} {want.name}".encode()).digest()
        chosen: dict[str, Any] = copy.deepcopy(fitting[digest[0] % len(fitting)])
        return chosen

    def _served(self, code: str) -> Language:
        return language(code) if code in (*settings().language_list, *PSEUDO_LOCALES) else ENGLISH

    def _language_for(
        self, want: Wanted, variation: Mapping[str, Any], responses: Mapping[str, Any], asked: Language
    ) -> _Made:
        """The asked language if every part of the message has a translation, else English."""
        parts = [(want.name, variation["text"])]
        parts += [(f"utter_title_{topic}", self._english_title(topic, responses)) for topic in want.choices]
        parts += [(name, responses[name][0]["text"]) for name in (*want.notes, *self._inner(want.values))]
        titles = {str(place): each["title"] for place, each in enumerate((*want.options, *want.urls))}
        parts += [(name, responses[name][0]["text"]) for name in self._inner(titles)]
        found = [translate(DOMAIN, name, text, asked) for name, text in parts]
        if any(part is None for part in found):
            return _Made(ENGLISH)
        return _Made(asked, reviewed=all(part.reviewed for part in found if part))

    def _inner(self, given: Mapping[str, Value]) -> list[str]:
        """Names of the responses that values are made of."""
        inner: list[str] = []
        for value in given.values():
            if value["unit"] == "response":
                inner.append(value["value"])
            elif value["unit"] == "lines":
                for line in value["value"]:
                    inner += [line["response"], *self._inner(line["values"])]
        return inner

    def _text(self, want: Wanted, variation: Mapping[str, Any], responses: Mapping[str, Any], made: _Made) -> str:
        text = self._filled(want.name, variation["text"], want.values, responses, made)
        for note in want.notes:
            text += " " + self._filled(note, responses[note][0]["text"], want.values, responses, made)
        unconfirmed = [fact.verified_on for fact in made.used.values() if not fact.confirmed]
        if unconfirmed:
            as_of: dict[str, Value] = {"month": {"unit": "month", "value": min(unconfirmed).isoformat()}}
            text += "\n\n" if variation.get("channel") is None and "\n" in text else " "
            text += self._filled("utter_note_as_of", responses["utter_note_as_of"][0]["text"], as_of, responses, made)
        return text

    def _filled(
        self, name: str, english: str, given: Mapping[str, Value], responses: Mapping[str, Any], made: _Made
    ) -> str:
        """The text of one response in the language, its placeholders filled."""
        translation = translate(DOMAIN, name, english, made.language)
        text = translation.text if translation else english
        parts = []
        for literal, placeholder, _, _ in Formatter().parse(text):
            parts.append(literal)
            if placeholder is not None:
                parts.append(self._value(placeholder, given, responses, made))
        # "8:00 a.m." at the end of a sentence brings its own full stop.
        return DOUBLE_STOP.sub(".", "".join(parts))

    def _value(self, placeholder: str, given: Mapping[str, Value], responses: Mapping[str, Any], made: _Made) -> str:
        if placeholder in given:
            return self._given(given[placeholder], responses, made)
        if placeholder in facts():
            made.used[placeholder] = facts()[placeholder]
            return _isolated(fact_text(facts()[placeholder], made.language), made.language)
        known = _own_values().get(placeholder)
        if known is None:
            raise MissingValue(placeholder)
        return _isolated(format_value(known["value"], known["unit"], made.language), made.language)

    def _given(self, value: Value, responses: Mapping[str, Any], made: _Made) -> str:
        if value["unit"] == "response":
            return self._filled(value["value"], responses[value["value"]][0]["text"], {}, responses, made)
        if value["unit"] == "lines":
            return "\n".join(
                self._filled(line["response"], responses[line["response"]][0]["text"], line["values"], responses, made)
                for line in value["value"]
            )
        return _isolated(format_value(value["value"], value["unit"], made.language), made.language)

    def _title(self, topic: str, responses: Mapping[str, Any], into: Language) -> str:
        english = self._english_title(topic, responses)
        translation = translate(DOMAIN, f"utter_title_{topic}", english, into)
        return translation.text if translation else english

    def _english_title(self, topic: str, responses: Mapping[str, Any]) -> str:
        return str(responses[f"utter_title_{topic}"][0]["text"])

    def _page_title(self, page: Any, into: Language) -> str:
        translation = translate(DOMAIN, "page", page.title, into)
        return translation.text if translation else str(page.title)

    def _sources(self, want: Wanted, made: _Made) -> list[dict[str, str]]:
        """Where the facts of the text are from, each page once, with the day it was last read."""
        found = {source["url"]: dict(source) for source in want.sources}
        for fact in made.used.values():
            page = page_by_url()[fact.source]
            found[page.url] = {
                "title": self._page_title(page, made.language),
                "url": page.url,
                "verified_on": fact.verified_on.isoformat(),
            }
        return list(found.values())


def _own_values() -> dict[str, Value]:
    """What any answer may name: the languages on offer, the state's general phone line."""
    agency = agency_for(None)
    return {
        "languages": names([LANGUAGES[code].name for code in settings().language_list]),
        "help_phone": phone(agency.phone),
    }


def _isolated(text: str, into: Language) -> str:
    """Left-to-right values keep their order inside right-to-left text (Unicode isolates)."""
    return f"\u2068{text}\u2069" if into.direction == "rtl" else text
