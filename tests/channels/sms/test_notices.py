"""Notices from end to end: the worker, Rasa's door with the real catalogue, the action server, the sandbox, Twilio."""

import datetime as dt
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import time_machine
import urllib3
from sqlalchemy import select

from channels import conversations
from channels.app import create_app
from channels.sms import delivery, notices
from core import database, subscriptions
from core.privacy import number_id
from core.settings import REPOSITORY, settings
from core.subscriptions import Kind, State, Wanted
from core.tables import inbox, outbox, subscription, tracker_event
from tests.channels.sms.conftest import _forget, rows
from tests.channels.sms.sms_app import PUBLIC, App
from tests.servers import free_port, wait_for_port
from tests.twilio_double import ACCOUNT, OUR_NUMBER, TOKEN, TwilioDouble

MORNING = dt.datetime(2026, 11, 24, 15, tzinfo=dt.UTC)  # 10:00 in Connecticut
NIGHT = dt.datetime(2026, 11, 25, 3, tzinfo=dt.UTC)  # 22:00
EIGHT = dt.datetime(2026, 11, 25, 13, tzinfo=dt.UTC)
REQUEST = Wanted(Kind.REQUEST, "24-000123", "en", "utter_word_case_progress")
PROGRESS = {"request": "24-000123", "status": "progress"}
REVIEW = {"request": "24-000123", "status": "review"}
MAILED = {"request": "24-000123", "status": "mailed"}


@dataclass
class Town:
    """The processes that a notice needs; `env` is what they were started with."""

    env: dict[str, str]

    def order(self, **wish: Any) -> None:
        url = f"http://127.0.0.1:{self.env['NUTMEG_SANDBOX_PORT']}/_control"
        answer = urllib3.request("POST", url, body=json.dumps(wish), retries=False)
        assert answer.status == 200, answer.data

    @contextmanager
    def process(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        made = subprocess.Popen(
            [sys.executable, "-m", *arguments], cwd=REPOSITORY, env=self.env, stdout=subprocess.DEVNULL
        )
        try:
            yield made
        finally:
            made.terminate()
            made.wait(15)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, twilio_server: Any) -> Iterator[Town]:
    ports = {f"NUTMEG_{name}_PORT": str(free_port()) for name in ("RASA", "ACTIONS", "SANDBOX", "WEB")}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("NUTMEG_")}
    own = {
        **ports,
        "NUTMEG_VAR": str(tmp_path_factory.mktemp("notices")),
        "NUTMEG_PUBLIC_URL": PUBLIC,
        "NUTMEG_TWILIO_ACCOUNT_SID": ACCOUNT,
        "NUTMEG_TWILIO_AUTH_TOKEN": TOKEN,
        "NUTMEG_TWILIO_FROM": OUR_NUMBER,
        "NUTMEG_TWILIO_API_URL": twilio_server.url_for("").rstrip("/"),
        "NUTMEG_PICKUP_SECONDS": "1",
        "RASA_TELEMETRY_ENABLED": "false",
    }
    made = Town(inherited | own)
    upgrade = "from core.database import upgrade; from core.settings import settings; settings(); upgrade()"
    subprocess.run([sys.executable, "-c", upgrade], cwd=REPOSITORY, env=made.env, check=True)
    with (
        made.process("sandbox", "--port", ports["NUTMEG_SANDBOX_PORT"]),
        made.process("actions"),
        made.process("tests.channels.sms.catalogue_server"),
    ):
        for port in list(ports.values())[:3]:
            wait_for_port(int(port), 60)
        yield made


