"""The state of a service request in one word, to tell it and to see whether it has changed."""

from actions.apis import capabilities
from actions.apis.open311 import CaseStatus


def state_of(case: CaseStatus) -> str:
    """The response that says the state: by the beginning of the agency's note, else by the status word."""
    terms = capabilities.of("open311")
    notes: dict[str, str] = terms["notes"]
    note = case.note.lower()
    told = next((response for start, response in notes.items() if note.startswith(start)), None)
    return told or str(terms["words"].get(case.status, "utter_word_case_unknown"))


def is_over(case: CaseStatus) -> bool:
    """Whether nothing more is to come."""
    return case.status in capabilities.of("open311")["over"]
