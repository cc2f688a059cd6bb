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
        held_out, similar = self._held_out(rows, target)
        self.temperature = self._fit_temperature(held_out, target)
        self.scope = self._fit_scope(held_out, similar, familiar, target)
        self._fit_linear(rows, target)
        self._examples = rows.T.tocsr()  # n-grams by examples, so that a short text touches few rows
        return self

    def predict(self, rows: sp.csr_matrix, familiar: Floats, most: int = 6) -> list[Prediction]:
        scores = rows @ self._weights + self._bias
        similar = (rows @ self._examples).max(axis=1).toarray().ravel() / 2
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

    def _fit_linear(self, rows: sp.csr_matrix, target: NDArray[Any]) -> None:
        model = LinearSVC(C=1.0, random_state=self.seed).fit(rows, target)
        self._weights = np.ascontiguousarray(model.coef_.T.astype(np.float32))
        self._bias = model.intercept_.astype(np.float32)

    def _held_out(self, rows: sp.csr_matrix, target: NDArray[Any]) -> tuple[Floats, Floats]:
        """Scores of each text, and its likeness to the nearest example, from a model that has not seen it."""
        scores = np.zeros((rows.shape[0], len(self.classes)))
        similar = np.zeros(rows.shape[0])
        for train, test in StratifiedKFold(self.folds, shuffle=True, random_state=self.seed).split(rows, target):
            model = LinearSVC(C=1.0, random_state=self.seed).fit(rows[train], target[train])
            scores[np.ix_(test, np.searchsorted(self.classes, model.classes_))] = model.decision_function(rows[test])
            similar[test] = (rows[test] @ rows[train].T).max(axis=1).toarray().ravel() / 2
        return scores, similar

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
