"""A message that is only a place ("06360", "and in Danbury?") asks the last lookup, or flow, again for it."""

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions.dmv import ActionDmvOffice, ActionDmvWaitTime
from actions.lookup import Answer, Events, Lookup, send
from actions.service import ActionServiceClosures
from actions.vote import ActionVoteDeadline, ActionVoteElectionDates

PLACE_LOOKUPS: dict[str, type[Lookup]] = {
    lookup.topic: lookup
    for lookup in (
        ActionDmvOffice, ActionDmvWaitTime, ActionServiceClosures, ActionVoteDeadline, ActionVoteElectionDates,
    )
}  # fmt: skip
PLACE_FLOWS = ("vote_polling_place", "vote_early", "vote_ballot")


class ActionFollowUpPlace(Action):
    def name(self) -> str:
        return "action_follow_up_place"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> Events:
        if not _names_a_place(tracker):
            send(dispatcher, Answer("utter_unclear"))  # a date or a number that nobody asked for
            return []
        topic = str(tracker.get_slot("topic"))
        if topic in PLACE_FLOWS:
            return [FollowupAction(f"{topic}_form")]
        lookup = PLACE_LOOKUPS.get(topic)
        if lookup is None:
            send(dispatcher, Answer("utter_which_place_topic"))
            return []
        return await lookup().run(dispatcher, tracker, domain)


def _names_a_place(tracker: Tracker) -> bool:
    message: Mapping[str, Any] = tracker.latest_message or {}
    return any(entity.get("entity") in ("town", "office") for entity in message.get("entities") or ())
