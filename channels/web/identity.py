"""Signing in before a look-up: the page behind the link, the way to the sign-in service and back (core/identity.py).

A link of a web chat opens for the browser that holds the conversation: by the page's cookie, or by the token that
`chat.js` sends along. A link in a text message is its own proof. The page then gives the browser a cookie of its own,
and only a browser with that cookie can go on, and come back: nobody can be sent into somebody else's sign-in, neither
by a form of another site nor by a callback address. Opening the page uses nothing up, because programs that preview
links open them too; the button does.
"""

import contextlib
import hmac
import json
import time
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from channels import conversations, turns, wake
from channels.answers import agency_phone
from channels.conversations import Conversation
from channels.web import formats, limits, oidc, reader_language
from channels.web.errors import Refusal
from channels.web.headers import origin_of
from channels.web.oidc import SignInFailed, Started
from channels.web.page import COOKIE, cookie_kind
from channels.words_web import word
from core import identity as requests
from core import values
from core.database import reading, writing
from core.identity import LIVES, PATH, Request
from core.logs import logger
from core.privacy import KeyMissing, decrypt, encrypt
from core.settings import settings
from core.wording import wording

identity = Blueprint("identity", __name__)
log = logger("identity")

OWN_COOKIE = "nutmeg_identity"
SMS = "sms"
LARGEST_FORM = 8 * 1024
LAST_DIGITS = 2


@identity.before_request
def limit_size() -> None:
    request.max_content_length = LARGEST_FORM


@identity.get(f"{PATH}<token>")
def ask(token: str) -> AnyResponse:
    """Who asks and why, with a button; for the conversation's own browser."""
    asked = requests.look(token)
    if asked is None:
        return _told("identity_gone", status=404)
    conversation = conversations.find(asked.conversation_id)
    holds = request.cookies.get(COOKIE, "")
    if conversation is None or (conversation.channel != SMS and not _is_of(conversation, holds)):
        return _told("identity_elsewhere", status=403)
    return _asking(asked, conversation)


@identity.post(f"{PATH}<token>")
def go_on(token: str) -> AnyResponse:
    """With the conversation's token: the page. With the page's button: on to the sign-in service."""
    asked = requests.look(token)
    if asked is None:
        return _told("identity_gone", status=404)
    conversation = conversations.find(asked.conversation_id)
    if conversation is None:
        return _told("identity_gone", status=404)
    limits.check_message(request, conversation.id)
    if "conversation" in request.form:
        if _is_of(conversation, request.form["conversation"]):
            return _asking(asked, conversation)
        return _told("identity_elsewhere", status=403)
    if _kept().get("request") != asked.id or request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return _told("identity_elsewhere", conversation, status=403)
    return _to_the_service(token, conversation)


@identity.get(oidc.CALLBACK)
def come_back() -> AnyResponse:
    """The browser returns from the sign-in service."""
    kept, error = _kept(), request.args.get("error")
    conversation = conversations.find(kept["conversation"]) if "state" in kept else None
    if conversation is None:
        return _failed("state")
    if error == "access_denied" and "state" not in request.args:
        return _told("identity_denied", conversation)  # some services leave the state out; nothing is changed by it
    if not hmac.compare_digest(request.args.get("state", "").encode(), str(kept["state"]).encode()):
        return _failed("state", conversation)
    if error:
        return _failed("denied" if error == "access_denied" else "refused", conversation)
    if request.args.get("iss", settings().oidc_issuer) != settings().oidc_issuer:  # RFC 9207
        return _failed("other_issuer", conversation)
    limits.check_message(request, conversation.id)
    try:
        claims = oidc.finish(Started(kept["state"], kept["nonce"], kept["verifier"]), request.args.get("code", ""))
    except SignInFailed as failed:
        return _failed(failed.code, conversation)
    with writing() as connection:
        done = requests.complete(connection, kept["request"], claims)
        if done:
            said = word("identity_signed_in", reader_language.of(request, conversation.language))
            accepted = turns.accept(connection, conversation.id, f"identity-{done.id}", said, f"/{done.topic}")
    if done is None:
        return _failed("too_late", conversation)
    _answer(conversation, accepted.inbox_id)
    log.info("signed_in", conversation=conversation.id, topic=done.topic)
    answer = _told("identity_done_sms" if conversation.channel == SMS else "identity_done", conversation)
    if conversation.channel != SMS:  # so that "Go to the chat" leads to this one, also where only chat.js knew it
        token = conversations.token_for(conversation.id)
        answer.set_cookie(COOKIE, token, path="/chat", httponly=True, **cookie_kind())
    return _without_cookie(answer)


@identity.errorhandler(Refusal)
def refuse(refusal: Refusal) -> AnyResponse:
    reader = reader_language.of(request)
    answer = _page(reader=reader, sentences=[refusal.sentence(reader)], status=refusal.status)
    answer.headers.update(refusal.headers)
    return answer


