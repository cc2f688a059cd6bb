"""From a stored message to what the public sees: the JSON message of the API, and its text split for the page."""

import re
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from channels.web.reader_language import by_tag
from channels.words_web import word
from core.languages import Language, language

RATED_AREAS = ("dmv_", "vote_", "service_")
"""Topics of these areas end in "Did this answer your question?"; small talk and emergencies do not."""

SAFE_LINK = re.compile(r"(https?://|tel:|mailto:|sms:)", re.IGNORECASE)
PHONE = re.compile(r"(?<![\d-])(?:1-)?(?:\((\d{3})\)\s|(\d{3})-)(\d{3})-(\d{4})(?![\d-])")


class Choice(TypedDict):
    title: str
    payload: str


class Link(TypedDict):
    title: str
    url: str


class Source(TypedDict):
    title: str
    url: str
    verified_on: str | None


class PublicMessage(TypedDict, total=False):
    """One message as `channels/openapi.yaml` describes it."""

    seq: int
    sender: str  # becomes "from", which is no name in Python
    text: str
    lang: str
    dir: str
    choices: list[Choice]
    links: list[Link]
    sources: list[Source]
    topic: str
    at: str
    id: str
    translation: Literal["draft", "reviewed"]
    english: str
    note: str
    helpful: bool | None


def assistant_message(
    stored: dict[str, Any], conversation_language: str | None, *, rated: bool | None, is_last: bool
) -> dict[str, Any]:
    """The public form of a row of the outbox; `rated` is the resident's feedback on it, if there is any."""
    served = by_tag(stored.get("lang"))
    seq: int = stored["seq"]
    shown = PublicMessage(
        seq=seq,
        text=stored["text"],
        lang=served.tag,
        dir=served.direction,
        choices=[
            Choice(title=choice["title"], payload=f"{seq}.{place}")
            for place, choice in enumerate(stored.get("choices") or (), start=1)
        ],
        links=[
            Link(title=link["title"], url=link["url"])
            for link in stored.get("links") or ()
            if SAFE_LINK.match(link["url"])
        ],
        sources=[
            Source(title=source["title"], url=source["url"], verified_on=source.get("verified_on"))
            for source in stored.get("sources") or ()
            if SAFE_LINK.match(source["url"])
        ],
        at=stored["at"],
    )
    _add_translation(shown, stored, served, language(conversation_language))
    if topic := stored.get("topic"):
        shown["topic"] = topic
        if is_last and topic.startswith(RATED_AREAS):
            shown["helpful"] = rated
    return {"from": stored.get("from", "assistant"), **shown}


def _add_translation(shown: PublicMessage, stored: dict[str, Any], served: Language, wanted: Language) -> None:
    if served.code == "en":
        if wanted.code != "en":
            shown["note"] = word("english_note", wanted, language=wanted.name)
        return
    shown["translation"] = "reviewed" if stored.get("reviewed") else "draft"
    if not stored.get("reviewed"):
        shown["note"] = word("draft_note", served)
    if stored.get("english"):
        shown["english"] = stored["english"]


def resident_message(seq: int, client_key: str, text: str, lang: str, at: str) -> dict[str, Any]:
    """What the resident wrote. Its direction is left to its letters: people mix languages."""
    shown = PublicMessage(
        seq=seq, id=client_key, text=text, lang=lang, dir="auto", choices=[], links=[], sources=[], at=at
    )
    return {"from": "resident", **shown}


@dataclass(frozen=True)
class Piece:
    """A run of text; a phone number carries the address that dials it."""

    text: str
    dial: str | None = None


@dataclass(frozen=True)
class Block:
    """A paragraph of lines, or a list of items."""

    kind: Literal["paragraph", "list"]
    lines: list[list[Piece]]


def blocks(text: str) -> list[Block]:
    """Split plain text: blank lines part paragraphs, lines that start with "- " are list items."""
    found: list[Block] = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        open_block: Block | None = None
        for line in paragraph.split("\n"):
            is_item = line.lstrip().startswith("- ")
            kind: Literal["paragraph", "list"] = "list" if is_item else "paragraph"
            if open_block is None or open_block.kind != kind:
                open_block = Block(kind, [])
                found.append(open_block)
            open_block.lines.append(pieces(line.lstrip()[2:] if is_item else line))
    return found


def pieces(line: str) -> list[Piece]:
    """Split a line around phone numbers, so that a thumb can dial them."""
    found: list[Piece] = []
    end = 0
    for match in PHONE.finditer(line):
        if match.start() > end:
            found.append(Piece(line[end : match.start()]))
        found.append(Piece(match.group(), "tel:+1" + "".join(match.groups(""))))
        end = match.end()
    if end < len(line):
        found.append(Piece(line[end:]))
    return found
