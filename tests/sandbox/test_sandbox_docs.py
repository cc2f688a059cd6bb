"""docs/sandbox.md tells the truth."""

import re
from pathlib import Path
from typing import Any

import pytest

from sandbox.control import APIS, Mode
from sandbox.credentials import FIXED as CREDENTIALS
from sandbox.credentials import FIXED_PLATES
from sandbox.service_requests import FIXED, STAGES

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
PATHS = re.findall(r"^\| `(/\S+)` \|", PAGE, re.MULTILINE)


def test_the_page_lists_every_fixed_request_with_its_status() -> None:
    for public_id, (_, stage, quirk) in FIXED.items():
        status = "-" if quirk == "private" else f"`{STAGES[stage].status}`"
        assert f"| {public_id} | {status} |" in PAGE


def test_the_page_lists_every_fixed_credential_and_plate_with_its_state() -> None:
    for one in CREDENTIALS:
        assert f"| {one.number} | {one.birth_date} | {one.kind} | `{one.state}` | {one.shows} |" in PAGE
    for plate in FIXED_PLATES:
        assert f"| {plate.plate} | {plate.birth_date} | `{plate.state}` | {abs(plate.days)} days" in PAGE


def test_the_page_names_every_mode_and_api() -> None:
    assert all(f"`{name}`" in PAGE for name in [*Mode, *APIS])


@pytest.mark.parametrize("path", PATHS)
def test_every_address_of_the_page_answers(sandbox: Any, path: str) -> None:
    assert sandbox.get(path, X_API_KEY="any").status == 200
