"""Quirks of real Open311 servers, each a hand-made answer here or in test_api_service_requests.py.

Where a server was seen to do a thing, the test's first line names it.
"""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from actions.apis.open311 import CaseStatus, case_status
from actions.apis.result import Found, NotFound, Rejected, Result, Unavailable

NUMBER = "24-000123"
ONE = f"/open311/requests/{NUMBER}"
LIST = "/open311/requests.json"
ENTRY = {"service_request_id": NUMBER, "status": "open", "status_notes": "In review - a clerk looks at it."}


def xml(inner: str, root: str = "service_requests") -> str:
    return f'<?xml version="1.0" encoding="utf-8"?><{root}>{inner}</{root}>'


XML_ENTRY = (
    f"<request><service_request_id>{NUMBER}</service_request_id><status>closed</status><updated_datetime/></request>"
)


def found(result: Result[CaseStatus]) -> CaseStatus:
    assert isinstance(result, Found), result
    return result.value


async def asked(server: HTTPServer, body: Any, status: int = 200, path: str = f"{ONE}.json") -> Result[CaseStatus]:
    server.expect_request(path).respond_with_response(
        Response(json.dumps(body), status, content_type="application/json")
    )
    return await case_status(NUMBER)


@pytest.mark.parametrize(
    "body",
    [
        [ENTRY],
        ENTRY,
        {"service_requests": [ENTRY]},
        {"requests": [ENTRY]},
        {"service_requests": ENTRY},
        [{"service_request_id": "24-000999", "status": "closed"}, ENTRY],
        [{"status": "open", "status_notes": ENTRY["status_notes"]}],
    ],
    ids=["list", "lone object", "wrapped", "other root", "wrapped object", "among others", "without an id"],
)
async def test_every_shape_of_a_json_answer_is_read(upstream: HTTPServer, body: Any) -> None:
    """FixMyStreet wraps the list; open311status saw lone items and requests without an id."""
    assert found(await asked(upstream, body)).status == "open"


async def test_ids_are_compared_as_text(upstream: HTTPServer) -> None:
    """The standard's own examples and Libre311: ids are numbers or texts."""
    upstream.expect_request("/open311/requests/24000123.json").respond_with_json(
        [{"service_request_id": 24000123, "status": "open"}]
    )
    assert isinstance(await case_status("24000123"), Found)


async def test_a_hidden_request_is_an_empty_list_and_not_found(upstream: HTTPServer) -> None:
    """FixMyStreet: 200 with an empty list, not 404."""
    assert await asked(upstream, []) == NotFound()
    assert len(upstream.log) == 1


async def test_an_answer_about_another_request_is_not_found(upstream: HTTPServer) -> None:
    assert await asked(upstream, [{"service_request_id": "24-000999", "status": "open"}]) == NotFound()


@pytest.mark.parametrize(
    ("told", "status"),
    [("Open", "open"), ("IN PROGRESS", "in_progress"), ("investigating", "investigating"), ("", ""), (None, "")],
)
async def test_status_words_are_read_in_one_spelling(upstream: HTTPServer, told: str | None, status: str) -> None:
    """FixMyStreet: more states than two. Bloomington uReport: raw in the list, lower case alone."""
    assert found(await asked(upstream, [{**ENTRY, "status": told}])).status == status


async def test_empty_and_missing_values_are_absent(upstream: HTTPServer) -> None:
    """Bloomington uReport: no key, or empty text, for what is absent. Toronto: `<updated_datetime/>`."""
    case = found(await asked(upstream, [{"service_request_id": NUMBER, "updated_datetime": "", "status_notes": ""}]))
    assert (case.note, case.service, case.agency, case.updated, case.expected) == ("", "", "", None, None)


async def test_extra_keys_and_text_coordinates_do_no_harm(upstream: HTTPServer) -> None:
    """Libre311: coordinates are texts, and there are keys of its own."""
    extra: dict[str, Any] = {
        "lat": "41.5",
        "long": "-72.0",
        "closed_datetime": None,
        "selected_values": [],
        "priority": 3,
    }
    assert isinstance(await asked(upstream, [{**ENTRY, **extra}]), Found)


async def test_html_in_notes_becomes_plain_text(upstream: HTTPServer) -> None:
    note = "<p>In review &amp; <a href='https://x.invalid'>more</a></p><script>alert(1)</script>"
    assert found(await asked(upstream, [{**ENTRY, "status_notes": note}])).note == "In review & more"


