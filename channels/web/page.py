"""`/chat`: the page that works by plain forms, and that `chat.js` makes livelier where it can."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from channels import conversations
from channels.conversations import Conversation
from channels.web import formats, limits, reader_language, speech, transcript
from channels.web.errors import Refusal
from channels.web.headers import embed_origins
from channels.web.presentation import blocks
from channels.web.resident_text import LONGEST, clean
from channels.words_web import word, words_for_script
from core.languages import Language
from core.privacy import derived_key
from core.settings import settings

page = Blueprint("chat", __name__)

COOKIE = "nutmeg_chat"
LARGEST_FORM = 64 * 1024
LONGEST_QUESTION = 300
LATEST = "/chat#latest"
SCRIPTS = ("messages.js", "telling.js", "network.js", "frame.js", "transcript.js", "chat.js")
"""In the order in which they build on each other."""


@page.before_request
def limit_size() -> None:
    request.max_content_length = LARGEST_FORM


@page.get("/chat")
def show() -> Response:
    """The conversation of this browser; `?ask=` writes a question into the box without sending it."""
    draft = clean(request.args.get("ask", ""))[:LONGEST_QUESTION]
    return _render(_conversation(), draft=draft)


@page.post("/chat")
def send() -> AnyResponse:
    try:
        form = request.form
        conversation = _conversation()
        _refuse_foreign_forms(conversation)
        for name, act in ACTIONS.items():
            if form.get(name):
                return act(conversation, form.get(name, ""))
        return _speak(conversation, "text", form.get("text", ""))
    except Refusal as refusal:
        return _refused(refusal)
    except HTTPException as error:
        return _refused(Refusal("body_too_large" if error.code == 413 else "bad_request"))


def _speak(conversation: Conversation | None, kind: str, value: str) -> AnyResponse:
    """Say or choose something; the first words of a browser open its conversation."""
    if kind == "text" and not clean(value):
        raise Refusal("empty_text")
    if conversation is None:
        limits.check_opening(request)
        conversation, _ = speech.open_conversation(_reader(None), limits.address_key(request))
    answer = _back(conversation)
    limits.check_message(request, conversation.id)
    try:
        if kind == "text":
            speech.say(conversation, _form_id(), value)
        else:
            speech.choose(conversation, _form_id(), value)
    except Refusal as refusal:
        if refusal.code != "answer_later":  # the page itself shows what waits
            return _refused(refusal, conversation)
    return answer


def _choose(conversation: Conversation | None, payload: str) -> AnyResponse:
    return _speak(conversation, "choice", payload)


def _start_over(_conversation: Conversation | None, _value: str) -> AnyResponse:
    answer = redirect("/chat", 303)
    answer.delete_cookie(COOKIE, path="/chat", **cookie_kind())
    return answer


def _set_language(conversation: Conversation | None, code: str) -> AnyResponse:
    found = reader_language.match(code)
    if found is None:
        raise Refusal("bad_request")
    if conversation is None:
        limits.check_opening(request)
        conversation, _ = speech.open_conversation(found, limits.address_key(request))
    else:
        conversations.set_language(conversation.id, found.code)
    return _back(conversation)


def _rate(conversation: Conversation | None, value: str) -> AnyResponse:
    """`<seq>.yes` or `<seq>.no`, with or without a comment."""
    seq, _, helpful = value.partition(".")
    if conversation is None or not seq.isascii() or not seq.isdigit() or len(seq) > 9 or helpful not in ("yes", "no"):
        raise Refusal("bad_request")
    limits.check_feedback(conversation.id)
    comment = clean(request.form.get("comment", ""))[:LONGEST]
    transcript.rate(conversation.id, int(seq), helpful=helpful == "yes", comment=comment)
    return redirect(f"/chat#rated-{int(seq)}", 303)


ACTIONS: dict[str, Callable[[Conversation | None, str], AnyResponse]] = {
    "choice": _choose,
    "language": _set_language,
    "start_over": _start_over,
    "feedback": _rate,
}


def _conversation() -> Conversation | None:
    token = request.cookies.get(COOKIE)
    return conversations.access(token) if token else None


def _reader(conversation: Conversation | None) -> Language:
    return reader_language.of(request, conversation.language if conversation else None)


def _back(conversation: Conversation) -> AnyResponse:
    answer = redirect(LATEST, 303)
    answer.set_cookie(COOKIE, conversations.token_for(conversation.id), path="/chat", httponly=True, **cookie_kind())
    return answer


def cookie_kind() -> dict[str, Any]:
    """Inside the frame of another site only a partitioned cookie is kept, and browsers want https for it."""
    if request.is_secure:
        return {"samesite": "None", "secure": True, "partitioned": True}
    return {"samesite": "Lax"}


def _form_id() -> str:
    """The id the page gave its form: a form that is sent twice is one message."""
    given = request.form.get("id", "")
    try:
        return str(uuid.UUID(given))
    except ValueError:
        raise Refusal("bad_request") from None


def form_proof(conversation: Conversation | None) -> str:
    """Shows that a form came from our page, for browsers that do not say where a form comes from."""
    message = conversation.id if conversation else "nobody"
    return hmac.new(derived_key("form"), message.encode(), hashlib.sha256).hexdigest()[:32]


def _refuse_foreign_forms(conversation: Conversation | None) -> None:
    """Cross-site request forgery: believe Sec-Fetch-Site, else Origin, else the proof inside the form.

    `Referrer-Policy: no-referrer` makes browsers send `Origin: null` with our own form, which tells nothing.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin", "null")
    if site is not None:
        is_ours = site in ("same-origin", "none")
    elif origin != "null":
        is_ours = origin in (request.host_url.rstrip("/"), settings().public_base)
    else:
        is_ours = hmac.compare_digest(request.form.get("proof", "").encode(), form_proof(conversation).encode())
    if not is_ours:
        raise Refusal("forbidden")


