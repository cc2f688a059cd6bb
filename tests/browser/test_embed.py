"""The launcher on state sites: on the demo site, and on another origin that allows nothing but what it needs."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect
from pytest_httpserver import HTTPServer

from tests.browser.pages import DESKTOP, PHONE, say
from tests.browser.test_accessibility import opened
from tests.stack import Stack
from tests.web_server import web_server


def focused(page: Page) -> str:
    """Name of the focused element, through frames and shadow roots."""
    found = page.evaluate(
        """() => {
             let node = document.activeElement;
             while (node && node.shadowRoot && node.shadowRoot.activeElement) node = node.shadowRoot.activeElement;
             return node.tagName === "IFRAME" ? "frame" : node.getAttribute("aria-label") || node.textContent.trim();
           }"""
    )
    if found != "frame":
        return str(found)
    return str(
        page.frames[-1].evaluate(
            """() => {
                 const node = document.activeElement;
                 return node.id || node.name || (node.tagName === "MAIN" ? "main" : node.textContent.trim());
               }"""
        )
    )


def test_the_keyboard_goes_through_the_open_chat_in_order(new_page: Callable[..., Page]) -> None:
    page = new_page(**DESKTOP)
    page.goto("/")
    launcher = page.get_by_role("button", name="Chat with us")
    assert page.locator("iframe").count() == 0
    launcher.focus()
    page.keyboard.press("Enter")
    frame = opened(page)
    expect(frame.locator("#title")).to_be_focused()
    order = [focused(page)]
    for _ in range(12):
        page.keyboard.press("Tab")
        order.append(focused(page))
    assert order[0] == "title"
    assert order[1].endswith("English")
    assert order[2:] == [
        "choice", "start_over", "print", "main", "CT.gov(opens in a new tab)", "choice", "choice", "choice",
        "text", "Send", order[-1],
    ]  # fmt: skip
    frame.locator("#text").focus()
    page.keyboard.press("Escape")
    expect(launcher).to_be_focused()
    expect(launcher).to_have_attribute("aria-expanded", "false")
    expect(page.locator("iframe")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(frame.locator("#title")).to_be_focused()


def test_on_a_phone_the_chat_covers_the_page_and_gives_it_back(new_page: Callable[..., Page]) -> None:
    page = new_page(**PHONE)
    page.goto("/")
    page.get_by_role("button", name="Chat with us").click()
    say(opened(page), "how do I renew my license")
    box = page.locator("iframe").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 375, "height": 740}
    assert page.locator("main").evaluate("(node) => node.inert") is True
    page.get_by_role("button", name="Close chat").click()
    assert page.locator("main").evaluate("(node) => node.inert") is False
    expect(page.get_by_role("button", name="Chat with us")).to_be_focused()


def test_a_link_with_a_question_opens_the_chat_with_the_question_written(new_page: Callable[..., Page]) -> None:
    page = new_page(**DESKTOP)
    page.goto("/")
    link = page.get_by_role("link", name="wait time at the norwich dmv")
    link.click()
    frame = opened(page)
    assert frame.locator("#text").input_value() == "wait time at the norwich dmv"
    assert frame.locator(".message.resident").count() == 0
    page.get_by_role("button", name="Close chat").click()
    expect(link).to_be_focused()


def test_a_strict_site_of_another_origin_embeds_the_chat(
    stack: Stack, new_page: Callable[..., Page], watch: Any, httpserver: HTTPServer
) -> None:
    site = f"http://localhost:{httpserver.port}"
    with web_server(stack, NUTMEG_EMBED_ORIGINS=site) as chat:
        watch.allowed |= {f"localhost:{httpserver.port}", chat.removeprefix("http://")}
        httpserver.expect_request("/").respond_with_data(
            f'<!doctype html><html lang="es"><title>Sitio</title><h1>Sitio</h1><a href="{chat}/chat">Pregunte</a>'
            f'<script src="{chat}/embed.js" defer></script>',
            content_type="text/html; charset=utf-8",
            headers={"Content-Security-Policy": f"default-src 'none'; script-src {chat}; frame-src {chat}"},
        )
        httpserver.expect_request("/favicon.ico").respond_with_data("", status=204)
        page = new_page(**DESKTOP, locale="es-US")
        page.goto(f"{site}/")
        launcher = page.get_by_role("button", name="Pregunte")
        launcher.click()
        frame = opened(page)
        say(frame, "cuanto cuesta renovar la licencia")
        frame.locator("#text").press("Escape")
        expect(launcher).to_be_focused()
        expect(page.get_by_role("button", name="Cerrar el chat")).to_be_hidden()


def test_a_site_that_is_not_listed_cannot_frame_the_chat(
    new_page: Callable[..., Page], watch: Any, web: str, httpserver: HTTPServer
) -> None:
    watch.allowed.add(f"localhost:{httpserver.port}")
    httpserver.expect_request("/").respond_with_data(
        f'<!doctype html><html lang="en"><title>x</title><iframe title="x" src="{web}/chat"></iframe>',
        content_type="text/html",
    )
    httpserver.expect_request("/favicon.ico").respond_with_data("", status=204)
    page = new_page()
    page.goto(f"http://localhost:{httpserver.port}/")
    page.wait_for_load_state("networkidle")
    expect(page.frame_locator("iframe").locator("#composer")).to_have_count(0)
    assert any("frame-ancestors" in error for error in watch.errors)
    watch.errors.clear()
    page.close()


def test_without_the_loader_the_link_still_leads_to_the_chat(new_page: Callable[..., Page]) -> None:
    page = new_page(**DESKTOP)
    page.route("**/embed.js", lambda route: route.abort())
    page.goto("/")
    page.get_by_role("link", name="Chat with us").click()
    page.wait_for_url("**/chat")
