"""The 500 sample voters: a handful of fixed people, one for each state of registration, and the rest from dice.

Nobody here exists. Where a real roll has a home address, this one says "Private": it must never reach a resident.
"""

import datetime as dt
import random
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from sandbox.precincts import BY_NAME, VOTING_TOWNS, Precinct
from sandbox.world import World

HOW_MANY = 500
UNMARKED = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe"})
"""Letters that Unicode doesn't take apart into a letter and a mark."""

Key = tuple[str, str, dt.date, str]


class Standing(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    PENDING = "pending"
    PROTECTED = "protected"
    """In the Address Confidentiality Program: on the roll, without any address."""
    CANCELLED = "cancelled"
    """Struck off: look-ups answer as if there had never been such a voter."""


def folded(name: str) -> str:
    """A name as the look-ups compare it: without capitals, accents, spaces and punctuation."""
    apart = unicodedata.normalize("NFKD", name.casefold().translate(UNMARKED))
    return "".join(letter for letter in apart if letter.isalnum())


@dataclass(frozen=True)
class Voter:
    first: str
    last: str
    birth_date: dt.date
    town: str
    standing: Standing = Standing.ACTIVE
    party: str = "Unaffiliated"
    district: int = 1
    ballot: str = ""
    """Which of `ballots.STORIES` is theirs; empty when they asked for no absentee ballot."""

    @property
    def key(self) -> Key:
        return folded(self.first), folded(self.last), self.birth_date, folded(self.town)

    @property
    def precinct(self) -> Precinct:
        return Precinct(BY_NAME[self.town], self.district)


ACTIVE, INACTIVE, PENDING, PROTECTED, CANCELLED = Standing
D, R, U = "Democratic", "Republican", "Unaffiliated"

FIXED = (
    Voter("Grace", "Okafor", dt.date(1984, 3, 12), "Norwich", ACTIVE, D, 1, "accepted"),
    Voter("Daniel", "Whitman", dt.date(1971, 9, 30), "Hartford", INACTIVE, R, 2),
    Voter("Priya", "Raman", dt.date(2007, 1, 15), "Stamford", PENDING, U, 3),
    Voter("Helen", "Ashford", dt.date(1990, 6, 2), "New Haven", PROTECTED, D, 1, "sent"),
    Voter("Walter", "Pike", dt.date(1949, 10, 5), "Torrington", CANCELLED, R, 1),
    Voter("James", "Miller", dt.date(1958, 4, 21), "Bridgeport", ACTIVE, D, 2, "approved"),
    Voter("James", "Miller", dt.date(1992, 11, 8), "Bridgeport", INACTIVE, U, 4),
    Voter("Maria", "Santos", dt.date(2000, 2, 29), "New Britain", ACTIVE, D, 1, "sent"),
    Voter("Maria", "Santos", dt.date(2000, 2, 29), "New Britain", ACTIVE, R, 3),
    Voter("Siobhán", "O'Neill", dt.date(1979, 12, 1), "Danbury", ACTIVE, R, 2, "sent"),
    Voter("José", "Núñez", dt.date(1966, 2, 28), "Waterbury", ACTIVE, U, 4, "received"),
    Voter("Thảo", "Nguyễn", dt.date(1995, 5, 17), "West Hartford", ACTIVE, D, 1, "unsigned"),
    Voter("Anne-Marie", "García-López", dt.date(1988, 8, 19), "New London", ACTIVE, "Independent", 2, "applied"),
    Voter("Piotr", "Kowalski", dt.date(1963, 7, 7), "Bristol", ACTIVE, R, 3, "refused"),
    Voter("Joyce", "Bennett", dt.date(1937, 1, 23), "Middletown", ACTIVE, D, 2, "undeliverable"),
    Voter("Omar", "Haddad", dt.date(1975, 4, 4), "Old Saybrook", ACTIVE, U, 1),
)

FIRST_NAMES = (
    "Aaliyah", "Abigail", "Adam", "Agnieszka", "Ahmed", "Aiden", "Alice", "Amelia", "Ana", "Andrew", "Angela",
    "Anthony", "Ava", "Beatriz", "Benjamin", "Brian", "Camille", "Carlos", "Carmen", "Caroline", "Charles",
    "Chloé", "David", "Deborah", "Diane", "Dmitri", "Edward", "Elena", "Elizabeth", "Emily", "Emmanuel", "Eric",
    "Ethan", "Fatima", "François", "Gabriel", "George", "Giulia", "Hannah", "Henry", "Irina", "Isabella", "Jacob",
    "Jasmine", "Jean", "Jennifer", "Joseph", "Karen", "Kenji", "Kevin", "Lakshmi", "Laura", "Leila", "Liam",
    "Linh", "Lucas", "Marcus", "Margaret", "Mario", "Mei", "Michael", "Mohamed", "Nadia", "Nicole", "Noah",
    "Olga", "Olivia", "Patricia", "Paweł", "Rahul", "Rebecca", "Richard", "Robert", "Rosa", "Samuel", "Sandra",
    "Sofía", "Stephen", "Susan", "Tamika", "Thomas", "Victoria", "Wei", "William", "Xavier", "Yasmin", "Yusuf",
    "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Abbott", "Adeyemi", "Ahmed", "Alvarez", "Anderson", "Baptiste", "Barnes", "Bianchi", "Brooks", "Cabrera",
    "Chen", "Clarke", "Cohen", "Colón", "Costa", "Cruz", "D'Angelo", "Desrosiers", "Diaz", "Dubois", "Evans",
    "Fernández", "Ferreira", "Fisher", "Foster", "Gagnon", "Gomez", "Gray", "Greene", "Gupta", "Hall", "Harris",
    "Hernández", "Huang", "Ivanov", "Jackson", "Jean-Baptiste", "Johnson", "Kaminski", "Khan", "Kim", "King",
    "Lambert", "Lee", "Lewandowski", "Lopez", "Martin", "McCarthy", "Mitchell", "Morales", "Moreau", "Murphy",
    "Nowak", "O'Brien", "O'Connor", "Oliveira", "Ortiz", "Parker", "Patel", "Perez", "Petrov", "Pham", "Pierre",
    "Quinn", "Ramírez", "Reed", "Rivera", "Rodriguez", "Romano", "Rossi", "Roy", "Russo", "Sanchez", "Sharma",
    "Silva", "Singh", "Smith-Jones", "Sullivan", "Taylor", "Tran", "Turner", "Vargas", "Wang", "Ward", "Williams",
    "Wright", "Wójcik", "Young", "Zhang", "Zieliński",
)  # fmt: skip
STANDINGS = {ACTIVE: 80, INACTIVE: 8, PENDING: 5, PROTECTED: 3, CANCELLED: 4}
PARTIES = {U: 41, D: 36, R: 20, "Independent": 2, "Libertarian": 1}
NO_BALLOT_IN_TEN = 6


def sample_voters(world: World, ballots: tuple[str, ...]) -> list[Voter]:
    """All 500: the fixed people first; `ballots` are the stories an absentee ballot can have."""
    found = list(FIXED)
    taken = {voter.key for voter in FIXED}
    place = 0
    while len(found) < HOW_MANY:
        place += 1
        voter = _voter(world.dice("voter", place), ballots)
        if voter.key not in taken:
            taken.add(voter.key)
            found.append(voter)
    return found


def _voter(dice: random.Random, ballots: tuple[str, ...]) -> Voter:
    town = dice.choice(VOTING_TOWNS)
    standing = dice.choices(list(STANDINGS), list(STANDINGS.values()))[0]
    asked = standing in (ACTIVE, PROTECTED) and dice.randrange(10) >= NO_BALLOT_IN_TEN
    return Voter(
        dice.choice(FIRST_NAMES),
        dice.choice(LAST_NAMES),
        dt.date(1930, 1, 1) + dt.timedelta(days=dice.randrange(28_000)),
        town.name,
        standing,
        dice.choices(list(PARTIES), list(PARTIES.values()))[0],
        dice.randint(1, town.districts),
        dice.choice(ballots) if asked else "",
    )


class Roll:
    """The voters by what a look-up knows of them."""

    def __init__(self, voters: list[Voter]) -> None:
        self._voters: dict[Key, list[Voter]] = {}
        for voter in voters:
            if voter.standing is not CANCELLED:
                self._voters.setdefault(voter.key, []).append(voter)

    def find(self, first: str, last: str, birth_date: dt.date, town: str) -> list[Voter]:
        """The voters of that name, birth date and town; as a rule one or none, and none who was struck off."""
        return self._voters.get((folded(first), folded(last), birth_date, folded(town)), [])
