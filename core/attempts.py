"""Lock-outs: whoever tries five wrong combinations within an hour cannot use that lookup for a day.

Counted by whose conversation it is, by the network address it was opened from, and by the thing looked up, each of them
as a keyed hash. A locked lookup is not made and counts nothing, so a lock is never prolonged. A right try clears
nothing: with one's own record one could otherwise go on guessing at other people's. The words and the time of an answer
are the same whether a record exists or not (`actions/even_time.py`); this module knows nothing of records.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import delete, insert, select

from core.database import reading, writing
from core.logs import logger
from core.privacy import keyed_hash
from core.tables import attempt, conversation, now

log = logger("attempts")

MOST_WRONG = 5
WITHIN = dt.timedelta(hours=1)
LOCKED_FOR = dt.timedelta(days=1)
KEPT_FOR = WITHIN + LOCKED_FOR
LONGEST_KIND = 40


def who(conversation_id: str, thing: str | None = None) -> tuple[str, ...]:
    """Everybody and everything a try counts for.

    A conversation by text message is its phone number. `thing` is what is looked up (an application number, or name
    with date of birth) in one spelling; without it only who asks is counted.
    """
    with reading() as connection:
        origin = connection.execute(
            select(conversation.c.origin).where(conversation.c.id == conversation_id)
        ).scalar_one_or_none()
    found = [f"conversation {conversation_id}"]
    found += [f"origin {origin}"] if origin else []
    found += [f"thing {thing}"] if thing else []
    return tuple(found)


def is_locked(kind: str, who: Iterable[str]) -> bool:
    """Whether one of them had MOST_WRONG wrong tries WITHIN an hour, less than LOCKED_FOR ago."""
    since = now() - KEPT_FOR
    tries: dict[str, list[dt.datetime]] = defaultdict(list)
    with reading() as connection:
        for row in connection.execute(
            select(attempt.c.key, attempt.c.at)
            .where(attempt.c.key.in_(_keys(who)), attempt.c.kind == kind, attempt.c.at > since)
            .order_by(attempt.c.at, attempt.c.id)
        ):
            tries[row.key].append(row.at)
    return any(_locks(found) for found in tries.values())


def failed(kind: str, who: Iterable[str]) -> None:
    """Count a wrong try for each of them. Tries that lock nothing any more are removed."""
    if len(kind) > LONGEST_KIND:
        raise ValueError(f"the kind of a lookup has at most {LONGEST_KIND} characters")
    at = now()
    with writing() as connection:
        connection.execute(delete(attempt).where(attempt.c.at < at - KEPT_FOR))
        connection.execute(insert(attempt), [{"kind": kind, "key": key, "at": at} for key in _keys(who)])
    log.info("wrong_try", task=kind)


def _keys(who: Iterable[str]) -> list[str]:
    return [keyed_hash("wrong tries", one) for one in dict.fromkeys(who)]


def _locks(tries: list[dt.datetime]) -> bool:
    """`tries` are in order of time."""
    fresh = now() - LOCKED_FOR
    return any(
        last > fresh and last - first <= WITHIN for first, last in zip(tries, tries[MOST_WRONG - 1 :], strict=False)
    )
