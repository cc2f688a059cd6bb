"""Questions that are answered in the resident's own words, whatever these sound like.

"The office lost my registration papers, when do I get them?" is an answer here and not another question, and "stop sign
knocked down" is no wish to stop. What still goes before: danger, and what is said to the assistant itself ("stop", "a
person please"), as long as it is short.
"""

from abc import ABC

from actions.flows.field import Ending, Field, Known
from actions.flows.heard import Heard
from actions.lookup import Answer
from core.text import words
from core.topics import ASPECTS, Kind, topics

MOST_CONTROL_WORDS = 10
"""A longer text that sounds like "I want a person" is about one: "no person came to the window for an hour"."""
MOST_WORDS_OF_A_CHOICE = 7
FEWEST_LETTERS = 8
FEWEST_OTHER_LETTERS = 3
"""In scripts that say more with a letter."""
CANCEL = "chat_cancel"
TO_US = frozenset(name for name, topic in topics().items() if topic.kind is Kind.CONTROL and name != "out_of_scope")


class InOwnWords(Field, ABC):
    """A field that takes nearly anything; `called_off` goes before what it reads."""

    topics = frozenset({*topics(), *ASPECTS}) - {"safety_emergency", "safety_crisis"}
    can_be_called_off = False

    def takes(self, heard: Heard, known: Known) -> bool:
        is_over = heard.intent == CANCEL or heard.is_only("cancel")
        return super().takes(heard, known) and (is_over or not is_said_to_us(heard))

    def called_off(self, heard: Heard) -> Ending | None:
        is_meant = heard.intent == CANCEL and len(words(heard.text)) <= MOST_CONTROL_WORDS
        is_over = heard.is_only("cancel") or (is_meant and not heard.says("skip"))
        return Ending(Answer("utter_flow_cancelled")) if is_over else None


def is_said_to_us(heard: Heard) -> bool:
    """Whether a message is meant for the assistant, and not what was asked for."""
    return heard.intent in TO_US and len(words(heard.text)) <= MOST_CONTROL_WORDS


def is_short(heard: Heard) -> bool:
    """Whether a message about another topic is still an answer where one of a list is asked for: "my plates"."""
    return len(words(heard.text)) <= MOST_WORDS_OF_A_CHOICE


def says_something(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    fewest = FEWEST_LETTERS if "".join(letters).isascii() else FEWEST_OTHER_LETTERS
    return len(letters) >= fewest