@pytest.fixture
def here(town: Town, twilio: TwilioDouble, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """This process with the town's settings and database, at ten in the morning."""
    for name, value in town.env.items():
        if name.startswith("NUTMEG_"):
            monkeypatch.setenv(name, value)
    _forget()
    town.order(reset=True)
    town.order(**PROGRESS)
    with database.writing() as connection:
        connection.execute(subscription.delete())
    yield town
    database.engine().dispose()
    _forget()


@pytest.fixture
def clock(here: Town) -> Iterator[Any]:
    with time_machine.travel(MORNING, tick=False) as travelling:
        yield travelling


@pytest.fixture
def phone(clock: Any) -> App:
    return App(create_app().test_client())


def sweep() -> None:
    """What the worker does with what is due."""
    for due in subscriptions.due():
        notices.check(due)
    for unsent in delivery.unsent():
        delivery.send(unsent)


def follow(number: str, wanted: Wanted = REQUEST) -> str:
    with database.writing() as connection:
        key = conversations.open_sms(connection, number)
    assert subscriptions.begin(key, wanted)
    return key


@pytest.fixture
def states() -> Callable[[], list[str]]:
    def read() -> list[str]:
        with database.reading() as connection:
            return list(connection.execute(select(subscription.c.state).order_by(subscription.c.id)).scalars())

    return read


def test_a_change_is_told_once_and_says_how_to_stop(clock, here, resident, twilio) -> None:
    follow(resident)
    for _ in range(3):
        clock.shift(dt.timedelta(minutes=15))
        sweep()
    assert twilio.bodies_to(resident) == []
    here.order(**REVIEW)
    for _ in range(3):
        clock.shift(dt.timedelta(minutes=15))
        sweep()
    (text,) = twilio.bodies_to(resident)
    assert "being checked" in text
    assert "0123" in text
    assert "24-000123" not in text
    assert "STOP" in text


def test_the_last_text_comes_when_the_request_is_closed(clock, here, resident, twilio, states) -> None:
    follow(resident)
    here.order(**MAILED)
    clock.shift(dt.timedelta(minutes=15))
    sweep()
    clock.shift(dt.timedelta(minutes=15))
    sweep()
    (text,) = twilio.bodies_to(resident)
    assert "last text" in text
    assert states() == [State.DONE]


def test_at_night_there_is_silence_until_eight(clock, here, resident, twilio) -> None:
    follow(resident)
    clock.move_to(NIGHT)
    here.order(**REVIEW)
    sweep()
    clock.move_to(EIGHT - dt.timedelta(seconds=1))
    sweep()
    assert twilio.bodies_to(resident) == []
    clock.move_to(EIGHT)
    sweep()
    assert len(twilio.bodies_to(resident)) == 1


def test_a_notice_that_twilio_put_off_into_the_night_waits_for_the_morning(clock, here, resident, twilio) -> None:
    follow(resident)
    here.order(**REVIEW)
    clock.move_to(dt.datetime(2026, 11, 25, 0, 59, 50, tzinfo=dt.UTC))
    twilio.fail_with(429, 20429, **{"Retry-After": "60"})
    sweep()
    clock.shift(dt.timedelta(minutes=5))
    sweep()
    clock.move_to(NIGHT)
    sweep()
    assert twilio.bodies_to(resident) == []
    assert delivery.unsent() == []
    clock.move_to(EIGHT + dt.timedelta(seconds=1))
    sweep()
    assert len(twilio.bodies_to(resident)) == 1


def test_an_answer_goes_out_at_any_hour(clock, phone, resident) -> None:
    clock.move_to(NIGHT)
    assert phone.text(resident, "HELP")


@pytest.mark.parametrize("word", ["STOP", "alto", "停止"])
def test_after_stop_there_are_no_notices(clock, here, phone, resident, twilio, states, word: str) -> None:
    follow(resident)
    phone.text(resident, word)
    here.order(**REVIEW)
    clock.shift(dt.timedelta(minutes=15))
    sweep()
    assert twilio.bodies_to(resident) == []
    phone.text(resident, "START")
    clock.shift(dt.timedelta(minutes=15))
    sweep()
    assert twilio.bodies_to(resident) == []
    assert states() == [State.STOPPED]


def test_stop_that_only_twilio_knows_of_ends_them(clock, here, resident, twilio, states) -> None:
    follow(resident)
    here.order(**REVIEW)
    clock.shift(dt.timedelta(minutes=15))
    twilio.fail_with(400, 21610)
    sweep()
    here.order(**PROGRESS)
    clock.shift(dt.timedelta(minutes=15))
    sweep()
    assert twilio.bodies_to(resident) == []
    assert states() == [State.STOPPED]


@pytest.mark.parametrize("word", ["YES", "yes.", "Sí", "是", "tak", "Да", "हाँ", "نعم", "vâng", "dakò"])
def test_a_phone_named_on_the_web_is_asked_and_says_yes(clock, here, phone, resident, twilio, states, word) -> None:
    subscriptions.ask(resident, REQUEST)
    sweep()
    (question,) = twilio.bodies_to(resident)
    assert "reply YES" in question
    assert "STOP" in question
    assert phone.text(resident, word)
    assert [row.message["answer"] for row in rows(outbox, resident)][-1] == "own_notices_on"
    assert states() == [State.ACTIVE]
    here.order(**REVIEW)
    clock.shift(dt.timedelta(minutes=15))
    sweep()
    assert len(twilio.bodies_to(resident)) == 2


def test_without_a_yes_there_is_one_text_and_no_more(clock, here, phone, resident, twilio) -> None:
    subscriptions.ask(resident, REQUEST)
    sweep()
    here.order(**REVIEW)
    for _ in range(4):
        clock.shift(dt.timedelta(hours=8))
        sweep()
        subscriptions.tidy()
    assert len(twilio.bodies_to(resident)) == 1
    assert phone.text(resident, "YES") is None  # for Rasa, like any other
    assert rows(inbox, resident)[-1].state == "accepted"


def test_yes_without_a_question_is_for_rasa(phone, resident) -> None:
    assert phone.text(resident, "YES") is None
    assert rows(inbox, resident)[-1].state == "accepted"


def test_a_yes_to_another_question_confirms_nothing(clock, here, phone, resident, states) -> None:
    subscriptions.ask(resident, REQUEST)
    sweep()
    with database.writing() as connection:
        last = rows(outbox, resident)[-1]
        asking = last.message | {"choices": [{"title": "Yes", "intent": "/chat_affirm"}]}
        connection.execute(outbox.update().where(outbox.c.id == last.id).values(message=asking))
    assert phone.text(resident, "YES") is None
    assert states() == [State.PENDING]


def test_a_yes_that_twilio_takes_for_start_confirms_too(clock, here, phone, resident, states) -> None:
    subscriptions.ask(resident, REQUEST)
    sweep()
    assert phone.text(resident, "YES", OptOutType="START")
    assert states() == [State.ACTIVE]


def test_after_stop_a_phone_is_not_even_asked_and_yes_means_start(clock, here, phone, resident, twilio, states) -> None:
    phone.text(resident, "STOP")
    subscriptions.ask(resident, REQUEST)
    assert phone.text(resident, "YES")
    assert rows(outbox, resident)[-1].message["answer"] == "own_welcome"
    phone.text(resident, "STOP")
    subscriptions.ask(resident, REQUEST)
    sweep()
    assert twilio.bodies_to(resident) == []
    assert set(states()) == {State.STOPPED}


def test_the_question_at_night_waits_for_the_morning(clock, here, resident, twilio) -> None:
    clock.move_to(NIGHT)
    subscriptions.ask(resident, REQUEST)
    sweep()
    assert twilio.bodies_to(resident) == []
    clock.move_to(EIGHT)
    sweep()
    assert len(twilio.bodies_to(resident)) == 1


def test_a_silent_state_system_tells_nothing_and_forgets_nothing(clock, here, resident, twilio) -> None:
    follow(resident)
    here.order(**REVIEW)
    here.order(api="open311", mode="error", status=500)
    clock.shift(dt.timedelta(minutes=15))
    sweep()
    assert twilio.bodies_to(resident) == []
    here.order(api="open311", mode="ok")
    clock.shift(dt.timedelta(hours=1))
    sweep()
    assert len(twilio.bodies_to(resident)) == 1


def test_rasa_away_loses_nothing(clock, here, resident, twilio, monkeypatch) -> None:
    follow(resident)
    here.order(**REVIEW)
    clock.shift(dt.timedelta(minutes=15))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NUTMEG_RASA_PORT", str(free_port()))
        settings.cache_clear()
        sweep()
    settings.cache_clear()
    assert twilio.bodies_to(resident) == []
    clock.shift(dt.timedelta(minutes=3))
    sweep()
    assert len(twilio.bodies_to(resident)) == 1


def test_no_tracker_holds_a_notice(clock, here, resident, twilio) -> None:
    key = follow(resident)
    here.order(**REVIEW)
    clock.shift(dt.timedelta(minutes=15))
    sweep()
    assert len(twilio.bodies_to(resident)) == 1
    with database.reading() as connection:
        senders = set(connection.execute(select(tracker_event.c.sender_id)).scalars())
    assert not [sender for sender in senders if sender == key or sender.startswith("notice-")]


@pytest.mark.parametrize("secret", ["", "Bearer wrong"])
def test_the_door_of_notices_is_shut_without_the_secret(here: Town, secret: str) -> None:
    url = f"{settings().rasa_url}/webhooks/nutmeg/notices"
    answer = urllib3.request("POST", url, json={"subscription": 1, "language": "en"}, headers={"Authorization": secret})
    assert answer.status == 401


@pytest.mark.parametrize("body", [[], {}, {"subscription": "1", "language": "en"}, {"subscription": 1}])
def test_a_malformed_question_about_notices_is_refused(here: Town, body: Any) -> None:
    url = f"{settings().rasa_url}/webhooks/nutmeg/notices"
    headers = {"Authorization": f"Bearer {settings().rasa_secret}"}
    assert urllib3.request("POST", url, json=body, headers=headers).status == 400


def test_kill_minus_nine_between_look_and_text_leaves_one_text(here: Town, resident, twilio) -> None:
    with time_machine.travel(MORNING, tick=True):
        follow(resident)
    here.order(**REVIEW)
    here.order(api="open311", mode="slow", seconds=3, times=1)
    look, again = MORNING + dt.timedelta(minutes=16), MORNING + dt.timedelta(minutes=20)
    with here.process("tests.channels.sms.worker_at", look.isoformat()) as worker:
        wait_until(lambda: claims() == 1, "a worker looks")
        worker.kill()
        worker.wait()
    assert twilio.bodies_to(resident) == []
    with here.process("tests.channels.sms.worker_at", again.isoformat()):
        wait_until(lambda: bool(twilio.bodies_to(resident)), "the other worker tells it")
        time.sleep(1)
    assert len(twilio.bodies_to(resident)) == 1


def claims() -> int:
    with database.reading() as connection:
        return len(connection.execute(select(subscription.c.id).where(subscription.c.claim.is_not(None))).all())


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until, f"not in time: {what}"
        time.sleep(0.05)


def test_the_number_is_nowhere_but_in_its_column(clock, here, resident, twilio) -> None:
    subscriptions.ask(resident, REQUEST)
    sweep()
    assert len(twilio.bodies_to(resident)) == 1
    file = Path(here.env["NUTMEG_VAR"]) / "nutmeg.sqlite3"
    stored = file.read_bytes() + file.with_name("nutmeg.sqlite3-wal").read_bytes()
    assert resident[1:].encode() not in stored
    assert number_id(resident).encode() in stored
