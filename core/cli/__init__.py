"""The command `nutmeg`."""

import os
import sys
import warnings


def main() -> None:
    """Run the command line; what an operator did wrong ends in one line and exit code 2."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # Rasa's libraries warn of each other; an operator can do nothing about that
    from core.cli.app import app
    from core.facts import FactError
    from core.model import TrainingFailed
    from core.settings import SettingsError

    try:
        app()
    except (SettingsError, FactError, TrainingFailed) as error:
        sys.stderr.write(f"nutmeg: {error}\n")
        sys.exit(2)
