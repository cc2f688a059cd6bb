"""Our appointment connector against recordings of a live Qmatic server (2023), made by another project's client.

The recordings are replayed as they are; a call that was not recorded fails. Bodies are not compared, because what is in
them is ours; the addresses are, to the letter: matrix parameters, clocks, ids.
"""

import datetime as dt
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vcr
from vcr.cassette import Cassette
from vcr.request import Request

from actions.apis import appointments, qmatic
from actions.apis.appointments import Customer
from actions.apis.client import close_clients
from actions.apis.result import Found, Result
from core import bookings
from core.database import engine, upgrade
from core.settings import settings
from tests.conformance import prism

pytestmark = pytest.mark.conformance
SERVER = "http://localhost:8080/qmatic"
HALL = "f19fa2030bd653d429c42772209ba60cdcb60c5f1fa18a95c4d72b250a1c5f58"
EMPTY = "008c70c7bb0ee0154777a09832997e8cc4476d2c8ebeea88701d524a3faf8f77"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAY = dt.date(2023, 10, 23)
CARD, ALIVE, NAME, CHILD = "Identiteitskaart", "Bewijs_van_in_leven_zijn", "Achternaam_kind_kiezen", "Erkennen_kind"
MAYA = Customer("Maya", "Sample", "+18605550142")


@pytest.fixture(autouse=True)
async def _ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    monkeypatch.setenv("NUTMEG_VAR", str(tmp_path))
    monkeypatch.setenv("NUTMEG_DATABASE_URL", "")
    monkeypatch.setenv("NUTMEG_QMATIC_URL", SERVER)
    settings.cache_clear()
    engine.cache_clear()
    upgrade()
    await close_clients()
    yield
    await close_clients()
    engine().dispose()
    settings.cache_clear()
    engine.cache_clear()


@pytest.fixture
def tape(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Cassette]:
    """A copy of the recording that the test names; each call of it may be heard again.

    A copy, because vcrpy writes a cassette back when something was added to it, also with `record_mode="none"`.
    """
    copy = shutil.copyfile(prism.spec(f"qmatic/{request.param}.yaml"), tmp_path / "recording.yaml")
    player = vcr.VCR(record_mode="none", match_on=["method", "scheme", "host", "port", "path", "query"])
    with player.use_cassette(str(copy), allow_playback_repeats=True) as cassette:
        yield cassette


