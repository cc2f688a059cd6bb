"""The words of times of day in each language (`data/time_words.yml`), and the expressions made of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.nlu.plain_text import CHINESE, TOKEN, plain
from core.jurisdiction import read_yaml
from core.languages import LANGUAGES
from core.settings import REPOSITORY
from core.text import MARKS

NEVER = r"(?!)"
START = f"(?<![^\\W\\d_{CHINESE}])"
END = f"(?![^\\W\\d_{CHINESE}]|[{MARKS}])"
NOT_BEFORE = r"(?<![0-9a-z$€£#_])(?<![0-9][-/.:,])"


@dataclass(frozen=True)
class TimeWords:
    clock: "re.Pattern[str]"
    """An hour with everything that may stand around it; the judgement is the finder's."""
    stretch: "re.Pattern[str]"
    """From one hour to another."""
    parts: "re.Pattern[str]"
    """Part of the day, noon or midnight, without an hour."""
    hours: dict[str, int]
    shifts: dict[str, int]
    fixed: dict[str, tuple[int, int]]
    minutes: dict[str, int]
    part_names: dict[str, str]
    unsure_parts: frozenset[str]
    am: frozenset[str]
    sure_hours: frozenset[str]
    """Words after an hour that leave no doubt."""
    after: "re.Pattern[str]"
    before: "re.Pattern[str]"
    then: "re.Pattern[str]"
    to: "re.Pattern[str]"
    and_words: frozenset[str]
    cues: frozenset[str]
    """First words of all that can make a time without a figure."""
    half_at: frozenset[str]
    not_times: "re.Pattern[str]"
    hours_whole: bool
    words_need_hour: bool
    shift_needs_hour: bool
    chinese_order: bool


@cache
def data() -> dict[str, Any]:
    found: dict[str, Any] = read_yaml(REPOSITORY / "data" / "time_words.yml")
    return found


