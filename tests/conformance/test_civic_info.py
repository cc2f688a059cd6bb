"""Our look-up of polling places judged by Google's own description of its API and by Google's own client.

Everything comes from packages: the discovery document lies in `google-api-python-client`, the converter on npm.
"""

import asyncio
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import googleapiclient.discovery_cache
import httplib2
import pytest
import urllib3
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError

from actions.apis import civic_info
from actions.apis.client import close_clients
from actions.apis.result import Found, NotFound, Rejected, Result
from actions.apis.voter_info import Site, VoterInfo
from core.settings import settings
from tests.actions.asking import Sandbox
from tests.actions.conftest import TUESDAY_MORNING, fresh, sandbox_process
from tests.conformance import prism

__all__ = ["fresh", "sandbox_process"]

pytestmark = pytest.mark.conformance
DISCOVERY = Path(googleapiclient.discovery_cache.__file__).parent / "documents" / "civicinfo.v2.json"
CONVERT = """
const {convert} = require('google-discovery-to-swagger'), fs = require('fs');
const made = convert(JSON.parse(fs.readFileSync(process.argv[1])));
made.produces = ['application/json'];
fs.writeFileSync(process.argv[2], JSON.stringify(made));
"""
"""Without `produces` Prism answers with an empty body."""
TOWNS = ["Norwich", "Hartford", "Windham", "Avon", "Kent", "Cornwall", "Bristol", "Norfolk", "Salisbury", "Lisbon"]
"""Towns of the sandbox where nothing is chosen between sources or elections."""


