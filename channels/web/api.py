"""The chat's JSON API, described by `channels/openapi.yaml` and docs/api.md."""

import re
from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from channels import conversations
from channels.conversations import Conversation
from channels.web import formats, limits, reader_language, speech, transcript
from channels.web.errors import Refusal
from channels.web.resident_text import LONGEST, clean
from channels.words_web import words_for_script
from core.languages import Language, language

api = Blueprint("api", __name__, url_prefix="/chat/api")

LARGEST_BODY = 64 * 1024
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
OPEN = {"api.open_conversation", "api.words"}
"""Endpoints that need no token; every other one works on the conversation of its token."""


@api.before_request
def need_token() -> None:
    request.max_content_length = LARGEST_BODY + 1  # one more, to tell a whole body from one that was cut off
    if request.endpoint in OPEN or request.method == "OPTIONS":
        return
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    conversation = conversations.access(token.strip()) if scheme.lower() == "bearer" else None
    if conversation is None:
        raise Refusal("unauthorized")
    g.conversation = conversation


def speaker() -> Conversation:
    """The conversation that the request's token opens."""
    found: Conversation = g.conversation
    return found


@api.post("/conversations")
def open_conversation() -> tuple[Response, int]:
    wanted = json_object(may_be_empty=True).get("language")
    if wanted is not None and not (isinstance(wanted, str) and TAG.fullmatch(wanted)):
        raise Refusal("bad_request")
    limits.check_opening(request)
    given = reader_language.match(wanted) if wanted else reader_language.accepted(request)
    conversation, stored = speech.open_conversation(given, limits.address_key(request))
    return jsonify(
        conversation=conversation.id,
        token=conversations.token_for(conversation.id),
        language=conversation.language or "en",
        messages=transcript.answers(stored, conversation),
    ), 201


@api.post("/messages")
def send_message() -> Response:
    body = json_object()
    message_id, text, choice = body.get("id"), body.get("text"), body.get("choice")
    if not (isinstance(message_id, str) and UUID.fullmatch(message_id)) or ("text" in body) == ("choice" in body):
        raise Refusal("bad_request")
    limits.check_message(request, speaker().id)
    if isinstance(text, str):
        stored = speech.say(speaker(), message_id.lower(), text)
    elif isinstance(choice, str):
        stored = speech.choose(speaker(), message_id.lower(), choice)
    else:
        raise Refusal("bad_request")
    return news(transcript.answers(stored, conversations.find(speaker().id) or speaker()))


@api.get("/messages")
def read_messages() -> Response:
    after = request.args.get("after", "0")
    if not re.fullmatch(r"[0-9]{1,10}", after) or int(after) > transcript.LARGEST_SEQ:
        raise Refusal("bad_request")
    limits.check_reading(speaker().id)
    return news(transcript.messages_after(speaker(), int(after)))


@api.post("/feedback")
def send_feedback() -> tuple[str, int]:
    body = json_object()
    seq, helpful, comment = body.get("seq"), body.get("helpful"), body.get("comment")
    if type(seq) is not int or not 1 <= seq <= transcript.LARGEST_SEQ or not isinstance(helpful, bool):
        raise Refusal("bad_request")
    if comment is not None and not isinstance(comment, str):
        raise Refusal("bad_request")
    comment = clean(comment or "")
    if len(comment) > LONGEST:
        raise Refusal("text_too_long")
    limits.check_feedback(speaker().id)
    if not transcript.rate(speaker().id, seq, helpful=helpful, comment=comment):
        raise Refusal("not_found")
    return "", 204


@api.put("/language")
def set_language() -> tuple[str, int]:
    """The language the resident picked from the list; the conversation goes on in it."""
    wanted = json_object().get("language")
    if not isinstance(wanted, str) or (found := reader_language.match(wanted)) is None:
        raise Refusal("bad_request")
    limits.check_feedback(speaker().id)
    conversations.set_language(speaker().id, found.code)
    return "", 204


@api.get("/words/<code>")
def words(code: str) -> Response:
    """The chat page's own words in one language, for its script."""
    found = reader_language.match(code)
    if found is None:
        raise Refusal("not_found")
    answer = jsonify(
        lang=found.tag,
        locale=formats.date_locale(found).replace("_", "-"),
        months=formats.own_months(found),
        dir=found.direction,
        name=found.name,
        words=words_for_script(found),
    )
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


def news(messages: list[dict[str, Any]]) -> Response:
    """Messages, and the conversation's language after them so that the page can follow it."""
    now = conversations.find(speaker().id) or speaker()
    return jsonify(language=now.language or "en", messages=messages)


def json_object(*, may_be_empty: bool = False) -> dict[str, Any]:
    """The request's JSON object. Raises Refusal "not_json", "body_too_large" or "bad_request"."""
    try:
        raw = request.get_data()
    except RequestEntityTooLarge:
        raise Refusal("body_too_large") from None
    except HTTPException:
        raise Refusal("bad_request") from None
    if len(raw) > LARGEST_BODY:
        raise Refusal("body_too_large")
    if may_be_empty and not raw:
        return {}
    if request.mimetype != "application/json":
        raise Refusal("not_json")
    try:
        found = request.get_json()
    except (HTTPException, ValueError, RecursionError):
        raise Refusal("bad_request") from None
    if not isinstance(found, dict):
        raise Refusal("bad_request")
    return found


@api.errorhandler(Refusal)
def refuse(refusal: Refusal) -> tuple[Response, int, dict[str, str]]:
    return error_answer(refusal, _caller_language())


def error_answer(refusal: Refusal, reader: Language) -> tuple[Response, int, dict[str, str]]:
    headers = dict(refusal.headers)
    if refusal.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = jsonify(error={"code": refusal.code, "message": refusal.sentence(reader)})
    return body, refusal.status, headers


def _caller_language() -> Language:
    conversation: Conversation | None = g.get("conversation")
    if conversation and conversation.language:
        return language(conversation.language)
    return reader_language.of(request)
