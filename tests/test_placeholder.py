"""Rasa runs without TensorFlow: nothing of it is loaded, and plain `rasa` commands work as every Rasa user knows them.

The commands get an environment without any RASA_* variable: what keeps Rasa from phoning home must not depend on it.
"""

import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.settings import REPOSITORY
from tests.stack import Stack, free_port

BIN = Path(sys.executable).parent
PLACEHOLDER = "0.1.0"
REAL_PARTS = ("_pywrap_tensorflow_internal", "libtensorflow", "jaxlib", "h5py")
PROOF = """
import json, sys
import tensorflow
from importlib.metadata import distribution
{work}
print(json.dumps({{
    "version": distribution("tensorflow").version,
    "file": tensorflow.__file__,
    "binaries": sorted(name for name in sys.modules if name.split(".")[-1].startswith("_pywrap_tensorflow")),
    "packages": sorted(name for name in ("jaxlib", "h5py") if name in sys.modules),
}}))
"""


@pytest.fixture
def plain() -> dict[str, str]:
    """An operator's environment: no variable of Rasa's, none of ours, and nothing at the other end of any proxy."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("RASA_", "NUTMEG_"))}
    return {**kept, "PYTHONWARNINGS": "ignore", "https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The configuration where `rasa` expects it; what it writes lands outside the checkout."""
    for name in ("config.yml", "domain.yml", "endpoints.yml", "credentials.yml", "domain", "bot", "core"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    # Two languages are enough to see that the commands work; all of them take minutes.
    for name in ("nlu/en", "nlu/es", "rules", "stories"):
        (tmp_path / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / name).symlink_to(REPOSITORY / "data" / name)
    return tmp_path


def rasa(
    *arguments: str, plain: dict[str, str], cwd: Path, given: str | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(BIN / "rasa"), *arguments], cwd=cwd, env=plain, input=given, capture_output=True, text=True, timeout=150,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done


def run(work: str, plain: dict[str, str]) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", PROOF.format(work=work)], cwd=REPOSITORY, env=plain, capture_output=True, text=True,
        timeout=120, check=True,
    )  # fmt: skip
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def check(found: dict[str, object]) -> None:
    assert found["version"] == PLACEHOLDER
    assert found["binaries"] == []
    assert found["packages"] == []


def test_the_installed_tensorflow_is_the_placeholder() -> None:
    found = importlib.metadata.distribution("tensorflow")
    assert found.version == PLACEHOLDER
    assert "Stands in for TensorFlow" in found.metadata["Summary"]
    for name in ("keras", "tensorflow-text", "tensorflow-hub", "tensorflow-addons", "tensorboard"):
        with pytest.raises(importlib.metadata.PackageNotFoundError):
            importlib.metadata.distribution(name)


def test_a_process_that_trains_loads_no_tensorflow(plain: dict[str, str]) -> None:
    check(run("import rasa.api, rasa.model_training, bot.nlu.classifier, rasa.core.policies.rule_policy", plain))


def test_a_process_that_serves_loads_no_tensorflow(plain: dict[str, str], model: Path) -> None:
    work = f"""
from rasa.core.agent import Agent
import bot.server
agent = Agent.load({str(model)!r})
import asyncio
assert asyncio.run(agent.parse_message("how do I renew my license"))["intent"]["name"] == "dmv_license_renew"
"""
    check(run(work, {**plain, "NUTMEG_MODEL_DIR": str(model.parent)}))


def test_the_running_rasa_has_mapped_no_library_of_tensorflow(stack: Stack) -> None:
    maps = Path(f"/proc/{stack.running['rasa'].pid}/maps").read_text()
    assert not any(part in maps for part in REAL_PARTS)


