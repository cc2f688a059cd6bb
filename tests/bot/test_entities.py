"""What messages name, in twelve languages: found by lists and rules, without a trained model."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.decision import BARE, is_bare_answer
from bot.nlu.entities import EntityFinder
from bot.nlu.finders.phrases import Phrases
from bot.nlu.finders.spans import PRIORITY, Span, settle
from bot.nlu.places import PlaceFinder
from core.cli.understanding import described
from core.elections import rules
from core.jurisdiction import folder, read_yaml, towns
from core.languages import LANGUAGES
from core.settings import REPOSITORY

FINDER = EntityFinder(None, None, PlaceFinder(["waiting", "license", "office", "starting"]))  # type: ignore[arg-type]
NAMES = read_yaml(folder() / "town_names.yml")["names"]
NOW = dt.datetime(2026, 6, 1, 16, tzinfo=dt.UTC)


def found(text: str, language: str = "en") -> list[tuple[str, Any]]:
    with time_machine.travel(NOW, tick=False):
        return [(entity["entity"], entity["value"]) for entity in FINDER.find(text, language)]


def only(text: str, kind: str, language: str = "en") -> list[Any]:
    return [value for name, value in found(text, language) if name == kind]


SAID = [
    ("en", "what about the Norwich DMV", "office", "Norwich"),
    ("en", "my birth certificate and a utility bill", "document", "birth_certificate"),
    ("en", "do I have to vote in the November 2026 election", "election", "state_election"),
    ("en", "someone who speaks Spanish", "language", "es"),
    ("en", "my plate is ab 12345", "plate_number", "AB12345"),
    ("en", "cancel nb 7k3m9q please", "confirmation_number", "NB-7K3M9Q"),
    ("en", "I moved to 12 Oak Street, Norwich", "address", "12 Oak Street"),
    ("en", "write to Jo.Doe@Example.org", "email", "jo.doe@example.org"),
    ("en", "is the hub office open", "office_kind", "hub"),
    ("es", "la oficina de Norwich", "office", "Norwich"),
    ("es", "vivo en Nueva Haven", "town", "New Haven"),
    ("es", "el acta de nacimiento de mi hija", "document", "birth_certificate"),
    ("es", "las elecciones primarias presidenciales", "election", "state_primary"),
    ("es", "la primaria presidencial", "election", "presidential_primary"),
    ("es", "alguien que hable inglés", "language", "en"),
    ("es", "mi placa es AB12345", "plate_number", "AB12345"),
    ("es", "mi número de confirmación es XJ48213", "confirmation_number", "XJ48213"),
    ("es", "mi solicitud número 4455667", "case_number", "4455667"),
    ("pt", "o DMV de Danbury", "office", "Danbury"),
    ("pt", "perdi minha certidão de casamento", "document", "marriage_certificate"),
    ("pt", "as eleições municipais", "election", "municipal_election"),
    ("pt", "atendimento em português", "language", "pt"),
    ("pt", "a placa é 123 ABC", "plate_number", "123ABC"),
    ("pt", "código de confirmação: A7K22", "confirmation_number", "A7K22"),
    ("pt", "meu protocolo é 4410235", "case_number", "4410235"),
    ("pt", "moro em Estanford", "town", "Stamford"),
    ("zh", "诺威奇的车管局", "office", "Norwich"),
    ("zh", "我住在紐黑文", "town", "New Haven"),
    ("zh", "需要护照吗", "document", "passport"),
    ("zh", "需要護照嗎", "document", "passport"),
    ("zh", "市长选举什么时候", "election", "municipal_election"),
    ("zh", "有人会说中文吗", "language", "zh"),
    ("zh", "我的车牌号是AB12345", "plate_number", "AB12345"),
    ("zh", "预约编号是NB-7K3M9Q", "confirmation_number", "NB-7K3M9Q"),
    ("zh", "案件编号是24-000123", "case_number", "24-000123"),
    ("zh", "申请号：4455667", "case_number", "4455667"),
    ("ht", "biwo Norwich la", "office", "Norwich"),
    ("ht", "m abite Nòwòk", "town", "Norwalk"),
    ("ht", "èske m bezwen batistè mwen", "document", "birth_certificate"),
    ("ht", "eleksyon majistra a", "election", "municipal_election"),
    ("ht", "yon moun ki pale kreyòl", "language", "ht"),
    ("ht", "plak machin mwen se AB12345", "plate_number", "AB12345"),
    ("ht", "nimewo konfimasyon mwen se 1188273", "confirmation_number", "1188273"),
    ("ht", "dosye 24-000123", "case_number", "24-000123"),
    ("pl", "mieszkam w Hartfordzie", "town", "Hartford"),
    ("pl", "do Norwalku", "town", "Norwalk"),
    ("pl", "DMV w New Britain", "office", "New Britain"),
    ("pl", "bez dowodu rejestracyjnego", "document", "registration_card"),
    ("pl", "wybory samorządowe", "election", "municipal_election"),
    ("pl", "rozmowa po polsku", "language", "pl"),
    ("pl", "moja tablica to AB-12345", "plate_number", "AB12345"),
    ("pl", "numer potwierdzenia NB 7K3M9Q", "confirmation_number", "NB-7K3M9Q"),
    ("pl", "numer sprawy 881204", "case_number", "881204"),
    ("fr", "le bureau de Norwich", "office", "Norwich"),
    ("fr", "mon permis de conduire", "document", "driver_license"),
    ("fr", "la primaire d'août", "election", "state_primary"),
    ("fr", "quelqu'un qui parle français", "language", "fr"),
    ("fr", "ma plaque est AB12345", "plate_number", "AB12345"),
    ("fr", "numéro de confirmation 9F22", "confirmation_number", "9F22"),
    ("fr", "mon dossier numéro 558120", "case_number", "558120"),
    ("fr", "j'habite au 45 Main Street à Norwich", "address", "45 Main Street"),
    ("it", "l'ufficio di Danbury", "office", "Danbury"),
    ("it", "la carta d'identità", "document", "state_id"),
    ("it", "le elezioni comunali", "election", "municipal_election"),
    ("it", "parlate italiano", "language", "it"),
    ("it", "la targa è AB12345", "plate_number", "AB12345"),
    ("it", "codice di conferma AB4421", "confirmation_number", "AB4421"),
    ("it", "la mia pratica 771904", "case_number", "771904"),
    ("it", "abito a Bridgeport", "town", "Bridgeport"),
    ("vi", "văn phòng Hartford", "office", "Hartford"),
    ("vi", "tôi mất giấy khai sinh", "document", "birth_certificate"),
    ("vi", "mat ho chieu", "document", "passport"),
    ("vi", "bầu cử sơ bộ tổng thống", "election", "presidential_primary"),
    ("vi", "có ai nói tiếng Việt không", "language", "vi"),
    ("vi", "biển số xe là AB12345", "plate_number", "AB12345"),
    ("vi", "mã xác nhận NB-7K3M9Q", "confirmation_number", "NB-7K3M9Q"),
    ("vi", "mã hồ sơ của tôi là 5512398", "case_number", "5512398"),
    ("ar", "أسكن بهارتفورد", "town", "Hartford"),
    ("ar", "مكتب نورويتش", "office", "Norwich"),
    ("ar", "ضاعت شهادة الميلاد", "document", "birth_certificate"),
    ("ar", "وبالجواز كمان", "document", "passport"),
    ("ar", "الانتخابات البلدية", "election", "municipal_election"),
    ("ar", "حدا بيحكي عربي", "language", "ar"),
    ("ar", "رقم اللوحة AB12345", "plate_number", "AB12345"),
    ("ar", "رقم التأكيد NB-7K3M9Q", "confirmation_number", "NB-7K3M9Q"),
    ("ar", "رقم الطلب ٤٤٥٢١٧", "case_number", "445217"),
    ("ru", "живу в Нью-Хейвене", "town", "New Haven"),
    ("ru", "я из Вотербери", "town", "Waterbury"),
    ("ru", "офис в Норвиче", "office", "Norwich"),
    ("ru", "нет водительских прав", "document", "driver_license"),
    ("ru", "ноябрьские выборы 2026", "election", "state_election"),
    ("ru", "поговорить по-русски", "language", "ru"),
    ("ru", "госномер AB12345", "plate_number", "AB12345"),
    ("ru", "номер подтверждения NB-7K3M9Q", "confirmation_number", "NB-7K3M9Q"),
    ("ru", "номер моей заявки 881204", "case_number", "881204"),
    ("hi", "मैं नॉर्विच में रहता हूँ", "town", "Norwich"),
    ("hi", "हार्टफ़र्ड का ऑफिस", "office", "Hartford"),
    ("hi", "बिजली का बिल चलेगा", "document", "utility_bill"),
    ("hi", "bijli ka bill chalega", "document", "utility_bill"),
    ("hi", "राष्ट्रपति चुनाव", "election", "state_election"),
    ("hi", "कोई हिंदी बोलता है", "language", "hi"),
    ("hi", "गाड़ी का नंबर AB12345 है", "plate_number", "AB12345"),
    ("hi", "कन्फर्मेशन नंबर NB-7K3M9Q", "confirmation_number", "NB-7K3M9Q"),
    ("hi", "केस नंबर 88213", "case_number", "88213"),
]


@pytest.mark.parametrize(("language", "text", "kind", "value"), SAID)
def test_a_resident_names_it_in_their_own_way(language: str, text: str, kind: str, value: str) -> None:
    assert value in only(text, kind, language)


def test_every_language_has_its_cases() -> None:
    assert all(sum(case[0] == language for case in SAID) >= 8 for language in LANGUAGES)


@pytest.mark.parametrize(
    ("text", "language", "kind", "value"),
    [
        ("July 4, 1980", "en", "date", "1980-07-04"),
        ("4 lipca 1980", "pl", "date", "1980-07-04"),
        ("1980年7月4日", "zh", "date", "1980-07-04"),
        ("at 3pm", "en", "time", "15:00"),
        ("alle 15:30", "it", "time", "15:30"),
    ],
)
def test_dates_and_times_are_in_iso(text: str, language: str, kind: str, value: str) -> None:
    assert only(text, kind, language) == [value]


def test_a_date_that_can_be_read_in_two_ways_has_both() -> None:
    (value,) = only("04/07/1980", "date", "es")
    assert set(value) == {"1980-07-04", "1980-04-07"}


def test_a_day_that_no_calendar_has_is_told() -> None:
    (entity,) = FINDER.find("31 June 1980")
    assert (entity["entity"], entity["impossible"], entity["value"]) == ("date", True, entity["text"])


def test_month_and_year_of_an_election_are_told() -> None:
    with time_machine.travel(NOW, tick=False):
        named = FINDER.find("the municipal election in November 2027")
    (entity,) = (one for one in named if one["entity"] == "election")
    assert (entity["value"], entity["month"], entity["year"]) == ("municipal_election", 11, 2027)


def test_an_election_is_named_by_the_ids_of_its_rules() -> None:
    named = read_yaml(REPOSITORY / "data" / "election_words.yml")["kinds"]
    assert set(named) <= {*rules()["elections"], *rules()["no_rule"]}


def test_an_office_holds_its_town_and_both_are_told() -> None:
    assert found("when does the norwich dmv open") == [("office", "Norwich"), ("town", "Norwich")]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("my number is 860-555-0147", ["phone_number"]),
        ("zip code number 06360", ["town"]),
        ("my case number is AB-12345", ["case_number"]),
        ("application LA-1234567", ["confirmation_number"]),
        ("NB-7K3M9Q", ["confirmation_number"]),
        ("12 Norwich Avenue", ["address"]),
        ("24-000123 call 860-555-0100 in 06360", ["case_number", "phone_number", "town"]),
        ("confirmation number 24-000123", ["case_number"]),
    ],
)
def test_a_number_is_one_thing(text: str, kinds: list[str]) -> None:
    assert [kind for kind, _ in found(text)] == kinds


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("do I need new plates for my truck", "en"),
        ("in 2 weeks to drive", "en"),
        ("16 to drive", "en"),
        ("confirmation for 2 people", "en"),
        ("the plates 2nd set", "en"),
        ("el plate tabe3i maksoura", "ar"),
        ("us 10001", "en"),
        ("I am on-screen now", "en"),
        ("nb please", "en"),
        ("is the election fair", "en"),
        ("perché sono qui", "it"),
        ("a new town for us", "en"),
    ],
)
def test_ordinary_words_name_nothing(text: str, language: str) -> None:
    assert not {kind for kind, _ in found(text, language)} - {"date", "time"}


@pytest.mark.parametrize("town", sorted(towns()))
@pytest.mark.parametrize("script", ["ru", "ar", "hi", "zh"])
def test_every_town_is_known_in_every_script(town: str, script: str) -> None:
    assert {value for name in NAMES[town][script].split(",") for value in only(name.strip(), "town", script)} == {town}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("mieszkam w Norwich", "pl"),
        ("мой номер 24-000123", "ru"),
        ("我住在 Hartford", "zh"),
        ("我住在哈特福德", "zh"),
        ("moro em Danbury", "pt"),
        ("m rete Norwich", "ht"),
        ("j'habite à Norwich", "fr"),
        ("abito a Norwich", "it"),
        ("tôi ở Hartford", "vi"),
        ("أنا ساكن في هارتفورد", "ar"),
        ("मैं नॉर्विच में रहता हूँ", "hi"),
        ("I was born on July 4, 1980", "en"),
        ("nací el 4 de julio de 1980", "es"),
        ("my plate number is AB12345", "en"),
        ("my email is jo@example.org", "en"),
        ("NB-7K3M9Q", "en"),
        ("3pm please", "en"),
    ],
)
def test_an_answer_with_words_around_it_is_bare(text: str, language: str) -> None:
    assert is_bare_answer(text, FINDER.find(text, language))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("where is the DMV in Norwich", "en"),
        ("address of the Norwich DMV", "en"),
        ("passport", "en"),
        ("what documents", "en"),
        ("is the dmv open on July 4", "en"),
        ("hay DMV el 4 de julio", "es"),
        ("gdzie jest DMV w Norwich", "pl"),
        ("诺威奇车管局几点开门", "zh"),
        ("早上好", "zh"),
        ("à demain", "fr"),
        ("ساعات مكتب هارتفورد كم", "ar"),
    ],
)
def test_a_question_or_a_greeting_is_no_bare_answer(text: str, language: str) -> None:
    assert not is_bare_answer(text, FINDER.find(text, language))


def test_what_is_parsed_is_shown_with_type_text_value_and_place() -> None:
    entity = FINDER.find("31 June 1980")[0]
    shown = described("31 June 1980", {"intent": {"name": "inform", "confidence": 1.0}, "entities": [entity]})[
        "entities"
    ]
    place = {"start": 0, "end": 12}
    assert shown == [{"type": "date", "text": "31 June 1980", "value": "31 June 1980", "impossible": True, **place}]


def test_a_paper_alone_is_no_answer() -> None:
    assert not BARE & {"document", "office", "office_kind", "election", "language"}


def test_the_stronger_of_two_finds_in_one_place_is_kept() -> None:
    weak, strong = Span("language", "en", 0, 9), Span("email", "a@b.org", 4, 12)
    assert settle([weak, strong]) == [strong]
    assert PRIORITY.index("email") < PRIORITY.index("language")


def test_of_two_finds_of_one_kind_the_longer_one_is_kept() -> None:
    short, long = Span("document", "visa", 0, 4), Span("document", "passport", 0, 9)
    assert settle([short, long]) == [long]


@pytest.mark.parametrize("file", ["documents.yml", "number_words.yml", "office_words.yml", "election_words.yml"])
def test_every_list_has_words_of_every_language(file: str) -> None:
    raw = read_yaml(REPOSITORY / "data" / file)
    for lists in (raw, raw.get("kinds", {})):
        for name, by_language in lists.items():
            if isinstance(by_language, dict) and name not in ("kinds", "months"):
                assert set(LANGUAGES) <= set(by_language), name


def test_a_phrase_may_count_in_its_own_language_only() -> None:
    phrases = Phrases({"primary": {"ht": ["=primè"]}})
    assert phrases.find("nan primè a", "ht")
    assert not phrases.find("le prime volte", "it")


def test_a_phrase_without_a_word_is_a_mistake_in_the_list() -> None:
    with pytest.raises(ValueError, match="no word"):
        Phrases({"id": {"en": ["*"]}})


@given(st.text(max_size=200), st.sampled_from(sorted(LANGUAGES)))
def test_whatever_is_written_entities_stand_where_they_say(text: str, language: str) -> None:
    for entity in FINDER.find(text, language):
        assert 0 <= entity["start"] < entity["end"] <= len(text)
        assert entity["text"] == text[entity["start"] : entity["end"]]
        assert entity["value"]
