"""Rasa's tracker store on Nutmeg's own database.

Rasa's stock SQL store commits once per event and counts what is stored before each save; this one writes a turn's new
events in one transaction, and reads back the current session only. What a resident says, is told and gives is encrypted
(core/stored_events.py). Once written an event changes only when it is erased (core/erasure.py).
"""

import datetime as dt
import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from sqlalchemy import Connection, func, insert, select

from core.database import reading, writing
from core.stored_events import opened, sealed
from core.tables import tracker_event

STORED = "_nutmeg_stored"


class _Stored:
    """How much of a tracker the database holds: kept on the tracker, so that saving needs no counting."""

    def __init__(self, events: int, position: int, session: int) -> None:
        self.events = events
        """Events of this tracker object that are stored."""
        self.position = position
        """Position that the conversation's next event gets."""
        self.session = session
        """Number of the current session."""


class NutmegTrackerStore(TrackerStore):
    """Named in `endpoints.yml`; the database is the one of the settings."""

    def __init__(
        self,
        domain: Domain | None = None,
        host: EndpointConfig | str | None = None,
        event_broker: EventBroker | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)

    async def create_tracker(self, sender_id: str, append_action_listen: bool = True) -> DialogueStateTracker:
        """A new tracker. The one that a turn starts with is stored at the turn's end, together with what it brings."""
        if append_action_listen:
            return await super().create_tracker(sender_id, append_action_listen)
        return self.init_tracker(sender_id)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append the tracker's new events, all or none."""
        await self.stream_events(tracker)
        with writing() as connection:
            stored = getattr(tracker, STORED, None) or self._find_stored(connection, tracker)
            new = list(tracker.events)[stored.events :]
            if not new:
                return
            session = stored.session
            rows = []
            for offset, event in enumerate(new):
                session += isinstance(event, SessionStarted)
                rows.append(
                    {
                        "sender_id": tracker.sender_id,
                        "position": stored.position + offset,
                        "session": session,
                        "type": event.type_name,
                        "timestamp": dt.datetime.fromtimestamp(event.timestamp, dt.UTC),
                        "event": sealed(_as_json(event.as_dict())),
                    }
                )
            connection.execute(insert(tracker_event), rows)
        setattr(tracker, STORED, _Stored(len(tracker.events), stored.position + len(new), session))

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker with the events of its current session."""
        with reading() as connection:
            last = select(func.max(tracker_event.c.session)).where(tracker_event.c.sender_id == sender_id)
            rows = _events(connection, sender_id, tracker_event.c.session == last.scalar_subquery())
        return self._tracker(sender_id, rows)

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """The tracker with the events of all its sessions."""
        with reading() as connection:
            rows = _events(connection, conversation_id)
        return self._tracker(conversation_id, rows)

    async def exists(self, conversation_id: str) -> bool:
        with reading() as connection:
            known = select(tracker_event.c.id).where(tracker_event.c.sender_id == conversation_id).limit(1)
            return connection.execute(known).first() is not None

    async def keys(self) -> Iterable[str]:
        with reading() as connection:
            return list(connection.execute(select(tracker_event.c.sender_id).distinct()).scalars())

    def _tracker(self, sender_id: str, rows: list[Any]) -> DialogueStateTracker | None:
        if not rows:
            return None
        tracker = DialogueStateTracker.from_events(
            sender_id, [_event(opened(row.event)) for row in rows], self.domain.slots, self.max_event_history
        )
        setattr(tracker, STORED, _Stored(len(tracker.events), rows[-1].position + 1, rows[-1].session))
        return tracker

    def _find_stored(self, connection: Connection, tracker: DialogueStateTracker) -> _Stored:
        """For a tracker that this store has not made: what it shares with the stored session stands at its start."""
        last = select(func.max(tracker_event.c.session)).where(tracker_event.c.sender_id == tracker.sender_id)
        rows = _events(connection, tracker.sender_id, tracker_event.c.session == last.scalar_subquery())
        if not rows:
            return _Stored(0, 0, 0)
        return _Stored(len(rows), rows[-1].position + 1, rows[-1].session)


def _events(connection: Connection, sender_id: str, *only: Any) -> list[Any]:
    return list(
        connection.execute(
            select(tracker_event.c.event, tracker_event.c.position, tracker_event.c.session)
            .where(tracker_event.c.sender_id == sender_id, *only)
            .order_by(tracker_event.c.position)
        )
    )


def _event(stored: dict[str, Any]) -> Event:
    """One event as Rasa's object. Rasa searches all its classes each time: a quarter of a turn, measured."""
    made: Event = _event_class(stored["event"])._from_parameters(stored)
    return made


@cache
def _event_class(name: str) -> Any:
    return Event.resolve_by_type(name)


def _as_json(event: dict[str, Any]) -> dict[str, Any]:
    """Plain JSON: numbers of NumPy and the like become Python's."""
    plain: dict[str, Any] = json.loads(json.dumps(event, default=float))
    return plain
