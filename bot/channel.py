"""Rasa's door for the public app: one turn in, its answers out.

`POST /webhooks/nutmeg/messages` with `Authorization: Bearer <NUTMEG_RASA_SECRET>` and
`{sender, message_id, text, choice?, metadata: {channel, language_hint, again, until}}` answers
`{language, messages: [{text, lang, dir, answer, topic, choices, links, sources, reviewed, english}]}`.
Unlike Rasa's REST channel it keeps metadata, never splits a text, logs no text, and runs a message once: asked `again`,
it repeats what it answered then.
"""

import asyncio
import hmac
import time
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.core.lock_store import LockError
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, Request
from sanic.response import HTTPResponse, json

from bot.nlg import APOLOGY
from core.languages import LANGUAGES
from core.logs import logger
from core.settings import settings
from core.text import clean

log = logger("channel")

CHANNELS = ("web", "sms")
PUBLIC = ("text", "lang", "dir", "answer", "topic", "choices", "links", "sources", "reviewed", "english")
TURN_SECONDS = 30
LONGEST_SENDER = 64
"""As in the tables."""


class CollectingChannel(OutputChannel):
    """Collects one turn's messages; its name decides which variants of the answers are used."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.messages: list[dict[str, Any]] = []
        self.language: str | None = None
        """The conversation's language, as the answers know it."""

    def name(self) -> str:
        return self._name

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        served = message.get("served") or {}
        self.language = served.get("conversation_language")
        self.messages.append(_public(message.get("text") or "", served))


class NutmegChannel(InputChannel):
    """Named in `credentials.yml`."""

    @classmethod
    def name(cls) -> str:
        return "nutmeg"

    def blueprint(self, _on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        door = Blueprint("nutmeg")

        @door.route("/health", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            agent = request.app.ctx.agent
            ready = agent is not None and agent.is_ready()
            return json({"ready": ready, "model": agent.model_id if ready else None}, 200 if ready else 503)

        @door.route("/messages", methods=["POST"])
        async def messages(request: Request) -> HTTPResponse:
            if not _is_allowed(request):
                return json({"error": "unauthorized"}, 401)
            asked = _read(request.json)
            if asked is None:
                return json({"error": "malformed"}, 400)
            try:
                async with asyncio.timeout(TURN_SECONDS):
                    return json(await _turn(request.app.ctx.agent, asked))
            except (TimeoutError, LockError):
                return json({"error": "busy"}, 503)
            except Exception:
                log.exception("turn_failed", conversation=asked.sender_id)
                return json({"error": "failed"}, 500)

        return door


async def _turn(agent: Any, asked: UserMessage) -> Any:
    async with agent.lock_store.lock(asked.sender_id):
        # Looked up inside the lock: of two tries of one message that both wait, the second finds what the first did.
        if asked.metadata["again"]:
            tracker = await agent.tracker_store.retrieve_full_tracker(asked.sender_id)
            said = already_said(tracker, asked.message_id) if tracker else None
            if said is not None:
                return said
        if asked.metadata["until"] is not None and time.time() > asked.metadata["until"]:
            raise TimeoutError  # whoever asked has given up, and may have asked again
        await agent.processor.handle_message(asked)
    collected: CollectingChannel = asked.output_channel
    if not collected.messages:
        log.error("turn_without_answer", conversation=asked.sender_id)
        tracker = await agent.tracker_store.retrieve(asked.sender_id)
        apology = await agent.nlg.generate(APOLOGY, tracker, collected.name(), domain_responses=agent.domain.responses)
        await collected.send_response(asked.sender_id, apology)
    return {"language": collected.language or asked.metadata["language_hint"] or "en", "messages": collected.messages}


def already_said(tracker: DialogueStateTracker, message_id: str) -> dict[str, Any] | None:
    """The answers that this message got, if its turn was run to the end; else None."""
    messages: list[dict[str, Any]] | None = None
    language = "en"
    for event in tracker.events:
        if isinstance(event, UserUttered):
            if messages is not None:
                break
            if event.message_id == message_id:
                messages = []
                language = str((event.parse_data or {}).get("language", "en"))
        elif messages is not None and isinstance(event, BotUttered):
            messages.append(_public(event.text or "", (event.metadata or {}).get("served") or {}))
    return {"language": language, "messages": messages} if messages else None


def _public(text: str, served: dict[str, Any]) -> dict[str, Any]:
    made = {"text": text} | {key: served.get(key) for key in PUBLIC if key != "text"}
    return made | {key: made[key] or [] for key in ("choices", "links", "sources")}


def _is_allowed(request: Request) -> bool:
    given = request.headers.get("authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {settings().rasa_secret}".encode())


def _read(body: Any) -> UserMessage | None:
    """The message of a well-formed request; a text is never taken for one of Rasa's `/intent` commands."""
    if not isinstance(body, dict):
        return None
    sender, text, choice, metadata = (body.get(key) for key in ("sender", "text", "choice", "metadata"))
    if not isinstance(sender, str) or not 0 < len(sender) <= LONGEST_SENDER or not isinstance(text, str):
        return None
    if not isinstance(metadata, dict) or not isinstance(choice, str | None):
        return None
    channel, hint, until = metadata.get("channel"), metadata.get("language_hint"), metadata.get("until")
    if channel not in CHANNELS:
        return None
    return UserMessage(
        choice or clean(text).lstrip("/ \t\n") or "?",
        CollectingChannel(channel),
        sender,
        input_channel=channel,
        message_id=str(body.get("message_id", "")),
        metadata={
            "language_hint": hint if isinstance(hint, str) and hint in LANGUAGES else None,
            "again": metadata.get("again") is True,
            "until": until if isinstance(until, int | float) else None,
        },
    )
