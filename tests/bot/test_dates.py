"""Dates as residents write them, in twelve languages."""

import datetime as dt

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.dates import DaySpan, as_birth_date, as_coming_day, as_date, find_dates
from core.languages import LANGUAGES
from core.values import format_value

TODAY = dt.date(2026, 11, 24)
"""A Tuesday."""

CASES = {
    "en": {
        "my birthday is 4 july 1980": "1980-07-04",
        "born July 4th, 1980 in Hartford": "1980-07-04",
        "07/04/80": "1980-07-04 1980-04-07",
        "13/04/80": "1980-04-13",
        "04/13/80": "1980-04-13",
        "jul-4-1980": "1980-07-04",
        "july4th1980": "1980-07-04",
        "febuary 3 1999": "1999-02-03",
        "can I come on fri": "2026-11-27",
        "next friday": "2026-11-27 2026-12-04",
        "monday next week": "2026-11-30",
        "tmrw pls": "2026-11-25",
        "the day after tomorrow": "2026-11-26",
        "in 3 days": "2026-11-27",
        "in a week": "2026-12-01",
        "two weeks ago": "2026-11-10",
        "friday 7/4": "2027-07-04 2027-04-07",
        "Saturday 07/04/2026": "2026-07-04",
        "fourth of july": "2027-07-04",
        "is it open on the 15th?": "2026-12-15",
    },
    "es": {
        "nací el 4 de julio de 1980": "1980-07-04",
        "4 julio 80": "1980-07-04",
        "el 4 de setiembre": "2027-09-04",
        "4 de septiembre del 2027": "2027-09-04",
        "07/04/1980": "1980-04-07 1980-07-04",
        "cuatro de julio del 80": "1980-07-04",
        "primero de mayo de 1975": "1975-05-01",
        "pasado manana": "2026-11-26",
        "mañana por la mañana": "2026-11-25",
        "el próximo lunes": "2026-11-30",
        "el miercoles que viene": "2026-11-25 2026-12-02",
        "dentro de dos semanas": "2026-12-08",
        "hace 3 días": "2026-11-21",
        "july 4 1980": "1980-07-04",
    },
    "pt": {
        "4 de julho de 1980": "1980-07-04",
        "nasci em 4 de julho de 1980": "1980-07-04",
        "1º de março de 1990": "1990-03-01",
        "4 de marco 1990": "1990-03-04",
        "13/04/1980": "1980-04-13",
        "segunda-feira que vem": "2026-11-30",
        "na sexta": "2026-11-27",
        "depois de amanhã": "2026-11-26",
        "amanha": "2026-11-25",
        "daqui a 3 dias": "2026-11-27",
        "quatro de julho": "2027-07-04",
        "dia 15": "2026-12-15",
    },
    "zh": {
        "1990年7月4日": "1990-07-04",
        "我的生日是一九九〇年七月四日": "1990-07-04",
        "七月四日": "2027-07-04",
        "十二月二十五号": "2026-12-25",
        "80年7月4号": "1980-07-04",
        "明年3月5日": "2027-03-05",
        "1990-07-04": "1990-07-04",
        "1990/7/4": "1990-07-04",
        "我想下周五去": "2026-12-04",
        "週五": "2026-11-27",
        "下個星期三": "2026-12-02",
        "后天可以吗": "2026-11-26",
        "三天后": "2026-11-27",
        "4号可以吗": "2026-12-04",
        "july 4 1990": "1990-07-04",
    },
    "ht": {
        "mwen fèt 4 jiyè 1980": "1980-07-04",
        "4 jiye 1980": "1980-07-04",
        "4 me 1980": "1980-05-04",
        "4 out 1980": "1980-08-04",
        "premye janvye 1990": "1990-01-01",
        "le 4 juillet 1980": "1980-07-04",
        "13/04/1980": "1980-04-13",
        "lendi pwochen": "2026-11-30",
        "madi": "2026-12-01",
        "demen": "2026-11-25",
        "apre demen": "2026-11-26",
        "nan 3 jou": "2026-11-27",
        "4 septanm": "2027-09-04",
    },
    "pl": {
        "urodziłem się 4 lipca 1980": "1980-07-04",
        "4-go lipca 1980 r.": "1980-07-04",
        "04.07.1980": "1980-07-04",
        "4.7.80": "1980-07-04",
        "3 wrzesnia 1990": "1990-09-03",
        "5 pazdziernika 1971 roku": "1971-10-05",
        "czwartego lipca": "2027-07-04",
        "w piatek": "2026-11-27",
        "w przyszły poniedziałek": "2026-11-30",
        "pojutrze": "2026-11-26",
        "za tydzień": "2026-12-01",
        "za 3 dni": "2026-11-27",
        "15.03": "2027-03-15",
    },
    "fr": {
        "né le 4 juillet 1980": "1980-07-04",
        "1er juillet 1980": "1980-07-01",
        "le 4 juil. 1980": "1980-07-04",
        "4 aout 1980": "1980-08-04",
        "25 decembre": "2026-12-25",
        "quatre juillet 1980": "1980-07-04",
        "04/07/1980": "1980-07-04 1980-04-07",
        "mar. 4 juil. 1980": "1980-07-04",
        "lundi prochain": "2026-11-30",
        "après-demain": "2026-11-26",
        "aujourd’hui": "2026-11-24",
        "dans 3 jours": "2026-11-27",
        "il y a une semaine": "2026-11-17",
    },
    "it": {
        "nato il 4 luglio 1980": "1980-07-04",
        "l'8 marzo 1975": "1975-03-08",
        "1º maggio 1990": "1990-05-01",
        "4/7/80": "1980-07-04 1980-04-07",
        "13.04.1980": "1980-04-13",
        "quattro luglio": "2027-07-04",
        "4 setembre 1980": "1980-09-04",
        "lunedi prossimo": "2026-11-30",
        "venerdì": "2026-11-27",
        "dopodomani": "2026-11-26",
        "fra 2 settimane": "2026-12-08",
        "3 giorni fa": "2026-11-21",
    },
    "vi": {
        "ngày 4 tháng 7 năm 1980": "1980-07-04",
        "ngay 4 thang 7 nam 1980": "1980-07-04",
        "mùng 4 tháng tư": "2027-04-04",
        "4 tháng 12, 1980": "1980-12-04",
        "ngày 5/7/1980": "1980-07-05 1980-05-07",
        "tháng 7 ngày 4 năm 1980": "1980-07-04",
        "thứ sáu tuần sau": "2026-12-04",
        "thu 2": "2026-11-30",
        "chủ nhật": "2026-11-29",
        "ngay mai": "2026-11-25",
        "3 ngày nữa": "2026-11-27",
        "hôm nay": "2026-11-24",
        "ngày 15": "2026-12-15",
    },
    "ar": {
        "٤ يوليو ١٩٨٠": "1980-07-04",
        "١٢/٣/١٩٨٠": "1980-03-12 1980-12-03",
        "4 كانون الثاني 1980": "1980-01-04",
        "٤ تموز ١٩٨٠": "1980-07-04",
        "4 yolyo 1980": "1980-07-04",
        "يوم 4 شهر أغسطس 1980": "1980-08-04",
        "يوم الإثنين": "2026-11-30",
        "للجمعة": "2026-11-27",
        "بكرة": "2026-11-25",
        "بعد أسبوعين": "2026-12-08",
        "بعد ٣ أيام": "2026-11-27",
        "bokra": "2026-11-25",
        "4 يُولْيُو 1980": "1980-07-04",
    },
    "ru": {
        "родился 4 июля 1980 г.": "1980-07-04",
        "04.07.80": "1980-07-04",
        "4-го мая": "2027-05-04",
        "четвертое июля 1980 года": "1980-07-04",
        "двадцать первого мая": "2027-05-21",
        "4 iyulya 1980": "1980-07-04",
        "в пт": "2026-11-27",
        "в среду": "2026-11-25",
        "послезавтра": "2026-11-26",
        "через 3 дня": "2026-11-27",
        "через неделю": "2026-12-01",
        "в пятницу на следующей неделе": "2026-12-04",
        "15.03": "2027-03-15",
    },
    "hi": {
        "4 जुलाई 1980": "1980-07-04",
        "४/७/१९८०": "1980-07-04 1980-04-07",
        "15 अगस्त को": "2027-08-15",
        "फ़रवरी 4, 1990": "1990-02-04",
        "फरवरी 4, 1990": "1990-02-04",
        "4 july 1980 ko": "1980-07-04",
        "4 julai 1980": "1980-07-04",
        "kal": "2026-11-25 2026-11-23",
        "आज": "2026-11-24",
        "अगले सोमवार": "2026-11-30",
        "shukravar ko": "2026-11-27",
        "3 din baad": "2026-11-27",
        "2 हफ्ते पहले": "2026-11-10",
    },
}
TABLE = [(language, text, said) for language, cases in CASES.items() for text, said in cases.items()]


