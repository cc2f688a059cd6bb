"""`vote_polling_place`, `vote_early`, `vote_ballot`: what Google's Civic Information service knows for a home address.

The service gets the address once, after the resident was told so; it is kept nowhere and never said back.
"""

import asyncio
from abc import ABC, abstractmethod

from actions.apis.civic_info import voter_info
from actions.apis.result import Found, NotFound, Rejected
from actions.apis.voter_info import VoterInfo
from actions.flows import voting_told
from actions.flows.field import Ending, Known
from actions.flows.form import Flow, FlowEnd
from actions.flows.home_address import EXAMPLE, AddressTown, Consent, Errand, HomeAddress, address_of
from actions.lookup import Again, Answer, NoAnswer, agency_values
from actions.personal import OUTCOMES
from actions.vote import EARLY_OVER, early_voting
from core import disclosures, values

SENT = "home_address"
"""In the disclosure log: an address was given to the service. What comes back is public and locks nobody out."""


class _EarlyErrand(Errand):
    """The days of early voting need no address: they are told before it is asked for."""

    @property
    def without_address(self) -> Answer:
        return Answer("utter_vote_early_no_address")

    async def opening(self, known: Known) -> Answer | Ending | None:
        try:
            dates = await early_voting(known.today)
        except NoAnswer:
            return await super().opening(known)
        ends_here = dates.response == EARLY_OVER or not self.is_possible
        return Ending(dates) if ends_here else dates


POLLING_PLACE = Errand("vote_polling_place", "vote_lookup", ("polling_places",))
EARLY = _EarlyErrand("vote_early", "vote_my_vote", ("early_sites", "drop_boxes"))
BALLOT = Errand("vote_ballot", "vote_my_vote", ("contests",))


class _ByAddress(ABC):
    """How these flows end: the address is sent, and what comes back is told."""

    errand: Errand

    @abstractmethod
    def told(self, info: VoterInfo) -> Answer | None:
        """The answer, or None when the service knows nothing of what was asked."""

    async def finish(self, known: Known) -> Answer:
        address = address_of(known)
        if address is None:
            raise Again("address", Answer("utter_flow_address_wrong", {"example": values.text(EXAMPLE)}))
        result = await voter_info(address.text)
        outcome = OUTCOMES[type(result)]
        await asyncio.to_thread(disclosures.record, known.conversation, SENT, self.errand.topic, outcome)
        if isinstance(result, Found):
            info: VoterInfo = result.value
            is_past = info.election.day is not None and info.election.day < known.today
            return (None if is_past else self.told(info)) or voting_told.nothing_yet(self.errand.topic, known.today)
        if isinstance(result, NotFound):
            return voting_told.nothing_yet(self.errand.topic, known.today)
        if isinstance(result, Rejected) and result.reason == "address":
            raise Again("address", Answer("utter_flow_address_not_found", agency_values(self.errand.topic)))
        if isinstance(result, Rejected) and result.reason == "other_state":
            return Answer("utter_flow_address_other_state", links=(self.errand.page,))
        if isinstance(result, Rejected) and result.reason == "switched_off":
            return self.errand.without_address
        raise NoAnswer


class ValidatePollingPlace(Flow):
    topic = POLLING_PLACE.topic
    page = POLLING_PLACE.page
    fields = (HomeAddress(POLLING_PLACE), AddressTown(POLLING_PLACE), Consent(POLLING_PLACE))


class ActionPollingPlace(_ByAddress, FlowEnd):
    flow = ValidatePollingPlace
    errand = POLLING_PLACE

    def told(self, info: VoterInfo) -> Answer | None:
        if info.mail_only:
            return voting_told.by_mail(info)
        return voting_told.polling_places(info) if info.polling_places else None


class ValidateEarly(Flow):
    topic = EARLY.topic
    page = EARLY.page
    fields = (HomeAddress(EARLY), AddressTown(EARLY), Consent(EARLY))


class ActionEarly(_ByAddress, FlowEnd):
    flow = ValidateEarly
    errand = EARLY

    def told(self, info: VoterInfo) -> Answer | None:
        return voting_told.early_sites(info) if info.early_sites or info.drop_boxes else None


class ValidateBallot(Flow):
    topic = BALLOT.topic
    page = BALLOT.page
    fields = (HomeAddress(BALLOT), AddressTown(BALLOT), Consent(BALLOT))


class ActionBallot(_ByAddress, FlowEnd):
    flow = ValidateBallot
    errand = BALLOT

    def told(self, info: VoterInfo) -> Answer | None:
        return voting_told.ballot(info) if info.contests else None
