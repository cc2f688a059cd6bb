"""The answer catalogue: what a message says in which language, what it draws on, and when it holds its tongue."""

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import time_machine
from rasa.shared.core.events import BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlg import CatalogNLG
from core import catalogs, switches, values
from core.facts import fact_text, facts
from core.jurisdiction import folder
from core.languages import LANGUAGES
from tests.bot.dialogue import Agent, answers_of_their_own, installation, our_domain, wait_for

Said = dict[str, Any]
Answer = Callable[..., Said]

REPLY = "Come on {day}, it costs {price}."


@pytest.fixture
def answer(own_installation: None) -> Answer:
    """`answer("utter_dmv_permit", language="es", channel="sms")` is what the resident gets."""
    return lambda name, **more: _answer(CatalogNLG(domain=our_domain()), name, **more)


def _answer(
    nlg: CatalogNLG,
    name: str,
    language: str = "en",
    channel: str = "web",
    sender: str = "web-test",
    before: list[Any] | None = None,
    responses: dict[str, Any] | None = None,
    **sent: Any,
) -> Said:
    asked = UserUttered("?", {"name": "x", "confidence": 1.0}, parse_data={"language": language})
    tracker = DialogueStateTracker.from_events(sender, [*(before or []), asked], our_domain().slots)
    kwargs = {"domain_responses": responses} if responses else {}
    made = wait_for(nlg.generate(name, tracker, channel, **kwargs, **sent))
    assert made is not None
    return {"text": made["text"], **made["served"]}


def said_before(*answers: Said) -> list[Any]:
    """The conversation in which these answers were given, one a turn."""
    return [
        event
        for one in answers
        for event in (
            UserUttered("?", {"name": "x", "confidence": 1.0}),
            SlotSet("topic", one["topic"]),
            BotUttered(one["text"], metadata={"served": one}),
        )
    ]


# Languages


def test_an_answer_comes_in_the_language_of_the_message(answer: Answer) -> None:
    english, spanish = answer("utter_dmv_permit"), answer("utter_dmv_permit", language="es")
    assert (english["lang"], spanish["lang"]) == ("en", "es")
    assert spanish["text"] != english["text"]
    assert spanish["english"] == english["text"]
    assert english["english"] is None


def test_an_answer_without_translation_is_served_in_english_and_says_so(answer: Answer) -> None:
    responses = {**our_domain().responses, "utter_new": [{"text": "Nobody has translated this."}]}
    made = answer("utter_new", language="es", responses=responses)
    assert made["lang"] == "en"
    assert made["conversation_language"] == "es"
    assert made["text"] == "Nobody has translated this."


def test_one_untranslated_part_makes_the_whole_message_english(answer: Answer) -> None:
    responses = {**our_domain().responses, "utter_note_new": [{"text": "A note."}]}
    made = answer("utter_chat_thanks", language="es", responses=responses, notes=["utter_note_new"])
    assert made["lang"] == "en"
    assert made["text"].endswith("A note.")
    assert made["text"].startswith("You are welcome")


def test_an_untranslated_line_inside_a_value_makes_the_whole_message_english(answer: Answer) -> None:
    responses = {
        **our_domain().responses,
        "utter_line_new": [{"text": "Line."}],
        "utter_frame": [{"text": "{details}"}],
    }
    details = values.lines([("utter_line_new", {}), ("utter_line_closed_today", {})])
    made = answer("utter_frame", language="es", responses=responses, values={"details": details})
    assert made["lang"] == "en"
    assert made["text"] == "Line.\nClosed today"


def test_an_untranslated_choice_makes_the_whole_message_english(answer: Answer) -> None:
    responses = {**our_domain().responses, "utter_title_dmv_permit": [{"text": "An untranslated title"}]}
    made = answer("utter_unclear", language="es", responses=responses, choices=["dmv_permit", "dmv_fees"])
    assert made["lang"] == "en"


def test_a_language_that_is_not_offered_gets_english(answer: Answer) -> None:
    assert answer("utter_chat_greet", language="sq")["lang"] == "en"


