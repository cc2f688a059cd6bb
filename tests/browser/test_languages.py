"""The page in every language that is offered: opened by its own name, in its own direction and letters."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from core.data_checks import examples
from core.languages import LANGUAGES
from tests.browser.looks import faults, missing_letters, reversed_figures
from tests.browser.pages import PHONE, open_chat, say, violations

TOPICS = ("dmv_license_renew", "vote_register", "dmv_real_id")


def questions(language: str) -> list[str]:
    """One of each topic, as the training data has them: what is tested here is the page."""
    found = examples(language)
    return [next(example.text for example in found if example.topic == topic) for topic in TOPICS]


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_conversation_in_each_language(code: str, new_page: Callable[..., Page], axe: str) -> None:
    language = LANGUAGES[code]
    page = open_chat(new_page(**PHONE, locale="fr" if code == "en" else "en-US"))
    page.locator("#languages summary").click()
    page.get_by_role("button", name=language.name, exact=True).click()
    html = page.locator("html")
    expect(html).to_have_attribute("lang", language.tag)
    expect(html).to_have_attribute("dir", language.direction)
    for question in questions(code):
        say(page, question)
    served = page.locator(".assistant .text").evaluate_all("(all) => all.slice(1).map((one) => [one.lang, one.dir])")
    assert served == [[language.tag, language.direction]] * len(TOPICS)
    assert faults(page) == []
    assert reversed_figures(page) == []
    assert missing_letters(page) == []
    assert violations(page, axe) == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_browsers_language_is_the_first_guess(code: str, new_page: Callable[..., Page]) -> None:
    page = open_chat(new_page(locale=LANGUAGES[code].tag))
    assert page.locator("html").get_attribute("lang") == LANGUAGES[code].tag
    assert page.locator("#language-now").inner_text() == LANGUAGES[code].name
