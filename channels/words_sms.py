"""Every text of the `sms` catalog: its context (the key) and its English. Values stand in braces."""

from dataclasses import dataclass

from core.catalogs import translate
from core.languages import ENGLISH as ENGLISH_LANGUAGE
from core.languages import Language

DOMAIN = "sms"

ENGLISH: dict[str, str] = {
    # The carriers' rules for HELP: who we are, how to stop, a person, what it may cost.
    "help": (
        "Nutmeg, the automated assistant of {state}. Ask about the DMV, voting or a state service. "
        "Emergency: {emergency}. A person: {phone}. Text STOP to end. Message and data rates may apply."
    ),
    "welcome": (
        "You will get texts from Nutmeg, the automated assistant of {state}, again. "
        "What is your question? Text HELP for help, STOP to end."
    ),
    # To the YES from a phone that was asked whether it wants notices.
    "notices_on": (
        'Done: you get these notices from now on, in the daytime only. To end them, write "turn off notifications". '
        "Text HELP for help, STOP to end all texts."
    ),
    "media": "We can't open pictures or files. Please write your question in words.",
    "empty": "Your message came without words. Please write your question.",
    "too_long": "Your message is too long for us. Please ask one question in one or two sentences.",
    "apology": "Sorry, we could not answer this time. Please ask again, or call {phone}.",
    "draft_note": "(draft translation; text ENGLISH for English)",
}


@dataclass(frozen=True)
class Said:
    text: str
    language: Language
    """The language actually served."""
    reviewed: bool


def say(name: str, language: Language, **values: str) -> Said:
    """One text with its values; English when the language's catalog lacks it."""
    english = ENGLISH[name]
    found = translate(DOMAIN, name, english, language)
    if found is None:
        return Said(english.format(**values), ENGLISH_LANGUAGE, reviewed=True)
    shown = {key: language.isolated(value) for key, value in values.items()}
    return Said(found.text.format(**shown), language, found.reviewed)
