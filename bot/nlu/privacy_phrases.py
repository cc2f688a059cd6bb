"""Whether a message asks, as a whole, to delete what is stored about the resident (`data/privacy_phrases.yml`).

It is done at once and cannot be undone, so nothing else may be said: the message is made of the listed words alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from core.jurisdiction import read_yaml
from core.settings import REPOSITORY
from core.text import fold, words

LONGEST = 120
"""Characters."""


@dataclass(frozen=True)
class _Words:
    """Of one language, the longest first."""

    verbs: tuple[str, ...]
    objects: tuple[str, ...]
    fillers: tuple[str, ...]
    phrases: tuple[str, ...]


def wants_deletion(text: str) -> bool:
    if len(text) > LONGEST:
        return False
    said = _bare(text)
    return any(_is_said(said, listed) for listed in _listed())


def _is_said(said: str, listed: _Words) -> bool:
    without_phrase = _without(said, listed.phrases)
    if without_phrase != said:
        return not _without(without_phrase, listed.fillers).strip()
    without_object = _without(said, listed.objects)
    without_verb = _without(without_object, listed.verbs)
    if said == without_object or without_object == without_verb:
        return False
    return not _without(without_verb, listed.fillers).strip()


def _without(said: str, listed: Iterable[str]) -> str:
    for phrase in listed:
        while phrase in said:
            said = said.replace(phrase, "  ")
    return said


def _bare(text: str) -> str:
    """Folded words between spaces, without punctuation; an apostrophe stays inside its word."""
    folded = fold(text).replace("'", "\N{MODIFIER LETTER APOSTROPHE}")
    return f" {' '.join(word for word in words(folded) if any(map(str.isalnum, word)))} "


@cache
def _listed() -> tuple[_Words, ...]:
    raw: dict[str, dict[str, list[str]]] = read_yaml(REPOSITORY / "data" / "privacy_phrases.yml")
    return tuple(
        _Words(*(_prepared(of_language[kind]) for kind in ("verbs", "objects", "fillers", "phrases")))
        for of_language in raw.values()
    )


def _prepared(listed: list[str]) -> tuple[str, ...]:
    """Chinese is written without spaces: there a word counts wherever it stands."""
    bare = (_bare(str(phrase)) for phrase in listed)
    found = {phrase.strip() if "\u3400" <= phrase.strip()[0] <= "\u9fff" else phrase for phrase in bare}
    return tuple(sorted(found, key=len, reverse=True))
