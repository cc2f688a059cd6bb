"""Knows languages that are none of ours: py3langid's model, in 8 MB instead of the 80 that it takes by itself.

py3langid walks an automaton over the bytes of a text; what it counts at each byte is the longest known byte string that
ends there. Here those strings are kept by hash, the weights in one byte each, and only languages that share a script
with one of ours: the script alone tells the others.
"""

from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import LanguageIdentifier
from scipy.special import softmax

from core.languages import LANGUAGES

MODEL = "data/model.npz.xz"
RELATIVES = {
    "en": {"pcm"},
    "es": {"gl", "ca", "an", "ext", "oc"},
    "pt": {"gl"},
    "fr": {"oc", "wa"},
    "it": {"vec", "lij"},
    "ht": {"gcf", "gcr"},
    "ar": {"arz", "ary"},
}
"""Languages that short texts of ours are taken for."""
OTHERS = {
    "af", "az", "be", "bg", "bs", "cs", "da", "de", "et", "fa", "fi", "ga", "ha", "hr", "hu", "id", "ig", "is",
    "jv", "kk", "ku", "ky", "la", "lb", "ln", "lt", "lv", "mg", "mk", "mn", "mr", "ms", "mt", "ne", "nl", "no",
    "om", "ps", "ro", "rw", "sk", "sl", "so", "sq", "sr", "sv", "sw", "tg", "tl", "tr", "uk", "ur", "uz", "xh",
    "yo", "zu",
}  # fmt: skip


class ForeignLanguages:
    """Built from py3langid's own file, once, when the model is trained."""

    def __init__(self) -> None:
        full = LanguageIdentifier.from_model_file(MODEL)
        kept = set(LANGUAGES) | OTHERS | set().union(*RELATIVES.values())
        columns = [column for column, code in enumerate(full.nb_classes) if code in kept]
        self.languages = [full.nb_classes[column] for column in columns]
        weights = np.asarray(full.nb_ptc, np.float32)[:, columns]
        weights -= weights.mean(axis=1, keepdims=True)
        self._step = np.abs(weights).max() / 127
        self._weights = np.rint(weights / self._step).astype(np.int8)
        self._prior = np.asarray(full.nb_pc, np.float32)[columns]
        strings, features = _strings(full)
        self._longest = max(map(len, strings))
        hashes = np.fromiter(map(crc32, strings), np.uint32, len(strings))
        order = np.argsort(hashes)
        self._strings, self._features = hashes[order], features[order]

    def shares(self, text: str) -> dict[str, float]:
        """Probability of each language, by py3langid's own rule."""
        data = (text.lower() if text.isupper() else text).encode("utf-8", "surrogatepass")
        found = np.full(len(data), -1)
        for size in range(1, min(self._longest, len(data)) + 1):
            ends = range(size, len(data) + 1)
            numbers = np.fromiter((crc32(data[end - size : end]) for end in ends), np.uint32, len(ends))
            place = np.minimum(np.searchsorted(self._strings, numbers), len(self._strings) - 1)
            found[size - 1 :] = np.where(self._strings[place] == numbers, self._features[place], found[size - 1 :])
        features, counts = np.unique(found[found >= 0], return_counts=True)
        scores = np.log1p(counts) @ (self._weights[features] * self._step) + self._prior
        probabilities = softmax(scores / np.sqrt(max(1, len(data))))
        return dict(zip(self.languages, map(float, probabilities), strict=True))


def _strings(full: LanguageIdentifier) -> tuple[list[bytes], NDArray[np.int32]]:
    """The byte string that each state of the automaton stands for, and the feature that is counted there (or -1).

    A state is first reached, breadth first, by the very string it stands for.
    """
    moves = np.frombuffer(full.tk_nextmove, np.uint32).reshape(-1, 256)
    row = np.asarray(full.tk_row)
    string: dict[int, bytes] = {0: b""}
    level = [0]
    while level:
        reached = []
        for state in level:
            for letter, following in enumerate(moves[row[state]].tolist()):
                if following not in string:
                    string[following] = string[state] + bytes([letter])
                    reached.append(following)
        level = reached
    states = [state for state in string if state]
    return [string[state] for state in states], np.asarray(full.tk_output, np.int32)[states]
