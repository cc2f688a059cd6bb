"""The chat's contract, over real HTTP against the whole stack."""

import uuid
from typing import Any

import pytest
from ruamel.yaml import YAML

from core.settings import REPOSITORY
from tests.web_server import Chat, call

PUBLIC = {"seq", "from", "text", "lang", "dir", "choices", "links", "sources", "at"}
OPENAPI = YAML(typ="safe", pure=True).load(REPOSITORY / "channels" / "openapi.yaml")


def guarded_operations() -> list[tuple[str, str]]:
    return [
        (method.upper(), path)
        for path, operations in OPENAPI["paths"].items()
        for method, operation in operations.items()
        if operation.get("security") != []
    ]


def test_a_new_conversation_greets_and_offers_choices(web: str) -> None:
    opened = call("POST", f"{web}/chat/api/conversations", {"language": "en"})
    assert opened.status == 201
    assert opened.json["language"] == "en"
    greeting = opened.messages[0]
    assert set(greeting) >= PUBLIC
    assert greeting["from"] == "assistant"
    assert "automated assistant" in greeting["text"]
    assert [choice["payload"] for choice in greeting["choices"]] == [
        f"{greeting['seq']}.{place}" for place in range(1, len(greeting["choices"]) + 1)
    ]


def test_a_conversation_opens_without_a_body(web: str) -> None:
    assert call("POST", f"{web}/chat/api/conversations").status == 201


@pytest.mark.parametrize(("method", "path"), guarded_operations())
@pytest.mark.parametrize("token", [None, "", "nonsense", "IndlYi0wMCI.forged", "Zm9v.\u00c3\u00a9"])
def test_nothing_is_read_or_done_without_the_right_token(web: str, method: str, path: str, token: str | None) -> None:
    answer = call(method, web + path, {} if method != "GET" else None, token)
    assert answer.status == 401
    assert answer.code == "unauthorized"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_question_is_answered_with_sources(chat: Chat) -> None:
    answer = chat.say("how do I renew my license")
    assert answer.status == 200
    last = answer.messages[-1]
    assert last["topic"] == "dmv_license_renew"
    assert last["helpful"] is None
    assert last["sources"]
    assert all(source["url"].startswith("https://") and source["verified_on"] for source in last["sources"])


def test_the_transcript_has_both_sides_in_order_and_hides_the_turn_that_greets(chat: Chat) -> None:
    first_id = str(uuid.uuid4())
    chat.say("how do I renew my license", first_id)
    chat.say("thank you")
    messages = chat.read()
    speakers = [message["from"] for message in messages]
    assert speakers[0] == "assistant"
    assert speakers.count("resident") == 2
    seqs = [message["seq"] for message in messages]
    assert seqs == sorted(set(seqs))
    asked = next(message for message in messages if message["from"] == "resident")
    assert (asked["text"], asked["id"], asked["lang"]) == ("how do I renew my license", first_id, "en")
    assert messages[speakers.index("resident") + 1]["seq"] == asked["seq"] + 1
    assert chat.read(after=seqs[-2]) == messages[-1:]


def test_the_same_id_again_gives_the_same_answers_and_one_turn(chat: Chat) -> None:
    message_id = str(uuid.uuid4())
    first = chat.say("how do I renew my license", message_id)
    again = chat.say("how do I renew my license", message_id.upper())
    assert again.messages == first.messages
    assert [message["from"] for message in chat.read()].count("resident") == 1


def test_another_text_with_the_same_id_is_refused(chat: Chat) -> None:
    message_id = str(uuid.uuid4())
    chat.say("hello", message_id)
    refused = chat.say("goodbye", message_id)
    assert (refused.status, refused.code) == (409, "id_reused")


def test_an_offered_choice_is_answered_and_shown_by_its_title(chat: Chat) -> None:
    choice = chat.greeting[-1]["choices"][0]
    answer = chat.choose(choice["payload"])
    assert answer.status == 200
    assert answer.messages
    resident = next(message for message in chat.read() if message["from"] == "resident")
    assert resident["text"] == choice["title"]


@pytest.mark.parametrize("payload", ["999.1", "2.99", "2", "0.0", "/dmv_fees", "", "2.1 ", "99999999999.1", "person2"])
def test_a_choice_that_was_not_offered_is_refused(chat: Chat, payload: str) -> None:
    refused = chat.choose(payload)
    assert (refused.status, refused.code) == (400, "unknown_choice")


