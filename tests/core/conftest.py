"""A database of each kind, empty, with settings of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from core.database import writing
from core.tables import metadata
from tests.bot.dialogue import installation
from tests.servers import postgres_url

__all__ = ["postgres_url"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    more = {} if request.param == "sqlite" else {"NUTMEG_DATABASE_URL": request.getfixturevalue("postgres_url")}
    with installation(tmp_path_factory.mktemp("var"), **more):
        yield request.param


@pytest.fixture
def empty(database: str) -> str:
    with writing() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))
    return database


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Path]:
    """A SQLite database of this test alone; its `var` folder."""
    with installation(tmp_path):
        yield tmp_path
