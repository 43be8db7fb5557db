"""A plot as SVG, drawn by hand: one line over a logarithmic axis, the other from zero."""

from collections.abc import Sequence
from math import ceil, log10

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 90, 610, 20, 260


def plot(points: Sequence[tuple[float, float]], *, across: str, up: str) -> str:
    """Return an SVG of these points; `across` and `up` name the axes."""
    first, last = log10(points[0][0]), log10(points[-1][0])
    step = 10 ** int(log10(max(y for _, y in points)))
    most = ceil(max(y for _, y in points) / step) * step

    def place(x: float, y: float) -> tuple[float, float]:
        share = (log10(x) - first) / (last - first or 1)
        return LEFT + share * (RIGHT - LEFT), BOTTOM - y / most * (BOTTOM - TOP)

    marks = [place(*point) for point in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in marks)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in marks)
    below = "".join(
        f'<text x="{place(x, 0)[0]:.1f}" y="{BOTTOM + 20}" text-anchor="middle">{x:,.0f}</text>'
        for x, _ in points
    )
    beside = "".join(
        f'<text x="{LEFT - 8}" y="{place(points[0][0], y)[1] + 4:.1f}" text-anchor="end">'
        f"{y:,.0f}</text>"
        for y in (0, most / 2, most)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="13" fill="#6b2a58">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fffcf7"/>'
        f'<path d="M{LEFT} {TOP}V{BOTTOM}H{RIGHT}" fill="none" stroke="#c9b8c4"/>'
        f'<polyline points="{line}" fill="none" stroke="#6b2a58" stroke-width="2"/>{dots}'
        f'<g fill="#3a2a36">{below}{beside}'
        f'<text x="{(LEFT + RIGHT) / 2}" y="{BOTTOM + 45}" text-anchor="middle">{across}</text>'
        f'<text transform="translate(16 {(TOP + BOTTOM) / 2}) rotate(-90)" text-anchor="middle">'
        f"{up}</text>"
        "</g></svg>\n"
    )
