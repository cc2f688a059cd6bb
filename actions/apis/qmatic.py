"""DMV offices from Qmatic Orchestra's public calendar API (`docs/state-apis.md` lists its quirks).

Branches and where they are; what can be booked there is in `appointments.py` and `booking.py`. Parameters of this API
are matrix parameters, times are naive and in the branch's own zone, and failures are 500 with an `error_code` header.
"""

import math
from dataclasses import dataclass

from actions.apis.client import Get, client
from actions.apis.http import Malformed
from actions.apis.memory import OFFICES
from actions.apis.reading import Row, number, part, phone, rows, text
from actions.apis.result import Result

ROOT = "calendar-backend/public/api"
EARTH_MILES = 3958.8


@dataclass(frozen=True)
class Office:
    id: str
    name: str
    street: str
    city: str
    zip: str
    phone: str
    """E.164; empty when the list has none."""
    lat: float
    lon: float
    time_zone: str = ""
    """IANA name of the zone that its times are in; empty when the list does not say, then the state's own."""

    def miles_to(self, lat: float, lon: float) -> float:
        """Great-circle distance (haversine)."""
        one, two = math.radians(self.lat), math.radians(lat)
        half = (two - one) / 2, math.radians(lon - self.lon) / 2
        chord = math.sin(half[0]) ** 2 + math.cos(one) * math.cos(two) * math.sin(half[1]) ** 2
        return 2 * EARTH_MILES * math.asin(math.sqrt(min(1.0, chord)))


async def offices() -> Result[list[Office]]:
    """Every office with a name and a place, as the API lists them."""

    async def load(get: Get) -> list[Office]:
        listed = rows(part((await get(f"{ROOT}/v1/branches")).json(), "branchList"))
        found = [office for branch in listed if (office := _office(branch))]
        if not found:
            raise Malformed("no_offices")
        return found

    return await client("qmatic").ask("offices", load, OFFICES)


def nearest(offices: list[Office], lat: float, lon: float, count: int = 2) -> list[Office]:
    return sorted(offices, key=lambda office: office.miles_to(lat, lon))[:count]


def _office(branch: Row) -> Office | None:
    lat, lon, name = number(branch.get("latitude")), number(branch.get("longitude")), text(branch.get("name"), 60)
    if not name or lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180) or (lat == lon == 0):
        return None
    street = ", ".join(filter(None, (text(branch.get(f"addressLine{line}"), 80) for line in (1, 2))))
    return Office(
        text(branch.get("publicId"), 80), name, street, text(branch.get("addressCity"), 60),
        text(branch.get("addressZip"), 10), phone(branch.get("phone")), lat, lon, text(branch.get("fullTimeZone"), 40),
    )  # fmt: skip
