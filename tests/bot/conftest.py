"""The model in this process, with settings and a database of its own for each module of tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.bot.dialogue import Agent, Conversation, installation, load_agent
from tests.servers import postgres_url  # noqa: F401 (a fixture)


@pytest.fixture(scope="module")
def own_installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with installation(tmp_path_factory.mktemp("var")):
        yield


@pytest.fixture
def agent(model: Path, own_installation: None) -> Agent:
    """The assistant, without its lookups."""
    return load_agent(model)


@pytest.fixture
def conversation(agent: Agent) -> Callable[..., Conversation]:
    """`conversation(channel="sms", language="es")` begins a new one."""

    def begin(channel: str = "web", language: str | None = None) -> Conversation:
        return Conversation(agent, channel, language)

    return begin
