"""The pipeline on other people's data (docs/understanding.md has the table)."""

import pytest

from bench.understanding import SETS, ScopeResult, banking77, clinc150

pytestmark = [
    pytest.mark.conformance,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not SETS.exists(), reason="the public sets do not lie beside the repository"),
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]


@pytest.fixture(scope="module")
def banking() -> float:
    return banking77()


@pytest.fixture(scope="module")
def clinc() -> ScopeResult:
    return clinc150()


def test_banking77_gets_no_worse(banking: float) -> None:
    assert banking >= 0.915


@pytest.mark.xfail(reason="measured 91.8 %: what was tried in vain stands in docs/understanding.md", strict=True)
def test_banking77_reaches_its_aim(banking: float) -> None:
    assert banking >= 0.925


def test_clinc150_answers_and_refuses_at_one_operating_point(clinc: ScopeResult) -> None:
    assert clinc.in_scope >= 0.90
    assert clinc.recall >= 0.83


def test_clinc150_tells_in_scope_from_out_of_scope(clinc: ScopeResult) -> None:
    assert clinc.auroc >= 0.96
