"""What the chat API and page say when something is wrong: a stable code, a status and a translated sentence."""

from dataclasses import dataclass

from channels.words_web import word
from core.languages import Language

STATUS = {
    "bad_request": 400,
    "empty_text": 400,
    "unknown_choice": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "id_reused": 409,
    "text_too_long": 413,
    "body_too_large": 413,
    "not_json": 415,
    "too_many": 429,
    "answer_later": 503,
    "unavailable": 503,
}
"""Status by code. Every code is a key of `channels.words_web.WORDS` and is documented in docs/api.md."""

BY_STATUS = {
    400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
    413: "body_too_large", 415: "not_json", 429: "too_many",
}  # fmt: skip
"""The code for an error that Flask itself raised."""


@dataclass
class Refusal(Exception):
    """The request is not done; `code` says why, `retry_after` when to come back (seconds)."""

    code: str
    retry_after: int | None = None

    @property
    def status(self) -> int:
        return STATUS[self.code]

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.retry_after)} if self.retry_after is not None else {}

    def sentence(self, language: Language) -> str:
        return word(self.code, language)
