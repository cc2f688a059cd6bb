"""Booking, finding, moving, cancelling an appointment: against the sandbox over HTTP and against hand-made answers."""

import datetime as dt
import json
import re
import time
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from actions import bookable
from actions.apis import appointments, capabilities, qmatic
from actions.apis.appointments import Appointment, Customer
from actions.apis.client import close_clients
from actions.apis.result import Found, NotFound, Rejected, Result, Unavailable
from core import bookings
from core.database import engine, upgrade
from core.jurisdiction import read_yaml
from core.settings import REPOSITORY
from core.topics import topics
from tests.actions.asking import At, Sandbox

EASTERN = ZoneInfo("America/New_York")
API = "/qmatic/calendar-backend/public/api"
MAYA = Customer("Maya", "De la Cruz", "+18605550142")
HELD_ID, OTHER_ID = "b2" * 32, "c3" * 32
START = dt.datetime(2026, 12, 1, 8, 45, tzinfo=EASTERN)


def value(result: Result[Any]) -> Any:
    assert isinstance(result, Found), result
    return result.value


@pytest.fixture
def database(fresh: None) -> Iterator[None]:
    """An empty database; `fresh` has set its place."""
    engine.cache_clear()
    upgrade()
    yield
    engine().dispose()
    engine.cache_clear()


@pytest.fixture
def state(sandbox: Sandbox, at: At, database: None) -> Sandbox:
    return sandbox


async def office(name: str = "Norwich") -> str:
    return next(each.id for each in value(await qmatic.offices()) if each.name == name)


async def free(office_id: str, count: int = 2) -> list[dt.datetime]:
    """The first free times for a road test."""
    days = value(await appointments.free_days(office_id, "Road_test"))
    found = [time for day in days[:6] for time in value(await appointments.free_times(office_id, "Road_test", day))]
    return found[:count]


async def booked(start: dt.datetime, key: str = "flow-1") -> Result[Appointment]:
    return await appointments.book(await office(), "Road_test", start, MAYA, key, "web-1")


# --- the sandbox: what there is


async def test_services_offices_days_and_times_are_listed(state: Sandbox) -> None:
    norwich, stamford = await office(), await office("Stamford")
    everywhere = {service.id: service for service in value(await appointments.services())}
    assert everywhere["Road_test"].minutes == 30
    assert "Road_test" not in {service.id for service in value(await appointments.services(stamford))}
    with_road_test = value(await appointments.offices_with("Road_test"))
    assert norwich in with_road_test
    assert stamford not in with_road_test
    assert "License_renewal" in {each.id for each in value(await appointments.bookable_with(norwich, "Road_test"))}
    days = value(await appointments.free_days(norwich, "Road_test"))
    assert dt.date(2026, 11, 26) not in days  # Thanksgiving
    assert days == sorted(days)
    start = (await free(norwich))[0]
    assert start.tzinfo == EASTERN
    assert start.date() == days[0]


async def test_free_times_are_kept_for_less_than_a_minute_and_forgotten_when_one_is_taken(state: Sandbox) -> None:
    norwich = await office()
    start, later = await free(norwich)
    calls = state.served("qmatic")
    assert start in value(await appointments.free_times(norwich, "Road_test", start.date()))
    assert state.served("qmatic") == calls
    value(await booked(start))
    times = value(await appointments.free_times(norwich, "Road_test", start.date()))
    assert start not in times
    assert later in times or later.date() != start.date()


def test_every_service_of_the_sandbox_has_words_and_real_topics() -> None:
    words = read_yaml(REPOSITORY / "domain" / "appointments_words.yml")["responses"]
    entries = capabilities.of("qmatic")["services"]
    assert {entry["word"] for entry in entries} == set(words)
    assert {topic for entry in entries for topic in entry["topics"]} <= set(topics())


async def test_a_topic_says_which_service_is_meant(state: Sandbox) -> None:
    offered = value(await appointments.services())
    assert all(bookable.name_of(service)["unit"] == "response" for service in offered)
    assert [service.id for service in bookable.implied("dmv_license_renew", offered)] == ["License_renewal"]
    assert bookable.implied("vote_register", offered) == []
    unknown = appointments.Service("Boat", "Boat decal")
    assert bookable.name_of(unknown)["value"] == "Boat decal"