def readings(text: str, language: str = "en") -> list[str]:
    return [" ".join(map(dt.date.isoformat, found.readings)) for found in find_dates(text, language, TODAY)]


@pytest.mark.parametrize(("language", "text", "said"), TABLE)
def test_a_date_is_read_as_its_writer_meant_it(language: str, text: str, said: str) -> None:
    assert readings(text, language) == [said]


def test_every_language_has_its_dozen_of_cases() -> None:
    assert set(CASES) == set(LANGUAGES)
    assert all(len(cases) >= 12 for cases in CASES.values())


@pytest.mark.parametrize(
    "text",
    [
        "24-000123",
        "case 24 000123",
        "860-555-0147",
        "(860) 555-0147",
        "1-860-555-0147",
        "06360",
        "06360-1234",
        "$15 march",
        "it costs 12.50",
        "LA-778812",
        "LA-12-1980",
        "1 May Street",
        "12 March Ln",
        "may i renew it",
        "march of dimes",
        "I am 17 years old",
        "open 24/7",
        "1/2 hour",
        "it took 3 weeks",
        "form R-229",
        "123-45-6789",
        "I-90 in 2026",
        "1980",
    ],
)
@pytest.mark.parametrize("language", ["en", "es", "vi"])
def test_other_numbers_and_words_are_no_dates(text: str, language: str) -> None:
    assert readings(text, language) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("pt", "segunda via da carteira"),
        ("pl", "ul. 3 Maja 12"),
        ("es", "calle 5 de mayo"),
        ("es", "por la mañana"),
        ("ht", "ki moun ou ye"),
        ("ht", "li gen 9 an"),
        ("ht", "m pa soti out"),
        ("vi", "máy tính của tôi"),
        ("vi", "tôi đợi 3 tháng rồi"),
        ("vi", "lần thứ hai"),
        ("zh", "我住了三个月"),
        ("hi", "mai DMV gaya"),
    ],
)
def test_words_that_only_look_like_dates_are_none(language: str, text: str) -> None:
    assert readings(text, language) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "31 june 1980"),
        ("en", "feb 29 1981"),
        ("en", "02/30/1980"),
        ("en", "31/06/1980"),
        ("es", "31 de junio de 1980"),
        ("pl", "31.06.1980"),
        ("zh", "1981年2月29日"),
        ("zh", "二月三十日"),
        ("ar", "٣١ يونيو ١٩٨٠"),
    ],
)
def test_a_day_that_no_calendar_has_is_found_and_marked(language: str, text: str) -> None:
    (found,) = find_dates(text, language, TODAY)
    assert found.impossible
    assert found.readings == ()


