"""Quiet hours: at night nobody gets a text that they have not just asked for."""

import datetime as dt

from core.jurisdiction import time_zone

OPENS, CLOSES = dt.time(8), dt.time(20)
"""Of the state's own clock. Federal rules would allow 8 to 21; some states' are narrower."""


def after(moment: dt.datetime) -> dt.datetime:
    """The moment itself, or the next 8:00 where it falls into the quiet hours; UTC."""
    here = moment.astimezone(time_zone())
    if OPENS <= here.time() < CLOSES:
        return moment.astimezone(dt.UTC)
    day = here.date() if here.time() < OPENS else here.date() + dt.timedelta(days=1)
    return dt.datetime.combine(day, OPENS, time_zone()).astimezone(dt.UTC)


def are_on(moment: dt.datetime) -> bool:
    return after(moment) != moment
