"""The topic model: linear classifiers over n-grams, calibrated, with a learned decision of what is out of scope.

A linear SVM and naive Bayes score the topics together. Two logistic regressions, learned from texts that the scorers
had not seen, turn scores into probabilities: that the text is in scope, and that the first topic is the right one. They
also hear how like the text is to the nearest examples and how many of its words are known.

It knows nothing of Rasa, so that the same code is measured on other people's data (`tests/conformance`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import expit, logit, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import MultinomialNB
from sklearn.svm import LinearSVC

Floats = NDArray[np.float64]

ENOUGH_HELD_OUT = 10_000
"""So many texts tell how sure a score is; more would only take longer."""
BAYES_WEIGHT = 0.4
COMMON = 0.02
"""N-grams of more than this share of the examples say nothing of which is near, but cost most of the time."""


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


@dataclass(frozen=True)
class _Judged:
    """Texts as the scorers see them: a score per topic (one column each), and what speaks for and against it."""

    scores: Floats
    evidence: Floats


class TopicModel:
    """Fit on n-gram rows (`NgramVectorizer`), the texts' shares of known words, and their labels.

    Texts labelled `out_of_scope` teach what to refuse; without any, everything is in scope.
    """

    def __init__(self, out_of_scope: str = "out_of_scope", folds: int = 4, seed: int = 7) -> None:
        self.out_of_scope = out_of_scope
        self.folds = folds
        self.seed = seed

    def fit(self, rows: sp.csr_matrix, familiar: Floats, labels: Sequence[str]) -> "TopicModel":
        """`familiar` holds each text's share of words that stand in other texts too."""
        target = np.asarray(labels)
        self.classes = np.unique(target)
        self.topics = self.classes[self.classes != self.out_of_scope]
        seen, held_out = self._held_out(rows, familiar, target)
        is_topic = target[seen] != self.out_of_scope
        self.temperature = self._fit_temperature(held_out.scores[is_topic], target[seen][is_topic])
        self.scope = _probability(held_out.evidence, is_topic, "balanced")
        self.trust = self._fit_trust(held_out, target[seen], is_topic)
        self.scorer = _Scorer(rows, target, self.out_of_scope, self.seed)
        return self

    def predict(self, rows: sp.csr_matrix, familiar: Floats, most: int = 6) -> list[Prediction]:
        judged = self.scorer.judge(rows, familiar)
        inside = np.ones(rows.shape[0]) if self.scope is None else self.scope.of(judged.evidence)
        shares = self._probabilities(judged)
        order = np.argsort(-shares, axis=1)[:, :most]
        return [
            Prediction([(str(self.topics[place]), float(share[place])) for place in ranked], float(scope))
            for share, ranked, scope in zip(shares, order, inside, strict=True)
        ]

    def _probabilities(self, judged: _Judged) -> Floats:
        """The first topic as likely as such a first topic was right; the others share the rest as their scores say."""
        shares: Floats = softmax(judged.scores / self.temperature, axis=1)
        if self.trust is None:
            return shares
        best = shares.argmax(axis=1)
        rows = np.arange(len(best))
        right = self.trust.of(self._trust_evidence(judged))
        others = np.where(np.arange(shares.shape[1]) == best[:, None], 0, shares)
        rest, second = np.maximum(others.sum(axis=1), 1e-300), others.max(axis=1)
        right = np.maximum(right, second / (rest + second))  # the first stays the first
        shares = others * ((1 - right) / rest)[:, None]
        shares[rows, best] = right
        return shares

    def _held_out(self, rows: sp.csr_matrix, familiar: Floats, target: NDArray[Any]) -> tuple[NDArray[Any], _Judged]:
        """Places of texts, and how scorers that had not seen them judge them. Of much data not every fold is taken."""
        seen: list[NDArray[Any]] = []
        judged: list[_Judged] = []
        for train, test in StratifiedKFold(self.folds, shuffle=True, random_state=self.seed).split(rows, target):
            scorer = _Scorer(rows[train], target[train], self.out_of_scope, self.seed)
            found = scorer.judge(rows[test], familiar[test])
            scores = np.full((len(test), len(self.topics)), found.scores.min())
            scores[:, np.searchsorted(self.topics, scorer.topics)] = found.scores
            seen.append(test)
            judged.append(_Judged(scores, found.evidence))
            if sum(map(len, seen)) >= ENOUGH_HELD_OUT:
                break
        together = _Judged(
            np.concatenate([one.scores for one in judged]), np.concatenate([one.evidence for one in judged])
        )
        return np.concatenate(seen), together

    def _fit_temperature(self, scores: Floats, target: NDArray[Any]) -> float:
        truth = np.searchsorted(self.topics, target)

        def loss(temperature: float) -> float:
            chosen = softmax(scores / temperature, axis=1)[np.arange(len(truth)), truth]
            return float(-np.log(np.maximum(chosen, 1e-12)).mean())

        return float(minimize_scalar(loss, bounds=(0.02, 5.0), method="bounded").x)

    def _fit_trust(self, judged: _Judged, target: NDArray[Any], is_topic: NDArray[np.bool_]) -> "_Probability | None":
        found = _Judged(judged.scores[is_topic], judged.evidence[is_topic])
        right = self.topics[found.scores.argmax(axis=1)] == target[is_topic]
        return _probability(self._trust_evidence(found), right, None)

    def _trust_evidence(self, judged: _Judged) -> Floats:
        shares = np.sort(softmax(judged.scores / self.temperature, axis=1), axis=1)[:, -2:]
        best = logit(np.clip(shares[:, -1], 1e-4, 1 - 1e-4))
        return np.column_stack([judged.evidence, best, np.log(np.maximum(shares[:, 0], 1e-6))])


