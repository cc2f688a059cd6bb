"""Coming back from the sign-in service: what counts, what does not, and the answer in the chat or as a text."""

import logging
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from pytest_httpserver import HTTPServer
from sqlalchemy import select

from channels import conversations, wake
from core import erasure, identity
from core.database import reading, writing
from core.tables import now, outbox
from tests.channels.web.sign_in import (
    ANSWER,
    KIND,
    Browser,
    Issuer,
    Start,
    asked,
    come_back,
    issuer,
    mine,
    new_link,
    query,
    rasa_answers,
    sentences,
    start,
    visitor,
)  # fmt: skip
from tests.twilio_double import ACCOUNT, OUR_NUMBER, TOKEN, TwilioDouble, twilio, twilio_server

__all__ = ["issuer", "mine", "start", "twilio", "twilio_server", "visitor"]

NUMBER = "+18605550142"


def test_after_the_sign_in_the_chat_page_shows_this_conversation(visitor: Browser, issuer: Issuer) -> None:
    me = conversations.open_web("en").id
    link = new_link(me)
    visitor.client.post(urlsplit(link).path, data={"conversation": conversations.token_for(me)})
    done = come_back(visitor, issuer, query(visitor.press(link).headers["Location"]))
    assert done.status_code == 200
    held = visitor.client.get_cookie("nutmeg_chat", path="/chat")
    assert held
    found = conversations.access(held.value)
    assert found
    assert found.id == me


@pytest.mark.parametrize(
    "changes", [{"state": "another"}, {"state": ""}, {"iss": "https://elsewhere.example"}, {"error": "server_error"}]
)
def test_an_answer_that_does_not_fit_is_refused(
    visitor: Browser, issuer: Issuer, mine: str, changes: dict[str, str]
) -> None:
    page = come_back(visitor, issuer, visitor.go(new_link(mine)), **changes)
    assert page.status_code == 400
    assert "did not work" in sentences(page)
    assert issuer.token_requests == []
    assert asked() == []


@pytest.mark.parametrize(
    ("claim", "value"),
    [("nonce", "another"), ("aud", "another"), ("iss", "https://elsewhere.example"), ("exp", 1_000_000_000)],
)
def test_a_token_that_does_not_fit_is_refused(
    visitor: Browser, issuer: Issuer, mine: str, claim: str, value: Any
) -> None:
    issuer.bend = lambda claims: claims.update({claim: value})
    page = come_back(visitor, issuer, visitor.go(new_link(mine)))
    assert page.status_code == 400
    assert identity.verified(mine, KIND) is None
    assert asked() == []


def test_the_service_cannot_send_another_browser_back(visitor: Browser, issuer: Issuer, mine: str) -> None:
    sent = visitor.go(new_link(mine))
    stranger = Browser(visitor.client.application)
    assert come_back(stranger, issuer, sent).status_code == 400
    assert asked() == []


def test_coming_back_counts_once(visitor: Browser, issuer: Issuer, mine: str) -> None:
    sent = visitor.go(new_link(mine))
    assert come_back(visitor, issuer, sent).status_code == 200
    assert come_back(visitor, issuer, sent).status_code == 400
    assert len(asked()) == 1


def test_one_browser_cannot_have_the_service_asked_over_and_over(start: Start, issuer: Issuer) -> None:
    visitor = start(issuer.url, MESSAGES_PER_MINUTE="4")
    me = conversations.open_web("en").id
    visitor.hold(me)
    sent = visitor.go(new_link(me))
    kept = visitor.client.get_cookie("nutmeg_identity", path=identity.PATH)
    assert kept
    issuer.token_status = 400
    statuses = []
    for _ in range(6):
        visitor.client.set_cookie("nutmeg_identity", kept.value, path=identity.PATH)
        statuses.append(come_back(visitor, issuer, sent).status_code)
    assert statuses == [400, 400, 400, 429, 429, 429]
    assert len(issuer.token_requests) == 3


def test_coming_back_too_late_counts_nothing(visitor: Browser, issuer: Issuer, mine: str) -> None:
    sent = visitor.go(new_link(mine))
    with time_machine.travel(now().timestamp() + 601, tick=False):
        assert come_back(visitor, issuer, sent).status_code == 400
    assert identity.verified(mine, KIND) is None


def test_who_has_deleted_the_conversation_meanwhile_gets_no_answer(visitor: Browser, issuer: Issuer, mine: str) -> None:
    sent = visitor.go(new_link(mine))
    erasure.delete_conversation(mine)
    assert come_back(visitor, issuer, sent).status_code == 400
    assert asked() == []


def test_nothing_about_anybody_reaches_the_log(
    visitor: Browser, issuer: Issuer, mine: str, capfd: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # the made-up issuer's own
    secret = {"Quillfeather", "1984", "jane", "a-code"}
    for bend in (lambda _claims: None, lambda claims: claims.update(nonce="another")):
        issuer.bend = bend
        link = new_link(mine)
        sent = visitor.go(link)
        come_back(visitor, issuer, sent)
        secret |= {link[-22:], sent["state"], sent["nonce"]}
    logged = "".join(capfd.readouterr())
    assert "signed_in" in logged
    assert "sign_in_failed" in logged
    assert [word for word in secret if word in logged] == []


# ---- text messages


@pytest.fixture
def texting(start: Start, issuer: Issuer, twilio: TwilioDouble, httpserver: HTTPServer) -> Browser:
    """The link is opened on a phone; a stand-in for Rasa answers the topic."""

    rasa_answers(httpserver)
    return start(
        issuer.url,
        RASA_HOST=str(httpserver.host),
        RASA_PORT=str(httpserver.port),
        TWILIO_ACCOUNT_SID=ACCOUNT,
        TWILIO_AUTH_TOKEN=TOKEN,
        TWILIO_FROM=OUR_NUMBER,
        TWILIO_API_URL=twilio.url,
    )


def work() -> None:
    """What the worker does when it is woken."""
    task = wake.queue().dequeue()
    assert task
    wake.queue().execute(task)


def by_text() -> str:
    with writing() as connection:
        return conversations.open_sms(connection, NUMBER)


def test_by_text_the_link_itself_is_the_proof_and_the_page_says_which_phone_asks(texting: Browser) -> None:
    page = texting.open(new_link(by_text()))
    assert page.status_code == 200
    assert "ends in 42" in sentences(page)
    assert NUMBER[-7:] not in page.get_data(as_text=True)


def test_by_text_the_answer_is_sent_to_the_phone(texting: Browser, issuer: Issuer, twilio: TwilioDouble) -> None:
    done = come_back(texting, issuer, texting.go(new_link(by_text())))
    assert "comes as a text" in sentences(done)
    assert texting.client.get_cookie("nutmeg_chat", path="/chat") is None
    work()
    assert twilio.bodies_to(NUMBER) == [ANSWER]


def test_on_the_web_the_answer_is_in_the_chat(texting: Browser, issuer: Issuer) -> None:
    me = conversations.open_web("en").id
    texting.hold(me)
    come_back(texting, issuer, texting.go(new_link(me)))
    token = conversations.token_for(me)
    answer = texting.client.get("/chat/api/messages?after=0", headers={"Authorization": f"Bearer {token}"})
    said = [(message["from"], message["text"]) for message in answer.get_json()["messages"]]
    assert said == [("resident", "I have signed in."), ("assistant", ANSWER)]
    with reading() as connection:
        assert connection.execute(select(outbox.c.conversation_id)).scalar_one() == me
