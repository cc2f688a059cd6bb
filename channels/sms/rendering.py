"""One turn's messages as one text: the answers, then numbered choices, then the first link as the last thing."""

import re
import unicodedata
from typing import Any

from channels.sms import choices
from channels.sms.segments import fits, safe

CUT = "..."
# After a sentence's end and before a new one; not inside "a.m. to 4".
SENTENCE_END = re.compile("(?<=[.!?\u061f\u0964])[ \n]+(?![a-z\u00e0-\u00ff0-9])|(?<=[\u3002\uff01\uff1f])|\n+")


def text_of(messages: list[dict[str, Any]], note: str | None = None) -> str:
    """At most three segments. A longer answer is cut at the end of a sentence; choices and link are kept.

    `note` is a remark on the translation; it is left out when there is no room. Empty when no message says anything.
    """
    body = "\n".join(_paragraphs(message["text"]) for message in messages if message.get("text"))
    offered = choices.offered_in(messages)
    link = _first_link(messages)
    if note and fits(_join(body, [safe(note)], offered, link)):
        return _join(body, [safe(note)], offered, link)
    while not fits(_join("", [], offered, link)) and offered:
        offered = offered[:-1]
    return _join(_shortened(body, offered, link), [], offered, link)


def _paragraphs(text: str) -> str:
    return re.sub(r"\s*\n\s*", "\n", safe(text).strip())


def _first_link(messages: list[dict[str, Any]]) -> str | None:
    links = [link for message in messages for link in message.get("links") or []]
    return re.sub(r"^https?://(www\.)?", "", links[0]["url"]).rstrip("/") if links else None


def _join(body: str, notes: list[str], offered: list[dict[str, Any]], link: str | None) -> str:
    return "\n".join([*([body] if body else []), *notes, *map(safe, choices.lines(offered)), *([link] if link else [])])


def _shortened(body: str, offered: list[dict[str, Any]], link: str | None) -> str:
    """The longest beginning of the body that leaves room for the rest: whole sentences, else whole words."""

    def has_room(part: str) -> bool:
        return fits(_join(part, [], offered, link))

    if has_room(body):
        return body
    for end in reversed([found.start() for found in SENTENCE_END.finditer(body)]):
        if end and has_room(body[:end].rstrip()):
            return body[:end].rstrip()
    for end in range(len(body) - 1, 0, -1):
        if _may_cut(body, end) and has_room(body[:end].rstrip() + CUT):
            return body[:end].rstrip() + CUT
    return ""


def _may_cut(text: str, at: int) -> bool:
    """Between words, or between letters of a script without spaces; never inside a link, a number or a letter."""
    before, after = text[at - 1], text[at]
    if unicodedata.category(after) in ("Mn", "Mc", "Me") or after == "\u200d" or before == "\u200d":
        return False
    if after.isspace():
        word = text[:at].split()[-1:] + text[at:].split()[:1]
        return not (len(word) == 2 and all(re.search(r"\d", part) for part in word))  # "860 263-5700" is one number
    return _is_ideograph(before) or _is_ideograph(after)


def _is_ideograph(character: str) -> bool:
    return "\u3000" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"