class _Probability:
    """A logistic regression of a truth on evidence."""

    def __init__(self, evidence: Floats, truth: NDArray[np.bool_], class_weight: str | None) -> None:
        self._mean, self._deviation = evidence.mean(axis=0), np.maximum(evidence.std(axis=0), 1e-9)
        model = LogisticRegression(C=1.0, class_weight=class_weight, max_iter=500)
        model.fit((evidence - self._mean) / self._deviation, truth)
        self._weights, self._bias = model.coef_[0], float(model.intercept_[0])

    def of(self, evidence: Floats) -> Floats:
        found: Floats = expit((evidence - self._mean) / self._deviation @ self._weights + self._bias)
        return found


def _probability(evidence: Floats, truth: NDArray[np.bool_], class_weight: str | None) -> _Probability | None:
    """None when there is nothing to tell apart."""
    return None if truth.all() or not truth.any() else _Probability(evidence, truth, class_weight)


class _Scorer:
    """The linear SVM and naive Bayes of some rows, and an index of the rows themselves."""

    def __init__(self, rows: sp.csr_matrix, target: NDArray[Any], out_of_scope: str, seed: int) -> None:
        svm = LinearSVC(C=0.6, tol=0.1, random_state=seed).fit(rows, target)
        bayes = MultinomialNB(alpha=0.02, fit_prior=False).fit(rows, target)
        margins, bias = svm.coef_, svm.intercept_
        if len(margins) == 1:  # of two classes scikit-learn keeps one border
            margins, bias = np.vstack([-margins, margins]), np.hstack([-bias, bias])
        self._is_topic = svm.classes_ != out_of_scope
        self.topics = svm.classes_[self._is_topic]
        self._margins = _Weights(margins, bias)
        usual = bayes.feature_log_prob_.mean(axis=0)
        self._likelihoods = _Weights(bayes.feature_log_prob_ - usual)
        self._usual = usual.astype(np.float32)
        self._examples = _Examples(rows, np.searchsorted(svm.classes_, target), self._is_topic)
        sample = rows[:: max(1, rows.shape[0] // 1000)]
        self._spread = self._margins.dot(sample).std(axis=1).mean(), self._likelihood(sample).std(axis=1).mean()

    def judge(self, rows: sp.csr_matrix, familiar: Floats) -> _Judged:
        margins, likelihoods = self._margins.dot(rows), self._likelihood(rows)
        both = margins / self._spread[0] + BAYES_WEIGHT * likelihoods / self._spread[1]
        scores = both[:, self._is_topic]
        first = np.flatnonzero(self._is_topic)[scores.argmax(axis=1)]
        ordered = np.sort(margins[:, self._is_topic], axis=1)
        best, second = ordered[:, -1], ordered[:, -2 if ordered.shape[1] > 1 else -1]
        evidence = [
            *margins[:, ~self._is_topic].T,
            *(best, best - second),
            *(likelihoods[:, self._is_topic].max(axis=1), self._usual_likelihood(rows)),
            *self._examples.likeness(rows, first).T,
            familiar,
        ]
        return _Judged(scores, np.column_stack(evidence))

    def _likelihood(self, rows: sp.csr_matrix) -> Floats:
        """Mean log-likelihood of a text's n-grams under each class, above the mean under all."""
        total = np.asarray(rows.sum(axis=1))
        found: Floats = self._likelihoods.dot(rows) / np.maximum(total, 1e-6)
        return found

    def _usual_likelihood(self, rows: sp.csr_matrix) -> Floats:
        """The same without regard to class: low for a text of n-grams that are rare everywhere."""
        total = np.asarray(rows.sum(axis=1)).ravel()
        found: Floats = rows @ self._usual / np.maximum(total, 1e-6)
        return found


class _Weights:
    """A matrix of weights, classes by n-grams, in one byte each: as many right answers for a quarter of the memory."""

    def __init__(self, weights: Floats, bias: Floats | float = 0.0) -> None:
        self._step = np.maximum(np.abs(weights).max(axis=1) / 127, 1e-9).astype(np.float32)
        self._bytes = np.ascontiguousarray(np.rint(weights.T / self._step).astype(np.int8))
        self._bias = bias

    def dot(self, rows: sp.csr_matrix) -> Floats:
        """One row of class scores per text."""
        found = np.empty((rows.shape[0], len(self._step)))
        for place in range(rows.shape[0]):
            here = slice(rows.indptr[place], rows.indptr[place + 1])
            # einsum: BLAS would start threads for this little, at ten times the cost
            found[place] = np.einsum("i,ij->j", rows.data[here], self._bytes[rows.indices[here]])
        return found * self._step + self._bias


class _Examples:
    """Likeness (cosine) of texts to the nearest of these examples, from an index of which n-gram stands in which."""

    def __init__(self, rows: sp.csr_matrix, label: NDArray[np.int64], is_topic: NDArray[np.bool_]) -> None:
        index = rows.tocsc()
        index = index @ sp.diags((np.diff(index.indptr) <= COMMON * rows.shape[0]).astype(np.float32))
        index.eliminate_zeros()
        self._label = label.astype(np.int16)
        self._is_outside = ~is_topic[label]
        self._start = index.indptr
        self._example = index.indices.astype(np.uint16 if rows.shape[0] < 2**16 else np.uint32)
        self._weight = np.rint(index.data * 255).astype(np.uint8)

    def likeness(self, rows: sp.csr_matrix, first: NDArray[np.int64]) -> Floats:
        """For each text, 0 to 1: to the nearest example of its first topic, and to the nearest that is out of scope."""
        found = np.zeros((rows.shape[0], 2))
        for place, label in enumerate(first):
            cosines = self._cosines(rows, place)
            found[place] = cosines[self._label == label].max(), cosines[self._is_outside].max(initial=0.0)
        return found

    def _cosines(self, rows: sp.csr_matrix, place: int) -> Floats:
        here = slice(rows.indptr[place], rows.indptr[place + 1])
        ngrams = rows.indices[here]
        if not len(ngrams):
            return np.zeros(len(self._label))
        spans = [slice(self._start[ngram], self._start[ngram + 1]) for ngram in ngrams]
        examples = np.concatenate([self._example[span] for span in spans])
        weights = np.concatenate([self._weight[span] for span in spans])
        own = np.repeat(rows.data[here], [span.stop - span.start for span in spans]) / (255 * 2)
        cosines: Floats = np.bincount(examples, weights * own, len(self._label)).astype(np.float64)
        return cosines
