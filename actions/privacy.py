""" "Delete my data": done at once, and told."""

import asyncio
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, AllSlotsReset
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.exc import SQLAlchemyError
from structlog.contextvars import bound_contextvars

from actions.lookup import Answer, Events, send
from core import erasure, values
from core.jurisdiction import agency_for
from core.logs import logger
from core.settings import settings

log = logger("actions")


class ActionDeleteMyData(Action):
    """Erases the conversation; the turn that asks for it is erased where it ends (core/erasure.py)."""

    def name(self) -> str:
        return "action_delete_my_data"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        with bound_contextvars(conversation=tracker.sender_id):
            send(dispatcher, await _delete(tracker.sender_id))
        return [AllSlotsReset(), ActiveLoop(None)]


async def _delete(conversation_id: str) -> Answer:
    try:
        deleted = await asyncio.to_thread(erasure.delete_conversation, conversation_id)
    except SQLAlchemyError:
        log.exception("not_deleted")
        agency = agency_for(None)
        filled = {"agency": values.text(agency.name), "phone": values.phone(agency.phone)}
        return Answer("utter_data_not_deleted", filled)
    return Answer(
        "utter_data_deleted",
        {
            "messages": values.count(deleted.messages),
            "bookings": values.count(deleted.bookings),
            "years": {"unit": "years", "value": settings().disclosure_years},
        },
    )
