"""An answer about a person takes the same time whether there is a record or not, so that its time tells nothing."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core.settings import settings


@asynccontextmanager
async def evenly(milliseconds: float | None = None) -> AsyncIterator[None]:
    """What is done inside takes at least that long (the setting `personal_lookup_ms`), also when it raises.

    A cancelled task is not held back.
    """
    least = settings().personal_lookup_ms if milliseconds is None else milliseconds
    until = time.monotonic() + least / 1000
    try:
        yield
    except Exception:
        await _wait(until)
        raise
    await _wait(until)


async def _wait(until: float) -> None:
    while (left := until - time.monotonic()) > 0:  # a sleep may end a moment early
        await asyncio.sleep(left)