def test_a_translation_that_nobody_has_reviewed_is_marked_as_such(answer: Answer) -> None:
    assert answer("utter_chat_greet")["reviewed"] is True
    path = catalogs.LOCALES / "es_US" / "LC_MESSAGES" / "responses.po"
    has_reviews = "reviewed:" in path.read_text(encoding="utf-8")
    assert answer("utter_chat_greet", language="es")["reviewed"] is has_reviews


@contextmanager
def arabic(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, **translations: str) -> Iterator[CatalogNLG]:
    """Arabic is offered, with a catalog of these translations alone."""
    catalog = tmp_path / "ar" / "LC_MESSAGES" / "responses.po"
    catalog.parent.mkdir(parents=True)
    entries = [
        f'msgctxt "{name}"\nmsgid "{our_domain().responses[name][0]["text"]}"\nmsgstr "{text}"\n'
        for name, text in translations.items()
    ]
    catalog.write_text("\n".join(['msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n', *entries]))
    monkeypatch.setattr(catalogs, "LOCALES", tmp_path)
    with installation(tmp_path / "var", NUTMEG_LANGUAGES="en,es,ar"):
        catalogs.catalog.cache_clear()
        yield CatalogNLG(domain=our_domain())
    catalogs.catalog.cache_clear()


def test_values_keep_their_order_inside_right_to_left_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with arabic(monkeypatch, tmp_path, utter_chat_human_always="تحدث مع شخص: {agency}، {phone}.") as nlg:
        made = _answer(nlg, "utter_chat_human", language="ar")
    assert (made["answer"], made["lang"], made["dir"]) == ("utter_chat_human_always", "ar", "rtl")
    assert "\u2068211\u2069" in made["text"]
    assert made["text"].count("\u2068") == made["text"].count("\u2069") == 2


# Values and facts


def test_a_value_that_is_missing_becomes_an_apology_with_a_phone_and_a_link(answer: Answer) -> None:
    responses = {**our_domain().responses, "utter_frame": [{"text": REPLY}]}
    made = answer("utter_frame", responses=responses, values={"day": values.text("Monday")})
    assert made["answer"] == "utter_apology"
    assert made["links"]
    assert "{" not in made["text"]
    assert "None" not in made["text"]


def test_an_answer_asked_for_by_a_name_that_does_not_exist_is_nothing(own_installation: None) -> None:
    tracker = DialogueStateTracker.from_events("web-test", [], our_domain().slots)
    assert wait_for(CatalogNLG(domain=our_domain()).generate("utter_no_such", tracker, "web")) is None


def test_every_answer_without_an_action_is_complete_in_every_language_and_channel(answer: Answer) -> None:
    plain = answers_of_their_own()
    assert len(plain) > 300
    for name in plain:
        for language in ("en", "es"):
            for channel in ("web", "sms"):
                made = answer(name, language=language, channel=channel)
                assert made["answer"] != "utter_apology" or name == "utter_apology", name
                assert made["lang"] == language, f"{name} is not whole in {language}"
                assert "{" not in made["text"], name


