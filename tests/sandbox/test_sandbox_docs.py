"""docs/sandbox.md tells the truth."""

import re
from pathlib import Path
from typing import Any

import pytest

from sandbox.control import APIS, Mode
from sandbox.service_requests import FIXED, STAGES

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
PATHS = re.findall(r"^\| `(/\S+)` \|", PAGE, re.MULTILINE)


def test_the_page_lists_every_fixed_request_with_its_status() -> None:
    for public_id, (_, stage, quirk) in FIXED.items():
        status = "-" if quirk == "private" else f"`{STAGES[stage].status}`"
        assert f"| {public_id} | {status} |" in PAGE


def test_the_page_names_every_mode_and_api() -> None:
    assert all(f"`{name}`" in PAGE for name in [*Mode, *APIS])


@pytest.mark.parametrize("path", PATHS)
def test_every_address_of_the_page_answers(sandbox: Any, path: str) -> None:
    assert sandbox.get(path, X_API_KEY="any").status == 200
