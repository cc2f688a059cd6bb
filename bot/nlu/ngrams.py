"""Word and character n-grams with their diacritic-folded twin, as one sparse TF-IDF row per text."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer

from core.text import fold, words


def word_ngrams(text: str) -> list[str]:
    """Words, pairs and triples of the text, and those of its folded twin where it differs."""
    lowered = text.lower()
    grams = _chains(words(lowered))
    folded = fold(lowered)
    return grams if folded == lowered else grams + _chains(words(folded))


def character_ngrams(text: str) -> list[str]:
    """Runs of two to five characters inside words and across their borders, with those of the folded twin."""
    lowered = " ".join(words(text.lower()))
    grams = _runs(lowered)
    folded = fold(lowered)
    return grams if folded == lowered else grams + _runs(folded)


def _chains(tokens: Sequence[str]) -> list[str]:
    grams = list(tokens)
    for size in (2, 3):
        grams.extend(" ".join(tokens[start : start + size]) for start in range(len(tokens) - size + 1))
    return grams


def _runs(text: str) -> list[str]:
    grams: list[str] = []
    for word in text.split():
        padded = f" {word} "
        for size in (2, 3, 4, 5):
            if size >= len(padded):
                grams.append(padded)
                break
            grams.extend(padded[start : start + size] for start in range(len(padded) - size + 1))
    return grams


class NgramVectorizer:
    """Two TF-IDF blocks side by side (words, characters), each of length one, so that neither drowns the other."""

    def __init__(self, min_df: int = 1) -> None:
        shared: dict[str, Any] = {"sublinear_tf": True, "dtype": np.float32, "min_df": min_df}
        self._blocks = [
            TfidfVectorizer(analyzer=word_ngrams, **shared),
            TfidfVectorizer(analyzer=character_ngrams, **shared),
        ]

    def fit_transform(self, texts: Sequence[str]) -> sp.csr_matrix:
        """Learn the n-grams of these texts; one row per text."""
        return sp.hstack([block.fit_transform(texts) for block in self._blocks], format="csr", dtype=np.float32)

    def transform(self, texts: Iterable[str]) -> sp.csr_matrix:
        given = list(texts)
        return sp.hstack([block.transform(given) for block in self._blocks], format="csr", dtype=np.float32)

    def known_words(self, text: str) -> float:
        """Share of the text's words that were seen in training, 0 to 1; 1 for a text without words."""
        tokens = [word for word in words(fold(text)) if word.isalpha()]
        vocabulary = self._blocks[0].vocabulary_
        return sum(word in vocabulary for word in tokens) / len(tokens) if tokens else 1.0
