"""From the link in the chat to the sign-in service, with one that others wrote, and which links open for whom."""

import base64
import hashlib
import warnings
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest
import time_machine
import urllib3

from channels import conversations, wake
from core import identity
from core.settings import settings
from core.tables import now
from core.values import words
from core.wording import wording
from tests.channels.web.sign_in import (
    JANE,
    KIND,
    TOPIC,
    Browser,
    Issuer,
    Start,
    asked,
    come_back,
    issuer,
    mine,
    new_link,
    query,
    sentences,
    start,
    visitor,
)  # fmt: skip

with warnings.catch_warnings():
    # It is older than the library below it.
    warnings.simplefilter("ignore")
    from oidc_provider_mock import User, run_server_in_thread

pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config")
__all__ = ["issuer", "mine", "start", "visitor"]

FORM = {"Content-Type": "application/x-www-form-urlencoded"}

# ---- with a sign-in service that others wrote


@pytest.fixture
def service() -> Iterator[str]:
    jane = User(sub="jane", claims=dict(JANE))
    nobody = User(sub="nobody", claims={})
    with run_server_in_thread(user_claims=[jane, nobody]) as server:
        yield f"http://localhost:{server.server_port}"


def decide(address: str, **form: str) -> dict[str, str]:
    """What a person does at the service; the query it sends the browser back with."""
    answer = urllib3.request("POST", address, body=urlencode(form), headers=FORM, redirect=False, retries=False)
    assert answer.status == 302, answer.data[:500]
    assert urlsplit(answer.headers["Location"]).path == "/chat/identity/callback"
    return query(answer.headers["Location"])


def test_the_whole_way_puts_the_topic_into_the_chat_again(start: Start, service: str) -> None:
    visitor = start(service)
    me = conversations.open_web("en").id
    visitor.hold(me)
    link = new_link(me)
    page = visitor.open(link)
    assert page.status_code == 200
    assert wording(words(f"utter_title_{TOPIC}"), "en") in sentences(page)
    assert urlsplit(service).netloc in sentences(page)
    address = visitor.press(link).headers["Location"]
    assert address.startswith(f"{service}/")
    done = visitor.come_back(**decide(address, sub="jane"))
    assert done.status_code == 200
    assert "You are signed in" in sentences(done)
    claims = identity.verified(me, KIND)
    assert claims
    assert (claims.birth_date.isoformat(), claims.name) == ("1984-03-12", "Quillfeather")
    (row,) = asked()
    assert (row.conversation_id, row.choice, row.text) == (me, f"/{TOPIC}", "I have signed in.")
    assert wake.queue().pending_count() == 1
    assert identity.held(me, TOPIC) == {"voter_town": "Norwich"}


def test_who_says_no_at_the_service_is_told_so(start: Start, service: str) -> None:
    visitor = start(service)
    me = conversations.open_web("en").id
    visitor.hold(me)
    link = new_link(me)
    visitor.open(link)
    told = decide(visitor.press(link).headers["Location"], action="deny")
    assert told["error"] == "access_denied"
    page = visitor.come_back(**told)
    assert page.status_code == 200
    assert "You did not sign in" in sentences(page)
    assert identity.verified(me, KIND) is None
    assert asked() == []


def test_an_account_without_a_date_of_birth_is_told_what_is_missing(start: Start, service: str) -> None:
    visitor = start(service)
    me = conversations.open_web("en").id
    visitor.hold(me)
    link = new_link(me)
    visitor.open(link)
    page = visitor.come_back(**decide(visitor.press(link).headers["Location"], sub="nobody"))
    assert "date of birth" in sentences(page)
    assert asked() == []


# ---- the page


def test_the_page_is_ours_alone_and_lets_its_form_lead_to_the_service(visitor: Browser, mine: str) -> None:
    headers = visitor.open(new_link(mine)).headers
    policy = headers["Content-Security-Policy"]
    assert f"form-action 'self' https: {settings().oidc_issuer};" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_the_page_speaks_the_language_of_the_conversation(visitor: Browser) -> None:
    me = conversations.open_web("es").id
    visitor.hold(me)
    page = visitor.open(new_link(me))
    assert '<html lang="es"' in page.get_data(as_text=True)
    assert "Iniciar sesión" in sentences(page)


