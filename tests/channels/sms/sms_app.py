"""The SMS door as tests use it."""

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient

from tests.twilio_double import inbound_fields, signature, twiml_text

PUBLIC = "https://texts.example.gov"


@dataclass
class App:
    """The app's SMS door, as Twilio uses it."""

    client: FlaskClient

    def post(self, path: str, fields: dict[str, str], headers: dict[str, str] | None = None) -> Any:
        signed = {"X-Twilio-Signature": signature(PUBLIC + path, fields), **(headers or {})}
        return self.client.post(path, data=fields, headers=signed)

    def text(self, number: str, body: str, **more: str) -> str | None:
        """Text and return the text in the webhook's answer."""
        answer = self.post("/sms/inbound", inbound_fields(number, body, **more))
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/xml")
        return twiml_text(answer.data)


def message(text: str, **more: Any) -> dict[str, Any]:
    """An answer as Rasa's channel gives it."""
    return {
        "text": text, "lang": "en", "dir": "ltr", "answer": "utter_x", "topic": None, "choices": [], "links": [],
        "sources": [], "reviewed": True, "english": None,
    } | more  # fmt: skip
