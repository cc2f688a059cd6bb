"""Which language a message counts as: what switches a conversation, and what never does."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.nlu.language import requested_language
from core.languages import LANGUAGES
from tests.bot.dialogue import Agent, Conversation, UserMessage, wait_for

Language = Callable[..., str]


@pytest.fixture
def language_of(agent: Agent) -> Language:
    """`language_of("ok", so_far="es")`."""

    def find(text: str, so_far: str | None = None) -> str:
        assert agent.processor is not None
        message = UserMessage(text, metadata={"language_hint": so_far})
        return str(wait_for(agent.processor.parse_message(message))["language"])

    return find


@pytest.mark.parametrize(
    "text",
    ["ok", "OK!", "okay", "Norwich", "new haven", "06360", "24-000123", "24-000123, 25-000001", "Hartford CT", "DMV",
     "???", "👍", "REAL ID", "1", "203-555-0100", "...", "no"],
)  # fmt: skip
@pytest.mark.parametrize("so_far", ["en", "es"])
def test_a_word_that_is_no_languages_own_never_switches(language_of: Language, text: str, so_far: str) -> None:
    assert language_of(text, so_far) == so_far


@pytest.mark.parametrize("text", ["license", "permit", "thanks", "status", "vote", "help"])
def test_one_short_english_word_does_not_switch_a_spanish_conversation(language_of: Language, text: str) -> None:
    assert language_of(text, "es") == "es"


@pytest.mark.parametrize("text", ["licencia", "gracias", "votar", "ayuda", "placas", "hola"])
def test_one_short_spanish_word_does_not_switch_an_english_conversation(language_of: Language, text: str) -> None:
    assert language_of(text, "en") == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("how do I renew my driver's license", "en"),
        ("what papers do I need to bring to the office", "en"),
        ("quiero saber cómo renovar mi licencia de conducir", "es"),
        ("necesito sacar cita para el examen de manejo", "es"),
        ("donde puedo votar el dia de las elecciones", "es"),
    ],
)
def test_a_whole_sentence_switches(language_of: Language, text: str, language: str) -> None:
    other = "es" if language == "en" else "en"
    assert language_of(text, other) == language
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("English", "en"),
        ("english please", "en"),
        ("do you speak english?", "en"),
        ("¿habla inglés?", "en"),
        ("en español por favor", "es"),
        ("Espanol", "es"),
        ("can you answer in Spanish please", "es"),
        ("pale kreyòl", "ht"),
        ("kreyol", "ht"),
        ("po polsku proszę", "pl"),
        ("中文", "zh"),
        ("請切換到葡萄牙語", "pt"),
        ("請講英語", "en"),
        ("العربية من فضلك", "ar"),
        ("по-русски пожалуйста", "ru"),
        ("हिंदी में", "hi"),
        ("tiếng việt", "vi"),
        ("parla italiano?", "it"),
        ("parlez-vous français", "fr"),
        ("português por favor", "pt"),
    ],
)
def test_a_language_asked_for_by_name_is_the_one_meant(language_of: Language, text: str, language: str) -> None:
    assert requested_language(text) == language
    assert language_of(text, "es" if language == "en" else "en") == language


@pytest.mark.parametrize(
    "text",
    [
        "is the written test in spanish",
        "can I take the knowledge test in Polish at the Norwich office",
        "I need an English translation of my birth certificate",
        "",
        "please",
        "I am a polish citizen and want a license",
    ],
)
def test_a_language_that_is_only_mentioned_is_not_asked_for(text: str) -> None:
    assert requested_language(text) is None


def test_what_most_of_a_mixed_message_is_in_decides(language_of: Language) -> None:
    assert language_of("hi I need to renew mi licencia please how do I do it") == "en"
    assert language_of("hola necesito hacer renew de mi licencia cómo le hago") == "es"


def test_spanish_without_accents_is_spanish(language_of: Language) -> None:
    assert language_of("cuanto cuesta la inscripcion del vehiculo y que papeles llevo") == "es"


def test_a_button_keeps_the_conversations_language(agent: Agent) -> None:
    turn = Conversation(agent, language="es").choose("dmv_permit")
    assert (turn.answer, turn.language, turn.lang) == ("utter_dmv_permit", "es", "es")


def test_a_sentence_in_a_language_that_is_none_of_ours_keeps_the_conversations(agent: Agent) -> None:
    assert agent.processor is not None
    text = "Guten Tag, ich möchte meinen Führerschein verlängern, was muss ich tun?"
    parsed = wait_for(agent.processor.parse_message(UserMessage(text, metadata={"language_hint": "es"})))
    assert parsed["language"] == "es"
    assert parsed["foreign_language"] == "de"
    assert parsed["intent"]["name"] == "foreign_language"


@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=120), so_far=st.sampled_from([None, *LANGUAGES, "xx"]))
def test_any_text_has_a_language_of_ours(language_of: Language, text: str, so_far: str | None) -> None:
    assert language_of(text.lstrip("/") or "?", so_far) in LANGUAGES


@given(text=st.text(max_size=200))
def test_asking_for_a_language_never_raises(text: str) -> None:
    assert requested_language(text) in {None, *LANGUAGES}