@pytest.mark.parametrize(
    ("language", "text", "first", "last"),
    [
        ("en", "next week", "2026-11-30", "2026-12-06"),
        ("en", "July 1980", "1980-07-01", "1980-07-31"),
        ("en", "in january", "2027-01-01", "2027-01-31"),
        ("en", "this weekend", "2026-11-28", "2026-11-29"),
        ("es", "la semana que viene", "2026-11-30", "2026-12-06"),
        ("zh", "下个月", "2026-12-01", "2026-12-31"),
        ("ru", "на следующей неделе", "2026-11-30", "2026-12-06"),
        ("vi", "tháng 7/2027", "2027-07-01", "2027-07-31"),
        ("ht", "semèn pwochèn", "2026-11-30", "2026-12-06"),
    ],
)
def test_a_stretch_has_its_first_and_last_day(language: str, text: str, first: str, last: str) -> None:
    (found,) = find_dates(text, language, TODAY)
    assert found.span == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))
    assert found.readings == ()


def test_several_dates_come_in_their_order_and_place() -> None:
    text = "moved on 3 march 2020, can I come next week or on 12/28/2026?"
    assert [text[found.start : found.end] for found in find_dates(text, "en", TODAY)] == [
        "3 march 2020",
        "next week",
        "12/28/2026",
    ]


@pytest.mark.parametrize(
    ("text", "born"),
    [
        ("7/14/80", ["1980-07-14"]),
        ("07/04/80", ["1980-07-04", "1980-04-07"]),
        ("12/25/30", ["1930-12-25"]),
        ("12/25/14", ["2014-12-25"]),
        ("12/25/20", ["1920-12-25"]),
        ("12/25/2020", ["2020-12-25"]),
        ("12/25/2030", []),
        ("1/31/1901", []),
        ("july 4", []),
        ("yesterday", []),
        ("july 1980", []),
    ],
)
def test_a_date_of_birth_lies_in_a_lifetime(text: str, born: list[str]) -> None:
    (found,) = find_dates(text, "en", TODAY)
    assert [day.isoformat() for day in as_birth_date(found, TODAY)] == born


