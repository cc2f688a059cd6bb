"""Filing service requests, by hand-made answers with the quirks of real servers, and with the sandbox.

Where a server was seen to do a thing, the test's first line names it.
"""

import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from actions.apis import service_requests
from actions.apis.http import LARGEST_BODY
from actions.apis.open311 import case_status
from actions.apis.result import Found, NotFound, Rejected, Result, Unavailable
from actions.apis.service_requests import NewRequest, Receipt
from core.settings import settings
from tests.actions.asking import At, Sandbox

ROOT = "/open311"
KIND = {"service_code": "DOT01", "service_name": "State road hazard", "type": "realtime", "metadata": False}
DARK = {"service_code": "GEN01", "service_name": "Opinion", "type": "blackbox"}
HOLE = NewRequest("DOT01", "A deep hole", "Main Street at Oak Street, Norwich")
KEY = "k-1234"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch, fresh: None) -> None:
    monkeypatch.setenv("NUTMEG_OPEN311_KEY", KEY)
    settings.cache_clear()


def found(result: Result[Any]) -> Any:
    assert isinstance(result, Found), result
    return result.value


def listing(server: HTTPServer, body: Any = (KIND, DARK)) -> None:
    server.expect_request(f"{ROOT}/services.json").respond_with_json(body)


def posts(server: HTTPServer) -> list[Request]:
    return [request for request, _ in server.log if request.method == "POST"]


async def filed(server: HTTPServer, body: Any, status: int = 201, new: NewRequest = HOLE) -> Result[Receipt]:
    listing(server)
    data = body if isinstance(body, str) else json.dumps(body)
    server.expect_request(f"{ROOT}/requests.json", "POST").respond_with_response(Response(data, status))
    return await service_requests.create(new)


# ---- filing


@pytest.mark.parametrize("status", [200, 201], ids=["standard", "6aika"])
@pytest.mark.parametrize(
    "body",
    [
        [{"service_request_id": 638344, "service_notice": "<p>We look within a day.</p>", "account_id": None}],
        {"service_requests": [{"service_request_id": "638344", "service_notice": "We look within a day."}]},
        {"service_request_id": "638344", "service_notice": "We look within a day."},
        "<service_requests><request><service_request_id>638344</service_request_id>"
        "<service_notice>We look within a day.</service_notice></request></service_requests>",
    ],
    ids=["list", "FixMyStreet", "lone object", "XML"],
)
async def test_a_request_is_filed_once_and_gets_a_number(upstream: HTTPServer, body: Any, status: int) -> None:
    assert found(await filed(upstream, body, status)) == Receipt("638344", None, "We look within a day.")
    assert len(posts(upstream)) == 1


async def test_the_form_is_the_standards(upstream: HTTPServer) -> None:
    new = NewRequest(
        "DOT01", "Agujero & señal\nrota", lat=41.5, long=-72.0, first_name="Zoë", phone="+18605550101",
        email="z@x.invalid", attributes={"WHISHETN": "123", "REGWHY": ["name", "plate"]},
    )  # fmt: skip
    await filed(upstream, [{"service_request_id": "1"}], new=new)
    (sent,) = posts(upstream)
    assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded; charset=utf-8"
    assert sent.form.to_dict(flat=False) == {
        "jurisdiction_id": ["ct.gov"],
        "api_key": [KEY],
        "service_code": ["DOT01"],
        "description": ["Agujero & señal rota"],
        "lat": ["41.500000"],
        "long": ["-72.000000"],
        "first_name": ["Zoë"],
        "phone": ["+18605550101"],
        "email": ["z@x.invalid"],
        "attribute[WHISHETN]": ["123"],
        "attribute[REGWHY][]": ["name", "plate"],
    }
    assert not sent.args


async def test_a_batch_gives_a_token_and_a_blackbox_nothing(upstream: HTTPServer) -> None:
    assert found(await filed(upstream, [{"token": "abc", "service_request_id": ""}])) == Receipt(None, "abc", "")
    upstream.clear()
    for body in ([], [{}], ""):
        assert found(await filed(upstream, body, new=NewRequest("GEN01", "x", "Hartford"))) == Receipt(None, None, "")
        upstream.clear()


