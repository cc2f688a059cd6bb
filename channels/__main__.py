"""`python -m channels` serves the public app with gunicorn."""

import os
import shutil
import sys
from pathlib import Path

from core.settings import SettingsError, settings


def main() -> None:
    try:
        found = settings()
        if found.web_workers > 1:
            _share_metrics(found.var)
        from channels.web.headers import embed_origins

        embed_origins()
    except SettingsError as error:
        raise SystemExit(f"nutmeg: {error}") from None
    config = Path(__file__).with_name("gunicorn_conf.py")
    command = [sys.executable, "-m", "gunicorn", "--config", str(config), "channels.app:create_app()"]
    os.execv(sys.executable, command)  # noqa: S606 - a fixed command; the process keeps its id


def _share_metrics(var: Path) -> None:
    """Several workers count together through a folder that starts empty."""
    folder = var.resolve() / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


if __name__ == "__main__":
    main()
