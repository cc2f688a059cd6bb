"""Fixtures of the whole suite: the trained model, and the running processes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.model import ensure_model
from tests.stack import Stack


@pytest.fixture(scope="session")
def model() -> Path:
    """The model of the present data; trained once if there is none."""
    return ensure_model().resolve()


@pytest.fixture(scope="session")
def stack(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Every process of Nutmeg, on SQLite, without Redis."""
    made = Stack(tmp_path_factory.mktemp("var"), model)
    made.upgrade()
    made.start()
    yield made
    made.stop()
