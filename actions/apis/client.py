"""The base of every connector: one client per upstream, with time limits, one retry, a breaker and a memory.

The rules it keeps are those of `docs/state-apis.md`: it repeats reads only, follows no redirect to another host, takes
no body past 2 MB, makes no call while the system has asked for quiet (Retry-After), and logs neither paths nor queries.
"""

import asyncio
import datetime as dt
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState

from actions.apis.http import (
    WHOLE_SECONDS,
    Doubtful,
    Malformed,
    Missing,
    Refused,
    Reply,
    SignInNeeded,
    Throttled,
    Transport,
    Trouble,
)  # fmt: skip
from actions.apis.memory import Keep, Memory
from actions.apis.metrics import CALLS, SECONDS
from actions.apis.result import Found, NeedsIdentity, NotFound, Rejected, Result, Unavailable
from core.logs import logger
from core.settings import settings

T = TypeVar("T")
Get = Callable[..., Awaitable[Reply]]
"""`await get("v1/branches", query={…}, headers={…})`: one read; raises Missing, Refused, SignInNeeded or Trouble."""

Send = Callable[..., Awaitable[Reply]]
"""`await send("POST", "v2/…/book", json={…})`: one change, never repeated; raises the same and Doubtful."""

FAILURES_TO_OPEN = 3

log = logger("apis")


class Client:
    """Everything that is said to one upstream goes through here."""

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream
        base, self.is_sandbox = settings().upstream(upstream)
        self._transport = Transport(base)
        self._memory = Memory()
        self._breakers = AsyncCircuitBreakerFactory(
            FAILURES_TO_OPEN, settings().breaker_seconds, exclude=[Missing, Refused, SignInNeeded, Throttled]
        )
        self._under_way: dict[str, asyncio.Task[Result[Any]]] = {}
        self._quiet_until = 0.0
        self._failing_since: dt.datetime | None = None

    async def close(self) -> None:
        for task in self._under_way.values():
            task.cancel()
        await self._transport.close()

    async def ask(
        self,
        call: str,
        load: Callable[[Get], Awaitable[T]],
        keep: Keep | None = None,
        key: str = "",
    ) -> Result[T]:
        """Answer `call` (its name in metrics) by running `load`, which makes the HTTP calls and reads the answers.

        `load` raises Missing, Refused or Trouble (Malformed for an answer that makes no sense); everything else it
        returns is Found. Only public answers have a `keep`; `key` tells questions of the same call apart. A question
        that is already being asked is not asked a second time.
        """
        question = f"{call} {key}"
        if keep and (known := self._memory.get(question, keep.fresh)):
            CALLS.labels(self.upstream, call, "kept").inc()
            return known
        if keep is None:
            return await self._ask_now(call, load)
        task = self._under_way.get(question)
        if task is None:
            task = asyncio.ensure_future(self._ask_and_keep(call, load, keep, question))
            self._under_way[question] = task
            task.add_done_callback(lambda _: self._under_way.pop(question, None))
        return await asyncio.shield(task)

    def forget(self, call: str, key: str = "") -> None:
        """Drop what is kept of a public question: a change of ours has made it old."""
        self._memory.drop(f"{call} {key}")

    async def tell(self, call: str, load: Callable[[Send], Awaitable[T]]) -> Result[T]:
        """Make a change, or ask what may not be repeated: `load` gets `send`. Nothing of it is kept.

        `Unavailable.is_doubtful` says that the change may have been made although no answer came.
        """
        return await self._ask_now(call, lambda _get: load(self._transport.send))

    async def _ask_and_keep(
        self, call: str, load: Callable[[Get], Awaitable[T]], keep: Keep, question: str
    ) -> Result[T]:
        answer = await self._ask_now(call, load)
        if isinstance(answer, Found):
            self._memory.put(question, answer)
        elif isinstance(answer, Unavailable):
            return Unavailable(answer.since, self._memory.get(question, keep.last_resort))
        return answer

    async def _ask_now(self, call: str, load: Callable[[Get], Awaitable[T]]) -> Result[T]:
        began = time.monotonic()
        answer, outcome, reason = await self._guarded(load)
        seconds = time.monotonic() - began
        CALLS.labels(self.upstream, call, outcome).inc()
        SECONDS.labels(self.upstream, call).observe(seconds)
        say = log.info if outcome in ("found", "not_found", "needs_identity") else log.warning
        say("called", upstream=self.upstream, call=call, outcome=outcome, reason=reason, seconds=round(seconds, 3))
        return answer

    async def _guarded(self, load: Callable[[Get], Awaitable[T]]) -> tuple[Result[T], str, str]:
        """The typed result, its name for the metrics, and a reason that holds nothing of the question."""
        if time.monotonic() < self._quiet_until:
            return self._unavailable(), "quiet", "retry_after"
        try:
            breaker = await self._breakers.get_breaker(self.upstream)
            async with breaker:
                value = await self._within_time(load)
        except Missing:
            self._failing_since = None
            return NotFound(), "not_found", ""
        except SignInNeeded:
            return NeedsIdentity(), "needs_identity", ""
        except Refused as refused:
            return Rejected(refused.reason), "rejected", refused.reason
        except Throttled as throttled:
            self._quiet_until = time.monotonic() + throttled.seconds
            return self._unavailable(), "unavailable", "throttled"
        except OpenedState:
            return self._unavailable(), "open_breaker", ""
        except Trouble as trouble:
            doubtful = isinstance(trouble, Doubtful)
            return replace(self._unavailable(), is_doubtful=doubtful), "unavailable", trouble.reason
        self._failing_since = None
        return Found(value, dt.datetime.now(dt.UTC)), "found", ""

    async def _within_time(self, load: Callable[[Get], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                return await load(self._transport.get)
        except TimeoutError:
            raise Doubtful("timeout") from None
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            # An answer of the wrong shape must end as "not available", whatever a reader trips over.
            log.warning("unreadable", upstream=self.upstream, exc_info=error)
            raise Malformed from None

    def _unavailable(self) -> Unavailable[Any]:
        self._failing_since = self._failing_since or dt.datetime.now(dt.UTC)
        return Unavailable(self._failing_since)


_clients: dict[str, Client] = {}


def client(upstream: str) -> Client:
    """The one client of an upstream in this process."""
    if upstream not in _clients:
        _clients[upstream] = Client(upstream)
    return _clients[upstream]


async def close_clients() -> None:
    """Close all connections and forget what was kept."""
    while _clients:
        await _clients.popitem()[1].close()
