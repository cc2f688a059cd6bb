"""Polling places, early voting, drop boxes and the ballot for an address, from Google Civic Information v2.

The address is personal: it goes into the query of the call and nowhere else, and nothing of the answer is kept. Quirks:
every field may be missing; between elections the API says 400 "Election unknown"; while two elections fall on one day
it tells nothing about places until it is asked for one of them; hours are free text; `local_jurisdiction` is spelled
unlike everything else. Data that is not the state's own has a source with `official: false`.
"""

import datetime as dt
from dataclasses import replace
from itertools import groupby
from typing import Any

from actions.apis import capabilities
from actions.apis.client import Get, client
from actions.apis.http import DEFAULT_QUIET, Malformed, Missing, Refused, Throttled
from actions.apis.reading import part, row, text, word
from actions.apis.result import Rejected, Result
from actions.apis.voter_info import Election, VoterInfo, read_voter_info
from core.settings import settings

SANDBOX_KEY = "sample"
PARTS = ("polling_places", "early_sites", "drop_boxes", "contests")
"""What the block in `apis.yml` may list under `gives`; what it doesn't list is switched off."""
READABLE = (400, 403, 404)
MOST_ELECTIONS = 3


async def voter_info(address: str, election_id: str = "") -> Result[VoterInfo]:
    """What a voter at `address` needs to know, about the next election or the one with that id.

    NotFound means that there is no data yet, the ordinary answer between elections. Rejected("address"): the address
    could not be read; Rejected("other_state"): it lies elsewhere; Rejected("switched_off"): `apis.yml` lists nothing.
    """
    wanted = [name for name in PARTS if capabilities.gives("civic_info", name)]
    if not wanted:
        return Rejected("switched_off")

    async def load(get: Get) -> VoterInfo:
        found = await _one(get, address, election_id)
        if not election_id and found.others and not found.has_places and not found.contests:
            found = await _by_day(get, address, found)
        return VoterInfo(**{**vars(found), **{name: () for name in PARTS if name not in wanted}})

    return await client("civic_info").ask("voter_info", load)


async def _by_day(get: Get, address: str, undecided: VoterInfo) -> VoterInfo:
    """Ask for each election by its id: the first day that has data, with all that is decided on it."""
    listed = sorted([undecided.election, *undecided.others], key=_day)[:MOST_ELECTIONS]
    for _, same_day in groupby(listed, key=_day):
        told = [found for election in same_day if (found := await _if_known(get, address, election))]
        first = next((one for one in told if one.has_places), None) or next((one for one in told if one.contests), None)
        if first:
            contests = tuple(contest for one in told for contest in one.contests)
            others = tuple(election for election in listed if election.id != first.election.id)
            return replace(first, contests=contests, others=others)
    return undecided


def _day(election: Election) -> dt.date:
    return election.day or dt.date.max


async def _if_known(get: Get, address: str, election: Election) -> VoterInfo | None:
    try:
        return await _one(get, address, election.id)
    except Missing:
        return None


async def _one(get: Get, address: str, election_id: str) -> VoterInfo:
    reply = await get("civicinfo/v2/voterinfo", query=_query(address, election_id), readable=READABLE)
    if reply.status in READABLE:
        raise _refusal(reply.status, reply.json())
    answer = row(reply.json())
    state = text(part(answer, "normalizedInput", "state")).upper()
    own = capabilities.of("civic_info").get("state_code")
    if own and len(state) == 2 and state.isalpha() and state != own:
        raise Refused("other_state")
    return read_voter_info(answer)


def _query(address: str, election_id: str) -> dict[str, str]:
    key = settings().civic_info_key or (SANDBOX_KEY if client("civic_info").is_sandbox else "")
    query = {"address": address, "officialOnly": "false"}
    return query | ({"electionId": election_id} if election_id else {}) | ({"key": key} if key else {})


def _refusal(status: int, envelope: Any) -> Exception:
    """What Google's error envelope stands for; its words are compared and never passed on."""
    error = part(envelope, "error")
    if not isinstance(error, dict):
        return Malformed("error_envelope") if status == 400 else Missing() if status == 404 else Refused("forbidden")
    message = text(error.get("message"), 500).lower()
    faults = error.get("errors")
    listed = faults if isinstance(faults, list) else []
    reasons = {word(part(fault, "reason")) for fault in listed}
    if "election unknown" in message:
        return Missing()
    if any("limitexceeded" in reason or "quota" in reason for reason in reasons):
        return Throttled(DEFAULT_QUIET)
    if status == 403:
        return Refused("forbidden")
    if "parseerror" in reasons or "address" in message:
        return Refused("address") if status == 400 else Missing()
    return Missing() if status == 404 else Refused("bad_request")