async def test_a_server_that_speaks_only_xml_is_filed_with_in_xml(upstream: HTTPServer) -> None:
    """Cities listed by open311status."""
    upstream.expect_request(f"{ROOT}/services.json").respond_with_data("no", status=404)
    upstream.expect_request(f"{ROOT}/services.xml").respond_with_data(
        "<services><service><service_code>DOT01</service_code><service_name>Road</service_name></service></services>"
    )
    upstream.expect_request(f"{ROOT}/requests.xml", "POST").respond_with_data(
        "<service_requests><request><service_request_id>7</service_request_id></request></service_requests>"
    )
    assert found(await service_requests.create(HOLE)).number == "7"
    assert len(posts(upstream)) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("<html>busy</html>", 500),
        ("<html>busy</html>", 502),
        ("<html>thank you</html>", 200),
        ('[{"service_request_id": 1', 201),
        ("null", 201),
        ("[]", 201),
        ([{"service_notice": "Thanks."}], 201),
        ([{"service_request_id": ["1"]}], 201),
        ("", 204),
        ('[{"code": 1' + "0" * 400 + "}]", 201),
        (" " * (LARGEST_BODY + 1), 201),
    ],
    ids=["500", "502", "html", "cut", "null", "empty", "no number", "wrong type", "204", "overflow", "huge"],
)
async def test_what_may_have_been_taken_is_doubtful_and_not_sent_again(
    upstream: HTTPServer, body: Any, status: int
) -> None:
    result = await filed(upstream, body, status)
    assert isinstance(result, Unavailable)
    assert result.is_doubtful
    assert len(posts(upstream)) == 1


async def test_an_answer_cut_off_is_doubtful(upstream: HTTPServer) -> None:
    def cut(_request: Request) -> Response:
        response = Response('[{"service', 201)
        response.automatically_set_content_length = False
        response.headers["Content-Length"] = "500"
        return response

    listing(upstream)
    upstream.expect_request(f"{ROOT}/requests.json", "POST").respond_with_handler(cut)
    result = await service_requests.create(HOLE)
    assert isinstance(result, Unavailable)
    assert result.is_doubtful
    assert len(posts(upstream)) == 1


async def test_nothing_is_doubtful_when_nothing_was_sent(upstream: HTTPServer) -> None:
    upstream.expect_request(f"{ROOT}/services.json").respond_with_data("down", status=500)
    result = await service_requests.create(HOLE)
    assert isinstance(result, Unavailable)
    assert not result.is_doubtful
    assert not posts(upstream)


async def test_a_redirected_filing_is_not_followed(upstream: HTTPServer) -> None:
    listing(upstream)
    upstream.expect_request(f"{ROOT}/requests.json", "POST").respond_with_data(
        status=302, headers={"Location": f"{ROOT}/elsewhere"}
    )
    assert isinstance(await service_requests.create(HOLE), Unavailable)
    assert [request.path for request in posts(upstream)] == [f"{ROOT}/requests.json"]


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ([{"code": 400, "description": "address_string or lat/long is required"}], 400, "location"),
        ([{"code": 400, "description": "x"}, {"code": 400, "description": "attribute[A] missing"}], 400, "attribute"),
        ({"code": 400, "detail": "Invalid service_code"}, 400, "service"),
        ({"message": "Bad", "_embedded": {"errors": [{"message": "newRequest.email: not valid"}]}}, 400, "contact"),
        ("<errors><error><code>400</code><description>Description too long</description></error></errors>", 400,
         "description"),
        ([{"code": 403, "description": "api_key was not provided"}], 400, "forbidden"),
        ([{"code": 403, "description": "api_key is wrong"}], 403, "forbidden"),
        ([{"code": 400, "description": "no"}], 200, "bad_request"),
        ("<html>Bad Request</html>", 400, "bad_request"),
        ("[]", 422, "bad_request"),
    ],
    ids=["standard", "several", "6aika", "Libre311", "XML", "key as 400", "key", "sent with 200", "html", "empty"],
)  # fmt: skip
async def test_a_refusal_says_what_it_is_about(upstream: HTTPServer, body: Any, status: int, reason: str) -> None:
    assert await filed(upstream, body, status) == Rejected(reason)
    assert len(posts(upstream)) == 1


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        (NewRequest("DOT01", "x"), "location"),
        (NewRequest("DOT01", "x", "  ", lat=41.5), "location"),
        (NewRequest("DOT01", "x" * 4001, "Hartford"), "description"),
        (NewRequest("NOPE", "x", "Hartford"), "service"),
    ],
)
async def test_what_is_plainly_wrong_is_not_sent(upstream: HTTPServer, new: NewRequest, reason: str) -> None:
    listing(upstream)
    assert await service_requests.create(new) == Rejected(reason)
    assert not posts(upstream)


