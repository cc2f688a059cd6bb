"""Finds the times of day a text names, in twelve languages: "3pm", "15h30", "a las dos y media", "下午3点", "rano".

    find_times("can I come at half past two?", "en")

A time without "am" or "pm" is read as office hours have it: 8 to 11 in the morning, 12 to 5 in the afternoon; 6 and 7
keep both readings, and so does an hour written with a nought before it (03:30: as it stands, or in the afternoon). The
words are in `data/time_words.yml`.
"""

import datetime as dt
import re
from dataclasses import dataclass, replace

from bot.nlu.date_words import vocabulary
from bot.nlu.plain_text import TOKEN, plain
from bot.nlu.time_words import TimeWords, data, time_words

LONGEST = 2000
LAST = dt.time(23, 59)
"""End of a stretch that has none: "after 3"."""
OF_DATES = frozenset("rewWvSmMpkhi")
"""Roles of words that may follow "at 3": tomorrow, on Friday, in July."""
BARE = re.compile(r"\W*(?P<h>[0-9]{1,2})(?:[:. h]?(?P<m>[0-5][0-9]))?\W*")


@dataclass(frozen=True)
class FoundTime:
    """A time of day that stands in a text from `start` to `end`: readings, or a stretch."""

    start: int
    end: int
    readings: tuple[dt.time, ...]
    """The likeliest first; empty for a stretch."""
    span: tuple[dt.time, dt.time] | None = None
    """From and to: the morning, after 3, between 2 and 4."""


def find_times(text: str, language: str) -> list[FoundTime]:
    """The times in order of appearance, none over another; `start` and `end` are offsets in the text."""
    seen = plain(text[:LONGEST])
    words = time_words(language)
    rest = words.not_times.sub(lambda match: "_" * len(match[0]), seen.text)
    found: list[FoundTime] = []
    has_figures = any(map(str.isdigit, rest))
    if not has_figures and words.cues.isdisjoint(match[0] for match in TOKEN.finditer(rest)):
        return []
    for pattern, read in ((words.stretch, _stretch), (words.clock, _clock), (words.parts, _part)):
        if pattern is words.stretch and not has_figures:
            continue
        place = 0
        while place < len(rest) and (match := pattern.search(rest, place)):
            one = read(match, words, language) if match.group() else None
            place = max(match.end() if one else match.start() + 1, place + 1)
            if one:
                found.append(one)
                rest = rest[: one.start] + "_" * (one.end - one.start) + rest[one.end :]
    found = _joined(sorted(found, key=lambda one: one.start), seen.text, words)
    return [replace(one, start=seen.at(one.start), end=seen.at(one.end - 1) + 1) for one in found]


def as_time(text: str, language: str = "en") -> FoundTime | None:
    """The time of an answer to the question for one: also a bare number (3, 15, 1530, 10 30) or "dos y media". The
    first time, if there are several."""
    if found := find_times(text, language):
        return found[0]
    seen = plain(text[:LONGEST])
    words = time_words(language)
    if match := BARE.fullmatch(seen.text):
        readings = _readings(int(match["h"]), int(match["m"] or 0), None, match["h"].startswith("0"))
    elif (match := words.clock.fullmatch(seen.text.strip(" .!"))) and not words.shift_needs_hour | bool(match["fixed"]):
        readings = _all_readings(match, words)
    else:
        return None
    start = len(seen.text) - len(seen.text.lstrip(" .!"))
    end = len(seen.text.rstrip(" .!"))
    return FoundTime(seen.at(start), seen.at(end - 1) + 1, readings) if readings else None


def _clock(match: "re.Match[str]", words: TimeWords, language: str) -> FoundTime | None:
    if re.match(r"[0-9]|[-/.:,][0-9]|%|\$", match.string[match.end() :]) or not _is_time(match, words, language):
        return None
    readings = _all_readings(match, words)
    said_from = next((match.start(name) for name in ("shift", "h", "hw") if match[name]), match.start())
    return _bounded(match, said_from, readings, words) if readings else None


def _is_time(match: "re.Match[str]", words: TimeWords, language: str) -> bool:
    """Whether enough around the number says that it is an hour."""
    part, hour = match["post"] or match["pre"] or match["pre2"], match["hour"]
    led = bool(match["at"] or match["sure"])
    if words.chinese_order and match["hw"] == "一" and not part and not match["half"]:
        return False  # "a little"
    if match["fixed"] or (match["hw"] and words.words_need_hour):
        return bool(hour)
    if match["mm"]:
        return ":" in match["sep"] or "h" in match["sep"] or bool(led or part or hour)
    if match["letter"]:
        return led or bool(part) or int(match["h"] or 0) >= 7
    if hour in words.sure_hours:
        return True
    if hour:
        return led or bool(part) or match["half"] is not None
    if match["shift"]:
        return not words.shift_needs_hour
    if match["hw"] and words.hours_whole:
        return True
    if match["post"] and (led or _one_space(match["post"]) not in words.half_at):
        return True
    if match["sure"] and match["h"]:
        return True
    if match["half"] or match["quarter"] or match["less"]:
        return led or bool(part) or match.group().strip() == match.string.strip(" .!?")
    return led and _ends_there(match, language, words)


