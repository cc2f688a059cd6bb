"""Nutmeg's processes with a stand-in for Twilio, on SQLite alone and on PostgreSQL with Redis."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import Engine

from core.database import make_engine
from tests.servers import postgres_url, redis_url
from tests.stack import Stack
from tests.twilio_double import ACCOUNT, OUR_NUMBER, TOKEN, TwilioDouble, twilio, twilio_server

__all__ = ["postgres_url", "redis_url", "twilio", "twilio_server"]

PUBLIC = "https://texts.example.gov"
SETTINGS = {
    "NUTMEG_PUBLIC_URL": PUBLIC,
    "NUTMEG_TWILIO_ACCOUNT_SID": ACCOUNT,
    "NUTMEG_TWILIO_AUTH_TOKEN": TOKEN,
    "NUTMEG_TWILIO_FROM": OUR_NUMBER,
    "NUTMEG_SMS_REPLY_SECONDS": "2",
    "NUTMEG_PICKUP_SECONDS": "3",
    # Rasa's own: a killed Rasa leaves its locks in Redis for this long, and their conversations wait.
    "TICKET_LOCK_LIFETIME": "6",
    "NUTMEG_CONVERSATIONS_PER_HOUR": "1000",
    "NUTMEG_MESSAGES_PER_MINUTE": "1000",
    "NUTMEG_ADDRESS_MESSAGES_PER_MINUTE": "100000",
}
# The burst asks nothing that needs the state's systems.
NEEDED = ("rasa", "web", "worker")


@pytest.fixture(scope="session", params=["sqlite", "postgresql and redis"])
def town(
    request: pytest.FixtureRequest, model: Path, twilio_server: HTTPServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    extra = {**SETTINGS, "NUTMEG_TWILIO_API_URL": twilio_server.url_for("").rstrip("/")}
    if request.param != "sqlite":
        extra["NUTMEG_DATABASE_URL"] = request.getfixturevalue("postgres_url")
        extra["NUTMEG_REDIS_URL"] = request.getfixturevalue("redis_url")
    made = Stack(tmp_path_factory.mktemp("town"), model, extra)
    made.upgrade()
    try:
        made.start(*NEEDED)
        yield made
    finally:
        made.stop()


@pytest.fixture
def database(town: Stack) -> Iterator[Engine]:
    """A look into the database of the running processes."""
    engine = make_engine(town.env.get("NUTMEG_DATABASE_URL") or f"sqlite:///{town.var / 'nutmeg.sqlite3'}")
    yield engine
    engine.dispose()


@pytest.fixture
def double(twilio: TwilioDouble) -> TwilioDouble:
    return twilio
