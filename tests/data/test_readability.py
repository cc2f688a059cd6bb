"""English answers are at grade 8 or below; and the ruler is straight."""

import re

import pytest

from core.topics import Kind, topics
from tests.bot.dialogue import our_domain
from tests.data.readability import grade, syllables

HARDEST = 8.0
ANSWERS = [topic.id for topic in topics().values() if topic.kind is Kind.ANSWER]


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("you", 1), ("time", 1), ("license", 2), ("licenses", 3), ("renew", 2), ("permit", 2), ("appointment", 3),
        ("registration", 4), ("vehicle", 3), ("needed", 2), ("asked", 1), ("closed", 1), ("office", 2), ("table", 2),
        ("identity", 4), ("the", 1), ("plates", 1), ("pages", 2), ("DMV", 3), ("don't", 1), ("official", 3),
        ("application", 4), ("before", 2), ("online", 2), ("ballot", 2), ("media", 3), ("people", 2), ("idea", 3),
        ("expires", 2), ("months", 1), ("fees", 1), ("insurance", 3), ("Connecticut", 4), ("usually", 4),
    ],
)  # fmt: skip
def test_syllables_are_counted_as_they_are_spoken(word: str, count: int) -> None:
    assert abs(syllables(word) - count) <= (1 if word in ("idea", "usually", "vehicle", "media") else 0)


def test_a_plain_text_is_easier_than_an_official_one() -> None:
    plain = "Go to the office. Bring your card. Pay the fee."
    official = (
        "Applicants requiring reinstatement of operating privileges must submit documentation establishing "
        "continuous maintenance of financial responsibility throughout the preceding administrative period."
    )
    assert grade(plain) < 3
    assert grade(official) > 16


def test_the_grade_is_that_of_the_published_formula() -> None:
    assert grade("The cat sat on the mat.") == pytest.approx(0.39 * 6 + 11.8 * 1 - 15.59)


@pytest.mark.parametrize("topic", ANSWERS)
def test_an_answer_asks_for_no_more_than_eight_years_of_school(topic: str) -> None:
    for name in [f"utter_{topic}", *(f"utter_{topic}_{aspect}" for aspect in ("cost", "documents", "where", "online"))]:
        for variation in our_domain().responses.get(name, ()):
            if len(variation["text"].split()) >= 30 and variation.get("channel") is None:
                # A fact reads as a short word: "90 days", "$72".
                text = re.sub(r"\{[a-z0-9_]+\}", "ten", variation["text"])
                assert grade(text) <= HARDEST, f"{name}: {grade(text):.1f}"