def _ends_there(match: "re.Match[str]", language: str, words: TimeWords) -> bool:
    """Whether the sentence ends after "at 3" or goes on with a word of time: "at 3 places" does not."""
    rest = match.string[match.end() :].lstrip(" ")
    following = TOKEN.match(rest)
    if following is None or following.lastgroup == "mark" or words.then.match(rest) or words.parts.match(rest):
        return following is None or following.group() not in "/-$%#'\""
    found = vocabulary(language).phrases.get(following.group(), [])
    return any(not OF_DATES.isdisjoint(meanings) for _, meanings in found)


def _all_readings(match: "re.Match[str]", words: TimeWords) -> tuple[dt.time, ...]:
    said = match["hw"]
    hour, minute = (
        words.fixed[_one_space(match["fixed"])]
        if match["fixed"]
        else (
            words.hours[_one_space(said)] if said else int(match["h"]),
            0,
        )
    )
    minute += int(match["mm"] or match["more"] or match["few"] or 0)
    minute += 30 if match["half"] else 15 if match["quarter"] else 45 if match["three"] else 0
    minute += words.minutes[_one_space(match["words"])] if match["words"] else 0
    minute -= 15 if match["less"] else 0
    minute += words.shifts[_one_space(match["shift"])] if match["shift"] else 0
    if minute < 0:
        hour, minute = (hour - 1) or 12, minute + 60
    part = match["post"] or match["pre"] or match["pre2"]
    written_whole = bool(match["h"]) and match["h"].startswith("0")
    return _readings(hour, minute, _half(part, words), written_whole)


def _half(part: str | None, words: TimeWords) -> str | None:
    return None if part is None else "am" if _one_space(part) in words.am else "pm"


def _one_space(said: str) -> str:
    return re.sub(r"\s+", " ", said)


def _readings(hour: int, minute: int, half: str | None, written_whole: bool = False) -> tuple[dt.time, ...]:
    """The times an hour may mean; `half` is `am`, `pm` or None; `written_whole` that a nought stands before it."""
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return ()
    if hour > 12 or hour == 0:
        hours: tuple[int, ...] = (hour % 24,)
    elif half:
        hours = (hour % 12 + (12 if half == "pm" else 0),)
    elif hour in (6, 7) or (written_whole and hour < 8):
        hours = (hour, hour + 12)
    else:
        hours = (hour,) if 8 <= hour <= 12 else (hour + 12,)
    return tuple(dt.time(one, minute) for one in hours)


def _bounded(match: "re.Match[str]", place: int, readings: tuple[dt.time, ...], words: TimeWords) -> FoundTime:
    """The time, or the stretch that it ends or begins."""
    start, end = match.span()
    bound = _bound(match.string[:place], match.string[end:], words)
    if bound == "after":
        return FoundTime(start, end, (), span=(readings[0], LAST))
    if bound == "before":
        return FoundTime(start, end, (), span=(dt.time(0), readings[0]))
    return FoundTime(start, end, readings)


def _bound(ahead: str, behind: str, words: TimeWords) -> str | None:
    """`after` or `before`, where the words around a time make it an end of a stretch."""
    near = ahead.rstrip()[-24:]
    for name, pattern in (("after", words.after), ("before", words.before)):
        if words.chinese_order:
            if pattern.match(behind):
                return name
        elif any(match.end() == len(near) for match in pattern.finditer(near)):
            return name
    return None


def _stretch(match: "re.Match[str]", words: TimeWords, language: str) -> FoundTime | None:
    halves = [_half(match[name], words) for name in ("p1", "p2")]
    shared = _half(match["pre"], words)
    minutes = match["m1"] and match["m2"]
    if _one_space(match["join"]) in words.and_words and not match["between"]:
        return None
    told = (
        any(halves) or shared or minutes or (match["hour"] and (match["between"] or match["hour"] in words.sure_hours))
    )
    if not told and not (match["between"] and _ends_there(match, language, words)):
        return None
    last = _readings(int(match["h2"]), int(match["m2"] or 0), halves[1] or shared)
    first_hour = int(match["h1"])
    first_half = halves[0] or (halves[1] if first_hour % 12 < int(match["h2"]) % 12 else None) or shared
    first = _readings(first_hour, int(match["m1"] or 0), first_half)
    if not first or not last:
        return None
    until = next((one for one in last if one > first[0]), None)
    return FoundTime(match.start(), match.end(), (), span=(first[0], until)) if until else None


def _joined(found: list[FoundTime], text: str, words: TimeWords) -> list[FoundTime]:
    """Two times with "to" between them are one stretch."""
    joined: list[FoundTime] = []
    for one in found:
        first = joined[-1] if joined else None
        if first and first.readings and one.readings and first.readings[0] < one.readings[0]:
            between = text[first.end : one.start]
            if words.to.fullmatch(between) and between.strip() not in words.and_words:
                joined[-1] = FoundTime(first.start, one.end, (), span=(first.readings[0], one.readings[0]))
                continue
        joined.append(one)
    return joined


def _part(match: "re.Match[str]", words: TimeWords, language: str) -> FoundTime | None:
    said = _one_space(match.group())
    name = words.part_names[said]
    if said in words.unsure_parts and match.group() != match.string.strip():
        return None
    if name in ("noon", "midnight"):
        return _bounded(match, match.start(), (dt.time(12 if name == "noon" else 0),), words)
    first, last = (dt.time.fromisoformat(edge) for edge in data()["part_hours"][name])
    return FoundTime(match.start(), match.end(), (), span=(first, last))
