"""The documentation is complete: each setting, topic, route and command has a line, and nothing that is gone has."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from click import Command

from core.cli.app import app as command_line
from core.settings import REPOSITORY, Settings
from core.topics import topics
from tests.bot.dialogue import installation

DOCS = REPOSITORY / "docs"
WITHOUT_A_READER = {"/static/<path:filename>"}
PAGES = {"/sms/": "sms.md", "/embed.js": "embedding.md"}
"""Where a route is documented by its beginning, when not in api.md."""


def page(name: str) -> str:
    path = DOCS / name
    assert path.exists(), f"docs/{name} is missing"
    return path.read_text(encoding="utf-8")


def rows(name: str) -> dict[str, str]:
    """Lines of a page's tables by the code in their first column."""
    return dict(re.findall(r"^\| `([^`]+)` \| (.*) \|$", page(name), re.MULTILINE))


def test_every_setting_is_documented_with_what_it_does_and_its_default() -> None:
    documented = rows("settings.md")
    settings = {f"NUTMEG_{name.upper()}": field for name, field in Settings.model_fields.items()}
    assert settings.keys() - documented.keys() == set()
    assert {name for name in documented if name.startswith("NUTMEG_")} - settings.keys() == set()
    for name, field in settings.items():
        default, what = documented[name].split(" | ", 1)
        assert what == field.description, name
        assert field.default == "" or default == f"`{field.default}`", name


def test_every_topic_is_documented_with_its_kind() -> None:
    documented = rows("topics.md")
    assert list(documented) == list(topics())
    for topic in topics().values():
        kind, _, wants = documented[topic.id].split(" | ")
        assert (kind, wants) == (topic.kind, topic.wants)


def test_every_command_is_documented_with_its_options() -> None:
    documented = {line.removeprefix("nutmeg "): what for line, what in rows("commands.md").items()}
    names = {re.sub(r"( [A-Z]+)+$", "", line): line for line in documented}
    commands = dict(_commands(typer.main.get_command(command_line), ()))
    assert commands.keys() - names.keys() == set()
    assert names.keys() - commands.keys() == set()
    for name, command in commands.items():
        options = [one for part in command.params if part.param_type_name == "option" for one in part.opts]
        missing = [option for option in options if option not in documented[names[name]]]
        assert missing == [], f"{name}: {missing}"


def test_every_command_explains_itself() -> None:
    for name, command in _commands(typer.main.get_command(command_line), ()):
        assert command.help, name


@pytest.fixture
def routes(tmp_path: Path) -> list[str]:
    from channels.app import create_app

    with installation(tmp_path):
        return [rule.rule for rule in create_app().url_map.iter_rules() if rule.rule not in WITHOUT_A_READER]


def test_every_route_is_documented(routes: list[str]) -> None:
    pages = {name: _any_parameter(page(name)) for name in {"api.md", *PAGES.values()}}
    missing = [
        route
        for route in routes
        if route != "/"  # the demo page of development
        and _any_parameter(route).removeprefix("/chat/api")
        not in pages[next((name for start, name in PAGES.items() if route.startswith(start)), "api.md")]
    ]
    assert missing == []


def test_every_route_of_the_chat_is_in_the_contract(routes: list[str]) -> None:
    contract = (REPOSITORY / "channels" / "openapi.yaml").read_text(encoding="utf-8")
    chat = [route for route in routes if route.startswith("/chat/api/")]
    assert chat
    assert [route for route in chat if f"  {re.sub('<(.*?)>', '{code}', route)}:" not in contract] == []


def test_every_link_between_pages_leads_somewhere() -> None:
    broken = [
        f"{path.name}: {target}"
        for path in sorted(DOCS.rglob("*.md"))
        for target in re.findall(r"\]\(([^)#:\s]+\.(?:md|yaml|yml))(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))
        if not (path.parent / target).exists()
    ]
    assert broken == []


def test_every_file_or_folder_that_the_code_says_is_documented_exists() -> None:
    named = {
        (found, str(path.relative_to(REPOSITORY)))
        for room in ("core", "bot", "actions", "channels", "sandbox")
        for path in (REPOSITORY / room).rglob("*.py")
        for found in re.findall(r"docs/[a-z_-]+\.md", path.read_text(encoding="utf-8"))
    }
    assert sorted((page, where) for page, where in named if not (REPOSITORY / page).exists()) == []


def _any_parameter(text: str) -> str:
    """With the names of parameters left out: `/words/<code>` and `/words/{language}` are the same."""
    return re.sub(r"<[\w:]+>|\{\w+\}", "<>", text)


def _commands(command: Command, name: tuple[str, ...]) -> Iterator[tuple[str, Command]]:
    below: dict[str, Command] = getattr(command, "commands", {})
    if not below:
        yield " ".join(name), command
    for part, one in below.items():
        yield from _commands(one, (*name, part))
