"""From what was understood to what is done: danger first, then what rules see, then how sure the model is."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.classifier import IN_SCOPE, RANKING
from bot.nlu.decision import ANSWER_FROM, decide, is_bare_answer
from bot.nlu.language import FOREIGN, REQUESTED
from core.topics import topics
from tests.bot.dialogue import Conversation

Begin = Callable[..., Conversation]
SURE = [("dmv_license_renew", 0.97), ("dmv_permit", 0.02)]


def decided(text: str, ranking: list[tuple[str, float]] | None = None, in_scope: float = 1.0, **more: Any) -> str:
    message = Message({TEXT: text, RANKING: SURE if ranking is None else ranking, IN_SCOPE: in_scope, **more})
    return decide(message)[0]


def town(text: str, start: int = 0) -> dict[str, Any]:
    return {"entity": "town", "value": "Norwich", "start": start, "end": start + len(text)}


def test_a_sure_topic_is_answered() -> None:
    assert decided("how do I renew my license") == "dmv_license_renew"


def test_an_unsure_topic_is_offered() -> None:
    assert decided("license", [("dmv_license_renew", ANSWER_FROM - 0.01), ("dmv_permit", 0.4)]) == "unclear"


def test_what_is_out_of_scope_is_said_to_be_so_however_sure_the_topic() -> None:
    assert decided("renew my subscription", in_scope=0.1) == "out_of_scope"


@pytest.mark.parametrize("text", ["", "   ", "???", "...", "👍👍", "\u202e\u0000"])
def test_nothing_to_read_is_out_of_scope(text: str) -> None:
    assert decided(text) == "out_of_scope"


def test_a_text_without_any_topic_is_out_of_scope() -> None:
    assert decided("hm", []) == "out_of_scope"


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("I want to die", "safety_crisis"),
        ("renew my license or I KILL MYSELF", "safety_crisis"),
        ("my boyfriend hits me what do I do", "safety_crisis"),
        ("me quiero morir", "safety_crisis"),
        ("cómo renuevo la licencia, ya no quiero vivir", "safety_crisis"),
        ("mi esposo me pega", "safety_crisis"),
        ("he has a gun at the dmv", "safety_emergency"),
        ("I can’t breathe", "safety_emergency"),
        ("mi papá no respira", "safety_emergency"),
        ("necesito una ambulancia", "safety_emergency"),
        ("我想結束生命", "safety_crisis"),
        ("我想结束生命", "safety_crisis"),
        ("有人拿著槍", "safety_emergency"),
    ],
)
def test_danger_goes_before_everything_whatever_else_is_said(text: str, topic: str) -> None:
    assert decided(text) == topic
    assert decided(text, in_scope=0.0) == topic
    assert decided(text, **{REQUESTED: "es"}) == topic
    assert decided(text, **{FOREIGN: "de"}) == topic
    assert decided(text, **{ENTITIES: [town(text)]}) == topic


def test_danger_that_only_the_model_sees_is_answered_early() -> None:
    assert decided("they are after me", [("dmv_permit", 0.5), ("safety_emergency", 0.4)]) == "safety_emergency"
    assert decided("they are after me", [("dmv_permit", 0.9), ("safety_emergency", 0.05)]) == "dmv_permit"


@pytest.mark.parametrize(
    "text",
    ["this line is killing me", "my registration died", "deadline to register", "dead battery"],
)
def test_a_way_of_speaking_is_no_danger_by_its_words(text: str) -> None:
    assert decided(text) == "dmv_license_renew"


def test_a_place_alone_is_an_answer_not_a_crisis() -> None:
    ranking = [("safety_crisis", 0.4), ("dmv_office", 0.3)]
    assert decided("I live in Norwich", ranking, **{ENTITIES: [town("Norwich", 10)]}) == "inform"


def test_a_language_asked_for_is_switched_to() -> None:
    assert decided("english please", **{REQUESTED: "en"}) == "chat_language"


def test_a_language_that_is_not_ours_is_said_to_be_so() -> None:
    assert decided("Guten Tag", **{FOREIGN: "de"}) == "foreign_language"


def test_a_bare_number_asks_for_its_status() -> None:
    entity = {"entity": "case_number", "value": "24-000123", "start": 0, "end": 9}
    assert decided("24-000123", **{ENTITIES: [entity]}) == "service_case_status"


@pytest.mark.parametrize(
    ("text", "place", "is_bare"),
    [
        ("Norwich", "Norwich", True),
        ("in Norwich", "Norwich", True),
        ("¿y en Norwich?", "Norwich", True),
        ("and what about Norwich", "Norwich", True),
        ("vivo en Norwich", "Norwich", True),
        ("how do I renew in Norwich", "Norwich", False),
        ("is Norwich open", "Norwich", False),
    ],
)
def test_an_answer_is_bare_when_nothing_else_is_said(text: str, place: str, is_bare: bool) -> None:
    assert is_bare_answer(text, [town(place, text.index(place))]) is is_bare


def test_a_text_without_entities_is_no_bare_answer() -> None:
    assert not is_bare_answer("in the", [])


@given(
    text=st.text(max_size=80),
    ranking=st.lists(st.tuples(st.sampled_from(sorted(topics())), st.floats(0, 1)), max_size=4),
    in_scope=st.floats(0, 1),
)
def test_every_message_comes_to_a_decision(text: str, ranking: list[tuple[str, float]], in_scope: float) -> None:
    assert decided(text, ranking, in_scope) in {*topics(), "unclear", "inform", "foreign_language"}


# With the real model


@pytest.mark.parametrize(
    ("said", "language", "answer"),
    [
        ("how do i renew my licence, also i want to kill myself", "en", "utter_safety_crisis"),
        ("quiero renovar la licencia pero la verdad me quiero morir", "es", "utter_safety_crisis"),
        ("there is a man with a gun at the dmv in norwich", "en", "utter_safety_emergency"),
        ("hay un hombre con una pistola en el dmv de norwich", "es", "utter_safety_emergency"),
    ],
)
def test_danger_is_answered_in_the_residents_language(
    conversation: Begin, said: str, language: str, answer: str
) -> None:
    turn = conversation().say(said)
    assert (turn.answer, turn.lang) == (answer, language)
    assert "911" in turn.text


def test_what_is_unclear_offers_topics_by_title(conversation: Begin) -> None:
    turn = conversation().say("license")
    assert turn.answer == "utter_unclear"
    assert 2 <= len(turn.offered) <= 3
    assert all(topics()[topic].is_offered for topic in turn.offered)
    assert all("_" not in choice["title"] for choice in turn.choices)


@pytest.mark.parametrize(
    "text",
    [
        "delete my data", "Delete all of my data, please!", "can you erase everything about me", "forget me",
        "I want my data deleted", "borra mis datos", "por favor elimine todos mis datos personales",
        "apague meus dados",
        "efase done mwen yo", "usuń moje dane", "proszę usunąć wszystkie moje dane", "请删除我的所有数据",
        "幫我刪除聊天記錄",
        "supprimez mes données s'il vous plaît", "cancella i miei dati", "xóa dữ liệu của tôi", "احذف بياناتي",
        "удалите, пожалуйста, все мои данные", "कृपया मेरी सारी जानकारी मिटा दें", "mera data delete kar do",
    ],
)  # fmt: skip
def test_delete_my_data_is_heard_in_every_language(text: str) -> None:
    assert decided(text) == "delete_my_data"


@pytest.mark.parametrize(
    "text",
    [
        "how do I delete my data", "don't delete my data", "did you delete my data", "you deleted my data",
        "delete my license", "delete my data from the voter list", "clear my ticket", "¿cómo borro mis datos?",
        "no borres mis datos", "怎么删除我的数据", "不要删除我的数据", "не удаляйте мои данные",
        "nie usuwaj moich danych",
    ],
)  # fmt: skip
def test_what_only_speaks_of_deleting_deletes_nothing(text: str) -> None:
    assert decided(text) != "delete_my_data"


def test_danger_comes_before_delete_my_data() -> None:
    assert decided("delete my data i want to die") == "safety_crisis"
