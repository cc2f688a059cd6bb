"""A resident speaks: the message is stored, then answered, whether it came from the script or from the plain form."""

from typing import Any

from sqlalchemy import select

from channels import turns, wake
from channels.conversations import Conversation, find, open_web
from channels.web import transcript
from channels.web.errors import Refusal
from channels.web.resident_text import LONGEST, clean
from channels.words_web import word
from core.database import reading, writing
from core.languages import Language, language
from core.sensitive import masked
from core.settings import settings
from core.tables import inbox

GREET = "/chat_greet"
PERSON = "person"
"""A choice that is always offered: "Talk to a person"."""
PERSON_INTENT = "/chat_human"

RETRY_SECONDS = 5


def open_conversation(wanted: Language | None, origin: str | None) -> tuple[Conversation, list[dict[str, Any]]]:
    """A new conversation and its greeting; the greeting comes later when Rasa is away."""
    made = open_web(wanted.code if wanted else None, origin)
    try:
        stored = _run(made, transcript.GREETING_KEY, "", GREET)
    except Refusal:
        stored = []
    return find(made.id) or made, stored


def say(conversation: Conversation, message_id: str, text: str) -> list[dict[str, Any]]:
    """Answers to a typed message. Raises Refusal "empty_text", "text_too_long", "id_reused" or "answer_later"."""
    cleaned = clean(text)
    if not cleaned:
        raise Refusal("empty_text")
    if len(cleaned) > LONGEST:
        raise Refusal("text_too_long")
    return _run(conversation, message_id, cleaned, None)


def choose(conversation: Conversation, message_id: str, payload: str) -> list[dict[str, Any]]:
    """Answers to a pressed choice. Raises Refusal "unknown_choice", "id_reused" or "answer_later"."""
    if payload == PERSON:
        title = word("talk_to_person", language(conversation.language))
        return _run(conversation, message_id, title, PERSON_INTENT)
    offered = transcript.offered_choice(conversation.id, payload)
    if offered is None:
        raise Refusal("unknown_choice")
    return _run(conversation, message_id, offered.title, offered.intent)


def _run(conversation: Conversation, key: str, text: str, intent: str | None) -> list[dict[str, Any]]:
    with writing() as connection:
        accepted = turns.accept(connection, conversation.id, key, text, intent)
        claimed = None if accepted.is_duplicate else turns.claim(connection, accepted.inbox_id)
    if accepted.is_duplicate:
        _check_duplicate(accepted.inbox_id, text, intent)
    try:
        return turns.run(accepted.inbox_id, settings().web_reply_seconds, claimed)
    except turns.StillWorking:
        wake.up(accepted.inbox_id)
        raise Refusal("answer_later", retry_after=RETRY_SECONDS) from None


def _check_duplicate(inbox_id: int, text: str, intent: str | None) -> None:
    with reading() as connection:
        row = connection.execute(
            select(inbox.c.text, inbox.c.choice, inbox.c.state, inbox.c.attempts).where(inbox.c.id == inbox_id)
        ).one()
    # The title of a choice may have changed its language since, so a choice is compared by its intent alone.
    if row.choice != intent or (intent is None and row.text != masked(text).text):
        raise Refusal("id_reused")
    if row.state == turns.State.ACCEPTED and row.attempts:
        # The worker asks again in its own time; an impatient browser must not use the tries of a turn up.
        raise Refusal("answer_later", retry_after=RETRY_SECONDS)