def test_a_coming_day_is_never_past() -> None:
    def coming(text: str) -> tuple[DaySpan, ...]:
        (found,) = find_dates(text, "en", TODAY)
        return as_coming_day(found, TODAY)

    assert coming("friday") == (DaySpan(dt.date(2026, 11, 27), dt.date(2026, 11, 27)),)
    assert coming("july 4") == (DaySpan(dt.date(2027, 7, 4), dt.date(2027, 7, 4)),)
    assert coming("next week") == (DaySpan(dt.date(2026, 11, 30), dt.date(2026, 12, 6)),)
    assert coming("this week") == (DaySpan(TODAY, dt.date(2026, 11, 29)),)
    assert coming("yesterday") == coming("last week") == coming("july 4 1980") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("07141980", "1980-07-14"),
        ("19800714", "1980-07-14"),
        ("071480", "1980-07-14"),
        ("dob: 07141980", "1980-07-14"),
        ("the 15", "2026-12-15"),
        ("15", "2026-12-15"),
        ("tomorrow", "2026-11-25"),
    ],
)
def test_an_answer_may_be_a_bare_number(text: str, said: str) -> None:
    found = as_date(text, "en", TODAY)
    assert found is not None
    assert [day.isoformat() for day in found.readings] == [said]


def test_a_bare_answer_that_is_no_date_is_none() -> None:
    assert as_date("hello", "en", TODAY) is None
    assert as_date("860555", "en", TODAY) is None


@given(
    day=st.dates(dt.date(1930, 1, 1), dt.date(2036, 12, 31)),
    language=st.sampled_from([language for language in LANGUAGES.values() if language.code != "ht"]),
    width=st.sampled_from(["short", "medium", "long", "full"]),
)
def test_every_date_that_cldr_writes_is_read_back(day: dt.date, language, width: str) -> None:  # type: ignore[no-untyped-def]
    written = format_date(day, width, locale=language.locale)
    (found,) = find_dates(written, language.code, TODAY)
    known = {reading.replace(year=day.year) for reading in found.readings if reading.year % 100 == day.year % 100}
    if width == "short":
        assert day in known
        assert found.readings[0].month == day.month or day.day <= 12
    else:
        assert found.readings == (day,) or (day in found.readings and language.code == "ar" and width == "medium")


@given(day=st.dates(dt.date(1930, 1, 1), dt.date(2036, 12, 31)))
def test_every_date_that_we_write_in_haitian_creole_is_read_back(day: dt.date) -> None:
    (found,) = find_dates(format_value(day, "date", LANGUAGES["ht"]), "ht", TODAY)
    assert found.readings == (day,)


@given(day=st.dates(dt.date(1930, 1, 1), dt.date(2036, 12, 31)), language=st.sampled_from([*LANGUAGES]))
def test_the_languages_own_order_goes_first(day: dt.date, language: str) -> None:
    first, second = (day.month, day.day) if language in ("en", "zh") else (day.day, day.month)
    (found,) = find_dates(f"{first:02}/{second:02}/{day.year}", language, TODAY)
    assert found.readings[0] == day
    assert len(found.readings) == (2 if day.day <= 12 and day.day != day.month else 1)


WORDS = st.sampled_from(
    [
        "4",
        "12",
        "31",
        "07/04",
        "1980",
        "'80",
        "july",
        "may",
        "mañana",
        "lundi",
        "下周",
        "五",
        "七月",
        "三天后",
        "тому",
        "назад",
        "في",
        "3",
        "يوليو",
        "kal",
        "din",
        "baad",
        "thang",
        "7",
        "next",
        "9th",
        "of",
        "-",
        ".",
        ",",
        "/",
    ]
)


@given(
    text=st.text(max_size=120) | st.lists(WORDS, max_size=12).map(" ".join) | st.lists(WORDS, max_size=12).map("".join),
    language=st.sampled_from([*LANGUAGES, "xx"]),
)
def test_dates_stand_where_they_say_and_apart(text: str, language: str) -> None:
    end = 0
    for found in find_dates(text, language, TODAY):
        assert end <= found.start < found.end <= len(text)
        end = found.end
        assert found.impossible <= (not found.readings)
        as_birth_date(found, TODAY)
        as_coming_day(found, TODAY)
    as_date(text, language, TODAY)
