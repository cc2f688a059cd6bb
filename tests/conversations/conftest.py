"""The whole assistant for the scenarios: the model in this process, actions and the state's systems beside it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.dialogue import Agent, EndpointConfig, installation, load_agent
from tests.stack import Stack


@pytest.fixture(scope="module")
def assistant(model: Path, stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    agent = load_agent(model)
    assert agent.processor is not None
    without_lookups = agent.processor.action_endpoint
    webhook = f"{stack.url('actions')}/webhook"
    agent.processor.action_endpoint = EndpointConfig(url=webhook, enable_selective_domain=True)
    with installation(tmp_path_factory.mktemp("var")):
        yield agent
    agent.processor.action_endpoint = without_lookups
