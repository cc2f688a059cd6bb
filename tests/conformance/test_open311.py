"""Open311 judged by others: the `georeport` client on our sandbox, and our connector on the published description."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3
from georeport import GeoReport  # type: ignore[import-untyped]
from ruamel.yaml import YAML

from actions.apis import service_requests
from actions.apis.open311 import case_status
from actions.apis.result import Found, Result
from actions.apis.service_kinds import Datatype, Kind
from actions.apis.service_requests import NewRequest
from core.settings import settings
from sandbox.service_requests import FIXED, Quirk
from tests.actions.asking import Sandbox
from tests.actions.conftest import fresh, sandbox_process
from tests.conformance import prism

__all__ = ["fresh", "sandbox_process"]

# The loop is that of the fixtures, so that connections which Prism keeps open are closed by the loop that opened them.
pytestmark = [pytest.mark.conformance, pytest.mark.asyncio(loop_scope="session")]
MADE_UP = "string"
"""What Prism answers for every text that has no other rule."""
SHOWN = [
    number for number, (_, _, quirk) in FIXED.items() if quirk not in (Quirk.PRIVATE, Quirk.LONE_OBJECT, Quirk.WRAPPED)
]
"""Requests that a strict client can read."""


@pytest.fixture(params=["json", "xml"])
def their_client(sandbox_process: Sandbox, request: pytest.FixtureRequest) -> GeoReport:
    base = f"http://127.0.0.1:{sandbox_process.port}/open311"
    return GeoReport(base, jurisdiction="ct.gov", output_format=request.param)


@pytest.fixture
def ours_on_the_sandbox(fresh: None, sandbox_process: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUTMEG_SANDBOX_PORT", str(sandbox_process.port))
    settings.cache_clear()
    sandbox_process.order(reset=True)


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server made of the published description."""
    folder = tmp_path_factory.mktemp("georeport")
    corrected = folder / "georeport.yaml"
    with corrected.open("w", encoding="utf-8") as stream:
        YAML(typ="safe", pure=True).dump(_corrected(prism.spec("georeport_v2-1.yaml")), stream)
    with prism.mock(corrected, folder / "mock.log") as address:
        yield address


@pytest.fixture
def ours_on_the_description(fresh: None, described: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("NUTMEG_OPEN311_URL", described)
    monkeypatch.setenv("NUTMEG_OPEN311_KEY", "k-1234")
    settings.cache_clear()
    return described


def _corrected(published: Path) -> dict[str, Any]:
    """The description where it follows the standard: `/requests/{id}`, a POST with a form and its key in it. Its
    examples, written for XML, are left out, as no JSON answer made of them agrees with its own schemas.
    """
    text = published.read_text(encoding="utf-8").replace("'/request/{", "'/requests/{")
    spec: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    for path in spec["paths"].values():
        for operation in path.values():
            for answer in operation["responses"].values():
                answer.pop("examples", None)
    filing = spec["paths"]["/requests.{response_format}"]["post"]
    del filing["security"]
    in_path, _, *fields = filing["parameters"]
    form = [{**parameter, "in": "formData"} for parameter in fields if parameter["name"] != "attribute"]
    added = [
        {"name": name, "in": "formData", "required": True, "type": "string"} for name in ("api_key", "jurisdiction_id")
    ]
    filing["parameters"] = [in_path, *form, *added]
    return spec


def found(result: Result[Any]) -> Any:
    assert isinstance(result, Found), result
    return result.value


async def test_their_client_and_ours_read_the_same_kinds(their_client: GeoReport, ours_on_the_sandbox: None) -> None:
    theirs = [
        (one["service_code"], one["service_name"], one["type"], str(one["metadata"]).lower() == "true")
        for one in their_client.get_service_list()
    ]
    ours = found(await service_requests.services())
    assert theirs == [(kind.code, kind.name, kind.kind, kind.has_attributes) for kind in ours]


@pytest.mark.parametrize("code", ["DMV66", "DMV20", "DPH01"])
async def test_their_client_and_ours_read_the_same_questions(
    their_client: GeoReport, ours_on_the_sandbox: None, code: str
) -> None:
    attributes = their_client.get_service_definition(code)
    attributes = attributes.get("service_definition", attributes)["attributes"]
    listed = attributes["attribute"] if isinstance(attributes, dict) else attributes
    theirs = [one["code"] for one in (listed if isinstance(listed, list) else [listed])]
    assert theirs == [question.code for question in found(await service_requests.definition(code))]


@pytest.mark.parametrize("number", SHOWN)
async def test_their_client_and_ours_read_the_same_state(
    their_client: GeoReport, ours_on_the_sandbox: None, number: str
) -> None:
    theirs, ours = their_client.get_service_request(number), found(await case_status(number))
    assert (theirs["service_request_id"], theirs["status"]) == (ours.number, ours.status)
    assert theirs["service_name"] == ours.service


async def test_their_client_finds_what_ours_filed(their_client: GeoReport, ours_on_the_sandbox: None) -> None:
    receipt = found(await service_requests.create(NewRequest("DMV10", "x", "Hartford")))
    assert their_client.get_service_request(receipt.number)["status"] == "open"
    assert receipt.number in [one["service_request_id"] for one in their_client.get_service_requests()]


async def test_our_questions_fit_the_published_description(ours_on_the_description: str) -> None:
    (kind,) = found(await service_requests.services())
    assert (kind.code, kind.kind) == (MADE_UP, Kind.REALTIME)
    (question,) = found(await service_requests.definition(MADE_UP))
    assert question.datatype is Datatype.STRING
    assert found(await service_requests.number_of("12345")) == MADE_UP


async def test_our_look_ups_fit_the_published_description(ours_on_the_description: str) -> None:
    """It answers one request with an object where the standard has a list; texts stand for all ids."""
    case = found(await case_status(MADE_UP))
    assert case.status == "open"
    assert case.updated is not None
    assert list(found(await service_requests.statuses([MADE_UP]))) == [MADE_UP]


async def test_our_filing_fits_the_published_description(ours_on_the_description: str) -> None:
    new = NewRequest(MADE_UP, "Pothole", lat=41.5, long=-72.0, attributes={"A": "1", "B": ["2", "3"]})
    assert found(await service_requests.create(new)).number == MADE_UP


async def test_the_description_judges(ours_on_the_description: str) -> None:
    form = {"service_code": "x", "api_key": "k", "jurisdiction_id": "ct.gov", "lat": "north"}
    with urllib3.PoolManager(retries=False) as pool:
        for path in ("/services.json", "/requests.json"):
            assert pool.request("GET", ours_on_the_description + path).status >= 400
        path = f"{ours_on_the_description}/requests.json"
        assert pool.request("POST", path, fields=form, encode_multipart=False).status == 422
        assert pool.request("POST", path, fields={**form, "lat": "41.5"}, encode_multipart=False).status == 200
