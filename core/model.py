"""The Rasa model of this checkout: named after what it was trained on, so that nothing is trained twice."""

import hashlib
import os
import shutil
import tempfile
import warnings
from pathlib import Path

from core import logs
from core.settings import REPOSITORY, settings

TRAINED_ON = (
    "config.yml",
    "domain/*.yml",
    "data/nlu/*/*.yml",
    "data/rules/*.yml",
    "data/stories/*.yml",
    "bot/nlu/*.py",
    "core/text.py",
    "data/traditional_chinese.txt",
)
RULES_ONLY = frozenset({
    "dates", "date_figures", "date_phrases", "date_signs", "date_words", "decision", "found_dates", "numbers", "places",
    "plain_text", "privacy_phrases", "time_words", "times",
})  # fmt: skip
"""Modules of bot/nlu that nothing is trained with, as are bot/nlu/finders and the word lists of both: they are read
when a message comes, so a change there needs no new model. A module that is not named here is taken to matter."""


class TrainingFailed(Exception):
    """Rasa could not train; its own lines above say why."""


def fingerprint() -> str:
    """Twelve characters that change whenever the training data, the domain or the pipeline changes."""
    digest = hashlib.sha256()
    for pattern in TRAINED_ON:
        for path in sorted(REPOSITORY.glob(pattern)):
            if path.suffix == ".py" and path.stem in RULES_ONLY:
                continue
            digest.update(str(path.relative_to(REPOSITORY)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def model_path() -> Path:
    """Where the model of the present data lies, or would lie."""
    return settings().model_dir / f"nutmeg-{fingerprint()}.tar.gz"


def train() -> Path:
    """Train the model of the present data and return its path; raises TrainingFailed."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Rasa is older than the libraries below it, and they say so
        return _trained()


def _trained() -> Path:
    from rasa.api import train as rasa_train  # takes two seconds to import

    logs.configure("train")  # else Rasa prints every step, at length

    made = model_path()
    made.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        result = rasa_train(
            domain=str(REPOSITORY / "domain"),
            config=str(REPOSITORY / "config.yml"),
            training_files=[str(REPOSITORY / "data" / part) for part in ("nlu", "rules", "stories")],
            output=folder,
            fixed_model_name=made.name,
        )
        if result.code != 0 or not result.model:
            raise TrainingFailed("Rasa could not train the model")
        finished = made.with_suffix(".part")
        shutil.move(result.model, finished)
        finished.replace(made)
    return made


def ensure_model() -> Path:
    """The path of the present data's model; trains it when there is none."""
    return model_path() if model_path().exists() else train()