def _refused(refusal: Refusal, conversation: Conversation | None = None) -> Response:
    """The page again, with what went wrong beside the box and with what was typed still in it."""
    try:
        draft = request.form.get("text", "")
    except HTTPException:
        draft = ""
    answer = _render(conversation or _conversation(), draft=draft, refusal=refusal)
    answer.status_code = refusal.status
    answer.headers.update(refusal.headers)
    if conversation is not None:
        for cookie in _back(conversation).headers.getlist("Set-Cookie"):
            answer.headers.add("Set-Cookie", cookie)
    return answer


def _render(conversation: Conversation | None, *, draft: str, refusal: Refusal | None = None) -> Response:
    reader = _reader(conversation)
    messages = transcript.messages_after(conversation, 0) if conversation else []
    waiting = transcript.unanswered(conversation.id) if conversation else []
    shown = render_template(
        "chat.html",
        reader=reader,
        word=lambda key, **values: word(key, reader, **values),
        languages=reader_language.offered(),
        by_tag=reader_language.by_tag,
        state=formats.state_name(),
        messages=messages,
        answered=max((message["seq"] for message in messages if message["from"] == "resident"), default=0),
        asks_feedback=asking_feedback(messages),
        comment_for=transcript.comment_missing(conversation.id) if conversation else None,
        waiting=waiting,
        blocks=blocks,
        formats=formats,
        scripts=SCRIPTS,
        draft=draft,
        error=refusal.sentence(reader) if refusal else None,
        call_instead=formats.call_instead(reader) if refusal and refusal.status in (429, 503) else None,
        form_id=str(uuid.uuid4()),
        proof=form_proof(conversation),
        token=conversations.token_for(conversation.id) if conversation else "",
        script_words=json.dumps(words_for_script(reader), ensure_ascii=False),
        origins=" ".join(embed_origins()),
        time_zone=formats.time_zone_name(),
        asset=current_app.extensions["nutmeg_assets"],
    )
    return make_response(shown)


def asking_feedback(messages: list[dict[str, Any]]) -> set[int]:
    """The messages that ask "Did this answer your question?": the first answer on each topic, once."""
    first: dict[str, int] = {}
    for message in messages:
        if "helpful" in message:
            first.setdefault(message["topic"], message["seq"])
    return set(first.values())
