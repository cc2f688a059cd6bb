"""Word and character n-grams with their diacritic-folded twin, as one sparse TF-IDF row per text."""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from bot.nlu.chinese import simplified
from core.text import fold, words

TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+|[^\w\s]")

Analyzer = Callable[[str], list[str]]


def tokens(text: str) -> list[str]:
    """Words and punctuation marks; every Chinese character counts as a word, since no spaces part the words."""
    return TOKEN.findall(text)


def word_ngrams(text: str) -> list[str]:
    """Words and pairs of the text, and those of its folded twin where it differs."""
    lowered = simplified(text.lower())
    grams = _chains(tokens(lowered))
    folded = fold(lowered)
    return grams if folded == lowered else grams + _chains(tokens(folded))


def character_ngrams(text: str) -> list[str]:
    """Runs of two to five characters inside words and across their borders, with those of the folded twin."""
    lowered = " ".join(words(simplified(text.lower())))
    grams = _runs(lowered)
    folded = fold(lowered)
    return grams if folded == lowered else grams + _runs(folded)


def _chains(parts: Sequence[str]) -> list[str]:
    return [*parts, *(f"{first} {second}" for first, second in pairwise(parts))]


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


class NgramBlock:
    """TF-IDF of one kind of n-gram: those that occur in at least `min_df` texts. Rows have length one.

    N-grams are told apart by a hash of 32 bits, so that no dictionary is kept: of a million, a hundred meet another.
    """

    def __init__(self, analyzer: Analyzer, min_df: int) -> None:
        self._analyzer = analyzer
        self._min_df = min_df

    def fit(self, texts: Sequence[str]) -> "NgramBlock":
        found = [np.unique(_hashed(self._analyzer(text))) for text in texts]
        kept, texts_with = np.unique(np.concatenate(found), return_counts=True)
        often = texts_with >= self._min_df
        self._kept: NDArray[np.uint32] = kept[often]
        self._idf = (np.log((1 + len(texts)) / (1 + texts_with[often])) + 1).astype(np.float32)
        return self

    @property
    def width(self) -> int:
        return len(self._kept)

    def transform(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Columns of the text's n-grams, ascending, and their weights."""
        found, counts = np.unique(_hashed(self._analyzer(text)), return_counts=True)
        column = np.searchsorted(self._kept, found)
        column[column == len(self._kept)] = 0
        known = self._kept[column] == found if len(self._kept) else np.zeros(len(found), bool)
        column = column[known]
        weight = (1 + np.log(counts[known])).astype(np.float32) * self._idf[column]
        return column, weight / max(float(np.sqrt(weight @ weight)), 1e-9)


def side_by_side(blocks: Sequence[NgramBlock], texts: Iterable[str]) -> sp.csr_matrix:
    """One row per text: the n-grams of each block, one block beside the other."""
    widths = np.cumsum([0, *(block.width for block in blocks)])
    columns: list[NDArray[np.int64]] = []
    weights: list[NDArray[np.float32]] = []
    ends = [0]
    for text in texts:
        for block, start in zip(blocks, widths, strict=False):
            column, weight = block.transform(text)
            columns.append(column + start)
            weights.append(weight)
        ends.append(ends[-1] + sum(map(len, columns[-len(blocks) :])))
    if not columns:
        return sp.csr_matrix((0, widths[-1]), dtype=np.float32)
    inner = np.concatenate(weights), np.concatenate(columns).astype(np.int32), np.asarray(ends, np.int32)
    return sp.csr_matrix(inner, shape=(len(ends) - 1, widths[-1]), dtype=np.float32)


class NgramVectorizer:
    """Two TF-IDF blocks side by side (words, characters), each of length one, so that neither drowns the other."""

    def __init__(self, min_df: int = 2) -> None:
        self._blocks = [NgramBlock(word_ngrams, min_df), NgramBlock(character_ngrams, min_df)]

    def fit(self, texts: Sequence[str]) -> "NgramVectorizer":
        """Learn which n-grams these texts have."""
        for block in self._blocks:
            block.fit(texts)
        found = [np.unique(_hashed(_plain_words(text))) for text in texts]
        self._words, texts_with = np.unique(np.concatenate(found), return_counts=True)
        self._is_shared = texts_with > 1
        return self

    def fit_transform(self, texts: Sequence[str]) -> sp.csr_matrix:
        return self.fit(texts).transform(texts)

    def transform(self, texts: Iterable[str]) -> sp.csr_matrix:
        """One row per text."""
        return side_by_side(self._blocks, texts)

    def known_words(self, text: str, is_of_training: bool = False) -> float:
        """Share of the text's words that were seen in training, 0 to 1; 1 for a text without words.

        Of a training text: the share that other training texts have too, since a new text gets no better chance.
        """
        found = _hashed(_plain_words(text))
        if not len(found) or not len(self._words):
            return 1.0
        place = np.minimum(np.searchsorted(self._words, found), len(self._words) - 1)
        known = self._words[place] == found
        return float((known & self._is_shared[place] if is_of_training else known).mean())


def _plain_words(text: str) -> list[str]:
    return [token for token in tokens(fold(simplified(text))) if token.isalpha()]


def _hashed(found: Iterable[str]) -> NDArray[np.uint32]:
    return np.fromiter((crc32(ngram.encode()) for ngram in found), np.uint32)
