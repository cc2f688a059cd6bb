"""What residents write, and who they are, never reaches a log: a whole run is grepped."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import REPOSITORY
from tests.stack import Stack

NUMBER = "2035550142"
MARKED = (
    "my name is Zebulon Quartzfield, how do I renew my license",
    "soy Zebulon, vivo en 4711 Marzipan Lane, cuanto cuesta",
    "status of request 24-000123 for Zebulon",
    "is my case 99-987654 done? call me at 860 555 0199",
    "<script>Zebulon</script> '; DROP TABLE inbox; --",
    "wait in Norwich for Zebulon",
    "\u202eZebulon\u0000",
)
SECRETS = ("Zebulon", "Quartzfield", "Marzipan", "4711", "000123", "987654", "5550199", "555 0199", NUMBER)


@pytest.fixture(scope="module")
def own_stack(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of this test's own: it is put through every kind of trouble, with logs at their most talkative."""
    made = Stack(
        tmp_path_factory.mktemp("privacy"), model, {"NUTMEG_WEB_REPLY_SECONDS": "4", "PYTHONWARNINGS": "default"}
    )
    made.upgrade()
    made.start()
    yield made
    made.stop()


def test_no_log_holds_a_text_a_name_a_number_or_an_address(own_stack: Stack) -> None:
    _say_everything(own_stack)
    _trouble(own_stack, {"api": "*", "mode": "error"})
    _say_everything(own_stack)
    _trouble(own_stack, {"api": "*", "mode": "garbage"})
    _say_everything(own_stack)
    own_stack.kill("actions")
    _say_everything(own_stack)
    own_stack.kill("rasa")
    _say(own_stack, MARKED[0])
    logged = own_stack.log_text()
    assert "turn_not_answered" in logged  # the trouble was real, and was logged
    for secret in SECRETS:
        assert secret not in logged, f"{secret} stands in a log"


def _say_everything(stack: Stack) -> None:
    for text in MARKED:
        _say(stack, text)
        _text(stack, text.replace("\u0000", ""))


def _say(stack: Stack, text: str) -> None:
    opened = _post(f"{stack.web}/chat/api/conversations", {"language": "en"}, {})
    token = json.loads(opened)["token"] if opened else ""
    _post(
        f"{stack.web}/chat/api/messages",
        {"id": str(uuid.uuid4()), "text": text},
        {"Authorization": f"Bearer {token}"},
    )


def _post(url: str, body: dict[str, str], headers: dict[str, str]) -> bytes:
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json", **headers}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError:
        return b""


def _text(stack: Stack, body: str) -> None:
    """A text message, signed with the stack's own token."""
    program = "import sys; from channels.sms.demo import curl_line; print(curl_line(sys.argv[1]))"
    line = subprocess.run(
        [sys.executable, "-c", program, body], cwd=REPOSITORY, env=stack.env, capture_output=True, text=True, check=True
    ).stdout
    subprocess.run(line, shell=True, check=True, capture_output=True)  # noqa: S602 - the line an operator copies


def _trouble(stack: Stack, order: dict[str, object]) -> None:
    request = urllib.request.Request(
        f"{stack.sandbox}/_control", json.dumps(order).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=5):
        pass