def test_a_person_can_be_asked_for_at_any_time(chat: Chat) -> None:
    answer = chat.choose("person")
    assert answer.status == 200
    assert answer.messages[-1]["topic"] == "chat_human"


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        None,
        "text",
        {"id": "1", "text": "hello"},
        {"id": str(uuid.uuid4())},
        {"id": str(uuid.uuid4()), "text": "hello", "choice": "2.1"},
        {"id": str(uuid.uuid4()), "text": 5},
        {"id": str(uuid.uuid4()), "choice": ["2.1"]},
        {"id": 5, "text": "hello"},
    ],
)
def test_a_malformed_message_is_refused(chat: Chat, body: Any) -> None:
    refused = chat.post("messages", body if body is not None else b"null")
    assert (refused.status, refused.code) == (400, "bad_request")


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "2147483648", "99999999999999999999", "%00", ""])
def test_a_place_that_is_no_place_is_refused(chat: Chat, after: str) -> None:
    answer = call("GET", f"{chat.base}/chat/api/messages?after={after}", token=chat.token)
    assert (answer.status, answer.code) == (400, "bad_request")


def test_feedback_is_kept_once_and_shown_again(chat: Chat) -> None:
    seq = chat.say("how do I renew my license").messages[-1]["seq"]
    assert chat.post("feedback", {"seq": seq, "helpful": True}).status == 204
    assert chat.post("feedback", {"seq": seq, "helpful": False, "comment": "no price"}).status == 204
    assert next(message for message in chat.read() if message["seq"] == seq)["helpful"] is False


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"seq": 9999, "helpful": True}, "not_found"),
        ({"seq": 3, "helpful": True}, "not_found"),  # the resident's own message
        ({"seq": 2**31, "helpful": True}, "bad_request"),
        ({"seq": True, "helpful": True}, "bad_request"),
        ({"seq": 2, "helpful": 1}, "bad_request"),
        ({"seq": 2, "helpful": True, "comment": 5}, "bad_request"),
        ({"seq": 2, "helpful": True, "comment": "x" * 1001}, "text_too_long"),
    ],
)
def test_feedback_on_nothing_is_refused(chat: Chat, body: Any, code: str) -> None:
    chat.say("hello")
    assert chat.post("feedback", body).code == code


def test_a_browser_set_to_spanish_is_greeted_in_spanish(web: str) -> None:
    opened = call("POST", f"{web}/chat/api/conversations", {}, Accept_Language="es-MX,es;q=0.9,en;q=0.5")
    assert opened.json["language"] == "es"
    greeting = opened.messages[0]
    assert greeting["lang"] == "es"
    assert greeting["translation"] in ("draft", "reviewed")
    assert "automated assistant" in greeting["english"]
    if greeting["translation"] == "draft":
        assert "borrador" in greeting["note"]


def test_a_language_nobody_offers_gets_english(web: str) -> None:
    opened = call("POST", f"{web}/chat/api/conversations", {"language": "de"})
    assert (opened.status, opened.json["language"]) == (201, "en")


@pytest.mark.parametrize("language", [5, "", "e", "not a tag", "en_US", "x" * 100])
def test_a_language_that_is_no_tag_is_refused(web: str, language: Any) -> None:
    answer = call("POST", f"{web}/chat/api/conversations", {"language": language})
    assert (answer.status, answer.code) == (400, "bad_request")


def test_the_language_can_be_changed_and_the_conversation_stays(chat: Chat) -> None:
    changed = call("PUT", f"{chat.base}/chat/api/language", {"language": "es"}, chat.token)
    assert changed.status == 204
    answer = chat.choose(chat.greeting[-1]["choices"][0]["payload"])
    assert answer.json["language"] == "es"
    assert answer.messages[0]["lang"] == "es"
    assert len(chat.read()) > 2


def test_the_answer_says_which_language_it_is_in(web: str) -> None:
    chat = Chat(web)
    answer = chat.say("cuánto cuesta renovar la licencia de conducir")
    assert answer.json["language"] == "es"
    assert {message["lang"] for message in answer.messages} == {"es"}
    asked = next(message for message in chat.read() if message["from"] == "resident")
    assert asked["lang"] == "es"


def test_errors_speak_the_language_of_the_conversation(web: str) -> None:
    refused = Chat(web, "es").say("   ")
    assert refused.code == "empty_text"
    assert "mensaje" in refused.json["error"]["message"]


def test_two_conversations_do_not_see_each_other(web: str) -> None:
    one, other = Chat(web), Chat(web)
    one.say("how do I renew my license")
    assert all(message["from"] == "assistant" for message in other.read())