# --- the sandbox: making one


async def test_an_appointment_is_booked_and_found_by_its_short_number(state: Sandbox) -> None:
    start = (await free(await office()))[0]
    made = value(await booked(start))
    assert bookings.read_code(made.number) == made.number
    assert (made.start, made.office, made.is_held) == (start, "Norwich", False)
    assert made.end == start + dt.timedelta(minutes=30)
    found = value(await appointments.find(made.number.lower().replace("-", " ")))
    assert found == made
    assert [service.name for service in found.services] == ["Road test"]
    assert value(await appointments.find(made.id)).start == start  # the system's own number is accepted too


async def test_the_last_name_is_compared_as_people_write_it(state: Sandbox) -> None:
    made = value(await booked((await free(await office()))[0]))
    customer = value(await appointments.find(made.number)).customer
    assert all(customer.is_called(name) for name in ("De la Cruz", "DELACRUZ", "de-la-cruz", "Dé  la Crüz"))
    assert not any(customer.is_called(name) for name in ("Cruz", "", " ", "?", "Smith"))


async def test_the_same_key_never_books_twice(state: Sandbox) -> None:
    start, other = await free(await office())
    first = value(await booked(start))
    assert value(await booked(start)) == first
    assert value(await booked(other)) == first  # also for another time: the flow has one appointment
    assert value(await booked(other, "flow-2")).number != first.number


async def test_a_time_that_somebody_else_took_is_told_and_the_next_try_may_use_the_same_key(state: Sandbox) -> None:
    norwich = await office()
    start, other = await free(norwich)
    state.order(appointment="taken")
    assert await booked(start) == Rejected("slot_taken")
    assert start not in value(await appointments.free_times(norwich, "Road_test", start.date()))
    assert value(await booked(other)).start == other


async def test_when_the_hold_ran_out_the_time_is_booked_directly(state: Sandbox) -> None:
    start = (await free(await office()))[0]
    state.order(appointment="hold_ended")
    made = value(await booked(start))
    assert (made.start, made.is_held) == (start, False)
    assert value(await appointments.find(made.number)).id == made.id


async def test_after_a_lost_answer_the_appointment_is_looked_up_and_not_made_again(state: Sandbox) -> None:
    norwich = await office()
    start = (await free(norwich))[0]
    state.order(appointment="answer_lost")
    before = state.served("qmatic")
    made = value(await booked(start))
    assert state.served("qmatic") == before + 3  # reserve, confirm, look
    assert made.start == start
    assert value(await booked(start)) == made


async def test_a_system_that_is_down_has_made_nothing(state: Sandbox) -> None:
    start = (await free(await office()))[0]
    state.order(api="qmatic", mode="down")
    result = await booked(start)
    assert isinstance(result, Unavailable)
    assert not result.is_doubtful
    state.order(api="qmatic", mode="ok")
    await close_clients()  # forget the breaker
    assert value(await booked(start)).start == start


async def test_a_slow_system_costs_less_than_the_time_of_an_action(state: Sandbox) -> None:
    start = (await free(await office()))[0]
    state.order(api="qmatic", mode="slow", seconds=8)
    began = time.monotonic()
    assert isinstance(await booked(start), Unavailable)
    assert time.monotonic() - began < 4.8
    state.order(api="qmatic", mode="ok")


# --- the sandbox: finding, moving, cancelling


async def test_a_number_that_nobody_has_is_asked_like_any_other(state: Sandbox) -> None:
    before = state.served("qmatic")
    assert await appointments.find("NB-7K3M9Q") == NotFound()
    assert state.served("qmatic") == before + 1
    assert await appointments.find("NB-7K3M9R") == NotFound()  # a wrong check symbol is noticed here
    assert await appointments.find("my number") == NotFound()
    assert state.served("qmatic") == before + 1