async def test_what_the_resident_wrote_is_never_read(upstream: HTTPServer) -> None:
    private = {"description": "SECRET", "address": "SECRET", "media_url": "https://SECRET", "zipcode": "SECRET"}
    assert "SECRET" not in repr(await asked(upstream, [{**ENTRY, **private}]))


async def test_times_with_and_without_a_zone_are_local(upstream: HTTPServer) -> None:
    times = {"updated_datetime": "2026-11-24T15:00:00Z", "expected_datetime": "2026-12-01T12:00:00"}
    case = found(await asked(upstream, [{**ENTRY, **times}]))
    assert str(case.updated) == "2026-11-24 10:00:00-05:00"
    assert str(case.expected) == "2026-12-01 12:00:00-05:00"


async def test_404_of_the_single_call_falls_back_to_the_list(upstream: HTTPServer) -> None:
    upstream.expect_request(f"{ONE}.json").respond_with_json([{"code": 404, "description": "x"}], status=404)
    upstream.expect_request(LIST).respond_with_json([ENTRY])
    assert found(await case_status(NUMBER)).status == "open"
    assert upstream.log[-1][0].args["service_request_id"] == NUMBER
    assert upstream.log[-1][0].args["jurisdiction_id"] == "ct.gov"


@pytest.mark.parametrize(
    "body",
    [
        [{"code": 404, "description": "not found"}],
        {"code": 404, "detail": "Not Found"},
        {"errors": [{"code": "404"}]},
        {"message": "Not Found", "_embedded": {"errors": [{"message": "no such request"}]}, "_links": {}},
    ],
    ids=["standard", "6aika", "wrapped", "Libre311"],
)
async def test_every_shape_of_an_error_is_not_taken_for_a_request(upstream: HTTPServer, body: Any) -> None:
    upstream.expect_request(f"{ONE}.json").respond_with_json(body, status=404)
    upstream.expect_request(LIST).respond_with_json([])
    assert await case_status(NUMBER) == NotFound()


async def test_errors_sent_with_200_are_errors(upstream: HTTPServer) -> None:
    upstream.expect_request(LIST).respond_with_json([])
    assert await asked(upstream, [{"code": 404, "description": "not found"}]) == NotFound()


async def test_an_error_of_libre311_sent_with_200_is_unavailable(upstream: HTTPServer) -> None:
    body = {"message": "Bad Request", "_embedded": {"errors": [{"message": "x"}]}}
    upstream.expect_request(re.compile(".*")).respond_with_json(body)
    assert isinstance(await case_status(NUMBER), Unavailable)


async def test_only_the_number_and_the_jurisdiction_are_asked_with(upstream: HTTPServer) -> None:
    """6aika answers a bad `start_date` with 500 and an unknown `status` with an empty list; other servers want a
    `start_date` without `Z`; 6aika has no discovery. None of them is ever sent or asked.
    """
    upstream.expect_request(re.compile(".*")).respond_with_data("no", status=404)
    await case_status(NUMBER)
    assert {name for request, _ in upstream.log for name in request.args} == {"jurisdiction_id", "service_request_id"}
    assert not any("discovery" in request.path for request, _ in upstream.log)


@pytest.mark.parametrize(
    "place",
    [
        lambda notes: {"notes": notes},
        lambda notes: {"extensions": {"notes": notes}},
        lambda notes: {"extended_attributes": {"notes": notes}},
    ],
    ids=["Chicago", "extensions", "extended attributes"],
)
async def test_history_is_told_oldest_first_and_without_what_people_wrote(
    upstream: HTTPServer, place: Callable[[Any], dict[str, Any]]
) -> None:
    notes = [
        {"datetime": "2026-11-24T15:00:00Z", "description": "<b>Being checked.</b>", "type": "STATUS"},
        {"datetime": "2026-11-23T09:00:00-05:00", "description": "Received.", "type": "opened"},
        {"datetime": "2026-11-23T10:00:00-05:00", "description": "SECRET", "type": "comment"},
        {"datetime": "2026-11-23T10:00:00-05:00", "description": "SECRET"},
        {"datetime": "yesterday", "description": "Moved.", "type": "status"},
        {"datetime": "2026-11-23T11:00:00-05:00", "description": "", "type": "status"},
        "SECRET",
    ]
    history = found(await asked(upstream, [{**ENTRY, **place(notes)}])).history
    assert [words for _, words in history] == ["Received.", "Being checked."]
    assert str(history[1][0]) == "2026-11-24 10:00:00-05:00"


