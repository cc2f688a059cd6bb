"""The topics: what residents can want, and what kind of answer each gets. The list is `data/topics.yml`."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from core.jurisdiction import read_yaml
from core.settings import REPOSITORY

OUT_OF_SCOPE = "out_of_scope"

ASPECTS = {
    "ask_cost": "cost",
    "ask_documents": "documents",
    "ask_where": "where",
    "ask_online": "online",
}
"""Intents of follow-up questions that name no topic ("how much is it?"), and the part of an answer they ask for."""


class Kind(StrEnum):
    ANSWER = "answer"
    LOOKUP = "lookup"
    FLOW = "flow"
    CONTROL = "control"


@dataclass(frozen=True)
class Topic:
    id: str
    area: str
    kind: Kind
    wants: str
    """What a resident wants who writes about it."""

    @property
    def is_offered(self) -> bool:
        """Whether it can stand on a button among the likeliest topics."""
        return self.kind is not Kind.CONTROL


@cache
def topics() -> dict[str, Topic]:
    raw = read_yaml(REPOSITORY / "data" / "topics.yml")
    return {name: Topic(name, entry["area"], Kind(entry["kind"]), entry["wants"]) for name, entry in raw.items()}
