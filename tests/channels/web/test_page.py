"""The page without JavaScript: plain forms over HTTP."""

import re
import uuid
from html import unescape
from urllib.parse import urlencode

import pytest

from tests.web_server import Answer, call


class PlainBrowser:
    """Sends the page's form as a browser without JavaScript does, and keeps its cookie."""

    def __init__(self, base: str, language: str = "en") -> None:
        self.base, self.language, self.cookie = base, language, ""

    def get(self, path: str = "/chat") -> str:
        return unescape(self._call("GET", path).body.decode())

    def send(self, **fields: str) -> Answer:
        body = urlencode({"text": "", "id": str(uuid.uuid4()), **fields}).encode()
        answer = self._call("POST", "/chat", body)
        if cookie := answer.headers.get("Set-Cookie"):
            self.cookie = cookie.split(";")[0]
        return answer

    def _call(self, method: str, path: str, body: bytes | None = None) -> Answer:
        return call(
            method,
            self.base + path,
            body,
            Cookie=self.cookie,
            Accept_Language=self.language,
            Content_Type="application/x-www-form-urlencoded",
            Sec_Fetch_Site="same-origin",
        )


@pytest.fixture
def plain(web: str) -> PlainBrowser:
    return PlainBrowser(web)


@pytest.fixture
def spanish(web: str) -> PlainBrowser:
    return PlainBrowser(web, "es")


def said(page: str) -> list[str]:
    return re.findall(r'<li class="message (\w+)"', page)


def test_the_first_page_opens_no_conversation_and_says_what_it_is(plain: PlainBrowser) -> None:
    page = plain.get()
    assert plain.cookie == ""
    assert said(page) == []
    assert re.search(r"<p[^>]*>Automated assistant</p>", page)
    assert "call 911" in page


def test_a_question_is_answered_on_the_next_page(plain: PlainBrowser) -> None:
    sent = plain.send(text="how do I renew my license")
    assert (sent.status, sent.headers["Location"]) == (303, "/chat#latest")
    page = plain.get()
    assert said(page)[:3] == ["assistant", "resident", "assistant"]
    assert re.search(r"<span[^>]*>Source:</span>", page)
    assert re.search(r"\(checked [A-Z][a-z]{2} 20\d\d\)", page)


def test_a_choice_a_person_and_feedback_work(plain: PlainBrowser) -> None:
    plain.send(choice="person")
    page = plain.get()
    payload = re.search(r'name="choice" value="(\d+\.\d+)"', page)
    assert payload
    plain.send(choice=payload[1])
    rated = re.search(r'name="feedback" value="(\d+)\.no"', plain.get())
    assert rated
    sent = plain.send(feedback=f"{rated[1]}.no")
    assert sent.headers["Location"] == f"/chat#rated-{rated[1]}"
    assert f'id="comment-{rated[1]}"' in plain.get()
    plain.send(feedback=f"{rated[1]}.no", comment="the price")
    page = plain.get()
    assert re.search(r"<p[^>]*>Thank you. Your feedback is saved.</p>", page)
    assert "comment-" not in page


def test_the_language_can_be_changed_and_the_conversation_stays(plain: PlainBrowser) -> None:
    plain.send(text="how do I renew my license")
    plain.send(language="es")
    page = plain.get()
    assert '<html lang="es" dir="ltr">' in page
    assert re.search(r"<p[^>]*>Asistente automático</p>", page)
    assert len(said(page)) >= 3


def test_starting_over_ends_the_access_of_this_browser(plain: PlainBrowser) -> None:
    plain.send(text="how do I renew my license")
    plain.send(start_over="1")
    assert said(plain.get()) == []


def test_a_draft_translation_says_so_and_shows_the_english(spanish: PlainBrowser) -> None:
    spanish.send(text="cuanto cuesta renovar la licencia")
    page = spanish.get()
    assert re.search(r"<p[^>]*>Esta traducción es un borrador", page)
    assert re.search(r"<summary[^>]*>Mostrar en inglés</summary>", page)
    assert '<div lang="en" dir="ltr">' in page
    assert re.search(r"<span[^>]*>Fuente:</span>", page)


def test_the_same_form_twice_is_one_message(plain: PlainBrowser) -> None:
    plain.send(text="hello")
    for _ in range(2):
        plain.send(text="how do I renew my license", id="00000000-0000-4000-8000-0000000000aa")
    assert said(plain.get()).count("resident") == 2


@pytest.mark.parametrize(
    ("text", "status", "sentence"),
    [
        ("", 400, "Please write a message first."),
        ("x" * 1001, 413, "longer than 1,000 characters"),
        ("x" * 70_000, 413, "too much at once"),
    ],
)
def test_a_mistake_is_said_beside_the_box(plain: PlainBrowser, text: str, status: int, sentence: str) -> None:
    refused = plain.send(text=text)
    assert refused.status == status
    page = unescape(refused.body.decode())
    error = re.search(r'<p id="error" class="error" role="alert">([^<]*)</p>', page)
    assert error
    assert sentence in error[1]
    assert 'aria-invalid="true"' in page
    if len(text) == 1001:
        assert f">{text}</textarea>" in page


@pytest.mark.parametrize(
    "fields", [{"choice": "99.1"}, {"language": "xx"}, {"feedback": "x.yes"}, {"text": "hi", "id": "5"}, {"id": "\x00"}]
)
def test_a_forged_form_is_refused_with_a_sentence(plain: PlainBrowser, fields: dict[str, str]) -> None:
    refused = plain.send(**fields)
    assert refused.status == 400
    assert b'role="alert">' in refused.body


def test_markup_in_a_message_is_shown_as_text(plain: PlainBrowser) -> None:
    plain.send(text='<img src=x onerror="alert(1)"></textarea><script>')
    raw = call("GET", f"{plain.base}/chat", Cookie=plain.cookie).body.decode()
    assert "<img src=x" not in raw
    assert "&lt;img src=x" in raw


def test_a_question_in_the_address_is_written_into_the_box_and_not_sent(plain: PlainBrowser) -> None:
    page = plain.get("/chat?ask=how+do+I+renew+my+license%00%3Cb%3E")
    assert ">how do I renew my license<b></textarea>" in page
    assert said(page) == []


def test_without_any_origin_header_the_proof_in_the_form_counts(web: str) -> None:
    page = call("GET", f"{web}/chat").body.decode()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)">', page))
    body = urlencode({"text": "hello", **fields}).encode()
    sent = call("POST", f"{web}/chat", body, Content_Type="application/x-www-form-urlencoded", Origin="null")
    assert sent.status == 303
