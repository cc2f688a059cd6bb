"""A resident at the chat's API, for loads."""

import json
import uuid
from itertools import count

import urllib3

QUESTIONS = (
    "how do I renew my license",
    "how much is it?",
    "what do I bring",
    "cuanto cuesta renovar la licencia",
    "y que llevo",
    "do i need to show id to vote",
    "asdfgh",
    "do i need a real id to fly out of bradley",
    "thanks!",
)
_pool = urllib3.PoolManager(maxsize=128, retries=False)


class Chatter:
    """One conversation; says the questions above in turn."""

    def __init__(self, web: str) -> None:
        self._web = web
        self._turn = count()
        opened = _pool.request("POST", f"{web}/chat/api/conversations", json={"language": "en"})
        self._token = opened.json()["token"]

    def say_next(self) -> None:
        self.say(QUESTIONS[next(self._turn) % len(QUESTIONS)])

    def say(self, text: str) -> None:
        """One message and its answer; fails when there is none."""
        answer = _pool.request(
            "POST",
            f"{self._web}/chat/api/messages",
            body=json.dumps({"id": str(uuid.uuid4()), "text": text}),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
            timeout=30,
        )
        assert answer.status == 200, answer.status
        assert answer.json()["messages"]
