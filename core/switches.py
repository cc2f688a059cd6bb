"""Topics that staff have switched off: their answers become "please ask the agency directly", at once.

Two places count, joined: the setting file `data/jurisdictions/<state>/switches.yml` (for what ships switched off) and
the table that `nutmeg topics off` writes. Both are looked at again every second, so no restart and no training.
"""

import time
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError

from core.database import reading, writing
from core.jurisdiction import folder, read_yaml
from core.logs import logger
from core.tables import now, topic_switch

FRESH_SECONDS = 1.0

log = logger("switches")


@dataclass
class _Seen:
    at: float = float("-inf")
    off: frozenset[str] = frozenset()


_seen = _Seen()


def switched_off() -> frozenset[str]:
    """Ids of the topics that are off now; at most a second old. An unreachable database leaves what was known."""
    if time.monotonic() - _seen.at > FRESH_SECONDS:
        try:
            _seen.off = frozenset(_from_file() | _from_table().keys())
        except SQLAlchemyError:
            log.warning("switches_not_read", exc_info=True)
        _seen.at = time.monotonic()
    return _seen.off


def all_switches() -> dict[str, str]:
    """Topics that are off, with the reason."""
    return dict.fromkeys(_from_file(), "setting file") | _from_table()


def switch_off(topic: str, reason: str) -> None:
    with writing() as connection:
        connection.execute(delete(topic_switch).where(topic_switch.c.topic == topic))
        connection.execute(topic_switch.insert().values(topic=topic, reason=reason, since=now()))


def switch_on(topic: str) -> bool:
    """Whether the topic was off by the table; a topic of the setting file stays off until it is taken out there."""
    with writing() as connection:
        return connection.execute(delete(topic_switch).where(topic_switch.c.topic == topic)).rowcount > 0


def _from_table() -> dict[str, str]:
    with reading() as connection:
        return {
            row.topic: row.reason for row in connection.execute(select(topic_switch.c.topic, topic_switch.c.reason))
        }


def _from_file() -> set[str]:
    path = folder() / "switches.yml"
    return set(read_yaml(path) or ()) if path.exists() else set()
