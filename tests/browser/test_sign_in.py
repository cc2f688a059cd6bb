"""Signing in with a real browser: from the chat that only its script knows, through the service, and back."""

import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_httpserver import HTTPServer
from werkzeug.serving import make_server

from channels import answers, conversations, turns
from channels.app import create_app
from core import identity
from core.database import writing
from core.settings import settings
from tests.bot.dialogue import installation
from tests.browser.conftest import WATCH
from tests.channels.web.sign_in import ANSWER, CLIENT, JANE, KIND, TOPIC, forget, rasa_answers
from tests.servers import free_port

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from oidc_provider_mock import User, run_server_in_thread

pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config")


@pytest.fixture
def app(tmp_path: Path, httpserver: HTTPServer) -> Iterator[str]:
    """Address of the app, in a thread of this process."""
    rasa_answers(httpserver)
    with run_server_in_thread(user_claims=[User(sub="jane", claims=dict(JANE))]) as service:
        values = {
            "OIDC_ISSUER": f"http://localhost:{service.server_port}",
            "OIDC_CLIENT_ID": CLIENT,
            "OIDC_CLIENT_SECRET": "a secret",
            "IDENTITY_REQUIRED": KIND,
            "WEB_PORT": str(free_port()),
            "RASA_HOST": str(httpserver.host),
            "RASA_PORT": str(httpserver.port),
        }
        with installation(tmp_path, **{f"NUTMEG_{name}": value for name, value in values.items()}):
            forget()
            server = make_server("127.0.0.1", settings().web_port, create_app(), threaded=True)
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
            thread.start()
            yield settings().public_base
            server.shutdown()
            thread.join()
            server.server_close()
    forget()


def asked_in_the_chat() -> str:
    """A conversation whose last answer is the link."""
    me = conversations.open_web("en").id
    link = identity.begin(me, KIND, TOPIC, {})
    said = {
        "text": "Please sign in.", "lang": "en", "dir": "ltr", "answer": "utter_identity_needed", "topic": TOPIC,
        "choices": [], "links": [{"title": "Sign in", "url": link}], "sources": [], "reviewed": True, "english": None,
    }  # fmt: skip
    with writing() as connection:
        accepted = turns.accept(connection, me, "a-key", "am I registered")
        answers.store(connection, answers.Ending(accepted.inbox_id, me, "web", turns.State.ANSWERED, None), [said])
    return me


def breaches(page: Page) -> list[str]:
    found: list[str] = page.evaluate("window.breaches")
    return found


@pytest.mark.parametrize("with_script", [True, False])
def test_a_resident_signs_in_from_the_chat_and_finds_the_answer_there(
    chromium: Browser, app: str, with_script: bool
) -> None:
    me = asked_in_the_chat()
    token = conversations.token_for(me)
    context = chromium.new_context(base_url=app, locale="en-US", java_script_enabled=with_script)
    context.set_default_timeout(15_000)
    if with_script:  # the conversation was opened by the script: no cookie knows it
        context.add_init_script(WATCH)
        context.add_init_script(f"location.pathname === '/chat' && sessionStorage.setItem('nutmeg.token', '{token}')")
    else:
        context.add_cookies([{"name": "nutmeg_chat", "value": token, "url": f"{app}/chat"}])
    chat = context.new_page()
    chat.goto("/chat")
    with context.expect_page() as opened:
        chat.get_by_role("link", name="Sign in").click()
    page = opened.value
    expect(page.get_by_text("In the chat you asked about this")).to_be_visible()
    assert token not in page.url
    if with_script:
        assert breaches(page) == []
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="jane").click()
    expect(page.get_by_text("You are signed in")).to_be_visible()
    assert identity.verified(me, KIND)
    page.get_by_role("link", name="Go to the chat").click()
    expect(page.get_by_text("I have signed in.")).to_be_visible()
    expect(page.get_by_role("main").get_by_text(ANSWER)).to_be_visible()
    context.close()


def test_the_page_of_the_sign_in_is_accessible(chromium: Browser, app: str, axe: str) -> None:
    me = asked_in_the_chat()
    link = identity.begin(me, KIND, TOPIC, {})
    context = chromium.new_context(base_url=app, locale="en-US", bypass_csp=True)
    context.add_cookies([{"name": "nutmeg_chat", "value": conversations.token_for(me), "url": f"{app}/chat"}])
    page = context.new_page()
    for path in (link, "/chat/identity/" + "A" * 22):
        page.goto(path)
        page.evaluate(axe)
        assert [found["id"] for found in page.evaluate("axe.run()")["violations"]] == []
    context.close()
