"""How polling places, early voting and a ballot are told: lines for the web, and fewer of them for a text message.

Names, hours and notes are shown as the source words them, and the source is named with whether it is an official one.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from actions.apis.voter_info import Contest, Election, Site, VoterInfo
from actions.lookup import Answer, NoAnswer
from actions.sites import Line
from core import elections, values
from core.jurisdiction import page_by_url
from core.values import Value

CIVIC = ("civic_info",)
SERVICE = "Google Civic Information"
"""Named as the source of what names none."""
MOST_SITES, MOST_SITES_BRIEF = 4, 2
MOST_CONTESTS, MOST_CONTESTS_BRIEF = 8, 3
MOST_CANDIDATES = 6
LONGEST_QUESTION = 240
KINDS = ("referendum", "special")
"""Words in the English name of an election that say what the calendar can't."""


def polling_places(info: VoterInfo) -> Answer:
    sites = info.polling_places
    details = [*_sites(sites), *_office(info), *_next(info)]
    filled = {"details": values.lines(details), "short": values.lines(_brief(sites))}
    return _told("utter_vote_polling_place_found", info, filled, sites)


def early_sites(info: VoterInfo) -> Answer:
    """Places for early voting, and drop boxes for absentee ballots."""
    details: list[Line] = []
    if info.early_sites:
        details += [("utter_line_early_sites", {}), *_sites(info.early_sites)]
    if info.drop_boxes:
        details += [("utter_line_drop_boxes", {}), *_sites(info.drop_boxes)]
    sites = info.early_sites or info.drop_boxes
    header: Line = ("utter_line_early_sites" if info.early_sites else "utter_line_drop_boxes", {})
    filled = {"details": values.lines(details), "short": values.lines([header, *_brief(sites)])}
    return _told("utter_vote_early_places", info, filled, (*info.early_sites, *info.drop_boxes))


def ballot(info: VoterInfo) -> Answer:
    shown = info.contests[:MOST_CONTESTS]
    details = [line for contest in shown for line in _contest(contest)]
    if len(info.contests) > len(shown):
        details.append(("utter_line_contests_more", {"count": values.count(len(info.contests) - len(shown))}))
    titles = [_title(contest) for contest in info.contests]
    brief: list[Line] = [("utter_line_contest_title", {"contest": title}) for title in titles[:MOST_CONTESTS_BRIEF]]
    if len(titles) > len(brief):
        brief.append(("utter_line_contests_more", {"count": values.count(len(titles) - len(brief))}))
    filled = {"details": values.lines(details), "short": values.lines(brief)}
    return _told("utter_vote_ballot_found", info, filled, info.contests)


def by_mail(info: VoterInfo) -> Answer:
    """Everybody there votes by mail: where the ballot can be dropped off, when that is known."""
    boxes = info.drop_boxes
    lines = [("utter_line_drop_boxes", {}), *_sites(boxes)] if boxes else [("utter_line_no_drop_box", {})]
    brief = [("utter_line_drop_boxes", {}), *_brief(boxes)] if boxes else [("utter_line_no_drop_box", {})]
    filled = {"details": values.lines(lines), "short": values.lines(brief)}
    return _told("utter_vote_polling_place_by_mail", info, filled, boxes)


def nothing_yet(topic: str, today: dt.date) -> Answer:
    """There is no data for the address: the next election by the state's own rules, and the official page.

    Raises NoAnswer when the rules know none.
    """
    ahead = elections.coming(today)
    if not ahead:
        raise NoAnswer
    return Answer(f"utter_{topic}_no_data", {"election": _named(ahead[0].kind, ahead[0].day)}, CIVIC)


def _told(response: str, info: VoterInfo, filled: dict[str, Value], told: Sequence[Site] | Sequence[Contest]) -> Answer:
    own = {"election": _election(info.election), "source": values.lines(list(_sources(told)))}
    return Answer(response, own | filled, CIVIC, sources=_pages(info))


def _sites(sites: Sequence[Site]) -> Iterator[Line]:
    """Each site on a line; days and hours once for those in a row that share them."""
    shown = groupby(sites[:MOST_SITES], key=lambda site: (site.hours, site.first, site.last))
    for (hours, first, last), group in shown:
        has_note = False
        for site in group:
            yield _place(site)
            if site.notes:
                has_note = True
                yield "utter_line_place_note", {"note": values.text(site.notes)}
        if first and last:
            yield _days(first, last)
        if hours or not has_note:  # a note often says when it is open
            yield from _hours(_joined(hours, first, last))
    if len(sites) > MOST_SITES:
        yield "utter_line_places_more", {}


def _brief(sites: Sequence[Site]) -> list[Line]:
    shown = sites[:MOST_SITES_BRIEF]
    lines = [_place(site) for site in shown]
    hours = {site.hours for site in shown}
    if len(hours) == 1 and len(shown[0].hours) == 1:
        lines += _hours(shown[0].hours)
    return lines


