"""A flow is whole: its form, rules, actions, texts and its row in docs/flows.md are there."""

import importlib
import pkgutil
import re
from typing import Any

import pytest

from actions import flows
from actions.flows.form import Flow, FlowEnd
from core.jurisdiction import read_yaml
from core.settings import REPOSITORY
from tests.actions.asking import lookups

DOMAIN = read_yaml(REPOSITORY / "domain" / "flows.yml")
RULES = read_yaml(REPOSITORY / "data" / "rules" / "flows.yml")["rules"]


def below(parent: type[Any]) -> list[type[Any]]:
    return [found for child in parent.__subclasses__() for found in (child, *below(child))]


for module in pkgutil.iter_modules(flows.__path__):
    importlib.import_module(f"actions.flows.{module.name}")
FLOWS = {made.topic: made for made in (flow() for flow in below(Flow)) if hasattr(made, "topic")}


@pytest.mark.parametrize("topic", FLOWS)
def test_the_form_asks_for_the_fields_of_the_flow_in_their_order(topic: str) -> None:
    slots = [field.slot for field in FLOWS[topic].fields]
    assert DOMAIN["forms"][f"{topic}_form"]["required_slots"] == slots
    assert set(slots) <= set(DOMAIN["slots"])


@pytest.mark.parametrize("topic", FLOWS)
def test_both_actions_are_known_and_both_rules_are_there(topic: str) -> None:
    assert {f"validate_{topic}_form", f"action_{topic}"} <= set(DOMAIN["actions"])
    assert any({"intent": topic} in rule["steps"] for rule in RULES)
    assert any({"action": f"action_{topic}"} in rule["steps"] for rule in RULES)
    assert any(end.flow.topic == topic for end in below(FlowEnd) if hasattr(end, "flow"))


@pytest.mark.parametrize("topic", FLOWS)
def test_every_field_that_is_asked_can_say_what_was_wrong(topic: str) -> None:
    asked = [field for field in FLOWS[topic].fields if type(field).read.__qualname__ != "Field.read"]
    assert [field.slot for field in asked if f"utter_flow_{field.slot}_wrong" not in lookups()] == []


@pytest.mark.parametrize("topic", FLOWS)
def test_the_flow_has_its_row_in_the_documentation(topic: str) -> None:
    assert re.search(rf"^\| `{topic}` \|", (REPOSITORY / "docs" / "flows.md").read_text(), re.MULTILINE)
