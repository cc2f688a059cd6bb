"""One turn, one text."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from channels.sms.rendering import text_of
from channels.sms.segments import count
from tests.channels.sms.sms_app import message

LINK = {"title": "DMV", "url": "https://portal.ct.gov/dmv/licenses/renew"}
PLAIN_LINK = "portal.ct.gov/dmv/licenses/renew"
CHOICES = [{"title": "Renew a license", "intent": "/a"}, {"title": "Replace a license", "intent": "/b"}]


def test_texts_then_numbered_choices_then_the_first_link() -> None:
    said = text_of([message("First.\n\nSecond.", links=[LINK]), message("Which one?", choices=CHOICES, links=[LINK])])
    assert said == f"First.\nSecond.\nWhich one?\n1 Renew a license\n2 Replace a license\n{PLAIN_LINK}"


def test_a_payload_is_never_shown() -> None:
    assert "/a" not in text_of([message("Which?", choices=CHOICES)])


def test_a_long_answer_is_cut_after_a_sentence_and_keeps_its_link() -> None:
    said = text_of(
        [message("It is open from 8:00 a.m. to 4:00 p.m. on weekdays. " * 20, links=[LINK], choices=CHOICES)]
    )
    body, _, rest = said.partition("\n")
    assert body.endswith("weekdays.")
    assert rest.endswith(PLAIN_LINK)
    assert "2 Replace a license" in rest
    assert count(said).segments == 3


def test_without_sentences_the_cut_is_between_words_and_not_in_a_number() -> None:
    said = text_of([message("call 860 263-5700 or " * 60, links=[LINK])])
    body = said.split("\n")[0]
    assert body.endswith("...")
    assert re.fullmatch(r"(call 860 263-5700 or )*(call( 860 263-5700( or)?)?)?\.\.\.", body)


def test_chinese_is_cut_after_a_sentence() -> None:
    said = text_of([message("请带上您的身份证明。" * 60, links=[LINK])])
    assert said.split("\n")[0].endswith("。")
    assert said.endswith(PLAIN_LINK)
    assert count(said).segments == 3


def test_the_note_is_left_out_when_there_is_no_room() -> None:
    assert "(note)" in text_of([message("Short.", links=[LINK])], "(note)")
    assert "(note)" not in text_of([message("a" * 425, links=[LINK])], "(note)")


def test_nothing_to_say_is_empty() -> None:
    assert text_of([]) == ""
    assert text_of([message("")]) == ""


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet="ab c.á0中😀\n€", max_size=900),
    st.lists(st.text(alphabet="abá 中", min_size=1, max_size=60), max_size=4),
    st.booleans(),
)
def test_always_three_segments_at_most_and_the_link_is_whole(text: str, titles: list[str], has_link: bool) -> None:
    choices = [{"title": title, "intent": "/x"} for title in titles]
    said = text_of([message(text, choices=choices, links=[LINK] if has_link else [])], "(note)")
    assert count(said).segments <= 3
    if has_link:
        assert said.endswith(PLAIN_LINK)
