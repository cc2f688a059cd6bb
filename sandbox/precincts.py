"""The sample towns that vote: their districts, where each votes on Election Day, and the registrar's line."""

from dataclasses import dataclass

SITES = ("Elementary School", "Fire House", "Public Library", "Senior Center", "Community Center")


@dataclass(frozen=True)
class VotingTown:
    name: str
    zip: str
    districts: int
    line: int
    """Last two digits of its registrar's phone number, of those kept free for fiction (860-555-01xx)."""

    @property
    def phone(self) -> str:
        return f"860-555-01{self.line:02d}"


@dataclass(frozen=True)
class Precinct:
    """One voting district of a town."""

    town: VotingTown
    number: int

    @property
    def name(self) -> str:
        return f"District {self.number}"

    @property
    def site(self) -> str:
        """The building its voters go to."""
        place = SITES[(self.number + self.town.line) % len(SITES)]
        return f"{self.town.name} {place}"

    @property
    def street(self) -> str:
        return f"{self.number * 20 + self.town.line} Sample Street"


VOTING_TOWNS = (
    VotingTown("Bridgeport", "06604", 5, 20),
    VotingTown("Bristol", "06010", 3, 21),
    VotingTown("Danbury", "06810", 4, 22),
    VotingTown("East Hartford", "06108", 3, 23),
    VotingTown("Enfield", "06082", 2, 24),
    VotingTown("Fairfield", "06824", 3, 25),
    VotingTown("Greenwich", "06830", 3, 26),
    VotingTown("Groton", "06340", 2, 27),
    VotingTown("Hamden", "06518", 3, 28),
    VotingTown("Hartford", "06106", 5, 29),
    VotingTown("Manchester", "06040", 3, 30),
    VotingTown("Meriden", "06450", 3, 31),
    VotingTown("Middletown", "06457", 3, 32),
    VotingTown("Milford", "06460", 3, 33),
    VotingTown("New Britain", "06051", 4, 34),
    VotingTown("New Haven", "06510", 5, 35),
    VotingTown("New London", "06320", 2, 36),
    VotingTown("Norwalk", "06851", 4, 37),
    VotingTown("Norwich", "06360", 3, 38),
    VotingTown("Old Saybrook", "06475", 1, 39),
    VotingTown("Stamford", "06902", 5, 40),
    VotingTown("Torrington", "06790", 2, 41),
    VotingTown("Waterbury", "06705", 5, 42),
    VotingTown("West Hartford", "06107", 3, 43),
    VotingTown("Windham", "06226", 2, 44),
    VotingTown("Winchester", "06098", 1, 45),
)
BY_NAME = {town.name: town for town in VOTING_TOWNS}
