"""What the tests of the actions ask with: the sandbox's control, one call of an action, and what it said."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from string import Formatter
from typing import Any

import urllib3

from core.facts import facts
from core.jurisdiction import read_yaml
from core.settings import REPOSITORY

UPSTREAMS = (
    "qmatic",
    "socrata",
    "democracy_works",
    "civic_info",
    "statuspage",
    "open311",
    "voter_records",
    "ballot_status",
    "credential_status",
)
LOOKUP_FILES = (
    "lookups", "voter_status", "credential_words", "appointments_words", "flow_texts", "flow_appointments",
    "flow_voters", "flow_voting_places", "flow_credentials", "vote", "dmv_visits", "privacy",
    "flow_service", "request_words", "service", "flow_notify", "chat",
)  # fmt: skip
"""Files of domain/ with the answers that actions fill and the words in them."""
OWN_VALUES = {"help_phone", "languages"}
"""Values that the answer catalogue itself knows."""

Run = Callable[..., Any]
At = Callable[[str], None]


@dataclass
class Sandbox:
    port: int
    pool: urllib3.PoolManager = field(default_factory=lambda: urllib3.PoolManager(retries=False, timeout=5.0))

    def order(self, **wish: Any) -> None:
        answer = self.pool.request("POST", f"http://127.0.0.1:{self.port}/_control", body=json.dumps(wish))
        assert answer.status == 200, answer.data

    def served(self, api: str) -> int:
        answer = self.pool.request("GET", f"http://127.0.0.1:{self.port}/_control")
        return int(answer.json()["served"][api])


@dataclass
class Said:
    """One message of an action: the name of the answer and what fills it."""

    response: str
    values: dict[str, Any]
    notes: list[str]
    links: list[str]
    sources: list[dict[str, str]]

    def lines(self, name: str = "details") -> list[str]:
        return [line["response"] for line in self.values[name]["value"]]

    def line(self, response: str, name: str = "details") -> dict[str, Any]:
        """Values of the first line of that response."""
        found = next(line for line in self.values[name]["value"] if line["response"] == response)
        return {key: value["value"] for key, value in found["values"].items()}

    def __getitem__(self, name: str) -> Any:
        return self.values[name]["value"]


def action_call(action: str, entities: dict[str, str], events: list[Any], slots: dict[str, Any]) -> dict[str, Any]:
    named = [{"entity": entity, "value": value} for entity, value in entities.items()]
    tracker = {
        "sender_id": "web-test",
        "slots": slots,
        "latest_message": {"text": "SECRET WORDS", "entities": named, "intent": {"name": "inform"}},
        "events": events,
        "paused": False,
        "active_loop": {},
        "latest_action_name": None,
        "followup_action": None,
    }
    return {"next_action": action, "sender_id": "web-test", "tracker": tracker, "domain": {"forms": {}, "slots": {}}}


@cache
def lookups() -> dict[str, Any]:
    files = [read_yaml(REPOSITORY / "domain" / f"{name}.yml") for name in LOOKUP_FILES]
    return {name: variations for file in files for name, variations in file["responses"].items()}


def check_complete(said: Said) -> None:
    """Every placeholder of the answer, its lines and its notes is filled, in every variant."""
    json.dumps(said.values)
    if said.response.startswith("utter_chat_"):
        return
    for name in (said.response, *said.notes):
        _check(name, said.values)


def _check(name: str, given: dict[str, Any]) -> None:
    for variation in lookups()[name]:
        wanted = {field for _, field, _, _ in Formatter().parse(variation["text"]) if field}
        missing = wanted - given.keys() - facts().keys() - OWN_VALUES
        assert not missing, f"{name} lacks {missing}"
    for value in given.values():
        if value["unit"] == "response":
            _check(value["value"], {})
        elif value["unit"] == "lines":
            for line in value["value"]:
                _check(line["response"], line["values"])
