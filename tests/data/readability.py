"""How many years of school an English text asks for: the Flesch-Kincaid grade, with syllables counted by rule.

Grade = 0.39 × words per sentence + 11.8 × syllables per word − 15.59 (Kincaid and others, 1975).
"""

import re

WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
SENTENCE_END = re.compile(r"[.!?:]+(?=\s|$)|\n+")
VOWELS = re.compile(r"[aeiouy]+")
SILENT_END = re.compile(r"(?:[^aeiouylr]e|[aeiouy][lr]e|[^td]ed|[^aeiouysxzcgh]es|[^csxzg]hes)$")
TWO_VOWELS = re.compile(r"i(?:a|o(?!u)|u)|[^aeiouq]ua|eo|[^e]ue(?=[tn])|uou|y[aeiou](?=[^aeiou])|ying|eing|oing")
ONE_SOUND = re.compile(r"[csgtx]i(?:o|a)|[a-z]ious|eon$|[lr]ia?ge|people")


def grade(text: str) -> float:
    """The grade of a text of at least one word; a line is a sentence of its own."""
    sentences = [found for part in SENTENCE_END.split(text) if (found := WORD.findall(part))]
    words = [word for sentence in sentences for word in sentence]
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    """Groups of vowels, less a silent ending, plus vowels spoken apart; `DMV` is spoken letter by letter."""
    if word.isupper() and len(word) > 1:
        return len(word)
    lowered = re.sub(r"['’](?:s|t|m|d|re|ve|ll)?$", "", word.lower())
    count = len(VOWELS.findall(lowered)) + len(TWO_VOWELS.findall(lowered)) - len(ONE_SOUND.findall(lowered))
    return max(1, count - bool(SILENT_END.search(lowered)))
