"""What a resident typed, made safe to store and to show: always text, never longer than allowed."""

import re
import unicodedata

LONGEST = 1000

# Controls except tab and line break; bidirectional overrides and isolates, which can make text look like other text
# and reach beyond their own message; tag characters, which hide text from readers but not from programs (except
# after a black flag, where they spell the flag of a region); halves of surrogate pairs; byte order mark and
# characters that Unicode says are none.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\uffff\U000e0000-\U000e007f]"
)
_MANY_BREAKS = re.compile(r"\n{3,}")


def clean(text: str) -> str:
    """The text without hidden characters and outer space; empty when nothing readable was typed."""
    text = _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _MANY_BREAKS.sub("\n\n", unicodedata.normalize("NFC", text)).strip()
    return text if _has_something_to_read(text) else ""


def _has_something_to_read(text: str) -> bool:
    """False for text of nothing but spaces, joiners and other marks that show nothing."""
    return any(unicodedata.category(character)[0] not in "ZC" for character in text)
