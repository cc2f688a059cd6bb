"""The topic model: one linear classifier over n-grams, calibrated, with a learned decision of what is out of scope.

It knows nothing of Rasa, so that the same code is measured on other people's data (`bench/conformance`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

Floats = NDArray[np.float64]

ENOUGH_HELD_OUT = 10_000
"""So many texts tell how sure a score is; more would only take longer."""


@dataclass(frozen=True)
class Prediction:
    """What the model thinks of one text."""

    ranking: list[tuple[str, float]]
    """Topics with their calibrated probability, the likeliest first; out of scope is not among them."""
    in_scope: float
    """Probability that the text is about any of the topics, 0 to 1."""

    @property
    def topic(self) -> str:
        return self.ranking[0][0]

    @property
    def confidence(self) -> float:
        return self.ranking[0][1]


class TopicModel:
    """Fit on n-gram rows (`NgramVectorizer`), the texts' shares of known words, and their labels.

    Texts labelled `out_of_scope` teach what to refuse; without any, everything is in scope.
    """

    def __init__(self, out_of_scope: str = "out_of_scope", folds: int = 4, seed: int = 7) -> None:
        self.out_of_scope = out_of_scope
        self.folds = folds
        self.seed = seed

    def fit(self, rows: sp.csr_matrix, familiar: Floats, labels: Sequence[str]) -> "TopicModel":
        target = np.asarray(labels)
        self.classes = np.unique(target)
        seen, scores, similar = self._held_out(rows, target)
        self.temperature = self._fit_temperature(scores, target[seen])
        self.scope = self._fit_scope(scores, similar, familiar[seen], target[seen])
        self.linear = _Linear(rows, target, self.seed)
        self.examples = _Examples(rows)
        return self

    def predict(self, rows: sp.csr_matrix, familiar: Floats, most: int = 6) -> list[Prediction]:
        scores = self.linear.scores(rows)
        similar = self.examples.likeness(rows)
        in_scope = self._in_scope(scores, similar, familiar)
        probabilities = softmax(scores / self.temperature, axis=1)
        return [self._prediction(row, inside, most) for row, inside in zip(probabilities, in_scope, strict=True)]

    def _prediction(self, probabilities: Floats, in_scope: float, most: int) -> Prediction:
        ranked = [
            (str(self.classes[place]), float(probabilities[place]))
            for place in np.argsort(-probabilities)[: most + 1]
            if self.classes[place] != self.out_of_scope
        ]
        return Prediction(ranked[:most], float(in_scope))

    def _held_out(self, rows: sp.csr_matrix, target: NDArray[Any]) -> tuple[NDArray[Any], Floats, Floats]:
        """Places of texts, their scores, and their likeness to the nearest example, from models that have not seen
        them. Some thousands of texts are enough: of much data not every fold is taken."""
        folds = StratifiedKFold(self.folds, shuffle=True, random_state=self.seed).split(rows, target)
        seen: list[NDArray[Any]] = []
        scores: list[Floats] = []
        similar: list[Floats] = []
        for train, test in folds:
            found = np.zeros((len(test), len(self.classes)))
            model = _Linear(rows[train], target[train], self.seed)
            found[:, np.searchsorted(self.classes, model.classes)] = model.scores(rows[test])
            seen.append(test)
            scores.append(found)
            similar.append(_Examples(rows[train]).likeness(rows[test]))
            if sum(map(len, seen)) >= ENOUGH_HELD_OUT:
                break
        return np.concatenate(seen), np.concatenate(scores), np.concatenate(similar)

    def _fit_temperature(self, scores: Floats, target: NDArray[Any]) -> float:
        truth = np.searchsorted(self.classes, target)

        def loss(temperature: float) -> float:
            chosen = softmax(scores / temperature, axis=1)[np.arange(len(truth)), truth]
            return float(-np.log(np.maximum(chosen, 1e-12)).mean())

        return float(minimize_scalar(loss, bounds=(0.02, 2.0), method="bounded").x)

    def _fit_scope(
        self, scores: Floats, similar: Floats, familiar: Floats, target: NDArray[Any]
    ) -> LogisticRegression | None:
        outside = target == self.out_of_scope
        if not outside.any():
            return None
        evidence = self._evidence(scores, similar, familiar)
        return LogisticRegression(C=1.0, class_weight="balanced").fit(evidence, ~outside)

    def _in_scope(self, scores: Floats, similar: Floats, familiar: Floats) -> Floats:
        if self.scope is None:
            return np.ones(len(scores))
        found: Floats = self.scope.predict_proba(self._evidence(scores, similar, familiar))[:, 1]
        return found

    def _evidence(self, scores: Floats, similar: Floats, familiar: Floats) -> Floats:
        """What speaks for being in scope: the best topic's score, its lead, the refusal's score, familiarity."""
        refusal = scores[:, np.searchsorted(self.classes, self.out_of_scope)]
        topics = np.delete(scores, np.searchsorted(self.classes, self.out_of_scope), axis=1)
        best = np.sort(topics, axis=1)[:, -2:]
        return np.column_stack([best[:, 1], best[:, 1] - best[:, 0], refusal, best[:, 1] - refusal, similar, familiar])


class _Linear:
    """One linear SVM per topic, its weights kept in one byte each: a quarter of the memory, as many right answers."""

    def __init__(self, rows: sp.csr_matrix, target: NDArray[Any], seed: int) -> None:
        model = LinearSVC(C=1.0, random_state=seed).fit(rows, target)
        self.classes = model.classes_
        self._bias = model.intercept_.astype(np.float32)
        self._step = np.maximum(np.abs(model.coef_).max(axis=1) / 127, 1e-9).astype(np.float32)
        self._weights = np.ascontiguousarray(np.rint(model.coef_.T / self._step).astype(np.int8))

    def scores(self, rows: sp.csr_matrix) -> Floats:
        """Signed distance of each text to each topic's border."""
        found = np.empty((rows.shape[0], len(self.classes)))
        for place in range(rows.shape[0]):
            here = slice(rows.indptr[place], rows.indptr[place + 1])
            found[place] = rows.data[here] @ self._weights[rows.indices[here]].astype(np.float32)
        return found * self._step + self._bias


class _Examples:
    """Likeness (cosine) of texts to the nearest of these examples, from an index of which n-gram stands in which."""

    def __init__(self, rows: sp.csr_matrix) -> None:
        index = rows.tocsc()
        self._count = rows.shape[0]
        self._start = index.indptr
        self._example = index.indices.astype(np.uint16 if self._count < 2**16 else np.uint32)
        self._weight = np.rint(index.data * 255).astype(np.uint8)

    def likeness(self, rows: sp.csr_matrix) -> Floats:
        """0 to 1 for each text."""
        return np.array([self._cosines(rows, place).max() for place in range(rows.shape[0])]) / 255 / 2

    def _cosines(self, rows: sp.csr_matrix, place: int) -> Floats:
        here = slice(rows.indptr[place], rows.indptr[place + 1])
        ngrams = rows.indices[here]
        if not len(ngrams):
            return np.zeros(self._count)
        spans = [slice(self._start[ngram], self._start[ngram + 1]) for ngram in ngrams]
        examples = np.concatenate([self._example[span] for span in spans])
        weights = np.concatenate([self._weight[span] for span in spans])
        own = np.repeat(rows.data[here], [span.stop - span.start for span in spans])
        cosines: Floats = np.bincount(examples, weights * own, self._count).astype(np.float64)
        return cosines
