"""Counting as carriers do, and texts that fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.sms.segments import GSM_BASIC, GSM_ESCAPED, count, safe
from channels.words_sms import ENGLISH, say
from core.languages import LANGUAGES

VALUES = {"state": "Connecticut", "phone": "(860) 263-5700", "emergency": "911"}


@pytest.mark.parametrize(
    ("text", "coding", "units", "segments"),
    [
        ("", "GSM-7", 0, 0),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 459, "GSM-7", 459, 3),
        ("a" * 460, "GSM-7", 460, 4),
        ("€" * 80, "GSM-7", 160, 1),
        ("a" * 152 + "€" * 77, "GSM-7", 306, 3),  # the escaped pair does not fit where the parts meet
        ("ş" * 70, "UCS-2", 70, 1),
        ("ş" * 71, "UCS-2", 71, 2),
        ("ş" * 201, "UCS-2", 201, 3),
        ("ş" * 202, "UCS-2", 202, 4),
        ("😀" * 35, "UCS-2", 70, 1),
        ("ş" + "😀" * 66, "UCS-2", 133, 2),
        ("ş" * 66 + "😀" * 34, "UCS-2", 134, 3),  # the surrogate pair likewise
    ],
)
def test_count(text: str, coding: str, units: int, segments: int) -> None:
    found = count(text)
    assert (found.coding, found.units, found.segments) == (coding, units, segments)


@pytest.mark.parametrize("letter", "éÉñÑüÜ¿¡àèòìùÇæÆ")
def test_letters_inside_gsm(letter: str) -> None:
    assert count(letter).coding == "GSM-7"


@pytest.mark.parametrize("letter", "áíóúÁÍÓÚ«»“”‘’–—…ªºâãçêôõëîïœÀÈÒąćęłńśźżđ中عर")
def test_letters_that_force_ucs2(letter: str) -> None:
    assert count(letter).coding == "UCS-2"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“No” – it’s 8:00\u202fAM…", '"No" - it\'s 8:00 AM...'),
        ("mí\u00a0señal", "mí señal"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200bb\ufeffc", "abc"),
    ],
)
def test_typographic_characters_become_plain_ones_and_accents_stay(text: str, expected: str) -> None:
    assert safe(text) == expected


@given(st.text(max_size=400))
def test_segments_never_hold_more_than_they_can(text: str) -> None:
    found = count(text)
    each = 153 if found.coding == "GSM-7" else 67
    assert found.units <= max(found.segments * each, 160 if found.coding == "GSM-7" else 70)
    assert found.segments <= 1 + found.units / (each - 1)


def test_the_gsm_alphabet_has_its_size() -> None:
    assert len(GSM_BASIC) == 127  # 128 with the escape itself
    assert len(GSM_ESCAPED) == 10


@pytest.mark.parametrize("name", ENGLISH)
@pytest.mark.parametrize("code", LANGUAGES)
def test_our_own_texts_fit_in_every_language(name: str, code: str) -> None:
    assert count(safe(say(name, LANGUAGES[code], **VALUES).text)).segments <= 3


def test_spanish_has_every_text() -> None:
    assert all(say(name, LANGUAGES["es"], **VALUES).language.code == "es" for name in ENGLISH)
