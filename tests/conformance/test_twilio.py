"""Our texts against Twilio's own OpenAPI file and Twilio's own signer for Node."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.sms import twilio_api
from core.settings import settings
from tests.conformance import prism
from tests.twilio_double import (
    ACCOUNT,
    OUR_NUMBER,
    TOKEN,
    TwilioDouble,
    a_resident,
    inbound_fields,
    signature,
    twilio,
    twilio_server,
)

__all__ = ["twilio", "twilio_server"]

pytestmark = pytest.mark.conformance
CALLBACK = "https://texts.example.gov/sms/status?outbox=1"


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("prism") / "mock.log"
    with prism.mock(prism.spec("twilio_api_v2010.json"), log) as address:
        yield address


def use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str, sender: str = OUR_NUMBER) -> None:
    for name, value in {
        "VAR": str(tmp_path),
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_FROM": sender,
        "TWILIO_API_URL": address,
    }.items():
        monkeypatch.setenv(f"NUTMEG_{name}", value)
    settings.cache_clear()
    twilio_api._local.__dict__.clear()


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    settings.cache_clear()
    twilio_api._local.__dict__.clear()


@pytest.mark.parametrize("sender", [OUR_NUMBER, "MG" + "e" * 32])
def test_twilios_description_accepts_our_request(
    mock: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sender: str
) -> None:
    use(monkeypatch, tmp_path, mock, sender)
    result = twilio_api.send(a_resident(), "One text.", CALLBACK)
    assert isinstance(result, twilio_api.Sent)
    assert len(result.sid) == 34


def test_what_breaks_the_description_is_refused(mock: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    use(monkeypatch, tmp_path, mock, sender="MGnope")
    result = twilio_api.send(a_resident(), "One text.", CALLBACK)
    assert isinstance(result, twilio_api.NotSent)
    assert result.status == 422


@pytest.mark.parametrize("sender", [OUR_NUMBER, "MG" + "e" * 32])
def test_our_stand_in_for_twilio_answers_as_the_description_says(
    twilio: TwilioDouble, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sender: str
) -> None:
    with prism.proxy(prism.spec("twilio_api_v2010.json"), twilio.url, tmp_path / "proxy.log") as address:
        use(monkeypatch, tmp_path, address, sender)
        result = twilio_api.send(a_resident(), "One text.", CALLBACK)
    assert isinstance(result, twilio_api.Sent), (tmp_path / "proxy.log").read_text()
    assert [text.sid for text in twilio.texts] == [result.sid]


def test_twilios_signer_for_node_agrees_with_ours() -> None:
    folder = prism.NPM / "node_modules" / "twilio"
    prism.need(folder, "make conformance installs it, or: npm install --prefix var/npm --ignore-scripts twilio@6.2.0")
    address = "https://texts.example.gov/sms/inbound"
    fields = inbound_fields(a_resident(), "", NumMedia="1", Later="¿Dónde?")
    script = (
        "const [token, url, fields] = JSON.parse(process.argv[1]);"
        "console.log(require('twilio').getExpectedTwilioSignature(token, url, fields))"
    )
    said = subprocess.run(
        [prism.node(), "-e", script, json.dumps([TOKEN, address, fields])],
        cwd=prism.NPM,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == signature(address, fields)
