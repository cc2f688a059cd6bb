"""The topics: their ids never change, and each has all that a topic needs."""

import csv

import pytest

from core import data_checks
from core.jurisdiction import read_yaml
from core.languages import LANGUAGES
from core.settings import REPOSITORY
from core.topics import Kind, topics
from tests.bot.dialogue import our_domain

FROZEN = """
    dmv_license_new dmv_permit dmv_teen_driving dmv_license_renew dmv_license_replace dmv_license_transfer
    dmv_moving_out dmv_real_id dmv_id_documents dmv_nondriver_id dmv_drive_only dmv_noncitizen
    dmv_address_change dmv_name_change dmv_knowledge_test dmv_road_test dmv_commercial_license dmv_suspension
    dmv_registration_new dmv_registration_renew dmv_plates_return dmv_plates dmv_title dmv_emissions
    dmv_insurance dmv_disability_placard dmv_ticket dmv_driving_record dmv_fees dmv_online_account dmv_office
    dmv_wait_time dmv_appointment_book dmv_appointment_manage dmv_credential_status vote_register
    vote_registration_status vote_registration_update vote_party vote_eligibility vote_deadline
    vote_election_dates vote_polling_place vote_early vote_absentee vote_absentee_status vote_id vote_same_day
    vote_ballot vote_help_at_polls vote_problem service_case_status service_request_new service_system_status
    service_closures service_notify service_notify_stop service_processing_time service_other_agency chat_greet
    chat_bye chat_thanks chat_affirm chat_deny chat_help chat_human chat_bot chat_cancel chat_repeat
    chat_language chat_complaint chat_privacy safety_emergency safety_crisis out_of_scope
""".split()  # noqa: SIM905 (a list to read)
AGREED = REPOSITORY.parent / "shared" / "topics.csv"


def test_the_ids_are_those_that_everybody_relies_on() -> None:
    assert list(topics()) == FROZEN


def test_kinds_and_wants_are_those_of_the_agreed_list_where_it_is_at_hand() -> None:
    if not AGREED.exists():  # a checkout alone has only the ids, which are compared above
        return
    with AGREED.open(newline="", encoding="utf-8") as stream:
        agreed = {
            row["topic"]: (row["area"], row["kind"], row["what_the_resident_wants"]) for row in csv.DictReader(stream)
        }
    assert {topic.id: (topic.area, topic.kind.value, topic.wants) for topic in topics().values()} == agreed


@pytest.mark.parametrize("topic", FROZEN)
def test_a_topic_is_an_intent_with_a_rule(topic: str) -> None:
    steps = [
        step.get("intent")
        for path in (REPOSITORY / "data" / "rules").glob("*.yml")
        for rule in read_yaml(path)["rules"]
        for step in rule["steps"]
    ]
    assert topic in our_domain().intents
    assert topic in steps


@pytest.mark.parametrize("topic", [topic.id for topic in topics().values() if topic.is_offered])
def test_a_topic_that_can_be_offered_has_a_short_title(topic: str) -> None:
    (title,) = our_domain().responses[f"utter_title_{topic}"]
    assert 0 < len(title["text"]) <= 45


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_has_enough_examples(language: str) -> None:
    counts = data_checks.counts(language)
    assert [topic for topic in topics() if counts[topic] < data_checks.fewest(topic)] == []


@pytest.mark.parametrize("topic", [topic.id for topic in topics().values() if topic.kind is Kind.ANSWER])
def test_an_answer_topic_has_an_answer_with_a_link_for_each_channel(topic: str) -> None:
    variations = our_domain().responses[f"utter_{topic}"]
    assert {variation.get("channel") for variation in variations} >= {None}
    for variation in variations:
        assert variation["metadata"]["links"], topic


@pytest.mark.parametrize("topic", [topic.id for topic in topics().values() if topic.kind is Kind.ANSWER])
def test_an_answer_topic_answers_its_follow_up_questions(topic: str) -> None:
    missing = [aspect for aspect in ("cost", "documents", "where", "online")
               if f"utter_{topic}_{aspect}" not in our_domain().responses]  # fmt: skip
    assert missing == []


def test_every_answer_that_a_rule_names_exists() -> None:
    named = {
        step["action"]
        for path in (REPOSITORY / "data" / "rules").glob("*.yml")
        for rule in read_yaml(path)["rules"]
        for step in rule["steps"]
        if "action" in step
    }
    known = {*our_domain().responses, *our_domain().user_actions, *our_domain().forms, "action_restart"}
    assert named <= known
