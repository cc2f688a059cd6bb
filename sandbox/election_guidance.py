"""One election as Democracy Works describes it: dates, deadlines and advice, in English and Spanish.

Advice is localised: HTML by default, a document tree with `contentFormatType=json`, and null where a language is
missing. Dates and deadlines are given only once the election is `active`; before that only its day is known.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sandbox.election_calendar import POLLS_CLOSE, REGISTRATION_DAYS_BEFORE, Election, Text
from sandbox.world import local

ACTIVE_DAYS_BEFORE = 150
CREATED_AT = "2024-01-15T15:00:00.000Z"

MY_VOTE = "https://myvote.ct.gov"
REGISTER = "https://voterregistration.ct.gov/OLVR/welcome.do"
LOOK_UP = "https://portaldir.ct.gov/sots/LookUp.aspx"

ONLINE: Text = {
    "en": "<p>Have your driver's license or ID card at hand. <strong>Sample data.</strong></p>",
    "es": "<p>Tenga a mano su licencia de conducir o tarjeta de identidad. <strong>Datos de muestra.</strong></p>",
}
BY_MAIL: Text = {
    "en": "<p>Print the form, sign it and mail it to your town.<br>Sample data.</p>",
    "es": "<p>Imprima el formulario, fírmelo y envíelo por correo a su municipio.<br>Datos de muestra.</p>",
}
BRING_ID: Text = {
    "en": "<ul><li>Bring a paper with your name and address.</li><li>Sample data.</li></ul>",
    "es": "<ul><li>Lleve un documento con su nombre y dirección.</li><li>Datos de muestra.</li></ul>",
}
SIGN: Text = {"en": "<p>Sign in ink. Sample data.</p>"}  # no Spanish: served as null
POSTMARKED: Text = {
    "en": "Postmarked {days} days before Election Day",
    "es": "Con matasellos de {days} días antes del día de las elecciones",
}
QUESTIONS: dict[str, tuple[Text, Text]] = {
    "whoCanVote": (
        {"en": "Who can vote?", "es": "¿Quién puede votar?"},
        {"en": "<p>People on the voter list. Sample data.</p>", "es": "<p>Quienes están en la lista electoral.</p>"},
    ),
    "checkRegistration": (
        {"en": "Am I registered?", "es": "¿Estoy inscrito?"},
        {"en": f'<p>Look it up <a href="{LOOK_UP}">here</a>.</p>', "es": f'<p><a href="{LOOK_UP}">Búsquelo</a>.</p>'},
    ),
    "datesAndDeadlines": ({"en": "What are the deadlines?"}, {"en": "<p>See the dates above. Sample data.</p>"}),
}


@dataclass(frozen=True)
class View:
    """How the client wants to read it."""

    language: str
    as_json: bool
    today: dt.date
    questions: bool

    def text(self, text: Text) -> str | None:
        """Plain text in the language, or null."""
        return text.get(self.language)

    def advice(self, html: Text) -> Any:
        words = html.get(self.language)
        return _document(words) if words and self.as_json else words


def phase(election: Election, today: dt.date) -> str:
    if election.date < today:
        return "past"
    return "active" if (election.date - today).days <= ACTIVE_DAYS_BEFORE else "known"


def describe(election: Election, view: View) -> dict[str, Any]:
    """The election object of the API."""
    state = phase(election, view.today)
    firm = state != "known"
    answer = {
        "ocdId": election.ocd_id,
        "createdAt": CREATED_AT,
        "updatedAt": f"{view.today}T09:00:00.000Z",
        "date": election.date.isoformat(),
        "description": view.text(election.name),
        "type": election.type,
        "guidancePhase": state,
        "pollingLocationUrl": MY_VOTE,
        "canonicalUrl": MY_VOTE,
        "website": MY_VOTE,
        "population": 3_600_000 if not election.zips else 40_000,
        "registration": _registration(election, view, firm),
        "voting": _voting(election, view, firm),
    }
    if view.questions:
        answer["questionAndAnswer"] = {
            key: {"question": view.text(question), "answer": view.advice(reply)}
            for key, (question, reply) in QUESTIONS.items()
        }
    return answer


def _registration(election: Election, view: View, firm: bool) -> dict[str, Any]:
    last = election.registration_deadline
    return {
        "explainerUrl": MY_VOTE,
        "online": {
            "url": REGISTER,
            "instructions": view.advice(ONLINE),
            "deadline": _deadline(last, dt.time(23, 59, 59)) if firm else None,
        },
        "byMail": {
            "idInstructions": view.advice(BRING_ID),
            "signatureInstructions": view.advice(SIGN),
            "newVoterInstructions": view.advice(BY_MAIL),
            "deadline": {**_phrase(last, view), "postmarkedOrReceived": "postmarked"} if firm else None,
        },
        "inPerson": {
            "atPollingPlaceOnElectionDay": False,
            "localSamedayRegistrationAuthorityLookupUrl": MY_VOTE,
            "deadline": _deadline(election.date, POLLS_CLOSE) if firm else None,
        },
    }


def _voting(election: Election, view: View, firm: bool) -> dict[str, Any]:
    early = election.early_voting if firm else None
    return {
        "inPersonVotingAvailable": True,
        "mailBallotsSentAutomatically": False,
        "early": {
            "url": MY_VOTE,
            "startDate": early[0].isoformat() if early else None,
            "endDate": early[1].isoformat() if early else None,
            "varies": False,
        },
        "byMail": {
            "idInstructions": view.advice(BRING_ID),
            "explainerUrl": MY_VOTE,
            "allMail": None,
            "deadline": {
                "postmarkedOrReceived": "received",
                "receivedNoLaterThan": _deadline(election.date, POLLS_CLOSE),
                "returnInPerson": _deadline(election.date, POLLS_CLOSE),
                "returnByMail": _deadline(election.date, POLLS_CLOSE),
                "ballotRequest": _deadline(election.date - dt.timedelta(days=1), dt.time(16)),
            }
            if firm
            else None,
        },
        "inPerson": {
            "idRequiredAllVoters": True,
            "idInstructions": view.advice(BRING_ID),
            "electionDay": {"closing": _deadline(election.date, POLLS_CLOSE) if firm else None},
        },
    }


def _deadline(day: dt.date, clock: dt.time) -> dict[str, Any]:
    return {"date": day.isoformat(), "timestamp": local(day, clock).isoformat(), "description": None}


def _phrase(day: dt.date, view: View) -> dict[str, Any]:
    words = view.text(POSTMARKED)
    spoken = words.format(days=REGISTRATION_DAYS_BEFORE) if words else None
    return {"date": day.isoformat(), "timestamp": None, "description": spoken}


def _document(html: str) -> dict[str, Any]:
    """A tree of one paragraph with the same words; the vendor's own node names are not published."""
    words = html
    while "<" in words:
        before, _, after = words.partition("<")
        words = f"{before} {after.partition('>')[2]}"
    leaf = {"nodeType": "text", "value": " ".join(words.split())}
    return {"nodeType": "document", "content": [{"nodeType": "paragraph", "content": [leaf]}]}