async def test_a_cancelled_appointment_is_gone_and_its_time_free_again(state: Sandbox) -> None:
    norwich = await office()
    start = (await free(norwich))[0]
    made = value(await booked(start))
    assert isinstance(await appointments.cancel(made.number), Found)
    assert await appointments.find(made.number) == NotFound()
    assert await appointments.cancel(made.number) == NotFound()
    assert bookings.upstream_id(made.number) is None
    await close_clients()
    assert start in value(await appointments.free_times(norwich, "Road_test", start.date()))


async def test_an_appointment_is_moved_with_all_that_belongs_to_it(state: Sandbox) -> None:
    norwich = await office()
    start, later = await free(norwich)
    old = value(await booked(start))
    moved = value(await appointments.move(old.number, norwich, later, "flow-2"))
    assert moved.is_old_cancelled
    assert (moved.appointment.start, moved.appointment.services) == (later, old.services)
    assert value(await appointments.find(moved.appointment.number)).customer == MAYA
    assert await appointments.find(old.number) == NotFound()
    again = value(await appointments.move(old.number, norwich, later, "flow-2"))  # a turn that is run twice
    assert again == moved


async def test_when_the_new_time_is_taken_the_old_appointment_stays(state: Sandbox) -> None:
    norwich = await office()
    start, later = await free(norwich)
    old = value(await booked(start))
    state.order(appointment="taken")
    assert await appointments.move(old.number, norwich, later, "flow-2") == Rejected("slot_taken")
    assert value(await appointments.find(old.number)).start == start


async def test_moving_what_does_not_exist_finds_nothing(state: Sandbox) -> None:
    assert await appointments.move("NB-7K3M9Q", await office(), START, "flow-2") == NotFound()


