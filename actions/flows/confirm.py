"""The last field of a flow that changes something: the summary, and a yes."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from actions.flows.field import EVERYTHING, Ending, Field, Known, Question, Read
from actions.flows.heard import Heard, Option
from core import values
from core.values import Value

YES, NO = "yes", "no"
CHANGE = "change:"
"""Begins what a choice stands for that asks for a field again."""


class Confirm(Field, ABC):
    """`confirmed` is True once the resident has said yes to the summary. A no asks what to change."""

    slot = "confirmed"
    depends_on = EVERYTHING
    response: str
    """The question; its placeholders are filled by `summary`."""
    changeable: Sequence[str]
    """Slots that can be changed, each named by the response `utter_flow_change_<slot>`."""

    @abstractmethod
    async def summary(self, known: Known) -> Mapping[str, Value]:
        """What is going to be done, in values."""

    async def ask(self, known: Known) -> Question:
        options = [Option(YES, values.words("utter_word_yes")), Option(NO, values.words("utter_word_no_change"))]
        return Question(self.response, await self.summary(known), options)

    async def read(self, heard: Heard, known: Known) -> Read | Question | Ending | None:
        if heard.picked == NO or (heard.picked is None and heard.is_no):
            return Question("utter_flow_what_to_change", options=[_change(slot) for slot in self.changeable])
        if heard.picked == YES or heard.is_yes:
            return Read(True)
        return None


def _change(slot: str) -> Option:
    return Option(f"{CHANGE}{slot}", values.words(f"utter_flow_change_{slot}"))
