"""What can be booked through Qmatic's public calendar API, where, and when it is free. Public, so it is kept a while.

`numberOfCustomers` counts *further* people here; too many people is an empty list, not an error.
"""

import datetime as dt
from collections.abc import Sequence

from actions.apis.client import Get, client
from actions.apis.http import Malformed
from actions.apis.memory import OFFICES, SLOTS
from actions.apis.qmatic import ROOT
from actions.apis.qmatic_answers import Service, matrix, quoted, service, zone_of
from actions.apis.reading import clock, day, part, rows, text
from actions.apis.result import Result


async def services(office_id: str | None = None) -> Result[list[Service]]:
    """What can be booked anywhere, or at one office (perhaps nothing)."""
    where = f"branches/{quoted(office_id)}/" if office_id else ""

    async def load(get: Get) -> list[Service]:
        listed = rows(part((await get(f"{ROOT}/v1/{where}services")).json(), "serviceList"))
        shown = [each for each in listed if each.get("active") is not False and each.get("publicEnabled") is not False]
        return [found for entry in shown if (found := service(entry))]

    return await client("qmatic").ask("services", load, OFFICES, office_id or "")


async def offices_with(service_id: str, also: Sequence[str] = ()) -> Result[frozenset[str]]:
    """Ids of the offices where the service can be booked (together with the others in `also`)."""
    wanted = matrix(service_id, also)

    async def load(get: Get) -> frozenset[str]:
        listed = rows((await get(f"{ROOT}/v1/services/groups{wanted}")).json())
        return frozenset(text(entry.get("branchPublicId"), 80) for entry in listed if entry.get("serviceGroups"))

    return await client("qmatic").ask("offices_with", load, OFFICES, wanted)


async def bookable_with(office_id: str, service_id: str) -> Result[list[Service]]:
    """What can be booked in one appointment with the service at that office, the service itself among it."""
    path = f"{ROOT}/v2/branches/{quoted(office_id)}/services/groups{matrix(service_id)}"

    async def load(get: Get) -> list[Service]:
        groups = rows((await get(path)).json())
        return [found for group in groups for entry in rows(group.get("services")) if (found := service(entry))]

    return await client("qmatic").ask("bookable_with", load, OFFICES, f"{office_id} {service_id}")


async def free_days(
    office_id: str, service_id: str, also: Sequence[str] = (), people: int = 1
) -> Result[list[dt.date]]:
    """Days with a free time, earliest first; empty when there is none or for too many people. Kept under a minute."""
    wanted = matrix(service_id, also, people - 1)

    async def load(get: Get) -> list[dt.date]:
        answer = (await get(f"{ROOT}/v2/branches/{quoted(office_id)}/dates{wanted}")).json()
        return sorted({found for entry in _listed(answer, "dates") if (found := day(entry))})

    return await client("qmatic").ask("free_days", load, SLOTS, f"{office_id} {wanted}")


async def free_times(
    office_id: str, service_id: str, on: dt.date, also: Sequence[str] = (), people: int = 1
) -> Result[list[dt.datetime]]:
    """Free starting times of a day, in the branch's own zone, earliest first. Kept under a minute."""
    wanted = matrix(service_id, also, people - 1)
    branch = f"branches/{quoted(office_id)}"

    async def load(get: Get) -> list[dt.datetime]:
        zone = zone_of(part((await get(f"{ROOT}/v1/{branch}")).json(), "branch"))
        answer = (await get(f"{ROOT}/v2/{branch}/dates/{on.isoformat()}/times{wanted}")).json()
        clocks = {found for entry in _listed(answer, "times") if (found := clock(entry))}
        return [dt.datetime.combine(on, found, zone) for found in sorted(clocks)]

    return await client("qmatic").ask("free_times", load, SLOTS, f"{office_id} {wanted} {on}")


def forget_free(office_id: str, on: dt.date, service_id: str, also: Sequence[str], people: int) -> None:
    """Ask anew next time: a time of that day was taken, by us or by somebody else."""
    wanted = matrix(service_id, also, people - 1)
    client("qmatic").forget("free_days", f"{office_id} {wanted}")
    client("qmatic").forget("free_times", f"{office_id} {wanted} {on}")


def _listed(answer: object, name: str) -> list[object]:
    found = part(answer, name)
    if not isinstance(found, list):
        raise Malformed
    return found
