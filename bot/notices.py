"""Notices: what the worker has to text to somebody who follows something, made by the action server and the catalogue.

No conversation is touched: the tracker lives for this one question, so that neither the number of a request nor a phone
number is ever stored with one, and no form is disturbed.
"""

from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import OutputChannel
from rasa.shared.core.events import BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

ACTION = "action_service_notice"
SLOT = "notice"
"""Where the action puts what was found (actions/notices.py)."""


async def said_and_found(
    agent: Any, channel: OutputChannel, subscription: int, language: str
) -> tuple[list[BotUttered], dict[str, Any] | None]:
    """The messages, none when nothing is to be told, and what was found; None when nothing could be found out."""
    tracker = DialogueStateTracker(f"notice-{subscription}", agent.domain.slots)
    heard: dict[str, Any] = {"text": "", "intent": {"name": None}, "entities": [], "language": language}
    tracker.update(UserUttered("", parse_data=heard, input_channel=channel.name()))
    events = await RemoteAction(ACTION, agent.action_endpoint).run(channel, agent.nlg, tracker, agent.domain)
    said = [event for event in events if isinstance(event, BotUttered)]
    found = next((event.value for event in events if isinstance(event, SlotSet) and event.key == SLOT), None)
    return said, found