def test_a_fact_is_written_as_the_language_writes_it(answer: Answer) -> None:
    responses = {**our_domain().responses, "utter_frame": [{"text": "{adult_permit_hold}"}]}
    monkey = catalogs.Translation("{adult_permit_hold}", reviewed=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.nlg.translate", lambda *_: monkey)
        english = answer("utter_frame", responses=responses)["text"]
        spanish = answer("utter_frame", language="es", responses=responses)["text"]
    assert english.startswith(fact_text(facts()["adult_permit_hold"], LANGUAGES["en"]))
    assert spanish.startswith(fact_text(facts()["adult_permit_hold"], LANGUAGES["es"]))
    assert fact_text(facts()["adult_permit_hold"], LANGUAGES["es"]).endswith("días")


def test_a_fact_that_no_agency_has_confirmed_says_as_of_when(answer: Answer) -> None:
    assert not facts()["adult_permit_hold"].confirmed
    assert answer("utter_dmv_license_new")["text"].endswith("please check the official page.")
    assert facts()["emergency_phone"].confirmed
    assert "please check the official page" not in answer("utter_safety_emergency")["text"]


def test_the_oldest_unconfirmed_fact_gives_the_month(answer: Answer) -> None:
    both = [{"text": "{adult_permit_hold} {vote_registration_deadline}"}]
    responses = {**our_domain().responses, "utter_frame": both}
    assert facts()["vote_registration_deadline"].verified_on.isoformat() == "2024-07-25"
    assert "As of Jul 2024" in answer("utter_frame", responses=responses)["text"]


def test_each_source_is_listed_once_with_the_day_it_was_read(answer: Answer) -> None:
    sources = answer("utter_dmv_license_renew")["sources"]
    addresses = [source["url"] for source in sources]
    assert addresses
    assert len(addresses) == len(set(addresses))
    assert all(source["title"] and source["verified_on"] for source in sources)


def test_an_answer_without_figures_has_no_sources(answer: Answer) -> None:
    assert answer("utter_chat_thanks")["sources"] == []


def test_links_are_pages_of_the_state_with_a_translated_title(answer: Answer) -> None:
    english, spanish = answer("utter_dmv_permit")["links"], answer("utter_dmv_permit", language="es")["links"]
    assert [link["url"] for link in english] == [link["url"] for link in spanish]
    assert english[0]["title"] != spanish[0]["title"]


# Channels, variations, models


def test_text_messages_get_the_shorter_variant(answer: Answer) -> None:
    assert len(answer("utter_dmv_permit", channel="sms")["text"]) < len(answer("utter_dmv_permit")["text"])


def test_the_same_conversation_always_gets_the_same_variation(answer: Answer) -> None:
    responses = {**our_domain().responses, "utter_hello": [{"text": f"Hello {word}"} for word in ("a", "b", "c", "d")]}
    senders = [f"web-{number}" for number in range(30)]
    said = {sender: {answer("utter_hello", sender=sender, responses=responses)["text"] for _ in range(3)}
            for sender in senders}  # fmt: skip
    assert all(len(texts) == 1 for texts in said.values())
    assert len({text for texts in said.values() for text in texts}) > 1


def test_a_new_model_brings_new_texts_at_once(agent: Agent) -> None:
    nlg = agent.nlg
    assert isinstance(nlg, CatalogNLG)
    before = nlg.responses
    try:
        nlg.responses = {**before, "utter_chat_thanks": [{"text": "Thanks to you!"}]}
        assert _answer(nlg, "utter_chat_thanks")["text"] == "Thanks to you!"
    finally:
        nlg.responses = before
    assert _answer(nlg, "utter_chat_thanks")["text"] != "Thanks to you!"


def test_rasa_gives_the_catalogue_its_texts_when_it_loads_a_model(agent: Agent, model: Path) -> None:
    nlg = agent.nlg
    assert isinstance(nlg, CatalogNLG)
    nlg.responses = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        agent.load_model(str(model))
    assert "utter_chat_thanks" in nlg.responses


# What is meant


def test_choices_carry_titles_in_the_language_and_the_topic_to_send_back(answer: Answer) -> None:
    spanish, english = (
        answer("utter_unclear", language=language, choices=["dmv_permit", "vote_register"])["choices"]
        for language in ("es", "en")
    )
    assert [choice["intent"] for choice in spanish] == ["/dmv_permit", "/vote_register"]
    assert all(choice["title"] for choice in spanish)
    assert {choice["title"] for choice in spanish}.isdisjoint(choice["title"] for choice in english)


def test_a_follow_up_is_about_the_topic_talked_about(answer: Answer) -> None:
    before = said_before(answer("utter_dmv_permit"))
    assert answer("utter_follow_up_cost", before=before)["answer"] == "utter_dmv_permit_cost"
    assert answer("utter_follow_up_cost")["answer"] == "utter_follow_up_cost"


def test_repeating_gives_the_last_answer_in_its_short_form(answer: Answer) -> None:
    before = said_before(answer("utter_dmv_permit"), answer("utter_chat_thanks"))
    again = answer("utter_chat_repeat", before=before)
    assert again["answer"] == "utter_dmv_permit"
    assert again["text"] == answer("utter_dmv_permit", channel="sms")["text"]


def test_repeating_a_lookup_keeps_what_it_was_filled_with(answer: Answer) -> None:
    filled = {"agency": values.text("The Agency"), "phone": values.phone("211")}
    first = answer("utter_lookup_unavailable", values=filled, links=["dmv_offices"], before=None)
    before = said_before({**first, "topic": "dmv_office", "answer": "utter_dmv_office"})
    before[-1].metadata["served"]["remembered"]["values"] = {
        "place": values.text("Here"), "address": values.text("1 Sample St"), "details": values.text("Open"),
        "short": values.text("Open"),
    }  # fmt: skip
    assert "1 Sample St" in answer("utter_chat_repeat", before=before)["text"]


def test_the_second_complaint_in_a_row_is_answered_otherwise(answer: Answer) -> None:
    first = answer("utter_chat_complaint")
    assert answer("utter_chat_complaint", before=said_before(first))["answer"] == "utter_chat_complaint_again"
    later = said_before(first, answer("utter_dmv_permit"))
    assert answer("utter_chat_complaint", before=later)["answer"] == "utter_chat_complaint"


def test_sources_of_the_last_answer_are_told_with_their_day(answer: Answer) -> None:
    first = answer("utter_dmv_permit")
    made = answer("utter_sources", before=said_before(first), channel="sms")
    assert made["sources"] == first["sources"]
    assert first["sources"][0]["url"].removeprefix("https://") in made["text"]


@pytest.mark.parametrize(
    ("moment", "name"),
    [
        ("2026-11-24T10:00:00-05:00", "utter_chat_human_open"),
        ("2026-11-24T16:00:00-05:00", "utter_chat_human_closed"),
        ("2026-11-24T07:59:00-05:00", "utter_chat_human_closed"),
        ("2026-11-24T08:00:00-05:00", "utter_chat_human_open"),
        ("2026-11-28T12:00:00-05:00", "utter_chat_human_closed"),
        ("2026-07-14T11:59:00+00:00", "utter_chat_human_closed"),
        ("2026-07-14T12:00:00+00:00", "utter_chat_human_open"),
    ],
)
def test_whether_somebody_is_at_the_phone_follows_the_agencys_own_clock(answer: Answer, moment: str, name: str) -> None:
    with time_machine.travel(moment, tick=False):
        assert answer("utter_chat_human", before=said_before(answer("utter_dmv_permit")))["answer"] == name


def test_closed_says_when_it_opens(answer: Answer) -> None:
    with time_machine.travel("2026-11-28T12:00:00-05:00", tick=False):
        before = said_before(answer("utter_dmv_permit"))
        assert "Monday at 8:00" in answer("utter_chat_human", before=before)["text"]
        assert "lunes" in answer("utter_chat_human", language="es", before=before)["text"]


# The kill switch


def test_a_topic_switched_off_by_command_is_off_within_a_second_and_on_again(answer: Answer) -> None:
    assert answer("utter_dmv_permit")["answer"] == "utter_dmv_permit"
    switches.switch_off("dmv_permit", "for a test")
    try:
        time.sleep(switches.FRESH_SECONDS + 0.05)
        off = answer("utter_dmv_permit")
        assert off["answer"] == "utter_topic_off"
        assert off["links"]
        assert answer("utter_dmv_permit", language="es")["lang"] == "es"
        assert answer("utter_dmv_permit_cost")["answer"] == "utter_topic_off"
        assert answer("utter_dmv_license_new")["answer"] == "utter_dmv_license_new"
    finally:
        switches.switch_on("dmv_permit")
    time.sleep(switches.FRESH_SECONDS + 0.05)
    assert answer("utter_dmv_permit")["answer"] == "utter_dmv_permit"


def test_a_topic_in_the_setting_file_is_off_within_a_second(
    answer: Answer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert (folder() / "switches.yml").exists()
    answer("utter_vote_id")
    monkeypatch.setattr(switches, "folder", lambda: tmp_path)
    (tmp_path / "switches.yml").write_text("[vote_id]\n")
    time.sleep(switches.FRESH_SECONDS + 0.05)
    assert answer("utter_vote_id")["answer"] == "utter_topic_off"
    monkeypatch.undo()
    time.sleep(switches.FRESH_SECONDS + 0.05)
    assert answer("utter_vote_id")["answer"] == "utter_vote_id"
