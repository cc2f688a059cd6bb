"""Every notice says how to stop, in every language, at its longest."""

import datetime as dt
from string import Formatter

import pytest
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlg import CatalogNLG
from channels.sms.rendering import text_of
from core import values
from core.jurisdiction import profile
from core.languages import LANGUAGES
from core.values import Value
from tests.bot.dialogue import our_domain, wait_for

DAY = values.date(dt.date(2027, 9, 22))
LONGEST: dict[str, Value] = {
    "ending": values.text("0123"),
    "election": values.words("utter_word_election_municipal_election"),
    "date": DAY,
    "day": DAY,
    "state": values.words("utter_word_case_refused"),
    "what": values.lines([("utter_line_followed_request", {"ending": values.text("0123")})]),
}
ASKING = ("utter_service_notify_ask_confirmed", "utter_service_notify_done_")


def notices() -> list[str]:
    return [name for name in our_domain().responses if name.startswith(("utter_service_notice_", *ASKING))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_notice_is_so_long_that_it_no_longer_says_how_to_stop(language: str, own_installation: None) -> None:
    assert len(notices()) > 10
    assert [name for name in notices() if "STOP" not in _text(name, language)] == []


def test_a_question_by_text_message_fits_with_its_last_words(own_installation: None) -> None:
    cut = [name for name in notices() if not _text(name, "en").rstrip().endswith(_last_word(name))]
    assert [name for name in cut if not _has_link(name)] == []


def _text(name: str, language: str) -> str:
    asked = UserUttered("", parse_data={"language": language})
    tracker = DialogueStateTracker.from_events("notice-1", [asked], our_domain().slots)
    filled = LONGEST | ({"state": values.text(profile()["name"])} if "opt_in" in name else {})
    made = wait_for(
        CatalogNLG(domain=our_domain()).generate(name, tracker, "sms", values=filled, notes=["utter_note_sample"])
    )
    assert made is not None
    return text_of([{"text": made["text"], **made["served"]}])


def _last_word(name: str) -> str:
    note = our_domain().responses["utter_note_sample"][0]["text"]
    assert not [field for _, field, _, _ in Formatter().parse(note) if field]
    return str(note)


def _has_link(name: str) -> bool:
    return bool((our_domain().responses[name][-1].get("metadata") or {}).get("links"))
