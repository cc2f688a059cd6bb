"""How a call to a state system can end. Connectors return one of these and raise nothing."""

import datetime as dt
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Found(Generic[T]):
    """The answer, and when the state's system gave it."""

    value: T
    at: dt.datetime


@dataclass(frozen=True)
class NotFound:
    """The system works and knows no such thing, or shows it to nobody."""


@dataclass(frozen=True)
class NeedsIdentity:
    """The system would answer, but only to a person who has signed in."""


@dataclass(frozen=True)
class Rejected:
    """The system refuses this question; asking again would not help. The reason is a short code, not prose."""

    reason: str


@dataclass(frozen=True)
class Unavailable(Generic[T]):
    """No answer can be had now; `cached` is the last one known, when it is young enough to be of use."""

    since: dt.datetime
    cached: Found[T] | None = None
    is_doubtful: bool = False
    """A change was sent and no answer came: it may have been made."""


Result: TypeAlias = Found[T] | NotFound | NeedsIdentity | Rejected | Unavailable[T]
