"""The state of a service request in one word, to tell it and to see whether it has changed."""

from actions.apis import capabilities
from actions.apis.open311 import CaseStatus


def state_of(case: CaseStatus) -> str:
    """The response that says the state: by the beginning of the agency's note, else by the status word."""
    words: dict[str, str] = capabilities.of("open311")["words"]
    return word_for(case.note) or words.get(case.status, "utter_word_case_unknown")


def word_for(note: str) -> str | None:
    """The response that says what an agency's note begins with."""
    notes: dict[str, str] = capabilities.of("open311")["notes"]
    return next((response for start, response in notes.items() if note.lower().startswith(start)), None)


def is_over(case: CaseStatus) -> bool:
    """Whether nothing more is to come."""
    return case.status in capabilities.of("open311")["over"]
