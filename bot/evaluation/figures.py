"""The figures of a set of outcomes: shares with Wilson intervals, calibration, the out-of-scope trade-off."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from bot.evaluation.outcomes import Outcome

CONFIDENCE_BINS = 10
LENGTHS = (("to 20", 0, 20), ("21 to 40", 21, 40), ("over 40", 41, 10**6))
Z = 1.96
"""Standard deviations of a 95 % interval."""


@dataclass(frozen=True)
class Share:
    """A share with its 95 % Wilson interval (E. B. Wilson 1927), which stays sane for few cases and near 0 and 1."""

    count: int
    share: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[bool]) -> "Share":
        given = list(values)
        count = len(given)
        if not count:
            return cls(0, math.nan, 0.0, 1.0)
        share = sum(given) / count
        middle = (share + Z**2 / (2 * count)) / (1 + Z**2 / count)
        half = Z / (1 + Z**2 / count) * math.sqrt(share * (1 - share) / count + Z**2 / (4 * count**2))
        return cls(count, share, max(0.0, middle - half), min(1.0, middle + half))


@dataclass(frozen=True)
class Figures:
    """Everything that is reported of one set of outcomes."""

    texts: int
    right: dict[str, Share]
    """Right first topic, by language; `all` for all of them."""
    answered: dict[str, Share]
    """Accepted and right first topic, by language."""
    accepted_outside: dict[str, Share]
    """Texts out of scope that were accepted, by language and by `far` and `near`."""
    by_topic: dict[str, Share]
    confused: list[tuple[str, str, int]]
    """True topic, topic that was taken for it, how often; the commonest first."""
    reliability: list[tuple[float, Share]]
    """Mean confidence and share of right topics, by bins of confidence."""
    calibration_error: float
    """Expected calibration error over the same bins."""
    trade_off: list[tuple[float, float, float]]
    """Threshold of scope, share of in-scope texts accepted, share of out-of-scope texts refused."""
    auroc: float | None
    """Of scope; None when there are not both kinds of text."""
    language: dict[str, dict[str, Share]]
    """Language right at the start of a conversation, by language (or `all`) and length of the text."""
    language_within: dict[str, dict[str, Share]]
    """The same within a conversation in the text's language."""
    language_matrix: dict[str, dict[str, int]]
    """How often texts of one language were taken for each other one, at the start of a conversation."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def figures(outcomes: Sequence[Outcome]) -> Figures:
    inside = [one for one in outcomes if not one.is_outside]
    outside = [one for one in outcomes if one.is_outside]
    refused = {
        **_by_language(outside, lambda one: one.is_accepted),
        **{name: Share.of(one.is_accepted for one in outside if one.distance == name) for name in ("far", "near")},
    }
    reliability, error = _reliability(inside)
    wrong = Counter((one.truth, one.topic) for one in inside if not one.is_right)
    return Figures(
        len(outcomes),
        _by_language(inside, lambda one: one.is_right),
        _by_language(inside, lambda one: one.is_right and one.is_accepted),
        {name: share for name, share in refused.items() if share.count},
        {topic: Share.of(one.is_right for one in group) for topic, group in _grouped(inside, "truth").items()},
        [(truth, taken, count) for (truth, taken), count in wrong.most_common(30)],
        reliability,
        error,
        _trade_off(inside, outside),
        _auroc(inside, outside),
        _language(outcomes, "guessed"),
        _language(outcomes, "guessed_within"),
        {
            language: dict(Counter(one.guessed for one in group).most_common())
            for language, group in _grouped(outcomes, "language").items()
        },
    )


def _grouped(outcomes: Iterable[Outcome], attribute: str) -> dict[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        found[getattr(one, attribute)].append(one)
    return dict(sorted(found.items()))


def _by_language(outcomes: Sequence[Outcome], holds: Any) -> dict[str, Share]:
    groups = {"all": outcomes, **_grouped(outcomes, "language")}
    return {name: Share.of(holds(one) for one in group) for name, group in groups.items()}


def _reliability(inside: Sequence[Outcome]) -> tuple[list[tuple[float, Share]], float]:
    bins = defaultdict(list)
    for one in inside:
        bins[min(int(one.confidence * CONFIDENCE_BINS), CONFIDENCE_BINS - 1)].append(one)
    found = [
        (sum(one.confidence for one in group) / len(group), Share.of(one.is_right for one in group))
        for _, group in sorted(bins.items())
    ]
    error = sum(abs(mean - share.share) * share.count for mean, share in found) / max(1, len(inside))
    return found, error


def _trade_off(inside: Sequence[Outcome], outside: Sequence[Outcome]) -> list[tuple[float, float, float]]:
    if not inside or not outside:
        return []
    within = np.array([one.in_scope for one in inside])
    without = np.array([one.in_scope for one in outside])
    return [
        (float(least), float((within >= least).mean()), float((without < least).mean()))
        for least in np.linspace(0.02, 0.98, 49)
    ]


def _auroc(inside: Sequence[Outcome], outside: Sequence[Outcome]) -> float | None:
    if not inside or not outside:
        return None
    scores = [one.in_scope for one in (*inside, *outside)]
    return float(roc_auc_score([1] * len(inside) + [0] * len(outside), scores))


def _language(outcomes: Sequence[Outcome], attribute: str) -> dict[str, dict[str, Share]]:
    groups = {"all": outcomes, **_grouped(outcomes, "language")}
    return {
        language: {
            name: Share.of(getattr(one, attribute) == one.language for one in group if low <= one.length <= high)
            for name, low, high in LENGTHS
        }
        for language, group in groups.items()
    }
