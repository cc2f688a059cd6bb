"""An appointment in words: as lines of a list on the web, as one line in a text message."""

import datetime as dt

from actions.apis.appointments import Service
from actions.bookable import implied, name_of
from actions.flows.field import Known
from actions.flows.slots_free import office_of
from actions.sites import Line
from core import values
from core.values import Value

ROAD_TEST = "dmv_road_test"


async def told(known: Known, at: dt.datetime | None = None, moved_to: dt.datetime | None = None) -> dict[str, Value]:
    """`details` and `short`: what for, where, when (`at` another time than the appointment was found with).

    With `moved_to` both are told, the time it has now and the time it would get. `known` has opened an appointment
    (`last_name`).
    """
    opened, office = known["last_name"], await office_of(known)
    start, service = at or dt.datetime.fromisoformat(opened["start"]), Service(opened["service"], opened["title"])
    what = {"service": name_of(service), "office": values.text(office.name)}
    address = values.text(", ".join(filter(None, (office.street, office.city))))
    details: list[Line] = [
        ("utter_line_appointment_service", what),
        ("utter_line_appointment_place", what | {"address": address}),
    ]
    short: list[Line] = []
    if moved_to:
        details += [("utter_line_appointment_now", when(start)), ("utter_line_appointment_new", when(moved_to))]
        short.append(("utter_line_appointment_short_move", what | when(start) | when(moved_to, "new_")))
    else:
        details.append(("utter_line_appointment_when", when(start)))
        short.append(("utter_line_appointment_short", what | when(start)))
    return {"details": values.lines(details), "short": values.lines(short), "office": values.text(office.name)}


async def told_before_a_change(known: Known, moved_to: dt.datetime | None = None) -> dict[str, Value]:
    """`told`, and for a road test the notice that the DMV asks for."""
    filled, opened = await told(known, moved_to=moved_to), known["last_name"]
    if implied(ROAD_TEST, [Service(opened["service"], opened["title"])]):
        filled["details"]["value"] += values.lines([("utter_line_appointment_notice", {})])["value"]
        filled["short"]["value"] += values.lines([("utter_line_appointment_notice_short", {})])["value"]
    return filled


def when(moment: dt.datetime, prefix: str = "") -> dict[str, Value]:
    return {
        f"{prefix}day": values.weekday(moment.date()),
        f"{prefix}date": values.date(moment.date()),
        f"{prefix}time": values.time(moment.time()),
    }
