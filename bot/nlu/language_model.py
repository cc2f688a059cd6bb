"""Which language a text is in: the script decides where it can, else our own n-gram model of the training data.

Short messages are where identifiers fail and where residents write; so the conversation's language so far counts as
evidence too, and a message without a word that is typical of one language never switches a conversation. py3langid,
which knows 97 languages, is asked only whether a text is in a language that is none of ours.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any
from zlib import crc32

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from sklearn.naive_bayes import MultinomialNB
from sklearn.svm import LinearSVC

from bot.nlu.foreign import RELATIVES, ForeignLanguages
from bot.nlu.ngrams import NgramBlock, side_by_side
from core.jurisdiction import towns
from core.languages import LANGUAGES
from core.text import fold, words

SCRIPTS = {
    "ja": "\u3040-\u30ff",
    "zh": "\u3400-\u9fff",
    "ar": "\u0600-\u06ff\u0750-\u077f",
    "hi": "\u0900-\u097f",
    "ru": "\u0400-\u04ff",
    "ko": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
    "el": "\u0370-\u03ff",
    "he": "\u0590-\u05ff",
    "hy": "\u0530-\u058f",
    "ka": "\u10a0-\u10ff",
    "bn": "\u0980-\u09ff",
    "pa": "\u0a00-\u0a7f",
    "gu": "\u0a80-\u0aff",
    "ta": "\u0b80-\u0bff",
    "te": "\u0c00-\u0c7f",
    "kn": "\u0c80-\u0cff",
    "ml": "\u0d00-\u0d7f",
    "th": "\u0e00-\u0e7f",
    "lo": "\u0e80-\u0eff",
    "my": "\u1000-\u109f",
    "am": "\u1200-\u137f",
    "km": "\u1780-\u17ff",
}
"""Letters that are written in no other language of ours, with the language that most residents who use them write."""
SCRIPT_LETTERS = {code: re.compile(f"[{letters}]") for code, letters in SCRIPTS.items()}
JAPANESE_KANA = SCRIPT_LETTERS["ja"]
SCRIPT_SHARE = 0.4
DENSE_SCRIPTS = {"zh": 3, "ko": 2, "ja": 2}
"""So many Latin letters one character of these is worth: `DMV 在哪` is Chinese."""

BAYES_WEIGHT = 0.3
SO_FAR = 3.0
"""Log-odds that the conversation stays in its language where a text tells little."""
AT_THE_START = {"en": 2.0, "es": 1.0}
"""Log-odds of a first message that tells next to nothing ("dmv", "votar"): what most residents speak."""
CLEAR = 3
"""So many more words of another language than of the conversation's end what the language so far counts for."""
LONGEST_NAME = 4
"""Words."""
LONE_WORD = 9
"""A single word shorter than this never switches a conversation."""
TYPICAL_SHARE = 0.6
SEEN_TWICE = 2

FOREIGN_PROBABILITY = 0.95
FOREIGN_LENGTH = 12
FOREIGN_WORDS = 3
FAMILIAR_SHARE = 0.5


@dataclass(frozen=True)
class Guess:
    language: str
    confidence: float
    foreign: str | None = None
    """ISO 639-1 code when the text is in a language that is not one of ours."""


