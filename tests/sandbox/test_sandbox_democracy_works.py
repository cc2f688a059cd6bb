import datetime as dt
import json
from typing import Any

import pytest

ELECTIONS = "/democracy_works/elections"


def find(sandbox: Any, query: str = "stateCode=CT", **headers: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sandbox.json(f"{ELECTIONS}?{query}", X_API_KEY="any", **headers)["data"]["elections"]
    return found


def test_a_key_is_needed(sandbox: Any) -> None:
    assert sandbox.get(f"{ELECTIONS}?stateCode=CT").status == 401


def test_elections_come_in_order_and_go_two_years_ahead(sandbox: Any) -> None:
    dates = [e["date"] for e in find(sandbox, "stateCode=CT&pageSize=100")]
    assert dates == sorted(dates)
    assert {"2026-11-03", "2027-11-02", "2028-11-07"} <= set(dates)


def test_phases_are_past_active_and_known(sandbox: Any) -> None:
    assert {e["guidancePhase"] for e in find(sandbox)} == {"past", "active", "known"}
    known = next(e for e in find(sandbox) if e["guidancePhase"] == "known")
    assert known["registration"]["online"]["deadline"] is None
    assert known["voting"]["early"]["startDate"] is None


def test_the_deadlines_of_an_active_election_follow_from_its_day(sandbox: Any) -> None:
    sandbox.order(now="2028-09-20T12:00:00-04:00")
    (general,) = find(sandbox, "stateCode=CT&startDate=2028-11-01&endDate=2028-11-30")
    assert general["guidancePhase"] == "active"
    assert general["registration"]["online"]["deadline"]["date"] == "2028-10-20"
    assert general["registration"]["byMail"]["deadline"]["postmarkedOrReceived"] == "postmarked"
    assert general["registration"]["byMail"]["deadline"]["timestamp"] is None
    assert (general["voting"]["early"]["startDate"], general["voting"]["early"]["endDate"]) == (
        "2028-10-23",
        "2028-11-05",
    )
    closing = dt.datetime.fromisoformat(general["voting"]["inPerson"]["electionDay"]["closing"]["timestamp"])
    assert (closing.date().isoformat(), closing.hour) == ("2028-11-07", 20)


def test_words_come_in_english_or_spanish_and_null_where_missing(sandbox: Any) -> None:
    english, spanish = find(sandbox)[0], find(sandbox, Accept_Language="es-US")[0]
    assert "General Election" in english["description"]
    assert "Elecciones" in spanish["description"]
    assert english["registration"]["byMail"]["signatureInstructions"]
    assert spanish["registration"]["byMail"]["signatureInstructions"] is None


def test_advice_is_html_or_a_tree(sandbox: Any) -> None:
    assert "<p>" in find(sandbox)[0]["registration"]["online"]["instructions"]
    tree = find(sandbox, "stateCode=CT&contentFormatType=json")[0]["registration"]["online"]["instructions"]
    assert tree["nodeType"] == "document"


def test_questions_come_only_when_asked_for(sandbox: Any) -> None:
    assert "questionAndAnswer" not in find(sandbox)[0]
    asked = find(sandbox, "stateCode=CT&includeQuestionAndAnswer=true")[0]
    assert asked["questionAndAnswer"]["whoCanVote"]["answer"]


def test_a_local_election_concerns_only_its_towns(sandbox: Any) -> None:
    address = "addressStreet=1+Sample+Road&addressCity={}&addressStateCode=CT&addressZip={}"
    in_norwich = find(sandbox, address.format("Norwich", "06360"))
    in_hartford = find(sandbox, address.format("Hartford", "06106"))
    assert any("Referendum" in e["description"] for e in in_norwich)
    assert not any("Referendum" in e["description"] for e in in_hartford)
    assert find(sandbox, "stateCode=NY") == []


def test_pages(sandbox: Any) -> None:
    answer = sandbox.json(f"{ELECTIONS}?stateCode=CT&pageSize=3&page=2", X_API_KEY="any")
    assert answer["pagination"] == {"totalRecordCount": 10, "currentPage": 2, "pageSize": 3}
    assert answer["data"]["elections"] == find(sandbox)[3:6]


def test_fields_pick_parts_of_each_election(sandbox: Any) -> None:
    first = find(sandbox, "stateCode=CT&fields=date,registration.online.deadline.date,registration.online")[0]
    assert set(first) == {"date", "registration"}
    assert set(first["registration"]) == {"online"}


@pytest.mark.parametrize(
    "query",
    [
        "", "stateCode=CT&pageSize=101",
        "stateCode=CT&page=0", "stateCode=CT&startDate=soon", "stateCode=CT&fields=a.b",
        "stateCode=CT&contentFormatType=pdf", "addressCity=Norwich", "stateCode=CT&startDate=0001-01-01",
    ],
)  # fmt: skip
def test_a_bad_query_is_400_with_a_list_of_faults(sandbox: Any, query: str) -> None:
    answer = sandbox.get(f"{ELECTIONS}?{query}", X_API_KEY="any")
    assert answer.status == 400
    body = json.loads(answer.data)
    assert body["status"] == 400
    assert isinstance(body["message"], list)
