"""Every service request of the sample state: the samples, those filed since it started, and what was ordered of them.

A filed request moves by itself on a scale of minutes, so that one can watch it. An order (`POST /_control`) puts any
request into another state at once; from then on only orders move it.
"""

import datetime as dt
import re
import threading
from dataclasses import dataclass, replace
from typing import Any

from sandbox.control import ControlError
from sandbox.service_requests import STAGES, ServiceRequest, Stage, sample_requests
from sandbox.services_catalog import ServiceType
from sandbox.world import World, opaque_id

PROGRESS = (
    (dt.timedelta(0), "received"),
    (dt.timedelta(minutes=2), "review"),
    (dt.timedelta(minutes=5), "progress"),
    (dt.timedelta(minutes=10), "completed"),
)
"""How long after it was filed a request reaches which stage."""
TOKEN_DELAY = dt.timedelta(seconds=20)
"""A token becomes a number after this time."""
EXPECTED = dt.timedelta(days=10)
ORDER_KEYS = {"api", "request", "status", "note"}
STATUS_WORD = re.compile(r"[A-Za-z][A-Za-z _-]{0,39}")
LONGEST_NOTE = 500
CLOSED = {"closed", "completed", "done", "duplicate", "fixed", "resolved"}


@dataclass(frozen=True)
class Order:
    at: dt.datetime
    stage: Stage


class Register:
    """Safe to use from many threads. A reset forgets what was filed and ordered."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._lock = threading.Lock()
        self._filed: list[ServiceRequest] = []
        self._tokens: dict[str, ServiceRequest] = {}
        self._orders: dict[str, list[Order]] = {}
        self._samples: tuple[dt.datetime, list[ServiceRequest]] | None = None
        world.control.on_reset.append(self._forget)
        world.control.on_request = self.order

    def all(self) -> list[ServiceRequest]:
        """The filed ones, newest first, then the samples, all as they are now."""
        now = self.world.now().replace(microsecond=0)
        minute = now.replace(second=0)
        with self._lock:
            if self._samples is None or self._samples[0] != minute:
                self._samples = minute, sample_requests(self.world)
            filed = [self._moved(request, now) for request in reversed(self._filed)]
            return [self._ordered(request) for request in [*filed, *self._samples[1]]]

    def file(self, service: ServiceType, description: str) -> dict[str, Any]:
        """Take a new request; the answer depends on the kind of service (an id, a token, or nothing)."""
        now = self.world.now().replace(microsecond=0)
        with self._lock:
            public_id = f"{now.year % 100:02d}-{900_001 + len(self._filed):06d}"
            made = ServiceRequest(
                public_id, service, STAGES["received"], now, now, now + EXPECTED, "Hartford", "06106",
                41.764, -72.685, description=description, history=[(now, STAGES["received"].notes)],
            )  # fmt: skip
            self._filed.append(made)
            answer: dict[str, Any] = {"service_notice": None, "account_id": None}
            if service.kind == "realtime":
                return {"service_request_id": public_id, **answer}
            if service.kind == "batch":
                token = opaque_id("token", self.world.seed, public_id, length=20)
                self._tokens[token] = made
                return {"token": token, **answer}
            return answer

    def id_of(self, token: str) -> str | None:
        """The number of a token, empty while it has none yet; None for a token that was never given."""
        with self._lock:
            made = self._tokens.get(token)
        if made is None:
            return None
        return made.id if self.world.now() - made.requested >= TOKEN_DELAY else ""

    def order(self, wish: dict[str, Any]) -> None:
        """Put one request into a state: `{"api": "open311", "request": …, "status": …, "note": …}`.

        The status is one of STAGES, which brings its own note, or any word. Raises ControlError.
        """
        if unknown := set(wish) - ORDER_KEYS:
            raise ControlError(f"unknown key beside request: {', '.join(sorted(unknown))}")
        if wish.get("api", "open311") != "open311":
            raise ControlError("only open311 has requests")
        public_id, status, note = wish["request"], wish.get("status"), wish.get("note")
        if not isinstance(status, str) or not STATUS_WORD.fullmatch(status):
            raise ControlError("status must be a word such as open, closed, review or mailed")
        if note is not None and (not isinstance(note, str) or len(note) > LONGEST_NOTE):
            raise ControlError(f"note must be a text of at most {LONGEST_NOTE} characters")
        if not any(request.id == public_id for request in self.all()):
            raise ControlError("request must be the number of a request")
        stage = STAGES.get(status) or Stage(status, "", status.lower() not in CLOSED)
        stage = stage if note is None else replace(stage, notes=note)
        with self._lock:
            self._orders.setdefault(public_id, []).append(Order(self.world.now().replace(microsecond=0), stage))

    def _moved(self, request: ServiceRequest, now: dt.datetime) -> ServiceRequest:
        """A filed request after the time that went by, as far as no order stopped it."""
        orders = self._orders.get(request.id)
        age = (min(now, orders[0].at) if orders else now) - request.requested
        steps = [(request.requested + after, STAGES[name]) for after, name in PROGRESS if after <= age]
        return _with_steps(replace(request, history=[]), steps)

    def _ordered(self, request: ServiceRequest) -> ServiceRequest:
        return _with_steps(request, [(order.at, order.stage) for order in self._orders.get(request.id, ())])

    def _forget(self) -> None:
        with self._lock:
            self._filed.clear()
            self._tokens.clear()
            self._orders.clear()


def _with_steps(request: ServiceRequest, steps: list[tuple[dt.datetime, Stage]]) -> ServiceRequest:
    if not steps:
        return request
    at, stage = steps[-1]
    told = [(when, step.notes or f"{step.status}.") for when, step in steps]
    return replace(
        request,
        stage=stage,
        updated=at,
        expected=request.expected if stage.expected else None,
        history=[*request.history, *told],
    )
