"""The queue (Huey): it only wakes the worker. What is to be done stands in the database, and a sweep finds it anyway,
so a lost or doubled wake-up changes nothing but the time."""

import sqlite3
from functools import cache

from huey import Huey, RedisHuey, SqliteHuey
from huey.api import TaskWrapper
from huey.exceptions import HueyException
from redis.exceptions import RedisError

from channels import work
from core.logs import logger
from core.settings import settings

log = logger("wake")

AGAIN_SECONDS = 2


@cache
def queue() -> Huey:
    if settings().redis_url:
        return RedisHuey("nutmeg", url=settings().redis_url, results=False, read_timeout=1)
    settings().var.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("nutmeg", filename=str(settings().var / "queue.sqlite3"), results=False, timeout=5)


@cache
def task() -> TaskWrapper:
    """The one task there is; the worker must call this too, so that it knows the task's name."""
    return queue().task(name="answer_and_send")(_answer_and_send)


def up(inbox_id: int) -> None:
    """Have the worker answer a row of the inbox now and send what is to be sent."""
    _put(inbox_id, 0)


def _put(inbox_id: int, delay: int) -> None:
    try:
        if delay:
            task().schedule((inbox_id,), delay=delay)
        else:
            task()(inbox_id)
    except (RedisError, HueyException, sqlite3.Error):
        log.warning("not_woken", inbox=inbox_id, exc_info=True)


def _answer_and_send(inbox_id: int) -> None:
    if work.answer_and_send(inbox_id) is work.Outcome.HELD:
        _put(inbox_id, AGAIN_SECONDS)
