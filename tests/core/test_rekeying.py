"""Keys of stored personal data: the first encrypts, all decrypt, and rotation loses nothing."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import insert, select

from core import rekeying
from core.database import reading, writing
from core.privacy import KeyMissing, decrypt, encrypt
from core.settings import REPOSITORY, SettingsError, settings
from core.stored_events import opened, sealed
from core.tables import conversation, now, tracker_event

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
HEARD = {"event": "user", "text": "I am Zebulon", "timestamp": 1.0, "parse_data": {"text": "I am Zebulon"}}


@pytest.fixture
def keys(sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    def use(*listed: str) -> None:
        monkeypatch.setenv("NUTMEG_DATA_KEYS", ", ".join(listed))
        settings.cache_clear()

    return use


def store(event: dict[str, object]) -> None:
    with writing() as connection:
        place = len(connection.execute(select(tracker_event.c.id)).all())
        connection.execute(
            insert(tracker_event).values(
                sender_id="web-1", position=place, session=0, type=event["event"], timestamp=now(), event=event
            )
        )


def stored() -> list[dict[str, object]]:
    with reading() as connection:
        return list(connection.execute(select(tracker_event.c.event).order_by(tracker_event.c.position)).scalars())


@pytest.mark.parametrize("kind", ["user", "bot", "slot", "entities"])
def test_nothing_of_a_personal_event_is_stored_in_clear_but_its_type_and_time(kind: str) -> None:
    event = {**HEARD, "event": kind, "name": "full_name", "value": "Zebulon"}
    kept = sealed(event)
    assert kept.keys() == {"event", "timestamp", "cipher"}
    assert "Zebulon" not in str(kept)
    assert opened(kept) == event


def test_other_events_and_old_rows_are_plain() -> None:
    action = {"event": "action", "name": "action_listen"}
    assert sealed(action) == action
    assert opened(HEARD) == HEARD


def test_every_key_opens_and_after_rotation_the_new_one_alone(keys: object) -> None:
    store(HEARD)  # from before there was any encryption
    store(sealed(HEARD))  # with the derived key
    keys(OLD)  # type: ignore[operator]
    store(sealed(HEARD))
    with writing() as connection:
        connection.execute(
            insert(conversation).values(
                id="sms-1", channel="sms", next_seq=1, created_at=now(), last_at=now(),
                number_cipher=encrypt("+18605550142"),
            )
        )  # fmt: skip
    keys(NEW, OLD)  # type: ignore[operator]
    assert [opened(event) for event in stored()] == [HEARD] * 3
    assert rekeying.rekey() == rekeying.Rekeyed(events=3, columns=1)
    assert rekeying.rekey() == rekeying.Rekeyed(events=0, columns=0)
    keys(NEW)  # type: ignore[operator]
    assert [opened(event) for event in stored()] == [HEARD] * 3
    with reading() as connection:
        assert decrypt(connection.execute(select(conversation.c.number_cipher)).scalar_one()) == "+18605550142"


def test_a_key_that_was_taken_out_too_early_is_said_to_be_missing(keys: object) -> None:
    keys(OLD)  # type: ignore[operator]
    store(sealed(HEARD))
    keys(NEW)  # type: ignore[operator]
    with pytest.raises(KeyMissing, match="NUTMEG_DATA_KEYS"):
        rekeying.rekey()


def test_a_malformed_key_stops_the_start_and_is_not_quoted(keys: object) -> None:
    keys(OLD, "not a key")  # type: ignore[operator]
    with pytest.raises(SettingsError, match="NUTMEG_DATA_KEYS") as error:
        settings()
    assert "not a key" not in str(error.value)


def test_a_turn_is_encrypted_and_a_session_decrypted_in_less_than_half_a_millisecond() -> None:
    turn = [{**HEARD, "text": "x" * 1500}, {**HEARD, "event": "slot"}, {**HEARD, "event": "bot", "text": "y" * 1500}]
    kept = [sealed(event) for event in turn]
    started = time.perf_counter()
    for _ in range(100):
        _ = [sealed(event) for event in turn]
        for _ in range(3):
            _ = [opened(event) for event in kept]
    assert (time.perf_counter() - started) / 100 < 0.005  # ten times what is measured, for a busy machine


@pytest.mark.parametrize("command", [["disclosures", "verify"], ["disclosures", "export"], ["disclosures", "expire"],
                                     ["db", "rekey"], ["db", "new-key"]])  # fmt: skip
def test_the_commands_run_on_an_empty_database(sqlite: Path, command: list[str]) -> None:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("NUTMEG_")}
    done = subprocess.run(
        [sys.executable, "-m", "core.cli", *command],
        cwd=REPOSITORY,
        env={**inherited, "NUTMEG_VAR": str(sqlite)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
