"""Phrases of a list in a text: whole words, in any case, with or without diacritics, the longest first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.nlu.finders.tokens import TOKEN, Token, plain, readings, tokens

ANY_ENDING = "*"
OWN_LANGUAGE = "="


@dataclass(frozen=True, slots=True)
class Match:
    value: str
    start: int
    end: int


@dataclass(slots=True)
class _Node:
    """What may follow the words so far: whole words, beginnings of words, and the value if a phrase ends here."""

    values: dict[str, str] = field(default_factory=dict)
    """By the language in which the phrase counts; "" for all."""
    whole: dict[str, "_Node"] = field(default_factory=dict)
    beginnings: dict[str, "_Node"] = field(default_factory=dict)

    def after(self, word: str) -> Iterator["_Node"]:
        if word in self.whole:
            yield self.whole[word]
        if self.beginnings:
            for length in range(len(word), 1, -1):
                if word[:length] in self.beginnings:
                    yield self.beginnings[word[:length]]


class Phrases:
    """Phrases by the value they stand for, and below that by language.

    `паспорт*` stands for every word that begins so. A phrase counts in a message of any language, for residents mix
    them; `=primè` only in its own, where it would be an ordinary word of another.
    """

    def __init__(self, by_value: Mapping[str, Mapping[str, Iterable[object]]]) -> None:
        self._root = _Node()
        for value, by_language in by_value.items():
            for language, phrases in by_language.items():
                for phrase in map(str, phrases):
                    is_own = phrase.startswith(OWN_LANGUAGE)
                    self._add(phrase.removeprefix(OWN_LANGUAGE), value, language if is_own else "")

    def find(self, text: str, language: str) -> list[Match]:
        """Matches in order of appearance; none shares a word with another."""
        return list(self._found(tokens(text), language))

    def cover(self, parts: Sequence[Token], language: str = "") -> bool:
        """Whether the words are phrases of the list, one after the other, and nothing else."""
        place = 0
        while place < len(parts):
            length = self.at(parts, place, language)
            if not length:
                return False
            place += length
        return True

    def at(self, parts: Sequence[Token], place: int, language: str = "") -> int:
        """Number of words of the longest phrase that starts with this word; 0 when none does."""
        return self._longest(parts, place, language)[0]

    def _found(self, parts: Sequence[Token], language: str) -> Iterator[Match]:
        place = 0
        while place < len(parts):
            length, value, left_out = self._longest(parts, place, language)
            if length:
                yield Match(value, parts[place].start + left_out, parts[place + length - 1].end)
            place += max(1, length)

    def _longest(self, parts: Sequence[Token], place: int, language: str) -> tuple[int, str, int]:
        best = 0, "", 0
        for word, left_out in readings(parts[place].text):
            for node in self._root.after(word):
                length, value = self._walk(node, parts, place + 1, 1, language)
                if length > best[0]:
                    best = length, value, left_out
        return best

    def _walk(self, node: _Node, parts: Sequence[Token], place: int, length: int, language: str) -> tuple[int, str]:
        """The longest phrase from a node on, as number of words and value."""
        value = node.values.get(language) or node.values.get("")
        best = (length, value) if value else (0, "")
        if place < len(parts):
            for following in node.after(parts[place].text):
                best = max(best, self._walk(following, parts, place + 1, length + 1, language))
        return best

    def _add(self, phrase: str, value: str, language: str) -> None:
        node, read = self._root, plain(phrase)
        for part, match in zip(tokens(phrase), TOKEN.finditer(read), strict=True):
            followers = node.beginnings if read[match.end() :][:1] == ANY_ENDING else node.whole
            node = followers.setdefault(part.text, _Node())
        if node is self._root:
            raise ValueError(f"{phrase!r} ({value}) has no word in it")
        node.values[language] = value