async def test_nothing_personal_is_logged_or_shown(state: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    norwich = await office()
    start, later = await free(norwich)
    made = value(await booked(start))
    moved = value(await appointments.move(made.number, norwich, later, "flow-2"))
    await appointments.cancel(moved.appointment.number)
    seen = "".join(capfd.readouterr()) + repr(made) + repr(MAYA) + repr(moved)
    assert "call=book" in seen
    assert "call=cancel" in seen
    for private in ("Maya", "Cruz", "5550142", made.id, made.number, "flow-1", moved.appointment.number):
        assert private not in seen


# --- hand-made answers


def told(public_id: str, status: int = 20, **changes: Any) -> dict[str, Any]:
    return {
        "publicId": public_id, "status": status, "start": "2026-12-01T13:45:00.000+0000", "end": None,
        "branch": {"publicId": "hall", "name": "Norwich", "fullTimeZone": "America/New_York"},
        "services": [{"publicId": "Road_test", "name": "Road test"}],
        "customers": [{"firstName": "Maya", "lastName": "De la Cruz"}], **changes,
    }  # fmt: skip


def as_text(body: Any, status: int = 200, **headers: str) -> Response:
    return Response(json.dumps(body), status, headers, content_type="application/text;charset=UTF-8")


class Upstream:
    """Answers by the last word of the path, one after the other; what was sent is kept."""

    def __init__(self, server: HTTPServer, **answers: Response | list[Response]) -> None:
        self.answers = {name: answer if isinstance(answer, list) else [answer] for name, answer in answers.items()}
        self.calls: list[tuple[str, str, Any]] = []
        server.expect_request(re.compile(".*")).respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        step = request.path.rsplit("/", 1)[-1].split(";")[0]
        name = {"GET": "look", "DELETE": "delete"}.get(request.method, step)
        self.calls.append((name, request.path, request.get_json(silent=True)))
        waiting = self.answers.get(name, [Response(status=404)])
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    @property
    def names(self) -> list[str]:
        return [name for name, _, _ in self.calls]


async def make(key: str = "flow-1", start: dt.datetime = START) -> Result[Appointment]:
    return await appointments.book("hall", "Road_test", start, MAYA, key)


LOST = Response("<html>Bad gateway</html>", 502)


async def test_a_time_is_held_and_then_confirmed(upstream: HTTPServer, database: None) -> None:
    server = Upstream(upstream, reserve=as_text(told(HELD_ID, 10)), confirm=as_text(told(HELD_ID)))
    made = value(await make())
    assert (made.id, made.start) == (HELD_ID, START)
    (_, reserve, held), (_, confirm, wish) = server.calls
    assert reserve == f"{API}/v2/branches/hall/dates/2026-12-01/times/08:45/reserve;numberOfCustomers=1"
    assert held == {"services": [{"publicId": "Road_test"}]}
    assert confirm == f"{API}/v2/branches/appointments/{HELD_ID}/confirm"
    assert wish["customers"] == [{"firstName": "Maya", "lastName": "De la Cruz", "phone": "+18605550142"}]
    assert wish["notes"] == f"Nutmeg {bookings.reference('flow-1')[:16]}"


async def test_the_clock_of_the_branch_is_sent_whatever_zone_the_start_is_in(
    upstream: HTTPServer, database: None
) -> None:
    server = Upstream(upstream, reserve=as_text(told(HELD_ID, 10)), confirm=as_text(told(HELD_ID)))
    await make(start=dt.datetime(2026, 12, 1, 8, 45, tzinfo=dt.timezone(dt.timedelta(hours=-5))))
    assert "/dates/2026-12-01/times/08:45/reserve" in server.calls[0][1]


async def test_a_server_without_holds_is_asked_to_book(upstream: HTTPServer, database: None) -> None:
    server = Upstream(upstream, book=as_text(told(OTHER_ID), 202))
    made = value(await make())
    assert server.names == ["reserve", "book"]
    assert server.calls[1][2]["services"] == [{"publicId": "Road_test"}]
    assert bookings.upstream_id(made.number) == OTHER_ID


@pytest.mark.parametrize(
    "no",
    [
        as_text({"errorMessage": "ERROR_SLOT_TAKEN"}, 500, error_code="E440"),
        as_text({"errorMessage": "ERROR_CANNOT_BE_RESERVED"}, 500),
    ],
)
@pytest.mark.parametrize("step", ["reserve", "book"])
async def test_both_ways_of_saying_that_a_time_is_gone(
    upstream: HTTPServer, database: None, no: Response, step: str
) -> None:
    Upstream(upstream, **{step: no})
    assert await make() == Rejected("slot_taken")
    assert bookings.begun("flow-1") is None


async def test_another_refusal_keeps_its_code(upstream: HTTPServer, database: None) -> None:
    Upstream(upstream, reserve=as_text({}, 500, error_code="E432"))
    assert await make() == Rejected("E432")


@pytest.mark.parametrize(
    "lost", [LOST, as_text("accepted"), as_text({"publicId": 7}), Response(b"{", 200), Response(b"[" * 3_000_000, 200)]
)
async def test_an_answer_that_is_lost_or_no_answer_leads_to_a_look(
    upstream: HTTPServer, database: None, lost: Response
) -> None:
    server = Upstream(
        upstream,
        reserve=as_text(told(HELD_ID, 10)),
        confirm=lost,
        look=as_text({"appointment": told(HELD_ID)}),
    )
    assert value(await make()).id == HELD_ID
    assert server.names == ["reserve", "confirm", "look"]


async def test_a_hold_that_still_stands_after_a_lost_answer_is_confirmed_by_the_next_call(
    upstream: HTTPServer, database: None
) -> None:
    server = Upstream(
        upstream,
        reserve=as_text(told(HELD_ID, 10)),
        confirm=[LOST, as_text(told(HELD_ID))],
        look=as_text({"appointment": told(HELD_ID, 10)}),
    )
    first = await make()
    assert isinstance(first, Unavailable)
    assert first.is_doubtful
    assert value(await make()).id == HELD_ID
    assert server.names == ["reserve", "confirm", "look", "look", "confirm"]


async def test_a_hold_for_another_time_is_left_to_run_out(upstream: HTTPServer, database: None) -> None:
    server = Upstream(
        upstream,
        reserve=[as_text(told(HELD_ID, 10)), as_text(told(OTHER_ID, 10))],
        confirm=[LOST, as_text(told(OTHER_ID, start="2026-12-01T14:00:00.000+0000"))],
        look=as_text({"appointment": told(HELD_ID, 10)}),
    )
    await make()
    assert value(await make(start=START + dt.timedelta(minutes=15))).id == OTHER_ID
    assert "/times/09:00/reserve" in server.calls[4][1]


async def test_a_hold_that_is_gone_after_a_lost_answer_made_nothing(upstream: HTTPServer, database: None) -> None:
    Upstream(upstream, reserve=as_text(told(HELD_ID, 10)), confirm=LOST)
    result = await make()
    assert isinstance(result, Unavailable)
    assert not result.is_doubtful
    assert bookings.begun("flow-1") is None


async def test_a_lost_answer_to_a_direct_booking_stays_in_doubt_and_is_never_sent_again(
    upstream: HTTPServer, database: None
) -> None:
    server = Upstream(upstream, book=LOST)
    for _ in range(3):
        result = await make()
        assert isinstance(result, Unavailable)
        assert result.is_doubtful
    assert server.names == ["reserve", "book"]


async def test_a_lost_answer_to_a_hold_made_nothing(upstream: HTTPServer, database: None) -> None:
    Upstream(upstream, reserve=LOST)
    result = await make()
    assert isinstance(result, Unavailable)
    assert not result.is_doubtful


async def test_a_held_time_is_no_appointment(upstream: HTTPServer, database: None) -> None:
    Upstream(upstream, look=as_text({"appointment": told(HELD_ID, 10)}))
    assert await appointments.find(HELD_ID) == NotFound()


async def test_a_zone_that_only_windows_knows_is_the_states_own(upstream: HTTPServer, database: None) -> None:
    branch = {"publicId": "hall", "name": "Norwich", "timeZone": "Eastern Standard Time"}
    Upstream(upstream, look=as_text({"appointment": told(HELD_ID, branch=branch)}))
    assert value(await appointments.find(HELD_ID)).start.tzinfo == EASTERN


@pytest.mark.parametrize(
    ("look", "ends"),
    [
        (Response(status=404), Found),
        (as_text({"appointment": told(HELD_ID)}), Unavailable),
        (LOST, Unavailable),
    ],
)
async def test_after_a_lost_cancellation_it_is_looked_whether_it_is_gone(
    upstream: HTTPServer, database: None, look: Response, ends: type
) -> None:
    server = Upstream(upstream, delete=LOST, look=look)
    result = await appointments.cancel(HELD_ID)
    assert isinstance(result, ends)
    if isinstance(result, Unavailable):
        assert result.is_doubtful == (look is LOST)
    assert server.names.count("delete") == 1


async def test_when_the_old_appointment_can_not_be_cancelled_the_move_says_so(
    upstream: HTTPServer, database: None
) -> None:
    server = Upstream(
        upstream,
        look=as_text({"appointment": told(HELD_ID)}),
        reserve=as_text(told(OTHER_ID, 10)),
        confirm=as_text(told(OTHER_ID)),
        delete=as_text({}, 500, error_code="E999"),
    )
    moved = value(await appointments.move(HELD_ID, "hall", START, "flow-1"))
    assert not moved.is_old_cancelled
    assert moved.appointment.id == OTHER_ID
    assert server.names == ["look", "reserve", "confirm", "delete"]


async def test_ids_can_not_lead_the_address_elsewhere(upstream: HTTPServer, database: None) -> None:
    server = Upstream(upstream, look=as_text({"dates": []}))
    assert value(await appointments.free_days("../../x?y", "A;B=C", also=["D E"], people=3)) == []
    raw = upstream.log[0][0].environ.get("RAW_URI") or upstream.log[0][0].environ["REQUEST_URI"]
    assert raw.endswith(
        "/branches/..%2F..%2Fx%3Fy/dates;servicePublicId=A%3BB%3DC;servicePublicId=D%20E;numberOfCustomers=2"
    )
    assert server.names == ["look"]


async def test_without_a_database_nothing_is_sent(upstream: HTTPServer) -> None:
    engine.cache_clear()
    server = Upstream(upstream, reserve=as_text(told(HELD_ID, 10)), confirm=as_text(told(HELD_ID)))
    try:
        assert isinstance(await make(), Unavailable)
        assert isinstance(await appointments.find("NB-7K3M9Q"), Unavailable)
        assert server.names == []
    finally:
        engine().dispose()
        engine.cache_clear()
