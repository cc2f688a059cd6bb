"""Twilio's error codes and what follows from each: the table `data/twilio_errors.yml`."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from core.jurisdiction import read_yaml
from core.settings import REPOSITORY


class Action(StrEnum):
    RETRY = "retry"
    FAIL = "fail"
    SUPPRESS = "suppress"
    BLOCKED = "blocked"
    BAD_NUMBER = "bad_number"
    STOP = "stop"


@dataclass(frozen=True)
class Rule:
    action: Action
    alert: bool = False
    """Whether the operator must look at it."""


@cache
def rules() -> dict[int, Rule]:
    raw = read_yaml(REPOSITORY / "data" / "twilio_errors.yml")
    return {code: Rule(Action(entry["do"]), entry.get("alert", False)) for code, entry in raw.items()}


def on_sending(code: int | None, status: int) -> Rule:
    """The rule for an error that Twilio's REST API answered; unlisted codes by their HTTP status."""
    listed = rules().get(code or 0)
    if listed:
        return listed
    if status == 401:
        return Rule(Action.STOP, alert=True)
    return Rule(Action.RETRY) if status == 429 or status >= 500 else Rule(Action.FAIL, alert=True)


def on_report(code: int | None) -> Rule | None:
    """The rule for an error in a delivery report; None when there is nothing to do."""
    return rules().get(code or 0)
