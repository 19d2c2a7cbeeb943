"""Draw how time and memory grow with the number of files, from what `validate.py` and `plan.py` have left in .bench/.

    .venv/peers/bin/python bench/plot.py FILE.svg

Needs matplotlib, which only the environment of the peers has. Colours are variables of the SVG, for light and dark.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

RESULTS = Path(__file__).parent.parent / ".bench"
# Part, what is drawn, title, logarithmic. In the logarithmic ones a broad faint line shows linear growth of the first.
PANELS = [
    ("validate", "wall", "validate: wall time, seconds", True),
    ("validate", "mib", "validate: memory of the largest process, MiB", False),
    ("plan", "cpu", "plan, all unchanged: processor time of the client, seconds", True),
    ("plan", "mib", "plan, all unchanged: memory of the client, MiB", False),
]
SHORT = {
    "templatesync, every file judged": "templatesync, all rules",
    "its reader and schema alone, one process": "templatesync, schema alone",
    "official SDK: list and details alone": "official SDK, reads alone",
    "octoDNS: plan of as many records, YAML to YAML, no network": "octoDNS, no network",
    "sourcemeta jsonschema (C++)": "sourcemeta",
    "sourcemeta, `--fast`": "sourcemeta --fast",
}
# What is drawn with, and what it stands for by day and by night.
INK = {
    "#000001": ("ink", "#1f2328", "#e6edf3"),
    "#000002": ("faint", "#d1d9e0", "#30363d"),
    "#000003": ("paper", "#ffffff", "#0d1117"),
    "#000010": ("ours", "#0969da", "#58a6ff"),
    "#000011": ("peer1", "#bc4c00", "#f0883e"),
    "#000012": ("peer2", "#8250df", "#bc8cff"),
    "#000013": ("peer3", "#1a7f37", "#3fb950"),
    "#000014": ("peer4", "#bf3989", "#f778ba"),
}
OURS, PEERS = "#000010", ("#000011", "#000012", "#000013", "#000014")
GAP = 0.062
"""Between two labels at least, as a share of the panel's height."""


def lines(part: str, what: str) -> dict[str, list[tuple[int, float]]]:
    """For each contender the number of files and the median, by number."""
    found: dict[str, list[tuple[int, float]]] = {}
    for row in json.loads((RESULTS / f"{part}.json").read_text(encoding="utf-8")):
        point = (row["count"], statistics.median(run[what] for run in row["runs"]))
        found.setdefault(SHORT.get(row["name"], row["name"]), []).append(point)
    return {name: sorted(points) for name, points in found.items()}


def panel(axes: Any, part: str, what: str, title: str, logarithmic: bool) -> None:
    """One of the four: lines with points, each with its name at its end."""
    drawn = lines(part, what)
    peers = iter(PEERS * 2)
    ends = []
    for name, points in drawn.items():
        mine = name.startswith("templatesync")
        colour = OURS if mine else next(peers)
        style = {"templatesync, nothing changed": "--", "templatesync, schema alone": ":"}.get(name, "-")
        axes.plot(*zip(*points, strict=True), color=colour, linestyle=style, linewidth=2.2 if mine else 1.5,
                  marker="o", markersize=4)  # fmt: skip
        ends.append((points[-1], name, colour))
    steps = [count for count, _ in next(iter(drawn.values()))]
    if logarithmic:
        axes.set_xscale("log")
    else:  # the small numbers are too near each other to be written all
        steps = [step for step in steps if step == steps[0] or step >= steps[-1] / 4]
    axes.set_xticks(steps, [f"{step:,}" for step in steps])
    axes.xaxis.set_minor_locator(NullLocator())
    if logarithmic:
        axes.set_yscale("log")
        (first, value), (last, _) = drawn[next(iter(drawn))][0], drawn[next(iter(drawn))][-1]
        axes.plot((first, last), (value, value * last / first), color=list(INK)[1], linewidth=6, zorder=0)
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        axes.set_ylim(0, 1.12 * max(value for points in drawn.values() for _, value in points))
    axes.set_title(title, loc="left", fontsize=11)
    axes.set_xlabel("files, a template each" if part == "validate" else "templates (octoDNS: records)")
    axes.grid(True, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    label(axes, ends, logarithmic)


def label(axes: Any, ends: list[tuple[tuple[int, float], str, str]], logarithmic: bool) -> None:
    """Write names beside the last points, moved apart where they would lie on each other."""
    scale = math.log if logarithmic else float
    low, high = map(scale, axes.get_ylim())
    placed = sorted(((scale(point[1]) - low) / (high - low), point, name, colour) for point, name, colour in ends)
    heights = [each[0] for each in placed]
    for _ in range(200):
        for index in range(len(heights) - 1):
            if (over := GAP - (heights[index + 1] - heights[index])) > 0:
                heights[index] -= over / 2
                heights[index + 1] += over / 2
    for height, (_, (count, value), name, colour) in zip(heights, placed, strict=True):
        text = f"{name} {value:.0f}" if value >= 10 else f"{name} {value:.2g}"
        axes.annotate(text, (count, value), xytext=(1.03, height), textcoords="axes fraction", color=colour,
                      fontsize=9.5, verticalalignment="center", annotation_clip=False)  # fmt: skip


def main() -> None:
    """Draw all four and put the colours' names in place of the colours."""
    ink, faint, paper, *_ = INK
    mpl.rcParams.update({
        "svg.fonttype": "none", "svg.hashsalt": "templatesync", "font.family": "sans-serif", "font.size": 10,
        "font.sans-serif": ["DejaVu Sans"], "text.color": ink, "axes.labelcolor": ink, "axes.edgecolor": ink,
        "xtick.color": ink, "ytick.color": ink, "grid.color": faint, "figure.facecolor": paper, "axes.facecolor": paper,
    })  # fmt: skip
    figure = Figure(figsize=(13, 8.2))
    panels = figure.subplots(2, 2, gridspec_kw={"wspace": 0.8, "hspace": 0.38, "left": 0.05, "right": 0.80,
                                                "top": 0.95, "bottom": 0.07})  # fmt: skip
    for axes, given in zip(panels.flat, PANELS, strict=True):
        panel(axes, *given)
    place = Path(sys.argv[1])
    figure.savefig(place, format="svg", metadata={"Date": None})
    text = place.read_text(encoding="utf-8")
    for colour, (name, day, _) in INK.items():
        text = text.replace(colour, f"var(--{name}, {day})")
    days, nights = (";".join(f"--{names[0]}:{names[which]}" for names in INK.values()) for which in (1, 2))
    style = f"<style>:root{{{days}}}@media (prefers-color-scheme:dark){{:root{{{nights}}}}}</style>"
    text = text.replace("<defs>", style + "<defs>", 1)
    place.write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
