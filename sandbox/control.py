"""What the sandbox has been told to do: which API misbehaves and how, what time it is, which component is down."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

APIS = (
    "qmatic",
    "socrata",
    "democracy_works",
    "civic_info",
    "statuspage",
    "open311",
    "voter_records",
    "ballot_status",
    "credential_status",
)
COMPONENT_STATUSES = ("operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance")
LONGEST_SECONDS = 120.0


class Mode(StrEnum):
    OK = "ok"
    SLOW = "slow"
    ERROR = "error"
    GARBAGE = "garbage"
    DOWN = "down"
    TRUNCATED = "truncated"
    REDIRECT = "redirect"
    HUGE = "huge"
    WRONG_TYPES = "wrong_types"
    THROTTLED = "throttled"


class ControlError(ValueError):
    """An order that makes no sense; the message says which part."""


@dataclass(frozen=True)
class Fault:
    """How one API misbehaves."""

    mode: Mode = Mode.OK
    seconds: float = 8.0
    """How long `slow` waits; what `throttled` puts into Retry-After."""
    status: int = 500
    """HTTP status of `error`."""
    times: int | None = None
    """Number of requests this holds for, then the API is well again; None means until told otherwise."""


class Control:
    """The orders in force. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: dict[str, Fault] = {}
        self._served: Counter[str] = Counter()
        self.now: dt.datetime | None = None
        self.components: dict[str, str] = {}
        self.on_reset: list[Callable[[], None]] = []
        self.on_request: Callable[[dict[str, Any]], None] = _no_requests
        """Takes an order about one service request."""
        self.on_appointment: Callable[[dict[str, Any]], None] = _no_appointments
        """Takes an order about the next appointment that is made."""

    def take(self, api: str) -> Fault:
        """Count one request to `api` and say how it is to be treated."""
        with self._lock:
            self._served[api] += 1
            fault = self._faults.get(api, Fault())
            if fault.times is not None:
                left = fault.times - 1
                if left > 0:
                    self._faults[api] = Fault(fault.mode, fault.seconds, fault.status, left)
                else:
                    del self._faults[api]
            return fault

    def state(self) -> dict[str, Any]:
        with self._lock:
            return {
                "apis": {api: asdict(self._faults.get(api, Fault())) for api in APIS},
                "served": {api: self._served[api] for api in APIS},
                "now": self.now.isoformat() if self.now else None,
                "components": dict(self.components),
            }

    def order(self, wish: dict[str, Any]) -> None:
        """Carry out one order of `POST /_control`; nothing changes when any part of it is wrong (ControlError)."""
        if "request" in wish:
            self.on_request(wish)
            return
        if "appointment" in wish:
            self.on_appointment(wish)
            return
        unknown = set(wish) - {"api", "mode", "seconds", "status", "times", "now", "components", "reset"}
        if unknown:
            raise ControlError(f"unknown key: {', '.join(sorted(unknown))}")
        apis, fault = _fault(wish)
        now = _moment(wish["now"]) if "now" in wish else None
        components = _components(wish.get("components", {}))
        if wish.get("reset"):
            self._reset()
        with self._lock:
            for api in apis:
                if fault.mode is Mode.OK:
                    self._faults.pop(api, None)
                else:
                    self._faults[api] = fault
            if "now" in wish:
                self.now = now
            self.components.update(components)

    def _reset(self) -> None:
        with self._lock:
            self._faults.clear()
            self._served.clear()
            self.components.clear()
            self.now = None
        for forget in self.on_reset:
            forget()


def _no_requests(_wish: dict[str, Any]) -> None:
    raise ControlError("no API here has requests")


def _no_appointments(_wish: dict[str, Any]) -> None:
    raise ControlError("no API here makes appointments")


def _fault(wish: dict[str, Any]) -> tuple[tuple[str, ...], Fault]:
    if "mode" not in wish:
        if {"api", "seconds", "status", "times"} & set(wish):
            raise ControlError("mode is missing")
        return (), Fault()
    api = wish.get("api", "*")
    if api != "*" and api not in APIS:
        raise ControlError(f"api must be * or one of: {', '.join(APIS)}")
    try:
        mode = Mode(wish["mode"])
    except ValueError:
        raise ControlError(f"mode must be one of: {', '.join(Mode)}") from None
    seconds = _number(wish, "seconds", 2 if mode is Mode.THROTTLED else 8, 0, LONGEST_SECONDS)
    status = int(_number(wish, "status", 500, 400, 599))
    times = int(_number(wish, "times", 1, 1, 10_000)) if wish.get("times") is not None else None
    return APIS if api == "*" else (api,), Fault(mode, seconds, status, times)


def _number(wish: dict[str, Any], name: str, default: float, low: float, high: float) -> float:
    value = wish.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ControlError(f"{name} must be a number from {low:g} to {high:g}")
    return value


def _moment(value: object) -> dt.datetime | None:
    if value is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(str(value))
    except ValueError:
        raise ControlError("now must be a time such as 2026-11-24T10:00:00-05:00, or null for the real clock") from None
    if moment.tzinfo is None:
        raise ControlError("now needs its offset from UTC, such as -05:00")
    if not 2000 <= moment.year <= 2100:
        raise ControlError("now must lie between the years 2000 and 2100")
    return moment


def _components(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(status in COMPONENT_STATUSES for status in value.values()):
        raise ControlError(f"components must map a component's name to one of: {', '.join(COMPONENT_STATUSES)}")
    return {str(name): str(status) for name, status in value.items()}
