"""A form played turn by turn: what Rasa does around a form's action (slots, requested slot, events), without a model.

What a message means is given by the test: its intent and entities, as the model would find them.
"""

import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.actions.asking import Said, check_complete

Execute = Callable[[dict[str, Any]], Awaitable[dict[str, Any] | None]]


@dataclass
class Form:
    """`await form.begin("book an appointment")`, then `await form.say("Norwich", town="Norwich")`; `form.slots`."""

    execute: Execute
    topic: str
    channel: str = "web"
    sender: str = field(default_factory=lambda: f"web-{uuid.uuid4().hex}")
    slots: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    """What the choices of the last question stand for."""
    active: bool = False
    stepped_aside: bool = False
    """The last message was another question: Rasa would answer it, and the form ask again."""

    async def begin(self, text: str = "", **entities: Any) -> list[Said]:
        self._hear(text, self.topic, entities, None)
        self.events.append({"event": "active_loop", "name": f"{self.topic}_form"})
        self.active = True
        return await self._run()

    async def say(self, text: str, intent: str = "inform", ranking: Any = (), **entities: Any) -> list[Said]:
        self._hear(text, intent, entities, None, ranking)
        return await self._run()

    async def pick(self, value: str) -> list[Said]:
        assert value in self.offered, self.offered
        self._hear("/inform", "inform", {}, value)
        return await self._run()

    async def come_back(self) -> list[Said]:
        """After another question was answered."""
        self.events.append({"event": "action_execution_rejected", "name": f"{self.topic}_form"})
        return await self._run()

    def _hear(self, text: str, intent: str, entities: dict[str, Any], picked: str | None, ranking: Any = ()) -> None:
        found = [_entity(kind, value, text) for kind, value in entities.items()]
        if picked is not None:
            found.append({"entity": "pick", "value": picked})
        if "town" in entities:
            self.slots["town"] = entities["town"]
        listed = [{"name": name, "confidence": share} for name, share in ranking]
        self.latest = {
            "text": text,
            "intent": {"name": intent, "confidence": 0.95},
            "intent_ranking": listed,
            "entities": found,
            "metadata": {"language_hint": "en"},
            "language": "en",
        }
        self.events.append({"event": "user", "text": text, "input_channel": self.channel, "parse_data": self.latest})

    async def _run(self) -> list[Said]:
        said, events = await self._call(f"validate_{self.topic}_form")
        self.stepped_aside = not any(event.get("event") == "slot" for event in events)
        self._apply(events)
        if not self.stepped_aside and self.slots.get("requested_slot") is None:
            self.active = False
            self.events.append({"event": "active_loop", "name": None})
            more, events = await self._call(f"action_{self.topic}")
            self._apply(events)
            said += more
            if any(event.get("event") == "followup" for event in events):
                self.events.append({"event": "active_loop", "name": f"{self.topic}_form"})
                self.active = True
                again, events = await self._call(f"validate_{self.topic}_form")
                self._apply(events)
                said += again
        return said

    async def _call(self, action: str) -> tuple[list[Said], list[dict[str, Any]]]:
        tracker = {
            "sender_id": self.sender,
            "slots": dict(self.slots),
            "latest_message": self.latest,
            "events": list(self.events),
            "paused": False,
            "active_loop": {"name": f"{self.topic}_form"} if self.active else {},
            "latest_action_name": None,
            "latest_input_channel": self.channel,
            "followup_action": None,
        }
        answer = await self.execute(
            {"next_action": action, "sender_id": self.sender, "tracker": tracker, "domain": {"forms": {}, "slots": {}}}
        )
        assert answer is not None
        said = []
        for message in answer["responses"]:
            assert message["text"] is None
            kept = ("response", "values", "notes", "links", "sources")
            said.append(Said(**{key: message[key] for key in kept}))
            check_complete(said[-1])
            if message.get("options"):
                self.offered = [_picked(option["intent"]) for option in message["options"]]
        return said, answer["events"]

    def _apply(self, events: list[dict[str, Any]]) -> None:
        for event in events:
            if event.get("event") == "slot":
                self.slots[event["name"]] = event["value"]


def _entity(kind: str, value: Any, text: str) -> dict[str, Any]:
    """An entity of a test: its value, or a dictionary with what else the model says of it (`has_year` …)."""
    said = dict(value) if isinstance(value, dict) else {"value": value}
    return {"entity": kind, "start": 0, "end": len(text), "text": text, **said}


def _picked(intent: str) -> str:
    return str(json.loads(intent.removeprefix("/inform"))["pick"])
