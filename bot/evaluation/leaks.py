"""Guards the holdout: a held-out text that is nearly a training example measures nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

from bot.evaluation.outcomes import Held
from core.data_checks import Example
from core.text import clean, fold

TOO_ALIKE = 0.7
"""Share of common character 5-grams (Jaccard) from which a text counts as leaked."""
SHORT = 15
"""Texts below this length (`hello`, `thank you`) coincide by nature; they are counted apart."""


@dataclass(frozen=True)
class Leak:
    language: str
    line: int
    file: str
    """Training file of the example that is so like it."""
    likeness: float
    is_short: bool


def leaks(held: Sequence[Held], examples: Sequence[Example]) -> list[Leak]:
    """Held-out texts that are like an example of their language, by number."""
    found: list[Leak] = []
    for language in sorted({line.language for line in held}):
        lines = [line for line in held if line.language == language]
        trained = [example for example in examples if example.language == language]
        if trained:
            found.extend(_of_language(lines, trained))
    return found


def _of_language(lines: Sequence[Held], trained: Sequence[Example]) -> list[Leak]:
    counter = CountVectorizer(analyzer="char", ngram_range=(5, 5), binary=True, lowercase=False, dtype=np.int32)
    theirs = counter.fit_transform(f"  {fold(clean(example.text))}  " for example in trained)
    size = np.asarray(theirs.sum(axis=1)).ravel()
    known = counter.build_analyzer()
    found = []
    for line in lines:
        grams = set(known(f"  {fold(line.text)}  "))
        common = (theirs @ counter.transform([f"  {fold(line.text)}  "]).T).toarray().ravel()
        likeness = common / np.maximum(size + len(grams) - common, 1)
        nearest = int(likeness.argmax())
        if likeness[nearest] >= TOO_ALIKE:
            is_short = len(line.text) < SHORT
            found.append(Leak(line.language, line.line, trained[nearest].file, float(likeness[nearest]), is_short))
    return found
