"""What the sample elections decide: offices with candidates who don't exist, and questions nobody asked."""

from dataclasses import dataclass

from sandbox.election_calendar import STATE_OCD_ID, Election
from sandbox.towns import Town
from sandbox.world import World

FIRST_NAMES = ("Alma", "Bruno", "Celia", "Dorian", "Esther", "Felix", "Greta", "Hugo", "Ines", "Jonah", "Kira", "Leon")
LAST_NAMES = ("Samplewood", "Fairmade", "Mockridge", "Placeholder", "Pretendham", "Standin", "Examplar", "Trialton")
PARTIES = ("Democratic Party", "Republican Party")
PETITION = "Petitioning Candidate"


@dataclass(frozen=True)
class Question:
    title: str
    subtitle: str
    text: str
    responses: tuple[str, ...] = ("Yes", "No")


@dataclass(frozen=True)
class Contest:
    """Candidates for an office, or a question to the voters."""

    office: str
    scope: str
    """Kind of district, in the words of the Civic Information API."""
    district: str
    district_id: str
    candidates: tuple[tuple[str, str], ...] = ()
    """Name and party."""
    seats: int = 1
    primary_party: str = ""
    question: Question | None = None


BUDGET = Question("Town Budget", "Question 1", "Shall the sample town budget for the coming year be approved?")
LIBRARY = Question("Library Bonds", "Question 1", "Shall the town borrow 1 sample dollar to repair the library roof?")
EARLY = Question("Sample Amendment", "Question 1", "Shall the sample constitution be amended for the sake of testing?")
SCHOOL = Question("School Building", "Question 2", "Shall the town build a school that is only a sample?")


def contests(world: World, town: Town, election: Election) -> list[Contest]:
    """The ballot of one election in one town, in the order it is printed."""
    place = f"{STATE_OCD_ID}/place:{town.name.lower().replace(' ', '_')}"
    name = election.name["en"]

    def draw(office: str, count: int, party: str = "") -> tuple[tuple[str, str], ...]:
        dice = world.dice("candidates", office, town.name, election.date)
        drawn = [f"{dice.choice(FIRST_NAMES)} {last}" for last in dice.sample(LAST_NAMES, count)]
        return tuple((who, party or (PARTIES[n % 2] if n < 4 else PETITION)) for n, who in enumerate(drawn))

    def local(office: str, count: int, seats: int = 1, party: str = "") -> Contest:
        return Contest(office, "citywide", town.name, place, draw(office, count, party), seats, party)

    def statewide(office: str, count: int, party: str = "") -> Contest:
        return Contest(office, "statewide", "Connecticut", STATE_OCD_ID, draw(office, count, party), 1, party)

    def question(asked: Question, scope: str = "citywide") -> Contest:
        district = ("Connecticut", STATE_OCD_ID) if scope == "statewide" else (town.name, place)
        return Contest("", scope, *district, question=asked)

    if "Referendum" in name:
        return [question(BUDGET if "Budget" in name else LIBRARY)]
    if election.type == "stateHouse":
        office = "State Representative, District 999"
        return [Contest(office, "stateLower", "State House District 999", election.ocd_id, draw(office, 3))]
    if election.type == "presidentialPrimary":
        return [statewide(f"President of the Sample States ({party})", 3, party) for party in PARTIES]
    if "Primary" in name and election.type == "state":
        return [statewide(f"Governor of the Sample State ({party})", 2, party) for party in PARTIES]
    if "Primary" in name:
        return [local(f"Mayor or First Selectman ({party})", 2, party=party) for party in PARTIES]
    if election.type == "state":
        return [
            statewide("Governor of the Sample State", 3),
            Contest("State Senator, District 99", "stateUpper", "State Senate District 99", f"{STATE_OCD_ID}/sldu:99",
                    draw("State Senator", 2)),
            question(EARLY, "statewide"),
        ]  # fmt: skip
    return [
        local("Mayor or First Selectman", 3),
        local("Town Council", 6, seats=3),
        local("Board of Education", 4, seats=2),
        question(SCHOOL),
    ]
