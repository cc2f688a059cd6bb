"""The public app with limits that tests do not meet."""

from collections.abc import Iterator

import pytest

from tests.servers import redis_url
from tests.stack import Stack
from tests.web_server import Chat, web_server

__all__ = ["redis_url"]


@pytest.fixture(scope="session")
def web(stack: Stack) -> Iterator[str]:
    with web_server(stack) as base:
        yield base


@pytest.fixture
def chat(web: str) -> Chat:
    return Chat(web)
