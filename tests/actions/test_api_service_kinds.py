"""Kinds of requests, their questions, tokens, and the states of many requests at once; with the quirks of real servers.

Where a server was seen to do a thing, the test's first line names it.
"""

import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from actions.apis import capabilities, service_requests
from actions.apis.result import Found, NotFound, Result, Unavailable
from actions.apis.service_kinds import Attribute, Datatype, Kind, ServiceKind
from actions.apis.service_requests import MOST_AT_ONCE
from core.jurisdiction import read_yaml
from core.settings import REPOSITORY
from tests.actions.asking import At

ROOT = "/open311"
KIND = {"service_code": "DOT01", "service_name": "State road hazard", "type": "realtime", "metadata": False}
DARK = {"service_code": "GEN01", "service_name": "Opinion", "type": "blackbox"}


def found(result: Result[Any]) -> Any:
    assert isinstance(result, Found), result
    return result.value


def listing(server: HTTPServer, body: Any = (KIND, DARK)) -> None:
    server.expect_request(f"{ROOT}/services.json").respond_with_json(body)


# ---- kinds


@pytest.mark.parametrize("body", [[KIND, DARK], {"services": [KIND, DARK]}], ids=["standard", "FixMyStreet"])
async def test_kinds_are_read_from_a_list_wrapped_or_not(upstream: HTTPServer, body: Any) -> None:
    listing(upstream, body)
    kinds = found(await service_requests.services())
    assert [(kind.code, kind.kind) for kind in kinds] == [("DOT01", Kind.REALTIME), ("GEN01", Kind.BLACKBOX)]
    assert upstream.log[0][0].args["jurisdiction_id"] == "ct.gov"
    assert upstream.log[0][0].headers["Accept-Encoding"] == "identity"


async def test_odd_values_of_a_kind_are_borne(upstream: HTTPServer) -> None:
    """The standard's own example gives codes as numbers; a word nobody knows is unknown."""
    odd = {"service_code": 6, "service_name": "<b>Curbs</b>", "metadata": "true", "type": "Later", "keywords": "A, b,,"}
    listing(upstream, [odd, {"service_code": "x"}, {"service_name": "y"}])
    expected = ServiceKind("6", "Curbs", "", "", Kind.UNKNOWN, True, ("a", "b"))
    assert found(await service_requests.services()) == [expected]


async def test_kinds_and_questions_are_kept(upstream: HTTPServer) -> None:
    listing(upstream)
    upstream.expect_request(f"{ROOT}/services/A%2FB.json").respond_with_json({"attributes": []})
    upstream.expect_request(f"{ROOT}/services/A/B.json").respond_with_json({"attributes": []})
    for _ in range(3):
        await service_requests.services()
        await service_requests.definition("A/B")
    assert len(upstream.log) == 2


async def test_kinds_of_a_server_that_speaks_only_xml(upstream: HTTPServer) -> None:
    """Cities listed by open311status."""
    upstream.expect_request(f"{ROOT}/services.json").respond_with_data("<html>no</html>", status=404)
    upstream.expect_request(f"{ROOT}/services.xml").respond_with_data(
        "<services><service><service_code>6</service_code><service_name>Curbs</service_name><metadata>true</metadata>"
        "<type>batch</type></service></services>"
    )
    (kind,) = found(await service_requests.services())
    assert (kind.code, kind.kind, kind.has_attributes, kind.suffix) == ("6", Kind.BATCH, True, "xml")


# ---- questions

QUESTION = {
    "variable": True, "code": "WHISHETN", "datatype": "singlevaluelist", "required": True, "order": 2,
    "description": "What is it about?", "values": [{"key": 123, "name": "Ford"}, {"key": "124", "name": "Jeep"}],
}  # fmt: skip
READ = Attribute(
    "WHISHETN", Datatype.SINGLE, True, "What is it about?", (("123", "Ford"), ("124", "Jeep"))
)  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        {"service_code": "DMV66", "attributes": [QUESTION]},
        [{"service_code": "DMV66", "attributes": [QUESTION]}],
        {"service_definition": {"service_code": "DMV66", "attributes": {"attribute": [QUESTION]}}},
        {"service_code": "DMV66", "attributes": QUESTION},
    ],
    ids=["standard", "in a list", "shaped like XML", "lone object"],
)
async def test_questions_are_read_in_every_shape(upstream: HTTPServer, body: Any) -> None:
    upstream.expect_request(f"{ROOT}/services/DMV66.json").respond_with_json(body)
    assert found(await service_requests.definition("DMV66")) == [READ]


async def test_questions_in_xml_are_the_same(upstream: HTTPServer) -> None:
    upstream.expect_request(f"{ROOT}/services/DMV66.json").respond_with_data('{"service_code":001}')
    upstream.expect_request(f"{ROOT}/services/DMV66.xml").respond_with_data(
        "<service_definition><service_code>DMV66</service_code><attributes><attribute><variable>true</variable>"
        "<code>WHISHETN</code><datatype>singlevaluelist</datatype><required>true</required><datatype_description/>"
        "<order>1</order><description>What is it about?</description><values><value><key>123</key><name>Ford</name>"
        "</value><value><key>124</key><name>Jeep</name></value></values></attribute></attributes></service_definition>"
    )
    assert found(await service_requests.definition("DMV66")) == [READ]


