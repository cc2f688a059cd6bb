"""What `nutmeg data check` and `nutmeg locales check` look for is not there."""

import pytest

from core import catalog_checks, data_checks
from core.data_checks import Example, near_duplicates
from core.extraction import entries
from core.languages import LANGUAGES
from core.template_check import templates


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_training_data_is_in_order(language: str) -> None:
    assert [problem.what for problem in data_checks.problems(language)] == []


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_the_catalogs_are_complete_and_say_what_the_english_says(language: str) -> None:
    found = [f"{problem.where}: {problem.what}" for problem in catalog_checks.problems(LANGUAGES[language])]
    assert found == []


def test_no_english_text_holds_a_figure_an_address_or_markup() -> None:
    found = [
        f"{entry.where} {entry.context}: {what}"
        for entry in entries()
        if entry.domain == "responses"
        for what in catalog_checks.source_problems(entry.context, entry.english)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("It costs 72 dollars.", "figure"),
        ("Take form B-58.", "figure"),
        ("See portal.ct.gov for more.", "address"),
        ("See https://example.org.", "address"),
        ("This is **bold**.", "markup"),
        ("<b>Bold</b>", "markup"),
    ],
)
def test_a_figure_an_address_or_markup_typed_into_an_answer_is_found(text: str, what: str) -> None:
    assert any(what in problem for problem in catalog_checks.source_problems("utter_x", text))


def test_a_placeholder_is_no_figure() -> None:
    assert list(catalog_checks.source_problems("utter_x", "It costs {fee_2026}.")) == []


def test_a_sentence_with_a_slip_is_found_as_the_same_again() -> None:
    examples = [
        Example(text, "dmv_permit", "en", "x.yml")
        for text in ("how do I get a learner's permit for my son", "how do i get a learners permit for my sonn",
                     "what does a permit cost")
    ]  # fmt: skip
    assert len(list(near_duplicates(examples, alike=0.8))) == 1


def test_a_topic_that_was_translated_line_by_line_is_noticed() -> None:
    english = [Example("how do I renew it " * (3 * place % 7 + 1), "dmv_fees", "en", "x.yml") for place in range(30)]
    spanish = [Example("cómo lo renuevo yo " * (3 * place % 7 + 1), "dmv_fees", "es", "x.yml") for place in range(30)]
    apart = [Example("cómo lo renuevo yo " * (5 * place % 6 + 1), "dmv_fees", "es", "x.yml") for place in range(30)]
    assert [found[:3] for found in templates({"en": english, "es": spanish})] == [("dmv_fees", "en", "es")]
    assert list(templates({"en": english, "es": apart})) == []


def test_no_topic_was_translated_line_by_line() -> None:
    assert list(templates({language: data_checks.examples(language) for language in LANGUAGES})) == []