async def test_without_a_key_nothing_is_sent(upstream: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NUTMEG_OPEN311_KEY")
    settings.cache_clear()
    assert await service_requests.create(HOLE) == Rejected("forbidden")
    assert not upstream.log


async def test_nothing_of_a_filing_is_in_logs_or_in_its_name(
    upstream: HTTPServer, capfd: pytest.CaptureFixture[str]
) -> None:
    await filed(upstream, [{"code": 400, "description": "address Main Street is wrong"}], 400)
    await filed(upstream, "Main Street", 500)
    output = "".join(capfd.readouterr())
    assert "create" in output
    secrets = ("Main Street", "hole", KEY, "DOT01", "requests.json")
    assert not any(secret in output for secret in secrets)
    assert "Main" not in repr(HOLE)
    assert "1234" not in repr(Receipt("1234", "1234", ""))


# ---- with the sandbox


async def test_a_request_filed_with_the_sandbox_is_followed_to_its_end(at: At, sandbox: Sandbox) -> None:
    receipt = found(await service_requests.create(NewRequest("DMV10", "A wrong name", "Norwich")))
    assert receipt.number
    assert found(await case_status(receipt.number)).note.startswith("Received - ")
    at("2026-11-24T10:06:00-05:00")
    case = found(await case_status(receipt.number))
    assert [words.split(" - ")[0] for _, words in case.history] == ["Received", "In review", "In progress"]
    sandbox.order(api="open311", request=receipt.number, status="mailed")
    cases = found(await service_requests.statuses([receipt.number, "24-000120", "24-000123"]))
    assert {number: one.status for number, one in cases.items()} == {receipt.number: "closed", "24-000123": "open"}


async def test_a_token_of_the_sandbox_becomes_a_number(at: At) -> None:
    receipt = found(await service_requests.create(HOLE))
    assert receipt.number is None
    assert await service_requests.number_of(receipt.token) == NotFound()
    at("2026-11-24T10:01:00-05:00")
    assert found(await case_status(found(await service_requests.number_of(receipt.token)))).status == "open"


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        (NewRequest("DMV66", "x", "Norwich"), "attribute"),
        (NewRequest("DMV66", "x", "Norwich", attributes={"WHISHETN": "9"}), "attribute"),
        (NewRequest("DMV10", "x", "Norwich", phone="12"), "contact"),
        (NewRequest("DMV10", "x", lat=99.0, long=0.0), "location"),
    ],
)
async def test_the_sandboxs_refusals_are_understood(at: At, new: NewRequest, reason: str) -> None:
    assert await service_requests.create(new) == Rejected(reason)


@pytest.mark.parametrize("mode", ["slow", "error", "garbage", "down", "truncated", "redirect", "huge", "wrong_types"])
async def test_whatever_the_sandbox_does_after_a_filing_it_is_in_doubt(at: At, sandbox: Sandbox, mode: str) -> None:
    await service_requests.services()
    before = sandbox.served("open311")
    sandbox.order(api="open311", mode=mode)
    result = await service_requests.create(HOLE)
    assert isinstance(result, Unavailable)
    assert result.is_doubtful
    assert sandbox.served("open311") == before + 1
