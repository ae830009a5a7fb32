"""The chart of the table: one row a workload, one mark a contestant, written as plain SVG."""

from __future__ import annotations

from html import escape
from math import log10
from pathlib import Path
from typing import Any

from .contestants import TITLES
from .workloads import WORKLOADS

COLORS = {
    "f1": "#6b7280",
    "f3": "#b0b6bf",
    "ours": "#c2185b",
    "modern_rpc": "#1976d2",
    "pjrpc": "#388e3c",
    "jsonrpcserver": "#f57c00",
    "ninja": "#7b1fa2",
    "adjax": "#5d4037",
}
LEFT, TOP, WIDTH, ROW = 250, 92, 560, 34
LOW, HIGH = 0.25, 40.0


def write(results: dict[str, Any], target: Path) -> None:
    """Write the chart of what ``Report.as_json`` returned."""
    rows = {w: by for w, by in results.items() if any("ratio" in each for each in by.values())}
    names = [n for n in COLORS if any("ratio" in by.get(n, {}) for by in rows.values())]
    bottom = TOP + ROW * len(rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 30} {bottom + 30}" '
        'font-family="system-ui, sans-serif" font-size="13" role="img" '
        'aria-label="Time of each contestant relative to a ten-line Django view">',
        f'<rect width="{LEFT + WIDTH + 30}" height="{bottom + 30}" fill="#fff"/>',
        '<text x="16" y="24" font-size="15" font-weight="600">'
        "Time relative to a ten-line Django view (less is better)</text>",
        *_legend(names),
        *_grid(bottom),
    ]
    for number, (workload, by_name) in enumerate(rows.items()):
        parts.extend(_row(TOP + ROW * number + ROW // 2, workload, by_name, names))
    target.write_text("\n".join([*parts, "</svg>", ""]), encoding="utf-8")


def _x(ratio: float) -> float:
    share = (log10(ratio) - log10(LOW)) / (log10(HIGH) - log10(LOW))
    return round(LEFT + WIDTH * min(max(share, 0), 1), 1)


def _legend(names: list[str]) -> list[str]:
    parts = []
    for number, name in enumerate(names):
        x, y = 16 + 205 * (number % 4), 46 + 18 * (number // 4)
        parts.append(f'<circle cx="{x + 5}" cy="{y - 4}" r="5" fill="{COLORS[name]}"/>')
        parts.append(f'<text x="{x + 16}" y="{y}">{escape(TITLES[name])}</text>')
    return parts


def _grid(bottom: int) -> list[str]:
    parts = []
    for ratio in (0.25, 0.5, 1, 2, 5, 10, 20, 40):
        x, color = _x(ratio), "#374151" if ratio == 1 else "#e5e7eb"
        parts.append(f'<path d="M{x} {TOP}V{bottom}" stroke="{color}"/>')
        parts.append(f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{ratio:g}</text>')
    return parts


def _row(y: int, workload: str, by_name: dict[str, Any], names: list[str]) -> list[str]:
    title = f"{workload} {WORKLOADS[workload].title}"
    parts = [f'<text x="16" y="{y + 4}">{escape(title)}</text>']
    for name in sorted(names, key="ours".__eq__):  # ours is drawn last, on top
        ratio = by_name.get(name, {}).get("ratio")
        if ratio is not None:
            radius = 7 if name == "ours" else 5
            parts.append(
                f'<circle cx="{_x(ratio)}" cy="{y}" r="{radius}" fill="{COLORS[name]}">'
                f"<title>{escape(TITLES[name])}: {ratio:.2f}</title></circle>"
            )
    return parts
