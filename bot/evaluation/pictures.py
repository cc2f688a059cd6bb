"""Pictures of figures as SVG, drawn here so that the page needs no script and nothing from elsewhere."""

from collections.abc import Mapping, Sequence
from html import escape

from bot.evaluation.figures import Share

INK, FAINT, BAR, MARK = "#1b1b1b", "#d9dde3", "#2f6f9f", "#b3541e"
LINE, LEFT, WIDTH = 20, 190, 720
BAR_WIDTH = WIDTH - LEFT - 150
SIDE, MARGIN = 300, 46


def bars(shares: Mapping[str, Share], title: str) -> str:
    """A horizontal bar a name, with its interval as a whisker."""
    rows = []
    for number, (name, share) in enumerate(shares.items()):
        if not share.count:
            continue
        top = number * LINE
        middle = top + LINE / 2
        x, low, high = (LEFT + BAR_WIDTH * value for value in (share.share, share.low, share.high))
        rows.append(
            f'<text x="{LEFT - 8}" y="{middle + 4}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="{LEFT}" y="{top + 3}" width="{x - LEFT:.1f}" height="{LINE - 6}" fill="{BAR}"/>'
            f'<path d="M{low:.1f} {middle}H{high:.1f}M{low:.1f} {middle - 4}v8M{high:.1f} {middle - 4}v8" '
            f'stroke="{INK}" fill="none"/>'
            f'<text x="{LEFT + BAR_WIDTH + 10}" y="{middle + 4}">{share.share:.1%} of {share.count}</text>'
        )
    return _svg(WIDTH, LINE * max(1, len(shares)), title, "".join(rows))


def reliability(bins: Sequence[tuple[float, Share]], title: str) -> str:
    """Share of right topics over confidence; on the diagonal a confidence means what it says."""
    points = [(mean, share.share) for mean, share in bins]
    whiskers = "".join(
        f'<path d="M{_x(mean):.1f} {_y(share.low):.1f}V{_y(share.high):.1f}" stroke="{BAR}"/>' for mean, share in bins
    )
    dots = "".join(f'<circle cx="{_x(x):.1f}" cy="{_y(y):.1f}" r="4" fill="{BAR}"/>' for x, y in points)
    diagonal = f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="{MARK}" stroke-dasharray="4 4"/>'
    return _square(title, "confidence", "right", diagonal + _path(points) + whiskers + dots)


def trade_off(points: Sequence[tuple[float, float, float]], at: float, title: str) -> str:
    """Share of texts out of scope that are refused over share of texts in scope that are accepted."""
    curve = _path([(accepted, refused) for _, accepted, refused in points])
    now = min(points, key=lambda point: abs(point[0] - at), default=None)
    dot = f'<circle cx="{_x(now[1]):.1f}" cy="{_y(now[2]):.1f}" r="5" fill="{MARK}"/>' if now else ""
    return _square(title, "in scope, accepted", "out of scope, refused", curve + dot)


def _path(points: Sequence[tuple[float, float]]) -> str:
    if not points:
        return ""
    steps = "L".join(f"{_x(x):.1f} {_y(y):.1f}" for x, y in points)
    return f'<path d="M{steps}" stroke="{BAR}" stroke-width="2" fill="none"/>'


def _square(title: str, across: str, up: str, inner: str) -> str:
    grid = "".join(
        f'<path d="M{_x(tenth / 5)} {_y(0)}V{_y(1)}M{_x(0)} {_y(tenth / 5)}H{_x(1)}" stroke="{FAINT}"/>'
        f'<text x="{_x(tenth / 5)}" y="{_y(0) + 16}" text-anchor="middle">{tenth / 5:.1f}</text>'
        f'<text x="{_x(0) - 6}" y="{_y(tenth / 5) + 4}" text-anchor="end">{tenth / 5:.1f}</text>'
        for tenth in range(6)
    )
    names = (
        f'<text x="{_x(0.5)}" y="{_y(0) + 34}" text-anchor="middle">{escape(across)}</text>'
        f'<text x="{_x(0)}" y="{MARGIN / 2 - 6}">{escape(up)}</text>'
    )
    return _svg(SIDE + 2 * MARGIN, SIDE + 2 * MARGIN, title, grid + names + inner)


def _x(value: float) -> float:
    return MARGIN + SIDE * value


def _y(value: float) -> float:
    return MARGIN / 2 + SIDE * (1 - value)


def _svg(width: float, height: float, title: str, inner: str) -> str:
    return (
        f'<svg role="img" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-size="13" '
        f'font-family="sans-serif" fill="{INK}"><title>{escape(title)}</title>{inner}</svg>'
    )
