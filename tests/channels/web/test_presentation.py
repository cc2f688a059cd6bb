"""From stored messages to public ones, and from plain text to blocks."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from channels.web.presentation import assistant_message, blocks, pieces

STORED: dict[str, Any] = {
    "seq": 4,
    "text": "Hola",
    "lang": "es",
    "dir": "ltr",
    "answer": "utter_x",
    "topic": "dmv_fees",
    "choices": [{"title": "Uno", "intent": "/dmv_fees"}],
    "links": [{"title": "Good", "url": "https://example.gov"}, {"title": "Bad", "url": "javascript:alert(1)"}],
    "sources": [{"title": "Bad", "url": "data:text/html,x", "verified_on": "2026-07-01"}],
    "reviewed": False,
    "english": "Hello",
    "at": "2026-11-24T12:00:00+00:00",
}


def shown(**changes: Any) -> dict[str, Any]:
    return assistant_message({**STORED, **changes}, "es", rated=None, is_last=True)


def test_the_intent_and_the_answer_name_stay_inside() -> None:
    public = shown()
    assert public["choices"] == [{"title": "Uno", "payload": "4.1"}]
    assert "dmv_fees" not in str(public["choices"])
    assert "answer" not in public


def test_only_addresses_that_a_browser_may_follow_are_shown() -> None:
    public = shown()
    assert [link["title"] for link in public["links"]] == ["Good"]
    assert public["sources"] == []


def test_a_draft_is_marked_and_a_reviewed_translation_is_not() -> None:
    draft, reviewed = shown(), shown(reviewed=True)
    assert (draft["translation"], reviewed["translation"]) == ("draft", "reviewed")
    assert "borrador" in draft["note"]
    assert "note" not in reviewed
    assert draft["english"] == reviewed["english"] == "Hello"


def test_an_answer_that_fell_back_to_english_says_so_in_the_residents_language() -> None:
    public = shown(lang="en", english=None)
    assert "translation" not in public
    assert "inglés" in public["note"]


def test_feedback_is_asked_for_once_a_turn_and_not_in_small_talk() -> None:
    assert shown()["helpful"] is None
    assert "helpful" not in shown(topic="chat_greet")
    assert "helpful" not in shown(topic="safety_crisis")
    assert "helpful" not in assistant_message(STORED, "es", rated=None, is_last=False)


def test_plain_text_becomes_paragraphs_and_lists() -> None:
    found = blocks("One\ntwo\n\nDo:\n- a\n- b\nthen\n\n\n- c")
    assert [(block.kind, len(block.lines)) for block in found] == [
        ("paragraph", 2), ("paragraph", 1), ("list", 2), ("paragraph", 1), ("list", 1),
    ]  # fmt: skip


def test_a_phone_number_can_be_dialled_and_a_case_number_cannot() -> None:
    found = pieces("Call 860-263-5700, (860) 263-5701 or 1-800-842-8222, case 24-000123, 123-456-7890-1")
    assert [(piece.text, piece.dial) for piece in found if piece.dial] == [
        ("860-263-5700", "tel:+18602635700"),
        ("(860) 263-5701", "tel:+18602635701"),
        ("1-800-842-8222", "tel:+18008428222"),
    ]


@given(st.text(alphabet="ab-1234567890 \n", max_size=80))
def test_no_character_of_a_line_is_lost(line: str) -> None:
    assert "".join(piece.text for piece in pieces(line)) == line
