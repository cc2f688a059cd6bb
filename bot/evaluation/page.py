"""The report as one HTML page that works from a disk: figures of each set in tables and pictures."""

from collections.abc import Mapping, Sequence
from html import escape

from bot.evaluation import pictures
from bot.evaluation.figures import LENGTHS, Figures, Share
from bot.evaluation.leaks import Leak
from bot.nlu.decision import SCOPE_FROM

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1b1b1b; }
table { border-collapse: collapse; margin: 1rem 0; } td, th { padding: .2rem .6rem; text-align: right;
border-bottom: 1px solid #d9dde3; } th:first-child, td:first-child { text-align: left; }
section { overflow-x: auto; } svg { max-width: 100%; height: auto; }
"""


def page(sets: Mapping[str, Figures], leaks: Sequence[Leak], made: str) -> str:
    """`made` says when and of which model; it stands below the heading."""
    body = "".join(_section(name, found) for name, found in sets.items()) + _leaks(leaks)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Nutmeg: evaluation</title><style>{STYLE}</style></head><body><h1>How well Nutmeg understands</h1>"
        f"<p>{escape(made)}</p>{body}</body></html>"
    )


def _section(name: str, found: Figures) -> str:
    by_worth = dict(sorted(found.by_topic.items(), key=lambda pair: pair[1].share))
    parts = [
        f"<h2>{escape(name)}: {found.texts} texts</h2>",
        "<h3>Right topic, by language</h3>",
        pictures.bars(found.right, "Share of right topics by language with 95 % intervals"),
        "<h3>Right topic and accepted, by language</h3>",
        pictures.bars(found.answered, "Share of right and accepted topics by language with 95 % intervals"),
        "<h3>Confidence</h3>",
        pictures.reliability(found.reliability, "Share of right topics over confidence"),
        f"<p>Expected calibration error {found.calibration_error:.3f}.</p>",
        "<h3>Out of scope</h3>",
        pictures.trade_off(found.trade_off, SCOPE_FROM, "Refused texts out of scope over accepted texts in scope"),
        f"<p>Area under the curve {found.auroc or 0:.3f}; the dot is the threshold in use.</p>",
        "<h3>Out of scope, yet accepted</h3>",
        pictures.bars(found.accepted_outside, "Share of accepted texts that are out of scope"),
        "<h3>Language at the start of a conversation</h3>",
        _lengths(found.language),
        "<h3>Language within a conversation in it</h3>",
        _lengths(found.language_within),
        "<h3>Languages taken for each other (row: true)</h3>",
        _matrix(found.language_matrix),
        "<h3>Confused topics</h3>",
        _table(("topic", "taken for", "times"), [(a, b, str(count)) for a, b, count in found.confused]),
        "<h3>Right topic, by topic</h3>",
        pictures.bars(by_worth, "Share of right topics by topic with 95 % intervals"),
    ]
    return f"<section>{''.join(parts)}</section>"


def _lengths(found: Mapping[str, Mapping[str, Share]]) -> str:
    names = [name for name, _, _ in LENGTHS]
    rows = [(language, *(_percent(shares[name]) for name in names)) for language, shares in found.items()]
    return _table(("language", *(f"{name} characters" for name in names)), rows)


def _matrix(found: Mapping[str, Mapping[str, int]]) -> str:
    columns = sorted({guess for guesses in found.values() for guess in guesses})
    rows = [(language, *(str(guesses.get(column, "")) for column in columns)) for language, guesses in found.items()]
    return _table(("", *columns), rows)


def _leaks(leaks: Sequence[Leak]) -> str:
    if not leaks:
        return ""
    rows = [
        (f"{leak.language}:{leak.line}", leak.file, f"{leak.likeness:.2f}", "yes" if leak.is_short else "")
        for leak in leaks
    ]
    title = "<h2>Held-out lines that are like a training example</h2>"
    return title + _table(("line", "training file", "likeness", "short"), rows)


def _percent(share: Share) -> str:
    return f"{share.share:.1%} of {share.count}" if share.count else ""


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [f"<tr>{''.join(f'<th>{escape(cell)}</th>' for cell in head)}</tr>"]
    lines += [f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows]
    return f"<table>{''.join(lines)}</table>"
