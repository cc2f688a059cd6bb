"""A link to sign in with: one conversation, once, ten minutes; and what it opens afterwards."""

import datetime as dt
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from core import erasure, identity
from core.database import reading, writing
from core.identity import Claims, Request
from core.settings import LOOKUP_KINDS, REPOSITORY, SettingsError, settings
from core.tables import identity_request, now

pytestmark = pytest.mark.usefixtures("empty")

ME, SOMEBODY = "web-1", "web-2"
KIND, TOPIC = "voter_registration", "vote_registration_status"
HELD = {"full_name": {"first": "Grace", "last": "Okafor"}, "birth_date": "1984-03-12", "voter_town": "Norwich"}
GRACE = Claims("subject-1", dt.date(1984, 3, 12), "Okafor")


def link(conversation: str = ME, kind: str = KIND) -> str:
    return identity.begin(conversation, kind, TOPIC, HELD).rpartition("/")[2]


def sign_in(token: str, claims: Claims = GRACE) -> Request | None:
    taken = identity.take(token)
    assert taken
    with writing() as connection:
        return identity.complete(connection, taken.id, claims)


def later(minutes: float) -> time_machine.travel:
    return time_machine.travel(now() + dt.timedelta(minutes=minutes), tick=False)


def stored() -> list[Any]:
    with reading() as connection:
        return list(connection.execute(select(identity_request)).all())


def test_a_link_leads_to_its_look_up_and_is_not_used_up_by_looking() -> None:
    token = link()
    for _ in range(2):
        found = identity.look(token)
        assert found
        assert (found.conversation_id, found.kind, found.topic) == (ME, KIND, TOPIC)


def test_a_link_is_read_with_what_a_text_message_puts_after_it() -> None:
    token = link()
    assert identity.look(f"{token}\u2069") == identity.look(f"{token}.") == identity.look(token) is not None


@pytest.mark.parametrize("token", ["", "x", "A" * 22, "../../etc", "é" * 22])
def test_what_is_no_link_opens_nothing(token: str) -> None:
    link()
    assert identity.look(token) is None
    assert identity.take(token) is None


def test_a_link_works_once() -> None:
    token = link()
    assert identity.take(token)
    assert identity.take(token) is None
    assert identity.look(token) is None


def test_of_many_that_follow_a_link_at_once_one_gets_through() -> None:
    token, taken = link(), list[Request | None]()
    together = Barrier(6)

    def follow() -> None:
        together.wait()
        taken.append(identity.take(token))

    threads = [Thread(target=follow) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sum(one is not None for one in taken) == 1


def test_a_link_works_for_ten_minutes() -> None:
    token = link()
    with later(9.9):
        assert identity.look(token)
    with later(10.1):
        assert identity.look(token) is None
        assert identity.take(token) is None


def test_a_new_link_ends_the_one_before_it_but_not_somebody_elses() -> None:
    first, other, theirs = link(), link(kind="credential"), link(SOMEBODY)
    second = link()
    assert identity.look(first) is None
    assert all(identity.look(token) for token in (second, other, theirs))


def test_a_sign_in_opens_one_kind_of_look_up_of_one_conversation_for_ten_minutes() -> None:
    assert sign_in(link())
    found = identity.verified(ME, KIND)
    assert found
    assert (found.birth_date, found.name) == (GRACE.birth_date, GRACE.name)
    assert identity.verified(ME, "credential") is None
    assert identity.verified(SOMEBODY, KIND) is None
    with later(9.9):
        assert identity.verified(ME, KIND)
    with later(10.1):
        assert identity.verified(ME, KIND) is None


def test_a_link_that_nobody_signed_in_with_opens_nothing() -> None:
    token = link()
    assert identity.verified(ME, KIND) is None
    identity.take(token)
    assert identity.verified(ME, KIND) is None
    assert identity.held(ME, TOPIC) == {}


def test_a_sign_in_counts_once_and_not_after_ten_minutes() -> None:
    taken = identity.take(link())
    assert taken
    with later(10.1), writing() as connection:
        assert identity.complete(connection, taken.id, GRACE) is None
    with writing() as connection:
        assert identity.complete(connection, taken.id, GRACE)
        assert identity.complete(connection, taken.id, Claims("other", dt.date(2000, 1, 1), "Diaz")) is None
    found = identity.verified(ME, KIND)
    assert found
    assert found.birth_date == GRACE.birth_date


def test_a_link_that_was_not_followed_cannot_be_completed() -> None:
    found = identity.look(link())
    assert found
    with writing() as connection:
        assert identity.complete(connection, found.id, GRACE) is None


def test_what_was_asked_already_is_given_back_once() -> None:
    sign_in(link())
    assert identity.held(SOMEBODY, TOPIC) == {}
    assert identity.held(ME, "vote_absentee_status") == {}
    assert identity.held(ME, TOPIC) == HELD
    assert identity.held(ME, TOPIC) == {}


def test_nothing_personal_and_no_link_is_stored_in_clear() -> None:
    token = link()
    sign_in(token)
    text = str(stored())
    for value in (token, "Okafor", "Grace", "1984", "Norwich", "subject-1"):
        assert value not in text
    assert "Okafor" not in repr(identity.verified(ME, KIND))


@pytest.mark.parametrize("minutes", [10.1, 25])
def test_what_opens_nothing_any_more_is_deleted(minutes: float) -> None:
    sign_in(link())
    assert identity.forget_expired() == 0
    with later(minutes):
        assert identity.forget_expired() == 1
    assert stored() == []


def test_a_link_that_was_never_followed_is_deleted_too() -> None:
    link()
    with later(19):
        assert identity.forget_expired() == 0
    with later(21):
        assert identity.forget_expired() == 1


def test_delete_my_data_takes_links_and_sign_ins_along() -> None:
    token = link()
    taken = identity.take(token)
    sign_in(link(kind="credential"))
    link(SOMEBODY)
    erasure.delete_conversation(ME)
    assert [row.conversation_id for row in stored()] == [SOMEBODY]
    assert taken
    with writing() as connection:
        assert identity.complete(connection, taken.id, GRACE) is None


SERVICE = {"NUTMEG_OIDC_ISSUER": "https://login.example.gov", "NUTMEG_OIDC_CLIENT_ID": "nutmeg"}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Settings with these variables."""

    def settings_with(**variables: str) -> Any:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return settings.__wrapped__()

    return settings_with


def test_no_look_up_needs_a_sign_in_unless_the_settings_say_so(read: Callable[..., Any]) -> None:
    assert read().identity_list == ()
    assert read(**SERVICE, NUTMEG_IDENTITY_REQUIRED="credential, absentee_ballot").identity_list == (
        "credential",
        "absentee_ballot",
    )


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({**SERVICE, "NUTMEG_IDENTITY_REQUIRED": "credentials"}, "credentials is no kind of look-up"),
        ({"NUTMEG_IDENTITY_REQUIRED": "credential"}, "NUTMEG_OIDC_ISSUER"),
        ({"NUTMEG_OIDC_ISSUER": "login.example.gov"}, "https"),
        ({"NUTMEG_OIDC_ISSUER": "http://login.example.gov"}, "https"),
    ],
)
def test_a_setting_that_would_protect_nothing_stops_the_start(
    read: Callable[..., Any], variables: dict[str, str], said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        read(**variables)


def test_every_kind_in_the_settings_is_one_that_a_flow_looks_up() -> None:
    flows = "\n".join(path.read_text(encoding="utf-8") for path in (REPOSITORY / "actions" / "flows").glob("*.py"))
    assert [kind for kind in LOOKUP_KINDS if f'"{kind}"' not in flows] == []
