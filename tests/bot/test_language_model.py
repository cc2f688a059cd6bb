"""Which language a message is in: script, words, the conversation so far."""

import pytest

from bot.nlu.language_model import LanguageModel, script
from core.data_checks import examples, languages
from core.text import clean


@pytest.fixture(scope="module")
def identifier() -> LanguageModel:
    chosen = [example for code in languages() for example in examples(code)]
    return LanguageModel().fit([clean(one.text) for one in chosen], [one.language for one in chosen])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("怎么更新驾照", "zh"),
        ("DMV 在哪里", "zh"),
        ("16岁可以申请permit了吗", "zh"),
        ("как продлить права", "ru"),
        ("wait time at the norwich dmv", "en"),
        ("necesito renovar mi licencia", "es"),
        ("kijan pou m renouvle lisans mwen", "ht"),
        ("como faço para renovar minha carteira", "pt"),
    ],
)
@pytest.mark.parametrize("so_far", [None, "en", "es"])
def test_a_clear_message_is_in_its_language_whatever_was_spoken_before(
    identifier: LanguageModel, text: str, language: str, so_far: str | None
) -> None:
    guess = identifier.guess(text, so_far)
    assert (guess.language, guess.foreign) == (language, None)


@pytest.mark.parametrize(
    "text", ["ok", "STOP", "06511", "24-000123", "Norwich", "West Hartford", "New Haven", "👍", ""]
)
@pytest.mark.parametrize("so_far", ["en", "es", "zh", "ht"])
def test_a_word_a_number_or_a_town_never_switches_a_conversation(
    identifier: LanguageModel, text: str, so_far: str
) -> None:
    assert identifier.guess(text, so_far).language == so_far


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("wie verlängere ich meinen führerschein", "de"),
        ("운전면허 갱신은 어떻게 하나요", "ko"),
        ("免許の更新はどこですか", "ja"),
        ("πώς ανανεώνω την άδεια", "el"),
        ("ทำใบขับขี่ที่ไหน", "th"),
        ("kaip atnaujinti vairuotojo pažymėjimą", "lt"),
    ],
)
@pytest.mark.parametrize("so_far", [None, "en", "es"])
def test_a_language_that_is_none_of_ours_is_named(
    identifier: LanguageModel, text: str, foreign: str, so_far: str | None
) -> None:
    guess = identifier.guess(text, so_far)
    assert guess.foreign == foreign
    assert guess.language == (so_far or "en")


def test_a_language_without_training_data_is_foreign() -> None:
    model = LanguageModel().fit(["renew my license", "renovar mi licencia"] * 20, ["en", "es"] * 20)
    assert model.guess("怎么更新驾照").foreign == "zh"


def test_a_model_of_one_language_answers_in_it() -> None:
    model = LanguageModel().fit(["renew my license", "where is the office"], ["en", "en"])
    assert model.guess("how do i renew").language == "en"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("hello", None),
        ("señor", None),
        ("driver license 驾照", None),
        ("驾照 DMV", "zh"),
        ("права", "ru"),
        ("カード", "ja"),
    ],
)
def test_the_script_names_the_language_where_it_can(text: str, written: str | None) -> None:
    assert script(text) == written