async def test_questions_come_in_order_and_mere_remarks_are_left_out(upstream: HTTPServer) -> None:
    body = {
        "attributes": [
            QUESTION,
            {"variable": False, "code": "NOTE", "datatype": "text", "description": "Read this."},
            {"code": "FIRST", "datatype": "colour", "required": "false", "order": "1"},
            {"code": "EMPTY", "datatype": "multivaluelist", "order": 9, "values": []},
            {"datatype": "text"},
            "x",
        ]
    }
    upstream.expect_request(f"{ROOT}/services/DMV66.json").respond_with_json(body)
    questions = found(await service_requests.definition("DMV66"))
    assert [question.code for question in questions] == ["FIRST", "WHISHETN", "EMPTY"]
    assert [question.datatype for question in questions] == [Datatype.STRING, Datatype.SINGLE, Datatype.STRING]
    assert not questions[0].required


# ---- tokens


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ([{"service_request_id": 638344, "token": "t"}], "638344"),
        ({"service_request_id": "638344", "token": "t"}, "638344"),
        ([{"service_request_id": None, "token": "t"}], None),
        ([{"token": "t"}], None),
        ([], None),
    ],
    ids=["standard", "published swagger", "not yet", "not yet, no key", "empty"],
)
async def test_a_token_becomes_a_number_sooner_or_later(upstream: HTTPServer, body: Any, number: str | None) -> None:
    upstream.expect_request(f"{ROOT}/tokens/t.json").respond_with_json(body)
    result = await service_requests.number_of("t")
    assert (found(result) if number else result) == (number or NotFound())


async def test_an_unknown_token_is_not_found(upstream: HTTPServer) -> None:
    for suffix in ("json", "xml"):
        upstream.expect_request(f"{ROOT}/tokens/t.{suffix}").respond_with_data("no", status=404)
    assert await service_requests.number_of("t") == NotFound()


# ---- many at once


def case(number: str | int, status: str = "open") -> dict[str, Any]:
    return {"service_request_id": number, "status": status}


async def test_many_states_are_asked_in_one_call(upstream: HTTPServer) -> None:
    upstream.expect_request(f"{ROOT}/requests.json").respond_with_json([case("24-000001"), case(2, "Closed"), {"x": 1}])
    cases = found(await service_requests.statuses(["24-000001", "2", "2"]))
    assert {number: one.status for number, one in cases.items()} == {"24-000001": "open", "2": "closed"}
    assert upstream.log[0][0].args["service_request_id"] == "24-000001,2"
    assert len(upstream.log) == 1


async def test_what_the_list_lacks_is_asked_singly_and_may_be_hidden(upstream: HTTPServer) -> None:
    """FixMyStreet hides requests; other servers read only the first of several numbers."""
    upstream.expect_request(f"{ROOT}/requests.json").respond_with_json([case("1")])
    upstream.expect_request(f"{ROOT}/requests/2.json").respond_with_json([case("2", "closed")])
    upstream.expect_request(f"{ROOT}/requests/3.json").respond_with_json([])
    assert set(found(await service_requests.statuses(["1", "2", "3"]))) == {"1", "2"}


@pytest.mark.parametrize("status", [400, 404])
async def test_a_server_without_batches_is_asked_singly(upstream: HTTPServer, status: int) -> None:
    for suffix in ("json", "xml"):
        upstream.expect_request(f"{ROOT}/requests.{suffix}").respond_with_data("no", status=status)
    for number in "12":
        upstream.expect_request(f"{ROOT}/requests/{number}.json").respond_with_json(case(number))
    assert set(found(await service_requests.statuses(["1", "2"]))) == {"1", "2"}


async def test_a_batch_in_xml(upstream: HTTPServer) -> None:
    """6aika's root."""
    upstream.expect_request(f"{ROOT}/requests.json").respond_with_data("no", status=404)
    entries = "".join(
        f"<request><service_request_id>{n}</service_request_id><status>open</status></request>" for n in "12"
    )
    upstream.expect_request(f"{ROOT}/requests.xml").respond_with_data(f"<requests>{entries}</requests>")
    assert set(found(await service_requests.statuses(["1", "2"]))) == {"1", "2"}


async def test_long_lists_are_asked_in_pages(upstream: HTTPServer) -> None:
    """The page limit of servers is 50, 100, 200 or 1,000."""

    def page(request: Request) -> Response:
        numbers = request.args["service_request_id"].split(",")
        return Response(json.dumps([case(number) for number in numbers[:MOST_AT_ONCE]]))

    upstream.expect_request(f"{ROOT}/requests.json").respond_with_handler(page)
    numbers = [str(number) for number in range(1, 2 * MOST_AT_ONCE + 2)]
    assert list(found(await service_requests.statuses(numbers))) == numbers
    assert len(upstream.log) == 3


async def test_a_failing_server_leaves_all_states_open(upstream: HTTPServer) -> None:
    upstream.expect_request(f"{ROOT}/requests.json").respond_with_json([case("1")])
    upstream.expect_request(f"{ROOT}/requests/2.json").respond_with_data("<html>", status=500)
    assert isinstance(await service_requests.statuses(["1", "2"]), Unavailable)


# ---- words


async def test_every_kind_and_question_of_the_sandbox_has_words(at: At) -> None:
    words = read_yaml(REPOSITORY / "domain" / "request_words.yml")["responses"]
    known = capabilities.of("open311")["services"]
    used = set()
    for kind in found(await service_requests.services()):
        block = known[kind.code]
        used.add(block["word"])
        assert kind.has_attributes == bool(block.get("attributes"))
        for question in found(await service_requests.definition(kind.code)) if kind.has_attributes else ():
            told = block["attributes"][question.code]
            values = told.get("values", {})
            assert {key for key, _ in question.values} == set(values)
            used |= {told["ask"], *values.values()}
    assert used == set(words)


def test_the_topics_that_suggest_a_kind_exist() -> None:
    topics = read_yaml(REPOSITORY / "data" / "topics.yml")
    for block in capabilities.of("open311")["services"].values():
        assert set(block.get("topics", ())) <= set(topics)
        assert block["keywords"] == [keyword.lower() for keyword in block["keywords"]]
