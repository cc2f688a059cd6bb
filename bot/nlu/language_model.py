"""Which language a text is in: our own n-gram model of the training data, with py3langid as a second opinion.

Short messages are where identifiers fail and where residents write; so the conversation's language so far counts as
evidence too, and a message without a word that is typical of one language never switches a conversation.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from py3langid.langid import LanguageIdentifier as Langid
from scipy.special import log_softmax
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from core.languages import LANGUAGES
from core.text import fold, words

SECOND_OPINION_WEIGHT = 0.35
SO_FAR = 3.0
"""Log-odds that the conversation stays in its language; a clear sentence in another one outweighs it."""
FOREIGN_PROBABILITY = 0.95
FOREIGN_LENGTH = 16
FAMILIAR_SHARE = 0.6
NEUTRAL_SHARE = 0.5
"""A word is typical of a language when at least this share of its uses is in that language."""


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
        self._count_words(texts, languages)
        self.classifier: LogisticRegression | None = None
        if len(self.languages) > 1:
            self.vectorizer = TfidfVectorizer(
                analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True, min_df=2, dtype=np.float32, lowercase=True
            )
            rows = self.vectorizer.fit_transform(texts)
            self.classifier = LogisticRegression(C=20, max_iter=300).fit(rows, languages)
        return self

    def guess(self, text: str, so_far: str | None = None) -> Guess:
        """The language of a text, given the language of the conversation so far (or None at its start)."""
        tokens = [word for word in words(text.lower()) if word.isalpha()]
        known = so_far if so_far in LANGUAGES else None
        telling = self._telling(tokens)
        if not telling and (known or not tokens):
            return Guess(known or "en", 1.0)
        second = self._second_opinion(text)
        foreign = self._foreign(text, tokens, second)
        if foreign:
            return Guess(known or "en", 1.0, foreign)
        if known and len(tokens) == 1 and len(tokens[0]) < 9:
            return Guess(known, 1.0)
        scores = self._scores(text)
        total = {
            code: score
            + SECOND_OPINION_WEIGHT * second.get(code, -12.0)
            + (SO_FAR / max(1.0, len(telling) / 2) if code == known else 0.0)
            for code, score in scores.items()
        }
        best = max(total, key=lambda code: total[code])
        spread = np.array(list(total.values()))
        return Guess(best, float(np.exp(total[best] - np.logaddexp.reduce(spread))))

    def _scores(self, text: str) -> dict[str, float]:
        if self.classifier is None:
            return dict.fromkeys(self.languages, 0.0)
        logits = self.classifier.decision_function(self.vectorizer.transform([text]))
        row = np.column_stack([-logits, logits])[0] if logits.ndim == 1 else logits[0]
        return dict(zip(self.classifier.classes_, log_softmax(row), strict=True))

    def _count_words(self, texts: Sequence[str], languages: Sequence[str]) -> None:
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for text, language in zip(texts, languages, strict=True):
            for word in {word for word in words(text.lower()) if word.isalpha()}:
                counts[word][language] += 1
        self.typical = {
            word: uses.most_common(1)[0][0]
            for word, uses in counts.items()
            if uses.most_common(1)[0][1] / uses.total() > NEUTRAL_SHARE
            and len(uses) <= max(2, len(self.languages) // 2)
        }

    def _telling(self, tokens: Sequence[str]) -> list[str]:
        """The words that are typical of one language; `ok`, town names and numbers are not."""
        return [token for token in tokens if token in self.typical or fold(token) in self.typical]

    def _second_opinion(self, text: str) -> dict[str, float]:
        """Log-probabilities of py3langid over all its languages."""
        return {code: math.log(max(share, 1e-6)) for code, share in self._langid.rank(text)}

    def _foreign(self, text: str, tokens: Sequence[str], second: dict[str, float]) -> str | None:
        """A language that is none of ours, if the second opinion is sure and our own data knows few of the words."""
        best = max(second, key=lambda code: second[code])
        if best in self.languages or best == "en" or second[best] < math.log(FOREIGN_PROBABILITY):
            return None
        if len(text) < FOREIGN_LENGTH or len(tokens) < 3:
            return None
        familiar = len(self._telling(tokens)) / len(tokens)
        return best if familiar < FAMILIAR_SHARE else None

    @cached_property
    def _langid(self) -> Any:
        return Langid.from_model_file("data/model.npz.xz", norm_probs=True)

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_langid"}
