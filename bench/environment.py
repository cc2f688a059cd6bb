"""How much disk the environment takes."""

import re
from importlib.metadata import PackageNotFoundError, distribution

from core.settings import REPOSITORY

PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==")


def size() -> dict[str, float]:
    """Megabytes of everything `requirements.lock` installs, bytecode included."""
    names = {
        match[1]
        for line in (REPOSITORY / "requirements.lock").read_text().splitlines()
        if (match := PINNED.match(line))
    }
    total = 0
    for name in names:
        try:
            files = distribution(name).files or []
        except PackageNotFoundError:
            continue  # for another Python or system
        for file in files:
            path = file.locate()
            for one in (path, *path.parent.glob(f"__pycache__/{path.stem}.*.pyc")) if path.suffix == ".py" else (path,):
                total += one.stat().st_size if one.is_file() else 0
    return {"environment, MB": total / 1e6}
