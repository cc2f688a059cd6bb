"""Times of day as residents write them, in twelve languages."""

import datetime as dt

import pytest
from babel.dates import format_time
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.times import as_time, find_times
from core.languages import LANGUAGES

CASES = {
    "en": {
        "can I come at 3pm": "15:00",
        "10 a.m.": "10:00",
        "3:30 works": "15:30",
        "half past two": "14:30",
        "quarter to five": "16:45",
        "at 3": "15:00",
        "at 9 tomorrow": "09:00",
        "11 o'clock please": "11:00",
        "noon": "12:00",
        "12 am": "00:00",
        "15:30": "15:30",
        "07:15": "07:15 19:15",
        "at 7": "07:00 19:00",
        "in the morning": "06:00-12:00",
        "between 2 and 4": "14:00-16:00",
        "2-4pm": "14:00-16:00",
        "9am to 5pm": "09:00-17:00",
        "from 9:00 to 11:30": "09:00-11:30",
        "after 3": "15:00-23:59",
        "before noon": "00:00-12:00",
    },
    "es": {
        "a las 3 de la tarde": "15:00",
        "3 de la tarde": "15:00",
        "a las dos y media": "14:30",
        "a la una menos cuarto": "12:45",
        "a las 2:30": "14:30",
        "alas 3": "15:00",
        "10 am": "10:00",
        "a las 15": "15:00",
        "mañana por la manana": "06:00-12:00",
        "al mediodia": "12:00",
        "después de las 4": "16:00-23:59",
        "entre las 2 y las 4": "14:00-16:00",
        "a las nueve de la mañana": "09:00",
    },
    "pt": {
        "às 15h30": "15:30",
        "as 3 da tarde": "15:00",
        "15h": "15:00",
        "às duas e meia": "14:30",
        "às 10 horas": "10:00",
        "10 da manhã": "10:00",
        "meio-dia": "12:00",
        "de manha": "06:00-12:00",
        "à tarde": "12:00-17:00",
        "14:30": "14:30",
        "depois das 4": "16:00-23:59",
        "entre as 2 e as 4 da tarde": "14:00-16:00",
    },
    "zh": {
        "下午3点半": "15:30",
        "下午3點半": "15:30",
        "上午十点": "10:00",
        "15点30分": "15:30",
        "3点一刻": "15:15",
        "十一点": "11:00",
        "下午２：３０": "14:30",
        "中午": "12:00",
        "早上": "06:00-12:00",
        "下午两点到四点": "14:00-16:00",
        "3点以后": "15:00-23:59",
        "3pm": "15:00",
        "明天下午可以吗": "12:00-17:00",
    },
    "ht": {
        "dezè nan apremidi": "14:00",
        "a 3 zè": "15:00",
        "3zè": "15:00",
        "dizè edmi": "10:30",
        "nevè di maten": "09:00",
        "10 ze nan maten": "10:00",
        "midi": "12:00",
        "nan maten": "06:00-12:00",
        "nan apremidi": "12:00-17:00",
        "2:30": "14:30",
        "3 pm": "15:00",
        "apre 3 zè": "15:00-23:59",
    },
    "pl": {
        "o 15": "15:00",
        "o 15:30": "15:30",
        "o 15.30": "15:30",
        "o wpół do trzeciej": "14:30",
        "o wpol do trzeciej": "14:30",
        "kwadrans po drugiej": "14:15",
        "o godz. 10": "10:00",
        "o trzeciej po południu": "15:00",
        "o 9 rano": "09:00",
        "rano": "06:00-12:00",
        "w południe": "12:00",
        "po 16": "16:00-23:59",
        "od 9 do 11": "09:00-11:00",
    },
    "fr": {
        "à 15h30": "15:30",
        "a 15h": "15:00",
        "15 h": "15:00",
        "à 3 heures de l'après-midi": "15:00",
        "deux heures et demie": "14:30",
        "à dix heures": "10:00",
        "9h du matin": "09:00",
        "à midi": "12:00",
        "le matin": "06:00-12:00",
        "l’après-midi": "12:00-17:00",
        "après 16h": "16:00-23:59",
        "entre 14h et 16h": "14:00-16:00",
    },
    "it": {
        "alle 15": "15:00",
        "alle 15:30": "15:30",
        "alle 15.30": "15:30",
        "alle tre e mezza": "15:30",
        "alle 3 del pomeriggio": "15:00",
        "ore 10": "10:00",
        "alle dieci": "10:00",
        "alle undici meno un quarto": "10:45",
        "mezzogiorno": "12:00",
        "di mattina": "06:00-12:00",
        "nel pomeriggio": "12:00-17:00",
        "dalle 9 alle 11": "09:00-11:00",
    },
    "vi": {
        "3 giờ chiều": "15:00",
        "3 gio chieu": "15:00",
        "lúc 15 giờ": "15:00",
        "2 giờ rưỡi": "14:30",
        "9h sáng": "09:00",
        "10 gio sang": "10:00",
        "9h30": "09:30",
        "mười giờ": "10:00",
        "buổi sáng": "06:00-12:00",
        "buổi chiều": "12:00-17:00",
        "14:30": "14:30",
        "sau 3 giờ": "15:00-23:59",
    },
    "ar": {
        "الساعة 3": "15:00",
        "الساعة ٣": "15:00",
        "الساعة الثانية والنصف": "14:30",
        "٣ مساء": "15:00",
        "٣ مساءً": "15:00",
        "10:30 صباحا": "10:30",
        "الساعة 9 الصبح": "09:00",
        "الساعة العاشرة إلا ربع": "09:45",
        "el sa3a 3": "15:00",
        "الصبح": "06:00-12:00",
        "بعد الظهر": "12:00-17:00",
        "الظهر": "12:00",
    },
    "ru": {
        "в 15:30": "15:30",
        "в 3 часа дня": "15:00",
        "в три": "15:00",
        "половина третьего": "14:30",
        "в половине третьего": "14:30",
        "без четверти три": "14:45",
        "в 10 утра": "10:00",
        "в 2 дня": "14:00",
        "утром": "06:00-12:00",
        "после обеда": "12:00-17:00",
        "в полдень": "12:00",
        "после 4": "16:00-23:59",
    },
    "hi": {
        "3 बजे": "15:00",
        "३ बजे": "15:00",
        "शाम 5 बजे": "17:00",
        "साढ़े तीन बजे": "15:30",
        "ढाई बजे": "14:30",
        "पौने तीन बजे": "14:45",
        "subah 10 baje": "10:00",
        "dopahar 2 baje": "14:00",
        "kal 3 baje": "15:00",
        "dus baje": "10:00",
        "सुबह": "06:00-12:00",
        "sham ko": "17:00-21:00",
    },
}
TABLE = [(language, text, said) for language, cases in CASES.items() for text, said in cases.items()]


