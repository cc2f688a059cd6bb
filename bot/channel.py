"""Rasa's door for the public app: one turn in, its answers out.

`POST /webhooks/nutmeg/messages` with `Authorization: Bearer <NUTMEG_RASA_SECRET>` and
`{sender, message_id, text, choice?, metadata: {channel, language_hint, again, until, masked}}` answers
`{language, messages: [{text, lang, dir, answer, topic, choices, links, sources, reviewed, english}]}`.
Unlike Rasa's REST channel it keeps metadata, never splits a text, logs no text, and runs a message once: asked `again`,
it repeats what it answered then. Where a number was `masked` (core/sensitive.py), a warning comes first.

`POST /webhooks/nutmeg/notices` with `{subscription, language}` answers `{language, messages, found}`: what is to be
texted about something that a resident follows, outside any conversation (bot/notices.py).
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
from bot.notices import said_and_found
from core.languages import LANGUAGES, PSEUDO_LOCALES
from core.logs import logger
from core.sensitive import without_markers
from core.settings import settings
from core.text import clean

log = logger("channel")

CHANNELS = ("web", "sms")
NOTICES = "sms"
"""The channel of notices: they are text messages."""
PUBLIC = ("text", "lang", "dir", "answer", "topic", "choices", "links", "sources", "reviewed", "english")
TURN_SECONDS = 30
WARNING = "utter_masked_number"
ONLY_MASKED = "/masked_number"
"""What is understood where nothing was said but a number that was masked."""
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

        @door.route("/notices", methods=["POST"])
        async def notices(request: Request) -> HTTPResponse:
            if not _is_allowed(request):
                return json({"error": "unauthorized"}, 401)
            wanted = _read_notice(request.json)
            if wanted is None:
                return json({"error": "malformed"}, 400)
            try:
                async with asyncio.timeout(TURN_SECONDS):
                    return json(await _notice(request.app.ctx.agent, *wanted))
            except TimeoutError:
                return json({"error": "busy"}, 503)
            except Exception:
                log.exception("notice_failed")
                return json({"error": "failed"}, 500)

        return door


async def _notice(agent: Any, subscription: int, language: str) -> dict[str, Any]:
    said, found = await said_and_found(agent, CollectingChannel(NOTICES), subscription, language)
    served = [(event.text or "", (event.metadata or {}).get("served") or {}) for event in said]
    return {"language": language, "messages": [_public(*one) for one in served], "found": found}


async def _turn(agent: Any, asked: UserMessage) -> Any:
    async with agent.lock_store.lock(asked.sender_id):
        # Looked up inside the lock: of two tries of one message that both wait, the second finds what the first did.
        if asked.metadata["again"]:
            tracker = await agent.tracker_store.retrieve_full_tracker(asked.sender_id)
            said = already_said(tracker, asked.message_id) if tracker else None
            if said is not None:
                await _warn(agent, asked, said["messages"])
                return said
        if asked.metadata["until"] is not None and time.time() > asked.metadata["until"]:
            raise TimeoutError  # whoever asked has given up, and may have asked again
        asked.metadata["asked"] = await asked_for(agent, asked.sender_id)
        await agent.processor.handle_message(asked)
    collected: CollectingChannel = asked.output_channel
    if not collected.messages:
        log.error("turn_without_answer", conversation=asked.sender_id)
        tracker = await agent.tracker_store.retrieve(asked.sender_id)
        apology = await agent.nlg.generate(APOLOGY, tracker, collected.name(), domain_responses=agent.domain.responses)
        await collected.send_response(asked.sender_id, apology)
    await _warn(agent, asked, collected.messages)
    return {"language": collected.language or asked.metadata["language_hint"] or "en", "messages": collected.messages}


async def asked_for(agent: Any, sender_id: str) -> str | None:
    """The slot that a form of this conversation waits for."""
    tracker = await agent.tracker_store.retrieve(sender_id)
    return tracker.get_slot("requested_slot") if tracker else None


async def _warn(agent: Any, asked: UserMessage, messages: list[dict[str, Any]]) -> None:
    """Puts before the answers that a number was removed, unless that is the answer."""
    if not asked.metadata["masked"] or any(message["answer"] == WARNING for message in messages):
        return
    tracker = await agent.tracker_store.retrieve(asked.sender_id)
    channel: str = asked.output_channel.name()
    made = tracker and await agent.nlg.generate(WARNING, tracker, channel, domain_responses=agent.domain.responses)
    if made:
        messages.insert(0, _public(made["text"], made["served"]))


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


def _read_notice(body: Any) -> tuple[int, str] | None:
    """Id of the subscription and the language to tell it in."""
    if not isinstance(body, dict):
        return None
    subscription, language = body.get("subscription"), body.get("language")
    if type(subscription) is not int or not isinstance(language, str):
        return None
    return subscription, language if language in LANGUAGES else "en"


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
    masked = metadata.get("masked") or []
    if channel not in CHANNELS or not isinstance(masked, list):
        return None
    if masked:
        text = without_markers(text)
        choice = choice or (None if text else ONLY_MASKED)
    return UserMessage(
        choice or clean(text).lstrip("/ \t\n") or "?",
        CollectingChannel(channel),
        sender,
        input_channel=channel,
        message_id=str(body.get("message_id", "")),
        metadata={
            "language_hint": hint if isinstance(hint, str) and hint in LANGUAGES else None,
            # Understood as English; `context.language_of` answers in it.
            "pseudo_locale": hint if isinstance(hint, str) and hint in PSEUDO_LOCALES else None,
            "again": metadata.get("again") is True,
            "until": until if isinstance(until, int | float) else None,
            "masked": [kind for kind in masked if isinstance(kind, str)],
        },
    )
