"""What a resident does on the chat page, and what axe-core says about it."""

import re
from typing import Any

from playwright.sync_api import Frame, Page, expect

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

PHONE: dict[str, Any] = {"viewport": {"width": 375, "height": 740}, "is_mobile": True, "has_touch": True}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1200, "height": 820}}


def open_chat(page: Page, path: str = "/chat") -> Page:
    page.goto(path)
    return ready(page)


def ready(page: Page) -> Page:
    page.wait_for_selector("html[data-ready]")
    return page


def say(place: Page | Frame, text: str) -> None:
    """Type, press Enter, and wait for the answer."""
    before = place.locator(".message.assistant").count()
    place.locator("#text").fill(text)
    place.locator("#text").press("Enter")
    expect(place.locator(".message.assistant")).not_to_have_count(before)


def said(place: Page | Frame) -> list[str]:
    """Who spoke, in the order of the page."""
    classes = place.locator("#log > li").evaluate_all("(items) => items.map((item) => item.className)")
    return [re.sub("message ", "", name) for name in classes]


def announced(page: Page) -> list[list[list[str]]]:
    found: list[list[list[str]]] = page.evaluate("window.announced")
    return found


def violations(place: Page | Frame, axe: str) -> list[tuple[str, str, Any]]:
    """Rule, impact and elements of everything axe-core finds by the WCAG 2.2 AA tags; [] is the only good answer."""
    place.evaluate(axe)
    found = place.evaluate("(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS)
    return [
        (one["id"], one["impact"], [(node["target"], node["failureSummary"]) for node in one["nodes"]])
        for one in found["violations"]
    ]
