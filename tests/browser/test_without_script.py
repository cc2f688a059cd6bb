"""JavaScript off: the whole conversation by plain forms."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import PHONE, said


@pytest.fixture
def plain(new_page: Callable[..., Page]) -> Page:
    page = new_page(**PHONE, java_script_enabled=False)
    page.goto("/chat")
    return page


def send(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Send", exact=True).click()


def test_a_whole_conversation(plain: Page) -> None:
    expect(plain.get_by_text("Automated assistant", exact=True)).to_be_visible()
    expect(plain.get_by_role("button", name="Print")).to_be_hidden()
    send(plain, "how do I renew my license")
    assert plain.url.endswith("/chat#latest")
    assert said(plain) == ["assistant", "resident", "assistant"]
    expect(plain.get_by_text("Source:").last).to_be_visible()

    plain.get_by_role("button", name="No", exact=True).click()
    plain.get_by_label("What was missing? (optional)").fill("the price")
    plain.get_by_role("button", name="Send feedback").click()
    expect(plain.get_by_text("Thank you. Your feedback is saved.")).to_be_visible()
    expect(plain.get_by_label("What was missing? (optional)")).to_have_count(0)

    plain.get_by_role("button", name="Talk to a person").click()
    assert said(plain)[-2:] == ["resident", "assistant"]

    plain.locator("#languages summary").click()
    plain.get_by_role("button", name="Español").click()
    expect(plain.locator("html")).to_have_attribute("lang", "es")
    expect(plain.get_by_role("button", name="Enviar", exact=True)).to_be_visible()

    plain.get_by_role("button", name="Empezar de nuevo").click()
    assert said(plain) == []


def test_choices_are_buttons_once_and_text_afterwards(plain: Page) -> None:
    send(plain, "hello")
    choice = plain.locator(".choices button:enabled").first
    title = choice.inner_text()
    choice.click()
    assert plain.locator(".resident .text").last.inner_text() == title
    old = plain.locator(".choices button", has_text=title).first
    expect(old).to_be_disabled()
    expect(old).to_be_visible()


def test_a_mistake_keeps_what_was_written(plain: Page) -> None:
    send(plain, "x" * 1001)
    expect(plain.get_by_role("alert")).to_contain_text("longer than 1,000 characters")
    assert plain.get_by_label("Your message").input_value() == "x" * 1001


def test_going_back_and_sending_again_is_one_message(plain: Page) -> None:
    send(plain, "hello")
    send(plain, "how do I renew my license")
    plain.go_back()
    plain.reload()
    assert said(plain).count("resident") == 2


def test_a_conversation_without_script_goes_on_with_it(new_page: Callable[..., Page], plain: Page) -> None:
    send(plain, "how do I renew my license")
    [cookie] = plain.context.cookies()
    lively = new_page()
    lively.context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": plain.url}])
    lively.goto("/chat")
    lively.wait_for_selector("html[data-ready]")
    assert said(lively) == ["assistant", "resident", "assistant"]
    lively.get_by_role("button", name="Start over").click()
    expect(lively.locator("#log > li")).to_have_count(1)
    lively.reload()
    lively.wait_for_selector("html[data-ready]")
    assert said(lively) == ["assistant"]
