"""The page in two made-up languages: what was typed into a template, is too long or cannot be mirrored shows here."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.languages import PSEUDO_LOCALES, Language
from tests.browser.looks import faults, reversed_figures, unbracketed
from tests.browser.pages import open_chat, say, violations
from tests.stack import Stack
from tests.web_server import web_server

SCREENS = {"phone": {"viewport": {"width": 320, "height": 640}}, "desk": {"viewport": {"width": 1200, "height": 820}}}


BAD_PAGE = """<title>[One] – Two</title><main aria-label="Main"><h1>[Fine]</h1><p>Typed in <b>[fine]</b></p>
<p dir="rtl" style="unicode-bidi: bidi-override">860-263-5700</p>
<button style="position: fixed; left: 390px; top: 0">[Out]</button>
<button style="position: absolute; left: 0; top: 0">[On]</button><button style="position: absolute; left: 9px; top: 0">
[On]</button><p style="width: 3em; overflow: hidden; white-space: nowrap">[Cut off in the middle]</p></main>"""


@pytest.fixture(scope="module")
def pseudo_web(stack: Stack) -> Iterator[str]:
    with web_server(stack, NUTMEG_PSEUDO_LOCALES="true") as base:
        yield base


@pytest.fixture(params=PSEUDO_LOCALES.values(), ids=list(PSEUDO_LOCALES))
def pseudo_locale(request: pytest.FixtureRequest) -> Language:
    found: Language = request.param
    return found


@pytest.fixture
def open_in(pseudo_web: str, new_page: Callable[..., Page], watch: Any) -> Callable[..., Page]:
    watch.allowed.add(pseudo_web.removeprefix("http://"))

    def opened(language: Language, path: str = "/chat", **screen: Any) -> Page:
        page = new_page(**screen, locale=language.tag)
        page.goto(pseudo_web + path)
        return page

    return opened


def test_the_rig_finds_what_is_wrong(new_page: Callable[..., Page]) -> None:
    page = new_page(viewport={"width": 400, "height": 600})
    page.goto("about:blank")
    page.set_content(BAD_PAGE)
    found = {fault[0] for fault in faults(page)}
    assert {"outside the screen", "on each other", "text sticks out or is cut off"} <= found
    assert [one[0] for one in unbracketed(page)] == ["Typedin", "aria-label", "title"]
    assert reversed_figures(page) == ["860-263-5700"]


@pytest.mark.parametrize("screen", SCREENS)
def test_the_whole_chat(pseudo_locale: Language, open_in: Callable[..., Page], screen: str, axe: str) -> None:
    page = open_in(pseudo_locale, **SCREENS[screen])
    open_chat(page, page.url)
    found: dict[str, list[Any]] = {}

    def look(state: str) -> None:
        found[state] = [*faults(page), *unbracketed(page), *reversed_figures(page), *violations(page, axe)]

    html = page.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == (pseudo_locale.tag, pseudo_locale.direction)
    look("greeting")
    page.locator("#languages summary").click()
    look("list of languages")
    page.locator("#languages summary").click()
    page.locator(".choices button").first.click()
    expect(page.locator(".message.assistant")).to_have_count(2)
    look("after a choice")
    say(page, "how do I renew my license")
    look("after an answer with sources")
    page.locator("button[name=feedback]").last.click()
    look("feedback with a comment")
    for question in ("how much does it cost", "what documents do I need for a REAL ID", "I want to talk to a person"):
        say(page, question)
        look(question)
    say(page, "status of request 24-000123")
    look("a look-up")
    page.locator(".send").click()
    expect(page.locator("#error")).not_to_be_empty()
    look("error")
    page.locator("#text").fill("x" * 1010)
    look("too long")
    page.context.set_offline(True)
    page.locator("#text").fill("hello")
    page.locator(".send").click()
    expect(page.locator(".status button")).to_be_visible()
    look("offline with an unsent message")
    page.context.set_offline(False)
    page.reload()
    page.wait_for_selector("html[data-ready]")
    look("the same made by the server")
    assert {state: wrong for state, wrong in found.items() if wrong} == {}


def test_its_words_run_in_its_direction(pseudo_locale: Language, open_in: Callable[..., Page]) -> None:
    page = open_in(pseudo_locale)
    ends = page.locator("#title").evaluate(
        """(title) => {
          const text = title.firstChild;
          const places = [...text.data].flatMap((letter, place) => (/\\p{L}/u.test(letter) ? [place] : []));
          const left = (place) => {
            const range = document.createRange();
            range.setStart(text, place);
            range.setEnd(text, place + 1);
            return range.getBoundingClientRect().left;
          };
          return [left(places[0]), left(places[1])];
        }"""
    )
    assert (ends[0] < ends[1]) == (pseudo_locale.direction == "ltr")


def test_links_and_phone_numbers_are_isolated(open_in: Callable[..., Page]) -> None:
    page = open_in(PSEUDO_LOCALES["xb"])
    open_chat(page, page.url)
    say(page, "how do I renew my license")
    say(page, "I want to talk to a person")
    links = page.locator(".message a")
    assert links.count() >= 2
    assert page.locator(".message a[href^='tel:']").count() >= 1
    assert links.evaluate_all("(all) => all.filter((one) => one.firstElementChild?.tagName !== 'BDI').length") == 0


def test_an_error_page(pseudo_locale: Language, open_in: Callable[..., Page]) -> None:
    page = open_in(pseudo_locale, "/chat/nothing-here", viewport={"width": 320, "height": 640})
    assert [text for text in page.locator("h1, p").all_inner_texts() if "[" not in text or "]" not in text] == []
    assert faults(page) == []


def test_without_the_setting_nobody_is_offered_one(pseudo_locale: Language, new_page: Callable[..., Page]) -> None:
    page = open_chat(new_page(locale=pseudo_locale.tag))
    assert page.locator(f"button[name=language][value={pseudo_locale.code}]").count() == 0
    assert page.locator("html").get_attribute("lang") != pseudo_locale.tag