def recording(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("tape", [name], indirect=True)


def value(result: Result[Any]) -> Any:
    assert isinstance(result, Found), result
    return result.value


def without_holds(tape: Cassette, day: dt.date, clock: str, people: int) -> None:
    """The recorded client never reserved; the server is taken to know no holds, as some gateways show none."""
    path = f"/calendar-backend/public/api/v2/branches/{HALL}/dates/{day}/times/{clock}/reserve"
    call = Request("POST", f"{SERVER}{path};numberOfCustomers={people}", None, {})
    tape.append(call, {"status": {"code": 404, "message": ""}, "headers": {}, "body": {"string": b""}})


def heard(tape: Cassette, method: str) -> int:
    return sum(tape.play_counts[place] for place, (call, _) in enumerate(tape.data) if call.method == method)


@recording("ListAvailableProductsTests/test_listing_products_without_other_product_constraint")
async def test_services_are_listed_everywhere_at_one_office_and_at_one_that_has_none(tape: Cassette) -> None:
    (office,) = value(await qmatic.offices())  # the other branch has no place on the map
    assert (office.id, office.time_zone) == (HALL, "Europe/Amsterdam")
    everywhere = value(await appointments.services())
    assert len(everywhere) == 18
    assert (everywhere[0].id, everywhere[0].minutes) == (NAME, 20)
    assert value(await appointments.services(HALL)) == everywhere
    assert value(await appointments.services(EMPTY)) == []


@recording("ListAvailableProductsTests/test_listing_products_without_location_with_product_constraint")
async def test_offices_with_a_service_are_found(tape: Cassette) -> None:
    assert NAME in {service.id for service in value(await appointments.services())}
    assert value(await appointments.offices_with(NAME)) == {HALL}


@recording("ListAvailableProductsTests/test_listing_products_with_location_and_product_constraint")
async def test_what_can_be_booked_together_is_known(tape: Cassette) -> None:
    assert len(value(await appointments.services(HALL))) == 18
    together = {service.id for service in value(await appointments.bookable_with(HALL, NAME))}
    assert together == {NAME, CHILD, "Geboorteaangifte"}


@recording("ListAvailableDatesTests/test_listing_dates_single_product_single_customer")
async def test_free_days_are_listed(tape: Cassette) -> None:
    days = value(await appointments.free_days(HALL, NAME))
    assert len(days) == 33
    assert days == sorted(days)
    assert days[0].year == 2023


@recording("ListAvailableDatesTests/test_multiple_products_multiple_customers")
async def test_free_days_for_two_services_and_two_people_are_listed(tape: Cassette) -> None:
    assert len(value(await appointments.free_days(HALL, NAME, also=[CHILD], people=2))) == 32


@recording("ListAvailableDatesTests/test_listing_dates_single_product_multiple_customers")
async def test_too_many_people_have_no_free_day(tape: Cassette) -> None:
    assert value(await appointments.free_days(HALL, NAME, people=999)) == []


@recording("ListAvailableTimesTests/test_listing_times_single_product_single_customer")
async def test_free_times_are_in_the_zone_of_the_branch(tape: Cassette) -> None:
    times = value(await appointments.free_times(HALL, CARD, DAY))
    assert len(times) == 21
    assert times[0] == dt.datetime(2023, 10, 23, 8, 45, tzinfo=AMSTERDAM)
    assert times[0].astimezone(dt.UTC).hour == 6


@recording("ListAvailableTimesTests/test_multiple_products_multiple_customers")
async def test_free_times_for_two_services_and_two_people_are_listed(tape: Cassette) -> None:
    times = value(await appointments.free_times(HALL, CARD, DAY, also=[ALIVE], people=2))
    assert [f"{time:%H:%M}" for time in (times[0], times[-1])] == ["08:30", "12:15"]
    assert len(times) == 44


@recording("ListAvailableTimesTests/test_listing_times_single_product_multiple_customers")
async def test_too_many_people_have_no_free_time(tape: Cassette) -> None:
    assert value(await appointments.free_times(HALL, CARD, DAY, people=999)) == []


@recording("CreateAppointmentTests/test_create_appointment_single_product_single_customer")
async def test_an_appointment_is_booked_and_cancelled_by_our_number(tape: Cassette) -> None:
    without_holds(tape, DAY, "08:45", people=1)
    assert value(await appointments.free_times(HALL, NAME, dt.date(2023, 10, 12))) == []
    start = value(await appointments.free_times(HALL, CARD, DAY))[0]
    made = value(await appointments.book(HALL, CARD, start, MAYA, "key-1"))
    assert bookings.read_code(made.number) == made.number
    assert made.start == start
    assert made.end == start + dt.timedelta(minutes=10)
    assert (made.office, made.people, [service.id for service in made.services]) == ("KCC", 1, [CARD])
    assert made.customer.is_called("test (Automated)")
    assert isinstance(await appointments.cancel(made.number), Found)
    assert (heard(tape, "DELETE"), bookings.upstream_id(made.number)) == (1, None)


@recording("CreateAppointmentTests/test_create_appointment_multi_product_multi_customer")
async def test_an_appointment_for_two_services_and_two_people_is_booked_and_cancelled(tape: Cassette) -> None:
    without_holds(tape, DAY, "08:30", people=2)
    assert value(await appointments.free_times(HALL, NAME, dt.date(2023, 10, 12), also=[CHILD], people=2)) == []
    start = value(await appointments.free_times(HALL, CARD, DAY, also=[ALIVE], people=2))[0]
    made = value(await appointments.book(HALL, CARD, start, MAYA, "key-2", also=[ALIVE], people=2))
    assert (made.start, made.people) == (start, 2)
    assert {service.id for service in made.services} == {CARD, ALIVE}
    assert isinstance(await appointments.cancel(made.number), Found)
    assert heard(tape, "DELETE") == 1


def test_every_recording_is_replayed() -> None:
    folder = prism.spec("qmatic")
    found = {str(path.relative_to(folder).with_suffix("")) for path in folder.rglob("*.yaml")}
    here = Path(__file__).read_text(encoding="utf-8")
    assert len(found) == 11
    assert [name for name in found if f'@recording("{name}")' not in here] == []