@pytest.fixture(scope="module")
def description(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Google's description, converted to a language that Prism reads."""
    prism.need(
        prism.NPM / "node_modules" / "google-discovery-to-swagger",
        "make conformance installs it, or: npm install --prefix var/npm google-discovery-to-swagger@2.1.0",
    )
    made = tmp_path_factory.mktemp("civic") / "civic.swagger.json"
    subprocess.run([prism.node(), "-e", CONVERT, str(DISCOVERY), str(made)], cwd=prism.NPM, check=True)
    return made


@pytest.fixture(scope="module")
def described(description: Path) -> Iterator[str]:
    with prism.mock(description, description.parent / "mock.log") as address:
        yield address


@pytest.fixture
def sandbox(sandbox_process: Sandbox) -> Sandbox:
    sandbox_process.order(reset=True, now=TUESDAY_MORNING)
    return sandbox_process


def use(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("NUTMEG_CIVIC_INFO_URL", address)
    monkeypatch.setenv("NUTMEG_CIVIC_INFO_KEY", "k")
    settings.cache_clear()


async def look_up(home: str, election_id: str = "") -> Result[VoterInfo]:
    """What our connector reads; its connection (Prism keeps it alive) is closed in the loop it was opened in."""
    try:
        return await civic_info.voter_info(home, election_id)
    finally:
        await close_clients()
        await asyncio.sleep(0)


def ask_google(address: str, home: str, **more: str) -> dict[str, Any]:
    """What Google's own client reads."""
    document = json.loads(DISCOVERY.read_text(encoding="utf-8"))
    options = {"api_endpoint": address + "/"}
    http = httplib2.Http(timeout=5)
    with build_from_document(document, http=http, developerKey="k", client_options=options) as service:
        found: dict[str, Any] = service.elections().voterInfoQuery(address=home, **more).execute()
        return found


def found(result: Result[VoterInfo]) -> VoterInfo:
    assert isinstance(result, Found), result
    return result.value


def check_equal(ours: VoterInfo, theirs: dict[str, Any]) -> None:
    """Does our reading tell what Google's client handed over?"""
    assert (ours.election.id, ours.election.name) == (theirs["election"]["id"], theirs["election"]["name"])
    assert [other.id for other in ours.others] == [other["id"] for other in theirs.get("otherElections", [])]
    for read, name in [
        (ours.polling_places, "pollingLocations"),
        (ours.early_sites, "earlyVoteSites"),
        (ours.drop_boxes, "dropOffLocations"),
    ]:
        assert [_shown(site) for site in read] == [_handed_over(entry) for entry in theirs.get(name, [])]
    assert [
        (contest.title, contest.district, [(person.name, person.party) for person in contest.candidates])
        for contest in ours.contests
    ] == [
        (
            contest.get("office") or contest["referendumTitle"],
            contest["district"]["name"],
            [(person["name"], person["party"]) for person in contest.get("candidates", [])],
        )
        for contest in theirs["contests"]
    ]
    assert ours.mail_only == theirs.get("mailOnly", False)
    local = theirs["state"][0].get("local_jurisdiction", {}).get("electionAdministrationBody")
    assert (ours.town.name if ours.town else None) == (local["name"] if local else None)


def _shown(site: Site) -> tuple[Any, ...]:
    return site.name, site.lines[0], site.lines[-1], site.is_official, site.source


def _handed_over(entry: dict[str, Any]) -> tuple[Any, ...]:
    address, source = entry["address"], entry["sources"][0]
    where = f"{address['city']}, {address['state']} {address['zip']}"
    name = entry.get("name") or address["locationName"]
    return name, address["line1"], where, source["official"], source["name"]


async def test_googles_client_and_ours_agree_on_a_server_made_of_the_description(
    fresh: None, described: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, described)
    ours = found(await look_up("12 Main Street, Norwich, CT", "2000"))
    check_equal(ours, ask_google(described, "12 Main Street, Norwich, CT", electionId="2000"))
    assert ours.polling_places


@pytest.mark.parametrize("town", TOWNS)
async def test_googles_client_and_ours_agree_on_the_sandbox(
    fresh: None, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, town: str
) -> None:
    base, home = f"http://127.0.0.1:{sandbox.port}/civic_info", f"12 Main Street, {town}, CT"
    use(monkeypatch, base)
    check_equal(found(await look_up(home)), ask_google(base, home))


async def test_googles_client_calls_an_error_what_is_no_data_yet_for_us(
    fresh: None, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, home = f"http://127.0.0.1:{sandbox.port}/civic_info", "12 Main Street, Union, CT"
    use(monkeypatch, base)
    with pytest.raises(HttpError, match="Election unknown") as refused:
        ask_google(base, home)
    assert refused.value.status_code == 400
    assert await look_up(home) == NotFound()


async def test_the_description_accepts_our_request_and_the_sandboxes_answers(
    fresh: None, description: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    upstream = f"http://127.0.0.1:{sandbox.port}/civic_info"
    with prism.proxy(description, upstream, tmp_path / "proxy.log") as address:
        use(monkeypatch, address)
        for town in [*TOWNS, "Danbury", "Torrington"]:
            result = await look_up(f"12 Main Street, {town}, CT")
            assert isinstance(result, Found), (town, (tmp_path / "proxy.log").read_text()[-2000:])
        assert await look_up("12 Main Street, Union, CT") == NotFound()
        assert await look_up("Main Street") == Rejected("address")
        pool = urllib3.PoolManager(retries=False)
        for path in (
            "elections?key=k",
            "divisionsByAddress?key=k&address=12+Main+St,+Norwich",
            "voterinfo?key=k&address=12+Main+St,+Norwich&electionId=2000&officialOnly=true",
            "voterinfo?key=k&address=12+Main+St,+Union&returnAllAvailableData=true",
        ):
            answer = pool.request("GET", f"{address}/civicinfo/v2/{path}")
            assert answer.status == 200, (path, answer.data)
        sandbox.order(api="civic_info", mode="wrong_types")
        assert pool.request("GET", f"{address}/civicinfo/v2/elections?key=k").status == 500
        pool.clear()


def test_what_breaks_the_description_is_refused_by_the_judge(described: str) -> None:
    pool = urllib3.PoolManager(retries=False)
    answer = pool.request("GET", f"{described}/civicinfo/v2/voterinfo?address=x&officialOnly=maybe")
    assert answer.status == 422
    pool.clear()