def times(text: str, language: str = "en") -> list[str]:
    def shown(readings: tuple[dt.time, ...], between: str) -> str:
        return between.join(reading.isoformat("minutes") for reading in readings)

    return [
        shown(found.span, "-") if found.span else shown(found.readings, " ") for found in find_times(text, language)
    ]


@pytest.mark.parametrize(("language", "text", "said"), TABLE)
def test_a_time_is_read_as_its_writer_meant_it(language: str, text: str, said: str) -> None:
    assert times(text, language) == [said]


def test_every_language_has_its_dozen_of_cases() -> None:
    assert set(CASES) == set(LANGUAGES)
    assert all(len(cases) >= 12 for cases in CASES.values())


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "at 3 Main Street"),
        ("en", "I have 3 kids"),
        ("en", "it took 3 hours"),
        ("en", "24-000123"),
        ("en", "860-555-0147"),
        ("en", "06360"),
        ("en", "$3.30"),
        ("en", "one of us"),
        ("en", "07/04/1980"),
        ("es", "las dos licencias"),
        ("es", "voto temprano"),
        ("pt", "as duas carteiras"),
        ("pt", "muito tarde"),
        ("zh", "三个小时"),
        ("zh", "快一点"),
        ("zh", "星期五"),
        ("pl", "pytam o 3 sprawy"),
        ("fr", "3 heures d'attente"),
        ("vi", "bây giờ"),
        ("vi", "ba tôi"),
        ("vi", "hai đứa con"),
        ("ar", "3am bestanna"),
        ("ru", "ждал 3 часа"),
        ("ru", "три дня"),
        ("hi", "do subh"),
        ("hi", "3 घंटे"),
    ],
)
def test_other_numbers_and_words_are_no_times(language: str, text: str) -> None:
    assert times(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", "3", "15:00"),
        ("en", "10", "10:00"),
        ("en", "1530", "15:30"),
        ("en", "10 30", "10:30"),
        ("en", "two", "14:00"),
        ("es", "dos y media", "14:30"),
        ("zh", "３", "15:00"),
        ("ar", "٣", "15:00"),
    ],
)
def test_an_answer_may_be_a_bare_number(language: str, text: str, said: str) -> None:
    found = as_time(text, language)
    assert found is not None
    assert [reading.isoformat("minutes") for reading in found.readings] == [said]


def test_a_bare_answer_that_is_no_time_is_none() -> None:
    assert as_time("hello") is None
    assert as_time("75") is None
    assert as_time("860") is None


@given(
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)), language=st.sampled_from([*LANGUAGES.values()])
)
def test_every_time_that_cldr_writes_is_read_back(at: dt.time, language) -> None:  # type: ignore[no-untyped-def]
    locale = "en_US" if language.code == "ht" else language.locale
    (found,) = find_times(format_time(at, "short", locale=locale), language.code)
    assert at in found.readings or at.replace(hour=(at.hour + 12) % 24) in found.readings
    if at.hour == 0 or at.hour > 7:
        assert at in found.readings


WORDS = st.sampled_from(
    [
        "3",
        "15",
        "3:30",
        "15h30",
        "07/04",
        "at",
        "a",
        "las",
        "pm",
        "下午",
        "点",
        "半",
        "三",
        "три",
        "в",
        "часа",
        "половина",
        "الساعة",
        "بجے",
        "बजे",
        "ढाई",
        "giờ",
        "-",
        "to",
        ".",
        "%",
        "$",
    ]
)


@given(
    text=st.text(max_size=120) | st.lists(WORDS, max_size=12).map(" ".join) | st.lists(WORDS, max_size=12).map("".join),
    language=st.sampled_from([*LANGUAGES, "xx"]),
)
def test_times_stand_where_they_say_and_apart(text: str, language: str) -> None:
    end = 0
    for found in find_times(text, language):
        assert end <= found.start < found.end <= len(text)
        end = found.end
        assert bool(found.readings) != bool(found.span)
    as_time(text, language)
