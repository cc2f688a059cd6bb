"""Traditional Chinese characters as simplified ones: residents write both, and one example then teaches both."""

from functools import cache

from core.settings import REPOSITORY


def simplified(text: str) -> str:
    """The text with each traditional character replaced by its simplified form; anything else stays."""
    return text if text.isascii() else text.translate(_table())


@cache
def _table() -> dict[int, str]:
    lines = (REPOSITORY / "data" / "traditional_chinese.txt").read_text(encoding="utf-8").splitlines()
    pairs = " ".join(line for line in lines if not line.startswith("#")).split()
    return {ord(pair[0]): pair[1] for pair in pairs}
