"""The SMS tests that need no Rasa: the app in this process, on a database of its own, beside a stand-in for Twilio."""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from channels import answers, conversations, rasa_client, turns, wake
from channels.app import create_app
from channels.sms import delivery, twilio_api
from core import database
from core.privacy import number_id
from core.settings import settings
from core.tables import inbox, outbox
from tests.channels.sms.sms_app import PUBLIC, App, message
from tests.servers import free_port
from tests.twilio_double import ACCOUNT, OUR_NUMBER, TOKEN, TwilioDouble, a_resident, a_sid, twilio, twilio_server

__all__ = ["twilio", "twilio_server"]


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables."""
    folder = tmp_path_factory.mktemp("empty")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NUTMEG_VAR", str(folder))
        patch.setenv("NUTMEG_DATABASE_URL", "")
        _forget()
        database.upgrade()
        database.engine().dispose()
    _forget()
    return folder / "nutmeg.sqlite3"


@pytest.fixture
def installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, twilio: TwilioDouble, empty_database: Path
) -> Iterator[None]:
    """Settings and database of one test. Nothing listens where Rasa should be."""
    for name, value in {
        "VAR": str(tmp_path),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "PUBLIC_URL": PUBLIC,
        "RASA_PORT": str(free_port()),
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": OUR_NUMBER,
        "TWILIO_API_URL": twilio.url,
        "SMS_REPLY_SECONDS": "1",
        "PICKUP_SECONDS": "1",
    }.items():
        monkeypatch.setenv(f"NUTMEG_{name}", value)
    _forget()
    shutil.copy(empty_database, tmp_path)
    yield
    database.engine().dispose()
    _forget()


def _forget() -> None:
    for kept in (settings, database.engine, rasa_client._pool, wake.queue, wake.task):
        kept.cache_clear()
    twilio_api._local.__dict__.clear()
    delivery.stopped.clear()


@pytest.fixture
def app(installation: None) -> App:
    return App(create_app().test_client())


@pytest.fixture
def resident() -> str:
    return a_resident()


def rows(table: Any, number: str) -> list[Any]:
    with database.reading() as connection:
        wanted = select(table).where(table.c.conversation_id == number_id(number)).order_by(table.c.id)
        return list(connection.execute(wanted))


@pytest.fixture
def inbox_of() -> Callable[[str], list[Any]]:
    """The stored messages of a number."""
    return partial(rows, inbox)


@pytest.fixture
def outbox_of() -> Callable[[str], list[Any]]:
    """The stored answers to a number."""
    return partial(rows, outbox)


@pytest.fixture
def answered(installation: None) -> Callable[..., int]:
    """Store a resident's message with these answers, as a turn leaves them; gives the row of the inbox."""

    def store(number: str, *messages: dict[str, Any]) -> int:
        with database.writing() as connection:
            key = conversations.open_sms(connection, number)
            accepted = turns.accept(connection, key, a_sid(), "a question")
            ending = answers.Ending(accepted.inbox_id, key, "sms", turns.State.ANSWERED, claim=None)
            answers.store(connection, ending, list(messages) or [message("An answer.")])
        return accepted.inbox_id

    return store
