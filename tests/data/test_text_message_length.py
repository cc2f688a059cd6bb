"""Every answer, as the text message that a resident gets: whole, with its link, in at most three segments."""

import pytest
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlg import CatalogNLG
from channels.sms.rendering import text_of
from channels.sms.segments import MOST_SEGMENTS, count, safe
from core.languages import LANGUAGES
from tests.bot.dialogue import answers_of_their_own, our_domain, wait_for


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_answer_is_cut_short_as_a_text_message(language: str, own_installation: None) -> None:
    too_long = {}
    for name in answers_of_their_own():
        message = _message(name, language)
        whole = "\n".join([safe(message["text"]), *(link["url"] for link in message["links"][:1])])
        sent = text_of([message])
        assert count(sent).segments <= MOST_SEGMENTS
        last = safe(message["text"]).strip().splitlines()[-1].strip()
        if last not in sent:
            too_long[name] = count(whole).segments
    assert too_long == {}


def _message(name: str, language: str) -> dict[str, object]:
    asked = UserUttered("?", {"name": "x", "confidence": 1.0}, parse_data={"language": language})
    tracker = DialogueStateTracker.from_events("sms-test", [asked], our_domain().slots)
    made = wait_for(CatalogNLG(domain=our_domain()).generate(name, tracker, "sms"))
    assert made is not None
    return {"text": made["text"], **made["served"]}