def _place(site: Site) -> Line:
    return "utter_line_place", {"place": values.text(", ".join(filter(None, (site.name, *site.lines))))}


def _days(first: dt.date, last: dt.date) -> Line:
    return "utter_line_place_days", {"first": values.date(first), "last": values.date(last)}


def _hours(hours: Sequence[str]) -> Iterator[Line]:
    if not hours:
        yield "utter_line_place_hours_unknown", {}
    elif len(hours) == 1:
        yield "utter_line_place_hours", {"hours": values.text(hours[0])}
    else:
        yield "utter_line_place_hours_follow", {}
        yield from (("utter_line_place_hours_of", {"hours": values.text(line)}) for line in hours)


def _joined(hours: Sequence[str], first: dt.date | None, last: dt.date | None) -> Sequence[str]:
    """Lines such as "Monday, October 19: 10:00 AM - 6:00 PM", days in a row with the same hours as one line.

    Only where each day has its line: otherwise a day without hours could lie between two that are joined.
    """
    split = [line.split(": ", 1) for line in hours]
    if not (first and last) or len(hours) != (last - first).days + 1 or any(len(parts) != 2 for parts in split):
        return hours
    joined = []
    for clock, group in groupby(split, key=lambda parts: parts[1]):
        days = [parts[0] for parts in group]
        joined.append(f"{days[0] if len(days) == 1 else f'{days[0]} - {days[-1]}'}: {clock}")
    return joined


def _office(info: VoterInfo) -> Iterator[Line]:
    """Who answers questions about the place: the town, else the state."""
    office = next((one for one in (info.town, info.state) if one and one.name and one.phone), None)
    if office:
        yield "utter_line_place_office", {"office": values.text(office.name), "phone": values.phone(office.phone)}


def _next(info: VoterInfo) -> Iterator[Line]:
    """The election after this one."""
    own = info.election.day
    later = [one for one in info.others if one.day and own and one.day > own]
    if later:
        yield "utter_line_place_next", {"election": _election(min(later, key=lambda one: one.day or dt.date.max))}


def _contest(contest: Contest) -> Iterator[Line]:
    if contest.is_question:
        yield "utter_line_contest_title", {"contest": _title(contest)}
        if contest.question and contest.question != contest.title:
            yield "utter_line_contest_question", {"question": values.text(_shortened(contest.question))}
        return
    named = [f"{one.name} ({one.party})" if one.party else one.name for one in contest.candidates]
    if not named:
        yield "utter_line_contest_title", {"contest": _title(contest)}
        return
    filled = {"contest": _title(contest), "candidates": values.names(named[:MOST_CANDIDATES])}
    if len(named) > MOST_CANDIDATES:
        yield "utter_line_contest_many", filled | {"count": values.count(len(named) - MOST_CANDIDATES)}
    else:
        yield "utter_line_contest", filled
    if contest.votes > 1:
        yield "utter_line_contest_votes", {"count": values.count(contest.votes)}


def _title(contest: Contest) -> Value:
    """The office with its district, or whose primary it is; or the question's title."""
    district = contest.district if contest.district and contest.district not in contest.title else ""
    more = ", ".join(filter(None, (district, *contest.parties))) if not contest.is_question else ""
    return values.text(f"{contest.title} ({more})" if more else contest.title)


def _shortened(words: str) -> str:
    return words if len(words) <= LONGEST_QUESTION else words[:LONGEST_QUESTION].rsplit(" ", 1)[0] + " …"


def _sources(told: Iterable[Site] | Iterable[Contest]) -> Iterator[Line]:
    """Each source once, the official ones first."""
    named = dict.fromkeys((one.is_official, one.source or SERVICE) for one in told) or {(False, SERVICE): None}
    for is_official, name in sorted(named, reverse=True):
        kind = "utter_line_source_official" if is_official else "utter_line_source_unofficial"
        yield kind, {"source": values.text(name)}


def _pages(info: VoterInfo) -> tuple[dict[str, str], ...]:
    """The state's page that the answer names, for who asks where it is from."""
    state = info.state
    url = (state.finder or state.page) if state else ""
    if not state or not url:
        return ()
    known = page_by_url().get(url)
    return ({"title": known.title if known else state.name, "url": url},)


def _election(election: Election) -> Value:
    """Its kind and day: the name the service gives is English."""
    name = election.name.lower()
    rule = elections.elections(election.day, election.day) if election.day else []
    kind = next((word for word in KINDS if word in name), rule[0].kind if rule else None)
    if kind is None and "primary" in name:
        kind = "presidential_primary" if "president" in name else "municipal_primary"
    return _named(kind or "other", election.day)


def _named(kind: str, day: dt.date | None) -> Value:
    word = values.words(f"utter_word_election_{kind}")
    return values.lines([("utter_word_election_on", {"election": word, "date": values.date(day)})]) if day else word