def test_opening_the_page_uses_nothing_up(visitor: Browser, mine: str) -> None:
    link = new_link(mine)
    assert [visitor.open(link).status_code for _ in range(3)] == [200, 200, 200]
    assert visitor.press(link).status_code == 302


def test_the_button_sends_the_browser_on_with_pkce(visitor: Browser, issuer: Issuer, mine: str) -> None:
    sent = visitor.go(new_link(mine))
    assert sent["code_challenge_method"] == "S256"
    come_back(visitor, issuer, sent)
    (request,) = issuer.token_requests
    digest = hashlib.sha256(request.form["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == sent["code_challenge"]


# ---- links that don't work


def test_a_link_that_was_followed_is_refused(visitor: Browser, mine: str) -> None:
    link = new_link(mine)
    visitor.go(link)
    for again in (visitor.open(link), visitor.press(link)):
        assert again.status_code == 404
        assert "no longer works" in sentences(again)


def test_an_expired_link_is_refused(visitor: Browser, mine: str) -> None:
    link = new_link(mine)
    visitor.open(link)
    with time_machine.travel(now().timestamp() + 601, tick=False):
        for late in (visitor.open(link), visitor.press(link)):
            assert late.status_code == 404
            assert "no longer works" in sentences(late)


def test_a_link_that_never_was_looks_like_one_that_is_over(visitor: Browser, mine: str) -> None:
    link = new_link(mine)
    visitor.go(link)
    made_up = "/chat/identity/" + "A" * 22
    assert sentences(visitor.open(made_up)) == sentences(visitor.open(link))


def test_a_link_of_another_conversation_is_refused(visitor: Browser, mine: str) -> None:
    theirs = new_link(conversations.open_web("en").id)
    for answer in (visitor.open(theirs), visitor.press(theirs)):
        assert answer.status_code == 403
        assert "belongs to another chat" in sentences(answer)
    assert identity.look(theirs.rpartition("/")[2])  # and it still works where it belongs


def test_a_browser_without_a_conversation_is_refused(visitor: Browser) -> None:
    assert visitor.open(new_link(conversations.open_web("en").id)).status_code == 403


def test_the_button_of_another_page_or_another_look_up_does_not_open_a_link(visitor: Browser, mine: str) -> None:
    first = new_link(mine)
    assert visitor.press(first).status_code == 403  # the page was never seen
    visitor.open(first)
    other = identity.begin(mine, "credential", "dmv_credential_status", {})
    assert visitor.press(other).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_of_another_site_is_refused(visitor: Browser, mine: str, site: str) -> None:
    link = new_link(mine)
    visitor.open(link)
    assert visitor.press(link, **{"Sec-Fetch-Site": site}).status_code == 403


def test_the_script_opens_a_link_by_the_conversations_token(visitor: Browser) -> None:
    me, other = (conversations.open_web("en").id for _ in range(2))
    link = new_link(me)
    path = urlsplit(link).path
    for wrong in (conversations.token_for(other), "rubbish", ""):
        assert visitor.client.post(path, data={"conversation": wrong}).status_code == 403
    page = visitor.client.post(path, data={"conversation": conversations.token_for(me)})
    assert page.status_code == 200
    assert visitor.press(link).status_code == 302


def test_a_service_that_is_away_uses_no_link_up(start: Start, issuer: Issuer) -> None:
    visitor = start("http://127.0.0.1:9")
    me = conversations.open_web("en").id
    visitor.hold(me)
    link = new_link(me)
    visitor.open(link)
    page = visitor.press(link)
    assert page.status_code == 400
    assert "did not work" in sentences(page)
    assert identity.look(link.rpartition("/")[2])