@cache
def time_words(language: str) -> TimeWords:
    """The language's own words, and the English ones that are no word of it."""
    code = language if language in LANGUAGES else "en"
    said = data().get(code, {})
    own = {key: value for key, value in said.items() if not isinstance(value, bool)}
    flags = {key: value for key, value in said.items() if isinstance(value, bool)}
    guest = {} if code == "en" else {key: data()["en"][key] for key in ("am", "pm", "hour", "noon", "parts")}
    get = {key: [*_list(own.get(key)), *_list(guest.get(key))] for key in LISTS}
    part_names = {_plain(w): name for src in (guest, own) for name, said in src.get("parts", {}).items() for w in said}
    part_names |= {_plain(word): name for name in ("noon", "midnight") for word in get[name]}
    hours = {_plain(w): n for n, said in enumerate(own.get("hours", ()), 1) for w in _list(said)}
    shifts = {_plain(word): minutes for word, minutes in own.get("before_hour", {}).items()}
    fixed = {_plain(word): (at[0], at[1]) for word, at in own.get("fixed", {}).items()}
    minutes = {_plain(word): number for word, number in own.get("minutes", {}).items()}
    halves = any_of([*get["am"], *get["pm"]])
    at, sure = any_of(get["at"]), any_of(get["at_sure"])
    hour = any_of([*get["hour"], *get["hour_at"]])
    digits = r"[01]?[0-9]|2[0-4]"
    tail = (
        rf"(?P<half>{any_of(get['half'])})|(?P<quarter>{any_of(get['quarter'])})|(?P<three>{any_of(get['three_quarters'])})"
        rf"|(?P<less>{any_of(get['less_quarter'])})|(?:{any_of(get['and'])} ?)?(?P<words>{any_of(minutes)})"
        rf"|(?:{any_of(get['and'])} ?)?(?P<more>[0-5][0-9])(?![0-9]|[-/.:,][0-9]|%)分?|(?P<few>[0-9])分"
    )
    clock = (
        rf"(?:(?P<pre>{halves}),? ?)?(?:(?P<sure>{sure}) ?|(?P<at>{at}) ?)?(?:(?P<pre2>{halves}) ?)?"
        rf"(?:(?P<shift>{any_of(shifts)}) ?)?"
        rf"(?:(?P<fixed>{any_of(fixed)})|{NOT_BEFORE}(?P<h>{digits})(?![0-9])|(?P<hw>{any_of(hours)}))"
        r"(?:(?P<sep> ?: ?|\.| ?h ?)(?P<mm>[0-5][0-9])(?![0-9])(?::[0-5][0-9](?![0-9]))?)?"
        rf"(?: ?(?P<letter>h){END}(?![0-9]))?(?: ?(?P<hour>{hour}))?(?: ?(?:{tail}))?(?:,? ?(?P<post>{halves}))?"
    )
    between, to = any_of(get["between"]), any_of(get["to"])
    edge = rf"(?:{sure} ?)?{NOT_BEFORE}(?P<h%d>{digits})(?:(?::|\.|h)(?P<m%d>[0-5][0-9]))?(?![0-9])"
    stretch = (
        rf"(?:(?P<pre>{halves}) ?)?(?:(?P<between>{between}) ?)?{edge % (1, 1)}(?: ?(?:h|{hour}))?"
        rf"(?: ?(?P<p1>{halves}))?"
        rf" ?(?P<join>-|{to}) ?(?:{sure} ?)?(?P<h2>{digits})(?:(?::|\.|h)(?P<m2>[0-5][0-9]))?(?![0-9])"
        rf"(?: ?(?P<hour>h{END}|{hour}))?(?: ?(?P<p2>{halves}))?(?![0-9]|[-/.:,][0-9]|%)"
    )
    return TimeWords(
        clock=re.compile(clock),
        stretch=re.compile(stretch),
        parts=re.compile(any_of(part_names)),
        hours=hours,
        shifts=shifts,
        fixed=fixed,
        minutes=minutes,
        part_names=part_names,
        unsure_parts=frozenset(map(_plain, own.get("parts_unsure", ()))),
        am=frozenset(map(_plain, get["am"])),
        sure_hours=frozenset(map(_plain, get["hour"])),
        after=re.compile(any_of(get["after"])),
        before=re.compile(any_of(get["before"])),
        then=re.compile(any_of(data()["then"])),
        to=re.compile(rf" ?(?:-|{to}) ?"),
        cues=frozenset(TOKEN.findall(word)[0][2] for word in (*hours, *fixed, *part_names)),
        and_words=frozenset(map(_plain, data()["and_words"])),
        half_at=frozenset(map(_plain, own.get("half_at", ()))),
        not_times=re.compile(any_of(own.get("not_times", ()))),
        words_need_hour=flags.get("words_need_hour", False),
        hours_whole=flags.get("hours_whole", False),
        shift_needs_hour=flags.get("shift_needs_hour", False),
        chinese_order=code == "zh",
    )


LISTS = (
    *("at", "at_sure", "hour", "hour_at", "am", "pm", "noon", "midnight", "half", "quarter", "three_quarters"),
    *("less_quarter", "and", "between", "to", "after", "before"),
)


def any_of(words: Iterable[str]) -> str:
    """An expression for any of the words, as whole words, the longest first; Chinese has no spaces to go by."""
    seen = sorted({_plain(word) for word in words}, key=lambda word: (-len(word), word))
    groups = {"": [], START: [], START + END: []}  # type: dict[str, list[str]]
    for word in seen:
        bounds = "" if re.match(f"[{CHINESE}]", word) else START + END if word[-1].isalpha() else START
        groups[bounds].append(re.escape(word).replace(r"\ ", " +"))
    made = [_bounded(bounds, "|".join(said)) for bounds, said in groups.items() if said]
    return "(?:" + "|".join(made) + ")" if made else NEVER


def _bounded(bounds: str, said: str) -> str:
    return bounds.replace(END, "") + f"(?:{said})" + (END if END in bounds else "")


def _plain(word: str) -> str:
    return plain(word).text


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())