@identity.errorhandler(HTTPException)
def unreadable(error: HTTPException) -> AnyResponse:
    return refuse(Refusal("body_too_large" if error.code == 413 else "bad_request"))


def _answer(conversation: Conversation, inbox_id: int) -> None:
    """Have the look-up made. On the web that is waited for, so that who goes back to the chat finds the answer."""
    if conversation.channel != SMS:
        with contextlib.suppress(turns.StillWorking):
            turns.run(inbox_id, settings().web_reply_seconds)
            return
    wake.up(inbox_id)


def _to_the_service(token: str, conversation: Conversation) -> AnyResponse:
    try:
        url, started = oidc.start()
    except SignInFailed as failed:
        return _failed(failed.code, conversation)
    taken = requests.take(token)
    if taken is None:
        return _told("identity_gone", conversation, status=404)
    log.info("sent_to_sign_in", conversation=conversation.id, topic=taken.topic)
    return _keep(redirect(url), taken, started.as_dict())


def _asking(asked: Request, conversation: Conversation) -> AnyResponse:
    reader = reader_language.of(request, conversation.language)
    topic = wording(values.words(f"utter_title_{asked.topic}"), reader.code)
    ending = _ending(conversation)
    first = (
        word("identity_asked_sms", reader, topic=topic, ending=ending)
        if ending
        else word("identity_asked", reader, topic=topic)
    )
    service = origin_of(settings().oidc_issuer).partition("//")[2]
    answer = _page(
        reader=reader,
        sentences=[first, word("identity_why", reader), word("identity_what", reader, service=service)],
        warning=word("identity_stranger", reader),
        button=word("identity_sign_in", reader),
    )
    return _keep(answer, asked, {})


def _ending(conversation: Conversation) -> str:
    """The last digits of the phone that gets the answer: whoever was handed the link by somebody else can see it."""
    if conversation.channel != SMS:
        return ""
    with reading() as connection:
        return conversations.number_of(connection, conversation.id)[-LAST_DIGITS:]


def _is_of(conversation: Conversation, token: str) -> bool:
    found = conversations.access(token)
    return found is not None and found.id == conversation.id


def _failed(reason: str, conversation: Conversation | None = None) -> AnyResponse:
    """The sign-in did not succeed. The link is used up; a new one comes with the next question."""
    log.warning("sign_in_failed", reason=reason, conversation=conversation.id if conversation else None)
    key = {"denied": "identity_denied", "no_birth_date": "identity_no_birth_date"}.get(reason, "identity_failed")
    return _without_cookie(_told(key, conversation, status=200 if reason == "denied" else 400))


def _told(key: str, conversation: Conversation | None = None, status: int = 200) -> AnyResponse:
    """One sentence, and where that is no good news, whom to call instead."""
    reader = reader_language.of(request, conversation.language if conversation else None)
    sentences = [word(key, reader)]
    if key in ("identity_failed", "identity_no_birth_date", "identity_denied") and agency_phone():
        sentences.append(formats.call_instead(reader))
    is_web = conversation is None or conversation.channel != SMS
    return _page(reader=reader, sentences=sentences, status=status, leads_to_chat=is_web)


def _page(*, status: int = 200, **shown: Any) -> Response:
    reader = shown["reader"]
    text = render_template(
        "identity.html",
        word=lambda key, **filled: word(key, reader, **filled),
        state=formats.state_name(),
        asset=current_app.extensions["nutmeg_assets"],
        **shown,
    )
    return Response(text, status)


def _keep(answer: AnyResponse, asked: Request, more: dict[str, str]) -> AnyResponse:
    """Give the browser what it must bring back, encrypted; it is good for as long as a link is."""
    seconds = int(LIVES.total_seconds())
    held = {"request": asked.id, "conversation": asked.conversation_id, "until": time.time() + seconds, **more}
    answer.set_cookie(
        OWN_COOKIE,
        encrypt(json.dumps(held)).decode(),
        max_age=seconds,
        path=PATH,
        httponly=True,
        secure=request.is_secure,
        samesite="Lax",  # sent when the sign-in service sends the browser back, not with a form of another site
    )
    return answer


def _kept() -> dict[str, Any]:
    """What `_keep` gave this browser; empty when that is missing, not ours or too old."""
    try:
        held = json.loads(decrypt(request.cookies.get(OWN_COOKIE, "").encode()))
    except (KeyMissing, ValueError):
        return {}
    is_ours = isinstance(held, dict) and held.get("until", 0) > time.time()
    return held if is_ours else {}


def _without_cookie(answer: AnyResponse) -> AnyResponse:
    answer.delete_cookie(OWN_COOKIE, path=PATH)
    return answer
