"""A message that is only a place ("06360", "and in Danbury?") repeats the last lookup for that place."""

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.dmv import ActionDmvOffice, ActionDmvWaitTime
from actions.lookup import Answer, Events, Lookup, send
from actions.service import ActionServiceClosures
from actions.vote import ActionVoteDeadline, ActionVoteEarly, ActionVoteElectionDates

PLACE_LOOKUPS: dict[str, type[Lookup]] = {
    lookup.topic: lookup
    for lookup in (
        ActionDmvOffice, ActionDmvWaitTime, ActionServiceClosures,
        ActionVoteDeadline, ActionVoteEarly, ActionVoteElectionDates,
    )
}  # fmt: skip


class ActionFollowUpPlace(Action):
    def name(self) -> str:
        return "action_follow_up_place"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        lookup = PLACE_LOOKUPS.get(str(tracker.get_slot("topic")))
        if lookup is None:
            send(dispatcher, Answer("utter_which_place_topic"))
            return []
        return await lookup().run(dispatcher, tracker, domain)
