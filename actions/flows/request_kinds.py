"""What can be requested, in a resident's words (`open311.services` of `apis.yml`), and which kind a message means."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from actions.apis import capabilities, service_requests
from actions.apis.service_kinds import ServiceKind
from actions.flows.heard import Heard, Option
from actions.lookup import NoAnswer
from actions.lookup import known as value_of
from core import values
from core.text import fold, words
from core.values import Value

UPSTREAM = "open311"
MOST_IN_A_LIST = 9
GROUP, ALL = "group:", "all"
"""What choices stand for that lead to other choices: the kinds of one group, all of them."""
IMPLIED = 0.2
"""Confidence from which a topic that comes along ("my title has the wrong name on it") names the kind."""


def entry(code: str) -> dict[str, Any]:
    """What `apis.yml` says of a kind; empty for one that is not offered here."""
    found: dict[str, Any] = (capabilities.of(UPSTREAM).get("services") or {}).get(code) or {}
    return found


def word_of(code: str, name: str = "") -> Value:
    """A kind in a resident's words; the system's own name where there are none."""
    word = entry(code).get("word")
    return values.words(str(word)) if word else values.text(name or code)


async def offered() -> list[ServiceKind]:
    """The kinds that the system takes and `apis.yml` has words for. Raises NoAnswer when there is none."""
    found, _ = value_of(await service_requests.services())
    kinds = [kind for kind in found if entry(kind.code)]
    if not kinds:
        raise NoAnswer
    return kinds


def choices(kinds: Sequence[ServiceKind]) -> list[Option]:
    """All kinds, or their groups where these are too many for one list."""
    return [_option(kind) for kind in kinds] if len(kinds) <= MOST_IN_A_LIST else groups(kinds)


def some(kinds: Iterable[ServiceKind]) -> list[Option]:
    """A few of the kinds, and the way back to all."""
    return [*(_option(kind) for kind in kinds), Option(ALL, values.words("utter_word_request_all"))]


def groups(kinds: Sequence[ServiceKind]) -> list[Option]:
    known: dict[str, str] = capabilities.of(UPSTREAM).get("groups") or {}
    names = dict.fromkeys(kind.group for kind in kinds)
    return [
        Option(f"{GROUP}{name}", values.words(known[name]) if name in known else values.text(name)) for name in names
    ]


def titled(heard: Heard, kinds: Sequence[ServiceKind]) -> list[ServiceKind]:
    """The kind that was pressed, or all whose title the message says."""
    return [kind for kind in kinds if heard.chosen([_option(kind)])]


def suggested(heard: Heard, kinds: Sequence[ServiceKind]) -> list[ServiceKind]:
    """The kinds that a word and the topic of the message suggest; where they agree on none, all that either does."""
    if heard.picked:
        return []
    said = f" {' '.join(words(fold(heard.text)))} "
    topics = {topic for topic, share in heard.ranking if share >= IMPLIED}
    worded = [kind for kind in kinds if any(_says(said, keyword) for keyword in entry(kind.code).get("keywords", ()))]
    topical = [kind for kind in kinds if not topics.isdisjoint(entry(kind.code).get("topics", ()))]
    both = [kind for kind in worded if kind in topical]
    return both or [kind for kind in kinds if kind in worded or kind in topical]


def group_meant(heard: Heard, kinds: Sequence[ServiceKind]) -> str | None:
    """The group whose title or own name a message says, or whose choice was pressed."""
    if heard.picked:
        return heard.picked.removeprefix(GROUP) if heard.picked.startswith(GROUP) else None
    if title := heard.chosen(groups(kinds)):
        return title.removeprefix(GROUP)
    said = words(fold(heard.text))
    return next((kind.group for kind in kinds if kind.group.lower() in said), None)


def _option(kind: ServiceKind) -> Option:
    return Option(kind.code, word_of(kind.code, kind.name))


WITHOUT_SPACES = re.compile("[\u3400-\u9fff]")


def _says(said: str, keyword: str) -> bool:
    """Whether a message says a word or two, or characters of a script without spaces."""
    wanted = fold(str(keyword))
    if WITHOUT_SPACES.search(wanted):
        return wanted in said
    return f" {wanted} " in said or f" {wanted}s " in said
