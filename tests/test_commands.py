"""The command line, as an operator types it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.settings import REPOSITORY
from tests.stack import Stack, free_port


def nutmeg(*arguments: str, typed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("NUTMEG_")}
    return subprocess.run(
        [sys.executable, "-m", "core.cli", *arguments],
        cwd=REPOSITORY,
        env={**inherited, **environment},
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def parsed(model: Path) -> list[dict[str, object]]:
    lines = [
        "how do I renew my license",
        json.dumps({"text": "¿cuánta fila hay en el DMV de Norwich?", "language": "es"}),
        "",
        "status of request 24-000123",
        "{not json at all",
        "/dmv_real_id",
    ]
    done = nutmeg("parse", "--model", str(model), typed="\n".join(lines) + "\n")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_parse_answers_each_line_with_one_json_line(parsed: list[dict[str, object]]) -> None:
    assert len(parsed) == 5
    for found in parsed:
        keys = {"text", "language", "topic", "confidence", "in_scope", "alternatives", "entities"}
        assert set(found) == keys


def test_parse_gives_topic_language_and_entities(parsed: list[dict[str, object]]) -> None:
    renew, line, case, *_ = parsed
    assert (renew["topic"], renew["language"], renew["in_scope"]) == ("dmv_license_renew", "en", True)
    assert (line["topic"], line["language"]) == ("dmv_wait_time", "es")
    assert ("town", "Norwich") in [(entity["type"], entity["value"]) for entity in line["entities"]]  # type: ignore[attr-defined]
    assert case["topic"] == "service_case_status"
    assert [entity["value"] for entity in case["entities"]] == ["24-000123"]  # type: ignore[attr-defined]


def test_parse_takes_a_command_of_rasa_for_an_ordinary_text(parsed: list[dict[str, object]]) -> None:
    assert parsed[-1]["text"] == "/dmv_real_id"


def test_parse_without_a_model_says_what_to_do(tmp_path: Path) -> None:
    done = nutmeg("parse", NUTMEG_MODEL_DIR=str(tmp_path), typed="hello\n")
    assert done.returncode == 2
    assert "nutmeg train" in done.stderr


def test_a_topic_is_switched_off_and_on(tmp_path: Path) -> None:
    home = {"NUTMEG_VAR": str(tmp_path)}
    assert nutmeg("db", "upgrade", **home).returncode == 0
    assert nutmeg("topics", "off", "dmv_real_id", "--reason", "rule changed", **home).returncode == 0
    assert "OFF: rule changed" in nutmeg("topics", "list", **home).stdout
    assert nutmeg("topics", "on", "dmv_real_id", **home).returncode == 0
    assert "OFF" not in nutmeg("topics", "list", **home).stdout


def test_an_unknown_topic_ends_in_one_line_and_exit_code_2(tmp_path: Path) -> None:
    done = nutmeg("topics", "off", "dmv_flying_car", NUTMEG_VAR=str(tmp_path))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("NUTMEG_WEB_PORT", "eighty"), ("NUTMEG_ENV", "staging"), ("NUTMEG_SECRET_KEY", "short")],
)
def test_a_wrong_setting_stops_start_up_with_one_line_that_names_it(tmp_path: Path, name: str, value: str) -> None:
    done = nutmeg("run", NUTMEG_VAR=str(tmp_path), **{name: value})
    assert done.returncode == 2
    assert name in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_production_does_not_start_without_its_secrets(tmp_path: Path) -> None:
    done = nutmeg("run", NUTMEG_VAR=str(tmp_path), NUTMEG_ENV="production")
    assert done.returncode == 2
    assert "NUTMEG_SECRET_KEY is missing" in done.stderr


def test_run_says_which_port_is_taken(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port()))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = nutmeg("run", NUTMEG_VAR=str(tmp_path), NUTMEG_RASA_PORT=port)
    assert done.returncode == 2
    assert f"port {port}" in done.stderr


def test_the_doctor_finds_a_healthy_house_well_and_says_what_a_sick_one_needs(stack: Stack, tmp_path: Path) -> None:
    ill = nutmeg("doctor", NUTMEG_VAR=str(tmp_path), NUTMEG_RASA_PORT=str(free_port()))
    assert ill.returncode == 1
    assert "nutmeg db upgrade" in ill.stdout
    assert "nutmeg run" in ill.stdout
    well = nutmeg("doctor", **{key: value for key, value in stack.env.items() if key.startswith("NUTMEG_")})
    sick = [line for line in well.stdout.splitlines() if "ILL" in line]
    assert all("console" in line for line in sick), well.stdout  # the stack has no console


def test_help_names_every_command() -> None:
    shown = nutmeg("--help").stdout
    for command in ("run", "train", "chat", "parse", "doctor", "facts", "locales", "data", "topics", "db"):
        assert command in shown
