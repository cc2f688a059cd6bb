"""With JavaScript: nothing is lost, nothing is doubled, and a screen reader hears each thing once."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.pages import announced, open_chat, ready, said, say
from tests.stack import Stack
from tests.web_server import call, web_server

QUESTION = "how do I renew my license"


def test_nothing_is_announced_on_load_and_each_answer_once(new_page: Callable[..., Page]) -> None:
    page = open_chat(new_page())
    assert announced(page) == []
    say(page, QUESTION)
    page.wait_for_timeout(300)
    heard = announced(page)
    assert len(heard) == 1
    [[text, lang], *rest] = heard[0]
    assert text.startswith("Assistant said: You can renew")
    assert lang == "en"
    assert rest == []
    say(page, QUESTION)
    assert len(announced(page)) == 2  # the same words again are heard again
    page.reload()
    ready(page)
    assert announced(page) == []
    assert said(page) == ["assistant", "resident", "assistant", "resident", "assistant"]


def test_choices_are_announced_by_their_number(new_page: Callable[..., Page]) -> None:
    page = open_chat(new_page())
    page.get_by_role("button", name="Start over").click()
    expect(page.locator(".choices")).to_have_count(1)
    page.wait_for_function("window.announced.length === 2")
    assert announced(page)[0][0][0] == "You started a new conversation."
    assert announced(page)[1][-1][0] == "Choices below: 3"


def test_focus_stays_where_the_resident_is(new_page: Callable[..., Page]) -> None:
    page = open_chat(new_page())
    expect(page.locator("body")).to_be_focused()
    say(page, QUESTION)
    expect(page.locator("#text")).to_be_focused()
    page.locator("#text").fill("what do I need to bring?")
    page.locator(".send").click()
    expect(page.locator("#text")).to_be_focused()
    page.get_by_role("button", name="Print").focus()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".message.assistant")).to_have_count(3)
    expect(page.get_by_role("button", name="Print")).to_be_focused()


def test_a_pressed_choice_keeps_its_place_and_brings_no_keyboard_up(new_page: Callable[..., Page]) -> None:
    page = open_chat(new_page())
    choice = page.locator(".choices button").first
    title = choice.inner_text()
    choice.dblclick()
    expect(page.locator(".message.assistant")).to_have_count(2)
    expect(page.locator("#text")).to_be_focused()
    expect(page.locator("#text")).to_have_attribute("inputmode", "none")
    assert said(page) == ["assistant", "resident", "assistant"]
    assert page.locator(".resident .text").inner_text() == title
    expect(choice).to_have_attribute("aria-disabled", "true")
    expect(choice).to_have_attribute("tabindex", "-1")
    expect(choice).to_contain_text("chosen")
    assert choice.get_attribute("disabled") is None


def test_enter_twice_sends_once_and_shift_enter_breaks_the_line(new_page: Callable[..., Page]) -> None:
    page = open_chat(new_page())
    box = page.locator("#text")
    box.fill("how do I")
    box.press("Shift+Enter")
    box.press_sequentially("renew my license")
    box.press("Enter")
    box.press("Enter")
    expect(page.locator(".message.assistant")).to_have_count(2)
    assert said(page) == ["assistant", "resident", "assistant"]
    assert page.locator("#error").inner_text() == ""


def test_an_answer_lost_on_the_way_is_caught_up_without_a_second_turn(new_page: Callable[..., Page]) -> None:
    page = open_chat(new_page())
    posts: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST":
            posts.append(route.request.url)
            route.fetch()  # the server does the work …
            route.abort()  # … and the answer never arrives
        else:
            route.continue_()

    page.route("**/chat/api/messages*", lose)
    say(page, QUESTION)
    expect(page.locator(".status")).to_have_count(0)
    assert said(page) == ["assistant", "resident", "assistant"]
    assert len(posts) == 1


def test_offline_nothing_is_sent_silently_and_a_retry_sends_once(new_page: Callable[..., Page]) -> None:
    page = open_chat(new_page())
    page.context.set_offline(True)
    page.locator("#text").fill(QUESTION)
    page.locator("#text").press("Enter")
    again = page.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    expect(page.locator("#banner")).to_contain_text("You are offline")
    heard = [parts[0][0] for parts in announced(page)]
    assert heard.count("You are offline. What you write stays here until you send it.") == 1
    page.context.set_offline(False)
    expect(page.locator("#banner")).to_be_hidden()
    page.wait_for_timeout(300)
    assert said(page) == ["assistant", "resident"]
    again.click()
    expect(page.locator(".message.assistant")).to_have_count(2)
    assert said(page) == ["assistant", "resident", "assistant"]
    expect(page.locator(".status")).to_have_count(0)


def test_an_unsent_message_survives_a_reload(new_page: Callable[..., Page]) -> None:
    page = open_chat(new_page())
    page.route("**/chat/api/messages", lambda route: route.abort())
    page.locator("#text").fill(QUESTION)
    page.locator("#text").press("Enter")
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    page.unroute_all()
    page.reload()
    ready(page)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".message.assistant")).to_have_count(2)
    assert said(page) == ["assistant", "resident", "assistant"]


def test_two_tabs_show_the_same_conversation_in_the_same_order(new_page: Callable[..., Page], watch: Any) -> None:
    one = open_chat(new_page())
    token = one.evaluate("sessionStorage.getItem('nutmeg.token')")
    other = one.context.new_page()
    watch.on(other)
    other.add_init_script(f"sessionStorage.setItem('nutmeg.token', {token!r})")
    open_chat(other)
    say(one, QUESTION)
    say(other, "thank you")
    say(one, "hello")
    for page in (one, other):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.locator(".message.resident")).to_have_count(3)
    order = "(all) => all.map((item) => item.id)"
    assert one.locator("#log > li").evaluate_all(order) == other.locator("#log > li").evaluate_all(order)


def test_a_page_out_of_the_browsers_memory_catches_up(new_page: Callable[..., Page], watch: Any) -> None:
    one = open_chat(new_page())
    other = one.context.new_page()
    watch.on(other)
    token = one.evaluate("sessionStorage.getItem('nutmeg.token')")
    other.add_init_script(f"sessionStorage.setItem('nutmeg.token', {token!r})")
    say(open_chat(other), QUESTION)
    one.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(one.locator(".message.assistant")).to_have_count(2, timeout=2000)


def test_a_slow_answer_shows_that_somebody_writes_and_says_it_once(new_page: Callable[..., Page]) -> None:
    page = open_chat(new_page())

    def slow(route: Route) -> None:
        time.sleep(2.6)
        route.continue_()

    page.route("**/chat/api/messages", slow)
    page.locator("#text").fill(QUESTION)
    page.locator("#text").press("Enter")
    expect(page.locator("#typing")).to_be_visible()
    expect(page.locator(".message.assistant")).to_have_count(2)
    expect(page.locator("#typing")).to_be_hidden()
    heard = [parts[0][0] for parts in announced(page)]
    assert heard.count("The assistant is writing …") == 1


def test_an_answer_that_comes_later_arrives_by_itself(stack: Stack, new_page: Callable[..., Page], watch: Any) -> None:
    slow = {"api": "open311", "mode": "slow", "seconds": 1.5, "times": 2}
    with web_server(stack, NUTMEG_WEB_REPLY_SECONDS="0.5") as base:
        watch.allowed.add(base.removeprefix("http://"))
        page = open_chat(new_page(), f"{base}/chat")
        assert call("POST", f"{stack.sandbox}/_control", slow).status == 200
        page.locator("#text").fill("status of request 24-000123")
        page.locator("#text").press("Enter")
        expect(page.locator(".status")).to_contain_text("We have your message.")
        expect(page.locator(".message.assistant")).to_have_count(2, timeout=20_000)
        expect(page.locator(".status")).to_have_count(0)
        assert said(page) == ["assistant", "resident", "assistant"]
    heard = [parts[0][0] for parts in announced(page)]
    assert heard.count("We have your message. The answer will come as soon as possible.") == 1


def test_a_conversation_that_is_unknown_begins_anew(new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.add_init_script("sessionStorage.setItem('nutmeg.token', 'nonsense')")
    open_chat(page)
    assert said(page) == ["assistant"]


def test_markup_from_anybody_is_shown_as_text(new_page: Callable[..., Page]) -> None:
    page = open_chat(new_page())
    text = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
    say(page, text)
    assert page.locator(".resident .text").inner_text() == text
    page.reload()
    ready(page)
    assert page.locator(".resident .text").inner_text() == text
    assert page.locator("#log img, #log script").count() == 0
    assert page.evaluate("window.hacked") is None


def test_feedback_is_asked_once_and_thanked_for(new_page: Callable[..., Page]) -> None:
    page = open_chat(new_page())
    say(page, QUESTION)
    page.get_by_role("button", name="No", exact=True).click()
    expect(page.get_by_text("Thank you. Your feedback is saved.")).to_be_focused()
    page.get_by_label("What was missing? (optional)").fill("the price")
    page.get_by_role("button", name="Send feedback").click()
    expect(page.locator(".comment")).to_have_count(0)
    say(page, QUESTION)
    assert page.locator("button[name=feedback]").count() == 0


def test_the_language_changes_without_losing_anything(new_page: Callable[..., Page]) -> None:
    page = open_chat(new_page())
    say(page, QUESTION)
    page.locator("#text").fill("a draft")
    page.locator("#languages summary").click()
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("#languages summary")).to_be_focused()
    assert page.locator("#text").input_value() == "a draft"
    assert page.get_by_role("heading", level=1).inner_text() == "Pregunte a Connecticut"
    assert announced(page)[-1][0][0] == "El idioma ahora es Español."
    assert said(page) == ["assistant", "resident", "assistant"]


def test_a_reader_who_scrolled_up_is_not_moved(new_page: Callable[..., Page]) -> None:
    page = open_chat(new_page(viewport={"width": 800, "height": 520}))
    say(page, QUESTION)
    say(page, "what does it cost to renew my license")

    def slow(route: Route) -> None:
        page.evaluate("document.querySelector('main').scrollTop = 0")
        page.wait_for_timeout(150)
        route.continue_()

    page.route("**/chat/api/messages", slow)
    say(page, "last day to register to vote?")
    assert page.locator("main").evaluate("(main) => main.scrollTop") == 0
    page.get_by_role("button", name="Go to the new messages").click()
    assert page.locator("main").evaluate("(main) => main.scrollTop") > 0
    expect(page.locator("#text")).to_be_focused()
