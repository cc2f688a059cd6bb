"""The coming statewide elections, as far as they can be told: the API's dates held against the state's own rules.

Where both speak of the same thing and disagree, nothing firm is said about it. Where only the rules speak (the API is
down, or knows no details yet), the answer says that the date is computed.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from actions.apis import democracy_works
from actions.apis.democracy_works import Election as Listed
from actions.apis.result import Found, Unavailable
from core import elections as rules
from core.elections import Election as Computed
from core.jurisdiction import page_by_url
from core.logs import logger

ASPECTS = ("day", "deadline", "early", "polls")
WORDS = ("referendum", "special", "primary")

log = logger("elections")


@dataclass(frozen=True)
class Ballot:
    """One statewide election."""

    day: dt.date
    kind: str
    """`state_election`, `municipal_election`, `state_primary`, `municipal_primary`, `presidential_primary`, `special`,
    `referendum` or `other`."""
    firm: bool
    """Whether the API gives its details as settled; otherwise they are computed from the rules."""
    online: dt.date | None
    by_mail: dt.date | None
    in_person: dt.date | None
    early: tuple[dt.date, dt.date] | None
    polls: tuple[dt.time, dt.time] | None
    differs: frozenset[str]
    """Which of ASPECTS the API and the rules disagree on."""
    source: str = ""

    @property
    def has_deadline(self) -> bool:
        return "deadline" in self.differs or bool(self.online or self.by_mail)


@dataclass(frozen=True)
class Outlook:
    ballots: list[Ballot]
    """Statewide ones, in order."""
    local: list[Listed]
    """Those that concern only a part of the state."""
    from_rules: bool
    """The API gave nothing: all of it is computed."""
    cached_at: dt.datetime | None

    @property
    def upstreams(self) -> tuple[str, ...]:
        return () if self.from_rules else ("democracy_works",)


async def outlook(today: dt.date) -> Outlook:
    result = await democracy_works.elections(today)
    computed = rules.coming(today)
    kept = result.cached if isinstance(result, Unavailable) else None
    listed = result.value if isinstance(result, Found) else kept.value if kept else None
    if not listed:
        return Outlook([_by_rule(one) for one in computed], [], True, None)
    ballots = compare([one for one in listed if one.is_statewide and one.day >= today], computed)
    for ballot in ballots:
        if ballot.differs:
            log.warning(
                "election_dates", outcome="differs", reason="+".join(sorted(ballot.differs)), answer=ballot.kind
            )
    local = [one for one in listed if not one.is_statewide and one.day >= today]
    return Outlook(ballots, local, False, kept.at if kept else None)


def compare(listed: list[Listed], computed: list[Computed]) -> list[Ballot]:
    """Each election of either side, with what they disagree on."""
    by_day = {one.day: one for one in computed}
    ballots = [_held_against(one, by_day.get(one.day)) for one in listed]
    days = {one.day for one in listed}
    last = max(days, default=None)
    for one in computed:
        if one.day not in days:
            missing = last is not None and one.day <= last
            ballots.append(_by_rule(one, frozenset({"day"}) if missing else frozenset()))
    return sorted(ballots, key=lambda ballot: ballot.day)


def source_of(ballot: Ballot) -> tuple[dict[str, str], ...]:
    """The page the API names as its source."""
    if not ballot.source:
        return ()
    page = page_by_url().get(ballot.source)
    return ({"title": page.title if page else urlsplit(ballot.source).hostname or "", "url": ballot.source},)


def _by_rule(one: Computed, differs: frozenset[str] = frozenset()) -> Ballot:
    last = one.deadlines.get
    return Ballot(
        one.day, one.kind, False, last("register_online"), last("register_by_mail"), last("register_in_person"),
        one.early_voting, one.polls, differs,
    )  # fmt: skip


def _held_against(told: Listed, rule: Computed | None) -> Ballot:
    kind = rule.kind if rule else _kind(told)
    if rule is None:
        nothing = Ballot(told.day, kind, False, None, None, None, None, None, frozenset(), told.source)
        if kind in rules.rules()["elections"]:
            return replace(nothing, differs=frozenset({"day"}))
        own = nothing
    else:
        own = replace(_by_rule(rule), source=told.source)
    if not told.is_firm:
        return own
    return replace(
        own,
        firm=True,
        online=told.online or own.online,
        by_mail=told.by_mail or own.by_mail,
        in_person=told.in_person or own.in_person,
        early=told.early or own.early,
        differs=frozenset(_disagreements(told, own)),
    )


def _disagreements(told: Listed, own: Ballot) -> Iterator[str]:
    if any(_unequal(a, b) for a, b in _deadlines(told, own)):
        yield "deadline"
    if _unequal(told.early, own.early) or (told.early and told.early_varies):
        yield "early"
    if own.polls and _unequal(told.polls_close, own.polls[1]):
        yield "polls"


def _deadlines(told: Listed, own: Ballot) -> list[tuple[dt.date | None, dt.date | None]]:
    return [(told.online, own.online), (told.by_mail, own.by_mail), (told.in_person, own.in_person)]


def _unequal(told: object, own: object) -> bool:
    return told is not None and own is not None and told != own


def _kind(told: Listed) -> str:
    """What an election without a rule is, from the API's type and the words of its English name."""
    if told.type == "presidentialPrimary":
        return "presidential_primary"
    word = next((word for word in WORDS if word in told.name.lower()), "")
    if word == "primary":
        return {"municipal": "municipal_primary", "state": "state_primary"}.get(told.type, "other")
    if word:
        return word
    return {"municipal": "municipal_election", "state": "state_election"}.get(told.type, "other")
