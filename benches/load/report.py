"""The table and the chart."""

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass
class Row:
    """One measurement and what it should be."""

    what: str
    seen: float
    target: float
    unit: str
    at_least: bool
    detail: str

    @property
    def met(self):
        return self.seen >= self.target if self.at_least else self.seen <= self.target

    def line(self):
        sign = "≥" if self.at_least else "≤"
        verdict = "yes" if self.met else "**no**"
        return f"| {self.what} | {number(self.seen)} {self.unit} | {sign} {number(self.target)} | {verdict} | {self.detail} |"


def at_least(what, seen, target, unit="×", detail=""):
    return Row(what, seen, target, unit, True, detail)


def at_most(what, seen, target, unit, detail=""):
    return Row(what, seen, target, unit, False, detail)


def number(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(rows):
    return "\n".join(["| what | measured | target | met | detail |", "|---|---|---|---|---|"] + [row.line() for row in rows])


def machine():
    """Cores, processor, kernel, load: what the figures depend on."""
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if "model name" in line), "unknown")
    rust = subprocess.run(["rustc", "--version"], capture_output=True, text=True).stdout.split()[1]
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    return f"{cores} cores ({model}), Linux {platform.release()}, rustc {rust}, load before {load:.1f}"


def save(folder, rows, about):
    """Keeps rows of earlier runs in that folder that this one did not measure; answers all."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "results.json"
    earlier = [Row(**row) for row in json.loads(file.read_text())["rows"]] if file.exists() else []
    merged = {row.what: row for row in earlier} | {row.what: row for row in rows}
    rows = list(merged.values())
    file.write_text(json.dumps({"machine": about, "rows": [asdict(row) for row in rows]}, indent=1))
    (folder / "performance.svg").write_text(chart(rows))
    return rows


def chart(rows):
    """A bar for each measurement, in parts of its target: right of the line is met."""
    bars, height = [], 26
    for at, row in enumerate(rows):
        part = row.seen / row.target if row.at_least else row.target / max(row.seen, 1e-9)
        width, y = min(part, 2.5) * 160, 40 + at * height
        colour = "#2a7" if row.met else "#c33"
        label = f"{number(row.seen)} {row.unit} (target {'≥' if row.at_least else '≤'} {number(row.target)})"
        bars.append(f'<text x="392" y="{y + 14}" text-anchor="end">{escape(row.what)}</text>')
        bars.append(f'<rect x="400" y="{y}" width="{width:.0f}" height="18" fill="{colour}"/>')
        bars.append(f'<text x="{408 + width:.0f}" y="{y + 14}">{escape(label)}</text>')
    total = 50 + len(rows) * height
    style = 'xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="12"'
    line = f'<line x1="560" y1="28" x2="560" y2="{total - 8}" stroke="#333" stroke-dasharray="4 3"/>'
    head = '<text x="560" y="20" text-anchor="middle">target</text><rect width="100%" height="100%" fill="#fff" opacity="0"/>'
    return f'<svg {style} width="1080" height="{total}">{head}{"".join(bars)}{line}</svg>\n'


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")
