"""`apis.yml` of the jurisdiction: what each of its systems can be asked, and what their words mean."""

from functools import cache
from typing import Any

from core.jurisdiction import folder, read_yaml


@cache
def _all() -> dict[str, Any]:
    found: dict[str, Any] = read_yaml(folder() / "apis.yml")
    return found


def of(upstream: str) -> dict[str, Any]:
    """The block of one upstream; empty when the jurisdiction has no such system."""
    return dict(_all().get(upstream) or {})


def gives(upstream: str, what: str) -> bool:
    return what in of(upstream).get("gives", ())
