"""One database for everything that must survive a crash: SQLite (WAL) or PostgreSQL, through SQLAlchemy 2."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

from core.settings import REPOSITORY, settings

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    # FULL: an acknowledged message survives a power cut, not only a crash of the process.
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=15000",
    "PRAGMA foreign_keys=ON",
)


_writers = threading.RLock()


@cache
def engine() -> Engine:
    return make_engine(settings().database)


def make_engine(address: str) -> Engine:
    """An engine whose SQLite connections are in WAL mode and whose write transactions take the lock at once."""
    url = make_url(address)
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_size=20, max_overflow=20, pool_pre_ping=True)
    made = create_engine(url, connect_args={"timeout": 15})
    event.listen(made, "connect", _prepare_sqlite)
    event.listen(made, "begin", _begin_sqlite)
    return made


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver would open transactions late; _begin_sqlite does it
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading() -> Iterator[Connection]:
    """A transaction that only reads."""
    with engine().connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing() -> Iterator[Connection]:
    """A transaction that writes; on SQLite it waits for other writers here, not half-way."""
    # SQLite waits by sleeping ever longer, which starves somebody when a dozen threads write: they queue here instead.
    queue = _writers if engine().dialect.name == "sqlite" else nullcontext()
    with queue, engine().connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def upgrade() -> None:
    """Bring the database to the newest revision; makes the SQLite file when there is none."""
    if settings().database.startswith("sqlite"):
        settings().var.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(REPOSITORY / "core" / "migrations"))
    command.upgrade(config, "head")