class LanguageModel:
    """Fit on texts and their languages."""

    def fit(self, texts: Sequence[str], languages: Sequence[str]) -> "LanguageModel":
        self.languages = sorted(set(languages))
        self._foreign_languages = ForeignLanguages()
        self._count_words(texts, languages)
        spelled = [place for place, text in enumerate(texts) if script(text) is None]
        target = np.asarray(languages)[spelled]
        self.spelled = sorted(set(target))
        if len(self.spelled) > 1:
            self._fit_ngrams([texts[place] for place in spelled], target)
        return self

    def guess(self, text: str, so_far: str | None = None) -> Guess:
        """The language of a text, given the language of the conversation so far (or None at its start)."""
        known = so_far if so_far in LANGUAGES else None
        tokens = [word for word in words(text.lower()) if word.isalpha()]
        written = known if _has_letters_of(known, text) else script(text)
        if written and not (known and _are_names(tokens)):
            foreign = self._foreign_in_script(written, text, tokens)
            return Guess(known or "en", 1.0, foreign) if foreign else Guess(written, 1.0)
        foreign = self._foreign(text, tokens)
        if foreign:
            return Guess(known or "en", 1.0, foreign)
        telling = self._telling(tokens)
        if not tokens or (known and (not telling or _may_be_a_name(text, tokens, telling))):
            return Guess(known or "en", 1.0)
        if known and len(tokens) == 1 and len(tokens[0]) < LONE_WORD:
            return Guess(known, 1.0)
        return self._weigh(text, telling, known)

    def _weigh(self, text: str, telling: Counter[str], known: str | None) -> Guess:
        shares = self._log_probabilities(text)
        if known:
            others = max((count for code, count in telling.items() if code != known), default=0)
            lead = others - telling[known]
            shares[known] = shares.get(known, -SO_FAR) + (0.0 if lead >= CLEAR else SO_FAR / max(1, lead))
        elif telling.total() <= 1:
            for code, odds in AT_THE_START.items():
                shares[code] = shares.get(code, -SO_FAR) + odds
        best = max(shares, key=lambda code: shares[code])
        return Guess(best, float(np.exp(shares[best] - np.logaddexp.reduce(list(shares.values())))))

    def _fit_ngrams(self, texts: Sequence[str], target: NDArray[Any]) -> None:
        self._blocks = [NgramBlock(_runs, 2).fit(texts), NgramBlock(_words, 1).fit(texts)]
        rows = self._rows(texts)
        order = np.random.default_rng(7).permutation(len(texts))
        train, test = order[len(texts) // 5 :], order[: len(texts) // 5]
        self._weights, self._bias = self._linear(rows[train], target[train])
        truth = np.searchsorted(self.spelled, target[test])
        scores = rows[test] @ self._weights + self._bias

        def loss(temperature: float) -> float:
            return float(-log_softmax(scores / temperature, axis=1)[np.arange(len(truth)), truth].mean())

        self._temperature = float(minimize_scalar(loss, bounds=(0.02, 3.0), method="bounded").x)
        self._weights, self._bias = self._linear(rows, target)

    def _linear(self, rows: sp.csr_matrix, target: NDArray[Any]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Linear SVM plus naive Bayes: the first is better on sentences, the second on single words."""
        svm = LinearSVC(C=1.0, random_state=7).fit(rows, target)
        bayes = MultinomialNB(alpha=0.1, fit_prior=False).fit(rows, target)
        margins, bias = svm.coef_, svm.intercept_
        if len(margins) == 1:
            margins, bias = np.vstack([-margins, margins]), np.hstack([-bias, bias])
        likelihood = bayes.feature_log_prob_ - bayes.feature_log_prob_.max(axis=0)
        weights = np.zeros((rows.shape[1], len(self.spelled)), np.float32)
        both = np.full(len(self.spelled), -1e3, np.float32)
        present = np.searchsorted(self.spelled, svm.classes_)
        weights[:, present] = (margins + BAYES_WEIGHT * likelihood).T
        both[present] = bias
        return weights, both

    def _rows(self, texts: Sequence[str]) -> sp.csr_matrix:
        return side_by_side(self._blocks, texts)

    def _log_probabilities(self, text: str) -> dict[str, float]:
        if len(self.spelled) < 2:
            return dict.fromkeys(self.spelled or ["en"], 0.0)
        scores = (self._rows([text]) @ self._weights)[0] + self._bias
        return dict(zip(self.spelled, map(float, log_softmax(scores / self._temperature)), strict=True))

    def _count_words(self, texts: Sequence[str], languages: Sequence[str]) -> None:
        """Which languages use a word, and which words are typical of one; both as written and without diacritics."""
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for text, language in zip(texts, languages, strict=True):
            for word in set(_words(text)):
                counts[word][language] += 1
        size = Counter(languages)
        names = _town_words()
        self.typical: dict[str, str] = {}
        familiar: dict[int, int] = {}
        for word, uses in counts.items():
            used_in = (code for code, count in uses.items() if count >= SEEN_TWICE)
            familiar[crc32(word.encode())] = sum(1 << self.languages.index(code) for code in used_in)
            rates = {code: count / size[code] for code, count in uses.items()}
            best = max(rates, key=lambda code: rates[code])
            if word not in names and uses[best] >= SEEN_TWICE and rates[best] >= TYPICAL_SHARE * sum(rates.values()):
                self.typical[word] = best
        hashes = sorted(familiar)
        self._known = np.array(hashes, np.uint32)
        self._known_in = np.array([familiar[number] for number in hashes], np.uint32)

    def _telling(self, tokens: Sequence[str]) -> Counter[str]:
        """How many words are typical of each language; `ok`, town names and numbers are of none."""
        found = (self.typical.get(token) or self.typical.get(fold(token)) for token in tokens)
        return Counter(code for code in found if code)

    def _familiar(self, tokens: Sequence[str]) -> float:
        """Share of the words that the language which knows most of them knows."""
        numbers = np.array([crc32(token.encode()) for token in tokens], np.uint32)
        place = np.minimum(np.searchsorted(self._known, numbers), len(self._known) - 1)
        known_in = np.where(self._known[place] == numbers, self._known_in[place], 0)
        return max(float((known_in >> bit & 1).mean()) for bit in range(len(self.languages)))

    def _foreign_in_script(self, written: str, text: str, tokens: Sequence[str]) -> str | None:
        if written not in self.languages:
            return written
        return self._foreign(text, tokens) if written != "zh" else None

    def _foreign(self, text: str, tokens: Sequence[str]) -> str | None:
        """A language that is none of ours, if py3langid is sure and our own data knows few of the words."""
        if len(text) < FOREIGN_LENGTH or len(tokens) < FOREIGN_WORDS:
            return None
        if self._familiar(tokens) >= FAMILIAR_SHARE:
            return None
        shares = self._foreign_languages.shares(text)
        best = max(shares, key=lambda code: shares[code])
        ours = set(self.languages).union(*(RELATIVES.get(code, set()) for code in self.languages))
        return None if best in ours or shares[best] < FOREIGN_PROBABILITY else best


def script(text: str) -> str | None:
    """The language that the text's letters name; None for Latin letters."""
    if text.isascii():
        return None
    letters = {code: len(found.findall(text)) * DENSE_SCRIPTS.get(code, 1) for code, found in SCRIPT_LETTERS.items()}
    best = max(letters, key=lambda code: letters[code])
    others = sum(character.isalpha() for character in text) - letters[best] // DENSE_SCRIPTS.get(best, 1)
    if not letters[best] or letters[best] < SCRIPT_SHARE * (letters[best] + others):
        return None
    return "ja" if best == "zh" and JAPANESE_KANA.search(text) else best


def _has_letters_of(language: str | None, text: str) -> bool:
    """Whether a word of the text is written in the script of this language (of those that have their own)."""
    return language in SCRIPT_LETTERS and bool(SCRIPT_LETTERS[language].search(text))


def _are_names(tokens: Sequence[str]) -> bool:
    names = _town_words()
    return bool(tokens) and all(fold(token) in names for token in tokens)


def _may_be_a_name(text: str, tokens: Sequence[str], telling: Counter[str]) -> bool:
    """`Ana Diaz`: a few words with capital letters, of which at most one is a word of some language too."""
    return 1 < len(tokens) <= LONGEST_NAME and telling.total() <= 1 and text.istitle()


def _words(text: str) -> list[str]:
    """Words as written, and without diacritics where that differs."""
    lowered = text.lower()
    folded = fold(lowered)
    found = [word for word in words(lowered) if word[0].isalpha()]
    return found if folded == lowered else found + [word for word in words(folded) if word[0].isalpha()]


def _runs(text: str) -> list[str]:
    """Runs of one to five characters inside words and across their borders."""
    grams: list[str] = []
    for word in words(text.lower()):
        padded = f" {word} "
        if word[0].isalpha():
            for size in range(1, 6):
                grams.extend(padded[start : start + size] for start in range(len(padded) - size + 1))
    return grams


@cache
def _town_words() -> frozenset[str]:
    names = chain.from_iterable((town.name, *town.also) for town in towns().values())
    return frozenset(word for name in names for word in words(fold(name)))