async def test_history_in_xml_is_the_same(upstream: HTTPServer) -> None:
    _no_json(upstream)
    note = "<note><datetime>2026-11-23T09:00:00-05:00</datetime><description>Received.</description><type>status</type>"
    body = XML_ENTRY.replace("</request>", f"<notes>{note}</note></notes></request>")
    upstream.expect_request(f"{ONE}.xml").respond_with_data(xml(body))
    assert [words for _, words in found(await case_status(NUMBER)).history] == ["Received."]


@pytest.mark.parametrize("notes", [None, {}, "x", [], 7])
async def test_a_history_of_another_shape_is_none(upstream: HTTPServer, notes: Any) -> None:
    assert found(await asked(upstream, [{**ENTRY, "notes": notes}])).history == ()


async def test_html_errors_of_the_list_call_are_unavailable(upstream: HTTPServer) -> None:
    """6aika: a question it can't read ends in 500 with HTML."""
    upstream.expect_request(f"{ONE}.json").respond_with_json([], status=404)
    upstream.expect_request(LIST).respond_with_data("<html>", status=500)
    assert isinstance(await case_status(NUMBER), Unavailable)


@pytest.mark.parametrize("root", ["service_requests", "requests"])
async def test_a_server_that_speaks_only_xml_is_understood(upstream: HTTPServer, root: str) -> None:
    """Cities of open311status speak only XML. 6aika: its root is `requests`."""
    upstream.expect_request(f"{ONE}.json").respond_with_data("<html>no such format</html>", status=404)
    upstream.expect_request(LIST).respond_with_data("<html>no such format</html>", status=404)
    upstream.expect_request(f"{ONE}.xml").respond_with_data(xml(XML_ENTRY, root), content_type="text/xml")
    case = found(await case_status(NUMBER))
    assert (case.status, case.updated) == ("closed", None)


async def test_json_that_is_none_leads_to_xml(upstream: HTTPServer) -> None:
    """The standard's own example holds `"service_code":001`."""
    upstream.expect_request(f"{ONE}.json").respond_with_data('[{"service_code":001}]', content_type="application/json")
    upstream.expect_request(LIST).respond_with_data('[{"service_code":001}]', content_type="application/json")
    upstream.expect_request(f"{ONE}.xml").respond_with_data(xml(XML_ENTRY))
    assert found(await case_status(NUMBER)).status == "closed"


@pytest.mark.parametrize(
    ("body", "result"),
    [
        (xml("<error><code>404</code><description>x</description></error>", "errors"), NotFound()),
        (xml("<error><code>403</code><description>x</description></error>", "errors"), Rejected("error_list")),
        (xml(""), NotFound()),
    ],
)
async def test_xml_errors_and_empty_lists_are_told_apart(upstream: HTTPServer, body: str, result: Any) -> None:
    _no_json(upstream)
    upstream.expect_request(f"{ONE}.xml").respond_with_data(body)
    assert await case_status(NUMBER) == result


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa">]>' + xml(XML_ENTRY).partition("?>")[2],
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><service_requests/>',
        "<html><body>x</body></html>",
        xml(XML_ENTRY)[:40],
        "",
        xml("<request>" + "<a>" * 50 + "</a>" * 50 + "</request>"),
    ],
    ids=["entity", "external", "html", "truncated", "empty", "deep"],
)
async def test_xml_that_is_dangerous_or_broken_is_unavailable(upstream: HTTPServer, body: str) -> None:
    _no_json(upstream)
    upstream.expect_request(f"{ONE}.xml").respond_with_data(body)
    assert isinstance(await case_status(NUMBER), Unavailable)


async def test_no_compression_is_asked_for(upstream: HTTPServer) -> None:
    """open311status saw a broken `deflate`."""
    await asked(upstream, [ENTRY])
    assert upstream.log[0][0].headers["Accept-Encoding"] == "identity"


def _no_json(server: HTTPServer) -> None:
    for path in (f"{ONE}.json", LIST):
        server.expect_request(path).respond_with_data("no json", status=404)
