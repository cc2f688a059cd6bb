"""A model is trained again when what it learned from has changed, and for nothing else."""

import ast
from pathlib import Path

import pytest

from core import model
from core.model import RULES_ONLY, fingerprint
from core.settings import REPOSITORY

NLU = REPOSITORY / "bot" / "nlu"
LEARNS = {path.stem for path in NLU.glob("*.py")} - RULES_ONLY - {"entities"}
"""`entities` holds the finders, but learns nothing from them."""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("bot/nlu/classifier.py", "bot/nlu/dates.py", "bot/nlu/finders/codes.py", "data/documents.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("before")
    monkeypatch.setattr(model, "REPOSITORY", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["bot/nlu/dates.py", "bot/nlu/finders/codes.py", "data/documents.yml"])
def test_rules_and_their_lists_need_no_training(checkout: Path, name: str) -> None:
    before = fingerprint()
    (checkout / name).write_text("after")
    assert fingerprint() == before


@pytest.mark.parametrize("name", ["bot/nlu/classifier.py", "bot/nlu/a_new_one.py", "data/nlu/en/dmv.yml", "config.yml"])
def test_what_is_learned_from_does(checkout: Path, name: str) -> None:
    before = fingerprint()
    (checkout / name).parent.mkdir(parents=True, exist_ok=True)
    (checkout / name).write_text("after")
    assert fingerprint() != before


def test_every_module_of_rules_is_there() -> None:
    assert {path.stem for path in NLU.glob("*.py")} >= RULES_ONLY


@pytest.mark.parametrize("module", sorted(LEARNS))
def test_nothing_that_learns_stands_on_rules(module: str) -> None:
    tree = ast.parse((NLU / f"{module}.py").read_text(encoding="utf-8"))
    named = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not {name for name in named if name.startswith("bot.nlu.finders") or name.rpartition(".")[2] in RULES_ONLY}
