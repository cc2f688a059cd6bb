"""Checks of the training data: enough examples of every topic, none twice, none under two topics."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from core.jurisdiction import read_yaml
from core.settings import REPOSITORY
from core.text import fold
from core.topics import ASPECTS, OUT_OF_SCOPE, Kind, topics

FEWEST = {Kind.ANSWER: 40, Kind.LOOKUP: 40, Kind.FLOW: 40, Kind.CONTROL: 20}
FEWEST_OUT_OF_SCOPE = 150
FEWEST_ASPECT = 20
TOO_ALIKE = 0.9
"""Share of common character trigrams (Jaccard) from which two examples are the same sentence with a slip."""
NOT_A_LETTER = re.compile(r"[^\w]+")
FOLLOW_UPS = {*ASPECTS, "ask_sources"}


@dataclass(frozen=True)
class Example:
    text: str
    topic: str
    language: str
    file: str


@dataclass(frozen=True)
class Problem:
    language: str
    what: str


def languages() -> list[str]:
    """Languages that have training data."""
    return sorted(path.name for path in (REPOSITORY / "data" / "nlu").iterdir() if path.is_dir())


def examples(language: str) -> list[Example]:
    """All examples of a language in file order."""
    return [
        example
        for path in sorted((REPOSITORY / "data" / "nlu" / language).glob("*.yml"))
        for example in _of_file(path, language)
    ]


def problems(language: str) -> list[Problem]:
    """Everything wrong with a language's training data; empty when all is well."""
    found = examples(language)
    return [
        Problem(language, what)
        for check in (_wrong_language, _too_few, _under_two_topics, _twice, _nearly_twice)
        for what in check(found, language)
    ]


def counts(language: str) -> Counter[str]:
    return Counter(example.topic for example in examples(language))


def fewest(topic: str) -> int:
    """Smallest number of examples a topic may have in each language."""
    if topic == OUT_OF_SCOPE:
        return FEWEST_OUT_OF_SCOPE
    return FEWEST[topics()[topic].kind] if topic in topics() else FEWEST_ASPECT


def _of_file(path: Path, language: str) -> Iterator[Example]:
    for block in read_yaml(path)["nlu"]:
        tagged = (block.get("metadata") or {}).get("language", "")
        for line in block["examples"].splitlines():
            if line.strip():
                yield Example(line.removeprefix("- ").strip(), block["intent"], tagged, path.name)


def _wrong_language(found: list[Example], language: str) -> Iterator[str]:
    for topic in sorted({example.topic for example in found if example.language != language}):
        yield f"{topic}: its block needs `metadata: {{language: {language}}}`"


def _too_few(found: list[Example], language: str) -> Iterator[str]:
    have = Counter(example.topic for example in found)
    for topic in [*topics(), *sorted(FOLLOW_UPS)]:
        if have[topic] < fewest(topic):
            yield f"{topic}: {have[topic]} examples, {fewest(topic)} are the least"
    for topic in have.keys() - topics().keys() - FOLLOW_UPS:
        yield f"{topic}: there is no such topic"


def _under_two_topics(found: list[Example], language: str) -> Iterator[str]:
    owners: dict[str, set[str]] = defaultdict(set)
    for example in found:
        owners[_key(example.text)].add(example.topic)
    for text, owning in owners.items():
        if len(owning) > 1 and text:
            yield f"{text!r} stands under {' and '.join(sorted(owning))}"


def _twice(found: list[Example], language: str) -> Iterator[str]:
    seen = Counter((_key(example.text), example.topic) for example in found)
    for (text, topic), times in seen.items():
        if times > 1 and text:
            yield f"{topic}: {text!r} stands there {times} times"


def _nearly_twice(found: list[Example], language: str) -> Iterator[str]:
    for one, other, share in near_duplicates(found):
        yield f"{one.topic} {one.text!r} and {other.topic} {other.text!r} are {share:.0%} alike"


def near_duplicates(found: list[Example], alike: float = TOO_ALIKE) -> Iterator[tuple[Example, Example, float]]:
    """Pairs of examples that share nearly all their character trigrams; exact doubles are other checks' business."""
    rows = _trigrams([_key(example.text) for example in found])
    sizes = np.asarray(rows.sum(axis=1)).ravel()
    common = sp.triu(rows @ rows.T, k=1).tocoo()
    shares = common.data / (sizes[common.row] + sizes[common.col] - common.data)
    for place in np.flatnonzero(shares >= alike):
        one, other = found[common.row[place]], found[common.col[place]]
        if _key(one.text) != _key(other.text):
            yield one, other, float(shares[place])


def _trigrams(texts: list[str]) -> sp.csr_matrix:
    """One row per text, a one for each trigram in it."""
    columns: dict[str, int] = {}
    indices: list[int] = []
    starts = [0]
    for text in texts:
        padded = f"  {text} "
        grams = {padded[start : start + 3] for start in range(len(padded) - 2)}
        indices.extend(columns.setdefault(gram, len(columns)) for gram in grams)
        starts.append(len(indices))
    shape = (len(texts), len(columns))
    return sp.csr_matrix((np.ones(len(indices), dtype=np.int32), indices, starts), shape=shape)


def _key(text: str) -> str:
    """What makes two examples the same: letters and digits, without case, accents and punctuation."""
    return NOT_A_LETTER.sub(" ", fold(text)).strip()
