"""The figures of `nutmeg evaluate`, and the guard of the holdout."""

import json
from pathlib import Path

import pytest

from bot.evaluation.figures import Share, figures
from bot.evaluation.leaks import leaks
from bot.evaluation.outcomes import Held, Outcome, holdout
from bot.evaluation.page import page
from core.data_checks import Example


def outcome(truth: str, topic: str, confidence: float = 0.9, in_scope: float = 0.9, distance: str = "") -> Outcome:
    return Outcome("en", truth, topic, confidence, in_scope, in_scope >= 0.5, 30, "en", "en", distance)


OUTCOMES = [
    *[outcome("dmv_permit", "dmv_permit")] * 8,
    *[outcome("dmv_permit", "dmv_fees")] * 2,
    outcome("out_of_scope", "dmv_fees", in_scope=0.1, distance="far"),
    outcome("out_of_scope", "dmv_fees", in_scope=0.8, distance="near"),
]


@pytest.mark.parametrize(("right", "count"), [(0, 5), (5, 5), (3, 10), (1, 1)])
def test_an_interval_holds_its_share_and_stays_between_nothing_and_all(right: int, count: int) -> None:
    share = Share.of([True] * right + [False] * (count - right))
    assert 0 <= share.low <= share.share <= share.high <= 1


def test_a_known_wilson_interval() -> None:
    share = Share.of([True] * 8 + [False] * 2)
    assert (share.low, share.high) == (pytest.approx(0.490, abs=1e-3), pytest.approx(0.943, abs=1e-3))


def test_figures_count_what_was_right_refused_and_confused() -> None:
    found = figures(OUTCOMES)
    assert found.right["all"].share == pytest.approx(0.8)
    assert found.calibration_error == pytest.approx(0.1)
    assert found.confused == [("dmv_permit", "dmv_fees", 2)]
    assert (found.accepted_outside["far"].share, found.accepted_outside["near"].share) == (0.0, 1.0)
    assert found.language["en"]["21 to 40"].share == 1.0


def test_the_page_is_whole_and_asks_for_nothing_from_elsewhere() -> None:
    made = page({"a < b": figures(OUTCOMES)}, [], "today")
    assert "a &lt; b" in made
    assert made.count("<svg") == made.count("</svg>") == 6
    assert "src=" not in made
    assert "nan" not in made


def test_a_held_out_line_that_is_a_training_example_is_a_leak() -> None:
    trained = [Example("where can I renew my driver's license", "dmv_license_renew", "en", "a.yml")]
    same = Held("Where can i renew my drivers license", "en", "dmv_license_renew", "", 1)
    other = Held("is the office in Norwich open on saturdays", "en", "dmv_office", "", 2)
    assert [leak.line for leak in leaks([same, other], trained)] == [1]


def test_the_holdout_is_read_with_its_distances_and_a_bad_line_is_named(tmp_path: Path) -> None:
    lines = [{"text": "hi", "topic": "chat_greet"}, {"text": "my cat", "topic": "out_of_scope", "far": True}]
    (tmp_path / "en.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert [(one.truth, one.distance, one.line) for one in holdout(tmp_path)] == [
        ("chat_greet", "", 1),
        ("out_of_scope", "far", 2),
    ]
    (tmp_path / "es.jsonl").write_text('{"text": "hola"}', encoding="utf-8")
    with pytest.raises(ValueError, match=r"es\.jsonl:1"):
        holdout(tmp_path)