@pytest.mark.parametrize(
    "component",
    [
        "from rasa.nlu.classifiers.diet_classifier import DIET; DIET(None, None)",
        "import tensorflow as tf; tf.keras.Model()",
        "import tensorflow as tf; tf.constant(1)",
        "from tensorflow.keras.layers import Dense; Dense(4)",
        "import keras; keras.Sequential()",
        "import tensorflow_hub; tensorflow_hub.load('x')",
    ],
)
def test_a_neural_part_says_which_extra_to_install(component: str, plain: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", component], cwd=REPOSITORY, env=plain, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert "NeuralExtraMissing" in last
    assert "extra 'neural'" in last


def test_training_a_neural_pipeline_names_the_extra(checkout: Path, plain: dict[str, str]) -> None:
    (checkout / "config.yml").unlink()
    (checkout / "config.yml").write_text(
        "recipe: default.v1\nassistant_id: x\nlanguage: en\npipeline:\n"
        "- name: WhitespaceTokenizer\n- name: CountVectorsFeaturizer\n- {name: DIETClassifier, epochs: 1}\n"
    )
    (checkout / "some.yml").write_text(
        'version: "3.1"\nnlu:\n- intent: a\n  examples: |\n    - one\n    - two\n'
        "- intent: b\n  examples: |\n    - three\n    - four\n"
    )
    done = subprocess.run(
        [str(BIN / "rasa"), "train", "nlu", "--nlu", "some.yml", "--out", "made"], cwd=checkout, env=plain,
        capture_output=True, text=True, timeout=150, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "extra 'neural'" in done.stdout + done.stderr


# Plain Rasa, typed by hand


def test_the_environment_itself_switches_telemetry_off(plain: dict[str, str]) -> None:
    work = "import rasa.telemetry as t; print(t.is_telemetry_enabled())"
    done = subprocess.run(
        [sys.executable, "-c", work], cwd=REPOSITORY, env=plain, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "False", "run `make ours`: it puts nutmeg_telemetry_off.pth into .venv"


@pytest.mark.parametrize("name", ["rasa", "actions"])
def test_a_process_of_ours_runs_with_telemetry_off(stack: Stack, name: str) -> None:
    variables = Path(f"/proc/{stack.running[name].pid}/environ").read_bytes().split(b"\0")
    assert b"RASA_TELEMETRY_ENABLED=false" in variables


@pytest.mark.parametrize("module", ["bot/__main__.py", "core/cli/__init__.py", "core/model.py"])
def test_every_way_into_rasa_switches_telemetry_off_itself(module: str) -> None:
    text = (REPOSITORY / module).read_text(encoding="utf-8")
    switched = text.index('os.environ["RASA_TELEMETRY_ENABLED"] = "false"')
    imports = [text.find(word) for word in ("from bot.server", "from core.cli.app", "from rasa")]
    assert all(place == -1 or switched < place for place in imports)


def test_the_makefile_switches_telemetry_off_for_every_line() -> None:
    lines = (REPOSITORY / "Makefile").read_text(encoding="utf-8").splitlines()
    exported = lines.index("export RASA_TELEMETRY_ENABLED := false")
    first_recipe = next(place for place, line in enumerate(lines) if line.startswith("\t"))
    assert exported < first_recipe


def test_rasa_data_validate_finds_nothing_wrong(checkout: Path, plain: dict[str, str]) -> None:
    rasa("data", "validate", "--max-history", "3", plain=plain, cwd=checkout)


def test_rasa_train_dry_run_works(checkout: Path, plain: dict[str, str]) -> None:
    done = subprocess.run(
        [str(BIN / "rasa"), "train", "--dry-run", "--out", str(checkout / "made")], cwd=checkout, env=plain,
        capture_output=True, text=True, timeout=150, check=False,
    )  # fmt: skip
    # Its exit code is the sum of what would have to be trained: dialogue 1, understanding 2, texts 4.
    assert 0 < done.returncode < 8, done.stderr[-2000:]
    assert "Traceback" not in done.stderr


def test_rasa_test_nlu_measures_the_trained_model(checkout: Path, plain: dict[str, str], model: Path) -> None:
    (checkout / "asked.yml").write_text(
        'version: "3.1"\nnlu:\n- intent: dmv_license_renew\n  examples: |\n    - how do I renew my license\n'
        "- intent: vote_register\n  examples: |\n    - how do I register to vote\n"
    )
    rasa("test", "nlu", "--nlu", "asked.yml", "--model", str(model), "--out", "results", "--no-plot",
         plain=plain, cwd=checkout)  # fmt: skip
    report = json.loads((checkout / "results" / "intent_report.json").read_text())
    assert report["accuracy"] == 1.0


@pytest.fixture
def database(tmp_path: Path, plain: dict[str, str]) -> dict[str, str]:
    made = {**plain, "NUTMEG_VAR": str(tmp_path / "var")}
    subprocess.run([str(BIN / "nutmeg"), "db", "upgrade"], cwd=REPOSITORY, env=made, check=True, capture_output=True)
    return made


def test_rasa_shell_answers_a_line(checkout: Path, database: dict[str, str], model: Path) -> None:
    done = rasa(
        "shell", "--model", str(model), "--endpoints", "endpoints.yml", "--port", str(free_port()),
        plain=database, cwd=checkout, given="how do I renew my license\n/stop\n",
    )  # fmt: skip
    assert "You can renew" in done.stdout
