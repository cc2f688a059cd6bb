"""axe-core finds nothing: every state, English and Spanish, phone and desktop, light and dark."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.pages import DESKTOP, PHONE, open_chat, said, say, violations
from tests.stack import Stack
from tests.web_server import web_server

LOOKS = [
    ("en", DESKTOP, "light"),
    ("en", PHONE, "dark"),
    ("es", DESKTOP, "dark"),
    ("es", PHONE, "light"),
]
QUESTION = {"en": "how do I renew my license", "es": "cuanto cuesta renovar la licencia"}
BAD_PAGE = """<title>x</title><main><h1>x</h1><input>
<button style="width:9px;height:9px;padding:0"></button><button style="width:9px;height:9px;padding:0"></button>
</main>"""
VAGUE = {"en": "I want to talk to a person", "es": "quiero hablar con una persona"}


@pytest.fixture(params=LOOKS, ids=[f"{lang}-{look}-{size['viewport']['width']}" for lang, size, look in LOOKS])
def look(request: pytest.FixtureRequest, new_page: Callable[..., Page]) -> tuple[str, Page]:
    language, size, scheme = request.param
    return language, new_page(**size, locale=f"{language}-US", color_scheme=scheme)


def test_the_rig_finds_what_is_wrong(new_page: Callable[..., Page], axe: str) -> None:
    page = new_page()
    page.goto("about:blank")
    page.set_content(BAD_PAGE)
    assert {"html-has-lang", "label", "button-name", "target-size"} == {rule for rule, _, _ in violations(page, axe)}


def test_every_state_of_the_page(look: tuple[str, Page], axe: str) -> None:
    language, page = look
    states: dict[str, Any] = {}

    def check(state: str) -> None:
        states[state] = violations(page, axe)

    open_chat(page)
    assert page.locator("html").get_attribute("lang") == language
    check("greeting with choices")
    page.locator("#languages summary").click()
    check("list of languages")
    page.locator("#languages summary").click()
    page.locator(".choices button").first.click()
    expect(page.locator(".message.assistant")).to_have_count(2)
    check("after a choice")
    say(page, QUESTION[language])
    check("after an answer with sources")
    page.locator("button[name=feedback]").last.click()
    check("feedback with a comment")
    say(page, VAGUE[language])
    check("after another answer")
    page.locator(".send").click()
    expect(page.locator("#error")).not_to_be_empty()
    check("error")
    page.locator("#text").fill("x" * 1010)
    check("too long")
    page.context.set_offline(True)
    page.locator("#text").fill("hello")
    page.locator(".send").click()
    expect(page.locator("#banner")).to_be_visible()
    expect(page.locator(".status button")).to_be_visible()
    check("offline with an unsent message")
    page.context.set_offline(False)
    expect(page.locator("#banner")).to_be_hidden()
    check("online again")
    page.emulate_media(media="print")
    check("print")
    assert {state: found for state, found in states.items() if found} == {}


def test_the_state_site_with_the_chat_closed_and_open(look: tuple[str, Page], axe: str) -> None:
    _, page = look
    page.goto("/")
    launcher = page.get_by_role("button", name="Chat with us")
    expect(launcher).to_have_attribute("aria-expanded", "false")
    assert violations(page, axe) == []
    launcher.click()
    frame = opened(page)
    assert violations(page, axe) == []
    assert violations(frame, axe) == []
    page.get_by_role("button", name="Close chat").click()
    expect(launcher).to_be_focused()
    assert violations(page, axe) == []


def opened(page: Page) -> Frame:
    """The frame of the chat, once it is ready."""
    page.frame_locator("iframe").locator("html[data-ready]").wait_for()
    return page.frames[-1]


def test_a_page_for_a_right_to_left_language(stack: Stack, new_page: Callable[..., Page], axe: str, watch: Any) -> None:
    with web_server(stack, NUTMEG_LANGUAGES="en,es,ar") as base:
        watch.allowed.add(base.removeprefix("http://"))
        page = new_page(**PHONE, locale="ar")
        open_chat(page, f"{base}/chat")
        assert page.locator("html").get_attribute("dir") == "rtl"
        say(page, "how do I renew my license")
        assert violations(page, axe) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_is_lost_on_a_narrow_screen_with_large_text(new_page: Callable[..., Page], language: str) -> None:
    page = open_chat(new_page(viewport={"width": 320, "height": 640}, locale=f"{language}-US"))
    say(page, QUESTION[language])
    for size in ("100%", "200%"):
        page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", size)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        for control in (".send", "#text", "#languages summary", "button[value=person]", "button[name=start_over]"):
            box = page.locator(control).bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 320


def test_targets_are_large_enough_for_a_thumb(new_page: Callable[..., Page]) -> None:
    page = open_chat(new_page(**PHONE))
    say(page, "how do I renew my license")
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, summary")].filter((node) => node.offsetParent)
             .map((node) => [node.textContent.trim(), node.getBoundingClientRect()])
             .filter(([, box]) => box.height < 44 || box.width < 24).map(([text, box]) => [text, box.height])"""
    )
    assert small == []


def test_every_message_says_its_language(new_page: Callable[..., Page]) -> None:
    page = open_chat(new_page())
    say(page, "how do I renew my license")
    say(page, "cuanto cuesta renovar la licencia")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    languages = page.locator(".assistant .text").evaluate_all("(all) => all.map((one) => [one.lang, one.dir])")
    assert languages[0] == ["en", "ltr"]
    assert languages[-1] == ["es", "ltr"]
    assert page.locator(".send").inner_text() == "Enviar"
    assert re.search(r"Fuente:.*\(consultada en", page.locator(".source").last.inner_text(), re.DOTALL)
    page.locator(".note summary").last.click()
    expect(page.locator(".note details > div").last).to_have_attribute("lang", "en")
    assert said(page)[-1] == "assistant"
